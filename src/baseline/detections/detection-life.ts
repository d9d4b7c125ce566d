import { HOUR, type ZoneClock } from "../../base/time.ts";
import type { EventOf } from "../../schema/event.ts";
import type { Facts, FactValue } from "../../schema/observation.ts";
import { unusualFromP, type Why } from "../../schema/score.ts";
import { ByteReader, ByteWriter } from "../../stats/bytes.ts";
import { learnVolume, VOLUME_STRIDE, type VolumePrior, volumeSurprise, WIDE_PRIOR } from "../../stats/volume-hurdle.ts";
import { type HostHour, TypeCounts } from "../endpoint-type-counts.ts";
import { EndpointTypes, type HostHourScore } from "../endpoint-types.ts";
import { count, quoted } from "../words.ts";

export type Detection = EventOf<"endpoint">;

const DAY = 24 * HOUR;
const LEVELS: Readonly<Record<string, number>> = { informational: 0, low: 1, medium: 2, high: 3 };
const MOST_PAIRS = 50_000;
/** Hours: how many a day are shown is counted over some weeks. */
const JUDGED_HALF_LIFE = 14 * 24;

interface HostLife {
  first: number;
  /** Detections by hour of the day, on the organisation's clock. */
  clock: Float32Array;
  all: number;
  day: number;
  today: number;
  state: Float64Array;
  types: Set<string>;
  recent: { type: string; time: number }[];
}

/** What a detection is called for learning: its title says what, its product who. */
export function typeOf(event: Detection): string {
  return `${event.product ?? ""}: ${event.title ?? ""}`;
}

/**
 * Which detections of endpoint products are customary for a device, its peer group and the organisation: by type and hour (see EndpointTypes),
 * by number in a day, by hour of the day, and by which types come together. `score` before `learn`; `closeHour` scores whole hours.
 * A type that repeats daily falls, the first of its kind rises. Memory: about 1 kB a device and 40 B a device and type.
 * Does not see: what a product does not report. Source: learning.md §4.14.
 */
export class DetectionLife {
  readonly #zone: ZoneClock;
  #counts = new TypeCounts();
  readonly #hours = new EndpointTypes();
  /** Hours of devices with a detection, faded, and for how many days they count. */
  #judged = 0;
  #judgedDays = 0;
  readonly #hosts = new Map<string, HostLife>();
  readonly #together = new Set<string>();
  readonly #typeHosts = new Map<string, Set<string>>();
  readonly #groupTypes = new Map<string, Set<string>>();
  readonly #all = new Float64Array(VOLUME_STRIDE);
  readonly #facts: Record<string, FactValue> = {};
  #open = Number.NEGATIVE_INFINITY;
  #unit = new Map<string, { host: string; group: string; types: Map<string, number> }>();

  constructor(zone: ZoneClock) {
    this.#zone = zone;
  }

  get hosts(): number {
    return this.#hosts.size;
  }

