import { generateKeyPairSync, verify } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AccountUser } from "../api/ports.ts";
import { canonicalJson } from "../base/canonical-json.ts";
import { type Lab, makeAlert, makeEntry, openLab, T0 } from "./made-for-tests.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
  await lab.store.accounts.write(
    [],
    [1, 2, 3, 4, 5].map((n) => makeEntry(`action-${n}`, { time: T0 + n, why: `reason ${n}`, after: "ab".repeat(32) })),
  );
});
afterEach(() => lab.end());

/** What somebody with the file in hand can do. */
async function tamper(sql: string): Promise<void> {
  await lab.store.close();
  const db = new DatabaseSync(join(lab.dir, "state.sqlite"));
  db.exec(sql);
  db.close();
  await lab.open();
}

describe("audit chain (S5)", () => {
  test("rows are numbered from 1, each names the hash before it, and the whole verifies", async () => {
    const rows = await lab.store.accounts.auditRows(undefined, 10);
    expect(rows.map((r) => [r.seq, r.action, r.why])).toEqual([5, 4, 3, 2, 1].map((n) => [n, `action-${n}`, `reason ${n}`]));
    for (let i = 0; i + 1 < rows.length; i++) expect(rows[i]?.prev).toBe(rows[i + 1]?.hash);
    expect(rows[4]?.prev).toBe("0".repeat(64));
    expect(await lab.store.accounts.verifyAudit()).toEqual({ brokenAt: undefined });
    expect((await lab.store.accounts.auditRows(3, 1)).map((r) => r.seq)).toEqual([2]);
  });

  test.each([
    ["a field is changed", "UPDATE audit SET target = 'other' WHERE seq = 3", 3],
    ["a reason is changed", "UPDATE audit_texts SET why = 'another reason' WHERE seq = 2", 2],
    ["a reason is taken away", "DELETE FROM audit_texts WHERE seq = 4", 4],
    ["a reason is passed off as erased", "UPDATE audit_texts SET why = '[erased]', salt = '', erased_by = 5 WHERE seq = 2", 2],
    ["a hash is removed", "UPDATE audit SET after = NULL WHERE seq = 5", 5],
    ["the first row is deleted", "DELETE FROM audit WHERE seq = 1", 1],
    ["a row is deleted", "DELETE FROM audit WHERE seq = 3", 3],
    [
      "a row is deleted and the rest is numbered anew",
      "DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5",
      3,
    ],
    ["two rows change places", "UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 99", 2],
    [
      "a row is put in",
      "INSERT INTO audit SELECT 6, time, actor, session, route, action, target, why_hash, before, after, prev, hash FROM audit WHERE seq = 5",
      6,
    ],
  ])("broken at the row where %s", async (_, sql, brokenAt) => {
    await tamper(sql);
    expect(await lab.store.accounts.verifyAudit()).toEqual({ brokenAt });
  });

  test("rows cut off at the end show against a signed head, whose signature verifies", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    lab.clock.set(T0 + 60_000);
    const head = await lab.store.signAuditHead(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    expect(head?.seq).toBe(5);
    const [kept] = await lab.store.ask("auditHeads", {});
    if (kept === undefined) throw new Error("no head was kept");
    const signed = Buffer.from(canonicalJson({ seq: kept.seq, hash: kept.hash, time: kept.time }));
    expect(verify(null, signed, publicKey, Buffer.from(kept.signature, "base64"))).toBe(true);
    await tamper("DELETE FROM audit WHERE seq = 5");
    expect(await lab.store.accounts.verifyAudit()).toEqual({ brokenAt: 5 });
  });

  test("writes and rows are one transaction", async () => {
    const bad = [{ op: "delete-setup-code" }, { op: "no-such-write" }] as never;
    await expect(lab.store.accounts.write(bad, [makeEntry("x")])).rejects.toMatchObject({ code: "store-input-invalid" });
    expect(await lab.store.accounts.auditRows(undefined, 1)).toMatchObject([{ seq: 5 }]);
  });
});

describe("erasing a name (S20)", () => {
  const user: AccountUser = { id: "u7", name: "Zdenka Quillfeather", role: "analyst", passwordHash: "$argon2id$x", created: T0, disabled: false };

  test("it is found nowhere in the database's files, and the chain verifies", async () => {
    const { accounts } = lab.store;
    await accounts.write(
      [
        { op: "put-user", user },
        { op: "put-session", session: { hash: "h", userId: "u7", created: T0, lastSeen: T0, confirmed: T0, authMethod: "password" } },
        { op: "put-token", token: { id: "t1", name: "script of zdenka quillfeather", role: "viewer", hash: "th", userId: "u1", created: T0, expires: T0 + 1 } },
      ],
      [makeEntry("create-user", { target: "u7", why: "Zdenka Quillfeather joins" })],
    );
    await lab.store.commitAlerts([makeAlert("a")]);
    await lab.store.ask("comment", { id: "a", by: "u7", text: "ask ZDENKA QUILLFEATHER, who knows" });
    await lab.store.ask("createSnooze", {
      id: "s1",
      model: "Device / Beacon",
      entity: "10.0.0.5",
      until: T0 + 9e6,
      why: "Zdenka Quillfeather's test",
      by: "u7",
    });
    expect(await lab.store.ask("eraseName", { userId: "u7", audit: makeEntry("erase-name", { why: "asked for" }) })).toEqual({ texts: 4 });

    expect((await lab.store.ask("alert", { id: "a" })).commentList).toMatchObject([{ author: "u7", text: "ask [erased], who knows" }]);
    expect(await accounts.session("h")).toBeUndefined();
    expect(await accounts.users()).toMatchObject([{ id: "u7", name: "u7", disabled: true, passwordHash: "" }]);
    expect(await accounts.verifyAudit()).toEqual({ brokenAt: undefined });
    await lab.store.close();
    for (const file of readdirSync(lab.dir, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      expect(readFileSync(join(file.parentPath, file.name)).toString("latin1").toLowerCase().includes("quillfeather"), file.name).toBe(false);
    }
    await lab.open();
  });

  test("a longer name that begins alike is left alone", async () => {
    await lab.store.accounts.write([{ op: "put-user", user: { ...user, name: "Ann" } }], []);
    await lab.store.commitAlerts([makeAlert("a")]);
    await lab.store.ask("comment", { id: "a", by: "u1", text: "Annabel asked ann (Ann). Manning" });
    await lab.store.ask("eraseName", { userId: "u7", audit: makeEntry("erase-name") });
    expect((await lab.store.ask("alert", { id: "a" })).commentList[0]?.text).toBe("Annabel asked [erased] ([erased]). Manning");
  });

  test("a name that was erased is not there to be erased again", async () => {
    await lab.store.accounts.write([{ op: "put-user", user }], []);
    await lab.store.ask("eraseName", { userId: "u7", audit: makeEntry("erase-name") });
    await expect(lab.store.ask("eraseName", { userId: "u7", audit: makeEntry("erase-name") })).rejects.toMatchObject({ code: "user-not-found" });
  });
});
