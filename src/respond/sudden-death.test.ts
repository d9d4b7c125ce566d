import { expect, test } from "vitest";
import { alertOf, cited, type Lab, responseLab } from "../../test/support/response-lab.ts";
import { seededRandom } from "../base/random.ts";
import { SECOND } from "../base/time.ts";

class Killed extends Error {}

/** The process dies at the nth durable write or word to the driver: before it, or right after it has had its effect. */
function killAt(lab: Lab, n: number, after: boolean): void {
  let left = n;
  const wrap = <A extends unknown[], R>(target: object, name: string, work: (...args: A) => Promise<R>): void => {
    Object.defineProperty(target, name, {
      configurable: true,
      value: async (...args: A): Promise<R> => {
        if (left <= 0) throw new Killed();
        left--;
        if (left > 0) return work(...args);
        if (after) await work(...args);
        throw new Killed();
      },
    });
  };
  const { actions, driver } = lab;
  wrap(actions, "put", Object.getPrototypeOf(actions).put.bind(actions));
  wrap(driver, "apply", Object.getPrototypeOf(driver).apply.bind(driver));
  wrap(driver, "clear", Object.getPrototypeOf(driver).clear.bind(driver));
}

function revive(lab: Lab): void {
  for (const [target, names] of [
    [lab.actions, ["put"]],
    [lab.driver, ["apply", "clear"]],
  ] as const)
    for (const name of names) delete (target as unknown as Record<string, unknown>)[name];
}

test("killed at 300 random moments of the lives of actions: none is lost, doubled, or longer than asked", async () => {
  const random = seededRandom(7);
  for (let round = 0; round < 300; round++) {
    const first = responseLab();
    const alerts = [0, 1, 2].map((i) => alertOf({ id: `r${round}a${i}`, events: [cited(1_000_000, "10.0.0.5", "10.0.0.20", 80 + i)] }));
    const asked = new Map<string, number>();
    killAt(first, 1 + Math.floor(random() * 14), random() < 0.5);
    const life = async (lab: Lab): Promise<void> => {
      await lab.responder.take(alerts);
      for (const [n, row] of [...lab.actions.rows.values()].entries()) {
        asked.set(row.id, Math.max(asked.get(row.id) ?? 0, row.until));
        if (n === 1 && row.state === "active") await lab.responder.decide(row.id, { verb: "extend", seconds: 600, why: "less", by: "anna" });
        if (n === 2 && row.state === "active") await lab.responder.decide(row.id, { verb: "clear", why: "ours", by: "anna" });
      }
      await lab.pass(SECOND);
    };
    await life(first).catch(() => undefined);
    revive(first);
    // Half of the time the machine itself went down, and the kernel has forgotten.
    if (random() < 0.5) first.driver.rules.clear();
    const ms = Math.floor(random() * 300) * SECOND;
    first.clock.set(first.clock.now() + ms);
    first.tick.value += ms;
    const second = responseLab({ after: first });
    await second.responder.load();
    // What was not committed is read again from the sensor's file.
    await second.responder.take(alerts);
    await second.pass(SECOND);
    const rows = [...second.actions.rows.values()];
    expect(rows).toHaveLength(3);
    const standing = new Set(second.driver.standing());
    for (const row of rows) {
      expect([row.id, standing.has(row.id)]).toEqual([row.id, row.state === "active"]);
      const rule = second.driver.rules.get(row.id);
      if (standing.has(row.id)) expect((rule?.ends ?? 0) - second.tick.value).toBeLessThanOrEqual(row.until - second.clock.now() + SECOND);
      const before = asked.get(row.id);
      if (before !== undefined) expect(row.until).toBeLessThanOrEqual(before);
      expect(row.state).not.toBe("confirmed");
    }
    await second.pass(7_200 * SECOND);
    await second.pass(SECOND);
    expect(second.driver.standing()).toEqual([]);
  }
});
