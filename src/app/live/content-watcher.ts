import { CodedError } from "../../base/result.ts";
import { type Content, loadModels } from "../content.ts";

const EVERY = 3_000;

/**
 * Reloads models when their files change, without a restart. A file that became faulty keeps its model of before: what watched goes on watching.
 * Looks every three seconds; comparing texts by their digest costs some 5 ms for a hundred models.
 */
export class ContentWatcher {
  readonly #site: string | undefined;
  readonly #apply: (content: Content) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(site: string | undefined, apply: (content: Content) => void) {
    this.#site = site;
    this.#apply = apply;
  }

  start(current: () => Content): void {
    this.#timer = setInterval(() => this.check(current()), EVERY);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Public for tests: one look now. */
  check(current: Content): void {
    const next = this.#load();
    if (next === undefined) return;
    const digests = (c: Content): string =>
      [...c.models.map((m) => `${m.path}\u0000${m.digest}`), ...c.faults.map((f) => `${f.file}:${f.line}:${f.reason}`)].sort().join("\n");
    const faulty = new Set(next.faults.map((f) => f.file));
    // The owner's model that became faulty stays, not ours of the same path.
    const kept = current.models.filter((m) => faulty.has(m.file));
    const models = [...next.models.filter((n) => !kept.some((k) => k.path === n.path)), ...kept];
    const merged = { ...next, models };
    if (digests(merged) !== digests(current)) this.#apply(merged);
  }

  /** Nothing when our own table of techniques is being written at this moment: the next look finds it whole. */
  #load(): Content | undefined {
    try {
      return loadModels(this.#site);
    } catch (error) {
      if (error instanceof CodedError) return undefined;
      throw error;
    }
  }
}
