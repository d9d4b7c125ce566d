import { fail, ok, type Result } from "../base/result.ts";
import type { ByteReader } from "../stats/bytes.ts";
import { ConformalCalibrator } from "../stats/conformal-calibrator.ts";
import { loadState, stateWriter } from "../stats/load-state.ts";
import { type HostHour, TypeCounts, type TypeSurprise } from "./endpoint-type-counts.ts";

export type { HostHour, TypeSurprise } from "./endpoint-type-counts.ts";

/** A type below this surprise is life; none can claim more than the cap, so that one odd type does not decide alone. Nats. */
const FLOOR = 1;
const CAP = 6;

/** Hours of a type that a companion must have been seen with it before its company explains it by half. */
const COMPANY = 2;
/** Evidence of an hour fades by half in this many hours. */
const CONTEXT_HALF_LIFE = 1;
const STRANGE_SHARE = Math.log(0.01);
const STRANGE_TWENTIETH = Math.log(0.05);
const LONGEST = 2_000;

export interface HostHourScore {
  host: string;
  hour: number;
  /** Nats, >= 0, larger = stranger: own + context. */
  score: number;
  /** The host's own hour: how seldom it alerts at all, and each type beyond 1 nat, capped at 6; types that a stranger host shows in the same hour count less. */
  own: number;
  /** What the strangest other host of this hour and the last ones lends it; at most the 99th percentile of own. */
  context: number;
  /** ln of the calibrated p of the score, at most 0. */
  logP: number;
  /** Nats: the lesser of how seldom the host alerts at all and of how odd its oddest type is for it: a host that hardly ever speaks says what it never says. */
  quiet: number;
  /** ln of the calibrated p of `quiet`, at most 0. */
  quietLogP: number;
  types: TypeSurprise[];
}

/**
 * Which alerts of endpoint tools are customary for a host. An hour is judged by presence, never by counts (scanners and noisy rules
 * repeat themselves): P(host alerts at all) and, for each type, P(type in an hour) with back-off host -> group -> organisation and a
 * tracked rate of novelty; a type that usually comes with another of the hour is explained by it; hosts that are strange in the same hour
 * lend each other weight, since an attack is seldom on one host.
 *
 * In: all alerting hosts of an hour, hours in order. Out: nats, larger = stranger, and a calibrated p. Learns after scoring, everything once
 * an hour, half-life 28 days. Memory about 40 B a host and type, 16 B a pair of types, 5 kB of calibrator; cost about 1 us a type.
 * Blind: a type that the host shows every day, whatever it means today; a single usual alert far from any other strange hour.
 * Source: learning.md §4.4, §4.14 (presence, continuation); Vovk et al. (2005) for the p.
 */
export class EndpointTypes {
  readonly #counts = new TypeCounts();
  readonly #own = new ConformalCalibrator();
  readonly #final = new ConformalCalibrator();
  readonly #quiet = new ConformalCalibrator();
  #evidence = 0;
  #evidenceHour = 0;
  #last = Number.NEGATIVE_INFINITY;

  get hosts(): number {
    return this.#counts.hosts;
  }

