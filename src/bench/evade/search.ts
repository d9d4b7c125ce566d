import type { Random } from "../../base/random.ts";
import { type Deed, type Goal, KNOBS, type Plan } from "./plan.ts";

export interface Found {
  plan: Plan;
  /** What the attacker had before anybody saw him. */
  gain: number;
  seen: boolean;
}

/** What the flows up to `seen` brought, the one that gave them away too: it is known when it has ended; all of it when nobody saw them. */
export function gainBefore(flows: readonly Deed[], seen: number | undefined): number {
  return flows.reduce((sum, f) => sum + (seen === undefined || f.time <= seen ? f.gain : 0), 0);
}

/**
 * The best plan of `tries`: two thirds drawn at random, the rest steps from the best so far, two or three knobs at a time.
 * The searcher has the judge itself: every try is told how much it brought before it was seen.
 */
export function search(goal: Goal, tries: number, random: Random, judge: (plan: Plan) => { gain: number; seen: boolean }): Found {
  let best: Found | undefined;
  const drawn = Math.max(1, Math.ceil((2 * tries) / 3));
  for (let i = 0; i < tries; i++) {
    const knobs = i < drawn || best === undefined ? Array.from({ length: KNOBS }, () => random()) : step(best.plan.knobs, random);
    const plan: Plan = { goal, knobs };
    const result = { plan, ...judge(plan) };
    if (best === undefined || result.gain > best.gain) best = result;
  }
  return best as Found;
}

function step(knobs: readonly number[], random: Random): number[] {
  const out = [...knobs];
  for (let k = 0; k < 2 + Math.floor(2 * random()); k++) {
    const at = Math.floor(random() * KNOBS);
    out[at] = Math.max(0, Math.min(0.999, (out[at] ?? 0) + 0.5 * (random() - 0.5)));
  }
  return out;
}
