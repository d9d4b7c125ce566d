import { CodedError } from "../base/result.ts";
import type { Incident } from "../schema/alert.ts";
import type { Why } from "../schema/score.ts";
import { leadOf } from "./alert-table.ts";
import type { AuditChain } from "./audit-chain.ts";
import { clampLimit, requireText } from "./input.ts";
import type { IncidentRow, Requests, Verdict } from "./requests.ts";
import type { StateDatabase, StateRow } from "./state-database.ts";

/** Every alert of it was acknowledged, or somebody judged it. */
const ACKNOWLEDGED =
  "(EXISTS (SELECT 1 FROM verdicts v WHERE v.incident = i.id) OR NOT EXISTS (SELECT 1 FROM json_each(i.body, '$.alerts') e JOIN alerts a ON a.id = e.value WHERE a.acknowledged_by IS NULL) AND EXISTS (SELECT 1 FROM json_each(i.body, '$.alerts') e JOIN alerts a ON a.id = e.value))";

const COLUMNS = `i.body, ${ACKNOWLEDGED} AS done, j.verdict, coalesce(n.name, j.by) AS judge
  FROM incidents i LEFT JOIN verdicts j ON j.incident = i.id LEFT JOIN names n ON n.id = j.by`;
const MOST_PAIRS = 100;
const MOST_VERDICTS = 2_000;
const VERDICTS: readonly string[] = ["attack", "benign", "error"];

/** Incidents, replaced whole as they grow, and what analysts said of them. */
export class IncidentTable {
  readonly #db: StateDatabase;
  readonly #audit: AuditChain;
  readonly #now: () => number;

  constructor(db: StateDatabase, audit: AuditChain, now: () => number) {
    this.#db = db;
    this.#audit = audit;
    this.#now = now;
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
      .all(`SELECT ${COLUMNS} WHERE i.end >= ?${condition} ORDER BY i.score DESC, i.end DESC, i.id LIMIT ?`, input.from ?? 0, clampLimit(input.limit, 500, 50))
      .map((row) => this.#row(row));
  }

  one(id: string): IncidentRow {
    const row = this.#db.get(`SELECT ${COLUMNS} WHERE i.id = ?`, requireText(id, "id"));
    if (row === undefined) throw new CodedError("incident-not-found", "no incident has this id");
    return this.#row(row);
  }

  judge(input: Requests["judgeIncident"]["input"]): IncidentRow {
    const by = requireText(input.by, "by");
    if (input.verdict !== undefined && !VERDICTS.includes(input.verdict)) throw new CodedError("verdict-invalid", "a verdict is attack, benign or error");
    return this.#db.transaction(() => {
      this.one(input.id);
      if (input.verdict === undefined) this.#db.run("DELETE FROM verdicts WHERE incident = ?", input.id);
      else this.#db.run("INSERT OR REPLACE INTO verdicts (incident, verdict, by, time) VALUES (?, ?, ?, ?)", input.id, input.verdict, by, this.#now());
      if (input.audit !== undefined) this.#audit.append(input.audit);
      return this.one(input.id);
    });
  }

  verdicts(): Requests["verdicts"]["output"] {
    return this.#db
      .all("SELECT v.incident, v.verdict, i.start, i.score FROM verdicts v JOIN incidents i ON i.id = v.incident ORDER BY v.time DESC LIMIT ?", MOST_VERDICTS)
      .reverse()
      .map((row) => ({
        incident: String(row.incident),
        verdict: String(row.verdict) as Verdict,
        start: Number(row.start),
        score: Number(row.score),
        pairs: this.#pairs(String(row.incident)),
      }));
  }

  #pairs(incident: string): IncidentRow["pairs"] {
    return this.#db
      .all("SELECT DISTINCT model, entity_id FROM alerts WHERE incident = ? ORDER BY model, entity_id LIMIT ?", incident, MOST_PAIRS)
      .map((row) => ({ model: String(row.model), entity: String(row.entity_id) }));
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
    const out: IncidentRow = { ...body, eventCount: events, state: row.done === 1 ? "acknowledged" : "open", pairs: this.#pairs(body.id) };
    if (typeof row.verdict === "string") out.verdict = row.verdict as Verdict;
    if (typeof row.judge === "string") out.verdictBy = row.judge;
    const lead = best === undefined ? undefined : leadOf(best.why);
    if (lead !== undefined) out.lead = lead;
    return out;
  }
}
