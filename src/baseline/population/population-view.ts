import type { ByteReader, ByteWriter } from "../../stats/bytes.ts";
import { FAMILY_CAP } from "../../stats/combine.ts";
import { ConformalCalibrator } from "../../stats/conformal-calibrator.ts";
import { DecayedHistograms } from "../../stats/decayed-histograms.ts";
import { EvidenceMemory } from "../../stats/evidence-memory.ts";
import { OnlineIsolationForest } from "../../stats/online-isolation-forest.ts";
import { ProjectionChains } from "../../stats/projection-chains.ts";
import { loadCalibrators, saveCalibrators } from "../calibrators.ts";
import { loadEstimator, saveEstimator } from "../estimator-bytes.ts";
import type { EdgeHour } from "./edge-watch.ts";

/** Members of the committee, in the order of their weights. */
export const MEMBERS = ["forest", "chains", "histograms", "counter", "edge"] as const;
const FOREST = 0;
const CHAINS = 1;
const HISTOGRAMS = 2;
const COUNTER = 3;
const EDGE = 4;
const WEIGHT = [0.5, 1, 1, 0.5, 2];
/** Calibrators beside those of the members: their sum, three kinds of memory, the final score. */
const SUM = MEMBERS.length;
const PAIR = SUM + 1;
const LATELY = SUM + 2;
const ORIGIN = SUM + 3;
const FINAL = SUM + 4;
const CALIBRATORS = SUM + 5;
/** Nats of a calibrated sum that are no evidence yet: one hour in seven. */
const LEAST_EVIDENCE = 2;
/** What was shown before by the same pair is taken off in full, by the same origin by half; what the entity showed lately is added by half. */
const PAIR_WEIGHT = 1;
const ORIGIN_WEIGHT = 0.5;
const LATELY_WEIGHT = 0.5;

/** Numbers of an hour in the order of the vectors, for reasons in words. */
export const HOUR_NUMBERS = 12;
const MINUTE_NUMBERS = 8;

export interface PopulationScore {
  hour: EdgeHour;
  /** Nats by member, calibrated and capped at 6, as they stood before the hour was learned. */
  members: number[];
  /** Nats; comparable within and across the two groups, larger = stranger. */
  score: number;
  /** ln of the calibrated p of the score among its group's. */
  logP: number;
  /** The p lies beyond what was observed. */
  extrapolated: boolean;
  /** Nats shown before by the pair, lately by the entity, lately by the origin whoever its target was. */
  shown: number;
  lately: number;
  origin: number;
}

/** What an hour says of its group: own devices, or sources outside. */
class Group {
  readonly forest: OnlineIsolationForest;
  readonly chains: ProjectionChains;
  readonly histograms = new DecayedHistograms({ width: HOUR_NUMBERS });
  readonly calibrators = Array.from({ length: CALIBRATORS }, () => new ConformalCalibrator());

  constructor(seed: number) {
    this.forest = new OnlineIsolationForest({ width: HOUR_NUMBERS, seed });
    this.chains = new ProjectionChains({ width: MINUTE_NUMBERS, seed: Math.imul(seed, 31) });
  }

  surprise(which: number, value: number): number {
    return Math.min(FAMILY_CAP, this.calibrators[which]?.scoreOne(value) ?? 0);
  }
}

/**
 * How unusual an hour is for its population: a committee of one-pass members, each ranked among its own past (conformal p, capped at 6
 * nats), and a memory of what was shown before.
 *
 * forest (isolation, 12 numbers), chains (sparse boxes, 8 numbers), histograms (12 numbers one by one), counter (the largest count of a
 * minute: the know-nothing control, as a member) and edge (its strangest edge, see EdgeSurprise); their weighted sum, less what the same
 * pair has shown (half-life 168 h) and half of what the same origin has shown anybody (24 h), plus half of what the entity has shown lately.
 * Within an hour the strangest comes first, so that the victims after it of one origin count as the same news.
 * All members learn from everything, after the hour was scored; a member counts once it has a model. The same hours give the same scores.
 * Memory 3 MB a group and 150 B an entity. Cost about 50 µs an entity's hour. Blind: what a stranger does in a single connection on a day
 * with many strangers; an entity that is strange always. Source: learning.md §9; weights chosen on two weeks of public data.
 */
