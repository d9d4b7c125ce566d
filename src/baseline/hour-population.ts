import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { FAMILY_CAP } from "../stats/combine.ts";
import { ConformalCalibrator } from "../stats/conformal-calibrator.ts";
import { DecayedHistograms } from "../stats/decayed-histograms.ts";
import { EvidenceMemory } from "../stats/evidence-memory.ts";
import { OnlineIsolationForest } from "../stats/online-isolation-forest.ts";
import { ProjectionChains } from "../stats/projection-chains.ts";
import { loadCalibrators, saveCalibrators } from "./calibrators.ts";
import { loadEstimator, saveEstimator } from "./estimator-bytes.ts";
import { VOLUMES } from "./features.ts";
import type { HourResult } from "./hour-scorer.ts";
import { MOST_GROUPS } from "./value-table.ts";

const V = VOLUMES.length;
const WIDTH = V + 3;
/** Weights of forest, chains and histograms; calibrators of the three, of their sum, of two kinds of memory, of the score. */
const WEIGHT = [0.5, 1, 1];
const SUM = 3;
const PAIR = 4;
const LATELY = 5;
const FINAL = 6;
const CALIBRATORS = 7;
const LEAST_EVIDENCE = 2;
/** Hours of a group before it judges: the forest's first trees need as many. */
const GROUP_LEAST = 256;

/** A number of the hour that few hours of the group reach. */
export interface UnlikeOthers {
  volume: number;
  seen: number;
  /** What 95 % of the group's hours stay below. */
  high: number;
}

/** The hour against its peer group's hours. */
export interface HourPopulationScore {
  /** ln of the calibrated p, at most 0; 0 while the group has too few hours. */
  logP: number;
  /** Hours of the group that it was judged by. */
  groupHours: number;
  /** Volumes that fewer than one hour in twenty reaches, rarest first, at most two. */
  unlike: UnlikeOthers[];
}

class GroupView {
  readonly forest: OnlineIsolationForest;
  readonly chains: ProjectionChains;
  readonly histograms = new DecayedHistograms({ width: WIDTH });
  readonly calibrators = Array.from({ length: CALIBRATORS }, () => new ConformalCalibrator());

  constructor(group: number) {
    this.forest = new OnlineIsolationForest({ width: WIDTH, seed: 13 + group, trees: 30, reservoir: 1_024 });
    this.chains = new ProjectionChains({ width: WIDTH, seed: 31 + group, chains: 25, cells: 256 });
  }

  surprise(which: number, value: number): number {
    return Math.min(FAMILY_CAP, this.calibrators[which]?.scoreOne(value) ?? 0);
  }

  get bytes(): number {
    return this.forest.bytes + this.chains.bytes + this.histograms.bytes + CALIBRATORS * 5_200;
  }
}

interface Judged {
  result: HourResult;
  vector: Float32Array;
  raw: number[];
  sum: number;
  shown: number;
  lately: number;
  score: number;
}

/**
 * The second view of a device's hour: is it strange for its peers, all numbers of the hour taken together, whatever the device itself is
 * used to? An isolation forest, half-space chains and histograms over the twelve volumes, the strangest value, burst and time of activity,
 * each ranked among its group's hours and added; less what the same device and busiest responder have shown already (half-life a week),
 * plus half of what the device showed within a day.
 *
 * `score` for every device of the hour, then `learn` once for all of them. Silent (p = 1) until the group has 256 hours. The same hours give
 * the same numbers. Memory 0.5 MB a group in use, 72 B a device. Cost about 30 µs a device-hour. Blind: what the whole group does; a device
 * that is unlike its group always, once its calibrators know it. Source: learning.md §5.2, §9.
 */
export class HourPopulation {
  readonly #groups: (GroupView | undefined)[] = new Array<GroupView | undefined>(MOST_GROUPS).fill(undefined);
  readonly #memory = new EvidenceMemory();
  #judged: Judged[] = [];

  get bytes(): number {
    return this.#groups.reduce((sum, g) => sum + (g?.bytes ?? 0), this.#memory.bytes);
  }

