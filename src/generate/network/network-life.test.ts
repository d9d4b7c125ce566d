import { expect, test } from "vitest";
import { HOUR } from "../../base/time.ts";
import type { ZeekRecord } from "../emitted.ts";
import { livedHours } from "../hours.ts";
import type { LifeSource } from "../life.ts";
import { makeWorld } from "../world/make-world.ts";
import type { World } from "../world/types.ts";
import { zeekLine } from "../write/zeek-text.ts";
import { networkLife } from "./index.ts";

function worldOf(seed: number, days = 1, start = "2026-03-10"): World {
  return makeWorld({ seed, people: 6, days, start });
}

function* records(world: World): Generator<ZeekRecord> {
  for (const hour of livedHours(world.calendar, networkLife(world))) yield* hour.zeek;
}

function text(world: World): string {
  let out = "";
  for (const record of records(world)) out += `${record.log} ${zeekLine(record)}`;
  return out;
}

test("the same seed makes the same bytes, another seed others", () => {
  const first = text(worldOf(5));
  expect(text(worldOf(5))).toBe(first);
  expect(text(worldOf(6))).not.toBe(first);
});

test("records come in order of time, within the days asked for, each of an application with its flow", () => {
  const world = worldOf(3);
  let last = 0;
  const flows = new Set<unknown>();
  const others: unknown[] = [];
  const logs = new Set<string>();
  for (const record of records(world)) {
    expect(record.time).toBeGreaterThanOrEqual(last);
    last = record.time;
    logs.add(record.log);
    if (record.log === "conn") flows.add(record.fields.uid);
    else if (record.fields.uid !== undefined) others.push(record.fields.uid);
    expect(record.time >= world.calendar.start && record.time < world.calendar.end).toBe(true);
  }
  expect(others.filter((uid) => !flows.has(uid))).toEqual([]);
  expect([...logs]).toEqual(expect.arrayContaining(["conn", "dns", "ssl", "http", "kerberos", "smb_files", "dce_rpc", "dhcp", "ssh"]));
});

test("people sleep, eat and rest; machines do not", () => {
  const world = worldOf(4, 7, "2026-03-09");
  const byHour = new Array<number>(24).fill(0);
  const byDay = new Array<number>(7).fill(0);
  const machines = new Array<number>(7).fill(0);
  const clients = new Set(world.clients.flatMap((c) => [c.ip, c.otherIp, c.vpnIp]));
  for (const { log, time, fields } of records(world)) {
    if (log !== "conn") continue;
    const day = world.calendar.dayOf(time);
    if (clients.has(String(fields["id.orig_h"]))) {
      byHour[Math.floor(world.calendar.hourOf(time))] = (byHour[Math.floor(world.calendar.hourOf(time))] ?? 0) + 1;
      byDay[day] = (byDay[day] ?? 0) + 1;
    } else machines[day] = (machines[day] ?? 0) + 1;
  }
  expect((byHour[10] ?? 0) + (byHour[14] ?? 0)).toBeGreaterThan(6 * ((byHour[3] ?? 0) + (byHour[23] ?? 0)));
  expect((byDay[1] ?? 0) + (byDay[2] ?? 0)).toBeGreaterThan(3 * ((byDay[5] ?? 0) + (byDay[6] ?? 0)));
  expect(Math.min(...machines)).toBeGreaterThan(Math.max(...machines) / 3);
});

test("a day of a clock change is as long as it is, and no hour of it is played twice", () => {
  // Central Europe, America and countries without summer time: by seed, one of them is met in these two months.
  const lengths: number[] = [];
  for (const start of ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"]) {
    const world = worldOf(9, 1, start);
    lengths.push((world.calendar.end - world.calendar.start) / HOUR);
    const hours = [...livedHours(world.calendar, [])];
    expect(hours.length * HOUR).toBe(world.calendar.end - world.calendar.start);
    expect(hours.every((h, i) => i === 0 || h.from === hours[i - 1]?.to)).toBe(true);
  }
  expect(lengths.sort((a, b) => a - b)).toEqual([23, 24, 24, 25]);
});

test("a new kind of life leaves the others as they were", () => {
  const world = worldOf(8);
  const [clients] = networkLife(world);
  if (clients === undefined) throw new Error("no life");
  // Without the time: what the name servers still remember of others' questions decides how soon a connection begins.
  const lines = (life: LifeSource[], of: World): string[] =>
    [...livedHours(of.calendar, life)].flatMap((h) => h.zeek.map((r) => zeekLine(r).slice(18))).filter((line) => !line.includes("\t53\t"));
  const alone = lines([clients], world);
  const fresh = worldOf(8);
  const all = new Set(lines(networkLife(fresh), fresh));
  expect(alone.length).toBeGreaterThan(3_000);
  expect(alone.filter((line) => !all.has(line))).toEqual([]);
});
