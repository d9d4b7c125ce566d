import { describe, expect, test } from "vitest";
import { makeEvent } from "../../test/support/events.ts";
import { flow, modelAlert, modelOf, observe } from "../../test/support/models.ts";
import type { Alert } from "../schema/alert.ts";
import type { Facts, Observation } from "../schema/observation.ts";
import { ModelEngine } from "./engine.ts";
import type { Model } from "./model.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const T = Date.UTC(2024, 0, 1);

function run(model: Model, observations: readonly Observation[], end = 0): Alert[] {
  const engine = new ModelEngine([model]);
  const alerts = observations.flatMap((o) => [...engine.advance(o.time), ...engine.observe(o)]);
  return end > 0 ? [...alerts, ...engine.advance(end)] : alerts;
}

function flows(n: number, every: number, make: (i: number) => Observation): Observation[] {
  return Array.from({ length: n }, (_, i) => ({ ...make(i), time: T + i * every }));
}

const port = (name: string, p: number): string => `  ${name}: {on: conn, where: [{field: dstPort, equals: ${p}}]}\n`;
const at = (minutes: number, dstPort: number, dst = "10.0.0.9"): Observation => flow(T + minutes * MINUTE, dst, { dstPort });

describe("filters", () => {
  const fires = (where: string, o: Observation): boolean => run(modelOf(`components: {a: {on: ${o.kind}, where: [${where}]}}\ncombine: a`), [o]).length === 1;
  const o = flow(
    T,
    "203.0.113.9",
    { dstPort: 443, bytesOut: 5_000_000, bytesIn: 1_000, service: "tls" },
    { userAgentNovelty: 2, historyHours: 48, actorRoles: ["scanner"], targetIsServer: true },
  );

  test.each([
    ["{field: service, equals: tls}", true],
    ["{field: service, equals: http}", false],
    ["{field: dstPort, in: [80, 443]}", true],
    ["{field: dstPort, not: [80, 443]}", false],
    ["{field: dstPort, not: 22}", true],
    ["{field: history, not: [abc]}", true],
    ["{field: history, exists: false}", true],
    ["{field: history, exists: true}", false],
    ["{field: history, equals: abc}", false],
    ["{field: bytesOut, atLeast: 5 MB}", true],
    ["{field: bytesOut, atLeast: 5.1 MB}", false],
    ["{field: bytesOut, atLeast: 1 MB, atMost: 2 MB}", false],
    ["{field: bytesOut, atLeast: {field: bytesIn, times: 5000}}", true],
    ["{field: bytesOut, atLeast: {field: bytesIn, times: 5001}}", false],
    ["{fact: historyHours, atLeast: 2d}", true],
    ["{fact: historyHours, atLeast: 49h}", false],
    ["{fact: userAgentNovelty, equals: 2}", true],
    ["{fact: targetIsServer, equals: true}", true],
    ["{fact: actorRoles, equals: scanner}", true],
    ["{fact: actorRoles, in: [proxy, scanner]}", true],
    ["{fact: actorRoles, not: [scanner]}", false],
    ["{fact: targetRoles, not: [scanner]}", true],
    ["{field: service, matches: '^T(?i)LS$'}", false],
    ["{field: service, matches: '(?i)^TLS$'}", true],
    ["{field: dst, network: 203.0.113.0/24}", true],
    ["{field: dst, network: [10.0.0.0/8, 192.0.2.0/24]}", false],
    ["{field: src, is: own}", true],
    ["{field: dst, is: own}", false],
    ["{field: dst, is: external}", true],
    ["{field: peerIp, equals: 203.0.113.9}", true],
    ["{field: entityId, equals: 10.0.0.5}", true],
    ["{field: srcPort, equals: {field: dstPort}}", false],
    ["{any: [{field: dstPort, equals: 1}, {field: dstPort, equals: 443}]}", true],
    ["{all: [{field: dstPort, equals: 443}, {field: dstPort, equals: 1}]}", false],
    ["{none: [{field: dstPort, equals: 1}, {field: dstPort, equals: 2}]}", true],
    ["{none: [{field: dstPort, equals: 443}]}", false],
  ])("%s is %s", (where, expected) => {
    expect(fires(where, o)).toBe(expected);
  });

  test("the registrable domain is read from the name that the event carries", () => {
    const dns = observe(makeEvent("dns", { time: T, src: "10.0.0.5", dst: "10.0.0.2", direction: "internal", query: "a.b.example.co.uk" }));
    expect(fires("{field: registrableDomain, equals: example.co.uk}", dns)).toBe(true);
  });
});

