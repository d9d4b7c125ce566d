import { CATEGORICAL_FEATURES, USER_FEATURES, VOLUME_FEATURES } from "../schema/facts.ts";
import type { Why } from "../schema/score.ts";
import type { Filter, Source } from "./filter.ts";
import type { Hit } from "./key-state.ts";
import type { Component } from "./model.ts";
import { namesIn, valueText } from "./template.ts";
import { durationText } from "./units.ts";

/** What a component's reason is about. */
export interface Subject {
  /** Feature id as learning and screens know it where there is one, else the name of the field or fact, else of the component. */
  feature: string;
  /** Fields and facts whose values are what was observed, in the order of the sentence. */
  shown: readonly string[];
  /** Filters that the subject was compared by: what is expected is that they do not hold. */
  filters: readonly Filter[];
  /** Fact that holds the calibrated p of the feature; only when the component asks about the feature. */
  p: string | undefined;
}

/** Say where and whom the rule looks at, not what it found there. */
const CONTEXT = new Set([
  "direction",
  "proto",
  "src",
  "dst",
  "scope",
  "historyHours",
  "targetHistoryHours",
  "actorIsOurs",
  "actorRoles",
  "targetRoles",
  "targetIsServer",
]);
/** Fields that carry a feature's own value under its own name. */
const VALUE_FIELDS = new Set(["userAgent", "issuer", "ja3", "ja4", "hassh"]);
const SUFFIX = /(?:Novelty|Rarity|P|Expected|High|Hours|Day|DayTimes)$/;
const DISTINCT: Readonly<Record<string, string>> = { dst: "distinctPeers", dstPort: "distinctPorts", query: "dnsQueries" };
const OTHER_END = new Set(["entity", "peer", "port", "value", "count", "threshold", "over"]);

/** "userAgentNovelty" is about the feature userAgent; what is no fact of a feature is about itself. */
export function featureOfFact(name: string): string {
  const base = name.replace(SUFFIX, "");
  return base !== name && (isCategorical(base) || Object.hasOwn(VOLUME_FEATURES, base)) ? base : name;
}

function isCategorical(name: string): boolean {
  return Object.hasOwn(CATEGORICAL_FEATURES, name) || Object.hasOwn(USER_FEATURES, name) || name === "activity";
}

export function subjectOf(component: Component): Subject {
  const { aggregate } = component;
  const sources = leaves(component.where).filter((f) => "source" in f);
  if (aggregate !== undefined) {
    const name = aggregate.op === "count" ? component.name : aggregate.of.name;
    const feature = aggregate.op === "distinct" ? distinctFeature(name, component.name, sources) : featureOfFact(name);
    return { feature, shown: aggregate.op === "new" ? [name] : [], filters: [], p: undefined };
  }
  if (component.on.includes("burst")) return { feature: "burst", shown: ["count"], filters: about(sources, "burst", ["count", "p"]), p: "p" };
  const said = (component.says === undefined ? [] : namesIn(component.says)).filter((n) => !OTHER_END.has(n) && !n.includes(".") && featureOfFact(n) === n);
  const asked = sources.filter((f) => !CONTEXT.has(f.source.name)).map((f) => f.source);
  const categorical = asked.find((s) => s.from === "fact" && featureOfFact(s.name) !== s.name && isCategorical(featureOfFact(s.name)));
  const isEvent = component.on[0] !== "hour" && component.on[0] !== "beacon";
  const own = said.find((n) => VALUE_FIELDS.has(n));
  if (own !== undefined) return made(own, [own], sources);
  if (categorical !== undefined) {
    const feature = featureOfFact(categorical.name);
    return made(feature, VALUE_FIELDS.has(feature) ? [feature] : feature === "credential" ? said.slice(0, 1) : [], sources);
  }
  const [first] = asked;
  if (isEvent && said[0] !== undefined) return made(featureOfField(said[0], component), said, sources);
  if (first === undefined) return made(said[0] ?? component.name, said, sources);
  return made(featureOfField(featureOfFact(first.name), component), [featureOfFact(first.name)], sources);
}

function distinctFeature(of: string, component: string, sources: readonly Filter[]): string {
  const asks = (name: string, value: string): boolean => sources.some((f) => f.op === "equals" && f.source.name === name && f.value === value);
  if (of === "dst" && asks("direction", "internal")) return "internalPeers";
  if (asks("responseCode", "NXDOMAIN")) return "nxdomain";
  return DISTINCT[of] ?? (isCategorical(of) ? component : of);
}

function made(feature: string, shown: readonly string[], sources: readonly Filter[]): Subject {
  const place = (f: Filter): number => ("source" in f ? (shown.indexOf(f.source.name) + shown.length + 1) % (shown.length + 1) : 0);
  const filters = about(sources, feature, shown).sort((a, b) => place(a) - place(b));
  const asksFacts = filters.some((f) => "source" in f && f.source.from === "fact");
  const p = !asksFacts ? undefined : feature === "unusual" ? "p" : feature === "hourP" ? "hourP" : isFeature(feature) ? `${feature}P` : undefined;
  return { feature, shown, filters, p };
}

function isFeature(name: string): boolean {
  return isCategorical(name) || Object.hasOwn(VOLUME_FEATURES, name);
}

