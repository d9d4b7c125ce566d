import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY } from "../../base/time.ts";
import { editDistance, likeness } from "./lookalike-domain.ts";
import type { MailFacts } from "./mail-facts.ts";
import { MailMemory, nameKey } from "./mail-memory.ts";
import { RuleFrequencies } from "./mail-rules.ts";

const T0 = Date.UTC(2026, 2, 2, 8);

function mail(part: Partial<MailFacts>): MailFacts {
  return {
    time: T0,
    address: "ann@partner.example",
    domain: "partner.example",
    name: "Ann Moor",
    free: false,
    own: false,
    recipients: ["ben@own.example"],
    ownRecipients: ["ben@own.example"],
    messageId: "",
    inReplyTo: "",
    subject: "",
    network: "198.51",
    connectionCountry: "DE",
    clientCountry: "DE",
    software: "program",
    offset: "+0100",
    hour: 9,
    signed: true,
    failed: false,
    lures: 0,
    department: false,
    payload: 0,
    freshLink: false,
    drawnName: 0,
    drawnLink: 0,
    registeredDays: undefined,
    linkRegisteredDays: undefined,
    ...part,
  };
}

function taught(days = 12): MailMemory {
  const memory = new MailMemory();
  for (let d = 0; d < days; d++) memory.learn(mail({ time: T0 + d * DAY, messageId: `<m${d}@x>` }));
  return memory;
}

describe("memory of correspondence", () => {
  test("another country, network, program and a missing signature of a known sender show; his usual ones do not (E6, E16)", () => {
    const memory = taught();
    const usual = memory.signals(mail({ time: T0 + 13 * DAY }));
    expect([usual.newCountry, usual.newNetwork, usual.newSoftware, usual.unsigned]).toEqual([0, 0, 0, 0]);
    const strange = memory.signals(mail({ time: T0 + 13 * DAY, clientCountry: "SG", network: "203.0", software: "other", signed: false }));
    expect([strange.newCountry, strange.newNetwork, strange.newSoftware > 0, strange.unsigned]).toEqual([2, 2, true, 2]);
  });

  test("a colleague of the same name at a domain that never signs imitates nobody; where the domain signs, unsigned he does (E29)", () => {
    const of = (signed: boolean, part: Partial<MailFacts> = {}) => {
      const memory = new MailMemory();
      for (let d = 0; d < 12; d++) memory.learn(mail({ time: T0 + d * DAY, messageId: `<m${d}@x>`, signed }));
      return memory.signals(mail({ time: T0 + 20 * DAY, address: "ann.moor2@partner.example", signed: false, ...part })).impersonation;
    };
    expect([of(false), of(true), of(false, { failed: true }), of(false, { domain: "other.example", address: "ann@other.example" })]).toEqual([1, 2, 2, 2]);
  });

  test("a layer learns by itself and changes nothing beneath", () => {
    const memory = taught();
    const layer = memory.layer();
    layer.learn(mail({ address: "new@young.example", domain: "young.example" }));
    expect(layer.signals(mail({ address: "new@young.example", domain: "young.example" })).fromAddress).toBe(1);
    expect(memory.signals(mail({ address: "new@young.example", domain: "young.example" })).fromAddress).toBe(0);
  });

  test("what was held is not made known, but the next sender of its domain is seen as a sibling (E4, E11)", () => {
    const memory = taught();
    const day = T0 + 15 * DAY;
    memory.learnHeld(mail({ address: "a1@young.example", domain: "young.example", time: day }));
    const next = memory.signals(mail({ address: "a2@young.example", domain: "young.example", time: day + 1_000 }));
    expect([next.fromDomain, next.siblings, next.young]).toEqual([0, 1, true]);
  });

  test("in the first week no domain is young: all of them are new to us then, old suppliers too; also after a restart and of a state saved before (E4)", () => {
    const memory = taught();
    const young = (m: MailMemory, domain: string, day: number): boolean => m.signals(mail({ address: `a@${domain}`, domain, time: T0 + day * DAY })).young;
    memory.learn(mail({ address: "a@supplier.example", domain: "supplier.example", time: T0 + 3 * DAY }));
    const again = new MailMemory();
    again.load(JSON.parse(JSON.stringify(memory.save())));
    const { begin: _, ...older } = memory.save() as { begin?: number };
    const old = new MailMemory();
    old.load(JSON.parse(JSON.stringify(older)));
    for (const one of [memory, again, old, memory.layer()])
      expect([young(one, "supplier.example", 4), young(one, "supplier.example", 15), young(one, "later.example", 6), young(one, "later.example", 8)]).toEqual([
        ...[false, false, false],
        true,
      ]);
  });

  test("saved and loaded it gives the same signals", () => {
    const memory = taught();
    const again = new MailMemory();
    again.load(JSON.parse(JSON.stringify(memory.save())));
    const m = mail({ time: T0 + 20 * DAY, address: "x@partnner.example", domain: "partnner.example" });
    expect(again.signals(m)).toEqual(memory.signals(m));
    expect(memory.signals(m).lookalike).toBe(3);
  });
});

describe("names and look-alikes", () => {
  test.each([
    ["partner", "partmer", 3],
    ["partner", "pattner", 3],
    ["company", "c0mpany", 3],
    ["company", "company-mail", 2],
    ["company", "company", 2],
    ["company", "orchard", 0],
    ["lakeside", "baseline", 0],
    ["microsoft", "micros0ft-support", 2],
    ["microsoft", "login-micorsoft", 2],
    ["paypal", "secure-paypa1", 2],
    ["microsoft", "micro-support", 0],
    ["raion", "rain-support", 0],
    ["stores", "north-stones", 0],
    ["partnerworks", "partmerwroks", 2],
    ["abc", "abd", 0],
  ])("%s and %s", (known, label, level) => {
    expect(likeness(label, known)).toBe(level);
  });

  test("distance is symmetric, and zero for equals", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b, 20)).toBe(editDistance(b, a, 20));
        expect(editDistance(a, a, 2)).toBe(0);
      }),
    );
  });

  test("a name is its words in any order; one Latin word is nobody's", () => {
    expect(nameKey("Moor, Ann")).toBe(nameKey("Ann Moor"));
    expect(nameKey("Support")).toBe("");
    expect(nameKey("王小明")).not.toBe("");
  });
});

test("a rule is as strange as it is rare here", () => {
  const memory = taught();
  const rules = new RuleFrequencies();
  const known = memory.signals(mail({ time: T0 + 13 * DAY }));
  for (let i = 0; i < 500; i++) rules.learn(known, rules.score(known).fired);
  const first = rules.score(memory.signals(mail({ address: "q@else.example", domain: "else.example" })));
  expect(first.rule).toMatch(/never seen/);
  expect(first.nats).toBeGreaterThan(6);
  expect(rules.score(known).nats).toBeLessThan(1);
});
