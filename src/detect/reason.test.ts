import { describe, expect, test } from "vitest";
import { makeEvent } from "../../test/support/events.ts";
import { flow, modelAlert, modelOf, observe } from "../../test/support/models.ts";
import type { Facts, Observation } from "../schema/observation.ts";
import type { Why } from "../schema/score.ts";
import { ModelEngine } from "./engine.ts";

const T = Date.UTC(2024, 0, 1);

/** Without what the score would be without them: that is asked in counterfactual.test.ts. */
function reasons(body: string, observations: readonly Observation[]): readonly Why[] {
  const engine = new ModelEngine([modelOf(body)]);
  const [alert] = observations.flatMap((o) => [...engine.observe(o)]);
  return (alert?.why ?? []).map(({ without: _, withoutAll: __, ...why }) => why);
}

function request(fields: Record<string, unknown>, facts: Facts = {}, why: readonly Why[] = []): Observation {
  const event = makeEvent("http", { time: T, src: "10.0.0.5", dst: "203.0.113.9", dstPort: 8088, direction: "outbound", ...fields });
  return { ...observe(event, facts), why: () => [...why] };
}

/** The one component of a model over HTTP requests, and the reason that it gives. */
function one(component: string, o: Observation): Why | undefined {
  return reasons(`components: {a: {on: ${o.kind}, ${component}}}\ncombine: a`, [o])[0];
}

describe("reasons say what was seen and what the rule compares it with (X6)", () => {
  test("the value that the sentence is about, and the condition not met", () => {
    const why = one(
      "where: [{field: method, in: [POST, PUT]}, {field: requestBytes, atLeast: 10 B}], says: 'sends ({method}, {requestBytes})'",
      request({ method: "PUT", requestBytes: 1_100_000 }),
    );
    expect(why).toEqual({ feature: "method", observed: "PUT, 1.1 MB", expected: "none of POST, PUT, or under 10 B", text: "sends (PUT, 1.1 MB)" });
  });

  test("a feature bears its own name and the p that learning calibrated for it, and none when there is no model behind it", () => {
    const component = "where: [{fact: endpointNovelty, atLeast: 2}, {fact: historyHours, atLeast: 1h}], says: 'nobody here used {peer} before'";
    const facts = { endpointNovelty: 3, endpointP: 0.004, historyHours: 50 };
    expect(one(component, request({}, facts))).toEqual({
      feature: "endpoint",
      observed: "203.0.113.9",
      expected: "used before by its peers",
      p: 0.004,
      text: "nobody here used 203.0.113.9 before",
    });
    expect(one(component, request({}, { ...facts, endpointP: 1 }))?.p).toBeUndefined();
  });

  test("the p of one feature is never lent to another", () => {
    const why = one(
      "where: [{field: host, exists: true}, {field: method, equals: PUT}], says: '{method}'",
      request({ method: "PUT", host: "a.example" }, { endpointP: 0.001, userAgentP: 0.001 }),
    );
    expect(why).toEqual({ feature: "method", observed: "PUT", expected: "anything but PUT", text: "PUT" });
  });

  test("hours carry the p of the volume, bursts their own", () => {
    const hour: Observation = { ...flow(T, "203.0.113.9"), kind: "hour", facts: { bytesOut: 5e6, bytesOutP: 0.001, bytesOutHigh: 1e5 }, why: () => [] };
    expect(one("where: [{fact: bytesOut, atLeast: 1 MB}, {fact: bytesOutP, atMost: 0.01}]", hour)).toMatchObject({
      feature: "bytesOut",
      observed: 5e6,
      expected: "under 1 MB, or p over 0.01",
      p: 0.001,
    });
    const burst: Observation = { ...hour, kind: "burst", facts: { scope: "edge", count: 90, p: 0.002 } };
    expect(one("where: [{fact: count, atLeast: 50}]", burst)).toMatchObject({ feature: "burst", observed: "90", expected: "under 50", p: 0.002 });
  });

  test("amounts are compared with their threshold", () => {
    const requests = [request({}), request({ line: 2 })];
    expect(reasons("components: {a: {on: http, count: {atLeast: 2, over: 10m}}}\ncombine: a", requests)[0]).toMatchObject({
      observed: 2,
      expected: "fewer than 2 in 10 min",
    });
    const flows = [flow(T, "203.0.113.9", { bytesOut: 3_000_000 })];
    expect(reasons("components: {a: {on: conn, sum: {of: bytesOut, atLeast: 2 MB, over: 1h}}}\ncombine: a", flows)[0]).toMatchObject({
      feature: "bytesOut",
      observed: 3_000_000,
      expected: "less than 2 MB in 1 h",
    });
  });

  test.each([
    ["where: [{field: host, exists: false}]", "host", "none", "a value"],
    ["where: [{field: dstPort, not: [80, 443]}], says: 'port {port}'", "port", "8088", "only 80, 443"],
    ["where: [{fact: hostIsAddress, equals: true}]", "hostIsAddress", "yes", "no"],
    ["where: [{field: uri, matches: 'x'}]", "uri", "/x", "no match of the rule's pattern"],
    ["says: 'anything'", "a", "203.0.113.9", "none: one is enough"],
  ])("%s", (component, feature, observed, expected) => {
    expect(one(component, request({ uri: "/x", host: undefined }, { hostIsAddress: true }))).toMatchObject({ feature, observed, expected });
  });

  test("an alert of another model is named", () => {
    const o = modelAlert(T, "10.0.0.5", "10.0.0.9", "Device / X");
    expect(one("where: [{fact: model, in: [A / A, B / B, C / C, Device / X]}], says: 'then {model}'", o)).toMatchObject({
      feature: "model",
      observed: "Device / X",
      expected: "none: any of the 4 that the rule names counts",
    });
  });

  test("what learning says of the same stands once; of something else, apart", () => {
    const learned: Why[] = [
      {
        feature: "userAgent",
        observed: "odd/1",
        expected: "never in 9 hours of use, 1 user agent known",
        p: 0.02,
        text: "First use.",
        peers: "0 of 8 clients",
      },
      { feature: "endpoint", observed: "203.0.113.9", expected: "never in 9 hours of use, 4 outside endpoints known", p: 0.03, text: "First endpoint." },
    ];
    const body =
      "components: {agent: {on: http, where: [{fact: userAgentNovelty, atLeast: 1}, {fact: endpointNovelty, atLeast: 0}], says: 'new: \"{userAgent}\"'}}\ncombine: agent";
    expect(reasons(body, [request({ userAgent: "odd/1" }, { userAgentNovelty: 3, endpointNovelty: 3 }, learned)])).toEqual([
      { ...learned[0], text: 'New: "odd/1". First use.' },
      learned[1],
    ]);
  });

  test("learning's word on the last event is not that on an earlier one, which it has learned since", () => {
    const body =
      "components: {met: {on: http, where: [{fact: endpointNovelty, atLeast: 2}], says: '{peer} was new'}, more: {on: http, where: [{field: method, equals: PUT}]}}\ncombine: {all: [met, more]}\nwithin: 1d\nshared: [peer]";
    const known: Why = { feature: "endpoint", observed: "203.0.113.9", expected: "used in 1 of 9 hours of use", text: "Known." };
    const first = request({ method: "GET" }, { endpointNovelty: 3, endpointP: 0.01 });
    const why = reasons(body, [first, request({ method: "PUT", line: 2 }, { endpointNovelty: 0 }, [known])]);
    expect(why.map((w) => [w.feature, w.observed, w.p])).toEqual([
      ["method", "PUT", undefined],
      ["endpoint", "203.0.113.9", 0.01],
    ]);
  });
});
