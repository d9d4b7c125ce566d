import { type Random, seededRandom } from "../base/random.ts";
import { ZoneClock } from "../base/time.ts";
import { PatternOfLife } from "../baseline/pattern-of-life.ts";
import { type EdgeHour, EdgeWatch } from "../baseline/population/edge-watch.ts";
import { PopulationView } from "../baseline/population/population-view.ts";
import type { Device } from "../schema/entity.ts";
import type { EventOf, NetEvent } from "../schema/event.ts";
import { FAMILIES } from "../schema/families.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { Midas } from "./others/midas.ts";
import { VERSION_OF_BENCH } from "./version.ts";

const START = Date.UTC(2023, 4, 1);
const DEVICES = 20_000;
const EVENTS = 3_000_000;
/** Connections of a device in an hour: an office day of 10,000 has some 400 in its hours; fewer means that hours close more often. */
const BUSY = 100;
const QUIET = 5;
const OWN_HOSTS = 24;
const HOSTS = 20_000;

interface Measured {
  eventsPerSecond: number;
  bytesPerDevice: number;
  deviceHours: number;
}

/** Seconds of CPU so far: other programs on the machine do not stand in the figure. */
function cpu(): number {
  return process.cpuUsage().user / 1e6;
}

/** One object for all events: the learner keeps copies of what it needs, and making events is not what is measured. */
function blank(): EventOf<"conn"> {
  const fields = Object.fromEntries(Object.keys(FAMILIES.conn.columns).map((k) => [k, undefined]));
  const event = {
    family: "conn",
    type: "conn",
    sensor: "zeek",
    source: "made",
    file: "made",
    fileKey: "made",
    line: 1,
    offset: 0,
    time: START,
    seen: START,
    native: undefined,
    connection: undefined,
    src: undefined,
    srcPort: 50_000,
    dst: undefined,
    dstPort: 443,
    proto: "tcp",
    raw: "",
    direction: "outbound",
    srcDevice: undefined,
    dstDevice: undefined,
    duplicateOf: undefined,
    ...fields,
    state: "established",
  };
  return event as unknown as EventOf<"conn">;
}

/** Events of devices drawn by lot, `perHour` a device and hour, each to one of its own 24 hosts; one in five to an own server. */
function measure(devices: number, perHour: number, events: number, random: Random): Measured {
  const device = (i: number): string => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
  const own: Device[] = Array.from({ length: devices }, (_, index) => ({
    index,
    id: `ip:${device(index)}`,
    ip: device(index),
    firstSeen: START,
    lastSeen: START,
    roles: [],
  })) as unknown as Device[];
  const hosts = Array.from({ length: HOSTS }, (_, n) => `198.${18 + (n & 1)}.${(n >> 9) & 255}.${(n >> 1) & 255}`);
  const learner = new PatternOfLife({ zone: new ZoneClock("UTC"), ownDevices: (i) => own[i] as Device });
  const event = blank();
  let deviceHours = 0;
  let busy = 0;
  const step = 3_600_000 / (devices * perHour);
  // Chosen beforehand in pieces, so that the lot does not stand in the figure.
  const piece = 100_000;
  const from = new Int32Array(piece);
  const to = new Int32Array(piece);
  for (let done = 0; done < events; done += piece) {
    for (let i = 0; i < piece; i++) {
      from[i] = Math.floor(random() * devices);
      to[i] = random() < 0.2 ? -1 - Math.floor(random() * 20) : ((from[i] ?? 0) * 31 + Math.floor(random() ** 2 * OWN_HOSTS) * 977) % HOSTS;
    }
    const start = cpu();
    for (let i = 0; i < piece; i++) {
      const source = from[i] ?? 0;
      const target = to[i] ?? 0;
      event.time = START + (done + i) * step;
      event.srcDevice = source;
      event.src = own[source]?.ip;
      event.dstDevice = target < 0 ? -1 - target : undefined;
      event.dst = target < 0 ? own[-1 - target]?.ip : hosts[target];
      event.direction = target < 0 ? "internal" : "outbound";
      event.bytesOut = 200 + ((source * 7 + i) & 4_095);
      event.bytesIn = 2_000 + ((i * 13) & 16_383);
      learner.advance(event.time);
      learner.score(event as NetEvent);
      learner.learn(event as NetEvent, 1);
      if ((i & 8_191) === 0) deviceHours += learner.takeHourScores().length;
    }
    busy += cpu() - start;
  }
  deviceHours += learner.takeHourScores().length;
  return { eventsPerSecond: events / busy, bytesPerDevice: learner.memory().bytes / devices, deviceHours };
}

