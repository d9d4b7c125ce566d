import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { seededRandom } from "../base/random.ts";
import type { Model } from "../detect/index.ts";
import { discover } from "../sensors/discover.ts";
import { readMerged } from "../sensors/merge.ts";
import { openStore } from "../store/index.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { benchCore, benchModels } from "./bench-core.ts";
import type { Figure } from "./figures.ts";
import { type MadeLogOptions, writeEveMix, writeZeekConn } from "./made-logs.ts";
import { VERSION_OF_BENCH } from "./version.ts";

const START = Date.UTC(2023, 4, 1);
const DEVICES = 2_000;

interface Measured {
  perCpuSecond: number;
  microseconds: number;
  events: number;
  rssBytes: number;
  coreBytes: number;
  devices: number;
}

/** CPU of all threads of this process, seconds. */
function cpuSeconds(): number {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
}

/** Files -> parser -> merge -> lane with all models -> store (or not), all threads counted. Writing the made file is not. */
async function measure(file: string, models: readonly Model[], folder: string | undefined): Promise<Measured> {
  const { inputs } = await discover([file]);
  const core = benchCore(models);
  const store = folder === undefined ? undefined : await openStore({ dir: folder, clock: systemClock, deviceId: (i) => core.devices.get(i).id });
  const before = cpuSeconds();
  let events = 0;
  let rss = 0;
  for await (const batch of readMerged(inputs)) {
    const result = core.lane.process(batch.events);
    events += batch.events.length;
    if (store !== undefined) {
      if (result.alerts.length > 0) await store.commitAlerts(result.alerts);
      if (result.hours.length > 0) await store.ask("putHours", { hours: result.hours });
      await store.append(batch.events, result.unusual);
      if (store.status().checkpointDue) await store.checkpoint([]);
    }
    rss = Math.max(rss, process.memoryUsage.rss());
  }
  await store?.checkpoint([]);
  const spent = cpuSeconds() - before;
  await store?.close();
  return {
    perCpuSecond: events / spent,
    microseconds: (spent / events) * 1e6,
    events,
    rssBytes: rss,
    coreBytes: core.learner.memory().bytes,
    devices: core.devices.size,
  };
}

async function run(options: BenchOptions): Promise<{ bench: string; version: string; figures: Figure[] }> {
  const folder = mkdtempSync(join(tmpdir(), "wonted-speed-"));
  const models = benchModels();
  const figures: Figure[] = [];
  const events = options.events ?? 1_000_000;
  const make = (devices: number, count: number): MadeLogOptions => ({ events: count, devices, random: seededRandom(options.seed), start: START, hours: 24 });
  try {
    const zeek = join(folder, "conn.log");
    writeZeekConn(zeek, make(DEVICES, events));
    options.print(`${events.toLocaleString("en-GB")} Zeek conn lines of ${DEVICES} made devices over a day, ${models.length} models\n`);
    const withStore = await measure(zeek, models, join(folder, "zeek"));
    figures.push({ name: "zeek-conn.eventsPerCpuSecond", method: "wonted", value: withStore.perCpuSecond });
    const bare = await measure(zeek, models, undefined);
    figures.push({ name: "zeek-conn.withoutStore", method: "wonted", value: bare.perCpuSecond });
    figures.push({ name: "zeek-conn.readOnly", method: "control: read and parse only", value: await readOnly(zeek) });
    const eve = join(folder, "eve.json");
    writeEveMix(eve, make(DEVICES, events));
    figures.push({ name: "eve-mix.eventsPerCpuSecond", method: "wonted", value: (await measure(eve, models, join(folder, "eve"))).perCpuSecond });
    figures.push({ name: "eve-mix.withoutStore", method: "wonted", value: (await measure(eve, models, undefined)).perCpuSecond });
    for (const [name, devices] of [
      ["1k", 1_000],
      ["10k", 10_000],
      ["100k", 100_000],
    ] as const) {
      const file = join(folder, `conn-${name}.log`);
      writeZeekConn(file, make(devices, Math.max(events / 2, devices * 5)));
      const m = await measure(file, models, undefined);
      figures.push({ name: `cost.microsecondsPerEvent.${name}`, method: "wonted", value: m.microseconds, unit: "us" });
      if (name === "10k") figures.push({ name: "memory.bytesPerDevice", method: "wonted", value: m.coreBytes / m.devices, unit: "B" });
      rmSync(file);
    }
    const long = join(folder, "long.log");
    writeZeekConn(long, make(DEVICES, events * 5));
    const m = await measure(long, models, join(folder, "long"));
    figures.push({ name: "memory.rssBytes", method: "wonted", value: m.rssBytes, unit: `B after ${m.events.toLocaleString("en-GB")} events` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { bench: "speed", version: VERSION_OF_BENCH, figures };
}

async function readOnly(file: string): Promise<number> {
  const { inputs } = await discover([file]);
  const before = cpuSeconds();
  let events = 0;
  for await (const batch of readMerged(inputs)) events += batch.events.length;
  return events / (cpuSeconds() - before);
}

/** m365.eventsPerCpuSecond comes with the lane that reads audit records. */
export const speedBench: Bench = {
  name: "speed",
  goals: [
    { name: "zeek-conn.eventsPerCpuSecond", atLeast: 60_000 },
    { name: "eve-mix.eventsPerCpuSecond", atLeast: 30_000 },
    { name: "memory.rssBytes", atMost: 1e9 },
    { name: "memory.bytesPerDevice", atMost: 4_096 },
  ],
  run,
};
