import { registeredDomain } from "../base/domain.ts";
import { DAY } from "../base/time.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Facts, FactValue } from "../schema/observation.ts";
import { unusualFromP } from "../schema/score.ts";
import { combineHarmonic } from "../stats/combine.ts";
import type { LetterModel } from "../stats/letter-model.ts";
import type { EventValues } from "./event-reader.ts";
import { ADMIN_PROTOCOL, FEATURES } from "./features.ts";
import { defineOutflowFacts, type JudgeOutflow } from "./outflow-words.ts";
import { emptyMeasure, type Measure, type RarityModel } from "./rarity-model.ts";

const F = FEATURES.length;

/** What was found about the event that was scored last: the numbers behind its facts. One object, reused for every event. */
export class ScoredEvent {
  event: NetEvent | undefined;
  readonly measures: Measure[] = FEATURES.map(() => emptyMeasure());
  /** 1 where the event carries a value of the feature. */
  readonly has = new Uint8Array(F);
  /** Value slot (-1: not interned), entity and side by feature. */
  readonly slot = new Int32Array(F);
  readonly entity = new Int32Array(F);
  readonly side = new Uint8Array(F);
  readonly text: string[] = new Array<string>(F).fill("");
  historyHours = 0;
  targetHistoryHours = 0;
  actorIsOurs = false;
  actorRoles: readonly string[] = [];
  targetRoles: readonly string[] = [];
  targetIsServer = false;
  hourP: number | undefined;
  /** Other own devices that called the outside address; undefined for records of other directions and kinds. */
  addressUsers: number | undefined;
  tick = 0;
}

const surpriseScratch = new Float64Array(F);

/**
 * Facts of an event as one object with a fixed set of keys whose values are worked out when read: an event that no model looks at
 * costs no logarithm. The object belongs to the pattern of life and tells about the event scored last; read what you need before the
 * next `score` or `learn`, or copy it (`{...facts}` copies plain values).
 */
export function makeEventFacts(scored: ScoredEvent, values: EventValues, models: readonly RarityModel[], letters: LetterModel, outflow: JudgeOutflow): Facts {
  const facts: Facts = {};
  const define = (name: string, get: () => FactValue): void => {
    Object.defineProperty(facts, name, { enumerable: true, configurable: false, get });
  };
  const calibrated = (f: number): number => models[scored.side[f] ?? 0]?.calibrated(f, scored.measures[f] ?? emptyMeasure()) ?? 0;
  define("historyHours", () => scored.historyHours);
  define("targetHistoryHours", () => scored.targetHistoryHours);
  define("actorIsOurs", () => scored.actorIsOurs);
  define("actorRoles", () => scored.actorRoles);
  define("targetRoles", () => scored.targetRoles);
  define("targetIsServer", () => scored.targetIsServer);
  define("hourP", () => scored.hourP);
  define("addressUsers", () => scored.addressUsers);
  define("hostIsAddress", () => values.hostIsAddress);
  define("generatedName", () => (values.host === undefined ? undefined : letters.generated(registeredLabel(values.host))));
  define("subdomainLength", () =>
    values.host === undefined || values.domain === undefined ? undefined : Math.max(0, values.host.length - values.domain.length - 1),
  );
  define("subdomainEntropy", () =>
    values.host === undefined || values.domain === undefined
      ? undefined
      : entropy(values.host.slice(0, Math.max(0, values.host.length - values.domain.length - 1))),
  );
  define("certificateAgeDays", () => {
    const event = scored.event;
    if (event === undefined || (event.family !== "tls" && event.family !== "x509") || event.notBefore === undefined) return undefined;
    return (event.time - event.notBefore) / DAY;
  });
  define("administrationHours", () => (scored.has[ADMIN_PROTOCOL] === 1 ? (scored.measures[ADMIN_PROTOCOL]?.total ?? 0) : undefined));
  defineOutflowFacts(facts, (_, window) => outflow(window));
  define("unusual", () => {
    let n = 0;
    for (let f = 0; f < F; f++) if (scored.has[f] === 1) surpriseScratch[n++] = calibrated(f);
    return n === 0 ? undefined : unusualFromP(Math.exp(-combineHarmonic(surpriseScratch, n)));
  });
  for (let f = 0; f < F; f++) {
    const name = FEATURES[f] ?? "";
    const measure = scored.measures[f] ?? emptyMeasure();
    define(`${name}Novelty`, () => (scored.has[f] === 1 ? measure.novelty : undefined));
    define(`${name}Rarity`, () => (scored.has[f] === 1 ? rarityOf(measure.users, measure.of) : undefined));
    define(`${name}P`, () => (scored.has[f] === 1 ? Math.exp(-calibrated(f)) : undefined));
  }
  return facts;
}

/** 0-100 on a log scale: 100 = nobody, 0 = everybody. */
export function rarityOf(users: number, of: number): number {
  return users <= 0 ? 100 : 100 * Math.max(0, 1 - Math.log1p(users) / Math.log1p(Math.max(of, users)));
}

/** The label that somebody registered: of a provider's customer the provider's, since customers are often given drawn names. */
export function registeredLabel(host: string): string {
  const domain = registeredDomain(host) ?? host;
  const dot = domain.indexOf(".");
  return dot < 0 ? domain : domain.slice(0, dot);
}

/** Shannon entropy of the characters, bits each; 0 for the empty text. */
export function entropy(text: string): number {
  if (text.length === 0) return 0;
  const counts = new Map<number, number>();
  for (let i = 0; i < text.length; i++) counts.set(text.charCodeAt(i), (counts.get(text.charCodeAt(i)) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
