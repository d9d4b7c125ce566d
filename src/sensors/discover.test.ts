import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fixture } from "../../test/support/fixture-files.ts";
import { put, tempFolder } from "../../test/support/temp-folder.ts";
import { type Disk, discover, realDisk } from "./discover.ts";

const CONN = fixture("zeek/conn.log");
const JSON_CONN = fixture("zeek-json/conn.log");
const EVE = fixture("eve/eve.json");
const PCAP = Buffer.concat([Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000", "hex"), Buffer.alloc(64)]);
const PCAPNG = Buffer.concat([Buffer.from("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000", "hex")]);

async function kinds(folder: string): Promise<Record<string, string>> {
  const { inputs } = await discover([folder]);
  return Object.fromEntries(inputs.map(({ file, kind, gzip }) => [file.slice(folder.length + 1), gzip ? `${kind} in gzip` : kind]));
}

describe("a file is known by its content and never by its name (D1)", () => {
  test("each type, plain and gzip", async () => {
    const folder = tempFolder();
    const contents = { tsv: CONN, json: JSON_CONN, eve: EVE, pcap: PCAP, pcapng: PCAPNG };
    for (const [name, content] of Object.entries(contents)) {
      put(folder, `${name}.txt`, content);
      put(folder, `${name}.log`, gzipSync(content));
    }
    expect(await kinds(folder)).toEqual({
      "eve.log": "eve in gzip",
      "eve.txt": "eve",
      "json.log": "zeek-json in gzip",
      "json.txt": "zeek-json",
      "pcap.log": "pcap in gzip",
      "pcap.txt": "pcap",
      "pcapng.log": "pcap in gzip",
      "pcapng.txt": "pcap",
      "tsv.log": "zeek-tsv in gzip",
      "tsv.txt": "zeek-tsv",
    });
  });

  test("a damaged first line, a byte order mark, and a record longer than what is looked at do not hide it", async () => {
    const folder = tempFolder();
    put(folder, "a", Buffer.concat([Buffer.from('half","x":1}\n'), EVE]));
    put(folder, "b", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), EVE]));
    put(folder, "c", `{"timestamp":"2026-01-01T00:00:00+0000","event_type":"http","http":{"url":"${"x".repeat(100_000)}"}}\n`);
    put(folder, "d", "1767225600.000000\tC1\t10.0.0.1\n");
    expect(await kinds(folder)).toEqual({ a: "eve", b: "eve", c: "eve", d: "zeek-tsv" });
  });

  test("what is unknown or empty inside a folder is listed with its reason", async () => {
    const folder = tempFolder();
    put(folder, "conn.log", CONN);
    put(folder, "empty.log", "");
    put(folder, "notes/conn.log", "conn.log of Tuesday\n");
    put(folder, "x.json", '{"ts":"soon","colour":"red"}\n');
    put(folder, "cut.gz", gzipSync(CONN).subarray(0, 12));
    const { inputs, skipped } = await discover([folder]);
    expect(inputs.map(({ file }) => file)).toEqual([join(folder, "conn.log")]);
    expect(skipped).toEqual([
      { path: join(folder, "cut.gz"), reason: "no known type" },
      { path: join(folder, "empty.log"), reason: "zero bytes" },
      { path: join(folder, "notes/conn.log"), reason: "no known type" },
      { path: join(folder, "x.json"), reason: "no known type" },
    ]);
  });
});

