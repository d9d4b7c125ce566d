import type { AccountSession, AccountSetupCode, AccountToken, AccountUser, AccountWrite, AuditEntry } from "../api/ports.ts";
import { CodedError } from "../base/result.ts";
import type { ActionTable } from "./action-table.ts";
import type { AlertTable } from "./alert-table.ts";
import { type AuditChain, ERASE_ACTION, ERASED } from "./audit-chain.ts";
import type { StateDatabase, StateRow } from "./state-database.ts";

/** Users, sessions, tokens and the setup code. Names stand in `names` alone; every other row has the pseudonym. */
export class AccountTable {
  readonly #db: StateDatabase;
  readonly #audit: AuditChain;

  constructor(db: StateDatabase, audit: AuditChain) {
    this.#db = db;
    this.#audit = audit;
  }

  users(): AccountUser[] {
    return this.#db
      .all("SELECT u.*, coalesce(n.name, u.id) AS name FROM users u LEFT JOIN names n ON n.id = u.id ORDER BY u.created, u.id LIMIT 10000")
      .map((row) => {
        const user: AccountUser = {
          id: String(row.id),
          name: String(row.name),
          role: role(row.role),
          passwordHash: String(row.password),
          created: Number(row.created),
          disabled: row.disabled === 1,
        };
        if (row.last_login !== null) user.lastLogin = Number(row.last_login);
        return user;
      });
  }

  session(hash: string): AccountSession | undefined {
    const row = this.#db.get("SELECT * FROM sessions WHERE hash = ?", hash);
    if (row === undefined) return undefined;
    return {
      hash: String(row.hash),
      userId: String(row.user),
      created: Number(row.created),
      lastSeen: Number(row.last_seen),
      confirmed: Number(row.confirmed),
      authMethod: "password",
    };
  }

  tokens(): AccountToken[] {
    return this.#db.all("SELECT * FROM tokens ORDER BY created, id LIMIT 10000").map(token);
  }

  tokenByHash(hash: string): AccountToken | undefined {
    const row = this.#db.get("SELECT * FROM tokens WHERE hash = ?", hash);
    return row === undefined ? undefined : token(row);
  }

  setupCode(): AccountSetupCode | undefined {
    const row = this.#db.get("SELECT * FROM setup_code");
    return row === undefined ? undefined : { hash: String(row.hash), created: Number(row.created), tries: Number(row.tries) };
  }

