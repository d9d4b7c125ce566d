import { describe, expect, test } from "vitest";
import { makeWorld } from "../../generate/world/make-world.ts";
import { benchModels } from "../bench-core.ts";
import { benchResponses } from "../made/bench-responses.ts";
import { HonestLoss } from "./honest-loss.ts";
import { mostOf } from "./most-of.ts";

describe("what responses cost honest life", () => {
  test.each([
    [0, 3.0],
    [1, 4.74],
    [10, 16.96],
    [400, 435.0],
  ])("when %i were counted the mean is at most %f (Poisson, one-sided 95 %%)", (seen, most) => {
    expect(Math.abs(mostOf(seen) - most)).toBeLessThan(0.02 * most);
  });

  test("a small organisation's days are counted, device by device, and the three ways stand side by side", async () => {
    const loss = new HonestLoss({
      world: makeWorld({ seed: 5, people: 2, days: 2, start: "2027-03-01" }),
      models: benchModels(),
      responses: benchResponses(),
      tell: () => undefined,
    });
    await loss.run();
    expect(loss.deviceDays).toBeGreaterThan(loss.devices);
    expect(loss.deviceDays).toBeLessThanOrEqual(2 * loss.devices);
    expect(loss.records).toBeGreaterThan(1_000);
    expect(loss.ways.map((w) => w.name)).toEqual(["wonted", "every response let act", "control: every alert acts"]);
  }, 60_000);
});
