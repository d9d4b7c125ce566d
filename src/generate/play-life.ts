import { HOUR } from "../base/time.ts";
import type { Emitted, ZeekRecord } from "./emitted.ts";
import type { LifeSource } from "./life.ts";
import type { World } from "./world/types.ts";

/** Plays sources over days of a world and keeps all that they say, in order of time: for tests and benches of a few days, not for months. */
export function playLife(world: World, sources: readonly LifeSource[], days = world.options.days): { emitted: Emitted[]; network: ZeekRecord[] } {
  const emitted: Emitted[] = [];
  const network: ZeekRecord[] = [];
  const out = { zeek: (record: ZeekRecord) => network.push(record), emit: (item: Emitted) => emitted.push(item) };
  for (let day = 0; day < days; day++) {
    for (let from = world.calendar.midnight(day); from < world.calendar.midnight(day + 1); from += HOUR) {
      for (const source of sources) source.play(from, Math.min(from + HOUR, world.calendar.midnight(day + 1)), day, out);
    }
  }
  emitted.sort((a, b) => a.time - b.time);
  network.sort((a, b) => a.time - b.time);
  return { emitted, network };
}
