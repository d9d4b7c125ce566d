import { CodedError } from "../../base/result.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../base/time.ts";
import type { LaneResult } from "../../lanes/lane.ts";
import type { Alert } from "../../schema/alert.ts";
import type { Observation } from "../../schema/observation.ts";
import type { SavedHealth } from "../../sensors/health.ts";
import { ChangedDevices } from "./changed-devices.ts";
import type { LivePlatformOptions } from "./live-platform-options.ts";
import type { LiveSource, SourceBatch } from "./live-source.ts";
import { noticeRows } from "./notice-rows.ts";
import { realPause } from "./pause.ts";
import { RateMeter } from "./rate-meter.ts";
import { ReadingProgress } from "./reading-progress.ts";

/** Event time moves on without events once every source is caught up, but stays this far behind the clock: sensors write late. */
const SILENCE_LAG = 2 * MINUTE;
/** Old logs being read in are not "silence": only when the newest event is this close to now does the clock move event time. */
const LIVE_WITHIN = 60 * MINUTE;
/** Where the health of sources is kept between runs. */
export const HEALTH_SETTING = "health";
const RETRY_FULL = 10 * SECOND;
/** Closed incidents stay in memory while their day may still be ranked anew. */
const KEEP_CLOSED = 2 * DAY;

/** The platform was ended while it waited for room: what it holds is given up, and read again at the next start. */
class GivenUp extends Error {}

/**
 * The platform at work: polls sources, walks batches through the lane, commits alerts before events, events together with the offsets
 * they came from, and now and then the learned state with the same offsets. After kill -9 it goes on from the last of those;
 * what is read again raises the same alert ids and is stored once.
 */
export class LivePlatform {
  readonly #o: Required<Omit<LivePlatformOptions, "mails">> & Pick<LivePlatformOptions, "mails">;
  readonly #sources = new Map<string, LiveSource>();
  readonly #caughtUp = new Set<string>();
  readonly #abort = new AbortController();
  readonly #progress: ReadingProgress;
  #running: Promise<void> | undefined;
  #lastCheckpoint = 0;
  #lastSnapshot = 0;
  #lastDevices = 0;
  readonly #devices = new ChangedDevices();
  #lastHourly = Number.NEGATIVE_INFINITY;
  #unsaved = false;
  /** A commit that runs beside the loop, what ended it, and whether the loop has something to save since. */
  #aside: Promise<void> | undefined;
  #fault: unknown;
  #keepDue = false;
  #full = false;
  /** Set when a batch was half taken: neither its offsets nor what was learned from it may be kept. */
  #givenUp = false;
  readonly #rate = new RateMeter();