test("what an alert shares with others of its story is filled in from what matched; a value that is not there leaves it out", () => {
  const model = modelOf('components: {a: {on: conn}}\ncombine: a\njoins: ["port:{dstPort}", "app:{service}"]');
  expect(run(model, [flow(T, "10.0.0.9")])[0]?.joins).toEqual(["port:443"]);
  expect(run(model, [flow(T, "10.0.0.9", { service: "ssh" })])[0]?.joins).toEqual(["port:443", "app:ssh"]);
});

describe("aggregates", () => {
  test("count holds at its threshold and not before, per entity", () => {
    const model = modelOf("components: {a: {on: conn, count: {atLeast: 5, over: 10m}}}\ncombine: a");
    expect(
      run(
        model,
        flows(4, 1_000, () => flow(T, "10.0.0.9")),
      ),
    ).toHaveLength(0);
    const alerts = run(
      model,
      flows(5, 1_000, () => flow(T, "10.0.0.9")),
    );
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ time: T + 4_000, eventCount: 5, entity: { id: "10.0.0.5" }, peers: [{ ip: "10.0.0.9", port: 443 }] });
    expect(alerts[0]?.events).toHaveLength(5);
    const two = flows(8, 1_000, (i) => flow(T, "10.0.0.9", {}, {}, i % 2 === 0 ? "10.0.0.5" : "10.0.0.6"));
    expect(run(model, two)).toHaveLength(0);
  });

  test("what is spread over more than the interval does not count", () => {
    const model = modelOf("components: {a: {on: conn, count: {atLeast: 5, over: 10m}}}\ncombine: a");
    expect(
      run(
        model,
        flows(50, 3 * MINUTE, () => flow(T, "10.0.0.9")),
      ),
    ).toHaveLength(0);
  });

  test("sum adds a field, distinct counts its values, by splits both", () => {
    const sum = modelOf("components: {a: {on: conn, sum: {of: bytesOut, by: [dst], atLeast: 10 MB, over: 1h}}}\ncombine: a");
    expect(
      run(
        sum,
        flows(9, 1_000, () => flow(T, "203.0.113.9", { bytesOut: 1_000_000 })),
      ),
    ).toHaveLength(0);
    expect(
      run(
        sum,
        flows(10, 1_000, () => flow(T, "203.0.113.9", { bytesOut: 1_000_000 })),
      ),
    ).toHaveLength(1);
    expect(
      run(
        sum,
        flows(18, 1_000, (i) => flow(T, `203.0.113.${i % 2}`, { bytesOut: 1_000_000 })),
      ),
    ).toHaveLength(0);
    const distinct = modelOf("components: {a: {on: conn, distinct: {of: dst, atLeast: 5, over: 10m}}}\ncombine: a");
    expect(
      run(
        distinct,
        flows(40, 1_000, (i) => flow(T, `10.0.1.${i % 4}`)),
      ),
    ).toHaveLength(0);
    expect(
      run(
        distinct,
        flows(40, 1_000, (i) => flow(T, `10.0.1.${i % 5}`)),
      ),
    ).toHaveLength(1);
  });

  test("new holds once for a value and again for another", () => {
    const model = modelOf("components: {a: {on: conn, new: {of: dstPort, over: 30d}}}\ncombine: a\nthrottle: 1m");
    const seen = run(model, [at(0, 80), at(10, 80), at(20, 443), at(30, 80), at(40 * 24 * 60, 80)]);
    expect(seen.map((a) => (a.time - T) / MINUTE)).toEqual([0, 20, 40 * 24 * 60]);
  });

  test("proof is the first and the latest, 50 at most, and the count is whole", () => {
    const model = modelOf("components: {a: {on: conn, count: {atLeast: 200, over: 1h}}}\ncombine: a");
    const [alert] = run(
      model,
      flows(200, 1_000, () => flow(T, "10.0.0.9")),
    );
    expect(alert?.events.length).toBeLessThanOrEqual(50);
    expect(alert?.events[0]?.raw).not.toBe(alert?.events.at(-1)?.raw);
    expect(alert?.eventCount).toBe(200);
    expect(alert?.why[0]?.text).toContain("200");
  });
});

