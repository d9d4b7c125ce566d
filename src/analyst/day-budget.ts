import { DAY } from "../base/time.ts";
import type { Incident } from "../schema/alert.ts";
import { FadedHistogram, type SavedHistogram } from "./faded-histogram.ts";

const HALF_LIFE_DAYS = 30;
/** Days of incidents before a share of chance is told. */
const LEAST_DAYS = 7;

/**
 * The organisation's attention: N incidents a day, whatever its size. Incidents of a day (of their start, UTC) are ranked by score, and those
 * beyond N are over budget: marked, never hidden. From the incidents of the past, except those called an attack, it knows how many of each
 * score chance brings a day, and so the expected false share of the day's list (Benjamini-Hochberg over an empirical null; Efron,
 * Large-Scale Inference, 2010, ch. 4). Attacks that nobody marked make it too high, never too low. 0.8 kB.
 */
export class DayBudget {
  readonly #chance = new FadedHistogram(HALF_LIFE_DAYS);

  /** Incidents a day that chance brings at this score or above. */
  expected(score: number): number {
    return this.#chance.rate(score);
  }

  /** An incident is over: it becomes part of what usually happens, unless it was called an attack. */
  learn(incident: Pick<Incident, "start" | "score">, time: number, weight: 1 | -1 = 1): void {
    this.#chance.add(time, incident.score, weight);
  }

  watch(time: number): void {
    this.#chance.watch(time);
  }

  /**
   * Share of the best `n` incidents of a day that chance explains, 0-1, given their scores from the highest down; undefined in the first week
   * of incidents, or for none.
   */
  falseShare(scores: readonly number[]): number | undefined {
    if (scores.length === 0 || this.#chance.days < LEAST_DAYS) return undefined;
    return Math.min(1, this.expected(scores.at(-1) ?? 0) / scores.length);
  }

  /** Marks each day's incidents beyond `perDay` by score. */
  mark(incidents: readonly Incident[], perDay: number): void {
    const byDay = new Map<number, Incident[]>();
    for (const incident of incidents) {
      const day = Math.floor(incident.start / DAY);
      const list = byDay.get(day);
      if (list === undefined) byDay.set(day, [incident]);
      else list.push(incident);
    }
    for (const list of byDay.values()) {
      list.sort((a, b) => b.score - a.score || a.start - b.start || (a.id < b.id ? -1 : 1));
      list.forEach((incident, i) => {
        incident.overBudget = i >= perDay;
      });
    }
  }

  save(): SavedHistogram {
    return this.#chance.save();
  }

  load(saved: SavedHistogram): void {
    this.#chance.load(saved);
  }
}
