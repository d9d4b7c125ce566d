import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR } from "../../base/time.ts";
import { type Lab, makeEvent, openLab, T0 } from "../../store/made-for-tests.ts";
import type { LiveView } from "./live-view.ts";
import { searchServices } from "./search-services.ts";

const ANN = "ann@aldgate.example";
let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  const saas = (line: number, more: object) =>
    makeEvent("saas", line, { operation: "MessageSent", service: "MicrosoftTeams", activity: "message", ...more } as object);
  await lab.store.append(
    [
      saas(1, { user: ANN, target: "bob@aldgate.example", chatName: "lunch", time: T0 }),
      saas(2, { user: "x@other.example", targets: [ANN, "bob@aldgate.example"], links: ["https://a.example/1"], linkDomains: ["a.example"], time: T0 + 1_000 }),
      saas(3, { user: "BOB@aldgate.example", target: "cleo@aldgate.example", time: T0 + 2_000 }),
      saas(4, { user: ANN, object: '=HYPERLINK("http://a.example")', duplicateOf: "key-1", time: T0 + 3_000 }),
      makeEvent("endpoint", 5, { title: "Malware seen", product: "Defender", severity: "high", user: ANN, time: T0 + 2 * HOUR } as object),
      ...Array.from({ length: 1_203 }, (_, i) => makeEvent("http", 100 + i, { host: "=cmd|calc", uri: `/a,"b"/${i}`, time: T0 + 10_000 + i })),
    ],
    [10, 80, 5, 20, Number.NaN],
  );
  await lab.store.checkpoint([]);
  await lab.store.ask("putNotices", {
    notices: [{ id: "n1", time: T0 + 500, entity: ANN, kind: "notice", what: "New country", detail: "first activity from PL" }],
  });
});
afterAll(() => lab.end());

const ask = {
  params: undefined,
  body: undefined,
  session: { kind: "demo", id: "d", name: "d", role: "viewer" },
  signal: new AbortController().signal,
} as const;
const services = () => searchServices(lab.store, { now: () => T0, eventTime: () => T0 + 3 * HOUR } as unknown as LiveView);
async function exported(format: "ndjson" | "csv", q: string, most = 100_000): Promise<string[]> {
  const file = await services().searchExport({ ...ask, query: { q, format, most } });
  let text = "";
  for await (const chunk of file.chunks) text += chunk;
  return text.split(/\r?\n/).filter((line) => line !== "");
}

test("a user's log: what it did, what was done to it, detections and notices, newest first; others' records are not in it (X3)", async () => {
  const { rows } = await services().personLog({ ...ask, params: { id: "Ann@Aldgate.example" }, query: { limit: 100 } });
  expect(rows.map((r) => [r.kind, r.what])).toEqual([
    ["sensor-alert", "Malware seen, Defender"],
    ["event", "MessageSent · MicrosoftTeams"],
    ["event", "MessageSent · MicrosoftTeams"],
    ["notice", "New country"],
    ["event", "MessageSent · MicrosoftTeams"],
  ]);
  expect(rows[2]?.detail).toContain("by x@other.example");
  const notices = await services().personLog({ ...ask, params: { id: ANN }, query: { limit: 100, kinds: "notice" } });
  expect(notices.rows.map((r) => r.id)).toEqual(["n1"]);
  const page = await services().personLog({ ...ask, params: { id: ANN }, query: { limit: 2 } });
  const rest = await services().personLog({ ...ask, params: { id: ANN }, query: { limit: 100, before: page.next } });
  expect([...page.rows, ...rest.rows].map((r) => r.id)).toEqual(rows.map((r) => r.id));
  await expect(services().personLog({ ...ask, params: { id: ANN }, query: { limit: 2, kinds: "conn" } })).rejects.toMatchObject({ code: "log-kind-invalid" });
});

test("hours of a user: its own records without copies, the most unusual of them", async () => {
  const { hours } = await services().personHours({ ...ask, params: { id: ANN }, query: { days: 2 } });
  expect(hours.map((h) => [h.events, h.unusual])).toEqual([[1, 10]]);
});

test("an export holds all that fits over many pages, and says at its end whether more fit (T13)", async () => {
  const lines = await exported("ndjson", "family:http");
  expect(lines.length).toBe(1_204);
  expect(new Set(lines.map((line) => JSON.parse(line).id)).size).toBe(1_204);
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ end: true, events: 1_203, more: false });
  expect(JSON.parse((await exported("ndjson", "family:http", 700)).at(-1) ?? "")).toEqual({ end: true, events: 700, more: true });
});

test("CSV: quotation marks doubled, and nothing that a spreadsheet would run", async () => {
  const lines = await exported("csv", "family:http", 1);
  expect(lines[0]).toMatch(/^time,family,type,/);
  expect(lines[1]).toContain('""uri"":""/a,');
  const cells = (await exported("csv", "type:*", 5)).slice(1).flatMap((line) => line.split(","));
  expect(cells.filter((cell) => /^"?[=+@]/.test(cell))).toEqual([]);
});

test("a wrong query is refused before a file begins; so is a time that is none", async () => {
  await expect(services().searchExport({ ...ask, query: { q: "dstPort:x", format: "csv", most: 10 } })).rejects.toMatchObject({ code: "search-query-invalid" });
  await expect(services().search({ ...ask, query: { from: "soon", limit: 10 } })).rejects.toMatchObject({ code: "time-invalid" });
  await expect(services().search({ ...ask, query: { after: "1; DROP TABLE texts", limit: 10 } })).rejects.toMatchObject({ code: "store-input-invalid" });
});
