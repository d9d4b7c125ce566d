import { DEFAULT_OWN_NETWORKS, NetworkSet } from "../../src/base/ip.ts";
import type { Model } from "../../src/detect/model.ts";
import { parseModel } from "../../src/detect/parse-model.ts";
import type { NetEvent } from "../../src/schema/event.ts";
import type { Facts, Observation } from "../../src/schema/observation.ts";
import { conn } from "./events.ts";

const OWN = new NetworkSet(DEFAULT_OWN_NETWORKS);

/** Components and combine of a model in YAML, with everything else that a model file needs around them. */
export function modelOf(body: string, path = "Test/Model.yaml"): Model {
  const parsed = parseModel(modelText(body), path);
  if (!parsed.ok) throw new Error(`${parsed.error.file}:${parsed.error.line}: ${parsed.error.reason}`);
  return parsed.value;
}

export function modelText(body: string): string {
  const given = new Set([...body.matchAll(/^([a-z]+):/gm)].map((match) => match[1]));
  const rest = Object.entries({
    version: "1",
    description: "A model that stands in for one in a test.",
    priority: "3",
    category: "Suspicious",
    mitre: "[]",
    throttle: "1h",
    score: "{base: 50}",
    title: '"{entity}: it happened"',
    next: "Read the test that made this alert.",
    gaps: "It knows nothing of the real world.",
    cases: "[{name: a, expect: fires, observations: [{on: conn}]}, {name: b, expect: silent, observations: [{on: conn}]}]",
  });
  return `${rest
    .filter(([key]) => !given.has(key))
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("")}${body.trim()}\n`;
}

/** A flow as the lane would hand it on: actor 10.0.0.5 unless said otherwise. */
export function flow(time: number, dst: string, given: Parameters<typeof conn>[3] = {}, facts: Facts = {}, src = "10.0.0.5"): Observation {
  const direction = OWN.has(src) ? (OWN.has(dst) ? "internal" : "outbound") : "inbound";
  return observe(conn(time, src, dst, { direction, ...given }), facts);
}

export function observe(event: NetEvent, facts: Facts = {}): Observation {
  const own = event.direction !== "inbound";
  const peer = { ip: event.dst ?? "", ...(event.dstPort === undefined ? {} : { port: event.dstPort }) };
  return {
    kind: event.family,
    time: event.time,
    entity: { kind: own ? "device" : "external", id: event.src ?? "", ip: event.src ?? "" },
    peer,
    fields: event as unknown as Record<string, unknown>,
    facts,
    events: [event],
    why: () => [{ feature: "userAgent", observed: "x", expected: "y", p: 0.01, text: "why of learning" }],
  };
}

export function modelAlert(time: number, entity: string, peer: string, model: string): Observation {
  return {
    kind: "modelAlert",
    time,
    entity: { kind: "device", id: entity, ip: entity },
    peer: { ip: peer },
    fields: {},
    facts: { model, priority: 3, score: 50, category: "Suspicious" },
    events: [],
    why: () => [],
  };
}