function about(sources: readonly Filter[], feature: string, shown: readonly string[]): Filter[] {
  return sources.filter((f) => {
    if (!("source" in f)) return false;
    const { name, from } = f.source;
    if (shown.includes(name) || (feature === "port" && name === "dstPort")) return true;
    // What is usual is a limit of another condition, or says that the device seldom does it: not what was seen.
    return (from === "fact" || VALUE_FIELDS.has(name)) && featureOfFact(name) === feature && !/(?:Expected|High)$/.test(name);
  });
}

/** The interface of a remote call is a field called endpoint, and no outside host. */
function featureOfField(name: string, component: Component): string {
  if (name === "dstPort" || name === "peerPort") return "port";
  return name === "endpoint" && component.on.includes("dcerpc") ? "interface" : name;
}

/** Single conditions, those of groups that one of them may meet included; what must not hold is left out. */
function leaves(filters: readonly Filter[]): Filter[] {
  return filters.flatMap((f) => (f.op === "any" || f.op === "all" ? leaves(f.of) : f.op === "none" ? [] : [f]));
}

/** Sources whose values a reason needs from the observation: kept with the hit. `find` gives the source of a name on the component's kinds. */
export function needsOf(component: Component, find: (name: string) => Source | undefined): Source[] {
  const subject = subjectOf(component);
  const names = [...subject.shown, ...(subject.p === undefined ? [] : [subject.p])];
  for (const f of subject.filters) if ("source" in f) names.push(f.source.name);
  return names.map(find).filter((s) => s !== undefined);
}

/** What was seen, in the words or the number of the event itself. */
export function observedIn(component: Component, subject: Subject, hit: Hit): string | number {
  const { peer, values } = hit;
  const name = peer?.hostname ?? peer?.ip;
  if (subject.shown.length === 1) {
    const value = values[subject.shown[0] ?? ""];
    if (typeof value === "number" && Object.hasOwn(VOLUME_FEATURES, subject.feature)) return value;
  }
  const shown = subject.shown.flatMap((n) => (values[n] === undefined ? [] : [valueText(n, values[n])]));
  if (shown.length > 0) return shown.join(", ");
  if (subject.feature === "port" && peer?.port !== undefined) return String(peer.port);
  if (subject.feature === "adminProtocol" && peer?.port !== undefined) return `${name ?? "another device"}, port ${peer.port}`;
  if (isCategorical(subject.feature) && name !== undefined) return name;
  // A value whose absence is the point.
  if (subject.filters.some((f) => f.op === "exists" && !f.value)) return "none";
  return name ?? `a ${component.on[0] ?? "record"} record`;
}

/** What the rule compares with, in words: when it would have said nothing. */
export function expectedBy(component: Component, subject: Subject): string {
  const { aggregate } = component;
  if (aggregate?.op === "new") return `seen before, within ${durationText(aggregate.over)}`;
  if (aggregate !== undefined) {
    if (aggregate.op !== "sum" && aggregate.atLeast <= 1) return `none in ${durationText(aggregate.over)}`;
    const amount = aggregate.op === "sum" ? `less than ${valueText(aggregate.of.name, aggregate.atLeast)}` : `fewer than ${valueText("", aggregate.atLeast)}`;
    return `${amount} in ${durationText(aggregate.over)}`;
  }
  const words = [...new Set(subject.filters.map(otherwise).filter((w) => w !== undefined))];
  return words.length === 0 ? "none: one is enough" : words.slice(0, 2).join(", or ");
}

const USED_BEFORE = ["used before", "used before by this device", "used before by its peers", "used before by somebody here"];

/** The condition not met, in words. */
function otherwise(f: Filter): string | undefined {
  switch (f.op) {
    case "equals":
      return typeof f.value === "boolean" ? (f.value ? "no" : "yes") : `anything but ${valueText(f.source.name, f.value)}`;
    case "same":
      return `another than the ${f.as.name}`;
    case "in":
      return f.values.length > 3 ? `none: any of the ${f.values.length} that the rule names counts` : `none of ${f.values.map(String).join(", ")}`;
    case "not":
      return f.values.length > 3 ? `one of ${f.values.length} that the rule lets pass` : `only ${f.values.map(String).join(", ")}`;
    case "atLeast":
    case "atMost": {
      const { name } = f.source;
      if (/Novelty$/.test(name) && typeof f.value === "number") return USED_BEFORE[f.value] ?? USED_BEFORE[0];
      const side = f.op === "atLeast" ? "under" : "over";
      const value = typeof f.value === "number" ? valueText(name, f.value) : `${f.value.times} times the ${f.value.source.name}`;
      return `${/^p$|P$/.test(name) ? "p " : /Rarity$/.test(name) ? "rarity " : ""}${side} ${value}`;
    }
    case "matches":
      return "no match of the rule's pattern";
    case "exists":
      return f.value ? "none" : "a value";
    case "network":
      return "outside the rule's networks";
    default:
      return undefined;
  }
}

/** A calibrated p; 1 stands for no model behind it and is none. */
export function pIn(subject: Subject, hit: Hit): number | undefined {
  const p = subject.p === undefined ? undefined : hit.values[subject.p];
  return typeof p === "number" && p > 0 && p < 1 ? p : undefined;
}

/** The rule's reason and what learning says of the same thing, as one: the numbers are those of learning. */
export function merged(own: Why, learned: Why): Why {
  const end = /[.!?…]$/.test(own.text) ? "" : ".";
  return { ...own, ...learned, text: `${own.text.charAt(0).toUpperCase()}${own.text.slice(1)}${end} ${learned.text}` };
}