export class PopulationView {
  readonly #groups: readonly [Group, Group];
  readonly #pairs = new EvidenceMemory();
  readonly #origins = new EvidenceMemory();

  constructor(seed = 1) {
    this.#groups = [new Group(13 * seed), new Group(13 * seed + 7)];
  }

  get bytes(): number {
    return this.#groups.reduce((sum, g) => sum + g.forest.bytes + g.chains.bytes + g.histograms.bytes, this.#pairs.bytes + this.#origins.bytes);
  }

  /** Hours of the group that still count. */
  hoursOf(own: boolean): number {
    return this.#group(own).histograms.count;
  }

  /** Share of the group's hours with as much or more of number `i`, and what 95 % of them stay below. */
  usual(own: boolean, i: number, value: number): { share: number; high: number } {
    const { histograms } = this.#group(own);
    return { share: histograms.shareAbove(i, value), high: histograms.quantile(i, 0.95) };
  }

  /** Scores the entities of one hour, then learns them. Outside sources with a single destination are better left out. */
  close(hours: readonly EdgeHour[]): PopulationScore[] {
    const scored = hours.map((hour) => this.#judge(hour));
    const order = [...scored].sort((a, b) => b.evidence - a.evidence || a.hour.row - b.hour.row);
    const out = order.map((judged) => this.#remember(judged));
    for (const { hour, raw, vector, minutes, sum } of scored) if (teaches(hour)) this.#learn(hour, raw, vector, minutes, sum);
    for (const s of out) if (teaches(s.hour)) this.#learnMemory(s);
    return out;
  }

  #group(own: boolean): Group {
    return this.#groups[own ? 0 : 1];
  }

  #judge(hour: EdgeHour) {
    const group = this.#group(hour.own);
    const vector = hourVector(hour);
    const minutes = minuteVector(hour);
    const raw = new Array<number>(MEMBERS.length).fill(Number.NaN);
    if (group.forest.ready) raw[FOREST] = spread(group.forest.scoreOne(vector));
    if (group.chains.ready) raw[CHAINS] = spread(group.chains.scoreOne(minutes));
    if (group.histograms.ready) raw[HISTOGRAMS] = spread(0.1 * group.histograms.scoreOne(vector));
    raw[COUNTER] = spread(2 * Math.log1p(hour.counter));
    raw[EDGE] = spread(0.4 * hour.edge);
    const members = raw.map((value, i) => (Number.isNaN(value) ? 0 : group.surprise(i, value)));
    const sum = members.reduce((total, member, i) => total + (WEIGHT[i] ?? 0) * member, 0);
    const evidence = Math.max(0, (group.calibrators[SUM]?.scoreOne(spread(sum / 2)) ?? 0) - LEAST_EVIDENCE);
    return { hour, raw, vector, minutes, members, sum, evidence };
  }

