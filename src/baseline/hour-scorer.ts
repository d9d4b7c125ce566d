import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { combineHarmonic, sidakSurprise } from "../stats/combine.ts";
import { ConformalCalibrator } from "../stats/conformal-calibrator.ts";
import { loadCalibrators, saveCalibrators } from "./calibrators.ts";
import type { DeviceModels } from "./device-models.ts";
import { VOLUMES } from "./features.ts";
import type { HourCounters } from "./hour-counters.ts";
import { MOST_GROUPS } from "./value-table.ts";

const V = VOLUMES.length;
/** Active hours before a device's own volume models count; hours of its group that stand in for them. */
const OWN_LEAST = 3;
const GROUP_LEAST = 40;
/** What the group's hours prove about one member. */
const GROUP_TRUST = 0.1;
/** Below this p an hour is learned at a quarter of its weight. */
const DOUBT = Math.log(1e-4);

export type FamilyName = "volume" | "fan-out" | "novelty" | "rarity" | "burst" | "time";
const FAMILY_OF: readonly ("volume" | "fan-out" | "novelty")[] = VOLUMES.map((name) =>
  name === "newPeers"
    ? "novelty"
    : name === "distinctPeers" || name === "internalPeers" || name === "distinctPorts" || name === "adminFanOut"
      ? "fan-out"
      : "volume",
);
/** Volumes of one family move together: about half of them count as tries of their own. */
const TRIES = { volume: 4, "fan-out": 2, novelty: 1 } as const;

export interface HourResult {
  device: number;
  group: number;
  hour: number;
  hourOfWeek: number;
  historyHours: number;
  volumes: Float64Array;
  /** Volume states as they stood before this hour was learned. */
  states: Float32Array;
  /** -ln of the calibrated p by volume, nats; NaN where no model stands behind it. */
  surprises: Float64Array;
  /** -ln of the p of families that had a model. */
  families: Map<FamilyName, number>;
  /** ln of the calibrated p of the hour; 0 while nothing is known. */
  logP: number;
  /** The hour's p lies beyond what was observed. */
  extrapolated: boolean;
  activeP: number;
  topPeer: number;
  topPeerBytes: number;
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

  constructor(models: DeviceModels) {
    this.#models = models;
    this.#volume = Array.from({ length: MOST_GROUPS * V }, () => new ConformalCalibrator());
    // By group: rarity, burst, time.
    this.#families = Array.from({ length: MOST_GROUPS * 3 }, () => new ConformalCalibrator());
    this.#final = Array.from({ length: MOST_GROUPS }, () => new ConformalCalibrator());
  }

  close(counters: HourCounters, row: number, group: number, hour: number, hourOfWeek: number, missed: number): HourResult {
    const models = this.#models;
    const device = counters.device(row);
    const volumes = new Float64Array(V);
    counters.volumes(row, volumes);
    const historyHours = models.historyHours(device);
    const groupHours = models.groupHours(group);
    const known = historyHours >= OWN_LEAST || groupHours - historyHours >= GROUP_LEAST;
    const most = Math.log(1 + historyHours + GROUP_TRUST * Math.max(0, groupHours - historyHours));
    const surprises = new Float64Array(V).fill(Number.NaN);
    const families = new Map<FamilyName, number>();
    if (known) {
      for (let v = 0; v < V; v++) {
        const raw = models.surprise(device, group, v, volumes[v] ?? 0, hourOfWeek);
        const calibrator = this.#volume[group * V + v];
        const s = raw === 0 ? 0 : (calibrator?.scoreOne(raw) ?? 0);
        calibrator?.learnOne(raw);
        surprises[v] = Math.min(most, s);
        const family = FAMILY_OF[v] ?? "volume";
        families.set(family, Math.max(families.get(family) ?? 0, s));
      }
      for (const family of ["volume", "fan-out"] as const) families.set(family, sidakSurprise(families.get(family) ?? 0, TRIES[family]));
      for (const [family, s] of families) families.set(family, Math.min(most, s));
      this.#family(families, group, "rarity", 0, sidakSurprise(counters.rarity(row), Math.max(1, counters.looked(row))), most);
      this.#family(families, group, "burst", 1, counters.burst(row), most);
    }
    const activeP = models.activeProbability(device, group, hour, hourOfWeek, missed);
    if (models.judgedDays(device, hour) > 0) this.#family(families, group, "time", 2, -Math.log(activeP), most);
    let logP = 0;
    let extrapolated = false;
    if (families.size > 0) {
      const combined = combineHarmonic([...families.values()]);
      const final = this.#final[group];
      logP = Math.max(-most, final?.logP(combined) ?? 0);
      extrapolated = final?.isExtrapolated(combined) ?? false;
      final?.learnOne(combined);
    }
    const states = models.copyStates(device);
    const top = counters.topPeer(row);
    models.learn(device, group, volumes, hour, hourOfWeek, counters.weight(row) * (logP < DOUBT ? 0.25 : 1));
    return {
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
    };
  }

  #family(families: Map<FamilyName, number>, group: number, name: FamilyName, index: number, surprise: number, most: number): void {
    const calibrator = this.#families[group * 3 + index];
    families.set(name, surprise === 0 ? 0 : Math.min(most, calibrator?.scoreOne(surprise) ?? 0));
    calibrator?.learnOne(surprise);
  }

  save(out: ByteWriter): void {
    saveCalibrators(out, this.#volume);
    saveCalibrators(out, this.#families);
    saveCalibrators(out, this.#final);
  }

  load(reader: ByteReader): void {
    loadCalibrators(reader, this.#volume);
    loadCalibrators(reader, this.#families);
    loadCalibrators(reader, this.#final);
  }
}
