import { type EngineOptions, type Model, ModelEngine } from "../../detect/index.ts";
import { match, raise } from "../../lanes/tell-models.ts";
import type { Alert } from "../../schema/alert.ts";
import type { Observation } from "../../schema/observation.ts";

/** What the second engine has instead. */
export interface Fork {
  models?: readonly Model[];
  options?: Pick<EngineOptions, "siteExceptions">;
  /** The observation as the second engine sees it. */
  see?: (o: Observation) => Observation;
}

/** An alert as a preview compares and tells it. */
export type Told = Pick<Alert, "id" | "time" | "model" | "title" | "score" | "priority" | "entity" | "peers" | "category">;

/**
 * Two engines over the same observations: the one in force, by which everything goes on, and one with a change. What each told is kept by its alerts' ids,
 * which are the same for the same thing. Costs twice the models' time; 300 B an alert.
 */
export class ForkedEngine extends ModelEngine {
  readonly #fork: ModelEngine;
  readonly #see: (o: Observation) => Observation;
  /** Told by the one in force, and by the other. */
  readonly told = new Map<string, Told>();
  readonly toldWithChange = new Map<string, Told>();

  constructor(models: readonly Model[], options: EngineOptions, fork: Fork) {
    super(models, options);
    this.#fork = new ModelEngine(fork.models ?? models, { ...options, ...fork.options });
    this.#see = fork.see ?? ((o) => o);
  }

  forget(): void {
    this.told.clear();
    this.toldWithChange.clear();
  }

  override observe(o: Observation): readonly Alert[] {
    // Alerts of the one in force come by once more as observations; those of the other are told among themselves.
    if (o.kind !== "modelAlert") {
      const alerts: Alert[] = [];
      match(this.#see(o), this.#fork, alerts);
      keep(alerts, this.toldWithChange);
    }
    const own = super.observe(o);
    keep(own, this.told);
    return own;
  }

  override learn(o: Observation): void {
    this.#fork.learn(this.#see(o));
    super.learn(o);
  }

  override advance(time: number): readonly Alert[] {
    const alerts: Alert[] = [];
    for (const alert of this.#fork.advance(time)) raise(alert, this.#fork, alerts);
    keep(alerts, this.toldWithChange);
    const own = super.advance(time);
    keep(own, this.told);
    return own;
  }

  /** Both go on from the same state; a model that the change replaced begins anew. */
  override load(text: string): void {
    super.load(text);
    this.#fork.load(text);
  }
}

function keep(alerts: readonly Alert[], into: Map<string, Told>): void {
  for (const { id, time, model, title, score, priority, entity, peers, category } of alerts)
    into.set(id, { id, time, model, title, score, priority, entity, peers, category });
}
