import { type EdgeHour, EdgeWatch } from "../../baseline/population/edge-watch.ts";
import { PopulationView } from "../../baseline/population/population-view.ts";
import { Midas } from "../others/midas.ts";
import { unitMethods } from "../others/unit-methods.ts";
import { unitKey } from "./measure-units.ts";
import { type Edges, isInternal } from "./read-edges.ts";

export const OURS = "wonted";
const COUNTER = "control: minute counter";

export interface PassResult {
  /** By method: a score for every line. */
  edges: Map<string, Float32Array>;
  /** By method: unitKey -> score. */
  units: Map<string, Map<number, number>>;
  /** unitKey -> ln of our calibrated p. */
  logP: Map<number, number>;
  seconds: number;
  stateBytes: number;
}

/**
 * One pass over the lines in order of time; every method scores before it learns, and none sees a label. A line's score is told when its
 * minute closes, an hour's when the hour does.
 */
export function passEdges(edges: Edges, order: Uint32Array, seed: number): PassResult {
  const own = edges.addresses.map(isInternal);
  const view = new PopulationView(seed);
  const watch = new EdgeWatch({ gone: (row) => view.forget(row) });
  const others = unitMethods(seed);
  const midas = [
    { name: "MIDAS-R", run: new Midas(false, seed), units: new Map<number, number>() },
    { name: "MIDAS-F", run: new Midas(true, seed), units: new Map<number, number>() },
  ];
  const counter = new MinuteCounts(edges.addresses.length);
  const scores = new Map([OURS, COUNTER, "MIDAS-R", "MIDAS-F"].map((name) => [name, new Float32Array(edges.count)]));
  const units = new Map<string, Map<number, number>>([OURS, ...others.map((o) => o.name)].map((name) => [name, new Map<number, number>()]));
  for (const m of midas) units.set(m.name, m.units);
  const logP = new Map<number, number>();
  let ours = 0;
  const close = (hours: EdgeHour[]): void => {
    const judged = hours.filter((h) => h.own || (h.counts[1] ?? 0) >= 2);
    const start = performance.now();
    for (const s of view.close(judged)) {
      const key = unitKey(s.hour.key - 1, s.hour.hour);
      units.get(OURS)?.set(key, s.score);
      logP.set(key, s.logP);
    }
    ours += performance.now() - start;
    for (const other of others) {
      const told = other.close(judged);
      for (const [i, h] of judged.entries()) units.get(other.name)?.set(unitKey(h.key - 1, h.hour), told[i] ?? 0);
    }
  };
  const rows = new Int32Array(order.length);
  const lineScores = scores.get(OURS) ?? new Float32Array(0);
  const lineCounts = scores.get(COUNTER) ?? new Float32Array(0);
  for (let from = 0; from < order.length; ) {
    const minute = edges.minute[order[from] ?? 0] ?? 0;
    const hour = Math.floor(minute / 60);
    let to = from;
    for (; to < order.length && edges.minute[order[to] ?? 0] === minute; to++) {
      const line = order[to] ?? 0;
      const s = edges.source[line] ?? 0;
      const d = edges.destination[line] ?? 0;
      for (const m of midas) {
        const score = m.run.edge(s, d, minute);
        const into = scores.get(m.name);
        if (into !== undefined) into[line] = score;
        for (const key of [unitKey(s, hour), unitKey(d, hour)]) if (score > (m.units.get(key) ?? -1)) m.units.set(key, score);
      }
      counter.add(s, d);
    }
    for (let i = from; i < to; i++) lineCounts[order[i] ?? 0] = counter.of(edges.source[order[i] ?? 0] ?? 0, edges.destination[order[i] ?? 0] ?? 0);
    counter.clear();
    const start = performance.now();
    const inHours = ours;
    watch.advance(minute, close);
    for (let i = from; i < to; i++) {
      const s = edges.source[order[i] ?? 0] ?? 0;
      const d = edges.destination[order[i] ?? 0] ?? 0;
      rows[i] = watch.add(s + 1, own[s] ?? false, d + 1, own[d] ?? false);
    }
    watch.closeMinute();
    for (let i = from; i < to; i++) lineScores[order[i] ?? 0] = watch.edgeScore(rows[i] ?? 0);
    // What other methods took while the hour closed is not ours.
    ours += ours === inHours ? performance.now() - start : 0;
    from = to;
  }
  watch.advance((edges.minute[order.at(-1) ?? 0] ?? 0) + 120, close);
  return { edges: scores, units, logP, seconds: ours / 1_000, stateBytes: watch.bytes + view.bytes };
}

/** Counts of the open minute by pair and end. */
class MinuteCounts {
  readonly #addresses: number;
  readonly #sent = new Map<number, number>();
  readonly #received = new Map<number, number>();
  readonly #pairs = new Map<number, number>();

  constructor(addresses: number) {
    this.#addresses = addresses;
  }

  add(s: number, d: number): void {
    const pair = s * this.#addresses + d;
    this.#sent.set(s, (this.#sent.get(s) ?? 0) + 1);
    this.#received.set(d, (this.#received.get(d) ?? 0) + 1);
    this.#pairs.set(pair, (this.#pairs.get(pair) ?? 0) + 1);
  }

  of(s: number, d: number): number {
    return Math.max(this.#sent.get(s) ?? 0, this.#received.get(d) ?? 0, this.#pairs.get(s * this.#addresses + d) ?? 0);
  }

  clear(): void {
    this.#sent.clear();
    this.#received.clear();
    this.#pairs.clear();
  }
}