/** The population view alone on the same lot: whole numbers in, every edge and every hour scored against everybody's. */
function population(devices: number, perHour: number, events: number, random: Random): Measured {
  const view = new PopulationView(1);
  const watch = new EdgeWatch({ gone: (row) => view.forget(row) });
  const from = Int32Array.from({ length: events }, () => Math.floor(random() * devices));
  const to = Int32Array.from(from, (source) =>
    random() < 0.2 ? Math.floor(random() * 20) : devices + ((source * 31 + Math.floor(random() ** 2 * OWN_HOSTS) * 977) % HOSTS),
  );
  const perMinute = (devices * perHour) / 60;
  const minute = START / 60_000;
  let deviceHours = 0;
  const close = (hours: EdgeHour[]): void => {
    deviceHours += view.close(hours.filter((h) => h.own)).length;
  };
  const start = cpu();
  for (let i = 0; i < events; i++) {
    watch.advance(minute + Math.floor(i / perMinute), close);
    const target = to[i] ?? 0;
    watch.add((from[i] ?? 0) + 1, true, target + 1, target < devices);
  }
  watch.advance(minute + Math.floor(events / perMinute) + 61, close);
  return { eventsPerSecond: events / (cpu() - start), bytesPerDevice: (watch.bytes + view.bytes) / devices, deviceHours };
}

/** MIDAS-F as we wrote it, in the same language on the same keys: no reasons, no profiles, fixed sketches. */
function midasSpeed(events: number, random: Random): number {
  const midas = new Midas(true, 1);
  const keys = Int32Array.from({ length: events }, () => Math.floor(random() * DEVICES));
  const start = cpu();
  for (let i = 0; i < events; i++) midas.edge(keys[i] ?? 0, (keys[i] ?? 0) * 31 + (i % OWN_HOSTS), Math.floor(i / 30_000));
  return events / (cpu() - start);
}

async function run(options: BenchOptions): Promise<BenchResult> {
  const events = options.events ?? EVENTS;
  const figures: Figure[] = [];
  const add = (name: string, value: number, unit?: string, method = "wonted"): void => {
    figures.push({ name, method, value, ...(unit === undefined ? {} : { unit }) });
  };
  const busy = measure(DEVICES, BUSY, events, seededRandom(options.seed));
  options.print(
    `${DEVICES.toLocaleString("en-GB")} devices by lot, ${BUSY} events a device and hour: ${busy.deviceHours.toLocaleString("en-GB")} device-hours scored\n`,
  );
  add("eventsPerSecond", busy.eventsPerSecond);
  add("eventsPerSecond", midasSpeed(events, seededRandom(options.seed)), undefined, "MIDAS-F (no profiles, no reasons)");
  add("bytesPerDevice", busy.bytesPerDevice, "B");
  const packed = population(DEVICES, BUSY, events, seededRandom(options.seed));
  options.print(`population view: ${packed.deviceHours.toLocaleString("en-GB")} device-hours scored\n`);
  add("population.eventsPerSecond", packed.eventsPerSecond);
  add("population.bytesPerDevice", packed.bytesPerDevice, "B");
  const quiet = measure(DEVICES, QUIET, events / 3, seededRandom(options.seed));
  options.print(`${QUIET} events a device and hour: ${quiet.deviceHours.toLocaleString("en-GB")} device-hours scored\n`);
  add("quiet.eventsPerSecond", quiet.eventsPerSecond);
  const many = measure(5 * DEVICES, BUSY, events, seededRandom(options.seed));
  add("100k.eventsPerSecond", many.eventsPerSecond);
  add("100k.bytesPerDevice", many.bytesPerDevice, "B");
  add("100k.stateBytes", many.bytesPerDevice * 5 * DEVICES, "B");
  return { bench: "learner", version: VERSION_OF_BENCH, figures };
}

export const learnerBench: Bench = {
  name: "learner",
  makesOwn: true,
  about: {
    what: "The learner alone, on one core: advance, score (facts before learning) and learn of every connection, all volumes, values, pairs, bursts and hours as in the product, without parsing, models and store. Events fall on 20,000 devices by lot, so that hardly anything is in the processor's cache.",
    flaws: [
      "Made connections: every device keeps to 24 outside hosts and a few servers; real names, agents and certificates cost more, and so does a device's first hour.",
    ],
    misses: [
      "The floor of 0.3 M events a second is missed by half on a machine with other work (CPU time counts, but its cache is shared). Time goes to looking up texts and rarities in tables larger than the cache (a third), counting minutes and pairs (a fifth) and the closing of hours; keys as numbers throughout, as in the population view alone, gain two thirds.",
    ],
  },
  goals: [
    { name: "eventsPerSecond", atLeast: 300_000, reach: 1_000_000 },
    { name: "bytesPerDevice", atMost: 4_096, reach: 3_584 },
    { name: "100k.stateBytes", atMost: 2 ** 30 },
  ],
  run,
};
