import { type Behaviour, IMPERSONATION_RULES, type MailRule, ORIGIN_RULES } from "./mail-rules.ts";

/** What is known about one mail when it is decided on. */
export interface MailStanding {
  behaviour: Behaviour;
  /** Nats of the content among honest mail here; undefined without text. */
  content: number | undefined;
  /** Nats of the subject's inducements. */
  lure: number;
  /** Nats of the reader: how little he is used to senders as new to him as this one. */
  reader: number;
  /** Nats of names that look drawn by lot. */
  name: number;
}

export interface MailThresholds {
  hold: number;
  banner: number;
}

export type MailVerdict = "deliver" | "banner" | "hold";

const CONTENT_TIMES = 1.5;
const LURE_TIMES = 0.7;
/** What says nothing by itself adds this much of its nats beyond the first to what content and inducements say. */
const BESIDE_TIMES = 0.25;
/** Content, or inducements, this strange back a rule: what one honest mail in twelve has as well backs nothing. */
const BACKING = 2.5;

/**
 * Behaviour by the rarest directed rule, plus content and inducement beyond their first nat. Larger = stranger. A mail without text adds nothing for it.
 * Source: mail-scoring.md §3.1.
 */
export function mailScore(s: MailStanding): number {
  const said = CONTENT_TIMES * Math.max(0, (s.content ?? 0) - 1) + LURE_TIMES * Math.max(0, s.lure - 1);
  const beside = Math.min(said, Math.max(0, s.reader - 1)) + Math.min(said, Math.max(0, s.name - 1));
  return s.behaviour.nats + said + BESIDE_TIMES * beside;
}

/**
 * Held: beyond the threshold, a domain one letter from a correspondent's under a name that we know, or a telling rule of impersonation or origin with content or inducements
 * behind it. A domain one letter away alone is marked: honest companies' names are that close now and then. Marked too: such a rule alone, or one that is common here with something behind it.
 */
export function decideMail(s: MailStanding, thresholds: MailThresholds): MailVerdict {
  const score = mailScore(s);
  const among = (rules: ReadonlySet<MailRule>, list: readonly MailRule[]): boolean => list.some((r) => rules.has(r));
  const tells = among(IMPERSONATION_RULES, s.behaviour.telling) || among(ORIGIN_RULES, s.behaviour.telling);
  const fires = among(IMPERSONATION_RULES, s.behaviour.fired) || among(ORIGIN_RULES, s.behaviour.fired);
  const backed = s.lure > BACKING || (s.content ?? 0) > BACKING;
  const imitated =
    s.behaviour.fired.includes("look-alike domain by a letter, out of the blue") &&
    s.behaviour.fired.includes("known name from a new address, out of the blue");
  if (imitated || score > thresholds.hold || (tells && backed)) return "hold";
  return score > thresholds.banner || tells || (fires && backed) ? "banner" : "deliver";
}
