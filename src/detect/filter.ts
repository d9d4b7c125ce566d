import { RE2JS } from "re2js";
import { NetworkSet } from "../base/ip.ts";
import type { ObservationKind } from "../schema/observation.ts";
import { factKind, fieldKind, unitOf, type ValueKind } from "./names.ts";
import { knobOf, listOf, MapReader, textOf } from "./tree-reader.ts";
import { FaultError, type Tree } from "./yaml-tree.ts";

/** Where a value of an observation is read: a field of the event, or a fact that learning added. */
export interface Source {
  from: "field" | "fact";
  name: string;
  kind: ValueKind;
}

export type Scalar = string | number | boolean;

/**
 * One condition on an observation. A name without a value meets no condition but `exists: false`, `not` and `none`.
 * On a list, equals, in and matches ask whether any member does, `not` whether none does.
 */
export type Filter =
  | { op: "equals"; source: Source; value: Scalar }
  /** Equals another value of the same observation. */
  | { op: "same"; source: Source; as: Source }
  | { op: "in"; source: Source; values: readonly Scalar[] }
  | { op: "not"; source: Source; values: readonly Scalar[] }
  | { op: "atLeast" | "atMost"; source: Source; value: number | Bound }
  | { op: "matches"; source: Source; pattern: RE2JS; text: string }
  | { op: "exists"; source: Source; value: boolean }
  | { op: "network"; source: Source; networks: NetworkSet }
  | { op: "is"; end: "src" | "dst"; own: boolean }
  | { op: "any" | "all" | "none"; of: readonly Filter[] };

/** A limit that another value of the same observation sets: `times` that value. */
export interface Bound {
  source: Source;
  times: number;
}

export const MAX_PATTERN = 500;
const OPS = ["equals", "in", "not", "atLeast", "atMost", "matches", "exists", "network", "is"] as const;
const GROUPS = ["any", "all", "none"] as const;

/** Reads a list of filters, all of which must hold. `kinds` are what the component watches: a name must exist on each of them. */
export function readFilters(tree: Tree, what: string, kinds: readonly ObservationKind[], depth = 0): Filter[] {
  if (depth > 4) throw new FaultError(tree.line, "filters are nested deeper than 4 levels");
  return listOf(tree, what, 40).map((item) => readFilter(item, kinds, depth));
}

function readFilter(tree: Tree, kinds: readonly ObservationKind[], depth: number): Filter {
  if (tree.kind === "map") {
    for (const group of GROUPS) {
      if (!tree.entries.has(group)) continue;
      const map = new MapReader(tree, `a filter with "${group}"`, [group]);
      return { op: group, of: readFilters(map.get(group), `"${group}"`, kinds, depth + 1) };
    }
  }
  const map = new MapReader(tree, "a filter", ["field", "fact", ...OPS]);
  if (map.has("field") === map.has("fact")) throw new FaultError(map.line, 'a filter names one "field" or one "fact"');
  const ops = OPS.filter((op) => map.has(op));
  if (ops.length === 0) throw new FaultError(map.line, `a filter compares: ${OPS.join(", ")}`);
  if (map.has("is")) {
    if (ops.length > 1) throw new FaultError(map.line, '"is" stands alone in its filter');
    return readEnd(map, kinds);
  }
  const from = map.has("field") ? "field" : "fact";
  const source = readSource(map.get(from), from, kinds);
  const filters = ops.map((op) => readOp(map, op as Exclude<(typeof OPS)[number], "is">, source, kinds));
  return filters.length === 1 && filters[0] !== undefined ? filters[0] : { op: "all", of: filters };
}

/** Filters that must all hold, with groups that say the same taken apart: the engine orders and indexes single conditions. */
export function flatten(filters: readonly Filter[]): Filter[] {
  return filters.flatMap((filter) => (filter.op === "all" ? flatten(filter.of) : [filter]));
}

function readEnd(map: MapReader, kinds: readonly ObservationKind[]): Filter {
  const end = map.has("field") ? map.choice("field", ["src", "dst"]) : undefined;
  if (end === undefined || fieldKind(kinds[0] ?? "conn", end) === undefined) {
    throw new FaultError(map.line, '"is: own" and "is: external" ask about the field src or dst of an event');
  }
  return { op: "is", end, own: map.choice("is", ["own", "external"]) === "own" };
}

export function readSource(tree: Tree, from: "field" | "fact", kinds: readonly ObservationKind[]): Source {
  const name = textOf(tree, `"${from}"`, 60);
  let kind: ValueKind | undefined;
  for (const on of kinds) {
    const found = from === "field" ? fieldKind(on, name) : factKind(on, name);
    if (found === undefined) throw new FaultError(tree.line, `no ${from} "${name}" on ${on}`);
    if (kind !== undefined && kind !== found) throw new FaultError(tree.line, `${from} "${name}" differs in kind between ${kinds.join(", ")}`);
    kind = found;
  }
  if (kind === undefined) throw new FaultError(tree.line, `no ${from} "${name}"`);
  return { from, name, kind };
}

