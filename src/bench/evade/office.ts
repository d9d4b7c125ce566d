import { seededRandom } from "../../base/random.ts";
import { DAY, HOUR, MINUTE } from "../../base/time.ts";
import type { NetEvent } from "../../schema/event.ts";
import { FAMILIES } from "../../schema/families.ts";

/** A small honest office: clients that work on weekdays, one file server, outside services that are shared or a client's own. */
export interface OfficeSettings {
  clients: number;
  /** Monday 00:00 UTC. */
  start: number;
  days: number;
  seed: number;
}

export interface Flow {
  time: number;
  src: string;
  dst: string;
  port: number;
  out: number;
  in: number;
  seconds: number;
  /** The other end answered. */
  answered: boolean;
}

export const SERVER = "10.0.0.2";
/** Services that everybody uses, an attacker's choice of cover among them. */
export const SHARED = Array.from({ length: 40 }, (_, i) => `198.51.100.${i + 1}`);

export function clientAddress(client: number): string {
  return `10.0.1.${client + 10}`;
}

/** A client's own outside services: what its user likes. */
export function ownService(client: number, n: number): string {
  return `203.0.113.${(client * 7 + n * 3) % 250}`;
}

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Honest flows in order of time. Workdays from about nine to six with a lunch, each client with a level of its own; uploads of a few MB now and then,
 * a backup to the file server in the evening, an updater every half hour while the machine is on. Weekends: one client in ten.
 */
export function honestFlows(settings: OfficeSettings): Flow[] {
  const flows: Flow[] = [];
  for (let client = 0; client < settings.clients; client++) {
    const random = seededRandom(settings.seed * 1_000 + client);
    const level = Math.exp(0.5 * gauss(random));
    const src = clientAddress(client);
    for (let day = 0; day < settings.days; day++) {
      const weekend = day % 7 >= 5;
      if (weekend && random() > 0.1) continue;
      const midnight = settings.start + day * DAY;
      const begin = 8.5 + random();
      const end = 17 + 1.5 * random();
      for (let hour = Math.floor(begin); hour < end; hour++) {
        const busy = level * (hour === 12 ? 0.4 : 1) * Math.exp(0.3 * gauss(random));
        const count = Math.max(1, Math.round(14 * busy));
        for (let i = 0; i < count; i++) {
          const pick = random();
          const time = midnight + hour * HOUR + random() * HOUR;
          const dst =
            pick < 0.55 ? (SHARED[Math.floor(SHARED.length * random() ** 2)] ?? "") : pick < 0.85 ? ownService(client, Math.floor(12 * random() ** 2)) : SERVER;
          const upload = random() < 0.01 ? 2e6 * Math.exp(gauss(random)) : 0;
          const port = dst === SERVER ? 445 : 443;
          flows.push({
            time,
            src,
            dst,
            port,
            out: Math.round(800 * Math.exp(1.2 * gauss(random)) + upload),
            in: Math.round(20_000 * Math.exp(1.5 * gauss(random))),
            seconds: 20 * random(),
            answered: random() > 0.02,
          });
        }
        for (let m = 7; m < 60; m += 30)
          flows.push({
            time: midnight + hour * HOUR + m * MINUTE + random() * MINUTE,
            src,
            dst: SHARED[0] ?? "",
            port: 443,
            out: 1_200,
            in: 3_000,
            seconds: 1,
            answered: true,
          });
      }
      flows.push({
        time: midnight + end * HOUR,
        src,
        dst: SERVER,
        port: 445,
        out: Math.round(3e7 * level * Math.exp(0.4 * gauss(random))),
        in: 40_000,
        seconds: 90,
        answered: true,
      });
    }
  }
  return flows.sort((a, b) => a.time - b.time);
}

/** The flow as a sensor logs it. Honest and attacking ones are counted apart, so that an honest event has the same id in every try. */
export function flowEvent(flow: Flow, line: number, by: "honest" | "attack"): NetEvent {
  return {
    ...(Object.fromEntries(Object.keys(FAMILIES.conn.columns).map((k) => [k, undefined])) as Record<string, undefined>),
    family: "conn",
    type: "conn",
    sensor: "zeek",
    source: "made",
    file: by,
    fileKey: by,
    line,
    offset: 0,
    time: flow.time,
    seen: flow.time,
    native: undefined,
    connection: undefined,
    src: flow.src,
    srcPort: 30_000 + (line % 30_000),
    dst: flow.dst,
    dstPort: flow.port,
    proto: "tcp",
    raw: "",
    direction: "unknown",
    srcDevice: undefined,
    dstDevice: undefined,
    duplicateOf: undefined,
    service: flow.port === 443 ? "ssl" : flow.port === 445 ? "smb" : flow.port === 3389 ? "rdp" : flow.port === 22 ? "ssh" : undefined,
    duration: flow.seconds,
    bytesOut: flow.answered ? flow.out : 0,
    bytesIn: flow.answered ? flow.in : 0,
    packetsOut: flow.answered ? Math.max(3, Math.ceil(flow.out / 1_400)) : 1,
    packetsIn: flow.answered ? Math.max(3, Math.ceil(flow.in / 1_400)) : 0,
    state: flow.answered ? "established" : "attempt",
    history: undefined,
  } as unknown as NetEvent;
}
