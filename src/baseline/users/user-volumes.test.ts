import { describe, expect, test } from "vitest";
import { newVolumes, UserVolumes } from "./user-volumes.ts";

const DOWNLOADS = 1;

/** Each user downloads three files a day; on every day `bulk` of them eighty. */
function lived(users: number, days: number, bulk: number): UserVolumes {
  const volumes = new UserVolumes();
  const all = Array.from({ length: users }, newVolumes);
  for (let day = 100; day <= 100 + days; day++)
    all.forEach((user, i) => {
      volumes.turn(user, day);
      user.today[DOWNLOADS] = (i + day * 7) % users < bulk ? 80 : 3;
    });
  return volumes;
}

describe("how often somebody has so full a day (E35)", () => {
  test("ten times the users have ten times as many such days, and none has a fuller one", () => {
    const [small, large] = [lived(40, 10, 1), lived(400, 10, 10)];
    expect(small.perDay(DOWNLOADS, 50)).toBeCloseTo(1, 5);
    expect(large.perDay(DOWNLOADS, 50)).toBeCloseTo(10, 5);
    expect(large.perDay(DOWNLOADS, 3)).toBeCloseTo(400, 5);
    expect(large.perDay(DOWNLOADS, 300)).toBe(0);
    // Another volume is counted by itself.
    expect(large.perDay(0, 1)).toBe(0);
  });

  test("it fades by half in four weeks of other days, and a first day has seen nothing", () => {
    const volumes = lived(10, 1, 1);
    expect(new UserVolumes().perDay(DOWNLOADS, 1)).toBe(0);
    const before = volumes.perDay(DOWNLOADS, 50);
    const user = newVolumes();
    volumes.turn(user, 101 + 28);
    // Half of one day's, over a faded day and 28 that had none.
    expect(before).toBe(1);
    expect(volumes.perDay(DOWNLOADS, 50)).toBeCloseTo(0.5 / 28.5, 5);
  });

  test("what was saved goes on as it stood; a state without days loads and begins to count", () => {
    const volumes = lived(40, 10, 1);
    const other = new UserVolumes();
    other.load(volumes.save());
    expect(other.save()).toEqual(volumes.save());
    expect(other.perDay(DOWNLOADS, 50)).toBe(volumes.perDay(DOWNLOADS, 50));
    const length = new UserVolumes().save().length - 2 - 15 * 64;
    const older = new UserVolumes();
    older.load(volumes.save().slice(0, length));
    expect(older.perDay(DOWNLOADS, 50)).toBe(0);
    expect(older.priorOf(DOWNLOADS)).toEqual(volumes.priorOf(DOWNLOADS));
    const user = newVolumes();
    older.turn(user, 200);
    user.today[DOWNLOADS] = 80;
    older.turn(user, 201);
    expect(older.perDay(DOWNLOADS, 50)).toBe(1);
  });
});
