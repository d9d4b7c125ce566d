import { ManualClock } from "../../src/base/clock.ts";
import { CodedError } from "../../src/base/result.ts";
import { ZoneClock } from "../../src/base/time.ts";
import { ByHandDriver } from "../../src/respond/by-hand.ts";
import { CustomsNow } from "../../src/respond/customs-now.ts";
import { FlowBook } from "../../src/respond/flow-book.ts";
import { Judge } from "../../src/respond/judge.ts";
import { KindRegistry } from "../../src/respond/kinds.ts";
import { type ModeSettings, STANDARD_MODES } from "../../src/respond/modes.ts";
import { Planner } from "../../src/respond/planner.ts";
import type { Able, ActionStore, Directory, Driver, DriverHealth, InForce } from "../../src/respond/ports.ts";
import { Responder } from "../../src/respond/responder.ts";
import { parseResponse, type Response } from "../../src/respond/response-file.ts";
import { Limits, ProtectedList, type SafetyLimits, STANDARD_LIMITS } from "../../src/respond/safety.ts";
import type { Action, ActionChange, ActionTarget } from "../../src/schema/action.ts";
import type { Alert } from "../../src/schema/alert.ts";
import type { NetEvent } from "../../src/schema/event.ts";
import { conn } from "./events.ts";

