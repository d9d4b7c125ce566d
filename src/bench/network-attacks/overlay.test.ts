import { expect, test } from "vitest";
import { put, tempFolder } from "../../../test/support/temp-folder.ts";
import { seededRandom } from "../../base/random.ts";
import { merged } from "./judge.ts";
import { layCapture, readAttack } from "./laid-attack.ts";
import { realGround } from "./real-honest.ts";

const T0 = 1_700_000_000;

function conn(seconds: number, src: string, dst: string, port: number, uid: string): string {
  return JSON.stringify({
    _path: "conn",
    ts: T0 + seconds,
    uid,
    "id.orig_h": src,
    "id.orig_p": 50_000,
    "id.resp_h": dst,
    "id.resp_p": port,
    proto: "tcp",
    duration: 1,
    orig_bytes: 100,
    resp_bytes: 200,
    conn_state: "SF",
    history: "ShADadFf",
    orig_pkts: 5,
    resp_pkts: 5,
  });
}

function capture(): { data: string; org: string; truth: string } {
  const folder = tempFolder();
  const lines = Array.from({ length: 40 }, (_, i) =>
    conn(
      i * 60,
      i % 4 === 0 ? "10.9.0.7" : "10.9.0.5",
      i % 2 === 0 ? "192.168.77.4" : i % 3 === 0 ? "10.9.0.5" : "198.51.100.9",
      i % 2 === 0 ? 8_443 : 443,
      `C${i}`,
    ),
  );
  return {
    data: put(folder, "a/conn.log", `${lines.join("\n")}\n`),
    org: put(folder, "org.yaml", "networks: [10.9.0.0/16]\n"),
    truth: put(folder, "truth.ndjson", `${JSON.stringify({ entity: "10.9.0.7", peer: "192.168.77.4", port: 8_443, technique: "T1071" })}\n`),
  };
}

const MACHINES = Array.from({ length: 6 }, (_, i) => `10.50.0.${10 + i}`);

test("a capture is laid on other machines from a moment on: own addresses become machines, the attacker stays outside, truth goes along", async () => {
  const { data, org, truth } = capture();
  const read = await readAttack([data], org, truth);
  const start = Date.UTC(2027, 2, 4, 10);
  const laid = layCapture(read, MACHINES, start, start + 86_400_000, seededRandom(3));
  expect(laid).toEqual(layCapture(read, MACHINES, start, start + 86_400_000, seededRandom(3)));
  const machines = new Set(MACHINES);
  expect(laid.events.every((e) => machines.has(e.src ?? ""))).toBe(true);
  expect(new Set(laid.events.map((e) => e.src)).size).toBe(2);
  expect(laid.events.some((e) => e.dst?.startsWith("192.168."))).toBe(false);
  expect(laid.events.some((e) => e.dst === "198.51.100.9")).toBe(true);
  const [fact] = laid.truth;
  expect(machines.has(fact?.entity ?? "")).toBe(true);
  expect(laid.events.filter((e) => e.src === fact?.entity && e.dstPort === 8_443).length).toBe(10);
  expect(laid.events[0]?.time).toBe(start);
});

test("what would come after the window is cut off, and a truth that no record bears out is refused", async () => {
  const { data, org, truth } = capture();
  const read = await readAttack([data], org, truth);
  const start = Date.UTC(2027, 2, 4, 10);
  const laid = layCapture(read, MACHINES, start, start + 600_000, seededRandom(3));
  expect(Math.max(...laid.events.map((e) => e.time))).toBeLessThan(start + 600_000);
  const folder = tempFolder();
  const wrong = put(folder, "t.ndjson", `${JSON.stringify({ entity: "10.9.0.99", technique: "T1071" })}\n`);
  await expect(readAttack([data], org, wrong)).rejects.toMatchObject({ code: "bad-option" });
});

test("one honest machine becomes as many as asked for, each with hours of its own, and no event keeps a copy's name", async () => {
  const folder = tempFolder();
  const lines = Array.from({ length: 400 }, (_, i) => conn(i * 200, "10.8.0.5", `198.51.100.${1 + (i % 60)}`, 443, `C${i}`));
  put(folder, "h/conn.log", `${lines.join("\n")}\n`);
  const org = put(folder, "org.yaml", "networks: [10.8.0.0/16]\n");
  const ground = await realGround([`${folder}/h`], [org], seededRandom(1), 5, 3);
  expect(ground.machines.length).toBe(5);
  expect(new Set(ground.window.map((e) => e.src))).toEqual(new Set(ground.machines));
  expect(ground.window.every((e) => e.time >= ground.start && e.time < ground.start + 86_400_000)).toBe(true);
  expect(ground.window.length).toBeGreaterThan(5 * 400 * 0.7);
  expect(new Set(ground.window.map((e) => e.native)).size).toBe(ground.window.length);
  expect([...ground.history()].length).toBe(2);
});

test("two streams in order of time become one, the first first at equal times", async () => {
  const { data, org, truth } = capture();
  const { events } = await readAttack([data], org, truth);
  const others = events.map((e) => ({ ...e, native: `other ${e.native}` }));
  const both = merged(events, others);
  expect(both.map((e) => e.native)).toEqual(events.flatMap((e) => [e.native, `other ${e.native}`]));
  const later = events.map((e) => ({ ...e, time: e.time + 90_000 }));
  const mixed = merged(later, events);
  expect(mixed.length).toBe(events.length * 2);
  expect(mixed.every((e, i) => i === 0 || e.time >= (mixed[i - 1]?.time ?? 0))).toBe(true);
});
