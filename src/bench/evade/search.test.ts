import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { DAY } from "../../base/time.ts";
import { clientAddress, honestFlows } from "./office.ts";
import { otherJudges } from "./other-judges.ts";
import { unfold, VICTIM } from "./plan.ts";
import { gainBefore, search } from "./search.ts";

const START = Date.UTC(2026, 2, 2);

describe("an attacker who searches (T16, E35)", () => {
  test("the search climbs: with more tries it never has less, and it finds what a judge cannot see", () => {
    // Sees all that is above half of the volume knob.
    const judge = (plan: { knobs: number[] }) => {
      const volume = plan.knobs[1] ?? 0;
      return volume > 0.5 ? { gain: 0, seen: true } : { gain: volume, seen: false };
    };
    const few = search("exfiltration", 4, seededRandom(3), judge);
    const many = search("exfiltration", 60, seededRandom(3), judge);
    expect(many.gain).toBeGreaterThanOrEqual(few.gain);
    expect(many.gain).toBeGreaterThan(0.4);
    expect(many.seen).toBe(false);
  });

  test("a plan's flows come in order, from the victim, and only what came before it was seen counts", () => {
    for (const goal of ["exfiltration", "spread", "control"] as const) {
      const { flows, total } = unfold({ goal, knobs: [0.5, 0.5, 0.1, 0.5, 0.2, 0.6, 0, 0.4] }, START, 10, 12, 1);
      expect(flows.length).toBeGreaterThan(0);
      expect(flows.every((f, i) => f.src === clientAddress(VICTIM) && (i === 0 || (flows[i - 1]?.time ?? 0) <= f.time))).toBe(true);
      expect(gainBefore(flows, undefined)).toBeCloseTo(total, 6);
      expect(gainBefore(flows, START)).toBe(0);
    }
  });

  test("poisoning grows towards the full volume", () => {
    const perDay = (poison: number) => unfold({ goal: "exfiltration", knobs: [0.5, 0.5, 0.1, 0, 0, 0, poison, 0] }, START, 10, 12, 1).flows.map((f) => f.out);
    const slow = perDay(0.99);
    expect(slow[0]).toBeLessThan((slow.at(-1) ?? 0) / 5);
    expect(new Set(perDay(0)).size).toBe(1);
  });

  test("the other methods see a plain theft, and alarm no oftener on honest days than asked", () => {
    const all = honestFlows({ clients: 6, start: START, days: 21, seed: 2 });
    const begin = START + 14 * DAY;
    const [history, honest] = [all.filter((f) => f.time < begin), all.filter((f) => f.time >= begin)];
    const judges = otherJudges(history, honest, 2);
    const theft = unfold({ goal: "exfiltration", knobs: [0.5, 0.95, 0.1, 0, 0, 0, 0, 0.5] }, begin, 5, 6, 1).flows;
    const seeing = judges.filter((j) => /z-score|bytes|first seen/.test(j.name));
    expect(seeing).toHaveLength(3);
    for (const judge of seeing) expect(judge.detects(theft), judge.name).toBeDefined();
    for (const judge of judges) {
      expect(judge.detects([]), judge.name).toBeUndefined();
      expect(judge.honestAlarms, judge.name).toBeLessThanOrEqual(2);
    }
    expect(judges.find((j) => j.name === "z-score")?.honestAlarms).toBe(2);
  });
});
