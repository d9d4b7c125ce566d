import { describe, expect, test } from "vitest";
import { event, inbound, live, MONDAY, makeLife, outbound } from "../../test/support/learning.ts";
import { seededRandom } from "../base/random.ts";
import { DAY, HOUR, MINUTE } from "../base/time.ts";
import type { NetEvent } from "../schema/event.ts";
import { factsOf } from "../schema/facts.ts";
import type { PatternOfLife } from "./pattern-of-life.ts";

/** Ordinary hours of some devices: a handful of sites each, some of them everybody's. */
function ordinary(count: number, hours: number, start = MONDAY, seed = 1): NetEvent[] {
  const random = seededRandom(seed);
  const out: NetEvent[] = [];
  for (let hour = 0; hour < hours; hour++) {
    for (let device = 0; device < count; device++) {
      const flows = 4 + Math.floor(8 * random());
      for (let i = 0; i < flows; i++) {
        const own = random() < 0.5;
        const site = own ? device * 7 + Math.floor(3 * random()) : 200 + Math.floor(8 * random());
        out.push(
          outbound(start + hour * HOUR + random() * HOUR, device, `93.184.${site >> 8}.${site & 255}`, { bytesOut: Math.round(Math.exp(6 + random())) }),
        );
      }
    }
  }
  return out.sort((a, b) => a.time - b.time);
}

function http(time: number, device: number, agent: string, more: object = {}): NetEvent {
  return event("http", time, {
    src: `10.0.0.${device}`,
    srcDevice: device,
    direction: "outbound",
    dst: "93.184.1.1",
    dstPort: 80,
    proto: "tcp",
    host: "intra.example.net",
    userAgent: agent,
    ...more,
  });
}

