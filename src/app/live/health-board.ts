import type { Clock } from "../../base/clock.ts";
import { HOUR, iso } from "../../base/time.ts";
import type { Family } from "../../schema/families.ts";
import type { Observation } from "../../schema/observation.ts";
import type { SourceHealth } from "../../schema/source.ts";
import { HealthOfSource, type SavedHealth, type SourceTransition, sourceFacts } from "../../sensors/health.ts";
import type { Notice } from "../../store/requests.ts";
import type { LiveSource, SourceBatch } from "./live-source.ts";

interface Entry {
  source: LiveSource;
  health: HealthOfSource;
  /** What arrives while old logs are read in is judged by its own time, afterwards by the clock. */
  caughtUp: boolean;
  /** When it last brought events from the future, and how many so far. */
  aheadAt: number;
  ahead: number;
  /** Its days are being played faster than life: it is heard, and there is no pace yet to judge it by. */
  playing: boolean;
  silentSince: number | undefined;
  /** It speaks again, and its state has not been looked at since. */
  back: boolean;
}

const TICK = 15_000;
/** A silent source that usually brings at least this share of all events makes the hours of everybody untrue. */
const WEIGHTY = 0.2;

/** Health of every source: who is well, what is frozen, what changed since the last look. */
export class HealthBoard {
  readonly #clock: Clock;
  readonly #timezone: string;
  readonly #entries = new Map<string, Entry>();
  #lastTick = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, timezone: string) {
    this.#clock = clock;
    this.#timezone = timezone;
  }

  add(source: LiveSource, saved?: SavedHealth): void {
    const health = new HealthOfSource({
      id: source.id,
      kind: source.kind,
      path: source.path,
      now: this.#clock.now(),
      timezone: this.#timezone,
      ...(saved === undefined ? {} : { saved }),
    });
    this.#entries.set(source.id, {
      source,
      health,
      caughtUp: false,
      aheadAt: Number.NEGATIVE_INFINITY,
      ahead: 0,
      playing: false,
      silentSince: undefined,
      back: false,
    });
  }

  remove(id: string): void {
    this.#entries.delete(id);
  }

  /** To be called before a batch is judged: a source that was out and speaks is believed at once, not only from the next look on. */
  speaks(source: LiveSource): void {
    const entry = this.#entries.get(source.id);
    if (entry?.silentSince !== undefined) entry.back = true;
  }

  /** What a batch brought; `ahead` of its events bear times that cannot be. */
  record(source: LiveSource, batch: SourceBatch, ahead: number): void {
    const entry = this.#entries.get(source.id);
    if (entry === undefined) return;
    const now = this.#clock.now();
    for (const event of batch.events) entry.health.came(event, entry.caughtUp ? now : Math.min(event.time, now));
    if (ahead > 0) {
      entry.ahead += ahead;
      entry.aheadAt = now;
    }
    entry.health.rejected(batch.rejected.length);
  }

  polled(source: LiveSource, batch: SourceBatch): void {
    const entry = this.#entries.get(source.id);
    if (entry === undefined) return;
    entry.caughtUp = batch.caughtUp;
    if (source.plays === true) entry.playing = !batch.caughtUp;
    entry.health.read(source.fileCount(), batch.bytes);
    entry.health.setError(source.outage());
    if (source.ends && batch.caughtUp) {
      entry.health.end();
      entry.health.tick(this.#clock.now());
    }
  }

  /** Changes since the last look (every 15 s), as observations for the models. */
  check(now: number): Observation[] {
    if (now - this.#lastTick < TICK) return [];
    this.#lastTick = now;
    const out: Observation[] = [];
    for (const entry of this.#entries.values()) {
      // Old records being read in say nothing about the sensor's health now, and a recorded capture has none.
      if (!entry.caughtUp || entry.source.ends) continue;
      entry.back = false;
      for (const transition of entry.health.tick(now)) out.push(observationOf(transition));
      const { state, lastEvent } = entry.health.snapshot(now);
      if (state !== "silent" && state !== "error") entry.silentSince = undefined;
      else entry.silentSince ??= lastEvent ?? now;
    }
    return out;
  }

  /** Must what this source brings stay unlearned? */
  frozen(source: string, family: Family): boolean {
    const entry = this.#entries.get(source);
    if (entry === undefined || !entry.health.learningFrozen(family)) return false;
    // Without a family only what freezes the whole source is meant: that ends when it speaks. A family that thinned out stays frozen.
    return !(entry.back && entry.health.learningFrozen());
  }

  /** Since when a source that usually brings a good part of all events has been out; undefined when none is. */
  outSince(): number | undefined {
    let all = 0;
    let since: number | undefined;
    let missing = 0;
    for (const { health, silentSince } of this.#entries.values()) {
      const { usualRate, rate } = health.snapshot(this.#clock.now());
      const usual = usualRate ?? rate;
      all += usual;
      if (silentSince === undefined) continue;
      missing += usual;
      since = Math.min(since ?? silentSince, silentSince);
    }
    return since !== undefined && (all === 0 || missing >= WEIGHTY * all) ? since : undefined;
  }

  list(): SourceHealth[] {
    const now = this.#clock.now();
    return [...this.#entries.values()].map((e) => {
      const snapshot = e.health.snapshot(now);
      return e.playing && snapshot.state === "starting" ? { ...snapshot, state: "live" } : snapshot;
    });
  }

  /** Sources that brought events from the future within the last hour: those are not judged. */
  wrongClocks(now: number): { id: string; events: number }[] {
    const out: { id: string; events: number }[] = [];
    for (const [id, { ahead, aheadAt }] of this.#entries) if (now - aheadAt <= HOUR) out.push({ id, events: ahead });
    return out;
  }

  history(id: string): { start: number; events: number | null }[] {
    return this.#entries.get(id)?.health.history() ?? [];
  }

  save(): { id: string; saved: SavedHealth }[] {
    return [...this.#entries].map(([id, e]) => ({ id, saved: e.health.save() }));
  }

  noticeOf(o: Observation): Notice {
    const { source, state } = o.facts;
    return {
      id: `source-${String(source)}-${o.time}-${String(state)}`,
      time: o.time,
      entity: String(source),
      kind: "source",
      what: `Source ${String(source)} is ${String(state)}`,
      detail: o.why()[0]?.text ?? "",
    };
  }
}

function observationOf(transition: SourceTransition): Observation {
  const { source, state, previous, reason, time } = transition;
  return {
    kind: "source",
    time,
    entity: { kind: "external", id: `source:${source}` },
    peer: undefined,
    fields: {},
    facts: sourceFacts(transition),
    events: [],
    why: () => [{ feature: "source", observed: state, expected: previous, text: `${reason} (at ${iso(time)})` }],
  };
}
