import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { CodedError } from "../../base/result.ts";
import { DAY, MINUTE } from "../../base/time.ts";
import { directoryOf } from "../../lanes/directory.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import { switchOff, switchOn } from "../../respond/autonomy.ts";
import { ByHandDriver } from "../../respond/by-hand.ts";
import { CustomsNow } from "../../respond/customs-now.ts";
import { FlowBook } from "../../respond/flow-book.ts";
import { Judge } from "../../respond/judge.ts";
import { KindRegistry } from "../../respond/kinds.ts";
import { type Autonomy, type ModeSettings, STANDARD_MODES } from "../../respond/modes.ts";
import { Planner } from "../../respond/planner.ts";
import type { Driver } from "../../respond/ports.ts";
import { Responder } from "../../respond/responder.ts";
import { Limits, ProtectedList, type SafetyLimits } from "../../respond/safety.ts";
import type { Action, ActionChange } from "../../schema/action.ts";
import type { Alert } from "../../schema/alert.ts";
import type { NetEvent } from "../../schema/event.ts";
import type { Observation } from "../../schema/observation.ts";
import type { Notice } from "../../store/requests.ts";
import type { Store } from "../../store/types.ts";
import type { ResponseContent } from "./response-content.ts";

export interface LiveResponseOptions {
  core: PlatformCore;
  store: Store;
  clock: Clock;
  ticks(): number;
  enabled: boolean;
  content: ResponseContent;
  drivers: readonly Driver[];
  limits: SafetyLimits;
  /** Addresses, networks, ids and names that no action touches. */
  protectedTexts: readonly string[];
  /** A change of an action, for pages. */
  told(action: Action, change: ActionChange | undefined): void;
  /** Observations of actions become alerts of the models in the folder Response. */
  observe(observations: readonly Observation[]): Promise<void>;
  log(level: "info" | "warn" | "error", message: string): void;
}

const SETTING = "response";
/** Alerts about what happened longer ago than this lead to no action: old logs being read in are not an attack now. */
const RECENT = 15 * MINUTE;
const HISTORY = 30 * DAY;
const TICK = 500;

/** The engine of actions in the running platform: its settings in the store, its rows in the event log, its own alerts. */
export class LiveResponse {
  readonly #o: LiveResponseOptions;
  readonly kinds = new KindRegistry();
  readonly book: FlowBook;
  readonly judge: Judge;
  readonly planner: Planner;
  readonly responder: Responder;
  readonly drivers: readonly Driver[];
  settings: ModeSettings = STANDARD_MODES;
  content: ResponseContent;
  #pending: { observation: Observation; notice: Notice }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ticking = false;
  #closed = false;

  private constructor(options: LiveResponseOptions) {
    this.#o = options;
    this.content = options.content;
    this.drivers = [...options.drivers, new ByHandDriver(this.kinds, options.drivers)];
    const { core, clock } = options;
    const directory = directoryOf(core, options.protectedTexts);
    this.book = new FlowBook({
      deviceId: (index) => core.devices.get(index).id,
      peersOf: (id) => {
        const device = core.devices.find(id);
        return device === undefined ? [] : core.learner.profile(device.index).nearest.map((n) => n.id);
      },
    });
    const customs = new CustomsNow(this.book, directory);
    this.judge = new Judge({
      settings: () => this.settings,
      zone: core.zone,
      directory,
      protectedList: new ProtectedList(options.protectedTexts),
      limits: new Limits(options.limits),
      customs,
      hasDriver: (kind) => options.drivers.some((d) => d.kinds.includes(kind)),
    });
    this.planner = new Planner(options.enabled ? options.content.responses : [], {
      kinds: this.kinds,
      customs,
      addresses: directory.addresses,
      deviceAt: directory.deviceAt,
      spared: () => this.judge.spared().addresses,
      tags: directory.tags,
    });
    this.responder = new Responder({
      planner: this.planner,
      judge: this.judge,
      kinds: this.kinds,
      drivers: this.drivers,
      directory,
      book: this.book,
      clock,
      ticks: options.ticks,
      settings: () => this.settings,
      store: {
        put: async (actions, audit) => {
          await options.store.ask("putActions", { actions, ...(audit === undefined ? {} : { audit: audit as never }) });
        },
        one: (id) => options.store.ask("actionRaw", { id }),
        open: () => options.store.ask("openActions", {}),
      },
      changed: (action, change) => this.#changed(action, change),
      notice: (text) => options.log("warn", text),
    });
  }

  /** Brings back settings and customs. */
  static async open(options: LiveResponseOptions): Promise<LiveResponse> {
    const live = new LiveResponse(options);
    const { store, clock, core } = options;
    const kept = await store.ask("setting", { key: SETTING });
    if (typeof kept === "object" && kept !== null) live.settings = { ...STANDARD_MODES, ...(kept as ModeSettings) };
    const watched = live.settings.autonomy;
    const fresh = live.kinds.all().filter((k) => !watched.some((a) => a.kind === k.id));
    if (options.enabled && fresh.length > 0) {
      // The watch of a kind begins when there is somebody to watch it.
      const autonomy: Autonomy[] = [...watched, ...fresh.map((k) => ({ kind: k.id, since: clock.now() }))];
      live.settings = { ...live.settings, autonomy };
      await store.ask("putSetting", { key: SETTING, value: live.settings });
    }
    if (options.enabled) live.book.load(await store.ask("usualFlows", { since: clock.now() - HISTORY }), (ip) => core.devices.holder(ip)?.id);
    return live;
  }

  /** What is in force is applied with its remaining time. */
  async resume(): Promise<void> {
    await this.responder.load();
    await this.#drain();
  }

