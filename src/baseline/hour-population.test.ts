import { expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { VOLUMES } from "./features.ts";
import { HourPopulation, type HourPopulationScore } from "./hour-population.ts";
import type { HourResult } from "./hour-scorer.ts";

const CONNECTIONS = VOLUMES.indexOf("connections");
const PEERS = VOLUMES.indexOf("distinctPeers");
const BYTES_OUT = VOLUMES.indexOf("bytesOut");

function hourOf(device: number, hour: number, volumes: Partial<Record<number, number>>): HourResult {
  const all = new Array<number>(VOLUMES.length).fill(0);
  for (const [v, value] of Object.entries(volumes)) all[Number(v)] = value ?? 0;
  return {
    changes: [],
    strangeDays: new Map(),
    device,
    group: 0,
    hour,
    hourOfWeek: hour % 168,
    historyHours: 100,
    volumes: all,
    states: undefined,
    surprises: [],
    families: [0, 0, 0, 0, 0, Number.NaN],
    logP: 0,
    extrapolated: false,
    activeP: 1,
    topPeer: device + 1,
    topPeerBytes: 0,
    logPWithout: () => 0,
  };
}

/** `hours` hours of thirty devices that do much the same. */
function lived(hours: number, view = new HourPopulation(), seed = 3): { view: HourPopulation; scores: HourPopulationScore[] } {
  const random = seededRandom(seed);
  const scores: HourPopulationScore[] = [];
  for (let hour = 0; hour < hours; hour++) {
    for (let device = 0; device < 30; device++) {
      const n = Math.round(20 * Math.exp(random()));
      scores.push(view.score(hourOf(device, hour, { [CONNECTIONS]: n, [PEERS]: Math.ceil(n / 4), [BYTES_OUT]: n * 2_000 })));
    }
    view.learn(() => 1);
  }
  return { view, scores };
}

test("D18 silent until the group has 256 hours, honest on ordinary hours from then on", () => {
  const { scores } = lived(100);
  expect(scores.slice(0, 240).every((s) => s.logP === 0 && s.unlike.length === 0)).toBe(true);
  const later = scores.slice(1_000);
  for (const level of [0.1, 0.01]) {
    const share = later.filter((s) => s.logP <= Math.log(level)).length / later.length;
    expect(share / level).toBeGreaterThan(0.4);
    expect(share / level).toBeLessThan(2);
  }
});

test("D18 D22 an hour unlike the others is strange whatever the device, and the reasons are numbers of the state", () => {
  const { view } = lived(60);
  const strange = view.score(hourOf(4, 60, { [CONNECTIONS]: 900, [PEERS]: 400, [BYTES_OUT]: 1e6 }));
  const plain = view.score(hourOf(5, 60, { [CONNECTIONS]: 30, [PEERS]: 8, [BYTES_OUT]: 60_000 }));
  expect(strange.logP).toBeLessThan(Math.log(0.005));
  expect(plain.logP).toBeGreaterThan(Math.log(0.1));
  expect(Math.abs(strange.groupHours - 1_800)).toBeLessThan(90);
  expect(strange.unlike).toHaveLength(2);
  for (const u of strange.unlike) expect(u.seen).toBeGreaterThan(u.high);
  // The same device and responder again: less news each hour.
  view.learn(() => 1);
  const again = [61, 62, 63].map((hour) => {
    const s = view.score(hourOf(4, hour, { [CONNECTIONS]: 900, [PEERS]: 400, [BYTES_OUT]: 1e6 }));
    view.learn(() => 1);
    return s.logP;
  });
  expect(again[2]).toBeGreaterThan(strange.logP);
});

test("D21 a saved view goes on bit for bit, and cut bytes throw a code", () => {
  const { view } = lived(40);
  const out = new ByteWriter();
  view.save(out);
  const bytes = out.finish();
  const other = new HourPopulation();
  other.load(new ByteReader(bytes));
  expect(lived(20, other, 9).scores).toEqual(lived(20, view, 9).scores);
  expect(() => new HourPopulation().load(new ByteReader(bytes.slice(0, bytes.length / 2)))).toThrow(/learned state/);
});
