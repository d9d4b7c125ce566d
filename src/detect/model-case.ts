import { DEFAULT_OWN_NETWORKS, NetworkSet } from "../base/ip.ts";
import type { FactValue, ObservationKind } from "../schema/observation.ts";
import { factKind, fieldKind, isEventKind, OBSERVATION_KINDS, unitOf, type ValueKind } from "./names.ts";
import { durationOf, knobOf, listOf, MapReader, textOf } from "./tree-reader.ts";
import { FaultError, type Tree } from "./yaml-tree.ts";

/** A number that rises with each repeat: "1000+{n}" is 1001, 1002... */
export interface Counted {
  from: number;
}

/** One thing that happens in a case, `times` times, `every` ms; "{n}" in a text is the count from 1. */
export interface CaseStep {
  on: ObservationKind;
  at: number;
  entity: string;
  peer: { ip?: string; hostname?: string; port?: number } | undefined;
  fields: Readonly<Record<string, unknown>>;
  facts: Readonly<Record<string, FactValue>>;
  times: number;
  every: number;
}

/** What must, or must not, fire. `alerts` 0 = silent; undefined bounds are not checked. */
export interface ModelCase {
  name: string;
  line: number;
  fires: boolean;
  alerts: number | undefined;
  title: string | undefined;
  entity: string | undefined;
  minScore: number | undefined;
  maxScore: number | undefined;
  steps: readonly CaseStep[];
}

const DAY = 86_400_000;
const OWN = new NetworkSet(DEFAULT_OWN_NETWORKS);
const MAX_STEPS_TIMES = 5_000;

export function readCases(tree: Tree): ModelCase[] {
  const cases = listOf(tree, '"cases"', 40).map(readCase);
  const names = new Set<string>();
  for (const one of cases) {
    if (names.has(one.name)) throw new FaultError(one.line, `two cases are named "${one.name}"`);
    names.add(one.name);
  }
  if (!cases.some((c) => c.fires)) throw new FaultError(tree.line, "at least one case must fire");
  if (!cases.some((c) => !c.fires)) throw new FaultError(tree.line, "at least one case must be a near miss (expect: silent)");
  return cases;
}

function readCase(tree: Tree): ModelCase {
  const map = new MapReader(tree, "a case", ["name", "expect", "alerts", "title", "entity", "score", "observations"]);
  const fires = map.choice("expect", ["fires", "silent"]) === "fires";
  if (!fires)
    for (const key of ["alerts", "title", "entity", "score"]) if (map.has(key)) throw new FaultError(map.lineOf(key), `a silent case has no "${key}"`);
  let minScore: number | undefined;
  let maxScore: number | undefined;
  if (map.has("score")) {
    const score = new MapReader(map.get("score"), '"score"', ["atLeast", "atMost"]);
    if (score.has("atLeast")) minScore = score.number("atLeast", 0, 100);
    if (score.has("atMost")) maxScore = score.number("atMost", 0, 100);
  }
  const steps = map.list("observations", 60).map(readStep);
  if (steps.length === 0) throw new FaultError(map.lineOf("observations"), "a case needs observations");
  return {
    name: map.text("name", { max: 160 }),
    line: map.line,
    fires,
    alerts: map.has("alerts") ? map.whole("alerts", 1, 1_000) : undefined,
    title: map.has("title") ? map.text("title", { max: 300 }) : undefined,
    entity: map.has("entity") ? map.text("entity", { max: 100 }) : undefined,
    minScore,
    maxScore,
    steps,
  };
}

function readStep(tree: Tree): CaseStep {
  const map = new MapReader(tree, "an observation", ["on", "at", "entity", "peer", "fields", "facts", "times", "every"]);
  const on = map.choice("on", OBSERVATION_KINDS);
  const entity = map.has("entity") ? map.text("entity", { max: 100 }) : "10.0.0.5";
  const peer = map.has("peer") ? readPeer(map.get("peer")) : undefined;
  const fields = map.has("fields") ? readValues(map.get("fields"), "field", (name) => (isEventKind(on) ? fieldKind(on, name) : undefined), on) : {};
  const facts = map.has("facts") ? readValues(map.get("facts"), "fact", (name) => factKind(on, name), on) : {};
  const times = map.has("times") ? map.whole("times", 1, MAX_STEPS_TIMES) : 1;
  return {
    on,
    at: map.has("at") ? durationOf(map.get("at"), '"at"', 0, 60 * DAY) : 0,
    entity,
    peer,
    fields: isEventKind(on) ? { direction: directionOf(entity, peer?.ip), ...fields } : fields,
    facts: facts as Record<string, FactValue>,
    times,
    every: map.has("every") ? durationOf(map.get("every"), '"every"', 0, 10 * DAY) : 1_000,
  };
}

function readPeer(tree: Tree): { ip?: string; hostname?: string; port?: number } {
  const map = new MapReader(tree, '"peer"', ["ip", "hostname", "port"]);
  const peer: { ip?: string; hostname?: string; port?: number } = {};
  if (map.has("ip")) peer.ip = map.text("ip", { max: 60 });
  if (map.has("hostname")) peer.hostname = map.text("hostname", { max: 253 });
  if (map.has("port")) peer.port = map.whole("port", 0, 65_535);
  return peer;
}

function readValues(tree: Tree, what: "field" | "fact", kindOf: (name: string) => ValueKind | undefined, on: ObservationKind): Record<string, unknown> {
  if (tree.kind !== "map") throw new FaultError(tree.line, `${what}s must be a map`);
  const out: Record<string, unknown> = {};
  for (const [name, { line, value }] of tree.entries) {
    const kind = kindOf(name);
    if (kind === undefined) throw new FaultError(line, `no ${what} "${name}" on ${on}`);
    out[name] = readValue(value, kind, name);
  }
  return out;
}

function readValue(tree: Tree, kind: ValueKind, name: string): unknown {
  if (kind === "list") return listOf(tree, `"${name}"`, 100).map((item) => textOf(item, `an entry of "${name}"`, 1_000));
  const value = tree.kind === "scalar" ? tree.value : undefined;
  if (kind === "number") {
    const counted = typeof value === "string" ? /^(?:(\d{1,9})\+)?\{n\}$/.exec(value) : null;
    if (counted !== null) return { from: Number(counted[1] ?? 0) } satisfies Counted;
    // In a case a bare number stands in the unit of the event itself; a knob is converted to it.
    const knob = knobOf(tree, `"${name}"`);
    return knob.unit === "none" || knob.unit === "share" ? knob.value : knob.value / (unitOf(name)?.per ?? 1);
  }
  if (kind === "flag" ? typeof value === "boolean" : typeof value === "string") return value;
  throw new FaultError(tree.line, `"${name}" is ${kind}`);
}

/** What the lane would say with the usual private networks as own. */
function directionOf(src: string, dst: string | undefined): string {
  if (dst === undefined) return "unknown";
  // A template such as 10.0.1.{n} is judged by its first address.
  const from = OWN.has(src.replaceAll("{n}", "1"));
  const to = OWN.has(dst.replaceAll("{n}", "1"));
  if (from) return to ? "internal" : "outbound";
  return to ? "inbound" : "external";
}
