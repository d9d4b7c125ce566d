import type { Alert } from "../schema/alert.ts";

export type Verdict = "attack" | "benign" | "error";

/** An incident as an analyst judged it. */
export interface Judged {
  incident: string;
  verdict: Verdict;
  start: number;
  score: number;
  /** Model and entity of each of its alerts, each pair once. */
  pairs: { model: string; entity: string }[];
}

/** Judgements kept: the oldest make room. */
const MOST = 2_000;
/** Each benign judgement of the same model and entity halves what that model says of that entity. */
const BENIGN = 0.5;
const LEAST_WEIGHT = 0.1;

/**
 * What analysts said of incidents, and what follows. `benign` speaks of one model on one entity: its later alerts there weigh half and start no
 * incident alone. `error` speaks of the model wherever it fires: its alerts weigh half. `attack` takes the incident out of what counts as
 * chance. A judgement that is taken back leaves nothing behind: weights are worked out from the judgements that stand.
 */
export class Verdicts {
  readonly #judged = new Map<string, Judged>();
  readonly #byPair = new Map<string, number>();
  readonly #byModel = new Map<string, number>();

  of(incident: string): Verdict | undefined {
    return this.#judged.get(incident)?.verdict;
  }

  /** Replaces an earlier judgement of the same incident; undefined takes it back. */
  set(incident: string, judged: Omit<Judged, "incident"> | undefined): void {
    const before = this.#judged.get(incident);
    if (before !== undefined) this.#count(before, -1);
    this.#judged.delete(incident);
    if (judged === undefined) return;
    const entry = { incident, ...judged };
    this.#judged.set(incident, entry);
    this.#count(entry, 1);
    const oldest = this.#judged.size > MOST ? this.#judged.values().next().value : undefined;
    if (oldest !== undefined) this.set(oldest.incident, undefined);
  }

  /** 0.1-1: how much an alert of this model on this entity counts. 1 when nobody said anything. */
  weight(alert: Pick<Alert, "model" | "entity">): number {
    const times = (this.#byPair.get(pairKey(alert.model, alert.entity.id)) ?? 0) + (this.#byModel.get(alert.model) ?? 0);
    return times === 0 ? 1 : Math.max(LEAST_WEIGHT, BENIGN ** times);
  }

  #count(judged: Judged, by: 1 | -1): void {
    if (judged.verdict === "benign") for (const { model, entity } of judged.pairs) step(this.#byPair, pairKey(model, entity), by);
    if (judged.verdict === "error") for (const model of new Set(judged.pairs.map((p) => p.model))) step(this.#byModel, model, by);
  }

  save(): Judged[] {
    return [...this.#judged.values()];
  }

  load(saved: readonly Judged[]): void {
    this.#judged.clear();
    this.#byPair.clear();
    this.#byModel.clear();
    for (const { incident, ...judged } of saved) this.set(incident, judged);
  }
}

/** What a judgement changes from now on, one plain sentence each. */
export function consequences(verdict: Verdict, pairs: readonly { model: string; entity: string }[], names: (entity: string) => string): string[] {
  const models = [...new Set(pairs.map((p) => p.model))];
  if (verdict === "attack") return ["It no longer counts as chance when the day's expected share of false incidents is worked out."];
  if (verdict === "error")
    return models.map((model) => `Alerts of "${model}" weigh half wherever they fire, and start no incident by themselves, until this is taken back.`);
  return pairs.map(
    ({ model, entity }) => `Alerts of "${model}" on ${names(entity)} weigh half and start no incident by themselves; on other entities nothing changes.`,
  );
}

function pairKey(model: string, entity: string): string {
  return `${model}\u0000${entity}`;
}

function step(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next <= 0) counts.delete(key);
  else counts.set(key, next);
}
