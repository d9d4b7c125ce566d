import { DAY, floorTo } from "../base/time.ts";
import type { Alert } from "../schema/alert.ts";
import type { Observation } from "../schema/observation.ts";

export interface BacktestEngine {
  observe(o: Observation): readonly Alert[];
  advance(time: number): readonly Alert[];
}

export interface BacktestRow {
  entity: string;
  /** Start of the day, UTC, ms. */
  day: number;
  alerts: number;
  highest: number;
}

export interface BacktestReport {
  observations: number;
  alerts: number;
  /** Days from the first to the last observation, both counted, at least 1. */
  days: number;
  entities: number;
  perDay: number;
  /** Most alerts first. */
  rows: BacktestRow[];
  /** First alerts as examples. */
  examples: Alert[];
}

const MAX_EXAMPLES = 20;
/** Entity-days beyond this are counted in the totals only. */
const MAX_ROWS = 10_000;

/**
 * How often, and on which devices, models would have fired: the caller feeds stored observations in event time (scored by a fresh baseline)
 * and asks for the report at the end. Memory: one row an entity and day, 10,000 at most.
 */
export function createBacktest(makeEngine: () => BacktestEngine): { observe(o: Observation): void; advance(time: number): void; report(): BacktestReport } {
  const engine = makeEngine();
  const rows = new Map<string, BacktestRow>();
  const entities = new Set<string>();
  const examples: Alert[] = [];
  let observations = 0;
  let alerts = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;

  function count(made: readonly Alert[]): void {
    for (const alert of made) {
      alerts++;
      if (examples.length < MAX_EXAMPLES) examples.push(alert);
      if (entities.size < MAX_ROWS) entities.add(alert.entity.id);
      const day = floorTo(alert.time, DAY);
      const key = `${alert.entity.id}\u0000${day}`;
      const row = rows.get(key);
      if (row !== undefined) {
        row.alerts++;
        row.highest = Math.max(row.highest, alert.score);
      } else if (rows.size < MAX_ROWS) rows.set(key, { entity: alert.entity.id, day, alerts: 1, highest: alert.score });
    }
  }

  return {
    observe(o) {
      observations++;
      first = Math.min(first, o.time);
      last = Math.max(last, o.time);
      count(engine.observe(o));
    },
    advance(time) {
      count(engine.advance(time));
    },
    report() {
      count(engine.advance(Number.POSITIVE_INFINITY));
      const days = observations === 0 ? 1 : (floorTo(last, DAY) - floorTo(first, DAY)) / DAY + 1;
      const sorted = [...rows.values()].sort((a, b) => b.alerts - a.alerts || a.day - b.day || (a.entity < b.entity ? -1 : 1));
      return { observations, alerts, days, entities: entities.size, perDay: alerts / days, rows: sorted, examples };
    },
  };
}
