import { type Knob, parseKnob } from "./units.ts";
import { FaultError, type Tree, type TreeMap } from "./yaml-tree.ts";

/** A map whose keys are all known: asks for them by name, with faults that say where and what was expected. */
export class MapReader {
  readonly #map: TreeMap;
  readonly #what: string;

  constructor(tree: Tree, what: string, keys: readonly string[]) {
    if (tree.kind !== "map") throw new FaultError(tree.line, `${what} must be a map`);
    this.#map = tree;
    this.#what = what;
    for (const [key, { line }] of tree.entries) {
      if (!keys.includes(key)) throw new FaultError(line, `${what} has no "${key}"; it knows ${keys.join(", ")}`);
    }
  }

  get line(): number {
    return this.#map.line;
  }

  get keys(): string[] {
    return [...this.#map.entries.keys()];
  }

  has(key: string): boolean {
    return this.#map.entries.has(key);
  }

  lineOf(key: string): number {
    return this.#map.entries.get(key)?.line ?? this.#map.line;
  }

  get(key: string): Tree {
    const entry = this.#map.entries.get(key);
    if (entry === undefined) throw new FaultError(this.#map.line, `${this.#what} needs "${key}"`);
    return entry.value;
  }

  text(key: string, limits: { max?: number; min?: number } = {}): string {
    const value = textOf(this.get(key), `"${key}"`, limits.max ?? 2_000);
    if (value.trim().length < (limits.min ?? 1)) {
      throw new FaultError(this.lineOf(key), (limits.min ?? 1) > 1 ? `"${key}" must say something: at least ${limits.min} characters` : `"${key}" is empty`);
    }
    return value;
  }

  choice<T extends string>(key: string, choices: readonly T[]): T {
    const value = this.text(key);
    const found = choices.find((c) => c === value);
    if (found === undefined) throw new FaultError(this.lineOf(key), `"${key}" is one of ${choices.join(", ")}, not "${value.slice(0, 60)}"`);
    return found;
  }

  flag(key: string): boolean {
    const tree = this.get(key);
    if (tree.kind !== "scalar" || typeof tree.value !== "boolean") throw new FaultError(this.lineOf(key), `"${key}" is true or false`);
    return tree.value;
  }

  whole(key: string, min: number, max: number): number {
    const value = this.number(key, min, max);
    if (!Number.isInteger(value)) throw new FaultError(this.lineOf(key), `"${key}" is a whole number`);
    return value;
  }

  number(key: string, min: number, max: number): number {
    const tree = this.get(key);
    if (tree.kind !== "scalar" || typeof tree.value !== "number" || !(tree.value >= min && tree.value <= max)) {
      throw new FaultError(this.lineOf(key), `"${key}" is a number from ${min} to ${max}`);
    }
    return tree.value;
  }

  duration(key: string, minMs: number, maxMs: number): number {
    return durationOf(this.get(key), `"${key}"`, minMs, maxMs);
  }

  list(key: string, max: number): Tree[] {
    return listOf(this.get(key), `"${key}"`, max);
  }

  texts(key: string, max: number): string[] {
    return this.list(key, max).map((item) => textOf(item, `an entry of "${key}"`, 200));
  }
}

export function listOf(tree: Tree, what: string, max: number): Tree[] {
  if (tree.kind !== "list") throw new FaultError(tree.line, `${what} must be a list`);
  if (tree.items.length > max) throw new FaultError(tree.line, `${what} has more than ${max} entries`);
  return tree.items;
}

export function textOf(tree: Tree, what: string, max: number): string {
  if (tree.kind !== "scalar" || typeof tree.value !== "string") throw new FaultError(tree.line, `${what} must be text`);
  if (tree.value.length > max) throw new FaultError(tree.line, `${what} is longer than ${max} characters`);
  return tree.value;
}

export function knobOf(tree: Tree, what: string): Knob {
  const knob = tree.kind === "scalar" ? parseKnob(tree.value) : undefined;
  if (knob === undefined) throw new FaultError(tree.line, `${what} must be a number with its unit, such as 10m, 1h, 5 MB, or a bare count`);
  return knob;
}

export function durationOf(tree: Tree, what: string, minMs: number, maxMs: number): number {
  const knob = knobOf(tree, what);
  if (knob.unit !== "time") throw new FaultError(tree.line, `${what} is a time and needs its unit: 30s, 10m, 1h, 7d`);
  if (!(knob.value >= minMs && knob.value <= maxMs)) throw new FaultError(tree.line, `${what} is out of range`);
  return knob.value;
}