  /** Scores the hosts that alerted in a clock hour (hours since 1970), then learns them. Hours must not go back: throws RangeError. */
  closeHour(hour: number, hosts: readonly HostHour[]): HostHourScore[] {
    if (!(hour > this.#last)) throw new RangeError(`hour ${hour} comes after hour ${this.#last}`);
    this.#last = hour;
    this.#counts.startHour(hour, hosts);
    const scored = hosts.map((unit) => this.#judge(hour, unit));
    const alone = scored.map((s) => s.own);
    discountRepeats(scored);
    this.#lend(hour, scored, alone);
    for (const unit of scored) {
      unit.logP = this.#final.logP(unit.score);
      unit.quietLogP = this.#quiet.logP(unit.quiet);
    }
    learnHour(this.#own, alone);
    learnHour(
      this.#final,
      scored.map((s) => s.score),
    );
    learnHour(
      this.#quiet,
      scored.map((s) => s.quiet),
    );
    for (const unit of hosts) this.#counts.learn(hour, unit);
    return scored;
  }

  #judge(hour: number, unit: HostHour): HostHourScore {
    const counts = this.#counts;
    const types: TypeSurprise[] = [...unit.types].map(([type, alerts]) => ({ ...counts.presence(hour, unit, type), type, alerts, pInCompany: 1 }));
    types.sort((a, b) => a.p - b.p || (a.type < b.type ? -1 : 1));
    const silence = Math.min(CAP, -Math.log(counts.active(hour, unit.host)));
    let own = silence;
    for (const [i, one] of types.entries()) {
      one.pInCompany = one.p;
      for (let j = 0; j < i; j++) {
        const other = types[j];
        if (other !== undefined) one.pInCompany = Math.max(one.pInCompany, counts.inCompany(hour, one.type, one.p, other.type, COMPANY));
      }
      own += weigh(one);
    }
    const oddest = types.reduce((least, t) => Math.min(least, counts.whenActive(hour, unit.host, t.type)), 1);
    const quiet = Math.min(silence, -Math.log(oddest));
    return { host: unit.host, hour, score: own, own, context: 0, logP: 0, quiet, quietLogP: 0, types };
  }

  /** Hosts of an hour with a much stranger one are lifted towards the line of the strangest hundredth: by all of it when the other is twice beyond. */
  #lend(hour: number, scored: readonly HostHourScore[], alone: readonly number[]): void {
    const line = this.#line();
    const past = this.#evidence * 2 ** (-(hour - this.#evidenceHour) / CONTEXT_HALF_LIFE);
    let first = 0;
    let second = 0;
    for (const value of alone) {
      if (value > first) [first, second] = [value, first];
      else if (value > second) second = value;
    }
    for (const [i, unit] of scored.entries()) {
      const other = Math.max(past, alone[i] === first ? second : first);
      unit.context = line === undefined ? 0 : line * Math.max(0, Math.min(1, other / line - 1));
      unit.score = unit.own + unit.context;
    }
    if (first > past) {
      this.#evidence = first;
      this.#evidenceHour = hour;
    }
  }

  /** What one host-hour in a hundred exceeds by itself; undefined while too few were seen. */
  #line(): number | undefined {
    if (this.#own.logP(LONGEST) > STRANGE_SHARE) return undefined;
    let low = 0;
    let high = LONGEST;
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (this.#own.logP(middle) > STRANGE_SHARE) low = middle;
      else high = middle;
    }
    return high;
  }

  save(): Uint8Array {
    const out = stateWriter("endpoint-types", 1);
    for (const number of [this.#evidence, this.#evidenceHour, this.#last]) out.f64(number);
    for (const calibrator of [this.#own, this.#final, this.#quiet]) out.array(calibrator.save());
    this.#counts.save(out);
    return out.finish();
  }

  /** Failures: as `loadState` gives them; then nothing has changed. */
  load(bytes: Uint8Array): Result<void> {
    const own = new ConformalCalibrator();
    const final = new ConformalCalibrator();
    const quiet = new ConformalCalibrator();
    const counts = new TypeCounts();
    const numbers: number[] = [];
    const read = loadState(bytes, "endpoint-types", 1, (reader) => {
      for (let i = 0; i < 3; i++) numbers.push(reader.f64());
      for (const calibrator of [own, final, quiet]) readCalibrator(reader, calibrator);
      counts.load(reader);
    });
    if (!read.ok) return read;
    if (numbers.some(Number.isNaN)) return fail("state-size", "learned endpoint types hold no numbers where numbers belong");
    [this.#evidence = 0, this.#evidenceHour = 0, this.#last = Number.NEGATIVE_INFINITY] = numbers;
    this.#own.load(own.save());
    this.#final.load(final.save());
    this.#quiet.load(quiet.save());
    this.#counts.take(counts);
    return ok(undefined);
  }
}

/** Hosts that are strange in one hour are one event: together they weigh one, or an attack would make the next one usual. */
function learnHour(calibrator: ConformalCalibrator, values: readonly number[]): void {
  const isStrange = values.map((v) => calibrator.logP(v) < STRANGE_TWENTIETH);
  const strange = isStrange.filter(Boolean).length;
  values.forEach((value, i) => {
    calibrator.learnOne(value, isStrange[i] === true ? 1 / strange : 1);
  });
}

function readCalibrator(reader: ByteReader, into: ConformalCalibrator): void {
  const bytes = new Uint8Array(reader.peekCount());
  reader.arrayInto(bytes);
  into.load(bytes);
}

function weigh(type: TypeSurprise): number {
  return Math.min(CAP, Math.max(0, -Math.log(type.pInCompany) - FLOOR));
}

/** The same odd type on a second host of the hour is one story told twice: it counts by 1/sqrt(n) from the strangest host down. */
function discountRepeats(scored: readonly HostHourScore[]): void {
  const told = new Map<string, number>();
  const order = [...scored].sort((a, b) => b.own - a.own || (a.host < b.host ? -1 : 1));
  for (const unit of order) {
    let own = unit.own;
    for (const type of unit.types) {
      const weight = weigh(type);
      if (weight === 0) continue;
      const before = told.get(type.type) ?? 0;
      own -= weight * (1 - 1 / Math.sqrt(1 + before));
      told.set(type.type, before + 1);
    }
    unit.own = Math.max(0, own);
  }
}
