import type { ByteReader, ByteWriter } from "../../stats/bytes.ts";
import { FAMILY_CAP } from "../../stats/combine.ts";
import { ConformalCalibrator } from "../../stats/conformal-calibrator.ts";
import { BURST_STRIDE, burstSurprise, learnBurst, startBurst } from "../../stats/gamma-poisson-burst.ts";
import { loadCalibrators, saveCalibrators } from "../calibrators.ts";
import {
  DAYS,
  EDGE_COUNT,
  EDGE_DESTINATION,
  EDGE_HOURS,
  EDGE_SCORE,
  EDGE_SLOW,
  EDGE_SLOW_MINUTE,
  EDGE_SOURCE,
  EDGE_STRIDE,
  type EdgeTable,
  ENTITY_STRIDE,
  FAN_BURST,
  FAN_BURST_KNOWN,
  MINUTE_COUNT,
  MINUTE_FAN,
  SLOW_COUNT,
  SLOW_FAN,
  SLOW_MINUTE,
} from "./edge-table.ts";

/** Slow counts fade by half in so many minutes. */
const SLOW = 30;
/** How much each answer weighs: counts of the minute, of the half hour, different ends, days of the source, hours of the pair. */
const WEIGHT = [0.5, 1, 0.5, 2, 0.5];
/** Days, and hours, from which an end or a pair is as familiar as can be. */
const DAYS_MOST = 60;
const HOURS_MOST = Math.log(20_000);

/**
 * How strange an edge is in its minute, told when the minute closes and before it is learned: the largest count of the edge, its source
 * or its destination in the minute and over the last half hour; how far the number of different ends leaves its rhythm; how few days the
 * source, and how few hours the pair, was seen before. Each is ranked among the edges before it (conformal p, one vote an edge and minute),
 * capped at 6 nats, and they are added with fixed weights: in [0, 27] nats, larger = stranger. Cost about 2 µs an edge and minute.
 * Blind: a source seen for weeks that does little. Source: learning.md §4.3, §9; the weights were chosen on public data of two weeks.
 */
export class EdgeSurprise {
  readonly #table: EdgeTable;
  readonly #calibrators = WEIGHT.map(() => new ConformalCalibrator());
  readonly #raw: number[] = [];
  /** Surprise of the fan-out, by minute edge; kept while a minute closes. */
  #fan = new Float32Array(256);

  constructor(table: EdgeTable) {
    this.#table = table;
  }

  /** Scores the edges of a minute, then learns them. */
  close(edges: readonly number[], minute: number): void {
    const { entity: e, pair: p } = this.#table;
    const raw = this.#raw;
    raw.length = 0;
    this.#fans(edges, minute);
    for (const [i, row] of edges.entries()) {
      const at = row * EDGE_STRIDE;
      const a = (p[at + EDGE_SOURCE] ?? 0) * ENTITY_STRIDE;
      const b = (p[at + EDGE_DESTINATION] ?? 0) * ENTITY_STRIDE;
      const count = p[at + EDGE_COUNT] ?? 0;
      p[at + EDGE_SLOW] = (p[at + EDGE_SLOW] ?? 0) * 2 ** (-(minute - (p[at + EDGE_SLOW_MINUTE] ?? 0)) / SLOW) + count;
      p[at + EDGE_SLOW_MINUTE] = minute;
      const slow = Math.max(p[at + EDGE_SLOW] ?? 0, e[a + SLOW_COUNT] ?? 0, e[b + SLOW_COUNT + 1] ?? 0);
      raw.push(
        Math.log1p(Math.max(count, e[a + MINUTE_COUNT] ?? 0, e[b + MINUTE_COUNT + 1] ?? 0)),
        Math.log1p(slow),
        this.#fan[i] ?? 0,
        Math.max(0, DAYS_MOST - (e[a + DAYS] ?? 0)),
        Math.max(0, HOURS_MOST - Math.log1p(p[at + EDGE_HOURS] ?? 0)),
      );
    }
    for (const [i, row] of edges.entries()) {
      let score = 0;
      for (let k = 0; k < WEIGHT.length; k++)
        score += (WEIGHT[k] ?? 0) * Math.min(FAMILY_CAP, this.#calibrators[k]?.scoreOne(raw[i * WEIGHT.length + k] ?? 0) ?? 0);
      p[row * EDGE_STRIDE + EDGE_SCORE] = score;
    }
    for (let i = 0; i < raw.length; i++) this.#calibrators[i % WEIGHT.length]?.learnOne(raw[i] ?? 0);
  }

  /** Different ends of every source and destination of the minute: surprise of their rhythm, and their slow counts. */
  #fans(edges: readonly number[], minute: number): void {
    const { entity: e, pair: p } = this.#table;
    if (edges.length > this.#fan.length) this.#fan = new Float32Array(edges.length * 2);
    const known = new Map<number, number>();
    for (const [i, row] of edges.entries()) {
      const at = row * EDGE_STRIDE;
      const source = this.#end(p[at + EDGE_SOURCE] ?? 0, 0, minute, known, e);
      const destination = this.#end(p[at + EDGE_DESTINATION] ?? 0, 1, minute, known, e);
      this.#fan[i] = Math.max(source, destination);
    }
  }

  #end(row: number, role: number, minute: number, known: Map<number, number>, e: Float32Array): number {
    const before = known.get(row * 2 + role);
    if (before !== undefined) return before;
    const at = row * ENTITY_STRIDE;
    const fade = 2 ** (-(minute - (e[at + SLOW_MINUTE + role] ?? 0)) / SLOW);
    const fan = e[at + MINUTE_FAN + role] ?? 0;
    e[at + SLOW_COUNT + role] = (e[at + SLOW_COUNT + role] ?? 0) * fade + (e[at + MINUTE_COUNT + role] ?? 0);
    e[at + SLOW_FAN + role] = (e[at + SLOW_FAN + role] ?? 0) * fade + fan;
    e[at + SLOW_MINUTE + role] = minute;
    const state = at + FAN_BURST + role * BURST_STRIDE;
    if (e[at + FAN_BURST_KNOWN + role] === 0) {
      startBurst(e, state, minute);
      e[at + FAN_BURST_KNOWN + role] = 1;
    }
    const surprise = burstSurprise(e, state, minute, fan);
    learnBurst(e, state, minute, fan, surprise);
    known.set(row * 2 + role, surprise);
    return surprise;
  }

  save(out: ByteWriter): void {
    saveCalibrators(out, this.#calibrators);
  }

  load(reader: ByteReader): void {
    loadCalibrators(reader, this.#calibrators);
  }
}
