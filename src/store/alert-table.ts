import { CodedError } from "../base/result.ts";
import { DAY } from "../base/time.ts";
import type { Alert } from "../schema/alert.ts";
import type { Why } from "../schema/score.ts";
import type { AuditChain } from "./audit-chain.ts";
import { clampLimit, clampOffset, requireText } from "./input.ts";
import type { AlertDetailRow, AlertFilter, AlertGroupRow, AlertRow, CommentRow, Requests } from "./requests.ts";
import type { StateDatabase, StateRow } from "./state-database.ts";
import type { StoredEvent } from "./types.ts";

/** An alert on its way to the worker: its events as records that can be kept. */
export type AlertToStore = Omit<Alert, "events"> & { events: StoredEvent[] };

/** True of an alert `a` that a snooze in force hides; one value: now. */
export const SNOOZED = "EXISTS (SELECT 1 FROM snoozes s WHERE s.model = a.model AND s.entity = a.entity_id AND s.ended IS NULL AND s.until > ?)";

interface Where {
  sql: string;
  values: (string | number)[];
}

/** Alerts, what they cite, what people did about them. */
export class AlertTable {
  readonly #db: StateDatabase;
  readonly #audit: AuditChain;
  readonly #now: () => number;

  constructor(db: StateDatabase, audit: AuditChain, now: () => number) {
    this.#db = db;
    this.#audit = audit;
    this.#now = now;
  }

