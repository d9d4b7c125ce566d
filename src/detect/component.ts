import type { ObservationKind } from "../schema/observation.ts";
import { convert, flatten, readFilters, readSource } from "./filter.ts";
import type { About, Aggregate, Component } from "./model.ts";
import { fieldKind, isEventKind, OBSERVATION_KINDS } from "./names.ts";
import { readTemplate } from "./template.ts";
import { knobOf, MapReader, textOf } from "./tree-reader.ts";
import { FaultError, type Tree } from "./yaml-tree.ts";

const DAY = 86_400_000;
const NAME = /^[a-z][a-zA-Z0-9]{0,39}$/;
const AGGREGATE_KEYS = {
  count: ["atLeast", "over", "by"],
  sum: ["of", "atLeast", "over", "by"],
  distinct: ["of", "atLeast", "over", "by"],
  new: ["of", "over", "by"],
} as const;
const AGGREGATES = ["count", "sum", "distinct", "new"] as const;

export function readComponents(tree: Tree, about: About): Component[] {
  if (tree.kind !== "map" || tree.entries.size === 0) throw new FaultError(tree.line, '"components" must be a map from a name to a component');
  if (tree.entries.size > 16) throw new FaultError(tree.line, '"components" has more than 16 entries');
  return [...tree.entries].map(([name, { line, value }]) => {
    if (!NAME.test(name)) throw new FaultError(line, `"${name.slice(0, 60)}" is no component name: letters and digits, first one small`);
    return readComponent(name, value, about);
  });
}

function readComponent(name: string, tree: Tree, about: About): Component {
  const map = new MapReader(tree, `component "${name}"`, ["on", "about", "where", "unusual", ...AGGREGATES, "says"]);
  const on = readKinds(map);
  const where = map.has("where") ? flatten(readFilters(map.get("where"), '"where"', on)) : [];
  if (map.has("unusual")) where.push(...readUnusual(map.get("unusual"), on));
  const aggregates = AGGREGATES.filter((op) => map.has(op));
  if (aggregates.length > 1) throw new FaultError(map.line, `component "${name}" has ${aggregates.join(" and ")}: one at a time, join two components instead`);
  const op = aggregates[0];
  return {
    name,
    on,
    about: map.has("about") ? map.choice("about", ["actor", "target", "either"]) : about,
    where,
    aggregate: op === undefined ? undefined : readAggregate(op, map.get(op), on),
    says: map.has("says") ? readTemplate(map.text("says", { max: 300 }), map.lineOf("says")) : undefined,
  };
}

function readKinds(map: MapReader): ObservationKind[] {
  const tree = map.get("on");
  const names = tree.kind === "list" ? map.texts("on", 12) : [textOf(tree, '"on"', 40)];
  if (names.length === 0) throw new FaultError(tree.line, '"on" names at least one kind of observation');
  return names.map((name) => {
    const kind = OBSERVATION_KINDS.find((k) => k === name);
    if (kind === undefined) throw new FaultError(tree.line, `no observation "${name.slice(0, 40)}"; there are ${OBSERVATION_KINDS.join(", ")}`);
    return kind;
  });
}

/** `unusual: {fact: userAgentP, atMost: 0.01}` is a filter on a p; it stands apart so that a reader sees which facts are probabilities. */
function readUnusual(tree: Tree, on: readonly ObservationKind[]): ReturnType<typeof readFilters> {
  const map = new MapReader(tree, '"unusual"', ["fact", "atMost", "atLeast"]);
  const source = readSource(map.get("fact"), "fact", on);
  if (!/^p$|P$/.test(source.name) || source.kind !== "number") throw new FaultError(map.line, `"${source.name}" is no p: name a fact that ends in P`);
  if (!map.has("atMost") && !map.has("atLeast")) throw new FaultError(map.line, '"unusual" needs atMost or atLeast');
  const filters: ReturnType<typeof readFilters> = [];
  for (const op of ["atMost", "atLeast"] as const) if (map.has(op)) filters.push({ op, source, value: map.number(op, 0, 1) });
  return filters;
}

function readAggregate(op: (typeof AGGREGATES)[number], tree: Tree, on: readonly ObservationKind[]): Aggregate {
  const map = new MapReader(tree, `"${op}"`, AGGREGATE_KEYS[op]);
  const by = map.has("by") ? map.texts("by", 4).map((name) => readName(name, map.get("by"), on)) : [];
  const over = map.duration("over", 1_000, 30 * DAY);
  if (op === "count") return { op, by, over, atLeast: map.whole("atLeast", 1, 1e9) };
  const of = readName(map.text("of"), map.get("of"), on);
  if (op === "distinct" || op === "new") {
    if (of.kind === "list" || of.kind === "flag") throw new FaultError(map.line, `"${of.name}" is ${of.kind}; ${op} compares texts or numbers`);
    if (op === "new") return { op, of, by, over, atLeast: 1 };
    return { op, of, by, over, atLeast: map.whole("atLeast", 2, MAX_DISTINCT) };
  }
  if (of.kind !== "number") throw new FaultError(map.line, `"${of.name}" is ${of.kind}; sum adds numbers`);
  const limit = map.get("atLeast");
  return { op, of, by, over, atLeast: convert(knobOf(limit, '"atLeast"'), of, limit) };
}

/** Thresholds on different values stay well below what a window remembers. */
export const MAX_DISTINCT = 1_024;

/** A name in an aggregate: a field where there is one, else a fact. */
function readName(name: string, tree: Tree, on: readonly ObservationKind[]): ReturnType<typeof readSource> {
  const scalar: Tree = { kind: "scalar", line: tree.line, value: name };
  const isField = on.every((kind) => (isEventKind(kind) || fieldKind(kind, name) !== undefined) && fieldKind(kind, name) !== undefined);
  return readSource(scalar, isField ? "field" : "fact", on);
}
