import { describe, expect, test } from "vitest";
import { conn } from "../../test/support/events.ts";
import { seededRandom } from "../base/random.ts";
import { DAY, HOUR } from "../base/time.ts";
import type { Alert } from "../schema/alert.ts";
import { IncidentBuilder } from "./incident-builder.ts";

const BUDGET = 5;
const DAYS = 28;
const WARM_UP = 10;

let made = 0;
function alert(time: number, device: number, model: string, score: number): Alert {
  const ip = `10.${device >> 16}.${(device >> 8) & 255}.${device & 255}`;
  return {
    id: `budget-${++made}`,
    time,
    created: time,
    model,
    modelVersion: 1,
    category: "Suspicious",
    compliance: false,
    priority: 3,
    score,
    entity: { kind: "device", id: ip, ip },
    peers: [],
    mitre: [],
    tags: [],
    title: model,
    why: [],
    events: [conn(time, ip, "192.0.2.1")],
    eventCount: 1,
  };
}

interface Month {
  /** Of the days after the warm-up: incidents within the budget, on average and at most; those that held the intruder, of those there were. */
  perDay: number;
  worst: number;
  found: number;
  attacks: number;
  /** Incidents of the noisy model alone, after the warm-up, of all incidents. */
  ofNoise: number;
  incidents: number;
  alerts: number;
}

/**
 * A month of an organisation: chance makes alerts in proportion to its people, from thirty models of very different rates; one model is broken and fires on
 * a third of all devices every day at a high score; on every fourth day an intruder is seen by three models.
 */
function month(people: number, seed: number): Month {
  const random = seededRandom(seed);
  const builder = new IncidentBuilder();
  builder.budget = BUDGET;
  const rates = Array.from({ length: 30 }, () => 10 ** (-5 + 2 * random()));
  const intruded = new Map<number, string>();
  let alerts = 0;
  for (let day = 0; day < DAYS; day++) {
    const today: Alert[] = [];
    const at = (): number => day * DAY + 8 * HOUR + random() * 9 * HOUR;
    for (let d = 0; d < people; d++) {
      if (random() < 1 / 3) today.push(alert(at(), d, "Broken / Always", 70 + 10 * random()));
      for (const [m, rate] of rates.entries()) if (random() < rate) today.push(alert(at(), d, `Chance / ${m}`, 30 + 45 * random()));
    }
    if (day >= WARM_UP && day % 4 === 0) {
      const victim = people + day;
      const start = at();
      for (let m = 0; m < 3; m++) today.push(alert(start + m * HOUR, victim, `Real / ${m}`, 65 + 5 * m));
      intruded.set(day, today.at(-1)?.entity.id ?? "");
    }
    alerts += today.length;
    today.sort((a, b) => a.time - b.time);
    for (const a of today) builder.add(a);
    builder.settle(BUDGET);
  }
  const judged = builder.list(BUDGET).filter((i) => i.start >= WARM_UP * DAY);
  const models = new Map<string, Set<string>>();
  for (const i of judged) models.set(i.id, new Set([...i.summary.matchAll(/(?:Broken|Chance|Real) \/ \w+/g)].map((m) => m[0])));
  const shown = judged.filter((i) => !i.overBudget);
  const counts = Array.from({ length: DAYS - WARM_UP }, (_, k) => shown.filter((i) => Math.floor(i.start / DAY) === k + WARM_UP).length);
  return {
    perDay: counts.reduce((a, b) => a + b, 0) / counts.length,
    worst: Math.max(...counts),
    found: [...intruded.values()].filter((id) => shown.some((i) => i.entities.some((e) => e.id === id))).length,
    attacks: intruded.size,
    ofNoise: judged.filter((i) => [...(models.get(i.id) ?? [])].every((m) => m === "Broken / Always")).length,
    incidents: judged.length,
    alerts,
  };
}

describe("the budget at 400 and at 4,000 people", () => {
  for (const seed of [1, 2, 3]) {
    test(`seed ${seed}: the same few a day, the intruder among them, and a broken model makes no incident`, () => {
      const small = month(400, seed);
      const large = month(4_000, seed + 100);
      // Ten times the alerts...
      expect(large.alerts / small.alerts).toBeGreaterThan(8);
      for (const m of [small, large]) {
        expect(m.worst).toBeLessThanOrEqual(BUDGET);
        expect(m.found, JSON.stringify(m)).toBe(m.attacks);
        expect(m.ofNoise, JSON.stringify(m)).toBe(0);
      }
      // ...and about as much to look at: chance fills what room there is, and no more.
      expect(large.perDay).toBeGreaterThan(1);
      expect(large.perDay).toBeLessThanOrEqual(BUDGET);
    });
  }
});