describe("facts of an event", () => {
  test("their names are those that models may name, for every family", () => {
    const life = makeLife(2);
    const named = Object.keys(factsOf("http")).sort();
    expect(Object.keys(life.score(http(MONDAY, 0, "a/1"))).sort()).toEqual(named);
    expect(Object.keys(life.score(outbound(MONDAY, 0, "1.2.3.4"))).sort()).toEqual(named);
  });

  test("novelty: 0 known, 1 new to the device, 2 to its group, 3 to the organisation (D29)", () => {
    const life = makeLife(3);
    for (let hour = 0; hour < 10; hour++) live(life, [http(MONDAY + hour * HOUR, 0, "usual/1"), http(MONDAY + hour * HOUR + 1, 1, "other/2")]);
    const now = MONDAY + 20 * HOUR;
    expect(life.score(http(now, 0, "usual/1")).userAgentNovelty).toBe(0);
    expect(life.score(http(now, 0, "other/2")).userAgentNovelty).toBe(1);
    expect(life.score(http(now, 0, "python-requests/2.31")).userAgentNovelty).toBe(3);
    expect(life.score(http(now, 0, "usual/1")).userAgentRarity).toBeLessThan(100);
    expect(life.score(http(now, 0, "python-requests/2.31")).userAgentRarity).toBe(100);
  });

  test("all records of one visit see the endpoint as new; an hour later it is known", () => {
    const life = makeLife(1);
    live(life, ordinary(1, 12));
    const now = MONDAY + 20 * HOUR;
    const novelty: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const visit = outbound(now + i * 5 * MINUTE, 0, "198.51.100.7");
      novelty.push(life.score(visit).endpointNovelty);
      life.learn(visit, 1);
    }
    expect(novelty).toEqual([3, 3, 3, 3]);
    expect(life.score(outbound(now + 2 * HOUR, 0, "198.51.100.7")).endpointNovelty).toBe(0);
  });

  test("nothing is learned with weight 0", () => {
    const life = makeLife(1);
    live(life, ordinary(1, 5));
    live(life, [outbound(MONDAY + 6 * HOUR, 0, "198.51.100.7")], 0);
    expect(life.score(outbound(MONDAY + 9 * HOUR, 0, "198.51.100.7")).endpointNovelty).toBe(3);
  });

  test("a day of history cannot make anything rarer than 1 in 1,000", () => {
    const life = makeLife(1);
    live(life, ordinary(1, 24));
    const facts = life.score(outbound(MONDAY + 25 * HOUR, 0, "198.51.100.7", { dstPort: 4_444 }));
    for (const p of [facts.endpointP, facts.portP]) expect(p).toBeGreaterThanOrEqual(0.001);
    expect(facts.historyHours).toBeGreaterThan(20);
    expect(facts.historyHours).toBeLessThanOrEqual(24);
  });

  test("of an established organisation a never seen endpoint is rare, a usual one is not", () => {
    const life = makeLife(30);
    live(life, ordinary(30, 72));
    const now = MONDAY + 80 * HOUR;
    const usual = Number(life.score(outbound(now, 3, "93.184.0.200")).endpointP);
    const never = Number(life.score(outbound(now, 3, "198.51.100.7")).endpointP);
    expect(never).toBeLessThan(0.005);
    expect(usual).toBeGreaterThan(10 * never);
  });

  test("a device that answers others is a server, one that only asks is not", () => {
    const life = makeLife(3);
    const ask = (src: number, hour: number): NetEvent =>
      event("conn", MONDAY + hour * HOUR, {
        src: `10.0.0.${src}`,
        srcDevice: src,
        dst: "10.0.0.2",
        dstDevice: 2,
        dstPort: 80,
        proto: "tcp",
        direction: "internal",
        state: "established",
        bytesOut: 100,
        bytesIn: 900,
        packetsIn: 4,
      });
    live(life, [ask(0, 0), ask(1, 1)]);
    expect(life.score(ask(0, 2)).targetIsServer).toBe(true);
    expect(life.score(event("conn", MONDAY + 3 * HOUR, { src: "10.0.0.2", srcDevice: 2, dst: "10.0.0.0", dstDevice: 0 })).targetIsServer).toBe(false);
  });

  test("an inbound initiator is an entity of its own: new, then known", () => {
    const life = makeLife(1);
    const first = life.score(inbound(MONDAY, "203.0.113.9", 0));
    expect([first.actorIsOurs, first.historyHours, first.endpointNovelty]).toEqual([false, 0, 3]);
    live(life, [inbound(MONDAY, "203.0.113.9", 0), inbound(MONDAY + 2 * HOUR, "203.0.113.9", 0)]);
    const later = life.score(inbound(MONDAY + 5 * HOUR, "203.0.113.9", 0));
    expect(later.endpointNovelty).toBe(0);
    expect(later.historyHours).toBeGreaterThan(0);
  });
});

describe("hours", () => {
  test("a hundredfold upload stands out after two days, and the reason names the usual range", () => {
    const life = makeLife(20);
    live(life, ordinary(20, 48));
    life.takeHourScores();
    const start = MONDAY + 48 * HOUR;
    const observations = live(life, [
      ...ordinary(20, 1, start, 7),
      outbound(start + HOUR - 1, 4, "198.51.100.7", { bytesOut: 5_000_000 }),
      outbound(start + HOUR + MINUTE, 4, "93.184.0.200"),
    ]);
    const scores = life.takeHourScores().filter((score) => score.start === start);
    expect(scores).toHaveLength(20);
    const odd = scores.find((score) => score.entity.id === "10.0.0.4");
    expect(odd?.p).toBeLessThan(0.01);
    expect(odd?.unusual).toBeGreaterThanOrEqual([...scores].sort((x, y) => y.unusual - x.unusual)[1]?.unusual ?? 100);
    expect(odd?.why.map((why) => why.feature)).toContain("bytesOut");
    const hour = observations.find((o) => o.kind === "hour" && o.entity.id === "10.0.0.4" && o.time === start + HOUR);
    expect(hour?.facts.bytesOut).toBeGreaterThan(5_000_000);
    expect(hour?.facts.bytesOutHigh).toBeLessThan(50_000);
    expect(hour?.facts.bytesOutP).toBeLessThan(0.01);
    expect(hour?.facts.topPeer).toBe("198.51.100.7");
    expect(hour?.facts.topPeerNovelty).toBe(3);
    expect(hour?.events.length).toBeGreaterThan(0);
    const names: string[] = [];
    for (const name in hour?.facts) names.push(name);
    expect(names.sort()).toEqual(Object.keys(factsOf("hour")).sort());
  });

  test("ordinary hours are called unusual as often as their p says", () => {
    const life = makeLife(30);
    live(life, ordinary(30, 96));
    const later = life.takeHourScores().filter((score) => score.start >= MONDAY + DAY);
    expect(later.length).toBeGreaterThan(2_000);
    const share = (level: number): number => later.filter((score) => score.p < level).length / later.length;
    expect(share(0.1)).toBeLessThan(0.15);
    expect(share(0.01)).toBeLessThan(0.02);
    expect(share(0.001)).toBeLessThan(0.005);
  });

  test("the first hours of a lone device claim nothing", () => {
    const life = makeLife(1);
    live(life, ordinary(1, 8));
    for (const score of life.takeHourScores()) expect(score.unusual).toBeLessThan(25);
  });

  test("an hour in which its source was silent is neither scored nor learned", () => {
    const life = makeLife(1);
    live(life, ordinary(1, 6));
    life.takeHourScores();
    const frozen = MONDAY + 6 * HOUR;
    life.freeze(frozen + 10 * MINUTE, frozen + 40 * MINUTE);
    live(life, [...ordinary(1, 1, frozen, 3), outbound(frozen + HOUR + MINUTE, 0, "93.184.0.200")]);
    expect(life.takeHourScores().map((score) => score.start)).not.toContain(frozen);
  });
});