function readOp(map: MapReader, op: Exclude<(typeof OPS)[number], "is">, source: Source, kinds: readonly ObservationKind[]): Filter {
  const tree = map.get(op);
  switch (op) {
    case "equals": {
      if (tree.kind !== "map") return { op, source, value: readScalar(tree, source) };
      const as = readOther(tree, kinds);
      if (as.kind !== source.kind) throw new FaultError(tree.line, `"${source.name}" is ${source.kind}, "${as.name}" is ${as.kind}`);
      return { op: "same", source, as };
    }
    case "in":
      return { op, source, values: listOf(tree, '"in"', 500).map((item) => readScalar(item, source)) };
    case "not":
      return { op, source, values: tree.kind === "list" ? tree.items.map((item) => readScalar(item, source)) : [readScalar(tree, source)] };
    case "atLeast":
    case "atMost":
      if (source.kind !== "number") throw new FaultError(tree.line, `"${source.name}" is ${source.kind}, "${op}" compares numbers`);
      return { op, source, value: readLimit(tree, source, kinds) };
    case "matches":
      if (source.kind !== "text" && source.kind !== "list") throw new FaultError(tree.line, `"${source.name}" is ${source.kind}, "matches" reads text`);
      return { op, source, ...readPattern(tree) };
    case "exists":
      return { op, source, value: map.flag("exists") };
    case "network": {
      if (source.kind !== "text") throw new FaultError(tree.line, `"${source.name}" is no address`);
      const cidrs = tree.kind === "list" ? map.texts("network", 200) : [map.text("network")];
      try {
        return { op, source, networks: new NetworkSet(cidrs) };
      } catch (error) {
        throw new FaultError(tree.line, error instanceof Error ? error.message : "not a network");
      }
    }
  }
}

function readScalar(tree: Tree, source: Source): Scalar {
  const value = tree.kind === "scalar" ? tree.value : undefined;
  if (source.kind === "number") return convert(knobOf(tree, `value for "${source.name}"`), source, tree);
  if (source.kind === "flag" && typeof value === "boolean") return value;
  if ((source.kind === "text" || source.kind === "list") && typeof value === "string" && value.length <= 1_000) return value;
  throw new FaultError(tree.line, `"${source.name}" is ${source.kind}; the value compared with it is not`);
}

function readOther(tree: Tree, kinds: readonly ObservationKind[]): Source {
  const map = new MapReader(tree, '"equals"', ["fact", "field"]);
  if (map.has("field") === map.has("fact")) throw new FaultError(map.line, '"equals" names one "field" or one "fact" to compare with');
  const from = map.has("field") ? "field" : "fact";
  return readSource(map.get(from), from, kinds);
}

function readLimit(tree: Tree, source: Source, kinds: readonly ObservationKind[]): number | Bound {
  if (tree.kind !== "map") return convert(knobOf(tree, `limit of "${source.name}"`), source, tree);
  const map = new MapReader(tree, "a limit", ["fact", "field", "times"]);
  if (map.has("field") === map.has("fact")) throw new FaultError(map.line, 'a limit names one "field" or one "fact"');
  const from = map.has("field") ? "field" : "fact";
  const bound = readSource(map.get(from), from, kinds);
  if (bound.kind !== "number") throw new FaultError(map.line, `"${bound.name}" is no number`);
  return { source: bound, times: map.has("times") ? map.number("times", 0, 1e6) : 1 };
}

/** A knob in the unit in which the value itself is counted: `historyHours` with 2d is 48. Zero needs no unit. */
export function convert(knob: { value: number; unit: string }, source: Pick<Source, "name">, tree: Tree): number {
  const unit = unitOf(source.name);
  if (unit === undefined) {
    if (knob.unit !== "none" && knob.unit !== "share") throw new FaultError(tree.line, `"${source.name}" is a bare number, without ${knob.unit} unit`);
    return knob.value;
  }
  if (knob.value === 0) return 0;
  if (knob.unit !== unit.unit) {
    throw new FaultError(
      tree.line,
      `"${source.name}" needs a number with a unit of ${unit.unit === "time" ? "time: 30s, 10m, 1h, 7d" : "size: 500 B, 10 kB, 5 MB"}`,
    );
  }
  return knob.value / unit.per;
}

function readPattern(tree: Tree): { pattern: RE2JS; text: string } {
  const text = textOf(tree, '"matches"', MAX_PATTERN);
  try {
    return { pattern: RE2JS.compile(text), text };
  } catch (error) {
    throw new FaultError(tree.line, `pattern: ${error instanceof Error ? error.message.split("\n")[0] : "cannot be read"}`);
  }
}
