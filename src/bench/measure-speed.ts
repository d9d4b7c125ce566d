import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { Places } from "../enrich/places.ts";
import { makeCore } from "../lanes/make-core.ts";
import { discover } from "../sensors/discover.ts";
import { readMerged } from "../sensors/merge.ts";
import { openStore } from "../store/index.ts";
import { benchModels, MADE_ORGANISATION } from "./bench-core.ts";

export interface Measured {
  events: number;
  /** All threads of the process, from the first byte read to the last commit; start-up of the program is not in it, its warming up is. */
  cpuSeconds: number;
  /** Largest resident memory seen after a batch. */
  rssBytes: number;
  coreBytes: number;
  devices: number;
  alerts: number;
}

export type How = "store" | "bare" | "read";

function cpuSeconds(): number {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
}

/** File -> parser -> merge -> lane with all models -> store (or not). */
async function measure(file: string, how: How): Promise<Measured> {
  const models = benchModels();
  const folder = mkdtempSync(join(tmpdir(), "wonted-speed-store-"));
  const { inputs } = await discover([file]);
  const core = makeCore({ organisation: MADE_ORGANISATION, roles: new Map(), models, places: new Places([]) });
  const store = how === "store" ? await openStore({ dir: folder, clock: systemClock, deviceId: (i) => core.devices.get(i).id }) : undefined;
  const before = cpuSeconds();
  let events = 0;
  let rss = 0;
  let alerts = 0;
  try {
    for await (const batch of readMerged(inputs)) {
      events += batch.events.length;
      if (how === "read") continue;
      const result = core.lane.process(batch.events);
      alerts += result.alerts.length;
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
    return { events, cpuSeconds: spent, rssBytes: rss, coreBytes: core.learner.memory().bytes, devices: core.devices.size, alerts };
  } finally {
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Run in a process of its own by the speed bench: what one measurement leaves in memory must not stand in the next one's figure. */
const [file, how] = process.argv.slice(2);
if (file !== undefined && (how === "store" || how === "bare" || how === "read")) process.stdout.write(JSON.stringify(await measure(file, how)));
