import { DAY, HOUR, MINUTE } from "../../base/time.ts";
import type { Draw } from "../world/draw.ts";
import type { Person, World } from "../world/types.ts";
import { zoneOffset } from "./message.ts";

/** The next moment, from `at` on, at which an office in that zone is open (Monday to Friday, half past seven to six), with some delay when it was shut. */
export function officeOpen(zone: string, at: number, draw: Draw): number {
  for (let time = at, i = 0; i < 10; i++) {
    const local = time + zoneOffset(zone, time);
    const day = Math.floor(local / DAY);
    const weekday = (day + 3) % 7;
    const hour = (local % DAY) / HOUR;
    if (weekday < 5 && hour >= 7.5 && hour < 18) return time + (i === 0 ? 0 : draw.exponential(45 * MINUTE));
    const days = hour >= 18 || weekday >= 5 ? 1 : 0;
    time = (day + days) * DAY + 7.5 * HOUR - zoneOffset(zone, time);
  }
  return at;
}

/** The next moment at which a person of ours is at work; undefined when that is more than a fortnight off (leave, gone). */
export function atWork(world: World, person: Person, at: number, draw: Draw): number | undefined {
  const first = world.calendar.dayOf(at);
  for (let day = first; day < first + 14; day++) {
    const plan = world.calendar.personDay(person, day);
    if (plan.start === undefined || plan.end === undefined || plan.end <= at) continue;
    return at >= plan.start ? at : Math.min(plan.end, plan.start + draw.exponential(40 * MINUTE));
  }
  return undefined;
}