/** A driver that keeps its rules in memory, and whose rules end by their own time as a kernel's do. */
export class MemoryDriver implements Driver {
  readonly id = "memory";
  readonly label = "Memory";
  readonly kinds: readonly string[];
  state: DriverHealth["state"] = "ready";
  readonly rules = new Map<string, { target: ActionTarget; ends: number; kind: string }>();
  readonly #ticks: () => number;
  readonly calls: string[] = [];
  constructor(
    ticks: () => number,
    kinds = ["block-connections", "enforce-administration", "enforce-pattern", "enforce-group-pattern", "block-outgoing", "block-incoming", "quarantine"],
  ) {
    this.#ticks = ticks;
    this.kinds = kinds;
  }
  able(): Able {
    return this.state === "unavailable" ? { able: false, why: "the helper is gone", soon: true } : { able: true };
  }
  async apply(id: string, kind: string, target: ActionTarget, seconds: number): Promise<void> {
    if (this.state === "unavailable") throw new CodedError("driver-unavailable", "the helper is gone");
    this.calls.push(`apply ${id} ${seconds}`);
    this.rules.set(id, { target, kind, ends: this.#ticks() + seconds * 1_000 });
  }
  async clear(id: string): Promise<void> {
    if (this.state === "unavailable") throw new CodedError("driver-unavailable", "the helper is gone");
    this.calls.push(`clear ${id}`);
    this.rules.delete(id);
  }
  async inForce(ids: readonly string[]): Promise<ReadonlyMap<string, InForce>> {
    return new Map(ids.map((id) => [id, { rules: this.standing().includes(id) ? 1 : 0, wanted: 1, packets: 0, bytes: 0 }]));
  }
  health(): DriverHealth {
    return { state: this.state, detail: "" };
  }
  standing(): string[] {
    return [...this.rules].filter(([, r]) => r.ends > this.#ticks()).map(([id]) => id);
  }
}

export class MemoryActions implements ActionStore {
  readonly rows = new Map<string, Action>();
  async put(actions: readonly Action[]): Promise<void> {
    for (const a of actions) this.rows.set(a.id, structuredClone(a));
  }
  async one(id: string): Promise<Action | undefined> {
    const row = this.rows.get(id);
    return row === undefined ? undefined : structuredClone(row);
  }
  async open(): Promise<Action[]> {
    return [...this.rows.values()]
      .filter((a) => ["shadow", "proposed", "confirmed", "active", "failed"].includes(a.state) || a.quietUntil !== undefined)
      .map((a) => structuredClone(a));
  }
}

export const BLOCK = `
version: 1
description: Blocks exactly the connections that an alert is about.
action: block-connections
mode: autonomous
when: {any: [{model: Test / One}]}
misses: What no alert is raised for stays as it is.
cases:
  - {name: it fires, expect: plans, alerts: [{model: Test / One}]}
  - {name: another, expect: silent, alerts: [{model: Test / Two}]}
`;

export function responseOf(text = BLOCK, path = "Test/Block.yaml"): Response {
  const parsed = parseResponse(text, path);
  if (!parsed.ok) throw new Error(`${parsed.error.file}:${parsed.error.line}: ${parsed.error.reason}`);
  return parsed.value;
}

/** An answered TCP connection from one own device to another, as the sensor tells of it. */
export function cited(time: number, src: string, dst: string, port: number, given: Record<string, unknown> = {}): NetEvent {
  return conn(time, src, dst, { dstPort: port, proto: "tcp", state: "established", packetsIn: 3, bytesIn: 10, bytesOut: 10, ...given } as never);
}

export function alertOf(given: Partial<Alert> & { events?: readonly NetEvent[] } = {}): Alert {
  const time = given.time ?? 1_000_000;
  return {
    id: given.id ?? `alert-${time}`,
    time,
    created: time,
    model: "Test / One",
    modelVersion: 1,
    category: "Suspicious",
    compliance: false,
    priority: 3,
    score: 70,
    entity: { kind: "device", id: "d5", ip: "10.0.0.5" },
    peers: [{ ip: "10.0.0.20", port: 80 }],
    mitre: [],
    tags: [],
    title: "something happened",
    why: [],
    events: [cited(time, "10.0.0.5", "10.0.0.20", 80)],
    eventCount: 1,
    ...given,
  };
}

export interface Lab {
  clock: ManualClock;
  tick: { value: number };
  driver: MemoryDriver;
  actions: MemoryActions;
  settings: { value: ModeSettings };
  /** Address of each device now. */
  devices: Map<string, { ip: string | undefined; tags: string[] }>;
  book: FlowBook;
  kinds: KindRegistry;
  responder: Responder;
  changes: [Action, ActionChange | undefined][];
  notices: string[];
  /** Both clocks go on, and the engine looks. */
  pass(ms: number): Promise<void>;
}

export interface LabOptions {
  responses?: readonly Response[];
  limits?: SafetyLimits;
  protected?: readonly string[];
  /** A process that comes after another: the same store, driver and clocks. */
  after?: Lab;
  autonomous?: readonly string[];
  /** Beside the memory: drivers that are set up. What none of them does is done by hand, as in the platform. */
  drivers?: readonly Driver[];
  /** Tags of users, by id. */
  users?: Readonly<Record<string, readonly string[]>>;
}

/** The engine of actions with everything around it in memory. */
export function responseLab(options: LabOptions = {}): Lab {
  const clock = options.after?.clock ?? new ManualClock(1_000_000);
  const tick = options.after?.tick ?? { value: 0 };
  const driver = options.after?.driver ?? new MemoryDriver(() => tick.value);
  const actions = options.after?.actions ?? new MemoryActions();
  const on = { by: "anna", at: 0, why: "reported" };
  const settings = options.after?.settings ?? {
    value: { ...STANDARD_MODES, autonomy: (options.autonomous ?? ["block-connections"]).map((kind) => ({ kind, since: 0, on })) },
  };
  const devices =
    options.after?.devices ??
    new Map([
      ["d5", { ip: "10.0.0.5" as string | undefined, tags: [] as string[] }],
      ["d20", { ip: "10.0.0.20" as string | undefined, tags: [] as string[] }],
    ]);
  const directory: Directory = {
    entity(ref) {
      const device = devices.get(ref.id);
      if (ref.kind !== "device") return ref;
      return device === undefined ? undefined : { kind: "device", id: ref.id, ...(device.ip === undefined ? {} : { ip: device.ip }) };
    },
    addresses(ref) {
      const ip = devices.get(ref.id)?.ip;
      return ip === undefined ? (ref.kind === "external" ? [ref.id] : []) : [ip];
    },
    owner: (ip) => [...devices].find(([, d]) => d.ip === ip)?.[0],
    deviceAt(ip) {
      const id = directory.owner(ip);
      return id === undefined ? undefined : { kind: "device", id, ip };
    },
    tags: (ref) => devices.get(ref.id)?.tags ?? options.users?.[ref.id] ?? [],
    devices: () => [...devices].map(([id, { ip }]) => ({ kind: "device" as const, id, ...(ip === undefined ? {} : { ip }) })),
    fleet: () => devices.size,
  };
  const kinds = new KindRegistry();
  const able: readonly Driver[] = [driver, ...(options.drivers ?? [])];
  const book = new FlowBook({ deviceId: (index) => [...devices.keys()][index] });
  const customs = new CustomsNow(book, directory);
  const judge = new Judge({
    settings: () => settings.value,
    zone: new ZoneClock("UTC"),
    directory,
    protectedList: new ProtectedList(options.protected ?? []),
    limits: new Limits(options.limits ?? STANDARD_LIMITS),
    customs,
    hasDriver: (kind) => able.some((d) => d.kinds.includes(kind)),
  });
  const planner = new Planner(options.responses ?? [responseOf()], {
    kinds,
    customs,
    addresses: directory.addresses,
    deviceAt: directory.deviceAt,
    spared: () => judge.spared().addresses,
    tags: directory.tags,
  });
  const changes: Lab["changes"] = [];
  const notices: string[] = [];
  const responder = new Responder({
    planner,
    judge,
    kinds,
    drivers: [...able, new ByHandDriver(kinds, able)],
    directory,
    book,
    store: actions,
    clock,
    ticks: () => tick.value,
    settings: () => settings.value,
    changed: (action, change) => changes.push([action, change]),
    notice: (text) => notices.push(text),
  });
  const pass = async (ms: number): Promise<void> => {
    clock.set(clock.now() + ms);
    tick.value += ms;
    await responder.tick();
  };
  return { clock, tick, driver, actions, settings, devices, book, kinds, responder, changes, notices, pass };
}
