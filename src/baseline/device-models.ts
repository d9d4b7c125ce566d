import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { addToDay, type ClosedDay, closeDay, DAY_LEVEL_STRIDE, forgetDays } from "../stats/day-level.ts";
import type { Shift } from "../stats/level-shift.ts";
import { learnVolume, setVolumeLevel, VOLUME_STRIDE, type VolumePrior, volumeQuantile, volumeSurprise } from "../stats/volume-hurdle.ts";
import { grown, readArray } from "./columns.ts";
import { VOLUMES } from "./features.ts";
import { MOST_GROUPS } from "./value-table.ts";

const V = VOLUMES.length;
const WEEK = 168;
/** Windows of a group before its own mean and variance are the prior of its members. */
const GROUP_LEAST = 12;
/** Deviations of members from their own means before the spread within one is known as well as three windows of its own would tell it. */
const SHAPE_LEAST = 500;
const SEASON_STEP = 0.002;
/** Windows after which a group's level counts half. */
const GROUP_SLOW = 2 ** (-1 / 5_000);
/** Days of history before the hours of a day say anything. */
const DAYS_LEAST = 5;

/** First guess of ln(1+x) before any group has spoken: bytes are large numbers, fan-out small ones. Wide on purpose. */
const FIRST_GUESS: readonly VolumePrior[] = VOLUMES.map((name) => {
  if (name.startsWith("bytes")) return { positive: 0.5, mean: 9, variance: 2, weight: 0.2 };
  if (name === "connections" || name === "dnsQueries") return { positive: 0.5, mean: 3.5, variance: 1, weight: 0.2 };
  return { positive: 0.5, mean: 1.5, variance: 0.8, weight: 0.3 };
});
const ANY_GUESS: VolumePrior = { positive: 0.5, mean: 1.5, variance: 1, weight: 0.2 };

/**
 * Per own device: twelve volume models, hours of activity by hour of the week, how long it has been learned; per peer group the same
 * volumes as prior of its members, and their season over the week. 336 + 288 + 168 + 20 B a device.
 */
export class DeviceModels {
  #volumes = new Float32Array(64 * V * VOLUME_STRIDE);
  #days = new Float32Array(64 * V * DAY_LEVEL_STRIDE);
  #week = new Uint8Array(64 * WEEK);
  /** Active hours learned (after weights), hour number of the first and of the last active hour. */
  #hours = new Float32Array(64);
  #first = new Int32Array(64);
  #last = new Int32Array(64);
  #devices = 0;
  readonly #groupVolumes = new Float64Array(MOST_GROUPS * V * VOLUME_STRIDE);
  /** Per group and volume: how many deviations of members from their own means were seen, and the sum of their squares. */
  readonly #groupResiduals = new Float64Array(MOST_GROUPS * V);
  readonly #groupSquares = new Float64Array(MOST_GROUPS * V);
  readonly #season = new Float32Array(MOST_GROUPS * V * WEEK);
  readonly #groupActive = new Float64Array(MOST_GROUPS * WEEK);
  readonly #groupExposed = new Float64Array(MOST_GROUPS * WEEK);
  readonly #groupHours = new Float64Array(MOST_GROUPS);

  get bytes(): number {
    return this.#volumes.byteLength + this.#days.byteLength + this.#week.byteLength + this.#hours.byteLength * 3 + this.#season.byteLength;
  }

