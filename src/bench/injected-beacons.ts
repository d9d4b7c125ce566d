import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Random } from "../base/random.ts";
import { HOUR } from "../base/time.ts";
import { Places } from "../enrich/places.ts";
import { NetworkCore } from "../lanes/network/network-core.ts";
import type { NetEvent } from "../schema/event.ts";
import { discover } from "../sensors/discover.ts";
import { readMerged } from "../sensors/merge.ts";
import { MADE_ORGANISATION } from "./bench-core.ts";
import type { Contacts } from "./contacts.ts";
import type { PairContacts } from "./others/rita-formula.ts";

export interface Cell {
  /** Uniform spread around the period, as a share of it. */
  jitter: number;
  /** Share of beats that never show. */
  lost: number;
}

/** The grid of learning.md §5.8. */
export const CELLS: readonly Cell[] = [
  { jitter: 0, lost: 0 },
  { jitter: 0.1, lost: 0 },
  { jitter: 0.3, lost: 0 },
  { jitter: 0.3, lost: 0.3 },
  { jitter: 0.5, lost: 0 },
  { jitter: 0.5, lost: 0.3 },
];
const PER_CELL = 60;

export interface Injected {
  key: string;
  cell: Cell;
}

/**
 * The data's own connections with beacons laid among them: each from an own device of the data to an outside address of its own, period
 * 1 min to 1 h (log-uniform), running from a random moment of the first half to the end. Scores are the product's pairs.
 * Destinations that only one device uses flatter every method that looks at rarity, ours included.
 */
export async function injectBeacons(
  data: readonly string[],
  org: string | undefined,
  contacts: Contacts,
  random: Random,
): Promise<{ pairs: Map<string, number>; injected: Injected[]; contactsOf: (key: string) => PairContacts }> {
  const devices = [...contacts.devices].sort();
  const made = new Map<string, PairContacts>();
  const injected: Injected[] = [];
  const beats: { time: number; src: string; dst: string; bytes: number }[] = [];
  for (const cell of CELLS) {
    for (let i = 0; i < PER_CELL; i++) {
      const src = devices[Math.floor(random() * devices.length)] ?? "";
      const dst = `203.0.${113 + CELLS.indexOf(cell)}.${i + 1}`;
      const period = 60_000 * 60 ** random();
      const pair: PairContacts = { times: [], bytes: [] };
      for (let t = contacts.from + (random() * (contacts.to - contacts.from)) / 2; t < contacts.to; t += period) {
        if (random() < cell.lost) continue;
        const time = t + (random() * 2 - 1) * cell.jitter * period;
        pair.times.push(time);
        pair.bytes.push(200 + Math.floor(random() * 100));
      }
      if (pair.times.length < 6) {
        i--;
        continue;
      }
      pair.times.sort((a, b) => a - b);
      pair.times.forEach((time, n) => {
        beats.push({ time, src, dst, bytes: pair.bytes[n] ?? 0 });
      });
      made.set(`${src} ${dst}`, pair);
      injected.push({ key: `${src} ${dst}`, cell });
    }
  }
  beats.sort((a, b) => a.time - b.time);
  const networks =
    org === undefined ? MADE_ORGANISATION.networks : ((parse(readFileSync(org, "utf8")) as { networks?: string[] }).networks ?? MADE_ORGANISATION.networks);
  const core = new NetworkCore({ organisation: { ...MADE_ORGANISATION, networks }, roles: new Map(), models: [], places: new Places([]) });
  let next = 0;
  let template: NetEvent | undefined;
  const { inputs } = await discover(data);
  for await (const batch of readMerged(inputs)) {
    const merged: NetEvent[] = [];
    for (const event of batch.events) {
      template ??= event.family === "conn" ? event : undefined;
      for (let beat = beats[next]; template !== undefined && beat !== undefined && beat.time <= event.time; beat = beats[++next])
        merged.push(beatEvent(template, beat, next));
      merged.push(event);
    }
    core.lane.process(merged);
  }
  core.lane.advance(contacts.to + HOUR);
  const pairs = new Map<string, number>();
  for (const p of core.learner.pairs()) {
    const key = `${p.src} ${p.dst}`;
    pairs.set(key, Math.max(pairs.get(key) ?? 0, p.score));
  }
  return { pairs, injected, contactsOf: (key) => made.get(key) ?? contacts.pairs.get(key) ?? { times: [], bytes: [] } };
}

/** One beat as the sensor would have logged it, in the form of the data's own connections. */
function beatEvent(template: NetEvent, beat: { time: number; src: string; dst: string; bytes: number }, line: number): NetEvent {
  return {
    ...template,
    fileKey: "injected",
    file: "injected",
    line: line + 1,
    time: beat.time,
    seen: beat.time,
    src: beat.src,
    srcPort: 20_000 + (line % 40_000),
    dst: beat.dst,
    dstPort: 443,
    proto: "tcp",
    service: "ssl",
    state: "established",
    duration: 0.4,
    bytesOut: beat.bytes,
    bytesIn: 900,
    packetsOut: 6,
    packetsIn: 6,
    duplicateOf: undefined,
  } as NetEvent;
}
