import type { FactValue } from "../../schema/observation.ts";
import { learnVolume, VOLUME_STRIDE, type VolumePrior, volumeQuantile, volumeSurprise, WIDE_PRIOR } from "../../stats/volume-hurdle.ts";
import { VOLUME_ACTIVITIES, VOLUME_COUNT } from "./user-features.ts";

export const VOLUME_NAMES: readonly string[] = [...VOLUME_ACTIVITIES, "failed sign-in"];

/** How much a user does of each thing in an active day. */
export interface Volumes {
  state: Float64Array;
  day: number;
  today: Float64Array;
  /** 95 % of days, worked out at most once a day; NaN before. */
  high: Float64Array;
}

export function newVolumes(): Volumes {
  return {
    state: new Float64Array(VOLUME_COUNT * VOLUME_STRIDE),
    day: -1,
    today: new Float64Array(VOLUME_COUNT),
    high: new Float64Array(VOLUME_COUNT).fill(Number.NaN),
  };
}

/** Days of one entity beyond which its own habit, not the organisation's, decides. */
const PRIOR_DAYS = 2;

/** Days of users by how much they held: bins of a quarter octave. */
const BINS = 64;
const DAYS_HALF_LIFE = 28;

/**
 * Counts by active day of a user: a hurdle model (see VolumeHurdle) a user and activity, with the organisation's days as its prior.
 * A day is closed when the user is next active; what is counted so far today is judged against closed days only.
 * Beside it, how often somebody of the whole organisation has so full a day: a p alone says nothing of how often chance brings it to
 * thousands of users. 8 kB in all, half-life 28 days.
 */
export class UserVolumes {
  readonly #all = new Float64Array(VOLUME_COUNT * VOLUME_STRIDE);
  readonly #days = new Float64Array(VOLUME_COUNT * BINS);
  /** Day that the faded counts stand at, and for how many days they count. */
  #day = Number.NaN;
  #span = 0;

  priorOf(volume: number): VolumePrior {
    const at = volume * VOLUME_STRIDE;
    const n = this.#all[at + 2] ?? 0;
    if (n < 20) return WIDE_PRIOR;
    const positive = (this.#all[at] ?? 0) / Math.max(1, (this.#all[at] ?? 0) + (this.#all[at + 1] ?? 0));
    return { positive: Math.max(0.02, positive), mean: this.#all[at + 3] ?? 1, variance: Math.max(0.1, (this.#all[at + 4] ?? 0) / n), weight: PRIOR_DAYS };
  }

  /** Closes the user's day when `day` is a later one. */
  turn(volumes: Volumes, day: number): void {
    if (volumes.day >= day) return;
    this.#forget(day);
    if (volumes.day >= 0)
      for (let v = 0; v < VOLUME_COUNT; v++) {
        const x = volumes.today[v] ?? 0;
        learnVolume(volumes.state, v * VOLUME_STRIDE, x);
        learnVolume(this.#all, v * VOLUME_STRIDE, x);
        if (x > 0) this.#days[v * BINS + binOf(x)] = (this.#days[v * BINS + binOf(x)] ?? 0) + 1;
      }
    volumes.day = day;
    volumes.today.fill(0);
    volumes.high.fill(Number.NaN);
  }

  /** -ln P(that many or more in a day), nats. */
  surprise(volumes: Volumes, volume: number, count: number): number {
    return volumeSurprise(volumes.state, volume * VOLUME_STRIDE, count, this.priorOf(volume));
  }

  /** Users' days with as many or more, of the whole organisation, a day; rather too many than too few, by a quarter octave. 0 on the first day. */
  perDay(volume: number, count: number): number {
    let days = 0;
    for (let bin = binOf(count); bin < BINS; bin++) days += this.#days[volume * BINS + bin] ?? 0;
    return days / Math.max(1, this.#span);
  }

  #forget(day: number): void {
    if (Number.isNaN(this.#day)) this.#day = day;
    if (day <= this.#day) return;
    const keep = 2 ** (-(day - this.#day) / DAYS_HALF_LIFE);
    for (let i = 0; i < this.#days.length; i++) this.#days[i] = (this.#days[i] ?? 0) * keep;
    this.#span = this.#span * keep + (day - this.#day);
    this.#day = day;
  }

  high(volumes: Volumes, volume: number): number {
    let high = volumes.high[volume] ?? Number.NaN;
    if (Number.isNaN(high)) {
      high = volumeQuantile(volumes.state, volume * VOLUME_STRIDE, 0.05, this.priorOf(volume));
      volumes.high[volume] = high;
    }
    return high;
  }

  save(): number[] {
    return [...this.#all, Number.isNaN(this.#day) ? -1 : this.#day, this.#span, ...this.#days];
  }

  /** States of earlier versions end after the organisation's days. */
  load(saved: readonly number[]): void {
    const { length } = this.#all;
    this.#all.set(saved.slice(0, length));
    const [day = -1, span = 0] = saved.slice(length);
    this.#day = day < 0 ? Number.NaN : day;
    this.#span = span;
    this.#days.fill(0);
    this.#days.set(saved.slice(length + 2, length + 2 + this.#days.length));
  }
}

/** Facts of one more of a volume (-1: of none), so many items of it at once, before they are counted. */
export function volumeFacts(facts: Record<string, FactValue>, all: UserVolumes, volumes: Volumes, volume: number, items: number): void {
  const today = volume < 0 ? undefined : (volumes.today[volume] ?? 0) + items;
  facts.activityToday = today;
  facts.activityP = today === undefined ? undefined : Math.exp(-all.surprise(volumes, volume, today));
  facts.activityPerDay = today === undefined ? undefined : all.perDay(volume, today);
  facts.activityHigh = today === undefined || today < 5 ? undefined : all.high(volumes, volume);
}

function binOf(count: number): number {
  return Math.min(BINS - 1, Math.floor(4 * Math.log2(1 + count)));
}
