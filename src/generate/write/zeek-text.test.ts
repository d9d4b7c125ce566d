import { expect, test } from "vitest";
import { zeekHeader, zeekLine } from "./zeek-text.ts";

test("a line has a value for each column of its header, escaped where it would break", () => {
  const header = zeekHeader("http", Date.UTC(2026, 9, 5));
  const names = (header.match(/^#fields\t(.*)$/m)?.[1] ?? "").split("\t");
  const line = zeekLine({
    log: "http",
    time: 1_500,
    fields: { host: "a\tb", uri: "-", user_agent: "ü\n", tags: [], resp_mime_types: ["text/html", "a,b"], status_code: 200 },
  });
  const values = line.trimEnd().split("\t");
  expect(values).toHaveLength(names.length);
  const row = Object.fromEntries(names.map((n, i) => [n, values[i]]));
  expect(row).toMatchObject({
    ts: "1.500000",
    host: "a\\x09b",
    uri: "\\x2d",
    user_agent: "ü\\x0a",
    tags: "(empty)",
    resp_mime_types: "text/html,a\\x2cb",
    status_code: "200",
    referrer: "-",
  });
});

test("a field without a column is a fault, not a silent loss", () => {
  expect(() => zeekLine({ log: "conn", time: 0, fields: { nonsense: 1 } })).toThrow("no column for nonsense");
  expect(() => zeekLine({ log: "nonsense", time: 0, fields: {} })).toThrow("nonsense");
});
