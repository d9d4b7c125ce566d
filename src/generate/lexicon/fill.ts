import type { Draw } from "../world/draw.ts";
import { FIRST_PARTS, SECOND_PARTS } from "./words.ts";

/** Puts what the draw gives into the slots of a phrase. */
export function fill(phrase: string, draw: Draw, who: { name?: string; me?: string; thing?: string; at: number; currency?: string }): string {
  return phrase.replace(/\{(name|me|thing|n|date|sum)\}/g, (_, slot: string) => {
    if (slot === "name") return who.name ?? "";
    if (slot === "me") return who.me ?? "";
    if (slot === "thing") return who.thing ?? thing(draw);
    if (slot === "n") return String(draw.chance(0.5) ? draw.int(2, 90) : draw.int(1_000, 98_000));
    if (slot === "date") return new Date(who.at + draw.int(1, 20) * 86_400_000).toISOString().slice(5, 10).split("-").reverse().join(".");
    return `${who.currency ?? "EUR"} ${(Math.round(draw.lognormal(90_000, 1.3)) / 100).toFixed(2)}`;
  });
}

/** A name of a product, a project or a part. */
export function thing(draw: Draw): string {
  const word = draw.pick(FIRST_PARTS) + (draw.chance(0.4) ? draw.pick(SECOND_PARTS) : "");
  const name = word.charAt(0).toUpperCase() + word.slice(1);
  return draw.chance(0.6) ? `${name} ${draw.int(2, 99)}${draw.chance(0.3) ? draw.pick(["A", "B", "X", "-S"]) : ""}` : name;
}
