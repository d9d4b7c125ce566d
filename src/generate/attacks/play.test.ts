import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Draw } from "../world/draw.ts";
import { parseAttack, readAttacks } from "./attack-content.ts";
import { parseRequests } from "./knobs.ts";
import { playAttack } from "./play.ts";
import { lateralVariants } from "./steps/lateral.ts";
import { networkTargetsOfCapture } from "./targets.ts";
import type { AttackYield, Setting } from "./types.ts";

const scripts = readAttacks(fileURLToPath(new URL("../../../content/attacks", import.meta.url)));
const byName = new Map(scripts.map((s) => [s.name, s]));
const START = Date.UTC(2027, 2, 3, 9);

function setting(seed: number): Setting {
  const hosts = Array.from({ length: 60 }, (_, i) => ({ ip: i === 59 ? "10.20.1.2" : `10.20.${1 + (i % 2)}.${10 + i}`, hostname: `pc${i}`, server: i > 50 }));
  return { draw: new Draw(seed), start: START, net: networkTargetsOfCapture(hosts, "10.20.1.2"), world: undefined };
}

function play(name: string, knobs: Record<string, string> = {}, seed = 1): AttackYield {
  const script = byName.get(name);
  if (script === undefined) throw new Error(`no attack ${name}`);
  return playAttack(script, knobs, setting(seed));
}

const NETWORK = [
  "beacon",
  "dns-tunnel",
  "exfiltration-fast",
  "exfiltration-slow",
  "internal-scan",
  "lateral-movement",
  "password-spray",
  "ransomware",
  "rogue-device",
  "slow-ramp",
];

describe("T15 attack scripts over a network", () => {
  test.each(NETWORK)("%s: the same seed gives the same bytes, another seed others; truth covers every record", (name) => {
    const first = play(name);
    expect(JSON.stringify(play(name))).toBe(JSON.stringify(first));
    expect(JSON.stringify(play(name, {}, 2))).not.toBe(JSON.stringify(first));
    expect(first.network.length).toBeGreaterThan(4);
    expect(first.truth.reduce((n, t) => n + t.records, 0)).toBe(first.network.length);
    for (const t of first.truth) {
      expect(t.start).toBeLessThanOrEqual(t.end);
      expect(t.technique).toMatch(/^T\d{4}(\.\d{3})?$/);
      const touching = first.network.filter((r) => r.fields["id.orig_h"] === t.entity || r.fields.client_addr === t.entity);
      expect(touching.length).toBeGreaterThan(0);
    }
  });

  test.each(scripts.map((s) => [s.name, s] as const))("%s: a knob below or above its range, or of another name, is refused", (_, script) => {
    for (const [knob, spec] of Object.entries(script.knobs)) {
      const wrong = spec.kind === "choice" ? ["nothing-of-the-kind"] : [String(spec.min - 1), String(spec.max + 1), "many", "NaN", ""];
      for (const value of wrong) expect(() => playAttack(script, { [knob]: value }, setting(1))).toThrow(expect.objectContaining({ code: "bad-knob" }));
    }
    expect(() => playAttack(script, { noSuchKnob: "1" }, setting(1))).toThrow(expect.objectContaining({ code: "bad-knob" }));
  });

  test("a beacon keeps its period, jitter and loss", () => {
    const calls = play("beacon", { period: "60", jitter: "0", loss: "0", hours: "2" }).network.filter((r) => r.log === "conn" && r.fields["id.resp_p"] === 443);
    expect(calls.length).toBe(120);
    expect(new Set(calls.slice(1).map((c, i) => Math.round(c.time - (calls[i]?.time ?? 0)))).size).toBe(1);
    const lossy = play("beacon", { period: "60", jitter: "0.5", loss: "0.5", hours: "20" }).network.filter(
      (r) => r.log === "conn" && r.fields["id.resp_p"] === 443,
    );
    expect(lossy.length).toBeGreaterThan(500);
    expect(lossy.length).toBeLessThan(700);
  });

  test("data sent out is as much as was asked for", () => {
    const sent = play("exfiltration-slow", { megabytes: "50", uploads: "40", hours: "10" }).network.reduce(
      (n, r) => n + (r.log === "conn" && r.fields["id.resp_p"] === 443 ? Number(r.fields.orig_bytes) : 0),
      0,
    );
    expect(sent / 50e6).toBeCloseTo(1, 2);
  });

  test("lateral movement has more than 300 variants and each leaves another trace", () => {
    const variants = lateralVariants();
    expect(variants.length).toBeGreaterThanOrEqual(300);
    expect(new Set(variants.map((v) => JSON.stringify(v))).size).toBe(variants.length);
    const traces = new Set(variants.map((v) => JSON.stringify(play("lateral-movement", v).network)));
    expect(traces.size).toBe(variants.length);
  });

  test("requests of the command line are joined by name, and a knob given twice is refused", () => {
    expect(parseRequests(["beacon:period=5,jitter=0.1", "beacon:loss=0", "ransomware"])).toEqual([
      { name: "beacon", values: { period: "5", jitter: "0.1", loss: "0" } },
      { name: "ransomware", values: {} },
    ]);
    expect(() => parseRequests(["beacon:period=5", "beacon:period=6"])).toThrow(expect.objectContaining({ code: "bad-knob" }));
    expect(() => parseRequests(["beacon:period"])).toThrow(expect.objectContaining({ code: "bad-knob" }));
  });

  test("a script with a fault is refused by name", () => {
    const good = "version: 1\ntitle: Some title\ndescription: A sentence that is long enough.\nknobs: {}\nsteps: [{kind: beacon, technique: T1071}]\n";
    expect(() => parseAttack("x", good)).not.toThrow();
    for (const bad of [
      good.replace("kind: beacon", "kind: magic"),
      good.replace("T1071", "T1"),
      good.replace("technique: T1071", "technique: T1071, with: {period: $no}"),
      good.replace("knobs: {}", "knobs: {a: {doc: something long, min: 1, max: 2, default: 3}}"),
      "a: [",
      "",
    ]) {
      expect(() => parseAttack("x", bad)).toThrow(expect.objectContaining({ code: "attack-broken" }));
    }
  });
});
