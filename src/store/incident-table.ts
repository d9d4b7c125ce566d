import { CodedError } from "../base/result.ts";
import type { Incident } from "../schema/alert.ts";
import type { Why } from "../schema/score.ts";
import { leadOf } from "./alert-table.ts";
import { clampLimit, requireText } from "./input.ts";
import type { IncidentRow, Requests } from "./requests.ts";
import type { StateDatabase, StateRow } from "./state-database.ts";

const ACKNOWLEDGED =
  "NOT EXISTS (SELECT 1 FROM json_each(i.body, '$.alerts') e JOIN alerts a ON a.id = e.value WHERE a.acknowledged_by IS NULL) AND EXISTS (SELECT 1 FROM json_each(i.body, '$.alerts') e JOIN alerts a ON a.id = e.value)";

/** Incidents, replaced whole as they grow. */
export class IncidentTable {
  readonly #db: StateDatabase;

  constructor(db: StateDatabase) {
    this.#db = db;
  }

  /** Also writes the incident's id on its alerts. */
  put(incidents: readonly Incident[], gone: readonly string[] = []): { ok: true } {
    return this.#db.transaction(() => {
      for (const id of gone) this.#db.run("DELETE FROM incidents WHERE id = ?", id);
      for (const i of incidents) {
        const sql = "INSERT OR REPLACE INTO incidents (id, start, end, score, over_budget, body) VALUES (?, ?, ?, ?, ?, ?)";
        this.#db.run(sql, i.id, i.start, i.end, i.score, i.overBudget ? 1 : 0, JSON.stringify(i));
        for (const alert of i.alerts) this.#db.run("UPDATE alerts SET incident = ? WHERE id = ? AND incident IS NOT ?", i.id, alert, i.id);
      }
      return { ok: true };
    });
  }

  list(input: Requests["incidents"]["input"]): IncidentRow[] {
    const state = input.state ?? "open";
    const condition = state === "open" ? ` AND NOT (${ACKNOWLEDGED})` : state === "acknowledged" ? ` AND ${ACKNOWLEDGED}` : "";
    return this.#db
      .all(
        `SELECT i.body, ${ACKNOWLEDGED} AS done FROM incidents i WHERE i.end >= ?${condition} ORDER BY i.score DESC, i.end DESC, i.id LIMIT ?`,
        input.from ?? 0,
        clampLimit(input.limit, 500, 50),
      )
      .map((row) => this.#row(row));
  }

  one(id: string): IncidentRow {
    const row = this.#db.get(`SELECT i.body, ${ACKNOWLEDGED} AS done FROM incidents i WHERE i.id = ?`, requireText(id, "id"));
    if (row === undefined) throw new CodedError("incident-not-found", "no incident has this id");
    return this.#row(row);
  }

  #row(row: StateRow): IncidentRow {
    const body: Incident = JSON.parse(String(row.body));
    let events = 0;
    let best: { score: number; why: Why[] } | undefined;
    for (const id of body.alerts) {
      const alert = this.#db.get("SELECT score, why, event_count FROM alerts WHERE id = ?", id);
      if (alert === undefined) continue;
      events += Number(alert.event_count);
      if (best === undefined || Number(alert.score) > best.score) best = { score: Number(alert.score), why: JSON.parse(String(alert.why)) };
    }
    const out: IncidentRow = { ...body, eventCount: events, state: row.done === 1 ? "acknowledged" : "open" };
    const lead = best === undefined ? undefined : leadOf(best.why);
    if (lead !== undefined) out.lead = lead;
    return out;
  }
}
