import { DAY, HOUR, iso, MINUTE, ZoneClock } from "../base/time.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Family } from "../schema/families.ts";
import type { Facts } from "../schema/observation.ts";
import type { SourceHealth, SourceState } from "../schema/source.ts";
import { Fields, type SavedFields } from "./health/fields.ts";
import { Gaps, type SavedGaps } from "./health/gaps.ts";
import { QuarterHours, type SavedQuarterHours } from "./health/quarter-hours.ts";
import { Rates, type SavedRates } from "./health/rates.ts";

export interface HealthOptions {
  id: string;
  kind: SourceHealth["kind"];
  path: string;
  /** Now, ms: wall clock live, event time in a replay. */
  now: number;
  /** IANA name of the organisation's time zone. Default UTC. */
  timezone?: string;
  saved?: SavedHealth;
}

/** A change of state that matters; live and quiet are one. */
export interface SourceTransition {
  source: string;
  /** When it came to be so, ms: of a silence, when it passed what is usual. */
  time: number;
  state: SourceState;
  previous: SourceState;
  reason: string;
  silentMinutes: number;
  /** Set when only this family is concerned. */
  family?: Family;
  field?: string;
}

export interface FamilyHealth {
  family: Family;
  events: number;
  last: number;
}

export interface SavedHealth {
  version: 1;
  gaps: SavedGaps;
  rates: SavedRates;
  fields: SavedFields[];
  quarters: SavedQuarterHours;
  families: { family: Family; events: number; last: number; gaps: SavedGaps; rates: SavedRates }[];
  events: number;
  rejected: number;
  duplicates: number;
  lastEvent?: number;
}

/** One family of the source, watched apart: dns.log may stop while conn.log goes on. */
interface FamilyWatch extends FamilyHealth {
  gaps: Gaps;
  rates: Rates;
  stopped: number | undefined;
}

const ALARMED: ReadonlySet<SourceState> = new Set(["silent", "thinning", "field-lost", "error"]);
/** A gap that is longer than this many limits is an outage and teaches nothing. */
const OUTAGE = 3;
const NEVER_CAME = 15 * MINUTE;
/** Days before one family's silence counts, and events in 10 minutes that it must usually bring. */
const FAMILY_DAYS = 3;
const FAMILY_LEAST = 5;

/**
 * Health of one source: learns how often it speaks, how much it brings and which fields it fills, and says when that ends.
 * Pure: time is handed in. Call `came` for every event, `tick` about once a minute; `tick` returns the changes.
 *
 *   live        events come                       quiet       none for 5 minutes, which is usual at this hour
 *   silent      none for longer than learned      thinning    far fewer than learned, or one family stopped
 *   field-lost  a field is not filled any more    error       it cannot be read (said by `setError`)
 *   starting    none yet                          ended       it was read to its end (said by `end`)
 *
 * From silent and thinning by 10 minutes without more than a tick's delay: see gaps.ts, rates.ts and fields.ts for the rules and for what they miss.
 * Memory: 14 kB and 14 kB a family. Cost: about 0.15 µs an event, 0.1 ms a tick. Save: about 60 kB of JSON at most a family.
 */
export class HealthOfSource {
  readonly id: string;
  readonly #options: HealthOptions;
  readonly #zone: ZoneClock;
  #gaps: Gaps;
  #rates: Rates;
  readonly #fields: Fields;
  readonly #quarters: QuarterHours;
  readonly #families = new Map<Family, FamilyWatch>();
  #state: SourceState = "starting";
  #reason: string | undefined;
  #since: number;
  #frozen: ReadonlySet<Family> | "all" | undefined;
  #started: number;
  #events: number;
  #rejected: number;
  #duplicates: number;
  #lastEvent: number | undefined;
  #files = 0;
  #bytes = 0;
  #error: string | undefined;
  #ended = false;
  #thin: number | undefined;
  #tickEvents = 0;
  #fresh = true;

  constructor(options: HealthOptions) {
    const { now, saved } = options;
    this.id = options.id;
    this.#options = options;
    this.#zone = new ZoneClock(options.timezone ?? "UTC");
    this.#gaps = new Gaps(this.#zone, now, saved?.gaps);
    this.#rates = new Rates(this.#zone, now, saved?.rates);
    this.#fields = new Fields(saved?.fields);
    this.#quarters = new QuarterHours(saved?.quarters);
    this.#since = now;
    this.#started = now;
    this.#events = saved?.events ?? 0;
    this.#rejected = saved?.rejected ?? 0;
    this.#duplicates = saved?.duplicates ?? 0;
    this.#lastEvent = saved?.lastEvent;
    for (const each of saved?.families ?? []) this.#watch(each.family, now, each);
  }