  /** One transaction; an id that stands already is left as it is. Returns the new ids. */
  put(alerts: readonly AlertToStore[]): string[] {
    return this.#db.transaction(() => {
      const fresh: string[] = [];
      for (const a of alerts) {
        const added = this.#db.run(
          `INSERT OR IGNORE INTO alerts (id, time, created, model, model_version, category, compliance, priority, score, entity_id, entity_ip, entity_hostname,
           entity, peers, mitre, tags, title, why, events, event_count, incident) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          a.id,
          a.time,
          a.created,
          a.model,
          a.modelVersion,
          a.category,
          a.compliance ? 1 : 0,
          a.priority,
          a.score,
          a.entity.id,
          a.entity.ip ?? null,
          a.entity.hostname ?? null,
          JSON.stringify(a.entity),
          JSON.stringify(a.peers),
          JSON.stringify(a.mitre),
          JSON.stringify(a.tags),
          a.title,
          JSON.stringify(a.why),
          JSON.stringify(a.events.map((e) => e.id)),
          a.eventCount,
          a.incident ?? null,
        );
        if (added === 0) continue;
        fresh.push(a.id);
        for (const [place, event] of a.events.entries()) {
          const { raw = "", ...record } = event;
          this.#db.run("INSERT OR IGNORE INTO cited (id, time, record, raw) VALUES (?, ?, ?, ?)", event.id, event.time, JSON.stringify(record), raw);
          this.#db.run("INSERT OR IGNORE INTO alert_events (alert, event, place) VALUES (?, ?, ?)", a.id, event.id, place);
        }
        this.index(a.id);
      }
      return fresh;
    });
  }

  /** Write an alert's words anew. */
  index(id: string): void {
    this.#db.run("DELETE FROM alert_words WHERE rowid = (SELECT rowid FROM alerts WHERE id = ?)", id);
    this.#db.run(
      `INSERT INTO alert_words (rowid, id, title, model, entity, comments)
       SELECT a.rowid, a.id, a.title, a.model, a.entity_id || ' ' || coalesce(a.entity_ip, '') || ' ' || coalesce(a.entity_hostname, ''),
         coalesce((SELECT group_concat(c.text, ' ') FROM comments c WHERE c.alert = a.id), '') FROM alerts a WHERE a.id = ?`,
      id,
    );
  }

  list(filter: AlertFilter): Requests["alerts"]["output"] {
    const where = this.#where(filter, filter.state ?? "open");
    const order = filter.sort === "time" ? "a.time DESC, a.id" : "a.score DESC, a.time DESC, a.id";
    const rows = this.#select(`WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`, ...where.values, clampLimit(filter.limit), clampOffset(filter.offset));
    return { alerts: rows.map((row) => this.#row(row)), total: this.#count(where), hiddenBySnooze: this.#hidden(filter) };
  }

  #hidden(filter: AlertFilter): number {
    const state = filter.state ?? "open";
    return state === "open" || state === "new" ? this.#count(this.#where(filter, "hidden")) : 0;
  }

  #count(where: Where): number {
    return Number(this.#db.get(`SELECT count(*) AS n FROM alerts a WHERE ${where.sql}`, ...where.values)?.n);
  }

  groups(filter: Requests["alertGroups"]["input"]): Requests["alertGroups"]["output"] {
    const where = this.#where(filter, filter.state ?? "open");
    const [key, label] = filter.by === "model" ? ["a.model", "a.model"] : ["a.entity_id", "coalesce(max(a.entity_hostname), max(a.entity_ip), a.entity_id)"];
    const rows = this.#db.all(
      `SELECT ${key} AS key, ${label} AS label, count(*) AS count, max(a.score) AS top, max(a.time) AS newest, min(a.time) AS oldest, max(a.priority) AS priority,
       sum(a.acknowledged_by IS NULL AND NOT ${SNOOZED}) AS open FROM alerts a WHERE ${where.sql} GROUP BY ${key} ORDER BY top DESC, newest DESC, key`,
      this.#now(),
      ...where.values,
    );
    const first = clampOffset(filter.offset);
    const groups: AlertGroupRow[] = rows.slice(first, first + clampLimit(filter.limit)).map((row) => ({
      key: String(row.key),
      label: String(row.label),
      count: Number(row.count),
      maxScore: Number(row.top),
      newest: Number(row.newest),
      oldest: Number(row.oldest),
      priority: Number(row.priority),
      open: Number(row.open),
    }));
    return { groups, total: rows.length };
  }

  #where(filter: AlertFilter, state: NonNullable<AlertFilter["state"]> | "hidden"): Where {
    const parts: string[] = ["true"];
    const values: (string | number)[] = [];
    const add = (sql: string, ...more: (string | number)[]): void => {
      parts.push(sql);
      values.push(...more);
    };
    if (filter.from !== undefined) add("a.time >= ?", filter.from);
    if (filter.to !== undefined) add("a.time < ?", filter.to);
    if (filter.entity !== undefined) {
      const entity = requireText(filter.entity, "entity");
      add("(a.entity_id = ? OR a.entity_ip = ? OR lower(a.entity_hostname) = ?)", entity, entity, entity.toLowerCase());
    }
    if (filter.model !== undefined) {
      const model = requireText(filter.model, "model");
      add("(a.model = ? OR substr(a.model, 1, length(?)) = ?)", model, `${model} / `, `${model} / `);
    }
    if (filter.minPriority !== undefined) add("a.priority >= ?", filter.minPriority);
    if (filter.minScore !== undefined) add("a.score >= ?", filter.minScore);
    const words = filter.text === undefined ? "" : wordsQuery(requireText(filter.text, "text"));
    if (words !== "") add("a.rowid IN (SELECT rowid FROM alert_words WHERE alert_words MATCH ?)", words);
    switch (state) {
      case "open":
      case "new":
        add(`a.acknowledged_by IS NULL AND NOT ${SNOOZED}`, this.#now());
        break;
      case "hidden":
        add(`a.acknowledged_by IS NULL AND ${SNOOZED}`, this.#now());
        break;
      case "acknowledged":
        add("a.acknowledged_by IS NOT NULL");
        break;
      case "snoozed":
        add(SNOOZED, this.#now());
        break;
      default:
    }
    return { sql: parts.join(" AND "), values };
  }

  #select(rest: string, ...values: (string | number)[]): StateRow[] {
    return this.#db.all(
      `SELECT a.*, ${SNOOZED} AS snoozed, (SELECT count(*) FROM comments c WHERE c.alert = a.id) AS comments, coalesce(n.name, a.acknowledged_by) AS acknowledger
       FROM alerts a LEFT JOIN names n ON n.id = a.acknowledged_by ${rest}`,
      this.#now(),
      ...values,
    );
  }

  #one(id: string): StateRow {
    const [row] = this.#select("WHERE a.id = ?", requireText(id, "id"));
    if (row === undefined) throw new CodedError("alert-not-found", "no alert has this id");
    return row;
  }

  #row(row: StateRow): AlertRow {
    const why: Why[] = JSON.parse(String(row.why));
    const out: AlertRow = {
      id: String(row.id),
      time: Number(row.time),
      created: Number(row.created),
      model: String(row.model),
      modelVersion: Number(row.model_version),
      title: String(row.title),
      category: String(row.category) as Alert["category"],
      compliance: row.compliance === 1,
      priority: Number(row.priority),
      score: Number(row.score),
      entity: JSON.parse(String(row.entity)),
      peers: JSON.parse(String(row.peers)),
      mitre: JSON.parse(String(row.mitre)),
      tags: JSON.parse(String(row.tags)),
      eventCount: Number(row.event_count),
      state: row.acknowledged_by !== null ? "acknowledged" : row.snoozed === 1 ? "snoozed" : "new",
      comments: Number(row.comments),
    };
    if (row.acknowledger !== null) out.acknowledgedBy = String(row.acknowledger);
    if (row.incident !== null) out.incident = String(row.incident);
    const lead = leadOf(why);
    if (lead !== undefined) out.lead = lead;
    return out;
  }

  detail(id: string): AlertDetailRow {
    const row = this.#one(id);
    const alert = this.#row(row);
    const records = this.#db
      .all("SELECT c.record, c.raw FROM alert_events e JOIN cited c ON c.id = e.event WHERE e.alert = ? ORDER BY e.place", id)
      .map(citedEvent);
    const earlier = this.#db
      .all(
        "SELECT id, time, score FROM alerts WHERE entity_id = ? AND model = ? AND time < ? ORDER BY time DESC LIMIT 20",
        alert.entity.id,
        alert.model,
        alert.time,
      )
      .map((e) => ({ id: String(e.id), time: Number(e.time), score: Number(e.score) }));
    return { ...alert, why: JSON.parse(String(row.why)), events: JSON.parse(String(row.events)), records, commentList: this.#comments(id), earlier };
  }

  #comments(id: string): CommentRow[] {
    return this.#db
      .all(
        "SELECT c.time, coalesce(n.name, c.author) AS author, c.text FROM comments c LEFT JOIN names n ON n.id = c.author WHERE c.alert = ? ORDER BY c.id",
        id,
      )
      .map((c) => ({ time: Number(c.time), author: String(c.author), text: String(c.text) }));
  }

  /** A cited record by its id, with its bytes. */
  cited(ids: readonly string[]): Map<string, StoredEvent> {
    const out = new Map<string, StoredEvent>();
    for (const id of ids) {
      const row = this.#db.get("SELECT record, raw FROM cited WHERE id = ?", id);
      if (row !== undefined) out.set(id, citedEvent(row));
    }
    return out;
  }

  acknowledge(input: Requests["acknowledge"]["input"]): AlertRow {
    return this.#db.transaction(() => {
      this.#one(input.id);
      this.#db.run(
        "UPDATE alerts SET acknowledged_by = ?, acknowledged_at = ? WHERE id = ?",
        input.acknowledged ? requireText(input.by, "by") : null,
        input.acknowledged ? this.#now() : null,
        input.id,
      );
      if (input.audit !== undefined) this.#audit.append(input.audit);
      return this.#row(this.#one(input.id));
    });
  }

  comment(input: Requests["comment"]["input"]): CommentRow {
    return this.#db.transaction(() => {
      this.#one(input.id);
      const text = requireText(input.text, "text", 10_000);
      this.#db.run("INSERT INTO comments (alert, time, author, text) VALUES (?, ?, ?, ?)", input.id, this.#now(), requireText(input.by, "by"), text);
      this.index(input.id);
      if (input.audit !== undefined) this.#audit.append(input.audit);
      const last = this.#comments(input.id).at(-1);
      if (last === undefined) throw new CodedError("store-failed", "the comment was not stored");
      return last;
    });
  }

  perDay(from: number | undefined, to: number | undefined): Requests["alertsPerDay"]["output"] {
    return this.#db
      .all(
        `SELECT cast(floor(time / ${DAY}) AS INTEGER) AS day, count(*) AS n, max(score) AS worst FROM alerts WHERE time >= ? AND time < ? GROUP BY day ORDER BY day`,
        from ?? 0,
        to ?? Number.MAX_SAFE_INTEGER,
      )
      .map((row) => ({ day: new Date(Number(row.day) * DAY).toISOString().slice(0, 10), alerts: Number(row.n), worst: Number(row.worst) }));
  }

  byModel(since: number): Requests["modelStats"]["output"] {
    return this.#db
      .all("SELECT model, sum(time >= ?) AS n, max(time) AS last FROM alerts GROUP BY model ORDER BY model", since)
      .map((row) => ({ model: String(row.model), alerts: Number(row.n), lastAlert: Number(row.last) }));
  }

  /** For the device's log. */
  ofEntity(entity: string, before: number, limit: number): AlertRow[] {
    return this.#select("WHERE a.entity_id = ? AND a.time < ? ORDER BY a.time DESC LIMIT ?", entity, before, limit).map((row) => this.#row(row));
  }
}

/** The reason that weighs most: the smallest probability, else the first. */
export function leadOf(why: readonly Why[]): Why | undefined {
  let best: Why | undefined;
  for (const reason of why) if (best === undefined || (reason.p ?? 2) < (best.p ?? 2)) best = reason;
  return best;
}

/** Words as FTS5 reads them: each a quoted phrase that may go on, all must be there. Nothing of the text is syntax. */
export function wordsQuery(text: string): string {
  return text
    .replaceAll("\u0000", " ")
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, 16)
    .map((word) => `"${word.replaceAll('"', '""')}"*`)
    .join(" ");
}

function citedEvent(row: StateRow): StoredEvent {
  return { ...(JSON.parse(String(row.record)) as StoredEvent), raw: String(row.raw) };
}
