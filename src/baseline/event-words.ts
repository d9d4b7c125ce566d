import type { Why } from "../schema/score.ts";
import { entropy, registeredLabel } from "./event-facts.ts";
import type { EventScorer } from "./event-scorer.ts";
import { ADMIN_PROTOCOL, ENDPOINT, FEATURE_WORDS, FEATURES, ISSUER, JA4, PEER, USER_AGENT } from "./features.ts";
import { type LearnedState, OWN_SIDE } from "./learned-state.ts";
import { outflowWhy } from "./outflow-words.ts";
import { GROUP_NAMES } from "./peer-groups.ts";
import { HOUR_TICKS } from "./presence.ts";
import { count, historyInWords, quoted } from "./words.ts";

/** Calibrated surprise from which a known value is a reason: p of 5 %. */
const REASON = 3;
const MOST_REASONS = 5;
/** Active hours before a device is established enough for a first to be news. */
const ESTABLISHED = 24;
/** A device that meets something new more often than this is one for which it is no news. */
const SELDOM = 0.1;
const NOTICED = [USER_AGENT, JA4, ISSUER, ADMIN_PROTOCOL, PEER, ENDPOINT];

/** Reasons of an event: values that are new or rare, strangest first, each with what the device, its group and the organisation did. */
export function eventWhy(scorer: EventScorer, state: LearnedState, features?: readonly string[]): Why[] {
  const { scored } = scorer;
  const wanted = features === undefined ? undefined : new Set(features.map(featureOfFact));
  const found: { feature: number; rank: number }[] = [];
  for (let f = 0; f < FEATURES.length; f++) {
    if (scored.has[f] === 0 || (wanted !== undefined && !wanted.has(FEATURES[f] ?? ""))) continue;
    const measure = scored.measures[f];
    if (measure === undefined) continue;
    const surprise = calibrated(scorer, state, f);
    if (wanted !== undefined || measure.novelty > 0 || surprise >= REASON) found.push({ feature: f, rank: measure.novelty * 10 + surprise });
  }
  found.sort((a, b) => b.rank - a.rank || a.feature - b.feature);
  const why = found.slice(0, wanted === undefined ? MOST_REASONS : FEATURES.length).map(({ feature }) => categoricalWhy(scorer, state, feature));
  why.push(...nameWhy(scorer, state, wanted));
  const device = scored.event?.srcDevice ?? -1;
  if (features?.some((f) => f.startsWith("sent")) === true)
    why.push(...outflowWhy((window) => scorer.outflow(window), GROUP_NAMES[state.groups.of(device)] ?? "peers", features));
  return why;
}

/** "userAgentNovelty" is about the feature "userAgent". */
function featureOfFact(name: string): string {
  return name.replace(/(Novelty|Rarity|P)$/, "");
}

function calibrated(scorer: EventScorer, state: LearnedState, f: number): number {
  const measure = scorer.scored.measures[f];
  return measure === undefined ? 0 : state.sides[scorer.scored.side[f] === 0 ? 0 : 1].calibrated(f, measure);
}

function categoricalWhy(scorer: EventScorer, state: LearnedState, f: number): Why {
  const { scored } = scorer;
  const name = FEATURES[f] ?? "endpoint";
  const words = FEATURE_WORDS[name];
  const measure = scored.measures[f];
  const own = scored.side[f] === OWN_SIDE;
  const model = state.sides[own ? 0 : 1];
  const entity = scored.entity[f] ?? 0;
  const value = scored.text[f] ?? "";
  const novelty = measure?.novelty ?? 0;
  const known = Math.max(0, model.distinct(entity, f, scored.tick) - (novelty > 0 && isHeld(scorer, state, f) ? 1 : 0));
  const hours = measure?.total ?? 0;
  const history = historyInWords(own ? scored.historyHours : scored.targetHistoryHours);
  const subject = own ? "this device" : "this target";
  const expected =
    novelty > 0
      ? Math.round(hours) === 0
        ? `no use seen before, ${known} ${known === 1 ? words.one : words.many} known`
        : `never in ${count(hours)} hour${Math.round(hours) === 1 ? "" : "s"} of use, ${known} ${known === 1 ? words.one : words.many} known`
      : `used in ${count(Math.max(1, measure?.own ?? 0))} of ${count(Math.max(hours, 1))} hours of use`;
  const group = GROUP_NAMES[model.group(entity)] ?? "peers";
  const peers = `${count(measure?.groupUsers ?? 0)} of ${count(measure?.groupOf ?? 0)} ${group}, ${count(measure?.users ?? 0)} of ${count(measure?.of ?? 0)} in the organisation`;
  const first = novelty > 0 ? `First use of ${words.one} ${quoted(value)} ${own ? "by" : "towards"} ${subject}` : `${words.one} ${quoted(value)}, ${expected}`;
  const why: Why = {
    feature: name,
    observed: value,
    expected,
    text: `${capital(first)} (${history}); it is known from ${peers}.`,
    peers,
  };
  const surprise = calibrated(scorer, state, f);
  if (surprise > 0) why.p = Math.exp(-surprise);
  return why;
}

