import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { seededRandom } from "../base/random.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { HOME } from "./bench-core.ts";
import type { Figure } from "./figures.ts";
import { type MadeLogOptions, writeEveMix, writeZeekConn } from "./made-logs.ts";
import type { How, Measured } from "./measure-speed.ts";
import { writeAudit } from "./saas/made-audit.ts";
import { VERSION_OF_BENCH } from "./version.ts";

const exec = promisify(execFile);
const START = Date.UTC(2023, 4, 1);
/** 500 devices and 10,000 connections of each a day: an office's working day. */
const DEVICES = 500;
const EVENTS = 5_000_000;

async function measured(file: string, how: How): Promise<Measured> {
  const { stdout } = await exec(process.execPath, [join(HOME, "src", "bench", "measure-speed.ts"), file, how], { maxBuffer: 1e7 });
  return JSON.parse(stdout) as Measured;
}

function perSecond(m: Measured): number {
  return m.events / m.cpuSeconds;
}

async function run(options: BenchOptions): Promise<{ bench: string; version: string; figures: Figure[] }> {
  const folder = mkdtempSync(join(tmpdir(), "wonted-speed-"));
  const figures: Figure[] = [];
  const events = options.events ?? EVENTS;
  const make = (devices: number, count: number): MadeLogOptions => ({ events: count, devices, random: seededRandom(options.seed), start: START, hours: 24 });
  const add = (name: string, value: number, unit?: string, method = "wonted"): void => {
    figures.push({ name, method, value, ...(unit === undefined ? {} : { unit }) });
  };
  try {
    const zeek = join(folder, "conn.log");
    writeZeekConn(zeek, make(DEVICES, events));
    options.print(
      `${events.toLocaleString("en-GB")} made Zeek conn lines of ${DEVICES} devices over a day, all models; every measurement is a process of its own\n`,
    );
    const full = await measured(zeek, "store");
    options.print(`with store: ${full.cpuSeconds.toFixed(1)} CPU seconds, ${full.alerts} alerts\n`);
    add("zeek-conn.eventsPerCpuSecond", perSecond(full));
    add("memory.rssBytes", full.rssBytes, "B");
    add("zeek-conn.withoutStore", perSecond(await measured(zeek, "bare")));
    add("zeek-conn.withoutStore", perSecond(await measured(zeek, "read")), undefined, "control: read and parse only");
    rmSync(zeek);
    const eve = join(folder, "eve.json");
    writeEveMix(eve, make(DEVICES, events / 2));
    add("eve-mix.eventsPerCpuSecond", perSecond(await measured(eve, "store")));
    add("eve-mix.withoutStore", perSecond(await measured(eve, "bare")));
    rmSync(eve);
    const audit = join(folder, "audit.ndjson");
    // Ten days of 2,000 people.
    writeAudit(audit, { ...make(2_000, events / 5), hours: 240 });
    add("m365.eventsPerCpuSecond", perSecond(await measured(audit, "store")));
    const bare = await measured(audit, "bare");
    add("m365.withoutStore", perSecond(bare));
    add("m365.rssBytes", bare.rssBytes, "B");
    add("m365.withoutStore", perSecond(await measured(audit, "read")), undefined, "control: read and parse only");
    rmSync(audit);
    for (const [name, devices] of [
      ["1k", 1_000],
      ["10k", 10_000],
      ["100k", 100_000],
    ] as const) {
      const file = join(folder, `conn-${name}.log`);
      writeZeekConn(file, make(devices, Math.max(events / 5, devices * 10)));
      const m = await measured(file, "bare");
      add(`cost.microsecondsPerEvent.${name}`, 1e6 / perSecond(m), "us");
      if (name === "10k") add("memory.bytesPerDevice", m.coreBytes / m.devices, "B");
      rmSync(file);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { bench: "speed", version: VERSION_OF_BENCH, figures };
}

export const speedBench: Bench = {
  name: "speed",
  goals: [
    { name: "zeek-conn.eventsPerCpuSecond", atLeast: 60_000 },
    { name: "eve-mix.eventsPerCpuSecond", atLeast: 30_000 },
    { name: "m365.withoutStore", atLeast: 20_000 },
    { name: "m365.rssBytes", atMost: 1e9 },
    { name: "memory.rssBytes", atMost: 1e9 },
    { name: "memory.bytesPerDevice", atMost: 4_096 },
  ],
  run,
};
