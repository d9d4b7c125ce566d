import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FAMILIES, FAMILY_NAMES } from "../families.ts";
import { parseQuery } from "./parse-query.ts";
import { QUERY_LIMITS, type Query, queryValue, termsOf } from "./query.ts";
import { COMMON_FIELDS, fieldNamed } from "./query-fields.ts";
import { momentOf, numberOf } from "./query-values.ts";

/** A tree in few letters: what was understood. */
function said(query: Query): string {
  switch (query.kind) {
    case "all":
      return "all";
    case "not":
      return `!${said(query.part)}`;
    case "term": {
      const t = query.test;
      const name = query.field === undefined ? "*" : `${query.field.family === undefined ? "" : `${query.field.family}.`}${query.field.name}`;
      const value =
        t.kind === "is"
          ? `=${t.text}`
          : t.kind === "like"
            ? `~${t.pieces.map((p) => ("text" in p ? p.text : p.any)).join("")}`
            : t.kind === "regex"
              ? `/${t.source}/`
              : t.kind === "range"
                ? `${t.low === undefined ? "" : `>${t.low.inclusive ? "=" : ""}${t.low.text}`}${t.high === undefined ? "" : `<${t.high.inclusive ? "=" : ""}${t.high.text}`}`
                : "?";
      return name + value;
    }
    default:
      return `(${query.parts.map(said).join(query.kind === "and" ? " & " : " | ")})`;
  }
}

function read(text: string): string {
  const parsed = parseQuery(text);
  return parsed.ok
    ? said(parsed.query)
    : `${parsed.fault.at}-${parsed.fault.end}: ${parsed.fault.reason}${parsed.fault.suggestion === undefined ? "" : ` [${parsed.fault.suggestion}]`}`;
}

