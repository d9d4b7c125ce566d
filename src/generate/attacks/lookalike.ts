import type { Draw } from "../world/draw.ts";

const SWAPS: readonly (readonly [from: string, to: string])[] = [
  ["e", "c"],
  ["l", "i"],
  ["i", "l"],
  ["m", "rn"],
  ["o", "0"],
  ["l", "1"],
  ["a", "o"],
  ["n", "m"],
  ["u", "v"],
  ["s", "z"],
];

/** A name that the eye takes for another: one letter changed for one that looks like it, two swapped, one doubled, or one left out. */
export function lookalike(name: string, draw: Draw): string {
  const kind = draw.weighted(["swap", "swap", "double", "drop", "turn"], () => 1);
  if (kind === "swap") {
    const fitting = SWAPS.filter(([from]) => name.indexOf(from, 1) > 0);
    if (fitting.length > 0) {
      const [from, to] = draw.pick(fitting);
      const places = [...name.matchAll(new RegExp(from, "g"))].map((m) => m.index).filter((i) => i > 0);
      const at = draw.pick(places);
      return name.slice(0, at) + to + name.slice(at + from.length);
    }
  }
  const at = draw.int(1, Math.max(1, name.length - 2));
  if (kind === "double") return name.slice(0, at + 1) + name.slice(at);
  if (kind === "turn" && name[at] !== name[at + 1]) return name.slice(0, at) + (name[at + 1] ?? "") + (name[at] ?? "") + name.slice(at + 2);
  return name.slice(0, at) + name.slice(at + 1);
}
