import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { CodedError } from "../../base/result.ts";
import { HOUR, iso, MINUTE } from "../../base/time.ts";
import { readListFile } from "../../connectors/intelligence/list-file.ts";
import { type StixIndicator, stixIndicator } from "../../connectors/intelligence/stix-indicator.ts";
import { type TaxiiOptions, taxiiPages } from "../../connectors/intelligence/taxii-client.ts";
import type { feed } from "../../contract/index.ts";
import { type IntelEntry, type Intelligence, intelValue } from "../../enrich/intelligence.ts";
import type { IntelligenceConfig } from "./links-config.ts";

type FeedAnswer = z.infer<typeof feed>;
type FeedConfig = IntelligenceConfig[number];

interface Feed {
  config: FeedConfig;
  reason: string | undefined;
  entries: number;
  rejected: number;
  lastPoll: number | undefined;
  lastGood: number | undefined;
  newest: number | undefined;
  /** Of a list: size and time of the file as read. */
  mark: string;
  addedAfter: string | undefined;
  busy: boolean;
}

/** How often files are looked at, and whether a feed is due. */
const LOOK = MINUTE;

/**
 * Lists and feeds kept up to date: files when they change, collections at their interval, from where the poll before ended. One that fails keeps what it
 * held and says why; one that has not answered well for too long is called late. Nothing waits for any of them.
 */