describe("what is understood (X4, T13)", () => {
  test.each([
    ["", "all"],
    ["python", "*=python"],
    ["foreignTenant:true", "foreignTenant=true"],
    ["FOREIGNTENANT:TRUE activity:message", "(foreignTenant=TRUE & activity=message)"],
    ["a b OR c", "((*=a & *=b) | *=c)"],
    ["a AND (b OR NOT c)", "(*=a & (*=b | !*=c))"],
    ["-user:bot -(a b)", "(!user=bot & !(*=a & *=b))"],
    ["a && b || !c", "((*=a & *=b) | !*=c)"],
    ['chatName:"New Employee Loyalty Program"', "chatName=New Employee Loyalty Program"],
    [String.raw`object:"C:\\x \"y\""`, String.raw`object=C:\x "y"`],
    ["dstPort:>1024 dstPort:<=2000", "(dstPort>1024 & dstPort<=2000)"],
    ["dstPort:[80 TO 443}", "dstPort>=80<443"],
    ["bytesOut:[1MB TO *]", "bytesOut>=1MB"],
    ["time:>=2026-03-14T13:40", "time>=2026-03-14T13:40"],
    ["user:*@partner.example", "user~*@partner.example"],
    ["userAgent:?url*", "userAgent~?url*"],
    ["risk:*", "risk?"],
    ["links:/[a-z]{15}$/", "links/[a-z]{15}$/"],
    ["service:(Exchange OR Teams)", "(service=Exchange | service=Teams)"],
    ["service:(Exchange OR -Teams)", "(service=Exchange | !service=Teams)"],
    ["saas.user:x", "saas.user=x"],
    ["@fields.source_ip:10.0.0.0/8", "src=10.0.0.0/8"],
    ["src:10.20.4.*", "src~10.20.4.*"],
    ["2001:db8::1", "*=2001:db8::1"],
    ["fe80::1", "*=fe80::1"],
    ["https://a.example/b?c", "*~https://a.example/b?c"],
    ["file.name:x", "file.name=x"],
    ["andy OR Order", "(*=andy | *=Order)"],
    [String.raw`star\*`, "*=star*"],
  ])("%s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

describe("what is wrong is told with its characters", () => {
  test.each([
    ["orig_h:10.20.4.* AND resp_p:808O", '31-32: "808O" is not a number. [8080]'],
    ["usr:x", '0-3: "usr" is no field. A colon inside a word stands in quotation marks. [user]'],
    ["foreignTenant:maybe", '14-19: "maybe" is neither true nor false.'],
    ["a AND", "4-5: The query ends where something should follow."],
    ["OR a", '0-2: Something should stand before "OR".'],
    ["(a b", "0-1: This bracket is never closed."],
    ["a) b", "1-2: This bracket was never opened."],
    ['"a b', "0-4: This quotation mark is never closed."],
    ["user:", "4-5: A value is missing behind the colon."],
    ["user:>5", "5-7: user is no number and no time: it has no smaller and larger. Wildcards and (a OR b) do it."],
    ["dstPort:80*", "8-11: A wildcard needs text; dstPort is a whole number."],
    ["dstPort:[80 443]", "8-16: A range is written [1 TO 10]; * stands for no bound."],
    ["src:10.0.0", '4-10: "10.0.0" is no address and no network.'],
    ["time:>yesterday", '6-15: "yesterday" is not a time. Times look like 2026-03-14 or 2026-03-14T13:40Z.'],
    ["uri:/(?=a)b/", "4-12: Look-around and back-references are not known here: a search must end in bounded time."],
    ["uri:/(a{100}){100}/", "4-19: A repeat of a repeat is not known here."],
  ])("%s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test("limits: length, terms, depth, words without a field, wildcards, patterns", () => {
    const reason = (text: string): string => read(text).replace(/^\d+-\d+: /, "");
    expect(reason("a".repeat(QUERY_LIMITS.text + 1))).toMatch(/2000 characters/);
    expect(reason(new Array(65).fill("port:1").join(" "))).toMatch(/64 terms/);
    expect(reason(`${"(".repeat(30)}a${")".repeat(30)}`)).toMatch(/24 deep/);
    expect(reason("a b c d e f g h i")).toMatch(/8 words/);
    expect(reason(`user:${"a*".repeat(13)}`)).toMatch(/12 wildcards/);
    expect(reason(new Array(5).fill("uri:/a/").join(" "))).toMatch(/4 patterns/);
  });
});

test("of the fields that every event has only device is also a column of a family, and looks into it", () => {
  const common = new Set(Object.keys(COMMON_FIELDS).map((name) => name.toLowerCase()));
  expect(FAMILY_NAMES.flatMap((f) => Object.keys(FAMILIES[f].columns).filter((c) => common.has(c.toLowerCase())))).toEqual(["device"]);
  expect(COMMON_FIELDS.device.of).toContain("device");
  expect(fieldNamed("SERVICE")?.name).toBe("service");
});

test("any text is either understood or refused with characters that stand in it, quickly", () => {
  const piece = fc.constantFrom(
    "(",
    ")",
    '"',
    "AND",
    "OR",
    "NOT",
    "-",
    "user:",
    "port:",
    ":",
    "*",
    "/",
    "[",
    "1 TO 5]",
    ">",
    "x",
    "10.0.0.1",
    "\\",
    " ",
    "é",
    "\u202e",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 60 }),
        fc.array(piece, { maxLength: 40 }).map((p) => p.join("")),
      ),
      (text) => {
        const parsed = parseQuery(text);
        if (parsed.ok) {
          for (const term of termsOf(parsed.query)) expect(term.end <= text.length && term.at < term.end).toBe(true);
        } else {
          expect(parsed.fault.reason).not.toBe("");
          expect(parsed.fault.at >= 0 && parsed.fault.at <= text.length && parsed.fault.end <= text.length && parsed.fault.end >= parsed.fault.at).toBe(true);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test("every value that is written as a value is read as that value", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 40 }), (text) => {
      expect(parseQuery(`chatName:${queryValue(text)}`)).toMatchObject({ ok: true, query: { test: { kind: "is", text } } });
    }),
    { numRuns: 500 },
  );
});

test("numbers and times as they are typed", () => {
  expect(["8080", "1.5e3", "10MB", "2k", "-3", "1,000", "0x10", "1e999", ""].map(numberOf)).toEqual([
    8080,
    1500,
    1e7,
    2000,
    -3,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(momentOf("2026-03-14")).toBe(Date.UTC(2026, 2, 14));
  expect(momentOf("2026-03-14T13:40")).toBe(Date.UTC(2026, 2, 14, 13, 40));
  expect(momentOf("2026-03-14T13:40+02:00")).toBe(Date.UTC(2026, 2, 14, 11, 40));
  expect(momentOf("2026-03-14 13")).toBe(Date.UTC(2026, 2, 14, 13));
  expect(["2026-13-01", "14.3.2026", "2026"].map(momentOf)).toEqual([undefined, undefined, undefined]);
});
