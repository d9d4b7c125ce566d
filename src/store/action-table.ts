import { CodedError } from "../base/result.ts";
import type { Action } from "../schema/action.ts";
import type { AuditChain } from "./audit-chain.ts";
import { clampLimit, clampOffset, requireText, requireTime } from "./input.ts";
import type { ActionFilter, ActionLinkRow, Requests } from "./requests.ts";
import type { StateDatabase, StateRow } from "./state-database.ts";

const OPEN = "('shadow', 'proposed', 'confirmed', 'active', 'failed')";

/** Actions with their whole history, and the one-time links by which they may be decided outside the console. People stand in them as pseudonyms only. */
export class ActionTable {
  readonly #db: StateDatabase;
  readonly #audit: AuditChain;
  readonly #now: () => number;

  constructor(db: StateDatabase, audit: AuditChain, now: () => number) {
    this.#db = db;
    this.#audit = audit;
    this.#now = now;
  }

  /** All of them and the audit row, or nothing. An older revision than the one that stands is refused with `action-conflict`. */
  put(input: Requests["putActions"]["input"]): { ok: true } {
    return this.#db.transaction(() => {
      for (const a of input.actions) {
        const before = this.#db.get("SELECT revision FROM actions WHERE id = ?", requireText(a.id, "id", 64));
        if (before !== undefined && Number(before.revision) > a.revision) throw new CodedError("action-conflict", "the action has changed meanwhile");
        this.#db.run(
          `INSERT OR REPLACE INTO actions (id, revision, kind, state, mode, entity, entity_ip, model, alert, created, until, quiet_until, body)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          a.id,
          a.revision,
          a.kind,
          a.state,
          a.mode,
          a.target.entity.id,
          a.target.entity.ip ?? null,
          a.model ?? null,
          a.alert ?? null,
          requireTime(a.created, "created"),
          requireTime(a.until, "until"),
          a.quietUntil ?? null,
          JSON.stringify(a),
        );
      }
      if (input.audit !== undefined) this.#audit.append(input.audit);
      return { ok: true };
    });
  }

  /** As it stands, with pseudonyms; undefined when there is none. */
  raw(id: string): Action | undefined {
    const row = this.#db.get("SELECT body FROM actions WHERE id = ?", requireText(id, "id", 64));
    return row === undefined ? undefined : actionOf(row);
  }

  one(id: string): Action {
    const action = this.raw(id);
    if (action === undefined) throw new CodedError("action-not-found", "There is no action with this id.");
    return this.#named(action);
  }

  /** What is not at its end, and what was cleared or refused and still keeps its pair alone. */
  open(): Action[] {
    return this.#db.all(`SELECT body FROM actions WHERE state IN ${OPEN} OR quiet_until > ? ORDER BY created`, this.#now()).map(actionOf);
  }

  list(filter: ActionFilter): Requests["actions"]["output"] {
    const { sql, values } = whereOf(filter);
    const rows = this.#db.all(
      `SELECT body FROM actions ${sql} ORDER BY created DESC, id LIMIT ? OFFSET ?`,
      ...values,
      clampLimit(filter.limit),
      clampOffset(filter.offset),
    );
    const { states: _, ...anyState } = filter;
    const others = whereOf(anyState);
    const counts: Record<string, number> = {};
    for (const row of this.#db.all(`SELECT state, count(*) AS n FROM actions ${others.sql} GROUP BY state`, ...others.values))
      counts[String(row.state)] = Number(row.n);
    return { actions: rows.map((row) => this.#named(actionOf(row))), counts };
  }

  putLink(link: ActionLinkRow): { ok: true } {
    this.#db.run(
      "INSERT INTO action_links (hash, action, decision, person, revision, expires) VALUES (?, ?, ?, ?, ?, ?)",
      requireText(link.hash, "hash", 64),
      link.action,
      link.decision,
      link.person,
      link.revision,
      requireTime(link.expires, "expires"),
    );
    this.#db.run("DELETE FROM action_links WHERE expires < ?", this.#now() - 7 * 86_400_000);
    return { ok: true };
  }

  link(hash: string): ActionLinkRow | undefined {
    const row = this.#db.get("SELECT * FROM action_links WHERE hash = ?", requireText(hash, "hash", 64));
    if (row === undefined) return undefined;
    const out: ActionLinkRow = {
      hash: String(row.hash),
      action: String(row.action),
      decision: row.decision === "refuse" ? "refuse" : "activate",
      person: String(row.person),
      revision: Number(row.revision),
      expires: Number(row.expires),
    };
    if (row.used !== null) out.used = Number(row.used);
    return out;
  }

  /** True exactly once for a link that stands and has not expired; its sibling of the other answer dies with it. */
  useLink(hash: string): { used: boolean } {
    return this.#db.transaction(() => {
      const now = this.#now();
      const used = this.#db.run("UPDATE action_links SET used = ? WHERE hash = ? AND used IS NULL AND expires > ?", now, requireText(hash, "hash", 64), now);
      if (used === 1)
        this.#db.run(
          "UPDATE action_links SET used = ? WHERE used IS NULL AND (action, person) = (SELECT action, person FROM action_links WHERE hash = ?)",
          now,
          hash,
        );
      return { used: used === 1 };
    });
  }

  /** Free texts that hold a name, replaced; the number of actions changed. */
  erase(replaced: (text: string) => string): number {
    let count = 0;
    for (const row of this.#db.all("SELECT id, body FROM actions")) {
      const action = actionOf(row);
      const next: Action = { ...action, reason: replaced(action.reason), changes: action.changes.map((c) => ({ ...c, why: replaced(c.why) })) };
      const body = JSON.stringify(next);
      if (body === row.body) continue;
      this.#db.run("UPDATE actions SET body = ? WHERE id = ?", body, action.id);
      count++;
    }
    return count;
  }

  /** Names for showing stand in `names` alone. */
  #named(action: Action): Action {
    const name = (id: string): string => {
      const [kind, rest] = id.startsWith("link:") ? ["by link, ", id.slice(5)] : ["", id];
      const found = this.#db.get("SELECT name FROM names WHERE id = ?", rest);
      return found === undefined ? id : `${kind}${found.name}`;
    };
    const changes = action.changes.map((c) => ({ ...c, by: name(c.by) }));
    return { ...action, changes, ...(action.by === undefined ? {} : { by: name(action.by) }) };
  }
}

function actionOf(row: StateRow): Action {
  return JSON.parse(String(row.body)) as Action;
}

function whereOf(filter: ActionFilter): { sql: string; values: (string | number)[] } {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  const add = (sql: string, ...given: (string | number)[]): void => {
    parts.push(sql);
    values.push(...given);
  };
  if (filter.states !== undefined) {
    const states = filter.states.slice(0, 12);
    add(states.length === 0 ? "0" : `state IN (${states.map(() => "?").join(", ")})`, ...states);
  }
  if (filter.entity !== undefined) add("(entity = ? OR entity_ip = ?)", filter.entity, filter.entity);
  if (filter.kind !== undefined) add("kind = ?", filter.kind);
  if (filter.model !== undefined) add("model = ?", filter.model);
  if (filter.alert !== undefined) add("alert = ?", filter.alert);
  if (filter.manual === true) add("mode = 'manual'");
  if (filter.from !== undefined) add("created >= ?", requireTime(filter.from, "from"));
  return { sql: parts.length === 0 ? "" : `WHERE ${parts.join(" AND ")}`, values };
}
