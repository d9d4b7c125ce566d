import fc from "fast-check";
import { expect, test } from "vitest";
import { holds, NEVER, stepChains } from "./combine.ts";
import type { Combine } from "./model.ts";

const WITHIN = 50;
const hits = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 30 }), component: fc.nat(2) }), { maxLength: 40 });

/** Is there a chain of hits in the order of the steps, all within the time, that ends no later than now? */
function chain(all: readonly { time: number; component: number }[], steps: readonly number[], now: number): boolean {
  const search = (step: number, from: number, start: number): boolean => {
    if (step === steps.length) return true;
    for (let i = from; i < all.length; i++) {
      const hit = all[i];
      if (hit === undefined || hit.component !== steps[step]) continue;
      const begun = step === 0 ? hit.time : start;
      if (now - begun > WITHIN) continue;
      if (search(step + 1, i + 1, begun)) return true;
    }
    return false;
  };
  return search(0, 0, 0);
}

test("a sequence holds exactly when there is a chain in its order within the time", () => {
  const orders: number[][] = [
    [0, 1],
    [0, 1, 2],
    [1, 1],
    [0, 1, 0],
  ];
  fc.assert(
    fc.property(hits, fc.constantFrom(...orders), (given, of) => {
      const tree: Combine = { op: "sequence", of, slot: 0 };
      const chains = of.flatMap(() => [NEVER, NEVER]);
      const held: number[] = [];
      const seen: { time: number; component: number }[] = [];
      let time = 1_000;
      for (const { gap, component } of given) {
        time += gap;
        seen.push({ time, component });
        held[component] = time;
        stepChains(tree, component, time, held, chains, WITHIN);
        expect(holds(tree, [], chains, time, WITHIN)).toBe(chain(seen, of, time));
      }
    }),
  );
});

test("all, any, none and weights follow from which components held lately", () => {
  const one = (component: number): Combine => ({ op: "one", component });
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 900, max: 1_000 }), { nil: NEVER }), { minLength: 3, maxLength: 3 }), (held) => {
      const fresh = held.map((time) => time !== NEVER && 1_000 - time <= WITHIN);
      const of = [one(0), one(1), one(2)];
      expect(holds({ op: "all", of }, held, [], 1_000, WITHIN)).toBe(fresh.every(Boolean));
      expect(holds({ op: "any", of }, held, [], 1_000, WITHIN)).toBe(fresh.some(Boolean));
      expect(holds({ op: "none", of }, held, [], 1_000, WITHIN)).toBe(!fresh.some(Boolean));
      const weights = [0, 1, 2].map((component) => ({ component, weight: component + 1 }));
      const sum = fresh.reduce((s, is, i) => s + (is ? i + 1 : 0), 0);
      expect(holds({ op: "weights", weights, target: 3 }, held, [], 1_000, WITHIN)).toBe(sum >= 3);
    }),
  );
});
