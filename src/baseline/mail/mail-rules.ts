import type { MailSignals } from "./mail-facts.ts";

/** Named conjunctions with a direction: each says something that an attacker must do and that honest mail seldom does. */
export const MAIL_RULES = {
  "look-alike domain by a letter, out of the blue": (s, cold) => s.lookalike === 3 && cold,
  "look-alike domain, out of the blue": (s, cold) => s.lookalike >= 2 && cold,
  "look-alike domain": (s) => s.lookalike >= 2,
  "name of own staff from elsewhere, out of the blue": (s, cold) => s.impersonation === 3 && cold,
  "name of own staff from elsewhere": (s) => s.impersonation === 3,
  "known name from a free mailbox, out of the blue": (s, cold) => s.impersonation >= 2 && s.free && cold,
  "known name from a domain never seen, out of the blue": (s, cold) => s.impersonation >= 2 && s.fromDomain === 0 && cold,
  "known name from a new address, out of the blue": (s, cold) => s.impersonation >= 2 && cold,
  "known name from a new address": (s) => s.impersonation >= 2,
  "department that never wrote, out of the blue": (s, cold) => s.department && cold,
  "domain never seen, out of the blue": (s, cold) => s.fromAddress === 0 && s.fromDomain === 0 && cold,
  "domain never seen, author elsewhere": (s, cold) => s.fromAddress === 0 && s.fromDomain === 0 && cold && s.authorElsewhere,
  "free mailbox never seen, out of the blue": (s, cold) => s.fromAddress === 0 && s.free && cold,
  "sender never seen, out of the blue": (s, cold) => s.fromAddress === 0 && cold,
  "sender never seen": (s) => s.fromAddress === 0,
  "domain never seen, inside a thread": (s, cold) => s.fromAddress === 0 && s.fromDomain === 0 && !cold,
  "second new sender of a young domain": (s) => s.young && s.fromAddress <= 1 && s.siblings >= 1,
  "second new sender of a young domain, out of the blue": (s, cold) => s.young && s.siblings >= 1 && cold,
  "third new sender of a young domain": (s) => s.young && s.siblings >= 2,
  "young domain writes to many, out of the blue": (s, cold) => s.young && cold && s.youngReach >= 2,
  "young domain, out of the blue": (s, cold) => s.young && cold,
  "young domain": (s) => s.young,
  "known sender, out of the blue": (s, cold) => known(s) && cold,
  "known sender from a new country": (s) => known(s) && s.newCountry === 2,
  "known sender from a new country, out of the blue": (s, cold) => known(s) && s.newCountry === 2 && cold,
  "known sender from a country new to his domain": (s) => known(s) && s.newCountryOfDomain,
  "known sender with new software": (s) => known(s) && s.newSoftware >= 2,
  "known sender with new software, out of the blue": (s, cold) => known(s) && s.newSoftware >= 2 && cold,
  "known sender with new software from a new country": (s) => known(s) && s.newSoftware >= 1 && s.newCountry === 2,
  "known sender with new software and clock, out of the blue": (s, cold) => known(s) && cold && s.newSoftware >= 1 && s.newOffset >= 1,
  "known sender from a new country and otherwise, out of the blue": (s, cold) =>
    known(s) && cold && s.newCountry === 2 && (s.newSoftware > 0 || s.newOffset > 0),
  "known sender from a new network, out of the blue": (s, cold) => known(s) && s.newNetwork >= 2 && cold,
  "unsigned, though its domain always signs": (s) => s.unsigned === 2,
  "unsigned from a new network, out of the blue": (s, cold) => s.unsigned === 2 && cold && s.newNetwork > 0,
  "unsigned, out of the blue": (s, cold) => s.unsigned > 0 && cold,
  "link behind a code in an attachment, sender never seen": (s) => s.payload === 2 && s.fromAddress === 0 && s.wroteTo === 0,
  "link behind a code, sender never seen": (s) => s.payload > 0 && s.fromAddress === 0 && s.wroteTo === 0,
  "link to a domain never seen, sender never seen": (s) => s.freshLink && s.fromAddress === 0 && s.wroteTo === 0,
  // Whoever wrote before and was never answered is no correspondent: three harmless mails cost an attacker nothing (E4).
  "link behind a code in an attachment, sender never answered": (s, cold) => s.payload === 2 && s.freshLink && unanswered(s) && cold,
  "link to a domain never seen, sender never answered, out of the blue": (s, cold) => s.freshLink && unanswered(s) && cold,
  "link to a domain never seen, known sender, out of the blue": (s, cold) => s.freshLink && known(s) && cold,
  "link to a domain never seen, inside a thread": (s, cold) => s.freshLink && known(s) && !cold,
  "known sender with another program in the middle of a thread": (s) => known(s) && s.threadSoftware === 2,
  "known sender with another program and clock in the middle of a thread": (s) => known(s) && s.threadSoftware > 0 && s.threadClock,
  "domain never seen, inside a thread, where nobody addressed him": (s, cold) => s.fromAddress === 0 && s.fromDomain === 0 && !cold && s.neverAddressed,
  "domain registered within a day, out of the blue": (s, cold) => s.registered === 2 && cold,
  "domain registered this month, out of the blue": (s, cold) => s.registered > 0 && cold,
  "domain registered this month": (s) => s.registered > 0,
  "link to a domain registered within a day": (s) => s.linkRegistered === 2 && !s.own,
  "link to a domain registered this month, sender never answered": (s) => s.linkRegistered > 0 && s.wroteTo === 0 && !s.own,
  "answer that answers nothing, from a new sender": (s) => s.fakeReply && s.fromAddress === 0,
} as const satisfies Record<string, (s: MailSignals, cold: boolean) => boolean>;