  start(): void {
    this.#timer = setInterval(() => void this.tick(), TICK);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  /** One look at the time; errors are told, never thrown: enforcement must outlive a bad second. */
  async tick(): Promise<void> {
    if (this.#ticking || this.#closed) return;
    this.#ticking = true;
    try {
      await this.responder.tick();
      await this.#drain();
    } catch (error) {
      this.#o.log("error", `response: ${(error as Error).message}`);
    } finally {
      this.#ticking = false;
    }
  }

  /** New alerts, already durable. */
  async take(alerts: readonly Alert[]): Promise<void> {
    if (!this.#o.enabled) return;
    const now = this.#o.clock.now();
    const recent = alerts.filter((a) => now - a.time <= RECENT && a.time - now <= RECENT);
    try {
      await this.responder.take(recent);
    } catch (error) {
      // A full disk stops new actions, not detection.
      this.#o.log("error", `response: ${(error as Error).message}`);
    }
    await this.#drain();
  }

  see(events: readonly NetEvent[]): void {
    if (this.#o.enabled) this.responder.see(events);
  }

  replaceContent(content: ResponseContent): void {
    this.content = content;
    this.planner.replace(this.#o.enabled ? content.responses : []);
  }

  get limits(): SafetyLimits {
    return this.#o.limits;
  }
  get enabled(): boolean {
    return this.#o.enabled;
  }

  /** After a person's change: rows of the log and alerts that came of it. */
  async settle<T>(work: Promise<T>): Promise<T> {
    const value = await work;
    await this.#drain();
    return value;
  }

  async keepSettings(settings: ModeSettings, audit?: object): Promise<void> {
    await this.#o.store.ask("putSetting", { key: SETTING, value: settings, ...(audit === undefined ? {} : { audit: audit as never }) });
    this.settings = settings;
  }

  async setAutonomy(kind: string, on: boolean, by: string, why: string, audit?: object): Promise<void> {
    const spec = this.kinds.get(kind);
    if (spec === undefined) throw new CodedError("action-invalid", "There is no such kind of action.");
    if (on && this.judge.isByHand(spec))
      throw new CodedError("autonomy-conflict", "No driver can do this yet, so it cannot act by itself: it is done by hand.");
    const now = this.#o.clock.now();
    const before = this.settings.autonomy.find((a) => a.kind === kind);
    const next = on ? switchOn(before, kind, by, why, now) : switchOff(before, kind, now);
    await this.keepSettings({ ...this.settings, autonomy: [...this.settings.autonomy.filter((a) => a.kind !== kind), next] }, audit);
  }

  async stop(stopped: boolean, by: string, why: string, audit?: object): Promise<number> {
    const { stopped: _, ...rest } = this.settings;
    await this.keepSettings(stopped ? { ...rest, stopped: { by, at: this.#o.clock.now(), why } } : rest, audit);
    return stopped ? this.settle(this.responder.stopAll(by, why)) : 0;
  }

  #changed(action: Action, change: ActionChange | undefined): void {
    this.#o.told(action, change);
    if (change === undefined) return;
    const entity = action.target.entity;
    const flow = action.target.flows?.[0];
    const other = flow?.dst === entity.ip ? flow?.src : flow?.dst;
    this.#pending.push({
      notice: {
        id: `action-${action.id}-${action.revision}`,
        time: change.time,
        entity: entity.id,
        kind: "response",
        what: `${action.title}: ${WORDS[change.to] ?? change.to}`,
        detail: `action ${action.id}${action.alert === undefined ? "" : ` · alert ${action.alert}`} · ${change.why}`,
        ...(other === undefined ? {} : { peer: other }),
      },
      observation: {
        kind: "action",
        time: change.time,
        entity,
        peer: other === undefined ? undefined : { ip: other, ...(flow?.port === undefined ? {} : { port: flow.port }) },
        fields: {},
        facts: {
          action: action.kind,
          label: this.kinds.get(action.kind)?.label ?? action.kind,
          does: action.title,
          // Extended, followed to a new address or put back is not begun again.
          state: change.to === "active" && change.from === "active" ? "changed" : change.to,
          mode: action.mode,
          trigger: action.model ?? "",
          reason: action.reason,
          actionId: action.id,
          minutes: action.seconds / 60,
        },
        events: [],
        why: () => [
          {
            feature: "action",
            observed: action.id,
            expected: "no action",
            text: action.alert === undefined ? `made by hand: ${action.reason}` : `led to by alert ${action.alert}: ${action.reason}`,
          },
        ],
      },
    });
  }

  /** What changed goes to the event log and to the models, outside of the engine's own queue. */
  async #drain(): Promise<void> {
    const list = this.#pending;
    if (list.length === 0) return;
    this.#pending = [];
    try {
      await this.#o.store.ask("putNotices", { notices: list.map((p) => p.notice) });
    } catch (error) {
      this.#o.log("error", `response: its row in the event log could not be written: ${(error as Error).message}`);
    }
    await this.#o.observe(list.map((p) => p.observation));
  }
}

const WORDS: Readonly<Record<string, string>> = {
  active: "in force",
  proposed: "waits for a person",
  shadow: "would have been done",
  confirmed: "decided",
  failed: "could not be done",
};

/** Stable id of an action that a person makes: a double click is one action. */
export function manualId(by: string, kind: string, entity: string, now: number): string {
  return createHash("sha256")
    .update(`${by}\n${kind}\n${entity}\n${Math.floor(now / 2_000)}`)
    .digest("hex")
    .slice(0, 20);
}
