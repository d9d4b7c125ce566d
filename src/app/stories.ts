import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { recordedCapture } from "./live/demonstration.ts";
import { startPlatform } from "./live/start-platform.ts";

/** One row of the table: what the posts ask for, what the running platform showed. */
interface Row {
  capability: string;
  expected: string;
  seen: "seen" | "failed" | "skipped";
  detail: string;
  milliseconds: number;
}

interface AlertSummary {
  id: string;
  time: string;
  model: string;
  entity: { kind: string; id: string; ip?: string };
  peers: { ip?: string }[];
  mitre: string[];
}

const AGENT_MODEL = "Device / New User Agent to Internal Server";

/** How many capabilities each post (D network with Defender, T Teams, E mail) and X (all of them) name. */
const CAPABILITIES: readonly [string, number][] = [
  ["D", 45],
  ["T", 41],
  ["E", 38],
  ["X", 17],
];

/** A row for every capability that no story tells yet, so that the table says what is missing. */
function untold(told: readonly Row[]): Row[] {
  const names = CAPABILITIES.flatMap(([letter, count]) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`));
  return names
    .filter((n) => !told.some((r) => r.capability === n))
    .map((capability) => ({ capability, expected: "no story yet", seen: "skipped" as const, detail: "", milliseconds: 0 }));
}

/**
 * The stories that can be told so far, on the running platform with the capture that this project made: the network half of the first post.
 * Everything is asked through the HTTP interface, as a page or a client would.
 */
async function firstPost(url: string): Promise<Row[]> {
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${url}${path}`);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return (await answer.json()) as T;
  };
  const rows: Row[] = [];
  const check = async (capability: string, expected: string, look: () => Promise<string | undefined>): Promise<void> => {
    const started = performance.now();
    let detail: string | undefined;
    try {
      detail = await look();
    } catch (error) {
      detail = undefined;
      expected = `${expected} (${(error as Error).message})`;
    }
    rows.push({
      capability,
      expected,
      seen: detail === undefined ? "failed" : "seen",
      detail: detail ?? "",
      milliseconds: Math.round(performance.now() - started),
    });
  };
  const all = (await get<{ alerts: AlertSummary[] }>("/api/v1/alerts?state=all&sort=time&limit=500")).alerts;
  const alert = all.find((a) => a.model === AGENT_MODEL);
  const device = alert?.entity.id ?? "";

  await check("D1", "a week of ordinary work is quiet, the strange day is not", async () => {
    const days = [...new Set(all.map((a) => a.time.slice(0, 10)))];
    return days.length === 1 ? `${all.length} alerts, all on ${days[0]}` : undefined;
  });
  await check("D29", AGENT_MODEL, async () => (alert === undefined ? undefined : `alert ${alert.id}`));
  await check("D30", "both ends are own devices, direction internal", async () => {
    const detail = await get<{ records: { direction: string }[] }>(`/api/v1/alerts/${alert?.id}`);
    return detail.records.length > 0 && detail.records.every((r) => r.direction === "internal") ? `${detail.records.length} records, all internal` : undefined;
  });
  await check("D28", "the device's event log holds connection, notice and alert in time order", async () => {
    const before = encodeURIComponent(new Date(Date.parse(alert?.time ?? "") + 60_000).toISOString());
    const { rows: log } = await get<{ rows: { time: string; kind: string }[] }>(`/api/v1/devices/${encodeURIComponent(device)}/log?before=${before}&limit=200`);
    const kinds = new Set(log.map((r) => r.kind));
    const ordered = log.every((r, i) => i === 0 || r.time <= (log[i - 1]?.time ?? ""));
    return ordered && ["connection", "notice", "alert"].every((k) => kinds.has(k)) ? [...kinds].sort().join(", ") : undefined;
  });
  await check("X2", "alerts are called alerts, with the model's path", async () =>
    all.every((a) => a.model.includes(" / ")) && all.length > 0 ? `${new Set(all.map((a) => a.model)).size} models` : undefined,
  );
  await check("X6", "the device page has identity, peers, pattern of life and rare things", async () => {
    const page = await get<{ identity: unknown[]; peersByBehaviour: unknown[]; rare: unknown[]; patternOfLife: { hours: unknown[] } }>(
      `/api/v1/devices/${encodeURIComponent(device)}`,
    );
    return page.identity.length > 0 && page.peersByBehaviour.length > 0 && page.rare.length > 0 && page.patternOfLife.hours.length === 168
      ? `${page.peersByBehaviour.length} peers, ${page.rare.length} rare things`
      : undefined;
  });
  await check("X12", "every alert names its ATT&CK techniques", async () =>
    all.length > 0 && all.every((a) => a.mitre.length > 0) ? [...new Set(all.flatMap((a) => a.mitre))].sort().join(" ") : undefined,
  );
  return rows;
}

async function main(): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), "wonted-stories-"));
  let read: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    read = resolve;
  });
  const running = await startPlatform({
    data,
    port: 0,
    config: undefined,
    org: undefined,
    demo: recordedCapture,
    clock: systemClock,
    print: (line) => {
      if (line.endsWith("is read up to now")) read();
    },
    log: (level, message) => process.stderr.write(`${level}: ${message}\n`),
  });
  try {
    await Promise.race([done, running.failed]);
    const rows = await firstPost(running.url);
    for (const r of [...rows, ...untold(rows)]) process.stdout.write(`| ${r.capability} | ${r.expected} | ${r.seen} | ${r.milliseconds} ms | ${r.detail} |\n`);
    return rows.some((r) => r.seen === "failed") ? 1 : 0;
  } finally {
    await running.close();
    rmSync(data, { recursive: true, force: true });
  }
}

process.exitCode = await main();
