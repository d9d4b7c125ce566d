import { expect, test } from "vitest";
import { event, inbound, live, MONDAY, makeLife, outbound } from "../../test/support/learning.ts";
import { seededRandom } from "../base/random.ts";
import { HOUR } from "../base/time.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Facts } from "../schema/observation.ts";

function mixed(count: number, seed: number, start: number): NetEvent[] {
  const random = seededRandom(seed);
  const out: NetEvent[] = [];
  for (let i = 0; i < count; i++) {
    const time = start + i * 20_000;
    const device = Math.floor(6 * random());
    const kind = random();
    const far = `93.184.${Math.floor(3 * random())}.${Math.floor(40 * random())}`;
    if (kind < 0.5) out.push(outbound(time, device, far, { bytesOut: Math.floor(1e4 * random()), dstPort: 400 + Math.floor(3 * random()) }));
    else if (kind < 0.6) out.push(inbound(time, far, device));
    else if (kind < 0.8)
      out.push(
        event("http", time, {
          src: `10.0.0.${device}`,
          srcDevice: device,
          direction: "outbound",
          dst: far,
          dstPort: 80,
          proto: "tcp",
          host: `h${Math.floor(9 * random())}.example.org`,
          userAgent: `a/${Math.floor(4 * random())}`,
        }),
      );
    else
      out.push(
        event("dns", time, {
          src: `10.0.0.${device}`,
          srcDevice: device,
          direction: "outbound",
          dst: "8.8.8.8",
          query: `q${Math.floor(30 * random())}.example.com`,
          queryType: "A",
          responseCode: random() < 0.8 ? "NOERROR" : "NXDOMAIN",
          answers: [far],
        }),
      );
  }
  return out;
}

/** Those of an hour are getters on a prototype, which a spread does not see. */
function valuesOf(facts: Facts): Facts {
  const out: Facts = {};
  for (const name in facts) out[name] = facts[name];
  return out;
}

function trail(life: ReturnType<typeof makeLife>, events: readonly NetEvent[]): string {
  const facts: unknown[] = [];
  const observations: unknown[] = [];
  for (const e of events) {
    for (const o of life.advance(e.time))
      observations.push([o.kind, o.time, o.entity, o.peer, valuesOf(o.facts), o.events.map((cited) => cited.line), o.why()]);
    facts.push({ ...life.score(e) });
    life.learn(e, 1);
  }
  return JSON.stringify([facts, observations, life.takeHourScores(), life.pairs()]);
}

test("after a restart in the middle of an hour and a minute everything goes on bit for bit (X3)", () => {
  const before = mixed(3_000, 1, MONDAY);
  const after = mixed(2_000, 2, MONDAY + 3_000 * 20_000);
  const one = makeLife(6);
  live(one, before);
  one.takeHourScores();
  const bytes = one.save();
  const other = makeLife(6);
  expect(other.load(bytes)).toEqual({ ok: true, value: undefined });
  expect(other.save()).toEqual(bytes);
  expect(trail(other, after)).toBe(trail(one, after));
  expect(other.save()).toEqual(one.save());
});

test("cut, foreign and older states are refused with a code, and what was learned before stays", () => {
  const life = makeLife(6);
  live(life, mixed(500, 3, MONDAY));
  const bytes = life.save();
  for (let cut = 0; cut < bytes.length; cut += Math.ceil(bytes.length / 60)) expect(life.load(bytes.slice(0, cut)).ok, `cut at ${cut}`).toBe(false);
  expect(life.load(new TextEncoder().encode("PK rubbish"))).toMatchObject({ ok: false, error: { code: "state-kind" } });
  const older = bytes.slice();
  // The version stands behind the length and the 21 UTF-16 units of the kind.
  older[4 + 2 * "wonted-pattern-of-life".length] = 0;
  expect(life.load(older)).toMatchObject({ ok: false, error: { code: "state-version" } });
  expect(life.save()).toEqual(bytes);
});

test("two hundred thousand knocks from as many addresses stay within bounds", () => {
  const life = makeLife(1, { capacities: { addresses: 20_000, values: 5_000, pairs: 2_000, bursts: 5_000 } });
  const random = seededRandom(4);
  for (let i = 0; i < 200_000; i++) {
    const ip = `${1 + Math.floor(220 * random())}.${Math.floor(256 * random())}.${Math.floor(256 * random())}.${Math.floor(256 * random())}`;
    const time = MONDAY + i * 20;
    if (i % 500 === 0) life.advance(time);
    const knock = inbound(time, ip, 0, i % 3 === 0 ? {} : { state: "rejected", bytesIn: 0, packetsIn: 1 });
    life.score(knock);
    life.learn(knock, 1);
  }
  const memory = life.memory();
  expect(memory.endpoints).toBeLessThanOrEqual(20_000);
  expect(memory.pairs).toBeLessThan(100);
  expect(memory.bytes).toBeLessThan(16_000_000);
});

test("a device that wanders over a hundred thousand destinations costs no more than its share", () => {
  const life = makeLife(1, { capacities: { addresses: 20_000, values: 20_000, pairs: 5_000, bursts: 5_000 } });
  for (let i = 0; i < 100_000; i++) {
    const time = MONDAY + i * 300;
    if (i % 500 === 0) life.advance(time);
    const flow = outbound(time, 0, `${1 + (i % 200)}.${(i >> 4) & 255}.${(i >> 8) & 255}.${i & 255}`, { dstPort: i & 65_535 });
    life.score(flow);
    life.learn(flow, 1);
  }
  expect(life.memory().bytes).toBeLessThan(24_000_000);
  expect(life.score(outbound(MONDAY + 11 * HOUR, 0, "240.1.2.3")).endpointNovelty).toBe(3);
});
