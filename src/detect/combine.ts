import type { Combine, Component } from "./model.ts";
import { listOf, MapReader, textOf } from "./tree-reader.ts";
import { FaultError, type Tree } from "./yaml-tree.ts";

/** Reads the tree that joins components. A sequence takes two slots a step of the state of a key. */
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
      slots += 2 * items.length;
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
 * `chains` is the progress of sequences: at slot s + 2k the latest start of a chain that reached its k-th step, at s + 2k + 1 when it did.
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
      return isReached(node, chains, now, within);
  }
}

function isReached(node: Sequence, chains: readonly number[], now: number, within: number): boolean {
  const at = node.slot + 2 * (node.of.length - 1);
  return isFresh(chains[at] ?? NEVER, now, within) && (chains[at + 1] ?? NEVER) <= now;
}

/** What holds later than `now` does not hold yet. */
function isFresh(time: number, now: number, within: number): boolean {
  return time !== NEVER && time <= now && now - time <= within;
}

/**
 * Moves sequences on when a component holds at `time`. Later steps first, so that one observation is never two steps. Order is that of event time: what is
 * told late (growth of an alert, a record that lagged) is no step after one that happened later, and may be the step before one that is known already.
 * Of several chains at a step only that of the latest start is kept, so a late observation may miss an older one.
 */
export function stepChains(node: Combine, component: number, time: number, held: readonly number[], chains: number[], within: number): void {
  if (node.op === "sequence") {
    for (let k = node.of.length - 1; k >= 0; k--) {
      if (node.of[k] !== component) continue;
      const before = node.slot + 2 * (k - 1);
      if (k === 0) reach(node, 0, time, time, held, chains, within);
      else if ((chains[before] ?? NEVER) !== NEVER && (chains[before + 1] ?? NEVER) <= time)
        reach(node, k, chains[before] ?? NEVER, time, held, chains, within);
    }
  } else if (node.op === "all" || node.op === "any" || node.op === "none") {
    for (const child of node.of) stepChains(child, component, time, held, chains, within);
  }
}

type Sequence = Extract<Combine, { op: "sequence" }>;

/** A chain begun at `start` reaches step k at `time`, and the steps after it that held later. */
function reach(node: Sequence, k: number, start: number, time: number, held: readonly number[], chains: number[], within: number): void {
  const at = node.slot + 2 * k;
  if (time - start > within || start <= (chains[at] ?? NEVER)) return;
  chains[at] = start;
  chains[at + 1] = time;
  const next = k + 1 < node.of.length ? (held[node.of[k + 1] ?? -1] ?? NEVER) : NEVER;
  if (next > time) reach(node, k + 1, start, next, held, chains, within);
}