export class Feeds {
  readonly #feeds: Feed[];
  readonly #intelligence: Intelligence;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #abort = new AbortController();
  readonly #started: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(configs: IntelligenceConfig, intelligence: Intelligence, clock: Clock, changed: () => void) {
    this.#intelligence = intelligence;
    this.#clock = clock;
    this.#changed = changed;
    this.#started = clock.now();
    this.#feeds = configs.map((config) => ({
      config,
      reason: undefined,
      entries: 0,
      rejected: 0,
      lastPoll: undefined,
      lastGood: undefined,
      newest: undefined,
      mark: "",
      addedAfter: undefined,
      busy: false,
    }));
    for (const { config } of this.#feeds) intelligence.replace(config.id, []);
  }

  start(): void {
    if (this.#feeds.length === 0) return;
    void this.poll();
    this.#timer = setInterval(() => void this.poll(), LOOK);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#abort.abort();
  }

  /** Polls what is due; resolves when all of it has answered or failed. */
  async poll(): Promise<void> {
    await Promise.all(this.#feeds.map((each) => this.#one(each)));
  }

  list(): FeedAnswer[] {
    const now = this.#clock.now();
    return this.#feeds.map((f) => ({
      id: f.config.id,
      kind: f.config.kind,
      state: this.#stateOf(f, now),
      entries: f.entries,
      rejected: f.rejected,
      ...this.#reasonOf(f, now),
      ...(f.lastPoll === undefined ? {} : { lastPoll: iso(f.lastPoll) }),
      ...(f.lastGood === undefined ? {} : { lastGood: iso(f.lastGood) }),
      ...(f.newest === undefined ? {} : { newest: iso(f.newest) }),
    }));
  }

  #stateOf(f: Feed, now: number): FeedAnswer["state"] {
    if (this.#isLate(f, now)) return "late";
    if (f.reason !== undefined) return "error";
    return f.lastGood === undefined ? "starting" : "current";
  }

  #isLate(f: Feed, now: number): boolean {
    return f.config.kind === "taxii" && now - (f.lastGood ?? this.#started) > f.config.lateHours * HOUR;
  }

  #reasonOf(f: Feed, now: number): { reason?: string } {
    if (this.#isLate(f, now)) {
      const hours = Math.floor((now - (f.lastGood ?? this.#started)) / HOUR);
      return { reason: `No good answer for ${hours} hours${f.reason === undefined ? "" : `: ${f.reason}`}. What it said before still stands.` };
    }
    return f.reason === undefined ? {} : { reason: f.reason };
  }

  async #one(f: Feed): Promise<void> {
    const now = this.#clock.now();
    if (f.busy || this.#abort.signal.aborted) return;
    if (f.config.kind === "taxii" && f.lastPoll !== undefined && now - f.lastPoll < f.config.pollMinutes * MINUTE) return;
    f.busy = true;
    try {
      const read = f.config.kind === "list" ? await this.#list(f, f.config) : await this.#taxii(f, f.config);
      f.lastPoll = now;
      f.lastGood = this.#clock.now();
      f.reason = undefined;
      if (read) this.#changed();
    } catch (error) {
      f.lastPoll = now;
      if (this.#abort.signal.aborted) return;
      f.reason = error instanceof CodedError ? error.message : "it cannot be read";
      this.#changed();
    } finally {
      f.busy = false;
    }
  }

  /** False when the file is as it was. */
  async #list(f: Feed, config: Extract<FeedConfig, { kind: "list" }>): Promise<boolean> {
    const found = await stat(config.path).catch(() => undefined);
    if (found === undefined) throw new CodedError("list-unreadable", `${config.path} is not there`);
    const mark = `${found.size} ${found.mtimeMs} ${found.ino}`;
    if (mark === f.mark) return false;
    const entries: IntelEntry[] = [];
    let rejected = 0;
    for await (const { value, description } of readListFile(config.path)) {
      const known = intelValue(value);
      if (known === undefined) rejected++;
      else entries.push({ ...known, verdict: config.verdict, ...(description === undefined ? {} : { description }) });
    }
    f.entries = this.#intelligence.replace(config.id, entries);
    f.rejected = rejected;
    f.newest = found.mtimeMs;
    f.mark = mark;
    return true;
  }

  async #taxii(f: Feed, config: Extract<FeedConfig, { kind: "taxii" }>): Promise<boolean> {
    let some = false;
    for await (const { objects, lastAdded } of taxiiPages(optionsOf(config), f.addedAfter, this.#abort.signal)) {
      for (const object of objects) {
        const indicator = stixIndicator(object);
        if (indicator === undefined) {
          if ((object as { type?: unknown } | null)?.type === "indicator") f.rejected++;
          continue;
        }
        some = true;
        this.#take(f, indicator);
      }
      // Page by page: what broke off goes on from here.
      if (lastAdded !== undefined && Number.isFinite(Date.parse(lastAdded))) {
        f.addedAfter = lastAdded;
        f.newest = Math.max(f.newest ?? 0, Date.parse(lastAdded));
      }
    }
    return some;
  }

  #take(f: Feed, indicator: StixIndicator): void {
    const values = indicator.values.map((v) => intelValue(v.value)).filter((v) => v !== undefined);
    if (values.length < indicator.values.length) f.rejected += indicator.values.length - values.length;
    if (indicator.revoked) {
      this.#intelligence.remove(f.config.id, values);
      f.entries = this.#intelligence.merge(f.config.id, []);
      return;
    }
    const { verdict, confidence, since, until, name } = indicator;
    const more = {
      verdict,
      ...(confidence === undefined ? {} : { confidence }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(name === undefined ? {} : { description: name }),
    };
    f.entries = this.#intelligence.merge(
      f.config.id,
      values.map((v) => ({ ...v, ...more })),
    );
  }
}

/** Secrets are read anew for each poll, so that a changed one counts. Throws CodedError `secret-unreadable`. */
function optionsOf(config: Extract<FeedConfig, { kind: "taxii" }>): TaxiiOptions {
  const read = (path: string): string => {
    try {
      return readFileSync(path, "utf8");
    } catch (cause) {
      throw new CodedError("secret-unreadable", `${path} cannot be read`, { cause });
    }
  };
  return {
    collection: config.url,
    ...(config.tokenFile === undefined ? {} : { token: read(config.tokenFile).trim() }),
    ...(config.userFile === undefined ? {} : { user: read(config.userFile).trim() }),
    ...(config.caFile === undefined ? {} : { ca: read(config.caFile) }),
  };
}
