import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHECK_CONTEXT, checkParser, parseAll } from "../../test/contract/check-parser.ts";
import { anyText } from "../../test/support/any-text.ts";
import { fixture, fixtures } from "../../test/support/fixture-files.ts";
import { isRejected } from "./record-parser.ts";
import { createZeekTsvParser } from "./zeek-tsv.ts";

function parse(text: string) {
  return parseAll({ create: createZeekTsvParser, fixture: Buffer.alloc(0) }, Buffer.from(text));
}

function lines(...rows: string[][]): string {
  return rows.map((row) => row.join("\t")).join("\n");
}

const CONN = ["#fields", "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "conn_state"];

describe("every Zeek log as the ASCII writer writes it (D1)", () => {
  test.each(fixtures("zeek"))("%s", (name) => {
    const faults = checkParser({
      create: createZeekTsvParser,
      fixture: fixture(`zeek/${name}`),
      cutShows: (line, length) => length <= line.lastIndexOf("\t"),
    });
    expect(faults).toEqual([]);
  });
});

test("a conn record becomes a flow in the shared words (D1)", () => {
  const [flow, , attempt, icmp, refused] = parseAll({ create: createZeekTsvParser, fixture: Buffer.alloc(0) }, fixture("zeek/conn.log"));
  expect(flow).toMatchObject({
    family: "conn",
    type: "conn",
    sensor: "zeek",
    time: 1_767_225_600_000.125,
    native: "CWnt0000000001a",
    src: "10.20.0.11",
    srcPort: 49_811,
    dst: "198.51.100.20",
    dstPort: 443,
    proto: "tcp",
    service: "tls",
    duration: 4.250113,
    bytesOut: 1_210,
    bytesIn: 48_213,
    packetsOut: 22,
    packetsIn: 41,
    state: "established",
    history: "ShADadFf",
    line: 9,
  });
  expect(attempt).toMatchObject({ state: "attempt", service: undefined, duration: undefined, bytesOut: undefined });
  expect(icmp).toMatchObject({ proto: "icmp6", src: "2001:db8:0:20::15", srcPort: undefined, dstPort: undefined, state: "other" });
  expect(refused).toMatchObject({ state: "rejected" });
});

test("escapes are decoded in texts, separators inside sets too", () => {
  const [request] = parseAll({ create: createZeekTsvParser, fixture: Buffer.alloc(0) }, fixture("zeek/http.log"));
  expect(request).toMatchObject({ uri: "/tools/a\tb.bin?x=1,2", userAgent: "Wonted Fixture/1.0 (über; x64)", host: "files.example.com" });
  const [open] = parseAll({ create: createZeekTsvParser, fixture: Buffer.alloc(0) }, fixture("zeek/smb_files.log"));
  expect(open).toMatchObject({ command: "OPEN", share: "\\\\FILES-05\\team$", name: "plans\\2026.xlsx" });
});

test("a record before any header is refused with that reason", () => {
  const [record] = parse("1767225600.000000\tC1\t10.0.0.1\t1\t10.0.0.2\t2\ttcp\tSF");
  expect(record).toMatchObject({ line: 1, reason: "no #fields header before this record" });
});

test("a header that changes midway is honoured from there on", () => {
  const records = parse(
    lines(
      ["#path", "conn"],
      CONN,
      ["1767225600.000000", "C1", "10.0.0.1", "1", "10.0.0.2", "2", "tcp", "SF"],
      ["#fields", "conn_state", ...CONN.slice(1, -1)],
      ["REJ", "1767225601.000000", "C2", "10.0.0.1", "1", "10.0.0.2", "2", "tcp"],
      ["#separator \\x7c"],
      ["#set_separator|;"],
      ["#path|dns"],
      ["#fields|ts|uid|query|answers"],
      ["1767225602.000000|C3|a.example|1.2.3.4;5.6.7.8"],
    ),
  );
  expect(records.map((record) => ("family" in record ? [record.family, record.native] : record.reason))).toEqual([
    ["conn", "C1"],
    ["conn", "C2"],
    ["dns", "C3"],
  ]);
  expect(records[1]).toMatchObject({ state: "rejected" });
  expect(records[2]).toMatchObject({ answers: ["1.2.3.4", "5.6.7.8"] });
});

test("unset and empty fields follow the header's own words", () => {
  const [record] = parse(
    lines(["#path", "dns"], ["#unset_field", "NIL"], ["#empty_field", "VOID"], ["#fields", "ts", "query", "answers"], ["1767225600.0", "NIL", "VOID"]),
  );
  expect(record).toMatchObject({ query: undefined, answers: [] });
});

test("an unknown log is kept whole and searchable, never dropped (D1)", () => {
  const [record] = parseAll({ create: createZeekTsvParser, fixture: Buffer.alloc(0) }, fixture("zeek/example_protocol.log"));
  expect(record).toMatchObject({ family: "other", type: "example_protocol", src: "10.20.0.13", extra: { colour: "teal\\x", seen: true, count: 7 } });
});

test("columns with the answer of a data set never enter fields or extra", () => {
  const named = parse(lines(["#path", "odd"], ["#fields", "ts", "colour", "label", "detailedlabel"], ["1767225600.0", "red", "Malicious", "C2"]));
  expect(named[0]).toMatchObject({ family: "other", extra: { colour: "red" } });
  expect(Object.keys((named[0] as unknown as { extra: object }).extra)).toEqual(["colour"]);
  const blanks = parse(lines(["#path", "odd"], ["#fields", "ts", "colour   label   detailed-label"], ["1767225600.0", "red   Malicious   C2"]));
  expect((blanks[0] as unknown as { extra: object }).extra).toEqual({ colour: "red" });
});

test.each([
  ["no number", "soon", "no time"],
  ["unset", "-", "no time"],
  ["before 1970", "-5.000000", "time out of range"],
  ["after the year 9999", "999999999999.000000", "time out of range"],
])("a time that is %s is refused", (_, ts, reason) => {
  const [record] = parse(lines(["#path", "conn"], CONN, [ts, "C1", "10.0.0.1", "1", "10.0.0.2", "2", "tcp", "SF"]));
  expect(record).toMatchObject({ reason, line: 3 });
});

test("years off but possible is taken: the clock of a sensor is its own", () => {
  const [record] = parse(lines(["#path", "conn"], CONN, ["17.000000", "C1", "10.0.0.1", "1", "10.0.0.2", "2", "tcp", "SF"]));
  expect(record).toMatchObject({ family: "conn", time: 17_000 });
});

test.each([
  ["an address that is none", ["1767225600.0", "C1", "10.0.0.300", "1", "10.0.0.2", "2", "tcp", "SF"], "address that is none"],
  ["a port out of range", ["1767225600.0", "C1", "10.0.0.1", "1", "10.0.0.2", "65536", "tcp", "SF"], "port out of range"],
  ["a column too few", ["1767225600.0", "C1", "10.0.0.1", "1", "10.0.0.2", "2", "tcp"], "7 columns where the header has 8"],
  ["two columns too many", ["1767225600.0", "C1", "10.0.0.1", "1", "10.0.0.2", "2", "tcp", "SF", "a", "b"], "more than the 8 columns of the header"],
])("%s is refused", (_, row, reason) => {
  expect(parse(lines(["#path", "conn"], CONN, row))).toMatchObject([{ reason }]);
});

test("a separator too many at the very end is forgiven", () => {
  expect(parse(lines(["#path", "conn"], CONN, ["1767225600.0", "C1", "10.0.0.1", "1", "10.0.0.2", "2", "tcp", "SF", ""]))).toMatchObject([
    { state: "established" },
  ]);
});

test("a log whose header does not name it is known by its columns", () => {
  expect(parse(lines(CONN.concat("orig_pkts"), ["1767225600.0", "C1", "10.0.0.1", "1", "10.0.0.2", "2", "tcp", "SF", "3"]))).toMatchObject([
    { family: "conn", packetsOut: 3 },
  ]);
});

test("seen is the clock's when there is one", () => {
  const parser = createZeekTsvParser({ ...CHECK_CONTEXT, clock: { now: () => 42 } });
  parser.parse("#path\tconn", 1, 0);
  parser.parse(CONN.join("\t"), 2, 0);
  expect(parser.parse(["1767225600.0", "C1", "10.0.0.1", "1", "10.0.0.2", "2", "tcp", "SF"].join("\t"), 3, 0)).toMatchObject({ seen: 42 });
});

test("any text after a real header is an event, a refusal or nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyText, fc.constant("\t"), fc.constant("-"), fc.constant("#fields"))), (parts) => {
      const parser = createZeekTsvParser(CHECK_CONTEXT);
      for (const line of [CONN.join("\t"), parts.join("\t"), parts.join(""), ["1767225600.0", ...parts].join("\t")]) {
        const result = parser.parse(line, 1, 0);
        if (result !== undefined) expect(isRejected(result) ? result.reason : result.family).not.toBe("");
      }
    }),
  );
});

test("every prefix of a file of all logs reads without throwing", () => {
  const file = Buffer.concat(["conn", "dns", "http", "ssl", "dhcp"].map((name) => fixture(`zeek/${name}.log`)));
  const whole = parseAll({ create: createZeekTsvParser, fixture: file }, file).length;
  fc.assert(
    fc.property(fc.nat(file.length), (length) => {
      const found = parseAll({ create: createZeekTsvParser, fixture: file }, file.subarray(0, length));
      expect(found.length).toBeLessThanOrEqual(whole);
      expect(found.filter(isRejected).length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 300 },
  );
});
