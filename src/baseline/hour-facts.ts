import type { Facts, FactValue } from "../schema/observation.ts";
import { unusualFromP } from "../schema/score.ts";
import { changeText } from "./changed-behaviour.ts";
import type { DeviceModels } from "./device-models.ts";
import { VOLUMES } from "./features.ts";
import type { HourPopulationScore } from "./hour-population.ts";
import type { HourResult } from "./hour-scorer.ts";
import { defineOutflowFacts, type JudgeOutflow } from "./outflow-words.ts";

/** Facts that every observation of an own device carries, as they are known when it is made. */
export interface CommonFacts {
  historyHours: number;
  targetHistoryHours: number;
  actorIsOurs: boolean;
  actorRoles: readonly string[];
  targetRoles: readonly string[];
  targetIsServer: boolean;
  hourP: number | undefined;
}

/**
 * Facts of a device's closed hour. What is said of each volume stands as getters on the prototype and is worked out when read: `Expected` and `High`
 * cost 40 µs each, and one object with a hundred properties of its own a device-hour was most of what a replay left to the garbage collector.
 * Enumerate with for...in: spreading or Object.keys see only what is not of a volume.
 */
class HourFacts {
  readonly #result: HourResult;
  readonly #models: DeviceModels;

  readonly #outflow: JudgeOutflow;

  constructor(result: HourResult, models: DeviceModels, outflow: JudgeOutflow) {
    this.#result = result;
    this.#models = models;
    this.#outflow = outflow;
  }

  static {
    const fact = (name: string, get: (facts: HourFacts) => FactValue): void => {
      Object.defineProperty(HourFacts.prototype, name, {
        enumerable: true,
        get(this: HourFacts) {
          return get(this);
        },
      });
    };
    defineOutflowFacts(HourFacts.prototype as unknown as Facts, (facts, window) => (facts as unknown as HourFacts).#outflow(window));
    VOLUMES.forEach((name, v) => {
      const usual = (f: HourFacts, share: number): number => {
        const { device, states, group, hourOfWeek } = f.#result;
        return f.#models.usualFrom(device, states, group, v, share, hourOfWeek);
      };
      fact(name, (f) => f.#result.volumes[v] ?? 0);
      fact(`${name}P`, (f) => {
        const surprise = f.#result.surprises[v] ?? Number.NaN;
        return Number.isNaN(surprise) ? undefined : Math.exp(-surprise);
      });
      fact(`${name}Day`, (f) => {
        const day = f.#result.strangeDays.get(v);
        return day === undefined ? undefined : Math.expm1(day.mean);
      });
      fact(`${name}DayTimes`, (f) => {
        const day = f.#result.strangeDays.get(v);
        return day === undefined ? undefined : Math.exp(day.mean - day.usual);
      });
      fact(`${name}Expected`, (f) => usual(f, 0.5));
      fact(`${name}High`, (f) => usual(f, 0.05));
    });
  }
}

export function hourFacts(
  result: HourResult,
  models: DeviceModels,
  common: CommonFacts,
  topPeer: { text: string; novelty: number } | undefined,
  population: HourPopulationScore,
  outflow: JudgeOutflow,
): Facts {
  const p = Math.exp(result.logP);
  return Object.assign(new HourFacts(result, models, outflow) as unknown as Facts, {
    ...common,
    unusual: unusualFromP(p),
    p,
    populationP: population.logP === 0 ? undefined : Math.exp(population.logP),
    populationUnusual: unusualFromP(Math.exp(population.logP)),
    topPeer: topPeer?.text,
    topPeerBytesOut: topPeer === undefined ? 0 : result.topPeerBytes,
    topPeerNovelty: topPeer?.novelty,
    changedBehaviour: result.changes.length === 0 ? undefined : result.changes.map(changeText).join("; "),
  });
}
