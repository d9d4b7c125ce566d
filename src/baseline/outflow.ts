import { DAY } from "../base/time.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { ConformalCalibrator } from "../stats/conformal-calibrator.ts";
import { learnSlowly, levelOf, moveLevel, SLOW_STRIDE } from "../stats/slow-level.ts";
import { type VolumePrior, volumeSurprise } from "../stats/volume-hurdle.ts";
import { loadCalibrators, saveCalibrators } from "./calibrators.ts";
import { grown, readArray } from "./columns.ts";
import { MOST_GROUPS } from "./value-table.ts";

/** Days held, and the windows that totals are told over. */
const DAYS = 30;
export const OUTFLOW_WINDOWS = ["day", "week", "month"] as const;
export type OutflowWindow = (typeof OUTFLOW_WINDOWS)[number];
const SPAN: Readonly<Record<OutflowWindow, number>> = { day: 1, week: 7, month: DAYS };
/** Levels learned: of days and of weeks. A month is judged by the level of weeks, as long as it is. */
const LEVELS = 2;
/** Days with any bytes out in a usual week: what a day adds to the knowledge of weeks, since seven windows overlap. */
const WEEK_DAYS = 5;
/** The usual may grow by half in a month of working days, and forgets with a half-life of half a year of them. */
const SLOW = { mostRise: Math.log(1.5) / 22, keep: 2 ** (-1 / 130) };
const GROUP_KEEP = 2 ** (-1 / 5_000);
const GROUP_LEAST = 12;
/** Deviations from their own levels that the guess of their spread counts for. */
const GUESS_WORTH = 3;
/** Half the windows that the group's spread counts for, at most. */
const MOST_SHAPE = 12;
/** Days in a row that a device's total was among the strangest of a hundred: each is worth 0.7 of the one before as news of what is usual. */
const ELEVATED = Math.log(50);
/** Least variance of ln(1+x) between days, and between weeks, that is ever believed. */
const LEAST_VARIANCE = [0.15, 0.05];
const FIRST_GUESS: readonly VolumePrior[] = [
  { positive: 1, mean: 14, variance: 2, weight: 0.3 },
  { positive: 1, mean: 15.5, variance: 0.7, weight: 0.3 },
];
/** A week that is this strange on so many active days in a row is the new usual: it was told long before. */
const ADOPT_SURPRISE = Math.log(10_000);
const ADOPT_TIMES = Math.log(6);
const ADOPT_DAYS = 10;
/** Totals are kept as 1,500 x ln(1 + bytes): exact to a part in 1,500. */
const CODE = 1_500;

/** What a device sent outside over a window, against its own level and its peer group's. */
export interface Outflow {
  /** Bytes. */
  sent: number;
  /** Bytes of its usual such window. */
  usual: number;
  /** -ln of the calibrated P(this much or more in such a window), nats, 0 while nothing is known. */
  surprise: number;
  /** The same, not calibrated, against the group's devices, whatever this one is used to. */
  groupSurprise: number;
  /** Days that the window holds: fewer than its span for a young device. */
  days: number;
}

/** Per group and level: days, mean and S of ln(1+x), then deviations of members from their own levels: number and sum of squares. */
const GROUP_STRIDE = 5;

/**
 * What own devices send outside over a day, a week and a month: what stays within an hour's usual still adds up. Each total is judged against
 * the device's own level, which can rise by no more than half in a month (poisoning, slow ramps), and against the levels of its group.
 * Days are UTC days; the day that is open counts with what it holds so far. A month is judged as so many weeks.
 *
 * Memory 140 B a device that ever sent anything. Cost 15 ns a flow, 1 us a day and device; 2 us a question.
 * A device is judged from its second day with traffic on, wide at first. Blind: what stays within the device's usual weeks; answers of own servers.
 * Source: learning.md §4.10 (absolute ceilings and group views against slow ramps).
 */
