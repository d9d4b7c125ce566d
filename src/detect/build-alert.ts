import { contentId } from "../base/hash.ts";
import type { Alert } from "../schema/alert.ts";
import type { EntityRef, Peer } from "../schema/entity.ts";
import { eventId, type NetEvent } from "../schema/event.ts";
import type { Why } from "../schema/score.ts";
import { Counterfactual, type Dropped, termValue, type UnusualWithout } from "./counterfactual.ts";
import { type Firing, type Hit, KEEP_FIRST, KEEP_LATEST, type KeyState, type WindowState } from "./key-state.ts";
import type { Component, Model } from "./model.ts";
import { expectedBy, featureOfFact, merged, observedIn, pIn, subjectOf } from "./reason.ts";
import { fill, namesIn, valueText } from "./template.ts";
import { durationText } from "./units.ts";

export interface AlertParts {
  model: Model;
  state: KeyState;
  firing: Firing;
  time: number;
  created: number;
  /** Reasons of the observation that completed it. */
  why: readonly Why[];
  /** What repeats leave of the score, (0, 1]. */
  fade: number;
  growth: boolean;
  /** How unusual the observation that completed it would be without some features. */
  unusualWithout?: UnusualWithout | undefined;
  windowOf(component: number, key: string): WindowState | undefined;
}

interface Held {
  index: number;
  component: Component;
  hit: Hit;
  value: number;
  count: number;
  events: readonly NetEvent[];
}

const MAX_EVENTS = KEEP_FIRST + KEEP_LATEST;
const MAX_PEERS = 20;
const MAX_WHY = 12;
/** Reasons of which is said what the alert would be without them. */
const WITHOUT = 4;
const NONE_DROPPED: Dropped = { components: new Set(), features: new Set() };

/** Everything an alert says, from the state of its key. Cost: some 10 µs; run only when one is made. */
export function buildAlert(parts: AlertParts): Alert {
  const { model, state, firing, time } = parts;
  const held = heldOf(parts);
  const events = proof(held);
  const entity = state.entity;
  const named = (name: string): unknown => lookUp(name, entity, held);
  const joins = joinsOf(model, named);
  return {
    id: contentId(model.path, entity.id, firing.since, firing.sinceId),
    time,
    created: parts.created,
    model: model.path,
    modelVersion: model.version,
    category: model.category,
    compliance: model.compliance,
    priority: model.priority,
    score: scoreOf(model, held, parts.fade),
    entity,
    ...(state.apart === "" ? {} : { apart: state.apart.slice(1) }),
    ...(parts.growth ? { grown: true as const } : {}),
    peers: peersOf(held, events, entity),
    ...(joins.length === 0 ? {} : { joins }),
    mitre: techniquesOf(model, events),
    tags: model.tags,
    title: fill(model.title, named),
    why: reasonsOf(parts, held, entity),
    events,
    eventCount: Math.max(
      events.length,
      held.reduce((sum, h) => sum + h.count, 0),
    ),
  };
}

function joinsOf(model: Model, named: (name: string) => unknown): string[] {
  const isThere = (value: unknown): boolean => value !== undefined && value !== "";
  return model.joins.filter((join) => namesIn(join).every((name) => isThere(named(name)))).map((join) => fill(join, named));
}

/** The model's techniques, and those that a product named in what it is made of. */
function techniquesOf(model: Model, events: readonly NetEvent[]): readonly string[] {
  const named = events.flatMap((e) => (e.family === "endpoint" ? (e.techniques ?? []) : []));
  return named.length === 0 ? model.mitre : [...new Set([...model.mitre, ...named])];
}

/** Components that count now, the one that completed it first. */
function heldOf({ model, state, time, growth, windowOf }: AlertParts): Held[] {
  const held: Held[] = [];
  model.components.forEach((component, index) => {
    const hit = state.hits[index];
    if (hit === undefined || index === model.delay?.cancel) return;
    if (model.combine.op !== "one" && time - hit.time > model.within) return;
    // Told before this, but happened after what it tells of.
    if (hit.time > time && !growth && model.delay === undefined) return;
    const window = hit.windowKey === undefined ? undefined : windowOf(index, hit.windowKey);
    held.push({
      index,
      component,
      hit,
      value: window === undefined ? hit.value : growth ? window.peak : window.value,
      count: window?.count ?? hit.count,
      events: window === undefined ? hit.events : [...window.first, ...window.latest],
    });
  });
  return held.sort((a, b) => b.hit.order - a.hit.order);
}

