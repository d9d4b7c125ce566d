import type { Emitted, ZeekRecord } from "./emitted.ts";
import { livedHours } from "./hours.ts";
import type { LifeSource } from "./life.ts";
import type { World } from "./world/types.ts";

/** Plays sources over the first days of a world and keeps all that they say, in order of time: for tests and measurements of a few days. */
export function playLife(world: World, sources: readonly LifeSource[], days = world.options.days): { emitted: Emitted[]; network: ZeekRecord[] } {
  const emitted: Emitted[] = [];
  const network: ZeekRecord[] = [];
  for (const hour of livedHours(world.calendar, sources)) {
    if (hour.day >= days) break;
    emitted.push(...hour.emitted);
    network.push(...hour.zeek);
  }
  return { emitted, network };
}
