import type { Clock } from "../../base/clock.ts";
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

  constructor(site: string | undefined, _clock: Clock, apply: (content: Content) => void) {
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
    const next = loadModels(this.#site);
    const digests = (c: Content): string =>
      [...c.models.map((m) => `${m.path}\u0000${m.digest}`), ...c.faults.map((f) => `${f.file}:${f.line}:${f.reason}`)].sort().join("\n");
    const kept = new Set(next.faults.map((f) => f.file));
    const models = [...next.models, ...current.models.filter((m) => kept.has(m.file) && !next.models.some((n) => n.path === m.path))];
    const merged = { ...next, models };
    if (digests(merged) !== digests(current)) this.#apply(merged);
  }
}