  /** One event arrived at `now`; of old logs that are read in at first, the event's own time. Of a duplicate too: the source does speak. */
  came(event: NetEvent, now: number): void {
    if (now < this.#started && this.#fresh) this.#beginAt(now);
    this.#fresh = false;
    this.#events++;
    this.#tickEvents++;
    if (event.duplicateOf !== undefined) this.#duplicates++;
    // A record from years ahead would be the last one for years.
    const plausible = event.time <= now + HOUR;
    if (plausible && (this.#lastEvent === undefined || event.time > this.#lastEvent)) this.#lastEvent = event.time;
    if (now > this.#gaps.last) this.#gapEnds(now);
    this.#rates.came(now, 1);
    if (plausible) this.#quarters.came(event.time);
    this.#fields.came(event, now);
    const family = this.#families.get(event.family) ?? this.#watch(event.family, now);
    family.events++;
    if (plausible && event.time > family.last) family.last = event.time;
    if (now > family.gaps.last) family.gaps.came(now, family.stopped === undefined);
    family.rates.came(now, 1);
  }

  rejected(count: number): void {
    this.#rejected += count;
  }

  /** What the follower or reader knows of the disk. */
  read(files: number, bytes: number): void {
    this.#files = files;
    this.#bytes = bytes;
  }

  /** Why it cannot be read now, or undefined when it can again. */
  setError(reason: string | undefined): void {
    this.#error = reason;
  }

  end(): void {
    this.#ended = true;
  }

  /** Judges the source at `now`. At most one change of the source and one for each family and field that stopped. */
  tick(now: number): SourceTransition[] {
    const previous = this.#state;
    const judged = this.#judge(now);
    const outage = judged.state === "silent" || judged.state === "error";
    this.#rates.tick(now, !ALARMED.has(judged.state));
    for (const family of this.#families.values()) family.rates.tick(now, !outage && family.stopped === undefined);
    this.#quarters.watched(now, !outage);
    this.#frozen = judged.frozen;
    this.#reason = judged.reason;
    this.#tickEvents = 0;
    if (judged.state === previous) return [];
    this.#state = judged.state;
    this.#since = judged.time;
    const matters = ALARMED.has(previous) || ALARMED.has(judged.state) || judged.state === "ended";
    if (!matters) return [];
    const silentMinutes = Math.max(0, Math.floor((now - this.#gaps.last) / MINUTE));
    const transition: SourceTransition = {
      source: this.id,
      time: judged.time,
      state: judged.state,
      previous,
      reason: judged.reason ?? "events come again",
      silentMinutes,
    };
    if (judged.family !== undefined) transition.family = judged.family;
    if (judged.field !== undefined) transition.field = judged.field;
    return [transition];
  }

  /** True when what this source brings (of a family) must not be learned from: its absence is a fault of the sensor, not a habit of devices. */
  learningFrozen(family?: Family): boolean {
    if (this.#frozen === undefined) return false;
    return this.#frozen === "all" || (family !== undefined && this.#frozen.has(family));
  }

  snapshot(now: number): SourceHealth {
    const { id, kind, path } = this.#options;
    const out: SourceHealth = {
      id,
      kind,
      path,
      state: this.#state,
      since: this.#since,
      lastEvent: this.#lastEvent,
      lag: this.#lastEvent === undefined ? undefined : now - this.#lastEvent,
      rate: this.#rates.perMinute(now),
      usualRate: this.#rates.usual(now),
      events: this.#events,
      rejected: this.#rejected,
      duplicates: this.#duplicates,
      files: this.#files,
      bytes: this.#bytes,
    };
    if (this.#reason !== undefined) out.reason = this.#reason;
    return out;
  }

  families(): FamilyHealth[] {
    return [...this.#families.values()].map(({ family, events, last }) => ({ family, events, last })).sort((a, b) => b.events - a.events);
  }

  /** Share of records that carry each field. */
  fieldShares(): { family: Family; field: string; share: number }[] {
    return this.#fields.shares();
  }

  /** Events per quarter hour of the last 24 h of event time; null where the source was not read or was out. */
  history(): { start: number; events: number | null }[] {
    return this.#quarters.last24h(this.#lastEvent);
  }

  save(): SavedHealth {
    const out: SavedHealth = {
      version: 1,
      gaps: this.#gaps.save(),
      rates: this.#rates.save(),
      fields: this.#fields.save(),
      quarters: this.#quarters.save(),
      families: [...this.#families.values()].map(({ family, events, last, gaps, rates }) => ({ family, events, last, gaps: gaps.save(), rates: rates.save() })),
      events: this.#events,
      rejected: this.#rejected,
      duplicates: this.#duplicates,
    };
    if (this.#lastEvent !== undefined) out.lastEvent = this.#lastEvent;
    return out;
  }

  /** Old logs are read in: what they tell of the time before the platform ran is learned from as if it had. */
  #beginAt(now: number): void {
    this.#started = now;
    this.#gaps = new Gaps(this.#zone, now, this.#options.saved?.gaps);
    this.#rates = new Rates(this.#zone, now, this.#options.saved?.rates);
  }

  #gapEnds(now: number): void {
    const gap = now - this.#gaps.last;
    // Short gaps are the rule: the limit is worked out for long ones only.
    const learn = gap < 5 * MINUTE || gap < OUTAGE * this.#gaps.limit(now);
    this.#gaps.came(now, learn && this.#error === undefined);
  }

  #judge(now: number): Judgement {
    if (this.#ended) return { state: "ended", time: now, reason: "read to its end", frozen: undefined };
    if (this.#error !== undefined) return { state: "error", time: this.#state === "error" ? this.#since : now, reason: this.#error, frozen: "all" };
    const last = this.#gaps.last;
    const gap = now - last;
    if (this.#events === 0) {
      if (now - this.#started < NEVER_CAME) return { state: "starting", time: this.#since, reason: "nothing came yet", frozen: undefined };
      return { state: "silent", time: this.#started + NEVER_CAME, reason: "nothing came since it was set up", frozen: "all" };
    }
    const limit = this.#gaps.limit(now);
    if (gap > limit || (this.#state === "silent" && this.#tickEvents === 0)) {
      const reason = `no event since ${iso(last)}; at this hour ${minutes(limit)} without one would be unusual`;
      return { state: "silent", time: this.#state === "silent" ? this.#since : Math.min(last + limit, now), reason, frozen: "all" };
    }
    // A source that stopped is on its way to be silent: that is one fault, not two.
    const thin = this.#thin !== undefined || gap < 2 * MINUTE ? this.#rates.thin(now, this.#thin) : undefined;
    // A level that lasts for a day is the new one.
    this.#thin = thin === undefined || (this.#thin !== undefined && now - this.#since > DAY) ? undefined : (this.#thin ?? thin.expected);
    if (thin !== undefined && this.#thin !== undefined) {
      const reason = `${thin.came} events in 10 minutes, where at least ${Math.round(thin.expected)} are usual`;
      return { state: "thinning", time: this.#state === "thinning" ? this.#since : now, reason, frozen: "all" };
    }
    const stopped = this.#stoppedFamilies(now);
    const [first] = stopped;
    if (first !== undefined) {
      const names = stopped.map((each) => each.family).join(", ");
      const reason = `no ${names} records since ${iso(first.gaps.last)}, while others come`;
      return { state: "thinning", time: first.stopped ?? now, reason, frozen: new Set(stopped.map((each) => each.family)), family: first.family };
    }
    const lost = this.#fields.check(now);
    const [missing] = lost;
    if (missing !== undefined) {
      const names = lost.map((each) => `${each.family}.${each.field}`).join(", ");
      const reason = `${names} not filled since ${iso(missing.since)}; ${Math.round(missing.share * 100)} % of ${missing.family} records had it`;
      const time = this.#state === "field-lost" ? this.#since : now;
      return { state: "field-lost", time, reason, frozen: new Set(lost.map((each) => each.family)), family: missing.family, field: missing.field };
    }
    if (gap > 5 * MINUTE)
      return {
        state: "quiet",
        time: this.#state === "quiet" ? this.#since : last,
        reason: `no event for ${minutes(gap)}, which is usual at this hour`,
        frozen: undefined,
      };
    return { state: "live", time: this.#state === "live" ? this.#since : now, reason: undefined, frozen: undefined };
  }

  /** Families that stopped while the source goes on. Only of those that were watched for days and are frequent at this hour. */
  #stoppedFamilies(now: number): FamilyWatch[] {
    const out: FamilyWatch[] = [];
    for (const family of this.#families.values()) {
      const gap = now - family.gaps.last;
      if (family.stopped !== undefined) {
        if (gap < MINUTE) family.stopped = undefined;
      } else if (gap > 5 * MINUTE && family.gaps.daysLearned(now) >= FAMILY_DAYS && (family.rates.usual(now) ?? 0) * 10 >= FAMILY_LEAST) {
        const limit = family.gaps.limit(now);
        if (gap > limit) family.stopped = Math.min(family.gaps.last + limit, now);
      }
      if (family.stopped !== undefined) {
        // What stays away for a week was switched off.
        if (now - family.stopped > 7 * DAY) this.#families.delete(family.family);
        else out.push(family);
      }
    }
    return out;
  }

  #watch(name: Family, now: number, saved?: SavedHealth["families"][number]): FamilyWatch {
    const watch: FamilyWatch = {
      family: name,
      events: saved?.events ?? 0,
      last: saved?.last ?? 0,
      gaps: new Gaps(this.#zone, now, saved?.gaps),
      rates: new Rates(this.#zone, now, saved?.rates),
      stopped: undefined,
    };
    this.#families.set(name, watch);
    return watch;
  }
}

interface Judgement {
  state: SourceState;
  time: number;
  reason: string | undefined;
  frozen: ReadonlySet<Family> | "all" | undefined;
  family?: Family;
  field?: string;
}

/** Facts of an observation of kind `source` (SOURCE_FACTS). */
export function sourceFacts(transition: SourceTransition): Facts {
  const { source, state, previous, silentMinutes } = transition;
  return { source, state, previous, silentMinutes };
}

function minutes(ms: number): string {
  const whole = Math.round(ms / MINUTE);
  return whole < 120 ? `${whole} minutes` : `${Math.round(whole / 60)} hours`;
}
