import { readSource, type Source } from "./filter.ts";
import type { Component, ScoreSpec, ScoreTerm } from "./model.ts";
import { factKind } from "./names.ts";
import { MapReader, textOf } from "./tree-reader.ts";
import { FaultError, type Tree } from "./yaml-tree.ts";

const DAY = 86_400_000;
/** Three repeats halve the score, and three days without one restore most of it. */
export const DEFAULT_REPEAT = { factor: 0.8, halfLife: 3 * DAY };

export function readScore(tree: Tree, components: readonly Component[]): ScoreSpec {
  const map = new MapReader(tree, '"score"', ["base", "add", "repeat"]);
  return {
    base: map.number("base", 0, 100),
    add: map.has("add") ? map.list("add", 12).map((item) => readTerm(item, components)) : [],
    repeat: map.has("repeat") ? readRepeat(map.get("repeat")) : DEFAULT_REPEAT,
  };
}

function readRepeat(tree: Tree): ScoreSpec["repeat"] {
  const map = new MapReader(tree, '"repeat"', ["factor", "halfLife"]);
  return { factor: map.number("factor", 0.1, 1), halfLife: map.duration("halfLife", 60_000, 365 * DAY) };
}

function readTerm(tree: Tree, components: readonly Component[]): ScoreTerm {
  const map = new MapReader(tree, "a term of the score", ["fact", "p", "excess", "component", "times", "points"]);
  const what = (["fact", "p", "excess", "component"] as const).filter((key) => map.has(key));
  const [only, second] = what;
  if (only === undefined || second !== undefined) throw new FaultError(map.line, "a term of the score has one of fact, p, excess, component");
  if (map.has("points") !== (only === "component") || map.has("times") === (only === "component")) {
    throw new FaultError(map.line, only === "component" ? '"component" adds "points"' : `"${only}" is taken "times" a weight`);
  }
  if (only === "component") return { what: only, component: indexOf(map, only, components), points: map.number("points", -100, 100) };
  const times = map.number("times", -1_000, 1_000);
  if (only === "excess") {
    const component = indexOf(map, only, components);
    if (components[component]?.aggregate === undefined)
      throw new FaultError(map.line, '"excess" is of a component that counts, sums or counts distinct values');
    return { what: only, component, times };
  }
  return { what: only, source: factOf(map.get(only), components), times };
}

function indexOf(map: MapReader, key: string, components: readonly Component[]): number {
  const name = map.text(key);
  const index = components.findIndex((c) => c.name === name);
  if (index < 0) throw new FaultError(map.lineOf(key), `no component "${name.slice(0, 60)}"`);
  return index;
}

function factOf(tree: Tree, components: readonly Component[]): Source {
  const name = textOf(tree, "a fact", 60);
  const on = components.flatMap((c) => c.on).find((kind) => factKind(kind, name) !== undefined);
  if (on === undefined) throw new FaultError(tree.line, `no fact "${name}" on what the model watches`);
  const source = readSource(tree, "fact", [on]);
  if (source.kind !== "number") throw new FaultError(tree.line, `fact "${name}" is no number`);
  return source;
}