  #remember({ hour, members, sum, evidence }: { hour: EdgeHour; members: number[]; sum: number; evidence: number }): PopulationScore {
    const group = this.#group(hour.own);
    const pair = { entity: hour.row, peer: hour.busiest, hour: hour.hour, evidence };
    const origin = { entity: hour.sender, peer: 0, hour: hour.hour, evidence };
    const shown = this.#pairs.scoreOne(pair);
    const lately = this.#pairs.recent(hour.row, hour.hour);
    const before = this.#origins.recent(origin.entity, hour.hour);
    if (teaches(hour)) {
      this.#pairs.learnOne(pair);
      this.#origins.learnOne(origin);
    }
    const known = (which: number, value: number): number => (value > 0 ? group.surprise(which, value) : 0);
    const score = sum - PAIR_WEIGHT * known(PAIR, shown) + LATELY_WEIGHT * known(LATELY, lately) - ORIGIN_WEIGHT * known(ORIGIN, before);
    const final = group.calibrators[FINAL];
    const ranked = spread((score + FAMILY_CAP) / 2);
    return {
      hour,
      members,
      score,
      logP: final?.logP(ranked) ?? 0,
      extrapolated: final?.isExtrapolated(ranked) ?? false,
      shown,
      lately,
      origin: before,
    };
  }

  #learn(hour: EdgeHour, raw: readonly number[], vector: Float32Array, minutes: Float32Array, sum: number): void {
    const group = this.#group(hour.own);
    for (const [i, value] of raw.entries()) if (!Number.isNaN(value)) group.calibrators[i]?.learnOne(value);
    group.calibrators[SUM]?.learnOne(spread(sum / 2));
    group.forest.learnOne(vector);
    group.chains.learnOne(minutes);
    group.histograms.learnOne(vector);
  }

  #learnMemory(s: PopulationScore): void {
    const { calibrators } = this.#group(s.hour.own);
    if (s.shown > 0) calibrators[PAIR]?.learnOne(s.shown);
    if (s.lately > 0) calibrators[LATELY]?.learnOne(s.lately);
    if (s.origin > 0) calibrators[ORIGIN]?.learnOne(s.origin);
    calibrators[FINAL]?.learnOne(spread((s.score + FAMILY_CAP) / 2));
  }

  /** The row now names another entity. */
  forget(row: number): void {
    this.#pairs.forget(row);
    this.#origins.forget(row);
  }

  save(out: ByteWriter): void {
    for (const group of this.#groups) {
      for (const estimator of [group.forest, group.chains, group.histograms]) saveEstimator(out, estimator);
      saveCalibrators(out, group.calibrators);
    }
    saveEstimator(out, this.#pairs);
    saveEstimator(out, this.#origins);
  }

  /** Throws CodedError, as loadCalibrators does. */
  load(reader: ByteReader): void {
    for (const group of this.#groups) {
      for (const estimator of [group.forest, group.chains, group.histograms]) loadEstimator(reader, estimator);
      loadCalibrators(reader, group.calibrators);
    }
    loadEstimator(reader, this.#pairs);
    loadEstimator(reader, this.#origins);
  }
}

/** An address of ours that has never sent anything may not exist: it is judged, and teaches nothing. */
function teaches(hour: EdgeHour): boolean {
  return !hour.own || hour.known || (hour.counts[0] ?? 0) > 0;
}

/** Calibrators have even bins on ln(1 + s), up to 12.8: scores that are logarithms already are spread first, and must be below 25 here. */
function spread(score: number): number {
  return Math.expm1(Math.max(0, score) / 2);
}

/** ln(1 + x) of six counts of the hour, two rarities, ln(1 + x) of three maxima of a minute, hour of day. */
export function hourVector(hour: EdgeHour): Float32Array {
  const out = new Float32Array(HOUR_NUMBERS);
  for (let i = 0; i < 6; i++) out[i] = Math.log1p(hour.counts[i] ?? 0);
  out[6] = hour.rarity[0];
  out[7] = hour.rarity[1];
  for (let i = 0; i < 3; i++) out[8 + i] = Math.log1p(hour.maxima[i] ?? 0);
  out[11] = hour.time;
  return out;
}

/** ln(1 + x) of six maxima of a minute and two rarities. */
function minuteVector(hour: EdgeHour): Float32Array {
  const out = new Float32Array(MINUTE_NUMBERS);
  for (let i = 0; i < 6; i++) out[i] = Math.log1p(hour.maxima[i] ?? 0);
  out[6] = hour.rarity[0];
  out[7] = hour.rarity[1];
  return out;
}
