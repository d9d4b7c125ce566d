import type { Alert } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";
import type { Observation } from "../schema/observation.ts";
import { compileFilters, directionsOf, type Test } from "./compile-filter.ts";
import { loadState, saveState } from "./engine-state.ts";
import type { Filter } from "./filter.ts";
import type { Model } from "./model.ts";
import { type EngineContext, ModelRunner } from "./model-runner.ts";

/** The owner's word that a model need not look at something: an observation that meets all filters is skipped by it ("*" = by every model). */
export interface SiteException {
  model: string;
  where: readonly Filter[];
}

export interface EngineOptions {
  siteExceptions?: readonly SiteException[];
  /** The other end as an entity, from the device registry; without it, the address itself. */
  target?: (o: Observation) => EntityRef | undefined;
  /** When an alert counts as made, ms; without it the newest event time, so that a replay gives the same bytes. */
  now?: () => number;
  /** Keys (entity, or entity and shared endpoint) that one component of one model remembers; the idle-longest goes first. */
  maxKeys?: number;
  /** Events held as proof, all models together. */
  maxEvents?: number;
}

interface Entry {
  runner: ModelRunner;
  component: number;
  test: Test;
}

const NONE: readonly Alert[] = Object.freeze([]);
const DIRECTIONS = ["internal", "outbound", "inbound", "external", "unknown"] as const;
/** Everything of one kind, and the parts of it that each direction can meet. */
interface KindIndex {
  all: readonly Entry[];
  internal: readonly Entry[];
  outbound: readonly Entry[];
  inbound: readonly Entry[];
  external: readonly Entry[];
  unknown: readonly Entry[];
}

/**
 * Models at work. Observations go in in event time, alerts come out; no clock, no disk, no randomness: the same observations give the same alerts.
 * Memory: bounded by maxKeys windows and keys a component and maxEvents events (defaults 20,000 and 40,000, some 60 MB at worst with 1 kB records).
 * Cost: an observation that no component wants about 0.1-0.3 µs, whatever the number of entities; see engine-speed.test.ts.
 */
export class ModelEngine {
  #runners: ModelRunner[] = [];
  #siteExceptions: readonly SiteException[];
  #index = new Map<string, KindIndex>();
  readonly #context: EngineContext;
  /** History was learned since the last observation that counts. */
  #learned = false;

  constructor(models: readonly Model[], options: EngineOptions = {}) {
    this.#siteExceptions = options.siteExceptions ?? [];
    const context: EngineContext = {
      now: 0,
      created: options.now ?? (() => context.now),
      target: options.target ?? addressOfTarget,
      maxKeys: options.maxKeys ?? 20_000,
      maxEvents: options.maxEvents ?? 40_000,
      held: 0,
    };
    this.#context = context;
    this.replaceModels(models);
  }

  get models(): readonly Model[] {
    return this.#runners.map((runner) => runner.model);
  }

