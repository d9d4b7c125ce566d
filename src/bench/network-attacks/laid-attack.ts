import { readFileSync } from "node:fs";
import { DEFAULT_OWN_NETWORKS, isHostAddress, NetworkSet } from "../../base/ip.ts";
import type { Random } from "../../base/random.ts";
import { CodedError } from "../../base/result.ts";
import { DAY } from "../../base/time.ts";
import { createRecordParser } from "../../parsers/create-parser.ts";
import type { NetEvent } from "../../schema/event.ts";
import { discover, type Input } from "../../sensors/discover.ts";
import { readMerged } from "../../sensors/merge.ts";
import { readPcap } from "../../sensors/suricata/read-pcap.ts";
import { ownNetworks } from "../contacts.ts";
import type { TruthOfAttack } from "./judge.ts";
import { moved } from "./real-honest.ts";

export interface AttackCapture {
  events: NetEvent[];
  facts: readonly Fact[];
  own: NetworkSet;
}

interface Fact {
  entity: string;
  peer?: string;
  host?: string;
  port?: number;
  technique: string;
}

/** An attack's capture (Zeek, EVE, or packets through Suricata) and what is known of it. At most a day of it, from just before the first fact. Throws `bad-option` when no record bears the truth out. */
export async function readAttack(data: readonly string[], org: string | undefined, truth: string): Promise<AttackCapture> {
  const own = ownNetworks(org);
  const facts = readFileSync(truth, "utf8")
    .split("\n")
    .filter((l) => l.trim() !== "")
    .map((l) => JSON.parse(l) as Fact);
  const { inputs } = await discover(data);
  const events: NetEvent[] = [];
  let first = Number.POSITIVE_INFINITY;
  const whole = ({ path, source, file, fileKey }: Input) => readPcap(path, { source, file, fileKey, parser: (context) => createRecordParser("eve", context) });
  for await (const batch of readMerged(inputs, { whole })) {
    for (const event of batch.events) {
      if (event.time > first + DAY) break;
      if (facts.some((f) => bears(f, event))) first = Math.min(first, event.time);
      event.raw = "";
      events.push(event);
    }
  }
  if (!Number.isFinite(first)) throw new CodedError("bad-option", `no record of the data bears out ${truth}`, { exitCode: 2 });
  return { events: events.filter((e) => e.time >= first - 600_000), facts, own };
}

function bears(f: Fact, e: NetEvent): boolean {
  if (e.src !== f.entity && e.dst !== f.entity) return false;
  if (f.peer !== undefined && e.src !== f.peer && e.dst !== f.peer) return false;
  if (
    f.host !== undefined &&
    !(e.family === "http" && e.host === f.host) &&
    !(e.family === "tls" && e.serverName === f.host) &&
    !(e.family === "dns" && e.query === f.host)
  )
    return false;
  return f.port === undefined || e.dstPort === f.port;
}

/**
 * The capture laid on machines of a ground from a moment on: its own addresses become machines there (those attacked first, drawn by lot; the same one
 * each time), private addresses that are not its own become outside ones, others stay.
 */
export function layCapture(
  capture: AttackCapture,
  machines: readonly string[],
  start: number,
  end: number,
  random: Random,
): { events: NetEvent[]; truth: TruthOfAttack[] } {
  const free = [...machines];
  const places = new Map<string, string>();
  const inside = new NetworkSet(DEFAULT_OWN_NETWORKS);
  const isOwn = (ip: string): boolean => capture.own.has(ip) && isHostAddress(ip);
  const take = (): string => free.splice(Math.floor(random() * free.length), 1)[0] ?? machines[0] ?? "10.50.0.10";
  const place = (ip: string | undefined): string | undefined => {
    if (ip === undefined || !isHostAddress(ip)) return ip;
    let found = places.get(ip);
    if (found === undefined) {
      found = isOwn(ip) ? take() : inside.has(ip) ? `203.0.113.${1 + (places.size % 250)}` : ip;
      places.set(ip, found);
    }
    return found;
  };
  for (const f of capture.facts) place(f.entity);
  const from = capture.events[0]?.time ?? 0;
  const events = capture.events.map((e) => moved(e, start + (e.time - from), place(e.src), place(e.dst), "laid")).filter((e) => e.time < end);
  const truth = capture.facts.flatMap((f) => {
    const at = capture.events.find((e) => bears(f, e));
    const time = at === undefined ? Number.NaN : start + (at.time - from);
    return time < end ? [{ entity: place(f.entity) ?? f.entity, technique: f.technique, start: time }] : [];
  });
  return { events, truth };
}
