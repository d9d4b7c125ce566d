import { Worker } from "node:worker_threads";
import { CodedError } from "../../base/result.ts";
import { DAY } from "../../base/time.ts";
import type { Organisation } from "../../schema/organisation.ts";
import type { Store } from "../../store/types.ts";
import type { AttackReport } from "./attack-ground.ts";
import type { Change } from "./change.ts";
import type { Told } from "./forked-engine.ts";
import { judgedFrom } from "./stored-days.ts";
import { storedEvents } from "./stored-event.ts";
import type { FromPreview, ToPreview } from "./worker.ts";

/** Newest stored events that are gone through: what would take longer than some minutes is left out, and said. */
export const MOST_EVENTS = 3_000_000;
/** Alerts named in an answer. */
const MOST_NAMED = 60;
/** A job that nobody asks about for this long is given up; the thread ends after the second when nothing comes. */
const FORGOTTEN = 20_000;
const IDLE = 600_000;
const MOST_KEPT = 20;

export interface StoredAnswer {
  hidden: number;
  added: number;
  /** Judged days: from, to (ms), and how many. Before `from` was only learned. */
  from: number;
  to: number;
  days: number;
  /** Oldest event that is stored, and whether older days of the store were left out. */
  oldest: number;
  cut: boolean;
  alerts: Told[];
}

export type JobState = "waiting" | "running" | "done" | "failed";

export interface Job {
  key: string;
  state: JobState;
  /** 0-1, of both parts together. */
  progress: number;
  step: "waiting" | "stored days" | "learning the ground" | "attack scripts" | "done";
  reason?: string;
  stored?: StoredAnswer;
  attacks?: AttackReport;
}

interface Held extends Job {
  change: Change;
  asked: number;
}

export interface PreviewParts {
  store: Store;
  now: () => number;
  site: string | undefined;
  organisation: Organisation;
  /** As they stand now: those of the file and those that were accepted. */
  roles: () => ReadonlyMap<string, readonly string[]>;
}

/**
 * Previews of changes, one at a time, in a thread of their own: neither reading nor pages wait for them. Asked again with the same change it answers how far
 * it is; the answer is kept until something changes. One thread of some 200 MB while it works, none when nothing was asked for ten minutes.
 */