  ensure(device: number, hour: number): void {
    if (device < this.#devices && (this.#first[device] ?? 0) !== 0) return;
    if (device >= this.#devices) this.#devices = device + 1;
    this.#volumes = grown(this.#volumes, (device + 1) * V * VOLUME_STRIDE);
    this.#days = grown(this.#days, (device + 1) * V * DAY_LEVEL_STRIDE);
    this.#week = grown(this.#week, (device + 1) * WEEK);
    this.#hours = grown(this.#hours, device + 1);
    this.#first = grown(this.#first, device + 1);
    this.#last = grown(this.#last, device + 1);
    this.#first[device] = hour;
    this.#last[device] = hour;
  }

  /** The device has a place here: it was active once. */
  isKnown(device: number): boolean {
    return device < this.#devices && (this.#first[device] ?? 0) !== 0;
  }

  /** One more than the largest device number. */
  get devices(): number {
    return this.#devices;
  }

  /** Active hours that the device has been learned. */
  historyHours(device: number): number {
    return this.#hours[device] ?? 0;
  }

  firstHour(device: number): number {
    return this.#first[device] ?? 0;
  }

  lastHour(device: number): number {
    return this.#last[device] ?? 0;
  }

  weekOf(device: number): Uint8Array {
    return this.#week.subarray(device * WEEK, (device + 1) * WEEK);
  }

  groupHours(group: number): number {
    return this.#groupHours[group] ?? 0;
  }

  prior(group: number, volume: number): VolumePrior {
    const at = (group * V + volume) * VOLUME_STRIDE;
    const state = this.#groupVolumes;
    const n = state[at + 2] ?? 0;
    const windows = (state[at] ?? 0) + (state[at + 1] ?? 0);
    const guess = FIRST_GUESS[volume] ?? ANY_GUESS;
    if (windows < GROUP_LEAST) return guess;
    const positive = (state[at] ?? 0) / windows;
    // Few windows above zero: the group knows how rare it is, not yet how much.
    if (n < GROUP_LEAST) return { ...guess, positive };
    const total = Math.max(0.1, (state[at + 4] ?? 0) / n);
    const residuals = this.#groupResiduals[group * V + volume] ?? 0;
    const within = residuals < GROUP_LEAST ? Math.min(total, guess.variance) : Math.max(0.1, (this.#groupSquares[group * V + volume] ?? 0) / residuals);
    const between = Math.max(0.1, total - within);
    const shape = residuals < SHAPE_LEAST ? 1.5 : 3;
    return { positive, mean: state[at + 3] ?? 0, variance: within, weight: Math.min(2, Math.max(0.1, within / between)), shape };
  }

  season(group: number, volume: number, hourOfWeek: number): number {
    return this.#season[(group * V + volume) * WEEK + hourOfWeek] ?? 0;
  }

  /** -ln P(this much or more in such an hour), nats. */
  surprise(device: number, group: number, volume: number, x: number, hourOfWeek: number): number {
    if (x === 0) return 0;
    return volumeSurprise(this.#volumes, (device * V + volume) * VOLUME_STRIDE, x, this.prior(group, volume), this.season(group, volume, hourOfWeek));
  }

  /** Value that a share `tail` of such hours exceeds. About 40 µs: for words. */
  usual(device: number, group: number, volume: number, tail: number, hourOfWeek: number): number {
    return volumeQuantile(this.#volumes, (device * V + volume) * VOLUME_STRIDE, tail, this.prior(group, volume), this.season(group, volume, hourOfWeek));
  }

  /** How the day that ended was against the device's days, when this hour opens another; learns it. Levels are without season. */
  closeDay(device: number, volume: number, hour: number): ClosedDay | undefined {
    return closeDay(this.#days, (device * V + volume) * DAY_LEVEL_STRIDE, Math.floor(hour / 24));
  }

  /** A volume's level as it stands, for `restoreLevel`. */
  levelOf(device: number, volume: number): number[] {
    const at = (device * V + volume) * VOLUME_STRIDE;
    const day = (device * V + volume) * DAY_LEVEL_STRIDE;
    return [...this.#volumes.slice(at, at + VOLUME_STRIDE), ...this.#days.slice(day, day + DAY_LEVEL_STRIDE)];
  }

  restoreLevel(device: number, volume: number, level: readonly number[]): void {
    this.#volumes.set(level.slice(0, VOLUME_STRIDE), (device * V + volume) * VOLUME_STRIDE);
    // The day that is open stays: only what earlier days were comes back.
    const day = (device * V + volume) * DAY_LEVEL_STRIDE;
    this.#days.set(level.slice(VOLUME_STRIDE + 3, VOLUME_STRIDE + DAY_LEVEL_STRIDE), day + 3);
  }

  setLevel(device: number, volume: number, shift: Shift): void {
    setVolumeLevel(this.#volumes, (device * V + volume) * VOLUME_STRIDE, shift);
    forgetDays(this.#days, (device * V + volume) * DAY_LEVEL_STRIDE);
  }

  /** The device's volume states as they stand, to judge an hour by what was known before it. */
  copyStates(device: number): Float32Array {
    return this.#volumes.slice(device * V * VOLUME_STRIDE, (device + 1) * V * VOLUME_STRIDE);
  }

  /** As `usual`, from a copy of the states when there is one. */
  usualFrom(device: number, states: Float32Array | undefined, group: number, volume: number, tail: number, hourOfWeek: number): number {
    if (states === undefined) return this.usual(device, group, volume, tail, hourOfWeek);
    return volumeQuantile(states, volume * VOLUME_STRIDE, tail, this.prior(group, volume), this.season(group, volume, hourOfWeek));
  }

  /** Learns a closed hour of a device. */
  learn(device: number, group: number, volumes: readonly number[], hour: number, hourOfWeek: number, weight: number): void {
    if (!(weight > 0)) return;
    for (let v = 0; v < V; v++) {
      const x = volumes[v] ?? 0;
      const season = this.season(group, v, hourOfWeek);
      const at = (device * V + v) * VOLUME_STRIDE;
      if (x > 0 && (this.#volumes[at + 2] ?? 0) > 3) {
        const residual = Math.max(-3, Math.min(3, Math.log1p(x) - season - (this.#volumes[at + 3] ?? 0)));
        const g = group * V + v;
        this.#groupResiduals[g] = (this.#groupResiduals[g] ?? 0) * GROUP_SLOW + weight;
        this.#groupSquares[g] = (this.#groupSquares[g] ?? 0) * GROUP_SLOW + weight * residual * residual;
        if ((this.#volumes[at + 2] ?? 0) > 10) this.#season[(group * V + v) * WEEK + hourOfWeek] = season + SEASON_STEP * Math.max(-2, Math.min(2, residual));
      }
      learnVolume(this.#volumes, at, x, weight, season);
      if (x > 0) addToDay(this.#days, (device * V + v) * DAY_LEVEL_STRIDE, Math.log1p(x) - season);
      learnVolume(this.#groupVolumes, (group * V + v) * VOLUME_STRIDE, x, weight, season, GROUP_SLOW, GROUP_SLOW);
    }
    this.#hours[device] = (this.#hours[device] ?? 0) + weight;
    this.#groupHours[group] = (this.#groupHours[group] ?? 0) + weight;
    this.#last[device] = hour;
    const at = device * WEEK + hourOfWeek;
    if ((this.#week[at] ?? 0) < 255) this.#week[at] = (this.#week[at] ?? 0) + 1;
  }

  /** An hour of a whole group: how many members there were, how many of them active. */
  learnActivity(group: number, hourOfWeek: number, members: number, active: number): void {
    const at = group * WEEK + hourOfWeek;
    this.#groupExposed[at] = (this.#groupExposed[at] ?? 0) + members;
    this.#groupActive[at] = (this.#groupActive[at] ?? 0) + active;
  }

  /** Days of history that the hours of a day can be judged by; 0 while too few. */
  judgedDays(device: number, hour: number): number {
    const days = (hour - (this.#first[device] ?? hour)) / 24;
    return days >= DAYS_LEAST ? days : 0;
  }

  /**
   * Probability that the device is active in this hour of the week: its own days, with two days' worth of its group's habit. Bounded by
   * 1/(days + 2), so a young device is never "impossible". From three weeks on working days and weekends are apart.
   * `missed` are hours not observed (sources silent).
   */
  activeProbability(device: number, group: number, hour: number, hourOfWeek: number, missed: number): number {
    const days = Math.max(0, hour - (this.#first[device] ?? hour) - missed) / 24;
    const hourOfDay = hourOfWeek % 24;
    const weekend = hourOfWeek >= 120;
    const split = days >= 21;
    let active = 0;
    for (let day = 0; day < 7; day++) {
      if (split && day >= 5 !== weekend) continue;
      active += this.#week[device * WEEK + day * 24 + hourOfDay] ?? 0;
    }
    const exposed = split ? (days * (weekend ? 2 : 5)) / 7 : days;
    const at = group * WEEK + hourOfWeek;
    const habit = ((this.#groupActive[at] ?? 0) + 1) / ((this.#groupExposed[at] ?? 0) + 2);
    return Math.min(1, (Math.min(active, exposed) + 2 * habit) / (exposed + 2));
  }

  save(out: ByteWriter): void {
    out.u32(this.#devices);
    for (const array of [this.#volumes, this.#week, this.#hours, this.#first, this.#last]) out.array(array);
    for (const array of [this.#groupVolumes, this.#groupResiduals, this.#groupSquares, this.#season, this.#groupActive, this.#groupExposed, this.#groupHours])
      out.array(array);
  }

  load(reader: ByteReader): void {
    this.#devices = reader.u32();
    this.#volumes = readArray(reader, Float32Array);
    this.#week = readArray(reader, Uint8Array);
    this.#hours = readArray(reader, Float32Array);
    this.#first = readArray(reader, Int32Array);
    this.#last = readArray(reader, Int32Array);
    for (const array of [this.#groupVolumes, this.#groupResiduals, this.#groupSquares, this.#season, this.#groupActive, this.#groupExposed, this.#groupHours])
      reader.arrayInto(array);
  }

  /** A new group begins with all that the one it came from has learned. */
  adoptGroup(from: number, to: number): void {
    const copy = (array: Float64Array | Float32Array, each: number): void => {
      array.copyWithin(to * each, from * each, (from + 1) * each);
    };
    copy(this.#groupVolumes, V * VOLUME_STRIDE);
    for (const array of [this.#groupResiduals, this.#groupSquares]) copy(array, V);
    copy(this.#season, V * WEEK);
    for (const array of [this.#groupActive, this.#groupExposed]) copy(array, WEEK);
    copy(this.#groupHours, 1);
  }

  /** One device's own states, for a copy of it; `volumes` stand in for its present ones. */
  saveDevice(out: ByteWriter, device: number, volumes?: Float32Array): void {
    out.array(volumes ?? this.copyStates(device));
    out.array(this.#days.slice(device * V * DAY_LEVEL_STRIDE, (device + 1) * V * DAY_LEVEL_STRIDE));
    out.array(this.weekOf(device).slice());
    out.array(Float32Array.of(this.#hours[device] ?? 0));
    out.array(Int32Array.of(this.#first[device] ?? 0, this.#last[device] ?? 0));
  }

  /** When it was last active stays: it is no habit. */
  loadDevice(reader: ByteReader, device: number): void {
    this.#volumes.set(readArray(reader, Float32Array), device * V * VOLUME_STRIDE);
    this.#days.set(readArray(reader, Float32Array), device * V * DAY_LEVEL_STRIDE);
    this.#week.set(readArray(reader, Uint8Array), device * WEEK);
    this.#hours.set(readArray(reader, Float32Array), device);
    this.#first.set(readArray(reader, Int32Array).subarray(0, 1), device);
  }

  /** What the second form of the saved state added, kept apart so that the first can still be read. */
  saveDays(out: ByteWriter): void {
    out.array(this.#days);
  }

  loadDays(reader: ByteReader): void {
    this.#days = grown(readArray(reader, Float32Array), this.#devices * V * DAY_LEVEL_STRIDE);
  }

  /** For a state of the first form: no day is known. */
  withoutDays(): void {
    this.#days = new Float32Array(Math.max(64, this.#devices) * V * DAY_LEVEL_STRIDE);
  }
}