function proof(held: readonly Held[]): NetEvent[] {
  const byId = new Map<string, NetEvent>();
  for (const { events } of held) for (const event of events) byId.set(eventId(event), event);
  const all = [...byId.values()].sort((a, b) => a.time - b.time || a.line - b.line || (a.fileKey < b.fileKey ? -1 : a.fileKey > b.fileKey ? 1 : 0));
  return all.length <= MAX_EVENTS ? all : [...all.slice(0, KEEP_FIRST), ...all.slice(-KEEP_LATEST)];
}

function peersOf(held: readonly Held[], events: readonly NetEvent[], entity: EntityRef): Peer[] {
  const peers = new Map<string, Peer>();
  const add = (peer: Peer | undefined): void => {
    if (peer === undefined || peers.size >= MAX_PEERS || (peer.ip === undefined && peer.hostname === undefined)) return;
    const key = `${peer.ip ?? peer.hostname}\u0000${peer.port ?? ""}`;
    const before = peers.get(key);
    if (before === undefined) peers.set(key, peer);
    else if (before.hostname === undefined && peer.hostname !== undefined) peers.set(key, peer);
  };
  for (const { hit } of held) if (hit.peer?.ip !== entity.ip || entity.ip === undefined) add(hit.peer);
  for (const event of events) {
    const isActor = entity.ip === undefined || event.dst !== entity.ip;
    const ip = isActor ? event.dst : event.src;
    if (ip === undefined) continue;
    const peer: Peer = { ip };
    if (event.dstPort !== undefined) peer.port = event.dstPort;
    const name = isActor ? (event.family === "http" ? event.host : event.family === "tls" ? event.serverName : undefined) : undefined;
    if (name !== undefined) peer.hostname = name;
    add(peer);
  }
  return [...peers.values()];
}

