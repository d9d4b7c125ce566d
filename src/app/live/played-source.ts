import { setTimeout as wait } from "node:timers/promises";
import { DAY } from "../../base/time.ts";
import type { Position } from "../../store/types.ts";
import { discoverAll, readInputs, shiftEvent } from "../replay/inputs.ts";
import type { LiveSource, SourceBatch } from "./live-source.ts";

/**
 * A recorded capture played once, as the demonstration does: its events are moved by whole days, so that the newest is less than a day
 * old when playing begins. Holds no more than the reader does.
 */
export async function playSource(id: string, path: string, now: number): Promise<LiveSource> {
  const found = await discoverAll([path]);
  const inputs = found.inputs.map((i) => ({ ...i, source: id }));
  let newest = 0;
  for await (const batch of readInputs(inputs)) for (const event of batch.events) newest = Math.max(newest, event.time);
  // Whole days, so that mornings stay mornings.
  const shift = Math.ceil((newest - now) / DAY) * DAY;
  const batches = readInputs(inputs);
  let done = false;
  let bytes = 0;
  return {
    id,
    kind: "suricata",
    path,
    fixed: true,
    ends: true,
    async poll(): Promise<SourceBatch> {
      if (done) return { events: [], rejected: [], positions: [], caughtUp: true, bytes: 0 };
      const next = await batches.next();
      if (next.done === true) {
        done = true;
        return { events: [], rejected: [], positions: [], caughtUp: true, bytes: 0 };
      }
      const { events, rejected, progress } = next.value;
      for (const event of events) {
        shiftEvent(event, shift);
        event.seen = now;
      }
      const read = progress.bytesDone - bytes;
      bytes = progress.bytesDone;
      return { events, rejected, positions: [], caughtUp: false, bytes: read };
    },
    positions: (): Position[] => [],
    outage: () => undefined,
    wait: (signal) => wait(1_000, undefined, { signal }).catch(() => undefined),
    fileCount: () => inputs.length,
    async close(): Promise<void> {
      await batches.return();
    },
  };
}