  constructor(options: LivePlatformOptions) {
    this.#o = {
      checkpointMs: 5 * SECOND,
      snapshotMs: 5 * MINUTE,
      idleMs: 250,
      pause: realPause,
      hourly: async () => undefined,
      respond: { take: async () => undefined, see: () => undefined },
      ...options,
    };
    options.core.incidents.keepClosedFor(KEEP_CLOSED);
    this.#progress = new ReadingProgress(options.learned, options.stored);
  }

  get eventsPerSecond(): number {
    return this.#rate.rate;
  }
  /** The disk is full, so that nothing is read or would be. */
  get full(): boolean {
    return this.#full || this.#o.store.status().state === "full";
  }
  sources(): LiveSource[] {
    return [...this.#sources.values()];
  }

  /** `saved`: what was known of the source's health when the platform ended. */
  add(source: LiveSource, saved?: SavedHealth): void {
    this.#sources.set(source.id, source);
    this.#o.health.add(source, saved);
  }

  async remove(id: string): Promise<boolean> {
    const source = this.#sources.get(id);
    if (source === undefined) return false;
    this.#sources.delete(id);
    this.#o.health.remove(id);
    await source.close();
    return true;
  }

  start(): void {
    const now = this.#o.clock.now();
    this.#lastCheckpoint = now;
    this.#lastSnapshot = now;
    this.#rate.begin(now);
    this.#running = this.#loop();
  }

  /** Resolves when the loop has ended; rejects with what ended it. */
  get done(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  /** Ends the loop, commits everything, saves the learned state. Rejects with what ended the loop before. */
  async stop(): Promise<void> {
    this.#abort.abort();
    try {
      await this.#running;
      if (!this.#givenUp) await this.#checkpoint(true);
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
    } finally {
      for (const source of this.#sources.values()) await source.close();
    }
  }

  async #loop(): Promise<void> {
    try {
      await this.#work();
    } catch (error) {
      this.#givenUp = true;
      if (!(error instanceof GivenUp)) throw error;
    }
  }

  async #work(): Promise<void> {
    const { clock, store, idleMs, pause } = this.#o;
    const { signal } = this.#abort;
    while (!signal.aborted) {
      // A commit may have found little room left without having failed.
      if (this.full) this.#becomeFull();
      if (this.#full) {
        await this.#aside;
        if (await this.#takesCommits()) this.#hasRoom();
        else {
          await pause(RETRY_FULL, signal);
          continue;
        }
      }
      let idle = true;
      for (const source of [...this.#sources.values()]) {
        if (signal.aborted) break;
        const batch = await source.poll();
        if (batch.events.length > 0 || batch.rejected.length > 0) await this.#take(source, batch);
        this.#o.health.polled(source, batch);
        if (!batch.caughtUp) idle = false;
        else if (!this.#caughtUp.has(source.id)) {
          this.#caughtUp.add(source.id);
          this.#o.caughtUp(source);
        }
      }
      const now = clock.now();
      if (idle) await this.#pass(now);
      await this.#watchHealth(now);
      this.#measure(now);
      if (store.status().checkpointDue || now - this.#lastHourly >= HOUR) await this.#checkpoint(false);
      else if (this.#keepDue) await this.#keepAfterCommit(now);
      else if (this.#unsaved && now - this.#lastCheckpoint >= this.#o.checkpointMs) this.#commitAside(now);
      if (this.#fault !== undefined) throw this.#fault;
      if (idle) await this.#rest(idleMs);
    }
  }

  /** Waits until a source may have more: a file system's hint ends it within milliseconds. */
  async #rest(idleMs: number): Promise<void> {
    const { pause } = this.#o;
    const woken = new AbortController();
    const end = (): void => woken.abort();
    this.#abort.signal.addEventListener("abort", end, { once: true });
    const sources = [...this.#sources.values()].filter((s) => !s.ends);
    await Promise.race([...sources.map((s) => s.wait(woken.signal)), pause(idleMs, woken.signal)]);
    this.#abort.signal.removeEventListener("abort", end);
    woken.abort();
  }

  async #take(source: LiveSource, batch: SourceBatch): Promise<void> {
    const { core, store, health } = this.#o;
    if (batch.events.length > 0) health.speaks(source);
    core.mode = batch.history === true ? "history" : "watch";
    const result = core.lane.process(batch.events);
    health.record(source, batch, result.ahead);
    await this.#publish(result);
    this.#o.respond.see(batch.events);
    if (batch.rejected.length > 0) await this.#hold(() => store.ask("putRejected", { rejected: batch.rejected }));
    this.#rate.add(batch.events.length);
    this.#unsaved = true;
    await this.#hold(() => store.append(batch.events, result.unusual));
    for (const position of batch.positions) this.#progress.take(position);
  }

  /**
   * Writes, however long there is no room: nothing further is read meanwhile, and the write is tried again until the disk takes it.
   * A write that the disk refused has changed nothing. Throws GivenUp when the platform ends before.
   */
  async #hold<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const answer = await write();
        this.#hasRoom();
        return answer;
      } catch (error) {
        if (!isFull(error)) throw error;
        this.#becomeFull();
        do {
          if (this.#abort.signal.aborted) throw new GivenUp();
          await this.#o.pause(RETRY_FULL, this.#abort.signal);
        } while (!(await this.#takesCommits()));
      }
    }
  }

  /** Alerts first, under their own ids; then what they belong to; then the pages are told. */
  async #publish(result: LaneResult): Promise<void> {
    const { store, core, broadcast } = this.#o;
    // Before an alert copies what it cites: a mail's text goes from its event into its sealed letter.
    const kept = result.mails.length > 0 ? this.#o.mails?.take(result.mails, core.mode === "history") : undefined;
    if (result.alerts.length > 0) await this.#raise(result.alerts);
    if (result.hours.length > 0) await this.#hold(() => store.ask("putHours", { hours: result.hours }));
    if (kept !== undefined && (await this.#hold(() => store.ask("putMails", kept))).fresh > 0 && core.mode !== "history")
      broadcast({ type: "changed", what: "mails" });
    if (result.notices.length > 0) await this.#hold(() => store.ask("putNotices", { notices: noticeRows(result.notices) }));
  }

  async #raise(alerts: readonly Alert[]): Promise<void> {
    const { core, store, broadcast, budget } = this.#o;
    for (const alert of alerts) core.incidents.add(alert);
    const fresh = new Set(await this.#hold(() => store.commitAlerts(alerts)));
    await this.#o.respond.take(alerts);
    core.incidents.budget = budget();
    const { changed: incidents, gone } = core.incidents.settle(budget());
    if (incidents.length > 0 || gone.length > 0) await this.#hold(() => store.ask("putIncidents", { incidents, gone }));
    for (const alert of alerts) {
      if (fresh.has(alert.id))
        broadcast({ type: "alert", id: alert.id, model: alert.model, score: alert.score, priority: alert.priority, entity: alert.entity });
    }
    if (incidents.length > 0) broadcast({ type: "changed", what: "incidents" });
  }

  /** Observations that come from no source: what the response did. */
  async observe(observations: readonly Observation[]): Promise<void> {
    const alerts = observations.flatMap((o) => this.#o.core.lane.observe(o));
    if (alerts.length > 0) await this.#raise(alerts);
  }

  /** Windows close in silence too: nothing sent for an hour is an hour like any other, if the sensor is alive. */
  async #pass(now: number): Promise<void> {
    const { lane } = this.#o.core;
    const time = now - SILENCE_LAG;
    const out = this.#o.health.outSince();
    if (out !== undefined) {
      // What a dead sensor does not tell is not a quiet hour of the devices.
      this.#o.core.learner.freeze(out, now);
      return;
    }
    if (time <= lane.eventTime || now - lane.eventTime > LIVE_WITHIN) return;
    await this.#publish(lane.advance(time));
  }

  async #watchHealth(now: number): Promise<void> {
    const observations = this.#o.health.check(now);
    if (observations.length === 0) return;
    const alerts = observations.flatMap((o) => this.#o.core.lane.observe(o));
    if (alerts.length > 0) await this.#raise(alerts);
    await this.#hold(() => this.#o.store.ask("putSources", { sources: this.#o.health.list() }));
    for (const o of observations) {
      await this.#hold(() => this.#o.store.ask("putNotices", { notices: [this.#o.health.noticeOf(o)] }));
      this.#o.broadcast({ type: "source", id: String(o.facts.source), state: String(o.facts.state) });
    }
  }

  #measure(now: number): void {
    if (!this.#rate.look(now)) return;
    const { eventTime } = this.#o.core.lane;
    this.#o.broadcast({
      type: "rate",
      eventsPerSecond: this.#rate.rate,
      ...(Number.isFinite(eventTime) ? { eventTime: new Date(eventTime).toISOString() } : {}),
    });
  }

  /**
   * A commit while reading goes on: what a sensor writes meanwhile is judged, and acted upon, without waiting for a slow disk. An event that gets in
   * without its position is found by its offset when it is read again. What must fit together (learned state and positions) is saved by the loop itself.
   */
  #commitAside(now: number): void {
    if (this.#aside !== undefined) return;
    this.#lastCheckpoint = now;
    this.#unsaved = false;
    this.#aside = this.#commit()
      .then(
        () => {
          this.#keepDue = true;
        },
        (error: unknown) => {
          this.#unsaved = true;
          if (isFull(error)) this.#becomeFull();
          else this.#fault = error;
        },
      )
      .finally(() => {
        this.#aside = undefined;
      });
  }

  #commit(): Promise<void> {
    return this.#progress.commit(this.#o.store);
  }

  /** Learned state that is ahead of the stored events would lose what lies between when the process is killed: where anything was read since, it is committed first. */
  async #keepAfterCommit(now: number): Promise<void> {
    this.#keepDue = false;
    const ahead = this.#unsaved && now - this.#lastSnapshot >= this.#o.snapshotMs;
    if (ahead) await this.#checkpoint(false);
    else await this.#unlessFull(() => this.#keepRest(now, false));
  }

  async #checkpoint(final: boolean): Promise<void> {
    await this.#aside;
    const now = this.#o.clock.now();
    this.#lastCheckpoint = now;
    await this.#unlessFull(async () => {
      this.#unsaved = false;
      await this.#commit();
      await this.#keepRest(now, final);
    });
  }

  /** Whatever a full disk refuses stays in memory and is written when there is room. */
  async #unlessFull(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#unsaved = true;
      if (!isFull(error)) throw error;
      this.#becomeFull();
    }
  }

  /** What a restart would otherwise have to find out anew: devices, sources, the learned state; and the hour's work. */
  async #keepRest(now: number, final: boolean): Promise<void> {
    const { store, core, health, snapshotMs } = this.#o;
    if (final || now - this.#lastDevices >= MINUTE) {
      const fresh = this.#devices.among(core.devices.all());
      if (fresh.length > 0) await store.ask("putDevices", { devices: fresh });
      this.#devices.told(fresh);
      await store.ask("putSources", { sources: health.list() });
      this.#lastDevices = now;
    }
    if (final || now - this.#lastHourly >= HOUR) {
      this.#lastHourly = now;
      if (!final) await store.retain([]);
      await this.#o.hourly();
    }
    if (final || now - this.#lastSnapshot >= snapshotMs) {
      await store.ask("putSetting", { key: HEALTH_SETTING, value: health.save() });
      await store.saveSnapshot(core.save(), this.#progress.all());
      this.#lastSnapshot = now;
    }
  }

  #becomeFull(): void {
    if (this.#full) return;
    this.#full = true;
    this.#o.log("error", "the disk is full: reading has stopped, nothing is lost; it goes on when there is room");
    this.#o.broadcast({ type: "changed", what: "sources" });
  }

  /** Do both databases take a write now? */
  async #takesCommits(): Promise<boolean> {
    const { store, health } = this.#o;
    try {
      await this.#commit();
      await store.ask("putSources", { sources: health.list() });
    } catch (error) {
      if (isFull(error)) return false;
      throw error;
    }
    // Little room may do for what is held and yet not for going on.
    return store.status().state !== "full";
  }

  #hasRoom(): void {
    if (!this.#full) return;
    this.#full = false;
    this.#o.log("info", "there is room again: reading goes on");
    this.#o.broadcast({ type: "changed", what: "sources" });
  }
}

function isFull(error: unknown): boolean {
  return error instanceof CodedError && error.code === "store-full";
}
