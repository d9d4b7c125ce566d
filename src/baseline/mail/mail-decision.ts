import { type Behaviour, IMPERSONATION_RULES, type MailRule, ORIGIN_RULES } from "./mail-rules.ts";

/** What is known about one mail when it is decided on. */
export interface MailStanding {
  behaviour: Behaviour;
  /** Nats of the content among honest mail here; undefined without text. */
  content: number | undefined;
  /** Nats of the subject's inducements. */
  lure: number;
}

export interface MailThresholds {
  hold: number;
  banner: number;
}

export type MailVerdict = "deliver" | "banner" | "hold";

const CONTENT_TIMES = 1.5;
const LURE_TIMES = 0.7;
/** Content, or inducements, this strange back a rule: what one honest mail in twelve has as well backs nothing. */
const BACKING = 2.5;

/**
 * Behaviour by the rarest directed rule, plus content and inducement beyond their first nat. Larger = stranger. A mail without text adds nothing for it.
 * Source: mail-scoring.md §3.1.
 */
export function mailScore(s: MailStanding): number {
  return s.behaviour.nats + CONTENT_TIMES * Math.max(0, (s.content ?? 0) - 1) + LURE_TIMES * Math.max(0, s.lure - 1);
}

export function decideMail(s: MailStanding, thresholds: MailThresholds): MailVerdict {
  const score = mailScore(s);
  const fired = (rules: ReadonlySet<MailRule>): boolean => s.behaviour.fired.some((r) => rules.has(r));
  const pretends = fired(IMPERSONATION_RULES);
  const origin = fired(ORIGIN_RULES);
  const backed = s.lure > BACKING || (s.content ?? 0) > BACKING;
  if (s.behaviour.fired.includes("look-alike domain by a letter, out of the blue") || score > thresholds.hold || ((pretends || origin) && backed))
    return "hold";
  return score > thresholds.banner || pretends || origin ? "banner" : "deliver";
}
