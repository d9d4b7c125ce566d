import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { makeAlert, makeEvent, T0 } from "./made-for-tests.ts";
import { openStore } from "./open-store.ts";
import { APPLICATION_ID, STATE_STEPS } from "./state-schema.ts";
import type { Store } from "./types.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "wonted-versions-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (): Promise<Store> => openStore({ dir, clock: new ManualClock(T0), limits: { lowWaterBytes: 1 } });

async function duckdb(...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(join(dir, "events.duckdb"));
  const connection = await instance.connect();
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

function sqlite(sql: string): void {
  const db = new DatabaseSync(join(dir, "state.sqlite"));
  db.exec(sql);
  db.close();
}

describe("the event database", () => {
  test("of version 0 is brought forward: events keep their values, new columns are empty, positions can go on", async () => {
    await duckdb(
      "CREATE TABLE store_meta (version INTEGER)",
      "INSERT INTO store_meta VALUES (0)",
      "CREATE TABLE texts (code UINTEGER, text VARCHAR)",
      "INSERT INTO texts VALUES (1, 'conn'), (2, 'ssl')",
      "CREATE TABLE files (code UINTEGER, source VARCHAR, file_key VARCHAR, path VARCHAR, sensor VARCHAR)",
      "INSERT INTO files VALUES (1, 'lab', 'keyconn', '/logs/conn.log', 'zeek')",
      "CREATE TABLE positions (source VARCHAR, file_key VARCHAR, path VARCHAR, byte_at BIGINT, line BIGINT)",
      "INSERT INTO positions VALUES ('lab', 'keyconn', '/logs/conn.log', 200, 1)",
      "CREATE TABLE e_conn (time BIGINT, file_code UINTEGER, line BIGINT, byte_at BIGINT, type UINTEGER, src4 UINTEGER, f_service UINTEGER)",
      `INSERT INTO e_conn VALUES (${T0}000, 1, 1, 100, 1, 167772165, 2)`,
    );
    const store = await open();
    const [old] = await store.ask("eventsById", { ids: ["keyconn-1"] });
    expect(old).toMatchObject({ time: T0, src: "10.0.0.5", fields: { service: "ssl" }, source: "lab", dst: undefined, unusual: undefined });
    expect(await store.positions()).toEqual([{ source: "lab", fileKey: "keyconn", path: "/logs/conn.log", inode: 0, offset: 200, line: 1 }]);
    await store.append([makeEvent("conn", 1), makeEvent("conn", 2, { service: "http" })]);
    expect((await store.checkpoint([])).committed).toBe(1);
    expect((await store.ask("search", { text: "http" })).hits.map((e) => e.line)).toEqual([2]);
    await store.close();
    await (await open()).close();
  });

  test("of a newer program, or of another one, is refused with a word and left as it is", async () => {
    await duckdb("CREATE TABLE store_meta (version INTEGER)", "INSERT INTO store_meta VALUES (999)");
    await expect(open()).rejects.toMatchObject({ code: "store-version-newer" });
    rmSync(join(dir, "events.duckdb"));
    await duckdb("CREATE TABLE somebody (x INTEGER)");
    await expect(open()).rejects.toMatchObject({ code: "store-version-unknown" });
    rmSync(join(dir, "events.duckdb"));
    await (await open()).close();
  });
});

describe("the state database", () => {
  test("of version 1 is brought forward: its alerts are found by words", async () => {
    sqlite(`${STATE_STEPS[0]} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1;
      INSERT INTO alerts (id, time, created, model, model_version, category, compliance, priority, score, entity_id, entity, peers, mitre, tags, title, why, events, event_count)
      VALUES ('old', ${T0}, ${T0}, 'Device / Beacon', 1, 'Suspicious', 0, 3, 50, '10.0.0.5', '{"kind":"device","id":"10.0.0.5"}', '[]', '[]', '[]', 'an antique title', '[]', '[]', 1);
      INSERT INTO comments (alert, time, author, text) VALUES ('old', ${T0}, 'u1', 'remembered remark');`);
    const store = await open();
    await store.commitAlerts([makeAlert("new")]);
    for (const text of ["antique", "remark"]) expect((await store.ask("alerts", { text })).alerts.map((a) => a.id)).toEqual(["old"]);
    await store.close();
  });

  test("of a newer program, or of another one, is refused with a word", async () => {
    sqlite(`CREATE TABLE x (y); PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 999`);
    await expect(open()).rejects.toMatchObject({ code: "store-version-newer" });
    rmSync(join(dir, "state.sqlite"));
    sqlite("CREATE TABLE x (y); PRAGMA user_version = 1");
    await expect(open()).rejects.toMatchObject({ code: "store-version-unknown" });
  });
});

describe("the data folder", () => {
  test("is for its owner alone and for one store at a time", async () => {
    const inner = join(dir, "data");
    mkdirSync(inner, { mode: 0o755 });
    const options = { dir: inner, clock: new ManualClock(T0), limits: { lowWaterBytes: 1 } };
    const store = await openStore(options);
    expect(statSync(inner).mode & 0o777).toBe(0o700);
    await expect(openStore(options)).rejects.toMatchObject({ code: "store-locked" });
    await store.close();
    await (await openStore(options)).close();
    await expect(store.ask("alerts", {})).rejects.toMatchObject({ code: "store-closed" });
  });

  test.each([
    ["of a process that is gone", JSON.stringify({ pid: 2 ** 22 - 3, started: "1" })],
    ["whose number belongs to another process now", JSON.stringify({ pid: process.ppid, started: "1" })],
    ["of the process that had this one's number before", JSON.stringify({ pid: process.pid, started: "1" })],
    ["that is rubbish", '{"pid": '],
  ])("a lock file %s is taken over", async (_, text) => {
    writeFileSync(join(dir, "lock"), text);
    await (await open()).close();
  });
});