  write(writes: readonly AccountWrite[], audit: readonly AuditEntry[]): void {
    this.#db.transaction(() => {
      for (const write of writes) this.#apply(write);
      for (const entry of audit) this.#audit.append(entry);
    });
  }

  #apply(write: AccountWrite): void {
    switch (write.op) {
      case "put-user": {
        const { id, name, role, passwordHash, created, lastLogin, disabled } = write.user;
        const sql = "INSERT OR REPLACE INTO users (id, role, password, created, last_login, disabled) VALUES (?, ?, ?, ?, ?, ?)";
        this.#db.run(sql, id, role, passwordHash, created, lastLogin ?? null, disabled ? 1 : 0);
        this.#db.run("INSERT OR REPLACE INTO names (id, name) VALUES (?, ?)", id, name);
        break;
      }
      case "put-session": {
        const s = write.session;
        const sql = "INSERT OR REPLACE INTO sessions (hash, user, created, last_seen, confirmed, method) VALUES (?, ?, ?, ?, ?, ?)";
        this.#db.run(sql, s.hash, s.userId, s.created, s.lastSeen, s.confirmed, s.authMethod);
        break;
      }
      case "update-session":
        this.#db.run(
          "UPDATE sessions SET last_seen = ?, confirmed = coalesce(?, confirmed) WHERE hash = ?",
          write.lastSeen,
          write.confirmed ?? null,
          write.hash,
        );
        break;
      case "delete-session":
        this.#db.run("DELETE FROM sessions WHERE hash = ?", write.hash);
        break;
      case "delete-sessions-of":
        this.#db.run("DELETE FROM sessions WHERE user = ?", write.userId);
        break;
      case "delete-old-sessions":
        this.#db.run("DELETE FROM sessions WHERE last_seen < ? OR created < ?", write.idleBefore, write.createdBefore);
        break;
      case "put-token": {
        const t = write.token;
        const sql = "INSERT OR REPLACE INTO tokens (id, name, role, hash, user, created, expires, last_used) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        this.#db.run(sql, t.id, t.name, t.role, t.hash, t.userId, t.created, t.expires, t.lastUsed ?? null);
        break;
      }
      case "touch-token":
        this.#db.run("UPDATE tokens SET last_used = ? WHERE id = ?", write.lastUsed, write.id);
        break;
      case "delete-token":
        this.#db.run("DELETE FROM tokens WHERE id = ?", write.id);
        break;
      case "put-setup-code":
        this.#db.run(
          "INSERT OR REPLACE INTO setup_code (one, hash, created, tries) VALUES (1, ?, ?, ?)",
          write.code.hash,
          write.code.created,
          write.code.tries,
        );
        break;
      case "delete-setup-code":
        this.#db.run("DELETE FROM setup_code");
        break;
      default:
        throw new CodedError("store-input-invalid", "no such account write");
    }
  }

  /**
   * Forget a person (S20): the name, password, sessions, tokens, and the name as a whole word in comments, reasons and audit texts.
   * The user row stays, disabled, under its pseudonym. Events and alerts that a sensor wrote are not touched.
   */
  erase(userId: string, entry: AuditEntry, alerts: AlertTable, actions: ActionTable): { texts: number } {
    const texts = this.#db.transaction(() => {
      const row = this.#db.get("SELECT name FROM names WHERE id = ?", userId);
      if (row === undefined) throw new CodedError("user-not-found", "no such user, or the name is erased already");
      const name = String(row.name);
      const seq = this.#audit.append({ ...entry, action: ERASE_ACTION, target: userId });
      const word = new RegExp(`(?<![\\p{L}\\p{N}])${literally(name)}(?![\\p{L}\\p{N}])`, "giu");
      const holds = (text: string): boolean => text.search(word) >= 0;
      this.#db.run("DELETE FROM names WHERE id = ?", userId);
      this.#db.run("DELETE FROM sessions WHERE user = ?", userId);
      this.#db.run("DELETE FROM tokens WHERE user = ?", userId);
      this.#db.run("UPDATE users SET password = '', disabled = 1 WHERE id = ?", userId);
      let count = this.#audit.eraseTexts(holds, seq);
      for (const found of this.#db.all("SELECT id, why FROM snoozes")) {
        if (!holds(String(found.why))) continue;
        this.#db.run("UPDATE snoozes SET why = ? WHERE id = ?", String(found.why).replace(word, ERASED), found.id ?? null);
        count++;
      }
      for (const found of this.#db.all("SELECT id, name FROM tokens")) {
        if (!holds(String(found.name))) continue;
        this.#db.run("UPDATE tokens SET name = ? WHERE id = ?", String(found.name).replace(word, ERASED), found.id ?? null);
        count++;
      }
      count += actions.erase((text) => text.replace(word, ERASED));
      for (const found of this.#db.all("SELECT id, alert, text FROM comments")) {
        if (!holds(String(found.text))) continue;
        this.#db.run("UPDATE comments SET text = ? WHERE id = ?", String(found.text).replace(word, ERASED), found.id ?? null);
        alerts.index(String(found.alert));
        count++;
      }
      return count;
    });
    // Freed pages are overwritten (secure_delete); the log of them goes now.
    this.#db.emptyLog();
    return { texts };
  }
}

/** A pattern (flag u) that matches the text itself. */
export function literally(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

function role(value: unknown): AccountUser["role"] {
  return value === "admin" || value === "analyst" ? value : "viewer";
}

function token(row: StateRow): AccountToken {
  const out: AccountToken = {
    id: String(row.id),
    name: String(row.name),
    role: role(row.role),
    hash: String(row.hash),
    userId: String(row.user),
    created: Number(row.created),
    expires: Number(row.expires),
  };
  if (row.last_used !== null) out.lastUsed = Number(row.last_used);
  return out;
}
