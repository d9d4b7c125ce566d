import { isHostAddress } from "../../base/ip.ts";
import type { Random } from "../../base/random.ts";
import { DAY, MINUTE } from "../../base/time.ts";
import type { NetEvent } from "../../schema/event.ts";
import { discover } from "../../sensors/discover.ts";
import { readMerged } from "../../sensors/merge.ts";
import { MADE_ORGANISATION } from "../bench-core.ts";
import { ownNetworks } from "../contacts.ts";
import type { HonestGround } from "./judge.ts";

/** Least connections that make a machine worth a template. */
const LEAST = 300;

/** A day of one real machine: what it began, by time of day. */
interface Template {
  events: NetEvent[];
}

export interface RealGround extends HonestGround {
  machines: string[];
  start: number;
}

/**
 * Honest captures as a ground of `machines` machines over `days` days: each machine is a copy of a real one's first 24 hours, shifted by up to an hour and
 * a half (its own habit) and some minutes a day, with a tenth of its destinations left out for good and a tenth of its connections each day.
 * Copies share their template's destinations: that flatters no method that looks at rarity, and it makes the machines less different than real ones are.
 */
export async function realGround(
  dirs: readonly string[],
  orgs: readonly (string | undefined)[],
  random: Random,
  machines: number,
  days: number,
): Promise<RealGround> {
  const templates: Template[] = [];
  for (const [i, dir] of dirs.entries()) templates.push(...(await templatesOf(dir, orgs[i])));
  if (templates.length === 0) return { organisation: MADE_ORGANISATION, roles: new Map(), history: () => [], window: [], machines: [], start: 0 };
  const start = Date.UTC(2027, 2, 2);
  const copies = Array.from({ length: machines }, (_, n) => ({
    ip: `10.50.${n >> 7}.${10 + (n & 127)}`,
    template: templates[n % templates.length] as Template,
    habit: (random() * 2 - 1) * 90 * MINUTE,
    dropped: new Map<string, boolean>(),
  }));
  const day = (d: number): NetEvent[] => {
    const out: NetEvent[] = [];
    for (const [n, copy] of copies.entries()) {
      const shift = copy.habit + (random() * 2 - 1) * 12 * MINUTE;
      for (const event of copy.template.events) {
        const dst = event.dst ?? "";
        let dropped = copy.dropped.get(dst);
        if (dropped === undefined) {
          dropped = random() < 0.1;
          copy.dropped.set(dst, dropped);
        }
        if (dropped || random() < 0.1) continue;
        const ofDay = ((((event.time % DAY) + shift) % DAY) + DAY) % DAY;
        out.push(moved(event, start + d * DAY + ofDay, copy.ip, event.dst, `${d}/${n}`));
      }
    }
    return out.sort((a, b) => a.time - b.time);
  };
  return {
    organisation: MADE_ORGANISATION,
    roles: new Map(),
    *history() {
      for (let d = 0; d < days - 1; d++) yield day(d);
    },
    window: day(days - 1),
    machines: copies.map((c) => c.ip),
    start: start + (days - 1) * DAY,
  };
}

/** A copy of an event elsewhere and at another time. Its connection gets a name of its own, so that copies are not taken for one. */
export function moved(event: NetEvent, time: number, src: string | undefined, dst: string | undefined, mark: string): NetEvent {
  return {
    ...event,
    time,
    seen: time,
    src,
    dst,
    connection: event.connection === undefined ? undefined : `${event.connection}/${mark}`,
    native: event.native === undefined ? undefined : `${event.native}/${mark}`,
    fileKey: `${event.fileKey}/${mark}`,
    raw: "",
  };
}

async function templatesOf(dir: string, org: string | undefined): Promise<Template[]> {
  const own = ownNetworks(org);
  const byMachine = new Map<string, NetEvent[]>();
  const { inputs } = await discover([dir]);
  for await (const batch of readMerged(inputs)) {
    for (const event of batch.events) {
      if (event.src === undefined || event.dst === undefined || !own.has(event.src) || own.has(event.dst) || !isHostAddress(event.dst)) continue;
      const list = byMachine.get(event.src) ?? [];
      if (list.length > 0 && event.time - (list[0]?.time ?? 0) >= DAY) continue;
      event.raw = "";
      list.push(event);
      byMachine.set(event.src, list);
    }
  }
  return [...byMachine.values()].filter((l) => l.filter((e) => e.family === "conn").length >= LEAST).map((events) => ({ events }));
}