/** The value was learned already, be it in this very hour. */
function isHeld(scorer: EventScorer, state: LearnedState, f: number): boolean {
  const { scored } = scorer;
  const slot = scored.slot[f] ?? -1;
  const model = state.sides[scored.side[f] === 0 ? 0 : 1];
  return slot >= 0 && model.presence(scored.entity[f] ?? 0)?.holds(model.values.hash[slot] ?? 1) === true;
}

/** Reasons that lie in the name itself. */
function nameWhy(scorer: EventScorer, state: LearnedState, wanted: ReadonlySet<string> | undefined): Why[] {
  const { host, domain, hostIsAddress } = scorer.values;
  const out: Why[] = [];
  if (hostIsAddress && wanted?.has("hostIsAddress") === true) {
    out.push({
      feature: "hostIsAddress",
      observed: "an address",
      expected: "a name",
      text: "The request names its host by a bare address, where programs usually use a name.",
    });
  }
  if (host === undefined || domain === undefined) return out;
  const label = registeredLabel(host);
  const generated = state.letters.generated(label);
  if (wanted === undefined ? generated > 0.9 : wanted.has("generatedName")) {
    out.push({
      feature: "generatedName",
      observed: label,
      expected: "names whose letters follow each other as in words",
      text: `The letters of ${quoted(label)} follow each other as if drawn by lot: ${generated.toFixed(2)} of 1, against the names that this organisation uses.`,
    });
  }
  if (wanted !== undefined && (wanted.has("subdomainLength") || wanted.has("subdomainEntropy"))) {
    const left = host.slice(0, Math.max(0, host.length - domain.length - 1));
    out.push({
      feature: "subdomainLength",
      observed: left.length,
      expected: "short host names",
      text: `${left.length} characters stand left of ${domain}, with ${entropy(left).toFixed(1)} bits each.`,
    });
  }
  return out;
}

/** Rows for the device's log: a first of an established device that seldom shows one, once in its hour. */
export function eventNotices(scorer: EventScorer, state: LearnedState): { text: string; feature: string }[] {
  const { scored } = scorer;
  const event = scored.event;
  if (event?.srcDevice === undefined || scored.historyHours < ESTABLISHED) return [];
  const model = state.sides[OWN_SIDE];
  let out: { text: string; feature: string }[] | undefined;
  for (const f of NOTICED) {
    if (scored.has[f] === 0 || scored.side[f] !== OWN_SIDE) continue;
    const measure = scored.measures[f];
    if (measure === undefined || measure.novelty === 0 || measure.total < ESTABLISHED / HOUR_TICKS) continue;
    if (f === ENDPOINT && measure.novelty < 3) continue;
    const entity = scored.entity[f] ?? 0;
    if (model.noveltyRate(entity, f) > SELDOM) continue;
    if (isHeld(scorer, state, f)) continue;
    const name = FEATURES[f] ?? "endpoint";
    const whom =
      measure.novelty === 3 ? "nobody in the organisation used it before" : measure.novelty === 2 ? "nobody in its peer group used it before" : "others did";
    out ??= [];
    out.push({ feature: name, text: `First ${FEATURE_WORDS[name].one} ${quoted(scored.text[f] ?? "")} in ${historyInWords(scored.historyHours)}; ${whom}.` });
  }
  return out ?? NONE;
}

const NONE: { text: string; feature: string }[] = [];

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
