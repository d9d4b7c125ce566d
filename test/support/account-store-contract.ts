import { expect, test } from "vitest";
import type { AccountSession, AccountStore, AccountToken, AccountUser, AccountWrite, AuditEntry } from "../../src/api/ports.ts";

const user: AccountUser = { id: "u1", name: "Ada Ünï", role: "admin", passwordHash: "$argon2id$x", created: 1_000, disabled: false };
const session: AccountSession = { hash: "a".repeat(64), userId: "u1", created: 1_000, lastSeen: 1_000, confirmed: 1_000, authMethod: "password" };
const token: AccountToken = { id: "t1", name: "script", role: "viewer", hash: "b".repeat(64), userId: "u1", created: 1_000, expires: 90_000 };
const entry: AuditEntry = { time: 1_000, actor: "u1", session: "", route: "PUT /x", action: "act", target: "user:u1", why: "\u202e why" };

/** What every AccountStore must do; called inside a describe of the store's own tests with a way to make an empty one. */
export function accountStoreContract(make: () => Promise<AccountStore>): void {
  const after = async (...writes: AccountWrite[]): Promise<AccountStore> => {
    const store = await make();
    for (const write of writes) await store.write([write], []);
    return store;
  };
  const put = { user: { op: "put-user", user }, session: { op: "put-session", session }, token: { op: "put-token", token } } satisfies Record<
    string,
    AccountWrite
  >;

  test("a new store holds nothing, and its chain is whole", async () => {
    const store = await make();
    expect([await store.users(), await store.tokens(), await store.auditRows(undefined, 10)]).toEqual([[], [], []]);
    expect([await store.session(session.hash), await store.tokenByHash(token.hash), await store.setupCode()]).toEqual([undefined, undefined, undefined]);
    expect(await store.verifyAudit()).toEqual({ brokenAt: undefined });
  });

  test("users, sessions and tokens come back as they were put, and are replaced by their id", async () => {
    const store = await after(put.user, put.session, put.token);
    expect([await store.users(), await store.session(session.hash), await store.tokens()]).toEqual([[user], session, [token]]);
    expect(await store.tokenByHash(token.hash)).toEqual(token);
    const changed: AccountUser = { ...user, name: "Ada", role: "viewer", disabled: true, lastLogin: 5_000 };
    await store.write([{ op: "put-user", user: changed }], []);
    expect(await store.users()).toEqual([changed]);
    expect(await store.session(session.hash)).toEqual(session);
  });

  test("an update changes what is there and never brings back what has ended", async () => {
    const store = await after(put.user, put.session, put.token);
    await store.write([{ op: "update-session", hash: session.hash, lastSeen: 7_000 }], []);
    expect(await store.session(session.hash)).toEqual({ ...session, lastSeen: 7_000 });
    await store.write([{ op: "update-session", hash: session.hash, lastSeen: 8_000, confirmed: 8_000 }], []);
    expect(await store.session(session.hash)).toEqual({ ...session, lastSeen: 8_000, confirmed: 8_000 });
    await store.write([{ op: "touch-token", id: "t1", lastUsed: 9_000 }], []);
    expect(await store.tokens()).toEqual([{ ...token, lastUsed: 9_000 }]);
    await store.write(
      [
        { op: "delete-session", hash: session.hash },
        { op: "delete-token", id: "t1" },
      ],
      [],
    );
    await store.write(
      [
        { op: "update-session", hash: session.hash, lastSeen: 1 },
        { op: "touch-token", id: "t1", lastUsed: 1 },
      ],
      [],
    );
    expect([await store.session(session.hash), await store.tokens()]).toEqual([undefined, []]);
  });

  test("sessions end by user and by age, others stay", async () => {
    const other: AccountSession = { ...session, hash: "c".repeat(64), userId: "u2", lastSeen: 5_000, created: 4_000 };
    const two: AccountWrite[] = [put.user, { op: "put-user", user: { ...user, id: "u2", name: "Ben" } }, put.session, { op: "put-session", session: other }];
    const byUser = await after(...two, { op: "delete-sessions-of", userId: "u1" });
    expect([await byUser.session(session.hash), await byUser.session(other.hash)]).toEqual([undefined, other]);
    const idle = await after(...two, { op: "delete-old-sessions", idleBefore: 1_001, createdBefore: 0 });
    expect([await idle.session(session.hash), await idle.session(other.hash)]).toEqual([undefined, other]);
    const aged = await after(...two, { op: "delete-old-sessions", idleBefore: 0, createdBefore: 1_001 });
    expect([await aged.session(session.hash), await aged.session(other.hash)]).toEqual([undefined, other]);
    const kept = await after(...two, { op: "delete-old-sessions", idleBefore: 1_000, createdBefore: 1_000 });
    expect(await kept.session(session.hash)).toEqual(session);
  });

  test("at most one setup code exists", async () => {
    const code = { hash: "d".repeat(64), created: 1_000, tries: 0 };
    const store = await after({ op: "put-setup-code", code }, { op: "put-setup-code", code: { ...code, hash: "e".repeat(64), tries: 3 } });
    expect(await store.setupCode()).toEqual({ ...code, hash: "e".repeat(64), tries: 3 });
    await store.write([{ op: "delete-setup-code" }], []);
    expect(await store.setupCode()).toBeUndefined();
  });

  test("S5: writes and audit rows are one transaction: when one fails, nothing is written", async () => {
    const store = await after(put.user);
    const bad = { op: "no-such-write" } as unknown as AccountWrite;
    await expect(store.write([{ op: "put-user", user: { ...user, role: "viewer" } }, bad], [entry])).rejects.toThrow();
    expect(await store.users()).toEqual([user]);
    expect(await store.auditRows(undefined, 10)).toEqual([]);
  });

  test("S5: rows are chained from 1 without gaps, come newest first, and verify", async () => {
    const store = await make();
    await store.write([], [entry, { ...entry, before: "0".repeat(64), after: "1".repeat(64) }]);
    await store.write([put.user], [{ ...entry, why: "third" }]);
    const rows = await store.auditRows(undefined, 10);
    expect(rows.map((row) => row.seq)).toEqual([3, 2, 1]);
    expect(rows[2]).toMatchObject({ ...entry, prev: "0".repeat(64) });
    expect(rows[1]).toMatchObject({ before: "0".repeat(64), after: "1".repeat(64), prev: rows[2]?.hash });
    expect(rows[0]?.prev).toBe(rows[1]?.hash);
    for (const row of rows) expect(row.hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await store.auditRows(3, 1)).map((row) => row.seq)).toEqual([2]);
    expect(await store.verifyAudit()).toEqual({ brokenAt: undefined });
  });
}
