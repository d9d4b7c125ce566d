import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { combineHarmonic, sidakSurprise } from "../stats/combine.ts";
import { ConformalCalibrator } from "../stats/conformal-calibrator.ts";
import type { ClosedDay } from "../stats/day-level.ts";
import { loadCalibrators, saveCalibrators } from "./calibrators.ts";
import type { DeviceModels } from "./device-models.ts";
import { VOLUMES } from "./features.ts";
import type { HourCounters } from "./hour-counters.ts";
import { type LevelChange, LevelChanges } from "./level-changes.ts";
import { MOST_GROUPS } from "./value-table.ts";

const V = VOLUMES.length;
/** Active hours before a device's own volume models count; hours of its group that stand in for them. */
const OWN_LEAST = 3;
const GROUP_LEAST = 40;
/** What the group's hours prove about one member. */
const GROUP_TRUST = 0.1;
/** Below this p an hour is learned at a quarter of its weight. */
const DOUBT = Math.log(1e-4);

/** Families of evidence of an hour, in the order in which a result holds them. */
const VOLUME = 0;
const FAN_OUT = 1;
const NOVELTY = 2;
export const RARITY = 3;
const BURST = 4;
export const TIME = 5;
const FAMILIES = 6;
const FAN_OUT_VOLUMES: readonly string[] = ["distinctPeers", "internalPeers", "distinctPorts", "adminFanOut"];
const FAMILY_OF = VOLUMES.map((name) => (name === "newPeers" ? NOVELTY : FAN_OUT_VOLUMES.includes(name) ? FAN_OUT : VOLUME));
/** Volumes of one family move together: about half of them count as tries of their own. */
const TRIES = [4, 2, 1];
/** Days are told to the models from here on, uncalibrated: few devices have the days that a calibrated p of this size would need. */
const STRANGE_DAY = Math.log(5_000);
/** Hours stranger than this keep the states that they were judged by, for their reasons. */
const KEEP_STATES = Math.log(0.05);

export interface HourResult {
  /** Volumes whose day, which ended before this hour, was such as chance brings once in 5,000 days: by number of the volume. */
  strangeDays: ReadonlyMap<number, ClosedDay>;
  /** Volumes whose other level became the usual with this hour. */
  changes: readonly LevelChange[];
  device: number;
  group: number;
  hour: number;
  hourOfWeek: number;
  historyHours: number;
  volumes: number[];
  /** Volume states as they stood before this hour was learned, kept for strange hours. */
  states: Float32Array | undefined;
  /** -ln of the calibrated p by volume, nats; NaN where no model stands behind it. */
  surprises: number[];
  /** -ln of the p by family; NaN for those without a model. */
  families: number[];
  /** ln of the calibrated p of the hour; 0 while nothing is known. */
  logP: number;
  /** The hour's p lies beyond what was observed. */
  extrapolated: boolean;
  activeP: number;
  topPeer: number;
  topPeerBytes: number;
  /** ln p of the hour if these features were as usual: names of volumes, hourP, rarity, burst. */
  logPWithout(features: ReadonlySet<string>): number;
}

/**
 * Scores a device's closed hour, then learns it: volumes, fan-out, new responders, strangest value, strangest burst and time of
 * activity, each calibrated, joined by harmonic mean and calibrated once more. Families without a model do not count, and no p goes
 * below what the device's and its group's hours can prove. About 10-20 µs an hour.
 */
export class HourScorer {
  readonly #models: DeviceModels;
  readonly #volume: ConformalCalibrator[];
  readonly #families: ConformalCalibrator[];
  readonly #final: ConformalCalibrator[];
  /** By group: what a volume's day was, against its days. */
  readonly #days: ConformalCalibrator[];
  readonly changes: LevelChanges;
  readonly #raw = new Float64Array(V);
  #strangeDays = new Map<number, ClosedDay>();
  #strangestDay = { volume: -1, surprise: 0 };

