import { DAY } from "../base/time.ts";
import type { Alert } from "../schema/alert.ts";
import { FadedHistogram, type SavedHistogram } from "./faded-histogram.ts";

const HALF_LIFE_DAYS = 14;
/** Entity-days that a model must have had before it can be called noisy: a new model is heard. */
const LEAST = 20;
/** A model that would fill more than this share of the day's budget by itself is noisy. */
const SHARE = 0.5;
/** Entities remembered per model within a day. */
const MOST_TODAY = 10_000;

interface ModelRate {
  scores: FadedHistogram;
  day: number;
  /** Score counted today, by entity: a repeat on the same day counts once, with its highest score. */
  today: Map<string, number>;
}

export interface SavedNoise {
  model: string;
  scores: SavedHistogram;
  day: number;
  today: [string, number][];
}

/**
 * Which models speak so often that their word alone means little: alerts are counted once an entity and day. A model is noisy at a score when
 * more than half of the budget's incidents a day would come from it at that score or above. 1 kB a model and 50 B an entity of the day.
 */
export class ModelNoise {
  readonly #models = new Map<string, ModelRate>();

  /** Entity-days a day at this score or above. */
  rate(model: string, score: number): number {
    return this.#models.get(model)?.scores.rate(score) ?? 0;
  }

  isNoisy(alert: Pick<Alert, "model" | "score">, budget: number): boolean {
    const known = this.#models.get(alert.model);
    return known !== undefined && known.scores.total >= LEAST && known.scores.rate(alert.score) > budget * SHARE;
  }

  learn(alert: Pick<Alert, "model" | "score" | "time" | "entity">): void {
    const known = this.#models.get(alert.model) ?? { scores: new FadedHistogram(HALF_LIFE_DAYS), day: 0, today: new Map<string, number>() };
    this.#models.set(alert.model, known);
    const day = Math.floor(alert.time / DAY);
    if (day > known.day) {
      known.day = day;
      known.today.clear();
    }
    const before = known.today.get(alert.entity.id);
    if (before !== undefined && before >= alert.score) return;
    if (before !== undefined) known.scores.add(alert.time, before, -1);
    known.scores.add(alert.time, alert.score);
    if (known.today.size < MOST_TODAY) known.today.set(alert.entity.id, alert.score);
  }

  save(): SavedNoise[] {
    return [...this.#models].map(([model, m]) => ({ model, scores: m.scores.save(), day: m.day, today: [...m.today] }));
  }

  load(saved: readonly SavedNoise[]): void {
    this.#models.clear();
    for (const { model, scores, day, today } of saved) {
      const histogram = new FadedHistogram(HALF_LIFE_DAYS);
      histogram.load(scores);
      this.#models.set(model, { scores: histogram, day, today: new Map(today) });
    }
  }
}