describe("combining components", () => {
  const abc = `components:\n${port("a", 1)}${port("b", 2)}${port("c", 3)}`;
  const fired = (body: string, observations: readonly Observation[]): boolean => run(modelOf(`${abc}${body}`), observations).length > 0;

  test("all needs all within the time, in any order", () => {
    const body = "combine: {all: [a, b, c]}\nwithin: 10m";
    expect(fired(body, [at(0, 3), at(1, 1), at(2, 2)])).toBe(true);
    expect(fired(body, [at(0, 3), at(1, 1)])).toBe(false);
    expect(fired(body, [at(0, 3), at(1, 1), at(11, 2)])).toBe(false);
  });

  test("any, none and nesting", () => {
    expect(fired("combine: {any: [a, {all: [b, c]}]}\nwithin: 10m", [at(0, 2), at(1, 3)])).toBe(true);
    expect(fired("combine: {any: [a, {all: [b, c]}]}\nwithin: 10m", [at(0, 2)])).toBe(false);
    expect(fired("combine: {all: [a, {none: [b, c]}]}\nwithin: 10m", [at(0, 2), at(1, 1)])).toBe(false);
    expect(fired("combine: {all: [a, {none: [b, c]}]}\nwithin: 10m", [at(0, 2), at(30, 1)])).toBe(true);
  });

  test("weights reach the target together", () => {
    const body = "combine: {weights: {a: 40, b: 40, c: 80}, target: 80}\nwithin: 10m";
    expect(fired(body, [at(0, 1)])).toBe(false);
    expect(fired(body, [at(0, 1), at(1, 2)])).toBe(true);
    expect(fired(body, [at(0, 3)])).toBe(true);
  });

  test("a sequence needs its order, and one observation is one step", () => {
    const body = "combine: {sequence: [a, b, c]}\nwithin: 10m";
    expect(fired(body, [at(0, 1), at(1, 2), at(2, 3)])).toBe(true);
    expect(fired(body, [at(0, 2), at(1, 1), at(2, 3)])).toBe(false);
    expect(fired(body, [at(0, 1), at(9, 2), at(11, 3)])).toBe(false);
    expect(fired(body, [at(0, 1), at(3, 1), at(9, 2), at(12, 3)])).toBe(true);
    const twice = `components:\n${port("a", 1)}combine: {sequence: [a, a]}\nwithin: 10m`;
    expect(run(modelOf(twice), [at(0, 1)])).toHaveLength(0);
    expect(run(modelOf(twice), [at(0, 1), at(1, 1)])).toHaveLength(1);
  });

  test("order is that of event time, whatever is told late", () => {
    const sequence = modelOf(`${abc}combine: {sequence: [a, b, c]}\nwithin: 10m`);
    // The step told last happened before the one it should follow.
    expect(run(sequence, [at(0, 1), at(5, 2), at(4, 3)])).toHaveLength(0);
    expect(run(sequence, [at(3, 1), at(2, 2), at(4, 3)])).toHaveLength(0);
    // The first step is told last: complete when the last one happened.
    expect(run(sequence, [at(3, 2), at(5, 3), at(1, 1)])).toMatchObject([{ time: T + 5 * MINUTE, created: T + 5 * MINUTE }]);
    expect(run(sequence, [at(3, 2), at(5, 3), at(4, 1)])).toHaveLength(0);
    const all = modelOf(`${abc}combine: {all: [a, b, {none: [c]}]}\nwithin: 10m`);
    expect(run(all, [at(8, 1), at(2, 2)])).toMatchObject([{ time: T + 8 * MINUTE }]);
    expect(run(all, [at(30, 1), at(2, 2)])).toHaveLength(0);
    expect(run(all, [at(9, 3), at(1, 1), at(2, 2)])).toMatchObject([{ time: T + 2 * MINUTE }]);
  });

  test("growth of an alert, told hours later, is no step after what happened in between", () => {
    const model = modelOf(
      "components: {control: {on: modelAlert, where: [{fact: model, equals: C}]}, spread: {on: modelAlert, where: [{fact: model, equals: S}]}}\ncombine: {sequence: [control, spread]}\nwithin: 2d",
    );
    const spread = modelAlert(T, "10.0.0.5", "10.0.0.9", "S");
    const grown = modelAlert(T + MINUTE, "10.0.0.5", "10.0.0.9", "S");
    const control = modelAlert(T + 2 * HOUR, "10.0.0.5", "203.0.113.9", "C");
    expect(run(model, [spread, control, grown])).toHaveLength(0);
    const alerts = run(model, [spread, control, grown, modelAlert(T + 3 * HOUR, "10.0.0.5", "10.0.0.9", "S")]);
    expect(alerts.map((a) => a.time)).toEqual([T + 3 * HOUR]);
  });

  test("components must agree on a shared peer", () => {
    const body = "combine: {all: [a, b]}\nwithin: 10m\nshared: [peer]\ncomponents:\n";
    const model = modelOf(`${body}${port("a", 1)}${port("b", 2)}`);
    expect(run(model, [at(0, 1, "10.0.0.9"), at(1, 2, "10.0.0.10")])).toHaveLength(0);
    expect(run(model, [at(0, 1, "10.0.0.9"), at(1, 2, "10.0.0.9")])).toHaveLength(1);
  });

  test("one observation that meets two components is one alert", () => {
    const model = modelOf(`components:\n${port("a", 1)}  b: {on: conn}\ncombine: {any: [a, b]}\nwithin: 10m`);
    expect(run(model, [at(0, 1)])).toHaveLength(1);
  });
});

