import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHECK_CONTEXT, checkParser, parseAll } from "../../test/contract/check-parser.ts";
import { fixture, fixtures } from "../../test/support/fixture-files.ts";
import { isRejected } from "./record-parser.ts";
import { createZeekJsonParser } from "./zeek-json.ts";
import { createZeekTsvParser } from "./zeek-tsv.ts";

function parse(record: unknown, file = "check.log") {
  const line = typeof record === "string" ? record : JSON.stringify(record);
  return createZeekJsonParser({ ...CHECK_CONTEXT, file }).parse(line, 3, 17);
}

describe("every Zeek log as JSON", () => {
  test.each(fixtures("zeek-json"))("%s", (name) => {
    expect(checkParser({ create: createZeekJsonParser, fixture: fixture(`zeek-json/${name}`) })).toEqual([]);
  });

  test.each(fixtures("zeek-json").filter((name) => name !== "example_protocol.log"))("%s says the same as its TSV form", (name) => {
    const bare = (records: unknown[]) => records.map((record) => ({ ...(record as object), line: 0, offset: 0, raw: "", extra: undefined }));
    const json = parseAll({ create: createZeekJsonParser, fixture: Buffer.alloc(0) }, fixture(`zeek-json/${name}`));
    const tsv = parseAll({ create: createZeekTsvParser, fixture: Buffer.alloc(0) }, fixture(`zeek/${name}`));
    expect(bare(json)).toEqual(bare(tsv));
  });
});

test("without a name of its log a record is known by its columns, then by its file's name", () => {
  expect(parse({ ts: 1767225600, conn_state: "SF", orig_pkts: 1 })).toMatchObject({ family: "conn", type: "conn" });
  expect(parse({ ts: 1767225600, fuid: "F1", seen_bytes: 3, tx_hosts: ["10.0.0.1"], rx_hosts: ["10.0.0.2"], is_orig: false })).toMatchObject({
    family: "file",
    src: "10.0.0.2",
    dst: "10.0.0.1",
  });
  expect(parse({ ts: 1767225600, id_orig_h: "10.0.0.1" }, "/logs/HOST_kerberos.log")).toMatchObject({ family: "kerberos" });
  expect(parse({ ts: 1767225600, x: 1 }, "odd.log")).toMatchObject({ family: "other", type: "unknown", extra: { x: 1 } });
});

test("times are seconds or ISO 8601, and the same instant is the same number", () => {
  const times = [1767225600.000125, "2026-01-01T00:00:00.000125Z", "2026-01-01T01:00:00.000125+01:00", "1767225600.000125"].map((ts) =>
    parse({ _path: "conn", ts }),
  );
  expect(times.map((event) => (event as { time: number }).time)).toEqual(Array(4).fill(1_767_225_600_000.125));
});

test.each([
  [{ _path: "conn" }, "no time"],
  [{ _path: "conn", ts: "yesterday" }, "no time"],
  [{ _path: "conn", ts: -1 }, "time out of range"],
  [{ _path: "conn", ts: 1e15 }, "time out of range"],
  [{ _path: "conn", ts: 1, "id.orig_h": "nowhere" }, "address that is none"],
  ['{"_path":"conn","ts":1', "not JSON, or cut off"],
  ["[1]", "JSON, but no object"],
])("%j is refused: %s", (record, reason) => {
  expect(parse(record)).toMatchObject({ reason, line: 3 });
});

test("labels never enter extra, and a key named like Object's own does no harm", () => {
  const event = parse('{"_path":"odd","ts":1,"label":"Malicious","detailedlabel":"x","__proto__":{"polluted":1},"a":2}');
  expect(Object.keys((event as unknown as { extra: object }).extra)).toEqual(["__proto__", "a"]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("any JSON value of any depth is an event, a refusal or nothing", () => {
  const names = ["ts", "uid", "id.orig_h", "id_orig_p", "proto", "_path", "@stream", "answers", "query", "host", "conn_state", "tx_hosts", "TTLs"];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), fc.constantFrom("conn", "dns", "files", 1767225600))), (record) => {
      const result = parse(record);
      if (result !== undefined) expect(isRejected(result) ? result.reason : result.family).not.toBe("");
    }),
  );
});
