import { systemClock } from "../base/clock.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Family } from "../schema/families.ts";
import { makeAlert, makeEvent, makePosition } from "./made-for-tests.ts";
import { openStore } from "./open-store.ts";

/**
 * The program that the kill -9 test runs and kills: reads three made files from where the store says, raises an alert at every 37th
 * record, commits in the store's order. Arguments: folder, line at which each file ends. Says "reading" once and "done" at the end.
 */
const FILES: readonly Family[] = ["conn", "dns", "http"];
const [dir = "", last = "0"] = process.argv.slice(2);
const end = Number(last);

const store = await openStore({ dir, clock: systemClock, limits: { lowWaterBytes: 1, batchEvents: 64 }, deviceId: (index) => `device-${index}` });
const from = new Map((await store.positions()).map((position) => [position.fileKey, position.line]));
process.stdout.write("reading\n");

for (let round = 1; FILES.some((family) => (from.get(`key${family}`) ?? 0) < end); round++) {
  const events: NetEvent[] = [];
  for (const family of FILES) {
    const start = from.get(`key${family}`) ?? 0;
    const stop = Math.min(end, start + 20 + ((round * 37 + start) % 150));
    for (let line = start + 1; line <= stop; line++)
      events.push(makeEvent(family, line, { service: `s${line % 50}`, query: `q${line}.example`, uri: `/${line}` } as object));
    from.set(`key${family}`, stop);
  }
  await store.append(events);
  await store.commitAlerts(
    events.filter((event) => event.line % 37 === 0).map((event) => makeAlert(`${event.family}-${event.line}`, { events: [event], eventCount: 1 })),
  );
  // Every third time the reader is sure of less than what it handed over.
  const lag = round % 3 === 0 ? 15 : 0;
  const positions = FILES.map((family) => {
    const line = from.get(`key${family}`) ?? 0;
    return makePosition(family, line >= end ? line : Math.max(0, line - lag));
  });
  await store.checkpoint(positions);
  if (round % 4 === 0) await store.saveSnapshot(new TextEncoder().encode(JSON.stringify(positions)), positions);
}
await store.close();
process.stdout.write("done\n");
