import { unusualFromP } from "../schema/score.ts";
import { holds, NEVER } from "./combine.ts";
import type { Filter } from "./filter.ts";
import type { Hit, KeyState } from "./key-state.ts";
import type { Combine, Component, Model } from "./model.ts";
import { featureOfFact } from "./reason.ts";

/** What is taken away: components that held, features that learning found strange. */
export interface Dropped {
  components: ReadonlySet<number>;
  features: ReadonlySet<string>;
}

/** How strange the whole would be without some features, 0-100; undefined where learning does not say. */
export type UnusualWithout = (features: readonly string[]) => number | undefined;

/**
 * The alert with some of its reasons taken away: which components still hold, and the values that a score is made of. A feature that is taken away is usual:
 * new to nobody, p 1, an amount as it usually is; what it had a part in (`unusual` of an hour) is worked out again by learning. `now`: only what is
 * as fresh as the observation that completed the alert is touched, since learning speaks of that one alone.
 */
export class Counterfactual {
  readonly #model: Model;
  readonly #state: KeyState;
  readonly #time: number;
  readonly #latest: number;
  readonly #unusual: UnusualWithout | undefined;

  constructor(model: Model, state: KeyState, time: number, latest: number, unusual: UnusualWithout | undefined) {
    this.#model = model;
    this.#state = state;
    this.#time = time;
    this.#latest = latest;
    this.#unusual = unusual;
  }

  /** Components that would hold, by number; undefined when the model would not be complete. */
  held(dropped: Dropped): ReadonlySet<number> | undefined {
    const { model } = { model: this.#model };
    const times = this.#state.held.map((time, i) => {
      const component = model.components[i];
      const hit = this.#state.hits[i];
      if (component === undefined || hit === undefined || time === NEVER) return time;
      return this.#stands(i, component, hit, dropped) ? time : NEVER;
    });
    const complete =
      model.combine.op === "one"
        ? times[model.combine.component] !== NEVER
        : holds(without(model.combine, times), times, this.#state.chains, this.#time, model.within);
    if (!complete) return undefined;
    return new Set(times.flatMap((time, i) => (time === NEVER ? [] : [i])));
  }

  #stands(i: number, component: Component, hit: Hit, dropped: Dropped): boolean {
    if (dropped.components.has(i)) return false;
    if (hit.time !== this.#latest || dropped.features.size === 0) return true;
    return component.where.every((f) => this.#still(f, hit, dropped.features));
  }

  /** The condition, which held, with the features as they usually are. */
  #still(filter: Filter, hit: Hit, features: ReadonlySet<string>): boolean {
    if ("of" in filter) {
      if (filter.op === "all") return filter.of.every((f) => this.#still(f, hit, features));
      if (filter.op === "any") return filter.of.some((f) => this.#still(f, hit, features) && couldHold(f, hit));
      return true;
    }
    if (!("source" in filter) || filter.source.from !== "fact") return true;
    const value = this.value(filter.source.name, hit, features);
    if (value === undefined) return true;
    if (filter.op === "atLeast" || filter.op === "atMost") {
      const limit = typeof filter.value === "number" ? filter.value : numberIn(hit, filter.value.source.name, filter.value.times);
      if (limit === undefined) return false;
      return filter.op === "atLeast" ? value >= limit : value <= limit;
    }
    if (filter.op === "equals") return value === filter.value;
    if (filter.op === "in") return filter.values.includes(value);
    return filter.op !== "exists" || !filter.value;
  }

  /** A fact with the features as they usually are; undefined = it is as it was. */
  value(name: string, hit: Hit, features: ReadonlySet<string>): number | undefined {
    if (name === "unusual" || name === "p") {
      const unusual = this.#unusual?.([...features]);
      if (unusual === undefined) return undefined;
      return name === "unusual" ? unusual : 1 - unusual / 100;
    }
    if (name.startsWith("population")) return features.has("population") ? (name === "populationP" ? 1 : 0) : undefined;
    if (name === "hourP") return features.has("hourP") ? 1 : undefined;
    const feature = featureOfFact(name);
    if (!features.has(feature)) return undefined;
    if (/(?:Expected|High|Hours)$/.test(name)) return undefined;
    if (name === `${feature}P`) return 1;
    if (name === `${feature}DayTimes`) return 1;
    if (name === feature) return numberIn(hit, `${feature}Expected`, 1) ?? 0;
    return 0;
  }
}

/** Sequences have gone their way when their last step did: without one of their steps they have not. */
function without(combine: Combine, times: readonly number[]): Combine {
  if (combine.op === "sequence") return combine.of.every((c) => times[c] !== NEVER) ? combine : { op: "any", of: [] };
  if (combine.op === "all" || combine.op === "any" || combine.op === "none") return { ...combine, of: combine.of.map((c) => without(c, times)) };
  return combine;
}

function numberIn(hit: Hit, name: string, times: number): number | undefined {
  const value = hit.values[name];
  return typeof value === "number" ? value * times : undefined;
}

/** Of an `any`, a condition that does not ask about what was taken away may never have held: only values that are known to be there count. */
function couldHold(filter: Filter, hit: Hit): boolean {
  return !("source" in filter) || filter.source.from !== "fact" || hit.values[filter.source.name] !== undefined;
}

/** Points of a term about a fact, with the features as they usually are. */
export function termValue(name: string, isP: boolean, hit: Hit, counterfactual: Counterfactual | undefined, features: ReadonlySet<string>): number | undefined {
  const changed = counterfactual?.value(name, hit, features);
  const value = changed ?? hit.values[name];
  if (typeof value !== "number") return undefined;
  return isP ? unusualFromP(value) : value;
}