describe("entity, delay, throttle, growth, score", () => {
  test("about the target, or the own device of the two", () => {
    const inbound = flow(T, "10.0.0.9", {}, {}, "203.0.113.7");
    expect(run(modelOf("entity: target\ncomponents: {a: {on: conn}}\ncombine: a"), [inbound])[0]).toMatchObject({
      entity: { kind: "device", id: "10.0.0.9" },
      peers: [{ ip: "203.0.113.7", port: 443 }],
    });
    expect(run(modelOf("entity: either\ncomponents: {a: {on: conn}}\ncombine: a"), [inbound])[0]?.entity.id).toBe("10.0.0.9");
    expect(run(modelOf("entity: either\ncomponents: {a: {on: conn}}\ncombine: a"), [flow(T, "203.0.113.7")])[0]?.entity.id).toBe("10.0.0.5");
  });

  test("a delay waits, and what cancels within it keeps the alert away", () => {
    const model = modelOf(`components:\n${port("a", 1)}${port("stop", 2)}combine: a\ndelay: {wait: 5m, cancel: stop}`);
    expect(run(model, [at(0, 1)], T + 4 * MINUTE)).toHaveLength(0);
    const late = run(model, [at(0, 1)], T + 5 * MINUTE);
    expect(late).toHaveLength(1);
    expect(late[0]?.time).toBe(T);
    expect(run(model, [at(0, 1), at(2, 2)], T + HOUR)).toHaveLength(0);
    expect(run(model, [at(0, 1), at(6, 2)], T + HOUR)).toHaveLength(1);
  });

  test("a throttle keeps a second alert on the same entity away until it has passed", () => {
    const model = modelOf(`components:\n${port("a", 1)}combine: a\nthrottle: 1h`);
    const alerts = run(model, [at(0, 1), at(10, 1), at(59, 1), at(60, 1), at(61, 1)]);
    expect(alerts.map((a) => (a.time - T) / MINUTE)).toEqual([0, 60]);
    expect(new Set(alerts.map((a) => a.id)).size).toBe(2);
  });

  test("the same other end is told again only after its time, another one at once; saved state remembers", () => {
    const model = modelOf(`components:\n${port("a", 1)}combine: a\nthrottle: 1m\nagain: {same: [peer], after: 1d}`);
    const seen = [at(0, 1), at(10, 1), at(20, 1, "10.0.0.8"), at(600, 1), at(1_450, 1)];
    expect(run(model, seen).map((alert) => (alert.time - T) / MINUTE)).toEqual([0, 20, 1_450]);
    const before = new ModelEngine([model]);
    before.observe(seen[0] as Observation);
    const after = new ModelEngine([model]);
    after.load(before.save());
    expect(after.observe(seen[1] as Observation)).toEqual([]);
    expect(after.observe(seen[2] as Observation)).toHaveLength(1);
  });

  test("history counts as told for models that tell the same again only after a while; the others know nothing of it", () => {
    const tell = modelOf(`components:\n${port("a", 1)}combine: a\nthrottle: 1m\nagain: {same: [peer], after: 1d}`, "Test/Told.yaml");
    const each = modelOf(`components:\n${port("a", 1)}combine: a\nthrottle: 1m`, "Test/Each.yaml");
    const engine = new ModelEngine([tell, each]);
    engine.learn(at(0, 1));
    engine.learn(at(5, 1));
    engine.learn(at(6, 1));
    expect(engine.observe(at(10, 1)).map((alert) => alert.model)).toEqual(["Test / Each"]);
    expect(engine.observe(at(20, 1, "10.0.0.8")).map((alert) => alert.model)).toEqual(["Test / Each", "Test / Told"]);
    expect(engine.advance(T + HOUR)).toEqual([]);
  });

  test("growth that a throttle held back is told once it has passed, with whole counts; a line before it stays", () => {
    const model = modelOf("components: {a: {on: conn, distinct: {of: dst, atLeast: 10, over: 10m}}}\ncombine: a\nthrottle: 1h\ntitle: '{a.value} places'");
    const scan = flows(100, 1_000, (i) => flow(T, `10.0.1.${i}`));
    const alerts = run(model, scan, T + 2 * HOUR);
    expect(alerts.map((a) => a.title)).toEqual(["10 places", "100 places"]);
    expect(alerts[1]).toMatchObject({ time: T + 99_000, eventCount: 100, score: alerts[0]?.score });
    expect(alerts[1]?.why[0]?.text).toContain("100 events in all");
    expect(run(model, scan.slice(0, 15), T + 2 * HOUR)).toHaveLength(1);
  });

  test("a score falls with each repeat and recovers with time", () => {
    const model = modelOf(`components:\n${port("a", 1)}combine: a\nthrottle: 1h\nscore: {base: 50, repeat: {factor: 0.8, halfLife: 1d}}`);
    const scores = run(model, [at(0, 1), at(60, 1), at(120, 1), at(60 * 24 * 30, 1)]).map((a) => a.score);
    expect(scores[0]).toBe(50);
    expect(scores[1]).toBeGreaterThan(40);
    expect(scores[1]).toBeLessThan(41);
    expect(scores[2]).toBeLessThan(scores[1] ?? 0);
    expect(scores[3]).toBe(50);
  });

  test("score terms: facts, a p, an excess, a component; never over 100", () => {
    const body =
      "components: {a: {on: http, count: {atLeast: 2, over: 1h}}, b: {on: http, where: [{fact: hostIsAddress, equals: true}]}}\ncombine: {any: [a, b]}\nwithin: 1h\n";
    const http = (facts: Facts): Observation => observe(makeEvent("http", { time: T, src: "10.0.0.5", dst: "203.0.113.9", direction: "outbound" }), facts);
    const score = (terms: string, facts: Facts): number | undefined =>
      run(modelOf(`${body}score: {base: 10, add: [${terms}]}`), [http({ ...facts, hostIsAddress: true })])[0]?.score;
    expect(score("{fact: userAgentRarity, times: 0.5}", { userAgentRarity: 80 })).toBe(50);
    expect(score("{p: userAgentP, times: 1}", { userAgentP: 1e-4 })).toBeCloseTo(85, 0);
    expect(score("{component: b, points: 7}", {})).toBe(17);
    expect(score("{fact: userAgentRarity, times: 9}", { userAgentRarity: 80 })).toBe(100);
    expect(score("{fact: userAgentRarity, times: 0.5}", {})).toBe(10);
  });

  test("exceptions of the model and of the site keep an observation from being looked at", () => {
    const model = modelOf(
      "components: {a: {on: conn}}\ncombine: a\nexceptions: [{fact: actorRoles, in: [scanner]}, {all: [{field: dstPort, equals: 22}, {field: dst, equals: 10.0.0.9}]}]",
    );
    expect(run(model, [flow(T, "10.0.0.9", {}, { actorRoles: ["scanner"] })])).toHaveLength(0);
    expect(run(model, [flow(T, "10.0.0.9", { dstPort: 22 })])).toHaveLength(0);
    expect(run(model, [flow(T, "10.0.0.8", { dstPort: 22 })])).toHaveLength(1);
    const where = [{ op: "equals", source: { from: "field", name: "entityId", kind: "text" }, value: "10.0.0.5" }] as const;
    const site = new ModelEngine([model], { siteExceptions: [{ model: "Test / Model", where }] });
    expect(site.observe(flow(T, "10.0.0.8"))).toHaveLength(0);
    expect(site.observe(flow(T, "10.0.0.8", {}, {}, "10.0.0.6"))).toHaveLength(1);
  });

  test("reasons: the component's own sentence joined with that of learning about the same, asked for only when there is an alert", () => {
    const model = modelOf(
      "components: {a: {on: conn, where: [{fact: userAgentNovelty, atLeast: 1}], says: 'agent of novelty {userAgentNovelty} to {peer}'}}\ncombine: a",
    );
    let asked = 0;
    const make = (novelty: number): Observation => {
      const o = flow(T, "10.0.0.9", {}, { userAgentNovelty: novelty });
      return {
        ...o,
        why: () => {
          asked++;
          return o.why();
        },
      };
    };
    expect(run(model, [make(0)])).toHaveLength(0);
    expect(asked).toBe(0);
    const [alert] = run(model, [make(2)]);
    // One thing is one reason: the model's sentence, the numbers of learning.
    expect(alert?.why).toEqual([
      { feature: "userAgent", observed: "x", expected: "y", p: 0.01, text: "Agent of novelty 2 to 10.0.0.9. why of learning", without: 0, withoutAll: 0 },
    ]);
    expect(asked).toBe(1);
  });

  test("models over other models' alerts: a chain through one device", () => {
    const model = modelOf("components: {in: {on: modelAlert, about: target}, out: {on: modelAlert}}\ncombine: {sequence: [in, out]}\nwithin: 1d");
    expect(run(model, [modelAlert(T, "10.0.0.1", "10.0.0.2", "X"), modelAlert(T + HOUR, "10.0.0.2", "10.0.0.3", "Y")])[0]?.entity.id).toBe("10.0.0.2");
    expect(run(model, [modelAlert(T, "10.0.0.1", "10.0.0.2", "X"), modelAlert(T + HOUR, "10.0.0.1", "10.0.0.3", "Y")])).toHaveLength(0);
  });

  test("the same observations give the same alerts, ids too", () => {
    const model = modelOf("components: {a: {on: conn, count: {atLeast: 5, over: 10m}}}\ncombine: a\nthrottle: 1m");
    const observations = flows(60, 20_000, (i) => flow(T, `10.0.1.${i}`));
    expect(run(model, observations)).toEqual(run(model, observations));
  });
});
