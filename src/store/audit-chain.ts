import { createHash, randomBytes } from "node:crypto";
import type { AuditEntry, AuditRow } from "../api/ports.ts";
import { canonicalJson } from "../base/canonical-json.ts";
import { clampLimit } from "./input.ts";
import type { StateDatabase, StateRow } from "./state-database.ts";

const FIRST_PREV = "0".repeat(64);
export const ERASED = "[erased]";
/** The action of the only rows that may excuse a text that is gone. */
export const ERASE_ACTION = "erase-name";

export interface AuditHead {
  seq: number;
  hash: string;
  time: number;
  signature: string;
  keyId: string;
}

/**
 * The audit log (S5): each row's hash is SHA-256 over the RFC 8785 JSON of its other fields and of the hash before it. Of the free text
 * `why` the row holds a salted hash only; the text stands apart, so that a name in it can be erased and the chain stays true (S20).
 * Detects a changed, deleted, inserted or reordered row; rows cut off at the end only against a signed head. Whoever owns the database
 * can write a whole new chain: ship the signed heads off this machine.
 */
export class AuditChain {
  readonly #db: StateDatabase;

  constructor(db: StateDatabase) {
    this.#db = db;
  }

  /** To be called inside the transaction of the change. Returns the row's number. */
  append(entry: AuditEntry): number {
    const last = this.#db.get("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    const seq = Number(last?.seq ?? 0) + 1;
    const prev = String(last?.hash ?? FIRST_PREV);
    const salt = randomBytes(16).toString("hex");
    const why = entry.why.toWellFormed();
    const row: Hashed = {
      seq,
      time: entry.time,
      actor: entry.actor.toWellFormed(),
      session: entry.session.toWellFormed(),
      route: entry.route.toWellFormed(),
      action: entry.action.toWellFormed(),
      target: entry.target.toWellFormed(),
      whyHash: sha256(`${salt}\n${why}`),
      before: entry.before,
      after: entry.after,
      prev,
    };
    const hash = sha256(canonicalJson(row));
    this.#db.run(
      "INSERT INTO audit (seq, time, actor, session, route, action, target, why_hash, before, after, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      seq,
      row.time,
      row.actor,
      row.session,
      row.route,
      row.action,
      row.target,
      row.whyHash,
      entry.before ?? null,
      entry.after ?? null,
      prev,
      hash,
    );
    this.#db.run("INSERT INTO audit_texts (seq, salt, why) VALUES (?, ?, ?)", seq, salt, why);
    return seq;
  }

  rows(before: number | undefined, limit: number): AuditRow[] {
    return this.#db
      .all(
        "SELECT a.*, coalesce(t.why, '') AS why FROM audit a LEFT JOIN audit_texts t ON t.seq = a.seq WHERE a.seq < ? ORDER BY a.seq DESC LIMIT ?",
        before ?? Number.MAX_SAFE_INTEGER,
        clampLimit(limit),
      )
      .map((row) => {
        const out: AuditRow = {
          seq: Number(row.seq),
          time: Number(row.time),
          actor: String(row.actor),
          session: String(row.session),
          route: String(row.route),
          action: String(row.action),
          target: String(row.target),
          why: String(row.why),
          prev: String(row.prev),
          hash: String(row.hash),
        };
        if (row.before !== null) out.before = String(row.before);
        if (row.after !== null) out.after = String(row.after);
        return out;
      });
  }

  /** Recomputes everything, 1,000 rows at a time: about 10 µs a row. The first number that does not fit, or undefined. */
  verify(): number | undefined {
    let expected = 1;
    let prev = FIRST_PREV;
    for (;;) {
      const rows = this.#db.all(
        `SELECT a.*, t.seq AS text_seq, t.salt, t.why, t.erased_by, e.action AS erasing FROM audit a
         LEFT JOIN audit_texts t ON t.seq = a.seq LEFT JOIN audit e ON e.seq = t.erased_by AND e.seq >= a.seq WHERE a.seq >= ? ORDER BY a.seq LIMIT 1000`,
        expected,
      );
      if (rows.length === 0) break;
      for (const row of rows) {
        if (Number(row.seq) !== expected || row.prev !== prev || !intact(row)) return expected;
        prev = String(row.hash);
        expected++;
      }
    }
    // Rows before the first, and heads that were signed over rows that are gone or other now.
    const low = this.#db.get("SELECT min(seq) AS low FROM audit")?.low;
    if (typeof low === "number" && low < 1) return low;
    const broken = this.#db.get(
      "SELECT h.seq FROM audit_heads h LEFT JOIN audit a ON a.seq = h.seq WHERE a.hash IS NULL OR a.hash <> h.hash ORDER BY h.seq LIMIT 1",
    );
    return broken === undefined ? undefined : Math.min(Number(broken.seq), expected);
  }

  head(): { seq: number; hash: string } | undefined {
    const row = this.#db.get("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    return row === undefined ? undefined : { seq: Number(row.seq), hash: String(row.hash) };
  }

  putHead(head: AuditHead): void {
    this.#db.run(
      "INSERT OR IGNORE INTO audit_heads (seq, hash, time, signature, key_id) VALUES (?, ?, ?, ?, ?)",
      head.seq,
      head.hash,
      head.time,
      head.signature,
      head.keyId,
    );
  }

  heads(limit: number | undefined): AuditHead[] {
    return this.#db.all("SELECT * FROM audit_heads ORDER BY seq DESC LIMIT ?", clampLimit(limit)).map((row) => ({
      seq: Number(row.seq),
      hash: String(row.hash),
      time: Number(row.time),
      signature: String(row.signature),
      keyId: String(row.key_id),
    }));
  }

  /** Replace the texts that `holds` recognises; `by` is the row of the erasure. */
  eraseTexts(holds: (text: string) => boolean, by: number): number {
    let count = 0;
    for (const row of this.#db.all("SELECT seq, why FROM audit_texts WHERE erased_by IS NULL AND why <> ''")) {
      if (!holds(String(row.why))) continue;
      this.#db.run("UPDATE audit_texts SET why = ?, salt = '', erased_by = ? WHERE seq = ?", ERASED, by, Number(row.seq));
      count++;
    }
    return count;
  }
}

interface Hashed {
  seq: number;
  time: number;
  actor: string;
  session: string;
  route: string;
  action: string;
  target: string;
  whyHash: string;
  before: string | undefined;
  after: string | undefined;
  prev: string;
}

function intact(row: StateRow): boolean {
  const hashed: Hashed = {
    seq: Number(row.seq),
    time: Number(row.time),
    actor: String(row.actor),
    session: String(row.session),
    route: String(row.route),
    action: String(row.action),
    target: String(row.target),
    whyHash: String(row.why_hash),
    before: row.before === null ? undefined : String(row.before),
    after: row.after === null ? undefined : String(row.after),
    prev: String(row.prev),
  };
  if (sha256(canonicalJson(hashed)) !== row.hash) return false;
  if (row.text_seq === null) return false;
  if (row.erased_by !== null) return row.erasing === ERASE_ACTION && row.why === ERASED;
  return sha256(`${row.salt}\n${row.why}`) === row.why_hash;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