describe("bursts and beacons", () => {
  test("sixty flows in a minute of a quiet device are told with their count", () => {
    const life = makeLife(5);
    live(life, ordinary(5, 30));
    const start = MONDAY + 31 * HOUR;
    const flood = Array.from({ length: 60 }, (_, i) => outbound(start + i * 900, 2, "93.184.0.200"));
    const bursts = [...live(life, flood), ...life.advance(start + 2 * MINUTE)].filter((o) => o.kind === "burst");
    const source = bursts.find((o) => o.facts.scope === "source" && o.entity.id === "10.0.0.2");
    expect(source?.facts.count).toBe(60);
    expect(source?.facts.p).toBeLessThan(0.01);
    expect(source?.why()[0]?.text).toContain("60 connections in one minute");
    expect(Object.keys(source?.facts ?? {}).sort()).toEqual(Object.keys(factsOf("burst")).sort());
  });

  test("a jittered beacon that loses a third of its beats ranks first among the pairs of ten devices", () => {
    const life = makeLife(10);
    const random = seededRandom(5);
    const events = ordinary(10, 24);
    for (let time = MONDAY; time < MONDAY + DAY; time += 5 * MINUTE * (1 + 0.5 * (2 * random() - 1))) {
      if (random() > 0.3) events.push(outbound(time, 6, "203.0.113.66", { bytesOut: 310 }));
    }
    const observations = live(
      life,
      events.sort((a, b) => a.time - b.time),
    );
    const [first, second] = life.pairs();
    expect(first).toMatchObject({ src: "10.0.0.6", dst: "203.0.113.66" });
    expect(first?.score).toBeGreaterThan(1.5 * (second?.score ?? 100));
    const beacon = observations.filter((o) => o.kind === "beacon" && o.peer?.ip === "203.0.113.66").at(-1);
    expect(Object.keys(beacon?.facts ?? {}).sort()).toEqual(Object.keys(factsOf("beacon")).sort());
    expect(beacon?.facts.period).toBeGreaterThan(200);
    expect(beacon?.facts.period).toBeLessThan(400);
    expect(beacon?.events.length).toBeGreaterThan(0);
    expect(beacon?.why()[0]?.text).toContain("contacts with 203.0.113.66");
  });

  test("through a proxy the pair is the name that was asked for", () => {
    const life = makeLife(2);
    const events: NetEvent[] = [];
    for (let i = 0; i < 200; i++) {
      const time = MONDAY + i * 4 * MINUTE + (i % 7) * 3_000;
      events.push(
        event("http", time, {
          src: "10.0.0.0",
          srcDevice: 0,
          dst: "10.0.0.1",
          dstDevice: 1,
          direction: "internal",
          dstPort: 3128,
          proto: "tcp",
          host: "updates.example.com",
          method: "GET",
        }),
      );
    }
    live(life, events);
    expect(life.pairs()[0]).toMatchObject({ src: "10.0.0.0", dst: "10.0.0.1", hostname: "updates.example.com" });
  });

  test("an inbound beacon to a server is the initiator's pair; failed knocks are none", () => {
    const life = makeLife(1);
    const events: NetEvent[] = [];
    for (let i = 0; i < 300; i++) events.push(inbound(MONDAY + i * 270_000 + (i % 5) * 9_000, "203.0.113.9", 0));
    for (let i = 0; i < 300; i++) events.push(inbound(MONDAY + i * 60_000, "203.0.113.10", 0, { state: "rejected", bytesIn: 0, packetsIn: 1 }));
    live(
      life,
      events.sort((a, b) => a.time - b.time),
    );
    expect(life.pairs().map((pair) => pair.src)).toEqual(["203.0.113.9"]);
  });

  test("an own device that keeps trying an address that never answers is told", () => {
    const life = makeLife(1);
    live(
      life,
      Array.from({ length: 120 }, (_, i) => outbound(MONDAY + i * 30_000, 0, "203.0.113.5", { state: "attempt", bytesIn: 0, packetsIn: 0 })),
    );
    expect(life.pairs()[0]).toMatchObject({ dst: "203.0.113.5" });
    expect(life.pairs()[0]?.score).toBeGreaterThan(20);
  });
});

