import { addToDay, closeDay, DAY_LEVEL_STRIDE, forgetDays } from "../../stats/day-level.ts";
import { LevelShift } from "../../stats/level-shift.ts";
import { learnVolume, setVolumeLevel, VOLUME_STRIDE, type VolumePrior, volumeSurprise } from "../../stats/volume-hurdle.ts";

/** What a learner says of one hour, before it learns it. */
export interface Judged {
  /** ln p of the hour, and of the day that ended with it (0 when none did). */
  hour: number;
  day: number;
}

export interface Learner {
  /** One hour of one volume, ln(1+x). */
  step(hour: number, y: number): Judged;
  /** "Changed behaviour" items so far. */
  readonly items: number;
}

export interface LearnerKind {
  name: string;
  make(prior: VolumePrior): Learner;
}

/** Hours below this are learned at a quarter of their weight. */
const DOUBT = Math.log(1e-4);
const BEYOND = Math.log(1e-3);

/** The product's volume learner: hurdle with slow anchor and winsorised learning, level of days, lasting change. */
class Ours implements Learner {
  readonly #volume = new Float64Array(VOLUME_STRIDE);
  readonly #days = new Float64Array(DAY_LEVEL_STRIDE);
  readonly #watch = new LevelShift();
  readonly #prior: VolumePrior;
  items = 0;

  constructor(prior: VolumePrior) {
    this.#prior = prior;
  }

  step(hour: number, y: number): Judged {
    const x = Math.expm1(y);
    const logP = -volumeSurprise(this.#volume, 0, x, this.#prior);
    const day = -(closeDay(this.#days, 0, Math.floor(hour / 24))?.surprise ?? 0);
    addToDay(this.#days, 0, y);
    learnVolume(this.#volume, 0, x, logP < DOUBT ? 0.25 : 1);
    const shift = this.#watch.observe(y, logP < BEYOND);
    if (shift !== undefined) {
      this.items++;
      setVolumeLevel(this.#volume, 0, shift);
      forgetDays(this.#days, 0);
    }
    return { hour: logP, day };
  }
}

/** The same hurdle without any guard: learns every hour as it comes, or none that is beyond 1e-3. */
class Plain implements Learner {
  readonly items = 0;
  readonly #state = { n: 0, mean: 0, squares: 0 };
  readonly #prior: VolumePrior;
  readonly #learnsAll: boolean;

  constructor(prior: VolumePrior, learnsAll: boolean) {
    this.#prior = prior;
    this.#learnsAll = learnsAll;
  }

  step(_hour: number, y: number): Judged {
    const s = this.#state;
    const packed = new Float64Array(VOLUME_STRIDE);
    packed.set([s.n, 0, s.n, s.mean, s.squares]);
    const logP = -volumeSurprise(packed, 0, Math.expm1(y), this.#prior);
    if (this.#learnsAll || logP >= BEYOND) {
      const keep = 2 ** (-1 / 240);
      s.n = s.n * keep + 1;
      s.squares *= keep;
      const off = y - s.mean;
      s.mean += off / s.n;
      s.squares += off * (y - s.mean);
    }
    return { hour: logP, day: 0 };
  }
}

/** Mean and standard deviation of everything so far, with the prior as two windows; the tail of a normal distribution. */
class ZScore implements Learner {
  readonly items = 0;
  #n = 2;
  #mean: number;
  #squares: number;

  constructor(prior: VolumePrior) {
    this.#mean = prior.mean;
    this.#squares = 2 * prior.variance;
  }

  step(_hour: number, y: number): Judged {
    const z = (y - this.#mean) / Math.sqrt(this.#squares / this.#n);
    this.#n++;
    const off = y - this.#mean;
    this.#mean += off / this.#n;
    this.#squares += off * (y - this.#mean);
    return { hour: logNormalTail(z), day: 0 };
  }
}

/** ln P(Z >= z), good to 1e-3 (Marsaglia's rational bound for the far tail). */
function logNormalTail(z: number): number {
  if (z < 0) return Math.log1p(-Math.exp(logNormalTail(-z)));
  const tail = (2 / (Math.sqrt(2 * Math.PI) * (z + Math.sqrt(z * z + 2.5)))) * Math.exp(-(z * z) / 2);
  return z < 3 ? Math.log(Math.min(0.5, tail * (1 - 0.015 * Math.exp(-z)))) : -(z * z) / 2 - Math.log(z * Math.sqrt(2 * Math.PI)) - Math.log1p(1 / (z * z));
}

export const LEARNERS: readonly LearnerKind[] = [
  { name: "wonted", make: (prior) => new Ours(prior) },
  { name: "learn all", make: (prior) => new Plain(prior, true) },
  { name: "never learn", make: (prior) => new Plain(prior, false) },
  { name: "z-score", make: (prior) => new ZScore(prior) },
];
