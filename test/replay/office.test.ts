import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { OUTPUT_FILES } from "../../src/app/replay/output-folder.ts";
import { type ReplaySummary, replay } from "../../src/app/replay/replay.ts";
import { madeOffice, writeOffice } from "../support/made-office.ts";

const folder = mkdtempSync(join(tmpdir(), "wonted-replay-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  [key: string]: unknown;
}

interface Ran {
  summary: ReplaySummary;
  lines: Record<(typeof OUTPUT_FILES)[number], Line[]>;
  text: Record<string, string>;
}

let runs = 0;
async function run(paths: string[], more: { history?: string[]; org?: string } = {}): Promise<Ran> {
  const out = join(folder, `out-${++runs}`);
  const summary = await replay({ paths, history: more.history ?? [], out, org: more.org, site: undefined, budget: 5, asnTable: undefined }, { now: () => 0 });
  const text = Object.fromEntries(OUTPUT_FILES.map((n) => [n, readFileSync(join(out, `${n}.ndjson`), "utf8")]));
  const lines = Object.fromEntries(
    OUTPUT_FILES.map((n) => [
      n,
      (text[n] ?? "")
        .split("\n")
        .filter((l) => l !== "")
        .map((l) => JSON.parse(l) as Line),
    ]),
  ) as Ran["lines"];
  return { summary, lines, text };
}

function models(ran: Ran): string[] {
  return [...new Set(ran.lines.alerts.map((a) => String(a.model)))].sort();
}

const office = madeOffice(96, true);
const logs = join(folder, "logs");
writeOffice(logs, office);

describe("a week of an office, then a strange morning (D1, D28-D30, X2, X12)", () => {
  test("ordinary days are quiet; the strange minutes raise their models, each with reasons and records", async () => {
    const ran = await run([logs]);
    expect(models(ran)).toEqual(["Device / Network Scan", "Device / New User Agent to Internal Server", "Device / Port Scan"]);
    const ordinaryEnd = new Date(office.end - 360_000).toISOString();
    expect(ran.lines.alerts.filter((a) => String(a.time) < ordinaryEnd)).toEqual([]);
    const agent = ran.lines.alerts.find((a) => a.model === "Device / New User Agent to Internal Server");
    expect(agent).toMatchObject({
      entity: { kind: "device", ip: "10.1.0.13" },
      category: "Suspicious",
      compliance: false,
      mitre: expect.arrayContaining(["T1071.001"]),
    });
    const reason = ((agent?.why ?? []) as Line[]).find((w) => w.feature === "userAgent");
    expect(reason).toMatchObject({ observed: "python-requests/2.31.0", text: expect.stringContaining("python-requests/2.31.0") });
    expect(reason?.p).toBeGreaterThan(0);
    expect(reason?.p).toBeLessThan(0.05);
    const ids = new Set(ran.lines.events.map((e) => e.id));
    for (const alert of ran.lines.alerts) for (const id of alert.events as string[]) expect(ids.has(id)).toBe(true);
    const [firstCited] = (agent?.events ?? []) as string[];
    const cited = ran.lines.events.find((e) => e.id === firstCited);
    expect(cited).toMatchObject({
      kind: "http",
      source: { file: join(logs, "http.log") },
      fields: { userAgent: "python-requests/2.31.0", direction: "internal" },
    });
  });

  test("the three models on one device are one incident whose claims cite records", async () => {
    const ran = await run([logs]);
    expect(ran.lines.incidents).toHaveLength(1);
    expect(ran.lines.incidents[0]).toMatchObject({ overBudget: false, entities: [{ ip: "10.1.0.13" }], mitre: expect.arrayContaining(["T1046"]) });
    expect(ran.lines.incidents[0]?.alerts).toHaveLength(ran.lines.alerts.length);
  });

  test("the same program on a device that always used it, or in a fleet where it is normal, is silent (D1)", async () => {
    const usual = { ...office, http: office.http.replaceAll("Mozilla/5.0 (office)", "python-requests/2.31.0") };
    writeOffice(join(folder, "usual"), usual);
    const ran = await run([join(folder, "usual")]);
    expect(models(ran)).not.toContain("Device / New User Agent to Internal Server");
  });

  test("the same input gives the same bytes; files are all there; counts agree", async () => {
    const [a, b] = [await run([logs]), await run([logs])];
    expect(a.text).toEqual(b.text);
    expect(a.summary).toMatchObject({ events: office.lines, rejected: 0, alerts: a.lines.alerts.length, incidents: a.lines.incidents.length });
    expect(a.lines.emails).toEqual([]);
    // What is planned follows from an alert that stands there, is bounded in time, and is carried out by nobody.
    const raised = new Set(a.lines.alerts.map((alert) => alert.id));
    expect(a.lines.actions.length).toBeGreaterThan(0);
    for (const action of a.lines.actions) {
      expect(raised).toContain(action.alert);
      expect(Date.parse(String(action.expires))).toBeGreaterThan(Date.parse(String(action.time)));
    }
    expect(a.lines.scores.length).toBeGreaterThan(900);
    for (const s of a.lines.scores) expect([s.unusual, s.p].every((x) => typeof x === "number" && Number.isFinite(x))).toBe(true);
  });

  test("history is learned from and never alerted on, and moved back by whole weeks when it ends too late", async () => {
    const calm = madeOffice(1, true);
    writeOffice(join(folder, "short"), calm);
    const alone = await run([join(folder, "short")]);
    const taught = await run([join(folder, "short")], { history: [logs] });
    expect(models(alone)).not.toContain("Device / New User Agent to Internal Server");
    expect(taught.summary.notes.join()).toMatch(/moved back by 1 weeks/);
    // The history itself held the strange morning: nothing of it may be among the alerts.
    expect(taught.lines.alerts.every((a) => String(a.time) >= "2024-03-04T00:00")).toBe(true);
    expect(taught.summary.historyEvents).toBe(office.lines);
  });

  test("a flow seen by two taps counts once and keeps both records", async () => {
    const twice = join(folder, "twice");
    writeOffice(join(twice, "tap-a"), office);
    // The second tap gave the connections other ids and saw them 30 ms later.
    const shifted = office.conn.replace(/^(\d+\.\d+)\t(C\w+)/gm, (_all, ts: string, uid: string) => `${(Number(ts) + 0.03).toFixed(6)}\tX${uid}`);
    writeOffice(join(twice, "tap-b"), { ...office, conn: shifted });
    const [one, two] = [await run([logs]), await run([twice])];
    expect(two.summary.events).toBe(2 * one.summary.events);
    expect(two.summary.duplicates).toBe(one.summary.events);
    expect(models(two)).toEqual(models(one));
    const counts = (r: Ran): unknown[] => r.lines.scores.map((s) => [s.start, s.unusual]);
    expect(counts(two)).toEqual(counts(one));
  });

  test("gzip, broken lines and files of no known type: counted, named, and nothing stops", async () => {
    const mixed = join(folder, "mixed");
    writeOffice(mixed, office);
    const lines = office.conn.split("\n");
    lines.splice(500, 0, "this is no record", "1709510400.0\tonly\tthree");
    writeFileSync(join(mixed, "conn.log"), gzipSync(lines.join("\n")));
    writeFileSync(join(mixed, "notes.txt"), "call the printer man");
    writeFileSync(join(mixed, "empty.log"), "");
    const ran = await run([mixed]);
    expect(ran.summary).toMatchObject({ events: office.lines, rejected: 2 });
    expect(ran.lines.rejected).toMatchObject([
      { file: join(mixed, "conn.log"), line: 501, reason: expect.any(String) },
      { line: 502, reason: expect.any(String) },
    ]);
    expect(ran.summary.skippedFiles.map((f) => f.path.split("/").at(-1)).sort()).toEqual(["empty.log", "notes.txt"]);
  });

  test("without named networks a public address in half of the connections is ours, and the run says so", async () => {
    const outside = join(folder, "outside");
    const calm = madeOffice(24, false);
    const abroad = (text: string): string => text.replaceAll("10.1.0.", "192.0.2.").replaceAll(/10\.1\.1\.[12]/g, "203.0.113.9");
    writeOffice(outside, { ...calm, conn: abroad(calm.conn), http: abroad(calm.http) });
    const ran = await run([outside]);
    expect(ran.summary.notes.join()).toContain("203.0.113.9");
  });

  test("an input that is not there, or of no known type, is an error that names it, and leaves no files", async () => {
    await expect(run([join(folder, "nowhere")])).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining("nowhere") });
    await expect(run([join(folder, "mixed", "notes.txt")])).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining("notes.txt") });
  });
});