describe("reasons and notices", () => {
  function established(): PatternOfLife {
    const life = makeLife(8);
    const events: NetEvent[] = [];
    for (let hour = 0; hour < 60; hour++)
      for (let device = 0; device < 8; device++) events.push(http(MONDAY + hour * HOUR + device, device, device % 2 === 0 ? "Mozilla/5.0 usual" : "Agent/7"));
    live(life, events);
    return life;
  }

  test("the reason of a new user agent tells value, own history and peers in a sentence", () => {
    const life = established();
    const odd = http(MONDAY + 61 * HOUR, 2, "python-requests/2.31");
    const [why] = life.why(odd, ["userAgentNovelty"]);
    expect(why).toMatchObject({ feature: "userAgent", observed: "python-requests/2.31" });
    expect(why?.expected).toMatch(/never in \d+ hours of use, 1 user agent known/);
    expect(why?.peers).toBe("0 of 8 clients, 0 of 8 in the organisation");
    expect(why?.text).toContain('First use of user agent "python-requests/2.31" by this device');
  });

  test("a first of an established device is noted once in its hour; a first in its first hours is not", () => {
    const life = established();
    const now = MONDAY + 61 * HOUR;
    const odd = http(now, 2, "python-requests/2.31");
    const facts = life.score(odd);
    expect(life.notices(odd, facts).map((notice) => notice.feature)).toEqual(["userAgent"]);
    life.learn(odd, 1);
    const again = http(now + MINUTE, 2, "python-requests/2.31");
    expect(life.notices(again, life.score(again))).toEqual([]);
    const young = makeLife(1);
    live(young, [http(MONDAY, 0, "a/1")]);
    const first = http(MONDAY + 2 * HOUR, 0, "b/2");
    expect(young.notices(first, young.score(first))).toEqual([]);
  });

  test("the profile shows the week, usual ranges, rare things and the nearest peers", () => {
    const life = makeLife(12);
    live(life, ordinary(12, 48));
    const profile = life.profile(3);
    expect(profile.week).toHaveLength(168);
    expect(profile.week.filter((count) => count > 0).length).toBeGreaterThan(40);
    expect(profile.usual.find((usual) => usual.feature === "bytesOut")?.high).toBeGreaterThan(1_000);
    expect(profile.rare[0]?.devices).toBe(1);
    expect(profile.nearest).toHaveLength(5);
    expect(profile.learned).toBeGreaterThan(0.3);
  });
});