  /** Alerts that this observation completes, in the order of models; empty nearly always. */
  observe(o: Observation): readonly Alert[] {
    if (this.#learned) this.#watch();
    if (o.time > this.#context.now) this.#context.now = o.time;
    const index = this.#index.get(o.kind);
    if (index === undefined) return NONE;
    const entries = entriesFor(index, o.fields.direction);
    let alerts: Alert[] | undefined;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as Entry;
      if (entry.test(o)) {
        alerts ??= [];
        entry.runner.match(entry.component, o, alerts);
      }
    }
    return alerts ?? NONE;
  }

  /**
   * History, on which nothing is told: models that tell the same again only after a while (`again`) take it as told, so that what was customary
   * before the watch began is no news on its first day. The others do not look.
   */
  learn(o: Observation): void {
    this.#learned = true;
    if (o.time > this.#context.now) this.#context.now = o.time;
    const index = this.#index.get(o.kind);
    if (index === undefined) return;
    for (const { runner, component, test } of entriesFor(index, o.fields.direction)) {
      if (runner.model.again !== undefined && test(o)) runner.match(component, o, []);
    }
  }

  #watch(): void {
    this.#learned = false;
    for (const runner of this.#runners) runner.dropHeld();
  }

  /** Event time has passed: delayed alerts that nothing cancelled, and growth that a throttle held back. Infinity = the input has ended. */
  advance(time: number): readonly Alert[] {
    if (this.#learned) this.#watch();
    if (Number.isFinite(time) && time > this.#context.now) this.#context.now = time;
    const alerts: Alert[] = [];
    for (const runner of this.#runners) runner.advance(time, alerts);
    return alerts.length === 0 ? NONE : alerts;
  }

  /** Takes this list instead; a model whose file is unchanged (same digest) keeps its state, one that changed starts afresh. */
  replaceModels(models: readonly Model[]): void {
    const before = new Map(this.#runners.map((runner) => [runner.model.digest, runner]));
    this.#runners = [...models]
      .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
      .map((model) => {
        const old = before.get(model.digest);
        before.delete(model.digest);
        return old ?? new ModelRunner(model, [], this.#context);
      });
    for (const gone of before.values()) gone.release();
    this.#rebuild();
  }

  replaceSiteExceptions(exceptions: readonly SiteException[]): void {
    this.#siteExceptions = exceptions;
    this.#rebuild();
  }

  #rebuild(): void {
    const kinds = new Map<string, { entry: Entry; directions: ReadonlySet<string> | undefined }[]>();
    for (const runner of this.#runners) {
      runner.exceptions = [...ModelRunner.exceptionTests(runner.model), ...this.#siteTests(runner.model)];
      runner.model.components.forEach((component, i) => {
        const item = { entry: { runner, component: i, test: compileFilters(component.where) ?? always }, directions: directionsOf(component.where) };
        for (const kind of component.on) kinds.set(kind, [...(kinds.get(kind) ?? []), item]);
      });
    }
    this.#index = new Map(
      [...kinds].map(([kind, items]) => {
        const of = (direction: (typeof DIRECTIONS)[number]): Entry[] => items.filter((i) => i.directions?.has(direction) ?? true).map((i) => i.entry);
        const [internal, outbound, inbound, external, unknown] = DIRECTIONS.map(of) as [Entry[], Entry[], Entry[], Entry[], Entry[]];
        return [kind, { all: items.map((i) => i.entry), internal, outbound, inbound, external, unknown }];
      }),
    );
  }

  #siteTests(model: Model): Test[] {
    return this.#siteExceptions
      .filter((e) => e.model === "*" || e.model === model.path)
      .map((e) => compileFilters(e.where))
      .filter((test) => test !== undefined);
  }

  /** The whole state as text (JSON); models themselves are not in it. Loading it into an engine with the same models goes on exactly. */
  save(): string {
    return saveState(this.#runners, this.#context);
  }

  /** Takes a saved state; that of models which changed or are gone since is left out. Throws CodedError model-state-unreadable on text that save() did not make. */
  load(text: string): void {
    loadState(text, this.#runners, this.#context);
  }
}

function entriesFor(index: KindIndex, direction: unknown): readonly Entry[] {
  switch (direction) {
    case "internal":
      return index.internal;
    case "outbound":
      return index.outbound;
    case "inbound":
      return index.inbound;
    case "external":
      return index.external;
    case "unknown":
      return index.unknown;
    default:
      return index.all;
  }
}

function always(): boolean {
  return true;
}

/** Without a registry: own when the direction says so; what an alert of ours points at counts as a device, so that chains can be followed. */
function addressOfTarget(o: Observation): EntityRef | undefined {
  const ip = o.peer?.ip;
  if (ip === undefined) return undefined;
  const { direction } = o.fields;
  const own = direction === "internal" || direction === "inbound" || (direction === undefined && (o.kind === "modelAlert" || o.facts.actorIsOurs === false));
  return { kind: own ? "device" : "external", id: ip, ip };
}
