import { DAY } from "../../base/time.ts";
import type { NetEvent } from "../../schema/event.ts";
import { CountedRandom } from "../../stats/counted-random.ts";
import { BatchForest } from "../others/batch-forest.ts";

export type Kind = "device" | "user" | "sender";
export const KINDS: readonly Kind[] = ["device", "user", "sender"];

/** A day of one entity in four numbers: records, different things, things never met before, most records of a minute. */
interface DayCount {
  records: number;
  things: Set<string>;
  fresh: number;
  minute: number;
  inMinute: number;
  most: number;
}

/**
 * What methods that know nothing of attacks see of a day: counts of every device (connections begun, by other end and port), user (records of the cloud, by
 * operation and address) and sender of mail (by recipient). They are told which kind to look at, and have as many tries as we.
 */
export class DayCounts {
  readonly #own: (ip: string) => boolean;
  readonly #known: Set<string>;
  readonly #rows: Record<Kind, number[][]>;
  readonly #today = new Map<string, DayCount>();
  #day = Number.NaN;

  /** @param before counts of the days before, learned from and left as they are */
  constructor(own: (ip: string) => boolean, before?: DayCounts) {
    this.#own = own;
    this.#known = before === undefined ? new Set() : new Set(before.#known);
    this.#rows = before === undefined ? { device: [], user: [], sender: [] } : before.#rows;
  }

  see(event: NetEvent): void {
    const met = this.#whatOf(event);
    if (met === undefined) return;
    const day = Math.floor(event.time / DAY);
    if (day !== this.#day) {
      this.close();
      this.#day = day;
    }
    const key = `${met.kind}\n${met.who}`;
    let count = this.#today.get(key);
    if (count === undefined) {
      count = { records: 0, things: new Set(), fresh: 0, minute: 0, inMinute: 0, most: 0 };
      this.#today.set(key, count);
    }
    count.records++;
    const minute = Math.floor(event.time / 60_000);
    count.inMinute = minute === count.minute ? count.inMinute + 1 : 1;
    count.minute = minute;
    count.most = Math.max(count.most, count.inMinute);
    for (const thing of met.things) {
      if (count.things.has(thing)) continue;
      count.things.add(thing);
      const known = `${key}\n${thing}`;
      if (this.#known.has(known)) continue;
      this.#known.add(known);
      count.fresh++;
    }
  }

  /** The day is over: its entities become rows that a forest is trained on. */
  close(): void {
    for (const [key, count] of this.#today) this.#rows[key.slice(0, key.indexOf("\n")) as Kind].push(vectorOf(count));
    this.#today.clear();
  }

  forest(kind: Kind, seed: number): BatchForest | undefined {
    const rows = this.#rows[kind];
    return rows.length < 100 ? undefined : new BatchForest(rows, new CountedRandom(seed));
  }

  /** Place of the best of `who` among the day's entities of its kind by each method, 1 = first; ties share. Undefined when none of them stands there. */
  places(kind: Kind, who: ReadonlySet<string>, forest: BatchForest | undefined): Record<"records" | "fresh" | "forest", number> | undefined {
    const all = [...this.#today].filter(([key]) => key.startsWith(`${kind}\n`)).map(([key, count]) => ({ who: key.slice(kind.length + 1), count }));
    const place = (by: (count: DayCount) => number): number => {
      const scored = all.map((x) => ({ hit: who.has(x.who), value: by(x.count) }));
      const best = Math.max(...scored.filter((x) => x.hit).map((x) => x.value));
      return 1 + scored.filter((x) => !x.hit && x.value > best).length + scored.filter((x) => !x.hit && x.value === best).length / 2;
    };
    if (!all.some((x) => who.has(x.who))) return undefined;
    return {
      records: place((c) => c.records),
      fresh: place((c) => c.fresh),
      forest: forest === undefined ? Number.POSITIVE_INFINITY : place((c) => forest.score(vectorOf(c))),
    };
  }

  #whatOf(event: NetEvent): { kind: Kind; who: string; things: string[] } | undefined {
    if (event.family === "conn")
      return event.src !== undefined && this.#own(event.src) ? { kind: "device", who: event.src, things: [`${event.dst}:${event.dstPort}`] } : undefined;
    if (event.family === "mail")
      return event.sender === undefined ? undefined : { kind: "sender", who: event.sender.toLowerCase(), things: (event.recipients ?? []).map(String) };
    const fields = event as unknown as Readonly<Record<string, unknown>>;
    const user = fields.user;
    if (typeof user !== "string" || !user.includes("@")) return undefined;
    return { kind: "user", who: user.toLowerCase(), things: [`op ${String(fields.operation ?? event.type)}`, `from ${event.src ?? ""}`] };
  }
}

function vectorOf(count: DayCount): number[] {
  return [count.records, count.things.size, count.fresh, count.most].map(Math.log1p);
}