describe("a PATH named that cannot be read is an error that names it, with exit code 2", () => {
  test.each([
    ["nowhere", "does not exist"],
    ["notes.txt", "no known type"],
    ["empty.log", "zero bytes"],
    ["*.nothing", "no file matches"],
  ])("%s: %s", async (name, reason) => {
    const folder = tempFolder();
    put(folder, "notes.txt", "hello\n");
    put(folder, "empty.log", "");
    await expect(discover([join(folder, name)])).rejects.toMatchObject({ exitCode: 2, message: `${join(folder, name)}: ${reason}` });
  });

  // Root reads what it likes, so the refusal comes from a disk of the test's own.
  test("a folder without permission: inside one it is skipped, named it is an error", async () => {
    const folder = tempFolder();
    put(folder, "open/conn.log", CONN);
    put(folder, "shut/conn.log", CONN);
    const disk: Disk = {
      ...realDisk,
      list: (path) => (path.endsWith("shut") ? Promise.reject(Object.assign(new Error("EACCES"), { code: "EACCES" })) : realDisk.list(path)),
    };
    const { inputs, skipped } = await discover([folder], { disk });
    expect(inputs).toHaveLength(1);
    expect(skipped).toEqual([{ path: join(folder, "shut"), reason: "no permission to read it" }]);
    await expect(discover([join(folder, "shut")], { disk })).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining("no permission") });
  });

  test("a file without permission likewise", async () => {
    const folder = tempFolder();
    put(folder, "a.log", CONN);
    const disk: Disk = { ...realDisk, head: () => Promise.reject(Object.assign(new Error("EACCES"), { code: "EACCES" })) };
    expect((await discover([folder], { disk })).skipped).toEqual([{ path: join(folder, "a.log"), reason: "no permission to read it" }]);
    await expect(discover([join(folder, "a.log")], { disk })).rejects.toMatchObject({ exitCode: 2 });
  });
});

test("patterns reach files, folders and all below; a name with a star in it is a name", async () => {
  const folder = tempFolder();
  for (const name of ["a/conn.1.log", "a/conn.2.log", "a/b/conn.3.log", "a/x.txt", "a/st*r.log"]) put(folder, name, name.endsWith("txt") ? "no" : CONN);
  const found = async (pattern: string) => (await discover([join(folder, pattern)])).inputs.map(({ file }) => file.slice(folder.length + 1));
  expect(await found("a/conn.?.log")).toEqual(["a/conn.1.log", "a/conn.2.log"]);
  expect(await found("**/*.log")).toEqual(["a/b/conn.3.log", "a/conn.1.log", "a/conn.2.log", "a/st*r.log"]);
  expect(await found("*")).toEqual(["a/b/conn.3.log", "a/conn.1.log", "a/conn.2.log", "a/st*r.log"]);
  expect(await found("a/st*r.log")).toEqual(["a/st*r.log"]);
  expect((await discover([join(folder, "a/x*"), join(folder, "a")])).skipped).toEqual([{ path: join(folder, "a/x.txt"), reason: "no known type" }]);
});

test("a PATH that is a link is followed; a link inside a folder is not, so there is no loop and no way out", async () => {
  const folder = tempFolder();
  put(folder, "logs/conn.log", CONN);
  symlinkSync(join(folder, "logs"), join(folder, "logs/again"));
  symlinkSync(join(folder, "logs"), join(folder, "current"));
  const { inputs, skipped } = await discover([join(folder, "current")]);
  expect(inputs.map(({ file, path }) => [file, path.endsWith("logs/conn.log")])).toEqual([[join(folder, "current/conn.log"), true]]);
  expect(skipped).toEqual([{ path: join(folder, "current/again"), reason: expect.stringContaining("symbolic link") }]);
  expect((await discover([join(folder, "logs"), join(folder, "current")])).inputs).toHaveLength(1);
});

describe("the key of a file", () => {
  test("is the same after growth, renaming and compression", async () => {
    const folder = tempFolder();
    const before = put(folder, "conn.log", CONN);
    const key = (await discover([before])).inputs[0]?.fileKey;
    expect(key).toMatch(/^[0-9a-z_]{16}$/);
    writeFileSync(before, Buffer.concat([CONN, CONN.subarray(CONN.indexOf("17672256"))]));
    expect((await discover([before])).inputs[0]?.fileKey).toBe(key);
    const rotated = put(folder, "old/conn.2026-01-01.log.gz", gzipSync(CONN));
    expect((await discover([rotated])).inputs[0]?.fileKey).toBe(key);
    expect((await discover([rotated], { source: "another" })).inputs[0]?.fileKey).not.toBe(key);
  });

  test("two files of one content stay apart, in every run alike", async () => {
    const folder = tempFolder();
    for (const name of ["a/conn.log", "b/conn.log", "c/conn.log"]) put(folder, name, CONN);
    const keys = async () => (await discover([folder])).inputs.map(({ fileKey }) => fileKey);
    expect(new Set(await keys()).size).toBe(3);
    expect(await keys()).toEqual(await keys());
  });
});

test("an empty folder is no error", async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, "deep"));
  expect(await discover([folder])).toEqual({ inputs: [], skipped: [] });
});
