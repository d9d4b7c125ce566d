import { CodedError } from "../base/result.ts";
import { DAY } from "../base/time.ts";
import type { AuditChain } from "./audit-chain.ts";
import { requireText, requireTime } from "./input.ts";
import type { Requests, SnoozeRow } from "./requests.ts";
import type { StateDatabase, StateRow } from "./state-database.ts";

/**
 * Snoozes hide, they delete nothing: while one is in force its alerts are left out of the open list and counted; when it has ended, by
 * hand or by its time, they stand there again.
 */
export class SnoozeTable {
  readonly #db: StateDatabase;
  readonly #audit: AuditChain;
  readonly #now: () => number;

  constructor(db: StateDatabase, audit: AuditChain, now: () => number) {
    this.#db = db;
    this.#audit = audit;
    this.#now = now;
  }

  list(): SnoozeRow[] {
    return this.#select("ORDER BY s.created DESC LIMIT 1000");
  }

  create(input: Requests["createSnooze"]["input"]): SnoozeRow {
    const until = requireTime(input.until, "until");
    if (until <= this.#now()) throw new CodedError("snooze-invalid", "a snooze ends in the future");
    return this.#db.transaction(() => {
      const added = this.#db.run(
        "INSERT OR IGNORE INTO snoozes (id, model, entity, until, why, by, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
        requireText(input.id, "id", 64),
        requireText(input.model, "model"),
        requireText(input.entity, "entity"),
        until,
        requireText(input.why, "why"),
        requireText(input.by, "by"),
        this.#now(),
      );
      if (added === 0) throw new CodedError("snooze-exists", "a snooze has this id");
      if (input.audit !== undefined) this.#audit.append(input.audit);
      return this.#one(input.id);
    });
  }

  end(input: Requests["deleteSnooze"]["input"]): { ok: true } {
    return this.#db.transaction(() => {
      this.#one(input.id);
      this.#db.run("UPDATE snoozes SET ended = ? WHERE id = ? AND ended IS NULL", this.#now(), input.id);
      if (input.audit !== undefined) this.#audit.append(input.audit);
      return { ok: true };
    });
  }

  /** The alerts of the last days (of event time) that a snooze of this pair would have hidden; at most 100 are named. */
  preview(input: Requests["snoozePreview"]["input"]): Requests["snoozePreview"]["output"] {
    const newest = this.#db.get("SELECT max(time) AS t FROM alerts")?.t;
    const days = Math.min(Math.max(1, Math.trunc(input.days)), 3_650);
    const since = Math.min(this.#now(), typeof newest === "number" ? newest : this.#now()) - days * DAY;
    const where = "WHERE model = ? AND entity_id = ? AND time >= ?";
    const values = [requireText(input.model, "model"), requireText(input.entity, "entity"), since] as const;
    const alerts = this.#db
      .all(`SELECT id, time, score, title FROM alerts ${where} ORDER BY time DESC LIMIT 100`, ...values)
      .map((row) => ({ id: String(row.id), time: Number(row.time), score: Number(row.score), title: String(row.title) }));
    return { hidden: Number(this.#db.get(`SELECT count(*) AS n FROM alerts ${where}`, ...values)?.n), days, alerts };
  }

  #one(id: string): SnoozeRow {
    const [row] = this.#select("WHERE s.id = ?", requireText(id, "id", 64));
    if (row === undefined) throw new CodedError("snooze-not-found", "no snooze has this id");
    return row;
  }

  #select(rest: string, ...values: string[]): SnoozeRow[] {
    return this.#db
      .all(
        `SELECT s.*, coalesce(n.name, s.by) AS author, (SELECT count(*) FROM alerts a WHERE a.model = s.model AND a.entity_id = s.entity
         AND a.created <= min(s.until, coalesce(s.ended, s.until))) AS hidden FROM snoozes s LEFT JOIN names n ON n.id = s.by ${rest}`,
        ...values,
      )
      .map(snooze);
  }
}

function snooze(row: StateRow): SnoozeRow {
  const out: SnoozeRow = {
    id: String(row.id),
    model: String(row.model),
    entity: String(row.entity),
    until: Number(row.until),
    why: String(row.why),
    by: String(row.author),
    created: Number(row.created),
    hidden: Number(row.hidden),
  };
  if (row.ended !== null) out.ended = Number(row.ended);
  return out;
}
