import type { Random } from "../../base/random.ts";
import { DAY } from "../../base/time.ts";
import type { MailFacts } from "../../baseline/mail/mail-facts.ts";
import { MailMemory } from "../../baseline/mail/mail-memory.ts";
import { type Behaviour, RuleFrequencies } from "../../baseline/mail/mail-rules.ts";

const MAILS = 4_000;
const START = Date.UTC(2026, 0, 5);
/** Shares as measured on a real organisation: senders and domains never seen, of inbound mail (email.md 8). */
const NEW_SENDER = 0.034;
const NEW_DOMAIN = 0.009;
/** Mails that lead to a domain to which none led before, of senders that are known and of new ones, who mostly name their own; and subjects with an inducement: assumed. */
const NEW_LINK = { known: 0.02, fresh: 0.6 };
const LURED = 0.03;
/** New names that look drawn by lot, as rarely as the rank among honest names means it. */
const DRAWN = 0.01;
const LOOK = -Math.log(DRAWN) + 1;

export interface Correspondence {
  memory: MailMemory;
  rules: RuleFrequencies;
  /** What the rules, its reader's habits and its names said of each mail of the second half. */
  judged: { behaviour: Behaviour; reader: number; name: number }[];
  /** A correspondent of long standing, and a mail of a running thread with him. */
  known: { address: string; domain: string; name: string; thread: string; subject: string };
  /** Time after the last mail. */
  end: number;
}

export function factsOf(part: Partial<MailFacts> & Pick<MailFacts, "time" | "address" | "domain">): MailFacts {
  return {
    name: "",
    free: false,
    own: false,
    recipients: ["person1@own.example"],
    ownRecipients: ["person1@own.example"],
    messageId: "",
    inReplyTo: "",
    subject: "",
    network: "",
    connectionCountry: "",
    clientCountry: "",
    software: "",
    offset: "+0000",
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

/** An organisation of thirty people and its sixty correspondents, 4,000 mails: who writes to whom, answers what, and how often somebody new does. No texts. */
export function madeCorrespondence(random: Random): Correspondence {
  const memory = new MailMemory();
  const rules = new RuleFrequencies();
  const judged: Correspondence["judged"] = [];
  const int = (n: number): number => Math.floor(random() * n);
  const partner = (n: number) => ({ address: `first${n}.last${n}@partner${n % 25}.example`, domain: `partner${n % 25}.example`, name: `First${n} Last${n}` });
  const threads: { id: string; subject: string }[] = [];
  let time = START;
  for (let i = 0; i < MAILS; i++) {
    time += (120 * DAY) / MAILS;
    const out = random() < 0.45;
    const fresh = !out && random() < NEW_SENDER;
    const own = `person${int(30)}@own.example`;
    let from = partner(int(60));
    if (fresh)
      from =
        random() < NEW_DOMAIN / NEW_SENDER
          ? { ...from, address: `new${i}@house${i}.example`, domain: `house${i}.example`, name: `New${i} Person` }
          : { ...from, address: `new${i}@${from.domain}`, name: `New${i} Person` };
    const answered = !fresh && random() < 0.6 ? threads[int(threads.length)] : undefined;
    const subject = answered?.subject ?? `matter number ${i}`;
    const freshLink = random() < (fresh ? NEW_LINK.fresh : NEW_LINK.known);
    const facts = factsOf({
      time,
      ...(out ? { address: own, domain: "own.example", name: own.slice(0, own.indexOf("@")), own: true } : from),
      recipients: [out ? from.address : own],
      ownRecipients: out ? [] : [own],
      messageId: `<m${i}@made.example>`,
      inReplyTo: answered?.id ?? "",
      subject,
      freshLink,
      drawnLink: freshLink && random() < DRAWN ? LOOK : 0,
      drawnName: fresh && random() < DRAWN ? LOOK : 0,
      lures: random() < LURED ? 1 : 0,
    });
    const signals = memory.signals(facts);
    const behaviour = rules.score(signals);
    if (i >= MAILS / 2) judged.push({ behaviour, reader: signals.reader.nats, name: signals.name });
    memory.learn(facts);
    rules.learn(signals, behaviour.fired);
    threads.push({ id: facts.messageId, subject });
    if (threads.length > 60) threads.shift();
  }
  const last = threads.at(-1) as (typeof threads)[number];
  return { memory, rules, judged, known: { ...partner(7), thread: last.id, subject: last.subject }, end: time };
}
