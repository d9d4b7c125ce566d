import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EventDatabase } from "./event-database.ts";
import { type Lab, makeAlert, makeEntry, makeEvent, openLab, T0 } from "./made-for-tests.ts";
import { StateDatabase } from "./state-database.ts";

const target = join(tmpdir(), `wonted-forbidden-${process.pid}`);

/** What an attacker would run if some text became SQL: reading and writing files, loading code, settings, other databases. */
const DUCKDB = [
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM read_blob('/etc/passwd')",
  "SELECT * FROM read_json('/etc/passwd')",
  "SELECT * FROM read_parquet('/etc/passwd')",
  "SELECT * FROM sniff_csv('/etc/passwd')",
  "SELECT * FROM glob('/etc/*')",
  "SELECT * FROM '/etc/passwd'",
  `COPY (SELECT 1) TO '${target}.csv'`,
  `COPY texts FROM '/etc/passwd'`,
  `ATTACH '${target}.db'`,
  `EXPORT DATABASE '${target}'`,
  `IMPORT DATABASE '${target}'`,
  "INSTALL httpfs",
  "LOAD httpfs",
  "SET threads = 64",
  "SET memory_limit = '100GB'",
  "SET enable_external_access = true",
  "RESET lock_configuration",
  "PRAGMA enable_external_access = true",
];
const SQLITE = [
  `ATTACH '${target}.db' AS other`,
  "DETACH main",
  "PRAGMA writable_schema = ON",
  "PRAGMA journal_mode = DELETE",
  "DROP TABLE audit",
  "CREATE TABLE mine (x)",
  "ALTER TABLE audit RENAME TO mine",
  "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM audit; END",
  `VACUUM INTO '${target}.db'`,
  "SELECT load_extension('/tmp/x.so')",
];

describe("the databases themselves refuse (S12)", () => {
  const dir = mkdtempSync(join(tmpdir(), "wonted-s12-"));
  const events = new EventDatabase({ path: join(dir, "events.duckdb"), memoryMb: 128, threads: 1 });
  let state: StateDatabase;
  beforeAll(async () => {
    await events.open();
    state = new StateDatabase(join(dir, "state.sqlite"));
  });
  afterAll(() => {
    events.close();
    state.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test.each(DUCKDB)("DuckDB: %s", async (sql) => {
    await expect(events.write(sql)).rejects.toThrow();
    await expect(events.read(sql)).rejects.toThrow();
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`wonted-forbidden-${process.pid}`))).toEqual([]);
  });

  test.each(SQLITE)("SQLite: %s", (sql) => {
    expect(() => state.run(sql)).toThrow();
    expect(existsSync(`${target}.db`)).toBe(false);
  });

  test("two statements are not one prepared statement", async () => {
    await expect(events.write("SELECT 1; DROP TABLE texts")).rejects.toThrow();
  });
});

describe("no request carries a statement in (S12)", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.end());

  const statements = [...DUCKDB, ...SQLITE].flatMap((sql) => [sql, `'; ${sql}; --`, `") ; ${sql} --`]);

  test("as a request's name", async () => {
    for (const sql of [...statements, "__proto__", "constructor", "toString"])
      await expect(lab.store.ask(sql as never, {} as never)).rejects.toMatchObject({ code: "store-input-invalid" });
  });

  test("as a value: it is kept and found as the text it is", async () => {
    let line = 0;
    for (const sql of statements) {
      line++;
      await lab.store.append([makeEvent("http", line, { host: sql, uri: sql, file: sql, source: sql, native: sql, type: sql } as object)]);
      await lab.store.commitAlerts([makeAlert(`a${line}`, { title: sql, model: sql, entity: { kind: "device", id: sql } })]);
      await lab.store.ask("comment", { id: `a${line}`, by: sql, text: sql, audit: makeEntry(sql, { target: sql, why: sql, actor: sql }) });
      await lab.store.ask("createSnooze", { id: `s${line}`, model: sql, entity: sql, until: T0 + 1, why: sql, by: sql });
      await lab.store.ask("putSetting", { key: sql, value: sql });
    }
    await lab.store.checkpoint([
      { source: statements[0] ?? "", fileKey: statements[1] ?? "", path: statements[2] ?? "", inode: 0, offset: 0, line: 0, header: statements },
    ]);
    line = 0;
    for (const sql of statements) {
      line++;
      const found = await lab.store.ask("search", { text: sql, limit: 500 });
      expect(found.hits.some((hit) => hit.line === line && hit.fields.uri === sql && hit.fields.host === sql && hit.native === sql && hit.file === sql)).toBe(
        true,
      );
      expect(await lab.store.ask("alerts", { model: sql, entity: sql, state: "all" })).toMatchObject({ total: 1, alerts: [{ title: sql }] });
      expect(await lab.store.ask("setting", { key: sql })).toBe(sql);
    }
    expect((await lab.store.positions())[0]?.header).toEqual(statements);
    expect(await lab.store.accounts.verifyAudit()).toEqual({ brokenAt: undefined });
  }, 120_000);

  test("as any text of a query: nothing is found, nothing happens", async () => {
    for (const sql of [...DUCKDB, ...SQLITE]) {
      const refused = async (work: Promise<unknown>): Promise<string> =>
        work.then(
          () => "answered",
          (error: { code?: string }) => error.code ?? "?",
        );
      expect(await refused(lab.store.ask("search", { address: sql }))).toBe("store-input-invalid");
      expect(await refused(lab.store.ask("search", { family: sql }))).toBe("store-input-invalid");
      expect(await refused(lab.store.ask("scan", { from: 0, to: 1, families: [], after: sql }))).toBe("store-input-invalid");
      expect(await refused(lab.store.ask("search", { limit: sql as never }))).toBe("store-input-invalid");
      expect(await lab.store.ask("eventsById", { ids: [`${sql}-1`] })).toEqual([]);
      expect((await lab.store.ask("deviceLog", { device: `${sql}!` })).rows).toEqual([]);
      expect(await lab.store.ask("quarterHours", { source: `${sql}!` })).toEqual([]);
      expect((await lab.store.ask("devices", { text: sql, sort: sql as never })).devices).toEqual([]);
      expect((await lab.store.ask("alertGroups", { by: sql as never, text: sql, state: sql as never })).total).toBeGreaterThanOrEqual(0);
      expect(await refused(lab.store.ask("alert", { id: sql }))).toBe("alert-not-found");
    }
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`wonted-forbidden-${process.pid}`))).toEqual([]);
    expect((await lab.store.ask("familyStats", {}))[0]?.events).toBe(statements.length);
  }, 120_000);
});
