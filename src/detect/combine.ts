import type { Combine, Component } from "./model.ts";
import { listOf, MapReader, textOf } from "./tree-reader.ts";
import { FaultError, type Tree } from "./yaml-tree.ts";

/** Reads the tree that joins components. A sequence takes `of.length` slots of the state of a key. */
export function readCombine(tree: Tree, components: readonly Component[]): { combine: Combine; slots: number } {
  let slots = 0;
  const indexOf = (item: Tree): number => {
    const name = textOf(item, "a component's name", 60);
    const index = components.findIndex((c) => c.name === name);
    if (index < 0) throw new FaultError(item.line, `no component "${name}"`);
    return index;
  };
  const read = (node: Tree, depth: number): Combine => {
    if (depth > 6) throw new FaultError(node.line, '"combine" is nested deeper than 6 levels');
    if (node.kind === "scalar") return { op: "one", component: indexOf(node) };
    const map = new MapReader(node, '"combine"', ["all", "any", "none", "sequence", "weights", "target"]);
    const op = (["all", "any", "none", "sequence", "weights"] as const).filter((key) => map.has(key));
    const [only, second] = op;
    if (only === undefined || second !== undefined) throw new FaultError(map.line, '"combine" has one of all, any, none, sequence, weights');
    if (map.has("target") !== (only === "weights")) throw new FaultError(map.line, '"target" belongs to "weights"');
    if (only === "weights") {
      const weights = map.get("weights");
      if (weights.kind !== "map") throw new FaultError(weights.line, '"weights" is a map from component to weight');
      const entries = new MapReader(
        weights,
        '"weights"',
        components.map((c) => c.name),
      );
      const list = entries.keys.map((name) => ({ component: components.findIndex((c) => c.name === name), weight: entries.number(name, -1_000, 1_000) }));
      const target = map.number("target", 0.001, 100_000);
      if (list.reduce((sum, w) => sum + Math.max(0, w.weight), 0) < target) throw new FaultError(map.line, "the weights together do not reach the target");
      return { op: only, weights: list, target };
    }
    const items = listOf(map.get(only), `"${only}"`, 16);
    if (items.length === 0) throw new FaultError(map.line, `"${only}" is empty`);
    if (only === "sequence") {
      if (items.length < 2) throw new FaultError(map.line, "a sequence has at least two components");
      const slot = slots;
      slots += items.length;
      return { op: only, of: items.map(indexOf), slot };
    }
    return { op: only, of: items.map((item) => read(item, depth + 1)) };
  };
  const combine = read(tree, 0);
  if (combine.op === "none") throw new FaultError(tree.line, 'a model cannot fire on absence alone: put "none" beside other components under "all"');
  return { combine, slots };
}

export function unusedComponents(combine: Combine, count: number): number[] {
  const used = new Set<number>();
  const walk = (node: Combine): void => {
    if (node.op === "one") used.add(node.component);
    else if (node.op === "weights") for (const w of node.weights) used.add(w.component);
    else if (node.op === "sequence") for (const c of node.of) used.add(c);
    else for (const child of node.of) walk(child);
  };
  walk(combine);
  return Array.from({ length: count }, (_, i) => i).filter((i) => !used.has(i));
}

export const NEVER = -1;

/**
 * Does the tree hold at `now`? `held[i]` is when component i last held (NEVER = not yet), ms; it counts for `within`, ends included.
 * `chains` is the progress of sequences: at slot s + k the latest start of a chain that reached its k-th step.
 */
export function holds(node: Combine, held: readonly number[], chains: readonly number[], now: number, within: number): boolean {
  switch (node.op) {
    case "one":
      return isFresh(held[node.component] ?? NEVER, now, within);
    case "all":
      return node.of.every((child) => holds(child, held, chains, now, within));
    case "any":
      return node.of.some((child) => holds(child, held, chains, now, within));
    case "none":
      return !node.of.some((child) => holds(child, held, chains, now, within));
    case "weights": {
      let sum = 0;
      for (const w of node.weights) if (isFresh(held[w.component] ?? NEVER, now, within)) sum += w.weight;
      return sum >= node.target;
    }
    case "sequence":
      return isFresh(chains[node.slot + node.of.length - 1] ?? NEVER, now, within);
  }
}

function isFresh(time: number, now: number, within: number): boolean {
  return time !== NEVER && now - time <= within;
}

/** Moves sequences on when a component holds at `time`. Later steps first, so that one observation is never two steps. */
export function stepChains(node: Combine, component: number, time: number, chains: number[], within: number): void {
  if (node.op === "sequence") {
    for (let k = node.of.length - 1; k >= 0; k--) {
      if (node.of[k] !== component) continue;
      const start = k === 0 ? time : (chains[node.slot + k - 1] ?? NEVER);
      if (start !== NEVER && time - start <= within && start > (chains[node.slot + k] ?? NEVER)) chains[node.slot + k] = start;
    }
  } else if (node.op === "all" || node.op === "any" || node.op === "none") {
    for (const child of node.of) stepChains(child, component, time, chains, within);
  }
}
