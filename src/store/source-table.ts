import type { Rejected } from "../schema/event.ts";
import type { SourceHealth } from "../schema/source.ts";
import type { AuditChain } from "./audit-chain.ts";
import { clampLimit, requireText } from "./input.ts";
import type { Requests } from "./requests.ts";
import type { StateDatabase } from "./state-database.ts";

/** Rejected records kept of each source: the newest. */
const REJECTED_KEPT = 100;

/** Health of the sources, samples of what they sent that nobody understood, and settings. */
export class SourceTable {
  readonly #db: StateDatabase;
  readonly #audit: AuditChain;

  constructor(db: StateDatabase, audit: AuditChain) {
    this.#db = db;
    this.#audit = audit;
  }

  put(sources: readonly SourceHealth[]): { ok: true } {
    return this.#db.transaction(() => {
      for (const source of sources) this.#db.run("INSERT OR REPLACE INTO sources (id, body) VALUES (?, ?)", source.id, JSON.stringify(source));
      return { ok: true };
    });
  }

  list(): SourceHealth[] {
    return this.#db.all("SELECT body FROM sources ORDER BY id LIMIT 1000").map((row) => {
      const body: Partial<SourceHealth> = JSON.parse(String(row.body));
      return { lastEvent: undefined, lag: undefined, usualRate: undefined, ...body } as SourceHealth;
    });
  }

  remove(input: Requests["removeSource"]["input"]): { ok: true } {
    return this.#db.transaction(() => {
      this.#db.run("DELETE FROM sources WHERE id = ?", requireText(input.id, "id"));
      this.#db.run("DELETE FROM rejected WHERE source = ?", input.id);
      if (input.audit !== undefined) this.#audit.append(input.audit);
      return { ok: true };
    });
  }

  putRejected(rejected: readonly Rejected[]): { ok: true } {
    return this.#db.transaction(() => {
      const sources = new Set<string>();
      for (const r of rejected.slice(-10_000)) {
        sources.add(r.source);
        const sql = "INSERT INTO rejected (source, file, line, reason, excerpt) VALUES (?, ?, ?, ?, ?)";
        this.#db.run(sql, r.source, r.file, r.line, r.reason.slice(0, 500), r.excerpt.slice(0, 200));
      }
      for (const source of sources)
        this.#db.run(
          "DELETE FROM rejected WHERE source = ? AND n <= (SELECT n FROM rejected WHERE source = ? ORDER BY n DESC LIMIT 1 OFFSET ?)",
          source,
          source,
          REJECTED_KEPT,
        );
      return { ok: true };
    });
  }

  rejected(input: Requests["rejected"]["input"]): Rejected[] {
    return this.#db
      .all("SELECT * FROM rejected WHERE source = ? ORDER BY n DESC LIMIT ?", requireText(input.source, "source"), clampLimit(input.limit))
      .map((row) => ({
        source: String(row.source),
        file: String(row.file),
        line: Number(row.line),
        reason: String(row.reason),
        excerpt: String(row.excerpt),
      }));
  }

  setting(key: string): unknown {
    const row = this.#db.get("SELECT value FROM settings WHERE key = ?", requireText(key, "key"));
    return row === undefined ? undefined : JSON.parse(String(row.value));
  }

  putSetting(input: Requests["putSetting"]["input"]): { ok: true } {
    return this.#db.transaction(() => {
      const key = requireText(input.key, "key");
      if (input.value === undefined) this.#db.run("DELETE FROM settings WHERE key = ?", key);
      else this.#db.run("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", key, JSON.stringify(input.value));
      if (input.audit !== undefined) this.#audit.append(input.audit);
      return { ok: true };
    });
  }
}