export type MailRule = keyof typeof MAIL_RULES;
export const MAIL_RULE_NAMES = Object.keys(MAIL_RULES) as MailRule[];

/** Someone pretends to be somebody or some domain that we know. */
export const IMPERSONATION_RULES: ReadonlySet<MailRule> = new Set<MailRule>([
  "look-alike domain, out of the blue",
  "name of own staff from elsewhere, out of the blue",
  "known name from a free mailbox, out of the blue",
  "known name from a domain never seen, out of the blue",
]);
/** A domain's own habits are broken, or a domain that nobody knew spreads. */
export const ORIGIN_RULES: ReadonlySet<MailRule> = new Set<MailRule>([
  "unsigned from a new network, out of the blue",
  "link behind a code in an attachment, sender never seen",
  "link behind a code in an attachment, sender never answered",
  "second new sender of a young domain, out of the blue",
  "third new sender of a young domain",
  "domain registered within a day, out of the blue",
  "link to a domain registered within a day",
]);

function known(s: MailSignals): boolean {
  return s.fromAddress >= 2;
}

/** Wrote before, and nobody here ever wrote to him. */
function unanswered(s: MailSignals): boolean {
  return s.fromAddress > 0 && s.wroteTo === 0 && !s.own;
}

/** Cold: answers nothing that we know. */
export function isCold(s: MailSignals): boolean {
  return s.thread < 2;
}

const CAP = 9;
const LURE_CAP = 6;
/** A rule that one honest mail in this many breaks, or more, says nothing by itself: where many people bear the same names, a known name from elsewhere is common. */
const TELLING = 400;
/** What is believed of a rule before any mail was seen counts as this many mails that kept it. */
const BELIEVED = 1_000;

export interface Behaviour {
  /** Nats of the rarest rule that fired, 0 when none did. */
  nats: number;
  rule: MailRule | undefined;
  fired: readonly MailRule[];
  /** Those of them that honest mail here hardly ever breaks: they say something by themselves. */
  telling: readonly MailRule[];
}

/**
 * How rare each rule is in this organisation: -ln((fires + 0.5) / (mails + 1)), at most 9 nats. A message is as strange as its strangest rule, never the
 * sum: rarities without direction add up on honest mail too (mail-scoring.md §3.1). Memory: a number a rule.
 */
export class RuleFrequencies {
  readonly #fires = new Map<MailRule, number>();
  readonly #lures = [0, 0, 0];
  #mails = 0;

  get mails(): number {
    return this.#mails;
  }

  score(signals: MailSignals): Behaviour {
    const cold = isCold(signals);
    const fired = MAIL_RULE_NAMES.filter((name) => MAIL_RULES[name](signals, cold));
    let nats = 0;
    let rule: MailRule | undefined;
    for (const name of fired) {
      const v = Math.min(CAP, -Math.log(((this.#fires.get(name) ?? 0) + 0.5) / (this.#mails + 1)));
      if (v > nats) {
        nats = v;
        rule = name;
      }
    }
    return { nats, rule, fired, telling: fired.filter((name) => ((this.#fires.get(name) ?? 0) + 0.5) * TELLING < this.#mails + BELIEVED) };
  }

  /** Nats of one rule here. */
  natsOf(rule: MailRule): number {
    return Math.min(CAP, -Math.log(((this.#fires.get(rule) ?? 0) + 0.5) / (this.#mails + 1)));
  }

  /** Nats of that many inducements in a subject. */
  lure(count: number): number {
    if (count === 0) return 0;
    let seen = 0;
    for (let i = Math.min(2, count); i <= 2; i++) seen += this.#lures[i] ?? 0;
    return Math.min(LURE_CAP, -Math.log((seen + 0.5) / (this.#mails + 1)));
  }

  learn(signals: MailSignals, fired: readonly MailRule[]): void {
    this.#mails++;
    const at = Math.min(2, signals.lures);
    this.#lures[at] = (this.#lures[at] ?? 0) + 1;
    for (const name of fired) this.#fires.set(name, (this.#fires.get(name) ?? 0) + 1);
  }

  save(): unknown {
    return { mails: this.#mails, lures: [...this.#lures], fires: [...this.#fires] };
  }

  load(saved: unknown): void {
    const s = saved as { mails: number; lures: number[]; fires: [MailRule, number][] };
    this.#mails = s.mails;
    s.lures.forEach((n, i) => {
      this.#lures[i] = n;
    });
    this.#fires.clear();
    for (const [name, n] of s.fires) if (name in MAIL_RULES) this.#fires.set(name, n);
  }
}