function lookUp(name: string, entity: EntityRef, held: readonly Held[], self?: Held): unknown {
  if (name === "entity") return entity.hostname === undefined ? (entity.ip ?? entity.id) : `${entity.hostname} (${entity.ip ?? entity.id})`;
  const first = self ?? held[0];
  if (name === "peer") return first?.hit.peer?.hostname ?? first?.hit.peer?.ip ?? held.find((h) => h.hit.peer !== undefined)?.hit.peer?.ip;
  if (name === "port") return first?.hit.peer?.port;
  const [head = "", part] = name.split(".");
  if (part !== undefined)
    return ofComponent(
      part,
      held.find((h) => h.component.name === head),
    );
  if (self !== undefined && (name === "value" || name === "count" || name === "threshold" || name === "over")) return ofComponent(name, self);
  for (const { hit } of self === undefined ? held : [self, ...held]) {
    const value = hit.values[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

function ofComponent(part: string, held: Held | undefined): unknown {
  if (held === undefined) return undefined;
  const { aggregate } = held.component;
  if (part === "count") return held.count;
  if (part === "over") return aggregate === undefined ? undefined : durationText(aggregate.over);
  const number = part === "threshold" ? aggregate?.atLeast : held.value;
  return aggregate?.op === "sum" ? valueText(aggregate.of.name, number) : number;
}

/** Says of the first reasons what the score would be without each, and without all up to it: 0 = the model would not have fired. */
function withCounterfactuals(parts: AlertParts, held: readonly Held[], reasons: readonly Reason[]): Why[] {
  const { model, state, time, fade } = parts;
  const counterfactual = new Counterfactual(model, state, time, held[0]?.hit.time ?? time, parts.unusualWithout);
  const scoreWithout = (gone: readonly Reason[]): number => {
    const dropped: Dropped = {
      components: new Set(gone.flatMap((r) => (r.component === undefined ? [] : [r.component]))),
      features: new Set(gone.map((r) => r.why.feature)),
    };
    const stands = counterfactual.held(dropped);
    return stands === undefined
      ? 0
      : scoreOf(
          model,
          held.filter((h) => stands.has(h.index)),
          fade,
          counterfactual,
          dropped,
        );
  };
  const whole = scoreOf(model, held, fade);
  return reasons.map((reason, i) => {
    if (i >= WITHOUT) return reason.why;
    const alone = scoreWithout([reason]);
    const together = scoreWithout(reasons.slice(0, i + 1));
    const end = /[.!?…]$/.test(reason.why.text) ? "" : ".";
    const tells = alone > 0 && Math.round(alone) < Math.round(whole);
    const text = tells ? `${reason.why.text}${end} Without this: ${Math.round(alone)}.` : reason.why.text;
    return { ...reason.why, text, without: alone, withoutAll: together };
  });
}

interface Reason {
  why: Why;
  /** Number of the component that it tells of; undefined for what learning alone says. */
  component: number | undefined;
}

/** Reasons: of the components, the one that completed it first, each joined with what learning says of the same; then what else learning says. */
function reasonsOf(parts: AlertParts, held: readonly Held[], entity: EntityRef): Why[] {
  const { model, firing, growth, why } = parts;
  const left = [...contributing(model, why)];
  const reasonOf = (h: Held): Why => {
    const own = whyOf(h, entity, held, firing, growth);
    const at = isCounted(h.component) ? -1 : left.findIndex((w) => w.feature === own.feature);
    const learned = left[at];
    if (learned === undefined) return own;
    const completed = h === held[0] || h.hit.time === held[0]?.hit.time;
    if (!completed && learned.observed !== own.observed) return own;
    left.splice(at, 1);
    // Learning speaks of the last observation: of an earlier one it has learned since.
    return completed ? merged(own, learned) : own;
  };
  const reasons: Reason[] = [...held.map((h) => ({ why: reasonOf(h), component: h.index })), ...left.map((why) => ({ why, component: undefined }))].slice(
    0,
    MAX_WHY,
  );
  return withCounterfactuals(parts, held, reasons);
}

function whyOf(held: Held, entity: EntityRef, all: readonly Held[], firing: Firing, growth: boolean): Why {
  const { component, value, count, hit } = held;
  const said = component.says === undefined ? undefined : fill(component.says, (name) => lookUp(name, entity, all, held));
  const grown = growth ? `; grown since the last alert, which told of ${firing.alertedCount}` : "";
  const subject = subjectOf(component);
  const amount = isCounted(component);
  const why: Why = {
    feature: subject.feature,
    observed: amount ? value : observedIn(component, subject, hit),
    expected: expectedBy(component, subject),
    text: amount
      ? `${said ?? counted(held)}${count > 1 ? `; ${valueText("", count)} events in all` : ""}${grown}`
      : `${said ?? described(held)}${count > 1 ? `; ${count} times in all${grown}` : ""}`,
  };
  const p = pIn(subject, hit);
  if (p !== undefined) why.p = p;
  return why;
}

/** Its reason is an amount against a threshold. */
function isCounted({ aggregate }: Component): boolean {
  return aggregate !== undefined && aggregate.op !== "new";
}

/** "25 different dst in 10 min" */
function counted({ component, value }: Held): string {
  const { aggregate, on } = component;
  if (aggregate === undefined) return "";
  const amount = aggregate.op === "sum" ? valueText(aggregate.of.name, value) : valueText("", value);
  const what =
    aggregate.op === "distinct" ? `different ${aggregate.of.name}` : aggregate.op === "sum" ? aggregate.of.name : `matching ${on.join(" or ")} events`;
  return `${amount} ${what} in ${durationText(aggregate.over)}`;
}

/** A component without a sentence of its own: what it looked at, with the values. */
function described({ component, hit }: Held): string {
  const values = component.where.flatMap((f) =>
    "source" in f && hit.values[f.source.name] !== undefined ? [`${f.source.name} ${valueText(f.source.name, hit.values[f.source.name])}`] : [],
  );
  return `${component.on.join(" or ")} event met every condition of "${component.name}"${values.length > 0 ? `: ${values.join(", ")}` : ""}`;
}

/** Reasons of learning that belong to what the model asks; all of them when it asks about none in particular. */
function contributing(model: Model, why: readonly Why[]): readonly Why[] {
  const features = new Set<string>();
  for (const source of model.needs) if (source.from === "fact") features.add(featureOfFact(source.name));
  const chosen = why.filter((w) => features.has(w.feature));
  return chosen.length > 0 ? chosen : why;
}

function scoreOf(model: Model, held: readonly Held[], fade: number, counterfactual?: Counterfactual, dropped = NONE_DROPPED): number {
  let score = model.score.base;
  for (const term of model.score.add) {
    if (term.what === "fact" || term.what === "p") {
      const value = held.map((h) => termValue(term.source.name, term.what === "p", h.hit, counterfactual, dropped.features)).find((v) => v !== undefined);
      if (value !== undefined) score += value * term.times;
      continue;
    }
    const found = held.find((h) => h.index === term.component);
    if (found === undefined) continue;
    if (term.what === "component") score += term.points;
    else score += Math.max(0, Math.log2(found.value / (found.component.aggregate?.atLeast || 1))) * term.times;
  }
  return Math.round(Math.min(100, Math.max(0, score)) * fade * 10) / 10;
}
