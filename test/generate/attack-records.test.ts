import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseTechniques } from "../../src/detect/index.ts";
import { readAttacks } from "../../src/generate/attacks/attack-content.ts";
import { playAttack } from "../../src/generate/attacks/play.ts";
import { networkTargetsOf, networkTargetsOfCapture } from "../../src/generate/attacks/targets.ts";
import { livedHours } from "../../src/generate/hours.ts";
import { networkLife } from "../../src/generate/network/index.ts";
import { Draw } from "../../src/generate/world/draw.ts";
import { makeWorld } from "../../src/generate/world/make-world.ts";
import { isRejected } from "../../src/parsers/record-parser.ts";
import { createZeekJsonParser } from "../../src/parsers/zeek-json.ts";
import { CHECK_CONTEXT } from "../contract/check-parser.ts";

const CONTENT = fileURLToPath(new URL("../../content", import.meta.url));
const scripts = readAttacks(`${CONTENT}/attacks`);
const hosts = Array.from({ length: 30 }, (_, i) => ({ ip: `10.20.1.${10 + i}`, server: i > 24 }));
const setting = { draw: new Draw(5), start: Date.UTC(2027, 2, 3, 9), net: networkTargetsOfCapture(hosts, "10.20.1.12"), world: undefined };

/** Scripts whose steps all play on a network alone. */
const onNetwork = scripts.filter((script) => {
  try {
    playAttack(script, {}, setting);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "attack-needs-people" });
    return false;
  }
});

describe("attack scripts against the parsers of the product", () => {
  test("there are at least ten that need no more than a network", () => {
    expect(onNetwork.length).toBeGreaterThanOrEqual(10);
  });

  test.each(onNetwork.map((s) => [s.name, s] as const))("%s: every record is read back as its log, with its time and ends", (_, script) => {
    const { network } = playAttack(script, {}, setting);
    expect(network.length).toBeGreaterThan(0);
    for (const record of network) {
      const line = JSON.stringify({ _path: record.log, ts: record.time / 1_000, ...record.fields });
      const event = createZeekJsonParser(CHECK_CONTEXT).parse(line, 1, 0);
      if (event === undefined || isRejected(event)) throw new Error(`${line}: ${event?.reason}`);
      expect([event.type, event.family === "other"]).toEqual([record.log, false]);
      expect(Math.abs(event.time - record.time)).toBeLessThan(0.01);
      if (record.fields["id.resp_h"] !== undefined) expect([event.src, event.dst]).toEqual([record.fields["id.orig_h"], record.fields["id.resp_h"]]);
    }
  });

  test("every technique that a script names exists", () => {
    const table = parseTechniques(readFileSync(`${CONTENT}/mitre/techniques.yaml`, "utf8"), "techniques.yaml");
    if (!table.ok) throw new Error(table.error.reason);
    const known = new Set(table.value.techniques.keys());
    const named = scripts.flatMap((s) => s.steps.map((step) => step.technique));
    expect(named.filter((t) => !known.has(t))).toEqual([]);
  });
});

describe("what an attack writes looks like what the days write", () => {
  const world = makeWorld({ seed: 7, people: 30, days: 1, start: "2027-03-01" });
  const columns = new Map<string, Set<string>>();
  const words = new Map<string, Set<unknown>>();
  for (const hour of livedHours(world.calendar, networkLife(world))) {
    for (const { log, fields } of hour.zeek) {
      const own = columns.get(log) ?? new Set<string>();
      for (const [name, value] of Object.entries(fields)) if (value !== undefined) own.add(name);
      columns.set(log, own);
      if (log === "conn") words.set("service", (words.get("service") ?? new Set()).add(fields.service));
      if (log === "conn") words.set("conn_state", (words.get("conn_state") ?? new Set()).add(fields.conn_state));
      if (log === "ssl") words.set("cipher", (words.get("cipher") ?? new Set()).add(fields.cipher));
    }
  }
  const records = scripts.flatMap(
    (s) => playAttack(s, {}, { draw: world.draw.fork(s.name), start: world.calendar.at(0, 10), net: networkTargetsOf(world, 0), world }).network,
  );

  test("no log has columns that honest records of it lack", () => {
    expect([...columns.keys()]).toEqual(expect.arrayContaining(["conn", "dns", "ssl", "http"]));
    expect(records.length).toBeGreaterThan(1_000);
    const odd = new Set(
      records.flatMap((r) =>
        columns.has(r.log)
          ? Object.entries(r.fields).flatMap(([name, value]) => (value !== undefined && columns.get(r.log)?.has(name) !== true ? [`${r.log}.${name}`] : []))
          : [],
      ),
    );
    expect([...odd]).toEqual([]);
  });

  test("ciphers, states and names of services are those of honest connections, but for protocols that only attackers use here", () => {
    const odd = (name: string, log: string): unknown[] => [
      ...new Set(
        records.flatMap((r) => (r.log === log && r.fields[name] !== undefined && words.get(name)?.has(r.fields[name]) !== true ? [r.fields[name]] : [])),
      ),
    ];
    expect([odd("cipher", "ssl"), odd("conn_state", "conn")]).toEqual([[], []]);
    expect(odd("service", "conn").filter((s) => !["ftp", "ftp-data", "rfb"].includes(String(s)))).toEqual([]);
  });
});