  /** Scores an hour that was not learned yet. */
  score(result: HourResult): HourPopulationScore {
    const group = this.#group(result.group);
    const vector = vectorOf(result);
    const groupHours = group.histograms.count;
    const raw = new Array<number>(WEIGHT.length).fill(Number.NaN);
    const judged: Judged = { result, vector, raw, sum: 0, shown: 0, lately: 0, score: 0 };
    this.#judged.push(judged);
    if (group.forest.ready) {
      raw[0] = spread(group.forest.scoreOne(vector));
      raw[1] = spread(group.chains.scoreOne(vector));
      raw[2] = spread(0.1 * group.histograms.scoreOne(vector));
    }
    for (const [i, value] of raw.entries()) if (!Number.isNaN(value)) judged.sum += (WEIGHT[i] ?? 0) * group.surprise(i, value);
    const evidence = Math.max(0, (group.calibrators[SUM]?.scoreOne(judged.sum) ?? 0) - LEAST_EVIDENCE);
    const pair = { entity: result.device, peer: result.topPeer, hour: result.hour, evidence };
    judged.shown = this.#memory.scoreOne(pair);
    judged.lately = this.#memory.recent(result.device, result.hour);
    this.#memory.learnOne(pair);
    const known = (which: number, value: number): number => (value > 0 ? group.surprise(which, value) : 0);
    judged.score = Math.max(0, FAMILY_CAP + judged.sum - known(PAIR, judged.shown) + 0.5 * known(LATELY, judged.lately));
    if (groupHours < GROUP_LEAST) return { logP: 0, groupHours, unlike: [] };
    return { logP: group.calibrators[FINAL]?.logP(judged.score) ?? 0, groupHours, unlike: this.#unlike(group, result, vector) };
  }

  /** Learns the hours scored since the last call. `weight`: of a device's hour, 0 to 1. */
  learn(weight: (device: number) => number): void {
    for (const { result, vector, raw, sum, shown, lately, score } of this.#judged) {
      const group = this.#group(result.group);
      const w = weight(result.device);
      if (!Number.isNaN(raw[0] ?? Number.NaN)) {
        for (const [i, value] of raw.entries()) group.calibrators[i]?.learnOne(value);
        group.calibrators[SUM]?.learnOne(sum);
        group.calibrators[FINAL]?.learnOne(score);
      }
      if (shown > 0) group.calibrators[PAIR]?.learnOne(shown);
      if (lately > 0) group.calibrators[LATELY]?.learnOne(lately);
      group.forest.learnOne(vector, w);
      group.chains.learnOne(vector, w);
      group.histograms.learnOne(vector, w);
    }
    this.#judged = [];
  }

  /** A new group begins with what the one it came from has learned. */
  adoptGroup(from: number, to: number): void {
    const old = this.#groups[from];
    if (old === undefined) return;
    const made = new GroupView(to);
    for (const name of ["forest", "chains", "histograms"] as const) made[name].load(old[name].save());
    made.calibrators.forEach((calibrator, i) => {
      const saved = old.calibrators[i]?.save();
      if (saved !== undefined) calibrator.load(saved);
    });
    this.#groups[to] = made;
  }

  /** What the device has shown is not familiar any more: its state was rolled back. */
  forget(device: number): void {
    this.#memory.forget(device);
  }

  #group(group: number): GroupView {
    const known = this.#groups[group];
    if (known !== undefined) return known;
    const made = new GroupView(group);
    this.#groups[group] = made;
    return made;
  }

  #unlike(group: GroupView, result: HourResult, vector: Float32Array): UnlikeOthers[] {
    const rare: (UnlikeOthers & { share: number })[] = [];
    for (let v = 0; v < V; v++) {
      const share = group.histograms.shareAbove(v, vector[v] ?? 0);
      const high = Math.expm1(group.histograms.quantile(v, 0.95) / scaleOf(v));
      const seen = result.volumes[v] ?? 0;
      if (share < 0.05 && seen > high) rare.push({ volume: v, seen, high, share });
    }
    return rare
      .sort((a, b) => a.share - b.share || a.volume - b.volume)
      .slice(0, 2)
      .map(({ volume, seen, high }) => ({ volume, seen, high }));
  }

  save(out: ByteWriter): void {
    out.u32(this.#groups.length);
    for (const group of this.#groups) {
      out.u8(group === undefined ? 0 : 1);
      if (group === undefined) continue;
      for (const estimator of [group.forest, group.chains, group.histograms]) saveEstimator(out, estimator);
      saveCalibrators(out, group.calibrators);
    }
    saveEstimator(out, this.#memory);
  }

  /** Throws CodedError, as loadCalibrators does. */
  load(reader: ByteReader): void {
    const count = reader.u32();
    for (let g = 0; g < count; g++) {
      if (reader.u8() === 0) continue;
      const group = this.#group(g);
      for (const estimator of [group.forest, group.chains, group.histograms]) loadEstimator(reader, estimator);
      loadCalibrators(reader, group.calibrators);
    }
    loadEstimator(reader, this.#memory);
  }
}

/** Bytes span twice the decades that counts do. */
function scaleOf(volume: number): number {
  return (VOLUMES[volume] ?? "").startsWith("bytes") ? 0.5 : 1;
}

/** ln(1 + x) of the volumes, then the strangest value, burst and time of activity in nats, where a model stands behind them. */
function vectorOf(result: HourResult): Float32Array {
  const out = new Float32Array(WIDTH);
  for (let v = 0; v < V; v++) out[v] = scaleOf(v) * Math.log1p(Math.max(0, result.volumes[v] ?? 0));
  for (let k = 0; k < 3; k++) {
    const surprise = result.families[3 + k] ?? Number.NaN;
    out[V + k] = Number.isNaN(surprise) ? 0 : Math.min(FAMILY_CAP, surprise);
  }
  return out;
}

/** Calibrators have even bins on ln(1 + s): scores that are logarithms already are spread first. */
function spread(score: number): number {
  return Math.expm1(Math.max(0, score) / 2);
}