export class OutflowLedger {
  #ring = new Uint16Array(64 * DAYS);
  #today = new Float64Array(64);
  /** Number of the open day and of the first one; 0 = never sent. */
  #day = new Int32Array(64);
  #first = new Int32Array(64);
  /** Bytes of the 6 and of the 29 days before the open one. */
  #before = new Float64Array(64 * 2);
  #levels = new Float32Array(64 * LEVELS * SLOW_STRIDE);
  #beyond = new Uint8Array(64);
  #elevated = new Uint8Array(64 * OUTFLOW_WINDOWS.length);
  /** Smallest learning weight of the open day. */
  #weight = new Float32Array(64);
  readonly #groups = new Float64Array(MOST_GROUPS * LEVELS * GROUP_STRIDE);
  readonly #calibrators = Array.from({ length: MOST_GROUPS * OUTFLOW_WINDOWS.length }, () => new ConformalCalibrator());

  get bytes(): number {
    return (
      this.#ring.byteLength + this.#today.byteLength + this.#day.byteLength * 2 + this.#before.byteLength + this.#levels.byteLength + this.#weight.byteLength
    );
  }

  /** Bytes that a device sent outside. `weight` 0 to 1: of learning; bytes count whole. */
  add(device: number, group: number, time: number, bytes: number, weight: number): void {
    if (!(bytes > 0)) return;
    const day = Math.floor(time / DAY);
    this.#ensure(device);
    if ((this.#first[device] ?? 0) === 0) {
      this.#first[device] = day;
      this.#day[device] = day;
      this.#weight[device] = 1;
    }
    if (day > (this.#day[device] ?? 0)) this.#close(device, group, day);
    this.#today[device] = (this.#today[device] ?? 0) + bytes;
    if (weight < (this.#weight[device] ?? 1)) this.#weight[device] = weight;
  }

  /** The window that ends now. `more`: bytes that were not added yet. Undefined for a device that never sent anything. */
  judge(device: number, group: number, window: OutflowWindow, time: number, more = 0): Outflow | undefined {
    const first = this.#first[device] ?? 0;
    if (first === 0 && more <= 0) return undefined;
    const today = Math.floor(time / DAY);
    const sent = this.#sent(device, window, today) + more;
    const level = window === "day" ? 0 : 1;
    const at = (device * LEVELS + level) * SLOW_STRIDE;
    const prior = this.#prior(group, level);
    const days = Math.min(SPAN[window], first === 0 ? 1 : today - first + 1);
    const weeks = window === "month" ? this.#weeks(device, today) : 0;
    return {
      sent,
      usual: Math.expm1(levelOf(this.#levels, at, prior) + weeks),
      surprise: this.#calibrator(group, window).scoreOne(this.#raw(device, group, level, sent, weeks)),
      groupSurprise: this.#groupSurprise(group, level, sent, weeks),
      days,
    };
  }

  /** ln of the weeks that the device's month holds so far, at least one. */
  #weeks(device: number, today: number): number {
    const first = this.#first[device] ?? 0;
    return Math.log(Math.min(DAYS, Math.max(7, first === 0 ? 1 : today - first + 1)) / 7);
  }

  #raw(device: number, group: number, level: number, sent: number, weeks: number): number {
    const at = (device * LEVELS + level) * SLOW_STRIDE;
    const isKnown = (this.#levels[at + 2] ?? 0) > 0 || this.#groupDays(group, level) >= GROUP_LEAST;
    return isKnown ? volumeSurprise(this.#levels, at, sent, this.#prior(group, level), weeks) : 0;
  }

  /** One device that stays strange for weeks must not make its group's calibrator believe that this is usual. */
  #calibrate(device: number, group: number, window: OutflowWindow, raw: number): void {
    const calibrator = this.#calibrator(group, window);
    const at = device * OUTFLOW_WINDOWS.length + OUTFLOW_WINDOWS.indexOf(window);
    const isElevated = calibrator.scoreOne(raw) >= ELEVATED;
    calibrator.learnOne(raw, 0.7 ** (this.#elevated[at] ?? 0));
    this.#elevated[at] = isElevated ? Math.min(20, (this.#elevated[at] ?? 0) + 1) : 0;
  }

  #calibrator(group: number, window: OutflowWindow): ConformalCalibrator {
    return this.#calibrators[group * OUTFLOW_WINDOWS.length + OUTFLOW_WINDOWS.indexOf(window)] as ConformalCalibrator;
  }

  #sent(device: number, window: OutflowWindow, today: number): number {
    const open = this.#day[device] ?? 0;
    if (today <= open) return (this.#today[device] ?? 0) + (window === "day" ? 0 : (this.#before[device * 2 + (window === "week" ? 0 : 1)] ?? 0));
    // Days have passed without a byte: the ring is not moved for a question.
    let sum = 0;
    for (let d = today - SPAN[window] + 1; d <= open; d++) sum += d === open ? (this.#today[device] ?? 0) : this.#of(device, d, open);
    return sum;
  }

  /** Total of a closed day within the ring that ends at `open`. */
  #of(device: number, day: number, open: number): number {
    if (day <= open - DAYS || day >= open) return 0;
    return Math.expm1((this.#ring[device * DAYS + (day % DAYS)] ?? 0) / CODE);
  }

  #close(device: number, group: number, next: number): void {
    const day = this.#day[device] ?? 0;
    const today = this.#today[device] ?? 0;
    for (const window of OUTFLOW_WINDOWS) {
      const weeks = window === "month" ? this.#weeks(device, day) : 0;
      const raw = this.#raw(device, group, window === "day" ? 0 : 1, this.#sent(device, window, day), weeks);
      if ((this.#levels[device * LEVELS * SLOW_STRIDE + 2] ?? 0) > 0) this.#calibrate(device, group, window, raw);
    }
    this.#learn(device, group, 0, today, 1);
    // Before a week has passed there is no week to learn.
    if (day - (this.#first[device] ?? day) >= 6) {
      const week = today + (this.#before[device * 2] ?? 0);
      this.#adopt(device, group, week);
      this.#learn(device, group, 1, week, 1 / WEEK_DAYS);
    }
    // A device that was away for longer than the ring comes back to an empty one.
    this.#ring[device * DAYS + (day % DAYS)] = next - day < DAYS ? Math.min(65_535, Math.round(CODE * Math.log1p(today))) : 0;
    for (let d = day + 1; d < Math.min(next, day + DAYS); d++) this.#ring[device * DAYS + (d % DAYS)] = 0;
    // The open day's place is free from now on.
    this.#ring[device * DAYS + (next % DAYS)] = 0;
    this.#day[device] = next;
    this.#today[device] = 0;
    this.#weight[device] = 1;
    for (const [i, span] of [SPAN.week, SPAN.month].entries()) {
      let sum = 0;
      for (let d = next - span + 1; d < next; d++) if (d <= day && d > next - DAYS) sum += Math.expm1((this.#ring[device * DAYS + (d % DAYS)] ?? 0) / CODE);
      this.#before[device * 2 + i] = sum;
    }
  }

  #learn(device: number, group: number, level: number, total: number, share: number): void {
    if (!(total > 0)) return;
    const at = (device * LEVELS + level) * SLOW_STRIDE;
    const weight = share * (this.#weight[device] ?? 1);
    const prior = this.#prior(group, level);
    const n = this.#levels[at + 2] ?? 0;
    const g = (group * LEVELS + level) * GROUP_STRIDE;
    const groups = this.#groups;
    const mean = groups[g + 1] ?? 0;
    // What one device does counts by its level, not by its days beyond it.
    const own = n > 0 ? (this.#levels[at + 3] ?? 0) : Math.log1p(total);
    const y = Math.min(Math.log1p(total), own + 3);
    const days = (groups[g] ?? 0) * GROUP_KEEP + weight;
    groups[g] = days;
    groups[g + 1] = mean + (weight * (y - mean)) / days;
    groups[g + 2] = (groups[g + 2] ?? 0) * GROUP_KEEP + weight * (y - mean) * (y - (groups[g + 1] ?? 0));
    if (n >= 0.6) {
      const reach = 2.5 * Math.sqrt(prior.variance);
      const off = Math.max(-reach, Math.min(reach, y - own));
      groups[g + 3] = (groups[g + 3] ?? 0) * GROUP_KEEP + weight;
      groups[g + 4] = (groups[g + 4] ?? 0) * GROUP_KEEP + weight * off * off;
    }
    learnSlowly(this.#levels, at, total, weight, prior, SLOW);
  }

  /** A week that stayed far beyond the usual for a fortnight of working days becomes it, as lasting changes of hours do. */
  #adopt(device: number, group: number, week: number): void {
    const at = (device * LEVELS + 1) * SLOW_STRIDE;
    const prior = this.#prior(group, 1);
    const y = Math.log1p(week);
    const isBeyond = y - levelOf(this.#levels, at, prior) >= ADOPT_TIMES && volumeSurprise(this.#levels, at, week, prior) >= ADOPT_SURPRISE;
    this.#beyond[device] = isBeyond ? (this.#beyond[device] ?? 0) + 1 : 0;
    if ((this.#beyond[device] ?? 0) < ADOPT_DAYS) return;
    this.#beyond[device] = 0;
    const rise = y - (this.#levels[at + 3] ?? 0);
    moveLevel(this.#levels, at, y);
    const dayAt = device * LEVELS * SLOW_STRIDE;
    moveLevel(this.#levels, dayAt, (this.#levels[dayAt + 3] ?? 0) + rise);
  }

  #groupDays(group: number, level: number): number {
    return this.#groups[(group * LEVELS + level) * GROUP_STRIDE] ?? 0;
  }

  #prior(group: number, level: number): VolumePrior {
    const guess = FIRST_GUESS[level] as VolumePrior;
    const g = (group * LEVELS + level) * GROUP_STRIDE;
    const n = this.#groups[g] ?? 0;
    if (n < GROUP_LEAST) return guess;
    const least = LEAST_VARIANCE[level] ?? 0.1;
    const total = Math.max(least, (this.#groups[g + 2] ?? 0) / n);
    const deviations = this.#groups[g + 3] ?? 0;
    const within = Math.max(least, ((this.#groups[g + 4] ?? 0) + GUESS_WORTH * guess.variance) / (deviations + GUESS_WORTH));
    const between = Math.max(0.1, total - within);
    return {
      positive: 1,
      mean: this.#groups[g + 1] ?? 0,
      variance: within,
      weight: Math.min(2, Math.max(0.1, within / between)),
      shape: Math.min(MOST_SHAPE, 1.5 + deviations / 4),
    };
  }

  #groupSurprise(group: number, level: number, sent: number, shift: number): number {
    const g = (group * LEVELS + level) * GROUP_STRIDE;
    const n = this.#groups[g] ?? 0;
    if (n < GROUP_LEAST) return 0;
    const state = [0, 0, n, this.#groups[g + 1] ?? 0, this.#groups[g + 2] ?? 0, 0, 0];
    return volumeSurprise(Float64Array.from(state), 0, sent, { positive: 1, mean: state[3] ?? 0, variance: 1, weight: 1 }, shift);
  }

  #ensure(device: number): void {
    if (device < this.#first.length) return;
    this.#today = grown(this.#today, device + 1);
    const size = this.#today.length;
    this.#ring = grown(this.#ring, size * DAYS);
    this.#day = grown(this.#day, size);
    this.#first = grown(this.#first, size);
    this.#before = grown(this.#before, size * 2);
    this.#levels = grown(this.#levels, size * LEVELS * SLOW_STRIDE);
    this.#beyond = grown(this.#beyond, size);
    this.#elevated = grown(this.#elevated, size * OUTFLOW_WINDOWS.length);
    this.#weight = grown(this.#weight, size);
  }

  save(out: ByteWriter): void {
    for (const array of [this.#ring, this.#today, this.#day, this.#first, this.#before, this.#levels, this.#beyond, this.#elevated, this.#weight, this.#groups])
      out.array(array);
    saveCalibrators(out, this.#calibrators);
  }

  load(reader: ByteReader): void {
    this.#ring = readArray(reader, Uint16Array);
    this.#today = readArray(reader, Float64Array);
    this.#day = readArray(reader, Int32Array);
    this.#first = readArray(reader, Int32Array);
    this.#before = readArray(reader, Float64Array);
    this.#levels = readArray(reader, Float32Array);
    this.#beyond = readArray(reader, Uint8Array);
    this.#elevated = readArray(reader, Uint8Array);
    this.#weight = readArray(reader, Float32Array);
    reader.arrayInto(this.#groups);
    loadCalibrators(reader, this.#calibrators);
  }
}
