import { HOUR } from "../base/time.ts";
import type { Regularity } from "../stats/beacon-regularity.ts";

/** What is known around a pair when it is scored. */
export interface PairContext {
  regularity: Regularity;
  contacts: number;
  first: number;
  last: number;
  activeHours: number;
  inbound: boolean;
  port: number;
  udp: boolean;
  /** Share of contacts that were answered, 0-1. */
  answeredShare: number;
  /** Active hours the own device had been learned when the pair began. */
  historyAtStart: number;
  /** Own devices that use the other end (outbound), or that the other end calls (inbound); own devices there are. */
  users: number;
  of: number;
  /** Other outside ends of the same registrable domain or operator that own devices use: shared infrastructure has many. */
  siblings: number;
  /** Newest event time, and hours from the first event learned to it. */
  now: number;
  observedHours: number;
}

/** Own devices from which on prevalence says something. */
const PREVALENCE_LEAST = 20;
/** Services whose clients poll by design (RFC 5905 NTP; RFC 1035 DNS): regular because they must be. */
const POLLED_UDP = new Set([123, 53]);
const POLLED = 0.3;
/** Evidence, in nats, at which a pair counts half. */
const HALF_SURE = 6;

/** 0-100: how few others use the other end. Below 20 own devices prevalence is left out and only shared infrastructure counts. */
export function pairRarity(c: PairContext): number {
  const infrastructure = Math.max(0, 1 - Math.log1p(c.siblings) / Math.log1p(64));
  const prevalence = c.of >= PREVALENCE_LEAST ? 1 - Math.log(Math.max(1, c.users)) / Math.log(c.of) : 1;
  return 100 * Math.max(0, Math.min(1, prevalence * (0.5 + 0.5 * infrastructure)));
}

/**
 * 0-1: how steadily a pair keeps on, whatever its jitter: active hours over those that so many contacts would fill if they came evenly, and how
 * many there were. A scanner comes in bursts; a program that calls home is there hour after hour.
 */
export function steadiness(c: Pick<PairContext, "contacts" | "first" | "last" | "activeHours">): number {
  const span = Math.max(0, c.last - c.first) / HOUR;
  const perHour = span > 0 ? Math.min(1, Math.max(1, c.contacts - 1) / span) : 1;
  const kept = Math.min(1, c.activeHours / ((span + 1) * perHour));
  return (kept * Math.min(1, Math.log1p(c.activeHours) / Math.log1p(24))) ** 2;
}

/**
 * 0-100, what ranks pairs: regularity, how sure it is, how steadily it keeps on, how long it lasts, how rare the other end is and whether the pair is new.
 * Every factor is in (0, 1] and none is a yes or no, so a strong beacon survives one weak factor.
 */
export function pairScore(c: PairContext, rarity: number): number {
  const r = c.regularity;
  // Equal sizes speak for a machine; unequal ones say nothing, since an implant's answers differ.
  // Jitter and lost beats take evenness, not steadiness: who is there every hour of a day need not be clockwork.
  const steady = steadiness(c);
  const regular = r.evenness ** (1.5 - steady) * (0.85 + 0.15 * r.sizes);
  const evidence = r.evidence + HALF_SURE * steady;
  const sure = evidence / (evidence + HALF_SURE);
  const span = Math.max(0, c.last - c.first) / HOUR;
  const window = Math.min(24, Math.max(1, c.observedHours));
  const sustained = 0.4 + 0.6 * Math.min(1, Math.log1p(span) / Math.log1p(window));
  const stopped = (c.now - c.last) / 1_000 > 12 * Math.max(r.period, 600) ? 0.85 : 1;
  const ageDays = (c.now - c.first) / (24 * HOUR);
  const fresh = c.historyAtStart >= 24 ? 1 : 0.85;
  const settled = ageDays > 14 ? 0.6 : ageDays > 7 ? 0.8 : 1;
  const polled = c.udp && POLLED_UDP.has(c.port) ? POLLED : 1;
  // Knocking on a door that never opens: a dead command server, or a dead update server.
  const open = 0.75 + 0.25 * Math.min(1, 4 * c.answeredShare);
  // A handful of devices says little about the world, but what most of them do is nobody's secret.
  const shared = c.of >= PREVALENCE_LEAST ? 1 : Math.max(0, 1 - Math.log(Math.max(1, c.users)) / Math.log(PREVALENCE_LEAST));
  const rare = 0.15 + 0.85 * (rarity / 100) * shared;
  return 100 * Math.min(1, regular * sure * sustained * stopped * fresh * settled * polled * open * rare);
}
