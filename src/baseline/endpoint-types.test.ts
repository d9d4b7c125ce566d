import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { EndpointTypes, type HostHour, type HostHourScore } from "./endpoint-types.ts";

function hostHour(host: string, types: readonly string[], group?: string): HostHour {
  return { host, types: new Map(types.map((t) => [t, 3])), ...(group === undefined ? {} : { group }) };
}

/** Ten busy hosts with three types of their own trade, and one that speaks every twentieth hour. */
function usualHour(random: () => number, hour: number): HostHour[] {
  const hosts: HostHour[] = [];
  for (let h = 0; h < 10; h++) {
    const types = ["login", `trade-${h % 2}`, `own-${h}`].filter(() => random() < 0.6);
    if (types.length > 0) hosts.push(hostHour(`host-${h}`, types));
  }
  if (hour % 20 === 0) hosts.push(hostHour("quiet", ["update"]));
  return hosts;
}

function learned(hours: number, seed = 1): { model: EndpointTypes; random: () => number } {
  const model = new EndpointTypes();
  const random = seededRandom(seed);
  for (let hour = 0; hour < hours; hour++) model.closeHour(hour, usualHour(random, hour));
  return { model, random };
}

const of = (scores: readonly HostHourScore[], host: string): HostHourScore => scores.find((s) => s.host === host) as HostHourScore;

describe("what endpoint alerts are customary (D21)", () => {
  test("an attack of new types on three hosts stands above everything usual, and lifts a usual host of the hour", () => {
    const { model, random } = learned(200);
    const usual = [...usualHour(random, 201), ...[0, 1, 2].map((h) => hostHour(`victim-${h}`, []))].filter((u) => u.types.size > 0);
    const attack = [1, 3, 5].map((h) => hostHour(`host-${h}`, ["login", "scan", "shell", `odd-${h}`]));
    const scores = model.closeHour(201, [...usual.filter((u) => !attack.some((a) => a.host === u.host)), ...attack]);
    const worst = Math.max(...scores.filter((s) => !attack.some((a) => a.host === s.host)).map((s) => s.score));
    for (const a of attack) expect(of(scores, a.host).score).toBeGreaterThan(worst);
    expect(of(scores, "host-1").logP).toBeLessThan(Math.log(0.005));
    const bystander = scores.find((s) => !attack.some((a) => a.host === s.host));
    expect(bystander?.context).toBeGreaterThan(0);
    // An hour later half of the evidence is left, a day later none.
    expect(model.closeHour(230, usualHour(random, 230)).every((s) => s.context === 0)).toBe(true);
  });

  test("the same odd type on a second host counts less: a step of its own is told first", () => {
    const { model } = learned(200);
    const scores = model.closeHour(201, [hostHour("host-1", ["scan", "probe", "shell"]), hostHour("host-2", ["scan", "probe"])]);
    const other = learned(200).model.closeHour(201, [hostHour("host-2", ["scan", "probe"])]);
    expect(of(scores, "host-2").own).toBeLessThan(of(other, "host-2").own);
  });

  test("a type that comes with another is told once", () => {
    const { model } = learned(100);
    for (let hour = 100; hour < 140; hour++) model.closeHour(hour, hour % 8 === 0 ? [hostHour("host-1", ["failed", "locked", "mailed"])] : []);
    const together = model.closeHour(140, [hostHour("host-2", ["failed", "locked", "mailed"])])[0];
    const types = together?.types ?? [];
    // Each alone is rare; given the first, the other two are nearly certain.
    expect(types.map((t) => t.p < 0.3)).toEqual([true, true, true]);
    expect(types.slice(1).every((t) => t.pInCompany > 0.5)).toBe(true);
  });

  test("one line of a host that hardly speaks is told when it never said it, not when it says the usual", () => {
    const { model } = learned(400);
    const [usual] = model.closeHour(400, [hostHour("quiet", ["update"])]);
    const [odd] = model.closeHour(403, [hostHour("quiet", ["stopped"])]);
    expect(odd?.quiet).toBeGreaterThan((usual?.quiet ?? 0) + 1);
    expect(odd?.quietLogP).toBeLessThan(Math.log(0.01));
  });

  test("a new host is judged by its group from its first hour", () => {
    const model = new EndpointTypes();
    for (let hour = 0; hour < 100; hour++)
      model.closeHour(hour, [hostHour("mail-1", ["spam"], "mail"), hostHour("mail-2", ["spam"], "mail"), hostHour("web-1", ["crawl"], "web")]);
    const [mail, web] = model.closeHour(100, [hostHour("mail-3", ["spam"], "mail"), hostHour("web-2", ["spam"], "web")]);
    // 1 - exp(-1) is what "every hour" comes to.
    expect(mail?.types[0]?.p).toBeGreaterThan(0.55);
    expect(web?.types[0]?.p).toBeLessThan(0.45);
    expect(mail?.types[0]).toMatchObject({ hosts: 2, ofHosts: 5, hostHours: 0 });
  });

  test("calibration: of usual host-hours about one in a hundred is below 0.01 (D18)", () => {
    const { model, random } = learned(400);
    let seen = 0;
    let below = 0;
    for (let hour = 400; hour < 1_400; hour++)
      for (const s of model.closeHour(hour, usualHour(random, hour))) {
        seen++;
        if (s.logP < Math.log(0.01)) below++;
      }
    expect(below / seen).toBeGreaterThan(0.002);
    expect(below / seen).toBeLessThan(0.02);
  });

  test("saved and loaded it goes on the same; cut or foreign bytes change nothing; hours do not go back", () => {
    const { model, random } = learned(100);
    const bytes = model.save();
    const copy = new EndpointTypes();
    expect(copy.load(bytes)).toEqual({ ok: true, value: undefined });
    expect(copy.save()).toEqual(bytes);
    for (let length = 0; length < bytes.length; length += 211) expect(copy.load(bytes.slice(0, length)).ok).toBe(false);
    const next = usualHour(random, 100);
    expect(copy.closeHour(100, next)).toEqual(model.closeHour(100, next));
    expect(() => model.closeHour(100, [])).toThrow(RangeError);
  });
});
