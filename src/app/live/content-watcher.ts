import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CodedError } from "../../base/result.ts";
import { type Content, loadModels } from "../content.ts";
import { contentFolder } from "../places-of-files.ts";

const EVERY = 3_000;

/**
 * Reloads models when their files change, without a restart. A file that became faulty keeps its model of before: what watched goes on watching.
 * Looks every three seconds at the names and times of files, some 5 ms for a hundred; what has changed is read again.
 */
export class ContentWatcher {
  readonly #site: string | undefined;
  readonly #apply: (content: Content) => void;
  /** Something in the folders has changed, whatever it is. */
  readonly #touched: () => void;
  #timer: NodeJS.Timeout | undefined;
  #signature = "";

  constructor(site: string | undefined, apply: (content: Content) => void, touched: () => void = () => undefined) {
    this.#site = site;
    this.#apply = apply;
    this.#touched = touched;
  }

  start(current: () => Content): void {
    this.#signature = this.#look();
    this.#timer = setInterval(() => {
      const seen = this.#look();
      if (seen === this.#signature) return;
      this.#signature = seen;
      this.check(current());
      this.#touched();
    }, EVERY);
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

  /** Names, sizes and times of all files: reading them all would hold up events for as long as a hundred models take to parse. */
  #look(): string {
    const out: string[] = [];
    for (const root of [contentFolder(), ...(this.#site === undefined ? [] : [this.#site])]) {
      try {
        for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
          if (entry.isDirectory()) continue;
          const path = join(entry.parentPath, entry.name);
          const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
          out.push(`${path}:${stat?.size}:${stat?.mtimeNs}`);
        }
      } catch {
        // A folder that is being replaced: the next look finds it whole.
      }
    }
    return out.sort().join("\n");
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
