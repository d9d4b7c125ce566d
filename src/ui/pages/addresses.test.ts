import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endOf } from "./alert/snooze-times.ts";
import { queryOf, readAlertFilter } from "./alerts/filter.ts";
import { press, readLogFilter } from "./device/log-filter.ts";
import { readDeviceFilter } from "./devices/filter.ts";
import { mailQueryOf, readMailFilter } from "./mails/filter.ts";
import { readPeopleFilter } from "./people/filter.ts";
import { readPersonFilter } from "./person/log-filter.ts";
import { budgetRows } from "./queue/budget-table.ts";
import { queueHeadline } from "./queue/headline.ts";
import { readSearch } from "./search/query.ts";

describe("addresses", () => {
  test("what is not understood is left out", () => {
    expect(readAlertFilter({ min: 9, state: "x", from: "never", sort: ["time"], text: 5, group: "model", other: 1 })).toEqual({ text: "5", group: "model" });
    expect(readDeviceFilter({ sort: "__proto__", page: -3, text: "" })).toEqual({});
    expect(readSearch({ from: "2024-03-14", family: 7, address: null })).toEqual({ from: "2024-03-14T00:00:00.000Z", q: "family:7" });
    expect(readSearch({ text: "two words", address: "2001:db8::1", last: "24h", from: "2024-03-14" })).toEqual({
      q: '"two words" ip:"2001:db8::1"',
      last: "24h",
    });
  });

  test("no address makes a page throw, and what was read reads the same again", () => {
    const anything = fc.dictionary(fc.constantFrom("text", "min", "state", "from", "to", "last", "sort", "group", "kinds", "page", "event"), fc.anything());
    fc.assert(
      fc.property(anything, (search) => {
        for (const read of [readAlertFilter, readDeviceFilter, readSearch, readLogFilter, readPeopleFilter, readPersonFilter, readMailFilter]) {
          const once = read(search) as Record<string, unknown>;
          expect(read(once)).toEqual(once);
        }
      }),
    );
  });

  test("“last 24 h” counts from the newest record, not from the clock of the browser", () => {
    expect(queryOf({ last: "24h" }, "2024-03-14T14:00:00.000Z")).toMatchObject({ from: "2024-03-13T14:00:00.000Z", state: "open", sort: "score" });
  });

  test("kinds of the log: a press on one of all shows it alone; all of them is no filter", () => {
    expect(press({}, "alert")).toEqual({ kinds: ["alert"] });
    expect(press({ kinds: ["alert"] }, "notice")).toEqual({ kinds: ["notice", "alert"] });
    expect(press({ kinds: ["alert"] }, "alert")).toEqual({});
  });
});

describe("the queue's words and figures", () => {
  const incident = (score: number, overBudget = false) => ({
    id: String(score),
    title: "",
    summary: "",
    category: "suspicious" as const,
    score,
    start: "",
    end: "",
    overBudget,
    entities: [],
    alerts: [],
    mitre: [],
    eventCount: 0,
    state: "open" as const,
    last24h: [],
  });
  const overview = {
    organisation: "",
    now: "",
    devices: 10,
    learning: 0,
    sources: 1,
    sourcesLive: 1,
    eventsPerSecond: 0,
    open: 0,
    openCritical: 0,
    budgetPerDay: 4,
    perDay: [],
    blindSpots: [] as { what: string; detail: string; kind: "acute" | "known" }[],
    synthetic: false,
    hasSource: true,
  };

  test("one sentence says how it stands", () => {
    const spot = { what: "a", detail: "", kind: "acute" as const };
    expect([
      queueHeadline([], overview),
      queueHeadline([incident(60)], overview),
      queueHeadline([incident(94), incident(91)], overview),
      queueHeadline([incident(94), incident(60), incident(40, true)], { ...overview, blindSpots: [spot] }),
      queueHeadline([], { ...overview, learning: 9 }),
    ]).toEqual([
      "Nothing stands above the line.",
      "One incident stands above the usual.",
      "Two incidents stand far above the usual.",
      "Two incidents stand above the usual, one of them far; one blind spot is open.",
      "Nothing stands above the line yet; 9 devices are still being learned.",
    ]);
  });

  test("a larger budget never has a higher line, nor shows fewer", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 200 }), fc.constantFrom(1, 3, 4, 7, 10), (scores, budget) => {
        const rows = budgetRows(
          scores.map((s) => incident(s)),
          30,
          budget,
          50,
        );
        expect(rows.some((r) => r.perDay === budget && r.line === 50)).toBe(true);
        for (let i = 1; i < rows.length; i++) {
          expect(rows[i]?.line).toBeLessThanOrEqual(rows[i - 1]?.line ?? 0);
          expect(rows[i]?.count).toBeGreaterThanOrEqual(rows[i - 1]?.count ?? 0);
        }
      }),
    );
  });

  test("a snooze ends in an hour, tomorrow at nine, in a week, or at a time that lies ahead", () => {
    const now = Date.UTC(2024, 2, 14, 22, 30);
    expect([
      endOf("hour", "", now, "utc"),
      endOf("tomorrow", "", now, "utc"),
      endOf("week", "", now, "utc"),
      endOf("custom", "2024-03-14T22:00", now, "utc"),
      endOf("custom", "2024-03-15T08:00", now, "utc"),
    ]).toEqual(["2024-03-14T23:30:00.000Z", "2024-03-15T09:00:00.000Z", "2024-03-21T22:30:00.000Z", undefined, "2024-03-15T08:00:00.000Z"]);
  });
});

describe("the address of the mail log", () => {
  test("keeps what it knows, drops what it does not, and asks for what needs a decision by itself", () => {
    expect(readMailFilter({ verdict: "hold", text: " x ", last: "7d", missed: true, flat: true, sort: "score", reader: "P-1" })).toEqual({
      verdict: "hold",
      text: "x",
      last: "7d",
      missed: true,
      flat: true,
      sort: "score",
      reader: "P-1",
    });
    expect(readMailFilter({ verdict: "evil", last: "1y", missed: "yes", traffic: {}, tag: "" })).toEqual({});
    expect(mailQueryOf({}, undefined)).toEqual({ verdict: "acted", sort: "time", group: "campaign" });
    expect(mailQueryOf({ last: "24h", flat: true, missed: true }, "2026-03-02T00:00:00.000Z")).toEqual({
      verdict: "acted",
      sort: "time",
      group: "none",
      missed: "true",
      from: "2026-03-01T00:00:00.000Z",
    });
  });
});
