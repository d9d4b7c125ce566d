import { describe, expect, test } from "vitest";
import { decideMail } from "./mail-decision.ts";
import type { MailSignals } from "./mail-facts.ts";
import { RuleFrequencies } from "./mail-rules.ts";

const ORDINARY: MailSignals = {
  fromAddress: 0,
  fromDomain: 0,
  relation: 0,
  wroteTo: 0,
  thread: 0,
  fakeReply: false,
  impersonation: 0,
  lookalike: 0,
  lookalikeOf: "",
  department: false,
  free: false,
  own: false,
  newNetwork: 0,
  newCountry: 0,
  newCountryOfDomain: false,
  authorElsewhere: false,
  unsigned: 0,
  failed: false,
  newSoftware: 0,
  newOffset: 0,
  newHour: 0,
  lures: 0,
  payload: 0,
  freshLink: false,
  name: 0,
  registered: 0,
  linkRegistered: 0,
  reader: { reader: "", newness: 0, received: 0, asNew: 0, nats: 0 },
  threadSoftware: 0,
  threadClock: false,
  neverAddressed: false,
  young: false,
  siblings: 0,
  youngReach: 0,
};
const NAMED: MailSignals = { ...ORDINARY, impersonation: 3 };
const THRESHOLDS = { hold: 11, banner: 9 };

/** An organisation of 3,000 mails of which `n` bore the name of own staff from elsewhere. */
function taught(n: number): RuleFrequencies {
  const rules = new RuleFrequencies();
  for (let i = 0; i < 3_000; i++) {
    const signals = i < n ? NAMED : { ...ORDINARY, fromAddress: 9, thread: 3 };
    rules.learn(signals, rules.score(signals).fired);
  }
  return rules;
}

describe("what a rule of impersonation is worth (E29, E35)", () => {
  const judge = (rules: RuleFrequencies, content?: number, lure = 0) =>
    decideMail({ behaviour: rules.score(NAMED), content, lure, reader: 0, name: 0 }, THRESHOLDS);

  test("where names are hardly ever shared it marks by itself, and holds with inducements or odd content", () => {
    const rules = taught(2);
    expect([judge(rules), judge(rules, 3), judge(rules, undefined, 3)]).toEqual(["banner", "hold", "hold"]);
  });

  test("where one mail in a hundred bears a shared name it says nothing by itself and marks what is odd otherwise", () => {
    const rules = taught(30);
    expect([judge(rules), judge(rules, 3), judge(rules, undefined, 3), judge(rules, 9)]).toEqual(["deliver", "banner", "banner", "hold"]);
  });

  test("an inducement that honest mail has as often as not backs nothing", () => {
    expect(judge(taught(2), 1, 0.7)).toBe("banner");
  });

  test("a domain one letter from a correspondent's: held under a known name or with something behind it, marked alone", () => {
    const rules = taught(2);
    const judgeAs = (part: Partial<MailSignals>, content?: number) =>
      decideMail({ behaviour: rules.score({ ...ORDINARY, lookalike: 3, ...part }), content, lure: 0, reader: 0, name: 0 }, { hold: 20, banner: 18 });
    expect([judgeAs({}), judgeAs({}, 3), judgeAs({ impersonation: 2 })]).toEqual(["banner", "hold", "hold"]);
  });

  test("on the first day nothing is common yet", () => {
    expect(decideMail({ behaviour: new RuleFrequencies().score(NAMED), content: undefined, lure: 0, reader: 0, name: 0 }, THRESHOLDS)).toBe("banner");
  });
});
