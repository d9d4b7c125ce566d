import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { changedBehaviour } from "./changed-behaviour.ts";
import { DeviceModels } from "./device-models.ts";
import { VOLUMES } from "./features.ts";
import { type LevelChange, LevelChanges } from "./level-changes.ts";

const BYTES_OUT = VOLUMES.indexOf("bytesOut");
const SENT = 2_000_000;

/** A device with ten days of steady upload, and the next hours at `factor` of it. */
class Life {
  readonly models = new DeviceModels();
  changes = new LevelChanges(this.models);
  readonly random = seededRandom(5);
  hour = 0;
  beyond = 0;
  made: LevelChange[] = [];

  constructor() {
    this.models.ensure(0, 0);
    this.live(240, 1);
  }

  live(hours: number, factor: number | ((hourOfDay: number) => number)): this {
    this.beyond = 0;
    for (let i = 0; i < hours; i++, this.hour++) {
      const times = typeof factor === "number" ? factor : factor(this.hour % 24);
      const volumes = VOLUMES.map((_, v) => (v === BYTES_OUT ? SENT * times * (0.6 + 0.8 * this.random()) : 1));
      const x = volumes[BYTES_OUT] ?? 0;
      const surprise = this.models.surprise(0, 0, BYTES_OUT, x, this.hour % 168);
      if (surprise > Math.log(1_000)) this.beyond++;
      this.models.learn(0, 0, volumes, this.hour, this.hour % 168, 1);
      const change = this.changes.observe(0, 0, BYTES_OUT, x, surprise, this.hour, this.hour % 168);
      if (change !== undefined) this.made.push(change);
    }
    return this;
  }
}

describe("lasting change of a device (T15, D22)", () => {
  test("fifty times as much for good is one item after less than a day, and usual from then on", () => {
    const life = new Life().live(240, 50);
    expect(life.made).toHaveLength(1);
    expect(life.beyond).toBeLessThanOrEqual(24);
    const [item] = life.changes.list().map((c) => changedBehaviour(c, { kind: "device", id: "d" }));
    expect(item).toMatchObject({ state: "open", feature: "bytesOut" });
    expect((item?.after ?? 0) / (item?.before ?? 1)).toBeGreaterThan(20);
    expect(item?.text).toMatch(/MB sent outside in a usual hour, where .* were usual before$/);
  });

  test("a burst of six hours a day is never taken over and is still seen on the tenth day", () => {
    const burst = (hour: number): number => (hour < 6 ? 50 : 1);
    const life = new Life().live(240, burst);
    expect(life.made).toEqual([]);
    expect(life.live(24, burst).beyond).toBeGreaterThanOrEqual(5);
  });

  test("taken back, the old usual is back, the new level is strange again and may not become usual for a month", () => {
    const life = new Life().live(48, 50);
    const usualAfter = life.models.usual(0, 0, BYTES_OUT, 0.5, 0);
    expect(life.changes.decide(life.made[0]?.id ?? "", "reversed", life.hour)).toBe(true);
    expect(life.models.usual(0, 0, BYTES_OUT, 0.5, 0)).toBeLessThan(usualAfter / 10);
    const again = life.live(120, 50);
    expect(again.beyond).toBeGreaterThan(60);
    expect(again.made).toHaveLength(1);
    // The decision may be changed.
    life.changes.decide(life.made[0]?.id ?? "", "accepted", life.hour);
    expect(life.live(48, 50).beyond).toBeLessThan(5);
    expect(life.changes.decide("nobody", "accepted", 0)).toBe(false);
  });

  test("it goes on from its saved state", () => {
    const life = new Life().live(10, 50);
    const out = new ByteWriter();
    life.changes.save(out);
    const copy = new LevelChanges(life.models);
    copy.load(new ByteReader(out.finish()));
    const again = new ByteWriter();
    copy.save(again);
    expect(again.finish()).toEqual(out.finish());
    // Ten hours beyond the usual stand in the state: five more make the change, where one that forgot them needs fifteen.
    life.changes = copy;
    expect(life.live(6, 50).made).toHaveLength(1);
    const forgetful = new Life().live(10, 50);
    forgetful.changes = new LevelChanges(forgetful.models);
    expect(forgetful.live(6, 50).made).toEqual([]);
  });
});