  /** Facts of a detection on `host` of peer group `group`, before it is learned. */
  score(event: Detection, host: string, group: string, roles: readonly string[], isKnown: boolean): Facts {
    const facts = this.#facts;
    const type = typeOf(event);
    const life = this.#hosts.get(host);
    const hour = Math.floor(event.time / HOUR);
    if (!this.#unit.has(host)) this.#counts.startHour(hour, [{ host, group, types: new Map() }]);
    const presence = this.#counts.presence(hour, { host, group, types: new Map() }, type);
    const onHost = life?.types.has(type) === true;
    const elsewhere = this.#typeHosts.get(type);
    const others = elsewhere === undefined ? 0 : elsewhere.size - (elsewhere.has(host) ? 1 : 0);
    const inGroup = this.#groupTypes.get(group)?.has(type) === true;
    facts.actorRoles = roles;
    facts.severityLevel = LEVELS[event.severity ?? ""] ?? 1;
    facts.typeNovelty = onHost ? 0 : others === 0 ? 3 : inGroup ? 1 : 2;
    facts.typeP = presence.p;
    facts.typeHours = presence.hostHours;
    facts.typeDevices = others;
    facts.learnedDevices = this.#hosts.size;
    facts.hourP = this.#hourShare(life, event.time);
    const day = Math.floor(event.time / DAY);
    const today = (life !== undefined && life.day === day ? life.today : 0) + 1;
    facts.today = today;
    facts.todayP = Math.exp(-volumeSurprise(life?.state ?? EMPTY, 0, today, this.#prior()));
    facts.combination = this.#isNewCombination(life, type, event.time);
    facts.known = isKnown;
    facts.lateMinutes = event.reported === undefined ? undefined : Math.max(0, (event.reported - event.time) / 60_000);
    facts.unusual = unusualFromP(presence.p);
    return facts;
  }

  learn(event: Detection, host: string, group: string): void {
    const type = typeOf(event);
    const day = Math.floor(event.time / DAY);
    let life = this.#hosts.get(host);
    if (life === undefined) {
      life = { first: event.time, clock: new Float32Array(24), all: 0, day, today: 0, state: new Float64Array(VOLUME_STRIDE), types: new Set(), recent: [] };
      this.#hosts.set(host, life);
    }
    if (life.day < day) {
      learnVolume(life.state, 0, life.today);
      learnVolume(this.#all, 0, life.today);
      life.day = day;
      life.today = 0;
    }
    if (life.day === day) life.today++;
    const local = this.#zone.hourOfWeek(event.time) % 24;
    life.clock[local] = (life.clock[local] ?? 0) + 1;
    life.all++;
    life.recent = life.recent.filter((r) => Math.abs(event.time - r.time) <= HOUR);
    for (const other of life.recent) if (other.type !== type && this.#together.size < MOST_PAIRS) this.#together.add(pair(type, other.type));
    if (life.recent.length < 100) life.recent.push({ type, time: event.time });
    life.types.add(type);
    put(this.#typeHosts, type, host);
    put(this.#groupTypes, group, type);
    const unit = this.#unit.get(host) ?? { host, group, types: new Map<string, number>() };
    this.#unit.set(host, unit);
    unit.types.set(type, (unit.types.get(type) ?? 0) + 1);
  }

  /** Event time moves on: the hour that has passed is scored and learned as a whole. */
  closeHour(time: number): HostHourScore[] {
    const hour = Math.floor(time / HOUR);
    if (hour <= this.#open) return [];
    const closed = this.#open;
    this.#open = hour;
    if (!Number.isFinite(closed) || this.#unit.size === 0) return [];
    const keep = 2 ** (-(hour - closed) / JUDGED_HALF_LIFE);
    const units: HostHour[] = [...this.#unit.values()];
    this.#judged = this.#judged * keep + units.length;
    this.#judgedDays = this.#judgedDays * keep + (hour - closed) / 24;
    this.#unit = new Map();
    for (const unit of units) this.#counts.learn(closed, unit);
    return this.#hours.closeHour(closed, units);
  }

  /** Hours of devices with a detection that the organisation shows a day; in its first day those of it so far. */
  get hoursPerDay(): number {
    return this.#judged / Math.max(1, this.#judgedDays);
  }

  why(event: Detection): Why[] {
    const f = this.#facts;
    const whom = event.host === undefined ? "this user" : "this device";
    const known = Math.max(0, (f.learnedDevices as number) - 1);
    const others = known === 0 ? "no other device has shown any yet" : `${count(f.typeDevices as number)} of ${count(known)} other devices ever showed it`;
    const novelty = [`known on ${whom}`, `new to ${whom}`, "new to its peers", "the first of its kind in the organisation"][f.typeNovelty as number] ?? "";
    const why: Why[] = [
      {
        feature: "detectionType",
        observed: event.title ?? "",
        expected: f.typeNovelty === 0 ? hoursBefore(f.typeHours as number) : `never on ${whom}`,
        p: f.typeP as number,
        text: `${event.product ?? "The product"} reported ${quoted(event.title ?? "")} (${event.severity ?? "no severity"}): ${novelty}; ${others}.`,
      },
    ];
    if (event.actor !== undefined || event.threatFamily !== undefined || event.threat !== undefined)
      why.push({
        feature: "threat",
        observed: [event.actor, event.threatFamily, event.threat].filter((t) => t !== undefined).join(", "),
        expected: "no name",
        text: `The product names ${[event.actor === undefined ? undefined : `the actor ${event.actor}`, event.threatFamily === undefined ? undefined : `the family ${event.threatFamily}`, event.threat === undefined ? undefined : `the threat ${event.threat}`].filter((t) => t !== undefined).join(", ")}.`,
      });
    if (event.reported !== undefined)
      why.push({
        feature: "clocks",
        observed: new Date(event.reported).toISOString(),
        expected: new Date(event.time).toISOString(),
        text: `Happened at ${new Date(event.time).toISOString()}, reported by the product at ${new Date(event.reported).toISOString()}.`,
      });
    return why;
  }

  #prior(): VolumePrior {
    const n = this.#all[2] ?? 0;
    return n < 20 ? { ...WIDE_PRIOR, mean: 1.5 } : { positive: 1, mean: this.#all[3] ?? 1, variance: Math.max(0.1, (this.#all[4] ?? 0) / n), weight: 2 };
  }

  #hourShare(life: HostLife | undefined, time: number): number | undefined {
    if (life === undefined || life.all < 20) return undefined;
    const hour = this.#zone.hourOfWeek(time) % 24;
    let near = 0;
    for (let d = -2; d <= 2; d++) near += life.clock[(hour + d + 24) % 24] ?? 0;
    return near / life.all;
  }

  #isNewCombination(life: HostLife | undefined, type: string, time: number): boolean {
    if (life === undefined || (this.#typeHosts.get(type)?.size ?? 0) === 0) return false;
    return life.recent.some((r) => r.type !== type && Math.abs(time - r.time) <= HOUR && !this.#together.has(pair(r.type, type)) && life.all >= 5);
  }

  save(): unknown {
    const counts = new ByteWriter();
    this.#counts.save(counts);
    return {
      counts: Buffer.from(counts.finish()).toString("base64"),
      unit: [...this.#unit.values()].map((u) => ({ ...u, types: [...u.types] })),
      hosts: [...this.#hosts].map(([id, h]) => [id, { ...h, clock: [...h.clock], state: [...h.state], types: [...h.types] }]),
      together: [...this.#together],
      typeHosts: [...this.#typeHosts].map(([t, h]) => [t, [...h]]),
      groupTypes: [...this.#groupTypes].map(([t, h]) => [t, [...h]]),
      all: [...this.#all],
      hours: [...this.#hours.save()],
      open: Number.isFinite(this.#open) ? this.#open : null,
      judged: [this.#judged, this.#judgedDays],
    };
  }

  load(saved: unknown): void {
    const s = saved as {
      hosts: [string, Omit<HostLife, "clock" | "state" | "types"> & { clock: number[]; state: number[]; types: string[] }][];
      together: string[];
      typeHosts: [string, string[]][];
      groupTypes: [string, string[]][];
      all: number[];
      hours: number[];
      open: number | null;
      /** A state of the first form lacks these two: what they hold is then learned anew. */
      counts?: string;
      unit?: { host: string; group: string; types: [string, number][] }[];
      judged?: [number, number];
    };
    [this.#judged, this.#judgedDays] = s.judged ?? [0, 0];
    for (const [id, h] of s.hosts) this.#hosts.set(id, { ...h, clock: Float32Array.from(h.clock), state: Float64Array.from(h.state), types: new Set(h.types) });
    for (const key of s.together) this.#together.add(key);
    for (const [t, h] of s.typeHosts) this.#typeHosts.set(t, new Set(h));
    for (const [t, h] of s.groupTypes) this.#groupTypes.set(t, new Set(h));
    this.#all.set(s.all);
    this.#hours.load(Uint8Array.from(s.hours));
    this.#open = s.open ?? Number.NEGATIVE_INFINITY;
    this.#counts = new TypeCounts();
    if (s.counts !== undefined) this.#counts.load(new ByteReader(Uint8Array.from(Buffer.from(s.counts, "base64"))));
    this.#unit = new Map((s.unit ?? []).map((u) => [u.host, { ...u, types: new Map(u.types) }]));
  }
}

const EMPTY = new Float64Array(VOLUME_STRIDE);

function pair(a: string, b: string): string {
  return a < b ? `${a}\u0000${b}` : `${b}\u0000${a}`;
}

function put(map: Map<string, Set<string>>, key: string, value: string): void {
  const found = map.get(key);
  if (found === undefined) map.set(key, new Set([value]));
  else if (found.size < 10_000) found.add(value);
}

function hoursBefore(hours: number): string {
  return hours <= 1 ? "in one hour before" : `in ${count(hours)} hours before`;
}
