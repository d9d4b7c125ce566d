import { createHash } from "node:crypto";
import type { AccountSession, AccountSetupCode, AccountStore, AccountToken, AccountUser, AccountWrite, AuditEntry, AuditRow } from "../../src/api/ports.ts";
import { canonicalJson } from "../../src/base/canonical-json.ts";

const OPS: ReadonlySet<string> = new Set<AccountWrite["op"]>([
  "put-user",
  "put-session",
  "update-session",
  "delete-session",
  "delete-sessions-of",
  "delete-old-sessions",
  "put-token",
  "touch-token",
  "delete-token",
  "put-setup-code",
  "delete-setup-code",
]);
const FIRST_PREV = "0".repeat(64);

/** The account store of tests: the port's meaning without a database. `rows` and `sessions` are open for a test to look at or tamper with. */
export class MemoryAccountStore implements AccountStore {
  readonly userMap = new Map<string, AccountUser>();
  readonly sessions = new Map<string, AccountSession>();
  readonly tokenMap = new Map<string, AccountToken>();
  readonly rows: AuditRow[] = [];
  code: AccountSetupCode | undefined;

  async users(): Promise<AccountUser[]> {
    return structuredClone([...this.userMap.values()]);
  }
  async session(hash: string): Promise<AccountSession | undefined> {
    return structuredClone(this.sessions.get(hash));
  }
  async tokens(): Promise<AccountToken[]> {
    return structuredClone([...this.tokenMap.values()]);
  }
  async tokenByHash(hash: string): Promise<AccountToken | undefined> {
    return structuredClone([...this.tokenMap.values()].find((token) => token.hash === hash));
  }
  async setupCode(): Promise<AccountSetupCode | undefined> {
    return structuredClone(this.code);
  }
  async write(writes: readonly AccountWrite[], audit: readonly AuditEntry[]): Promise<void> {
    if (writes.some((write) => !OPS.has(write.op))) throw new TypeError("no such write");
    for (const write of structuredClone(writes)) this.#apply(write);
    for (const entry of audit) {
      const row = { ...entry, seq: this.rows.length + 1, prev: this.rows.at(-1)?.hash ?? FIRST_PREV };
      this.rows.push({ ...row, hash: hashOf(row) });
    }
  }
  async auditRows(before: number | undefined, limit: number): Promise<AuditRow[]> {
    return this.rows
      .filter((row) => before === undefined || row.seq < before)
      .reverse()
      .slice(0, limit);
  }
  async verifyAudit(): Promise<{ brokenAt: number | undefined }> {
    let prev = FIRST_PREV;
    for (const [i, { hash, ...row }] of this.rows.entries()) {
      if (row.seq !== i + 1 || row.prev !== prev || hashOf(row) !== hash) return { brokenAt: row.seq };
      prev = hash;
    }
    return { brokenAt: undefined };
  }

  #apply(write: AccountWrite): void {
    switch (write.op) {
      case "put-user":
        this.userMap.set(write.user.id, write.user);
        break;
      case "put-session":
        this.sessions.set(write.session.hash, write.session);
        break;
      case "update-session": {
        const session = this.sessions.get(write.hash);
        if (session !== undefined) Object.assign(session, { lastSeen: write.lastSeen, confirmed: write.confirmed ?? session.confirmed });
        break;
      }
      case "delete-session":
        this.sessions.delete(write.hash);
        break;
      case "delete-sessions-of":
        for (const [hash, session] of this.sessions) if (session.userId === write.userId) this.sessions.delete(hash);
        break;
      case "delete-old-sessions":
        for (const [hash, s] of this.sessions) if (s.lastSeen < write.idleBefore || s.created < write.createdBefore) this.sessions.delete(hash);
        break;
      case "put-token":
        this.tokenMap.set(write.token.id, write.token);
        break;
      case "touch-token": {
        const token = this.tokenMap.get(write.id);
        if (token !== undefined) token.lastUsed = write.lastUsed;
        break;
      }
      case "delete-token":
        this.tokenMap.delete(write.id);
        break;
      case "put-setup-code":
        this.code = write.code;
        break;
      case "delete-setup-code":
        this.code = undefined;
        break;
    }
  }
}

function hashOf(row: Omit<AuditRow, "hash">): string {
  return createHash("sha256").update(canonicalJson(row)).digest("hex");
}