export class PreviewJobs {
  readonly #parts: PreviewParts;
  readonly #jobs = new Map<string, Held>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(parts: PreviewParts) {
    this.#parts = parts;
  }

  /** Begins the preview, or says how far it is. */
  ask(change: Change): Job {
    const key = JSON.stringify(change);
    let job = this.#jobs.get(key);
    if (job === undefined) {
      for (const [old, held] of this.#jobs) if (this.#jobs.size >= MOST_KEPT && (held.state === "done" || held.state === "failed")) this.#jobs.delete(old);
      if (this.#jobs.size >= MOST_KEPT) throw new CodedError("preview-busy", "Too many previews wait already.", { hint: "Try again in a minute." });
      job = { key, change, state: "waiting", progress: 0, step: "waiting", asked: this.#parts.now() };
      this.#jobs.set(key, job);
    }
    job.asked = this.#parts.now();
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
    const { change: _, asked: __, ...answer } = job;
    return answer;
  }

  /** Days were read, a model or a role changed: what was worked out holds no more. */
  forget(): void {
    for (const [key, job] of this.#jobs) if (job.state === "done" || job.state === "failed") this.#jobs.delete(key);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
    await this.#running;
  }

  async #work(): Promise<void> {
    clearTimeout(this.#idle);
    for (;;) {
      const job = [...this.#jobs.values()].find((j) => j.state === "waiting");
      if (job === undefined || this.#closed) break;
      try {
        job.state = "running";
        await this.#one(job);
        job.state = "done";
        job.step = "done";
        job.progress = 1;
      } catch (error) {
        job.state = "failed";
        job.reason = error instanceof CodedError ? error.message : "The preview could not be worked out.";
        if (error instanceof GivenUp) this.#jobs.delete(job.key);
        await this.#end();
      }
    }
    this.#idle = setTimeout(() => void this.#end(), IDLE);
    this.#idle.unref();
  }

  async #one(job: Held): Promise<void> {
    const { store, site, organisation, roles } = this.#parts;
    const worker = this.#thread();
    const stats = await store.ask("familyStats", {});
    const newest = Math.max(...stats.map((s) => s.newest));
    const oldest = Math.min(...stats.map((s) => s.oldest));
    const total = stats.reduce((sum, s) => sum + s.events, 0);
    if (Number.isFinite(newest)) {
      job.step = "stored days";
      const cut = total > MOST_EVENTS;
      const begin = cut ? newest - (newest - oldest) * (MOST_EVENTS / total) : oldest;
      const from = judgedFrom(begin, newest);
      await exchange(worker, { kind: "begin", change: job.change, site, organisation, roles: [...roles()], from }, "next");
      let done = 0;
      for await (const events of storedEvents(store, begin, newest + 1)) {
        this.#stillAsked(job);
        await exchange(worker, { kind: "events", events }, "next");
        done += events.length;
        job.progress = 0.5 * Math.min(1, done / Math.max(1, Math.min(total, MOST_EVENTS)));
      }
      const { difference } = await exchange(worker, { kind: "end", time: newest + DAY }, "stored");
      job.stored = {
        hidden: difference.hidden.length,
        added: difference.added.length,
        from,
        to: newest,
        days: Math.max(1, Math.ceil((newest - from) / DAY)),
        oldest,
        cut,
        alerts: difference.hidden.sort((a, b) => b.score - a.score || b.time - a.time).slice(0, MOST_NAMED),
      };
    } else await exchange(worker, { kind: "begin", change: job.change, site, organisation, roles: [...roles()], from: 0 }, "next");
    // A level belongs to one device of this organisation: no script comes at it.
    if (job.change.kind === "level") return;
    const { report } = await exchange(worker, { kind: "attacks" }, "attacks", (share, learning) => {
      this.#stillAsked(job);
      job.step = learning ? "learning the ground" : "attack scripts";
      job.progress = learning ? 0.5 + 0.25 * share : 0.75 + 0.25 * share;
    });
    job.attacks = report;
  }

  #stillAsked(job: Held): void {
    if (this.#closed || this.#parts.now() - job.asked > FORGOTTEN) throw new GivenUp("preview-forgotten", "Nobody waited for this preview any more.");
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
    const made = new Worker(new URL(file, import.meta.url), { name: "wonted-preview" });
    made.unref();
    this.#worker = made;
    return made;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

class GivenUp extends CodedError {}

type Answer<K extends FromPreview["kind"]> = Extract<FromPreview, { kind: K }>;

/** Sends, and waits for the answer of this kind; progress on the way is told. */
function exchange<K extends FromPreview["kind"]>(
  worker: Worker,
  message: ToPreview,
  kind: K,
  progress: (share: number, learning: boolean) => void = () => undefined,
): Promise<Answer<K>> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      worker.off("message", hear);
      worker.off("error", fail);
      worker.off("exit", gone);
    };
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    const gone = (): void => fail(new CodedError("preview-failed", "The thread that worked the preview out has ended."));
    const hear = (answer: FromPreview): void => {
      if (answer.kind === "progress") {
        try {
          progress(answer.share, answer.learning);
        } catch (error) {
          fail(error as Error);
        }
        return;
      }
      if (answer.kind === "failed") fail(new CodedError(answer.code, answer.reason));
      if (answer.kind !== kind) return;
      stop();
      resolve(answer as Answer<K>);
    };
    worker.on("message", hear);
    worker.on("error", fail);
    worker.on("exit", gone);
    worker.postMessage(message);
  });
}