  constructor(models: DeviceModels) {
    this.#models = models;
    this.changes = new LevelChanges(models);
    this.#days = Array.from({ length: MOST_GROUPS }, () => new ConformalCalibrator());
    this.#volume = Array.from({ length: MOST_GROUPS * V }, () => new ConformalCalibrator());
    // By group: rarity, burst, time.
    this.#families = Array.from({ length: MOST_GROUPS * 3 }, () => new ConformalCalibrator());
    this.#final = Array.from({ length: MOST_GROUPS }, () => new ConformalCalibrator());
  }

  close(counters: HourCounters, row: number, group: number, hour: number, hourOfWeek: number, missed: number): HourResult {
    const models = this.#models;
    const device = counters.device(row);
    const volumes = new Array<number>(V).fill(0);
    counters.volumes(row, volumes);
    const historyHours = models.historyHours(device);
    const groupHours = models.groupHours(group);
    const known = historyHours >= OWN_LEAST || groupHours - historyHours >= GROUP_LEAST;
    const most = Math.log(1 + historyHours + GROUP_TRUST * Math.max(0, groupHours - historyHours));
    const surprises = new Array<number>(V).fill(Number.NaN);
    const families = new Array<number>(FAMILIES).fill(Number.NaN);
    this.#raw.fill(0);
    this.#strangeDays = new Map();
    this.#strangestDay = { volume: -1, surprise: 0 };
    if (known) {
      this.#volumes(device, group, volumes, hour, hourOfWeek, most, surprises, families);
      this.#family(families, group, RARITY, sidakSurprise(counters.rarity(row), Math.max(1, counters.looked(row))), most);
      this.#family(families, group, BURST, counters.burst(row), most);
    }
    const activeP = models.activeProbability(device, group, hour, hourOfWeek, missed);
    const timed = models.judgedDays(device, hour) > 0;
    if (timed) this.#family(families, group, TIME, -Math.log(activeP), most);
    const strangest = this.#strangestDay;
    let logP = 0;
    let extrapolated = false;
    if (known || timed) {
      const combined = combineHarmonic(families);
      const final = this.#final[group];
      logP = Math.max(-most, final?.logP(combined) ?? 0);
      extrapolated = final?.isExtrapolated(combined) ?? false;
      final?.learnOne(combined);
    }
    const states = logP < KEEP_STATES ? models.copyStates(device) : undefined;
    const top = counters.topPeer(row);
    models.learn(device, group, volumes, hour, hourOfWeek, counters.weight(row) * (logP < DOUBT ? 0.25 : 1));
    const changes: LevelChange[] = [];
    for (let v = 0; v < V; v++) {
      const change = this.changes.observe(device, group, v, volumes[v] ?? 0, this.#raw[v] ?? 0, hour, hourOfWeek);
      if (change !== undefined) changes.push(change);
    }
    return {
      strangeDays: this.#strangeDays,
      changes,
      device,
      group,
      hour,
      hourOfWeek,
      historyHours,
      volumes,
      states,
      surprises,
      families,
      logP,
      extrapolated,
      activeP,
      topPeer: top.peer,
      topPeerBytes: top.bytes,
      logPWithout: (features) => {
        if (!known && !timed) return 0;
        const rest = familiesWithout(families, surprises, strangest, features, most);
        // Nothing becomes stranger by being taken away, whatever the calibrator has learned since.
        return Math.max(logP, Math.max(-most, this.#final[group]?.logP(combineHarmonic(rest)) ?? 0));
      },
    };
  }

  /** Surprise of every volume, and of its family the strangest, with as many tries as the family has. */
  #volumes(
    device: number,
    group: number,
    volumes: readonly number[],
    hour: number,
    hourOfWeek: number,
    most: number,
    surprises: number[],
    families: number[],
  ): void {
    families[VOLUME] = 0;
    families[FAN_OUT] = 0;
    families[NOVELTY] = 0;
    let strangestDay = 0;
    for (let v = 0; v < V; v++) {
      const day = this.#models.closeDay(device, v, hour);
      if (day !== undefined && day.surprise > 0) {
        const strange = this.#days[group]?.scoreOne(day.surprise) ?? 0;
        if (strange > strangestDay) {
          strangestDay = strange;
          this.#strangestDay = { volume: v, surprise: strange };
        }
        this.#days[group]?.learnOne(day.surprise);
        if (day.surprise >= STRANGE_DAY) this.#strangeDays.set(v, day);
      }
      const raw = this.#models.surprise(device, group, v, volumes[v] ?? 0, hourOfWeek);
      const calibrator = this.#volume[group * V + v];
      const surprise = raw === 0 ? 0 : (calibrator?.scoreOne(raw) ?? 0);
      calibrator?.learnOne(raw);
      surprises[v] = Math.min(most, surprise);
      const family = FAMILY_OF[v] ?? VOLUME;
      if (surprise > (families[family] ?? 0)) families[family] = surprise;
      this.#raw[v] = raw;
    }
    // A day is judged with the hour that follows it; it is one more try of twelve volumes.
    families[VOLUME] = Math.max(families[VOLUME] ?? 0, sidakSurprise(strangestDay, V));
    for (let family = 0; family <= NOVELTY; family++) families[family] = Math.min(most, sidakSurprise(families[family] ?? 0, TRIES[family] ?? 1));
  }

  /** A new group begins with the calibrators of the one it came from. */
  adoptGroup(from: number, to: number): void {
    const copy = (calibrators: readonly ConformalCalibrator[], each: number): void => {
      for (let i = 0; i < each; i++) {
        const saved = calibrators[from * each + i]?.save();
        if (saved !== undefined) calibrators[to * each + i]?.load(saved);
      }
    };
    copy(this.#days, 1);
    copy(this.#volume, V);
    copy(this.#families, 3);
    copy(this.#final, 1);
  }

  #family(families: number[], group: number, family: number, surprise: number, most: number): void {
    const calibrator = this.#families[group * 3 + family - RARITY];
    families[family] = surprise === 0 ? 0 : Math.min(most, calibrator?.scoreOne(surprise) ?? 0);
    calibrator?.learnOne(surprise);
  }

  save(out: ByteWriter): void {
    saveCalibrators(out, this.#volume);
    saveCalibrators(out, this.#families);
    saveCalibrators(out, this.#final);
  }

  /** What the second form of the saved state added. */
  saveMore(out: ByteWriter): void {
    saveCalibrators(out, this.#days);
    this.changes.save(out);
  }

  loadMore(reader: ByteReader): void {
    loadCalibrators(reader, this.#days);
    this.changes.load(reader);
  }

  load(reader: ByteReader): void {
    loadCalibrators(reader, this.#volume);
    loadCalibrators(reader, this.#families);
    loadCalibrators(reader, this.#final);
  }
}

/** Families of evidence as they would be with these features as usual; those without a model stay without. */
function familiesWithout(
  families: readonly number[],
  surprises: readonly number[],
  day: { volume: number; surprise: number },
  features: ReadonlySet<string>,
  most: number,
): number[] {
  const rest = [...families];
  if (!Number.isNaN(rest[VOLUME] ?? Number.NaN)) {
    for (let family = VOLUME; family <= NOVELTY; family++) rest[family] = 0;
    for (let v = 0; v < V; v++) {
      if (features.has(VOLUMES[v] ?? "")) continue;
      const family = FAMILY_OF[v] ?? VOLUME;
      rest[family] = Math.max(rest[family] ?? 0, surprises[v] ?? 0);
    }
    if (!features.has(VOLUMES[day.volume] ?? "")) rest[VOLUME] = Math.max(rest[VOLUME] ?? 0, sidakSurprise(day.surprise, V));
    for (let family = VOLUME; family <= NOVELTY; family++) rest[family] = Math.min(most, sidakSurprise(rest[family] ?? 0, TRIES[family] ?? 1));
  }
  for (const [family, name] of [
    [RARITY, "rarity"],
    [BURST, "burst"],
    [TIME, "hourP"],
  ] as const)
    if (features.has(name) && !Number.isNaN(rest[family] ?? Number.NaN)) rest[family] = 0;
  return rest;
}
