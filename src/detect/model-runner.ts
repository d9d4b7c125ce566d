import type { Alert } from "../schema/alert.ts";
import type { EntityRef, Peer } from "../schema/entity.ts";
import { eventId } from "../schema/event.ts";
import type { Observation } from "../schema/observation.ts";
import type { Why } from "../schema/score.ts";
import { actorAsPeer, entityOf, latestPeer, thingOf } from "./about-whom.ts";
import { buildAlert } from "./build-alert.ts";
import { holds, NEVER, stepChains } from "./combine.ts";
import { compileFilters, type Reader, readerOf, type Test } from "./compile-filter.ts";
import type { UnusualWithout } from "./counterfactual.ts";
import { eventsOf, type Firing, type Hit, type KeyState, keepEvents, newWindow, type Pending, type WindowState } from "./key-state.ts";
import type { Component, Model } from "./model.ts";
import { sharedOf, ToldThings } from "./told-things.ts";
import { DistinctWindow } from "./window.ts";

/** What all models of an engine share. */
export interface EngineContext {
  /** Newest event time, ms. */
  now: number;
  /** When an alert counts as made, ms. */
  created(): number;
  /** The other end of an observation as an entity. */
  target(o: Observation): EntityRef | undefined;
  maxKeys: number;
  maxEvents: number;
  /** Events that windows and hits hold, all models together. */
  held: number;
}

interface CompiledComponent {
  component: Component;
  by: readonly Reader[];
  of: Reader | undefined;
}

/** Text kept with a hit for title and reasons. */
const MAX_KEPT_TEXT = 300;
const SWEEP = 600_000;

/** One model at work: the state of its keys and what it does with an observation that passed a component's filters. */
export class ModelRunner {
  readonly model: Model;
  readonly windows: Map<string, WindowState>[];
  readonly keys = new Map<string, KeyState>();
  readonly firings = new Map<string, Firing>();
  readonly pending = new Map<string, Pending>();
  readonly told: ToldThings;
  #exceptions: readonly Test[];
  readonly #components: readonly CompiledComponent[];
  readonly #apart: readonly Reader[];
  readonly #needs: readonly { name: string; read: Reader }[];
  readonly #context: EngineContext;
  /** How long an idle key still matters. */
  readonly #keep: number;
  swept = Number.NEGATIVE_INFINITY;

  constructor(model: Model, exceptions: readonly Test[], context: EngineContext) {
    this.model = model;
    this.#exceptions = exceptions;
    this.#context = context;
    this.told = new ToldThings(model.again, context.maxKeys);
    this.windows = model.components.map(() => new Map<string, WindowState>());
    this.#components = model.components.map((component) => ({
      component,
      by: component.aggregate?.by.map(readerOf) ?? [],
      of: component.aggregate === undefined || component.aggregate.op === "count" ? undefined : readerOf(component.aggregate.of),
    }));
    this.#apart = model.apart.map(readerOf);
    this.#needs = model.needs.map((source) => ({ name: source.name, read: readerOf(source) }));
    const longest = Math.max(0, ...model.components.map((c) => c.aggregate?.over ?? 0));
    this.#keep = Math.max(model.within, longest, model.throttle, model.delay?.wait ?? 0);
  }

  set exceptions(tests: readonly Test[]) {
    this.#exceptions = tests;
  }

  static exceptionTests(model: Model): Test[] {
    return model.exceptions.map((filter) => compileFilters([filter])).filter((test) => test !== undefined);
  }

  /** An observation that passed the filters of component `i`. */
  match(i: number, o: Observation, alerts: Alert[]): void {
    for (const exception of this.#exceptions) if (exception(o)) return;
    const compiled = this.#components[i];
    if (compiled === undefined) return;
    const entity = entityOf(compiled.component.about, o, (other) => this.#context.target(other));
    if (entity === undefined) return;
    const peer = entity === o.entity ? o.peer : actorAsPeer(o);
    let apart = "";
    for (const read of this.#apart) apart += `\u0000${String(read(o)).slice(0, MAX_KEPT_TEXT)}`;
    const key = (this.model.shared.length === 0 ? entity.id : `${entity.id}\u0000${sharedOf(this.model.shared, peer)}`) + apart;
    let windowKey: string | undefined;
    let window: WindowState | undefined;
    if (compiled.component.aggregate !== undefined) {
      windowKey = key;
      for (const read of compiled.by) windowKey += `\u0000${String(read(o))}`;
      window = this.#count(i, compiled, windowKey, o);
      if (window === undefined) return;
    }
    const state = this.#hit(i, { key, entity, apart }, peer, o, windowKey, window);
    const { delay, combine, within } = this.model;
    if (delay?.cancel === i) this.pending.delete(key);
    stepChains(combine, i, o.time, state.held, state.chains, within);
    const time = this.#completedAt(i, state, o.time);
    if (time !== NEVER) this.#complete(key, state, o, time, alerts);
  }

  /** Event time at which the model was complete, once component `i` held at `time`: later than `time` when what was missing is told late; else NEVER. */
  #completedAt(i: number, state: KeyState, time: number): number {
    const { combine, within } = this.model;
    if (combine.op === "one") return combine.component === i ? time : NEVER;
    if (holds(combine, state.held, state.chains, time, within)) return time;
    if (!state.held.some((t) => t > time)) return NEVER;
    const later = state.held.filter((t) => t > time).sort((a, b) => a - b);
    return later.find((t) => holds(combine, state.held, state.chains, t, within)) ?? NEVER;
  }

  /** Adds to the window of the aggregate; the state when its threshold is reached. */
  #count(i: number, compiled: CompiledComponent, key: string, o: Observation): WindowState | undefined {
    const aggregate = compiled.component.aggregate;
    const windows = this.windows[i];
    if (aggregate === undefined || windows === undefined) return undefined;
    const given = compiled.of?.(o);
    if (aggregate.op === "sum" && !(typeof given === "number" && given > 0)) return undefined;
    if ((aggregate.op === "distinct" || aggregate.op === "new") && typeof given !== "string" && typeof given !== "number") return undefined;
    let state = windows.get(key);
    if (state !== undefined && o.time - state.touched >= aggregate.over) {
      this.#dropWindow(windows, key, state);
      state = undefined;
    }
    if (state === undefined) {
      state = { window: newWindow(aggregate), value: 0, peak: 0, count: 0, since: o.time, sinceId: idOf(o), first: [], latest: [], touched: o.time };
      this.#makeRoom(windows);
    } else windows.delete(key);
    windows.set(key, state);
    const { window } = state;
    const known = aggregate.op === "new" && (window as DistinctWindow).has(o.time, given as string | number);
    state.value =
      window instanceof DistinctWindow ? window.add(o.time, given as string | number) : window.add(o.time, aggregate.op === "sum" ? (given as number) : 1);
    if (state.value > state.peak) state.peak = state.value;
    state.count++;
    if (o.time > state.touched) state.touched = o.time;
    this.#context.held += keepEvents(state, o.events, state.value >= aggregate.atLeast / 2);
    while (this.#context.held > this.#context.maxEvents && windows.size > 1) this.#dropOldest(windows);
    return !known && state.value >= aggregate.atLeast ? state : undefined;
  }

  #hit(
    i: number,
    of: { key: string; entity: EntityRef; apart: string },
    peer: Peer | undefined,
    o: Observation,
    windowKey: string | undefined,
    window: WindowState | undefined,
  ): KeyState {
    const { key, entity, apart } = of;
    let state = this.keys.get(key);
    if (state !== undefined && o.time - state.touched > this.#keep) {
      this.#dropKey(key, state);
      state = undefined;
    }
    if (state === undefined) {
      const n = this.model.components.length;
      state = {
        entity,
        apart,
        hits: new Array<Hit | undefined>(n).fill(undefined),
        held: new Array<number>(n).fill(NEVER),
        chains: new Array<number>(this.model.slots).fill(NEVER),
        touched: o.time,
      };
      if (this.keys.size >= this.#context.maxKeys) this.#dropOldestKey();
    } else this.keys.delete(key);
    this.keys.set(key, state);
    state.entity = entity;
    if (o.time > state.touched) state.touched = o.time;
    const before = state.hits[i];
    const events = window === undefined ? o.events.slice(0, 10) : [];
    const goesOn = before !== undefined && o.time - before.time <= this.#keep;
    let order = 0;
    for (const hit of state.hits) if (hit !== undefined && hit.order >= order) order = hit.order + 1;
    const values: Hit["values"] = {};
    for (const need of this.#needs) {
      const value = need.read(o);
      if (value !== undefined)
        values[need.name] = (typeof value === "string" && value.length > MAX_KEPT_TEXT ? value.slice(0, MAX_KEPT_TEXT) : value) as Hit["values"][string];
    }
    this.#context.held += events.length - (before?.events.length ?? 0);
    state.hits[i] = {
      time: o.time,
      order,
      since: window?.since ?? (goesOn ? before.since : o.time),
      sinceId: window?.sinceId ?? (goesOn ? before.sinceId : idOf(o)),
      value: window?.value ?? 1,
      count: window?.count ?? (goesOn ? before.count + 1 : 1),
      peer,
      windowKey,
      events,
      values,
    };
    if (o.time > (state.held[i] ?? NEVER)) state.held[i] = o.time;
    return state;
  }

  #complete(key: string, state: KeyState, o: Observation, time: number, alerts: Alert[]): void {
    const firing = this.#firing(state, time);
    const id = idOf(o);
    if (firing.alertedId === id) return;
    if (firing.since === NEVER) {
      firing.since = time;
      firing.sinceId = id;
      if (firing.alerted === NEVER) {
        for (const hit of state.hits) {
          if (hit !== undefined && hit.since < firing.since) {
            firing.since = hit.since;
            firing.sinceId = hit.sinceId;
          }
        }
      }
    }
    firing.complete = Math.max(firing.complete, time);
    if (firing.alerted !== NEVER && time - firing.alerted < this.model.throttle) {
      if (firing.heldKey === undefined || time >= firing.heldTime) {
        firing.heldKey = key;
        firing.heldTime = time;
      }
      return;
    }
    if (this.told.has(thingOf(state), latestPeer(state), time)) {
      firing.since = NEVER;
      firing.sinceId = "";
      return;
    }
    const { delay } = this.model;
    if (delay !== undefined) {
      if (!this.pending.has(key)) this.pending.set(key, { due: time + delay.wait, time, id, why: o.why() });
      return;
    }
    this.#raise(state, firing, time, id, o.why(), alerts, o.unusualWithout?.bind(o));
  }

  #firing(state: KeyState, time: number): Firing {
    const id = thingOf(state);
    let firing = this.firings.get(id);
    if (firing === undefined) {
      firing = { alerted: NEVER, alertedCount: 0, alertedId: "", complete: NEVER, since: NEVER, sinceId: "", heldKey: undefined, heldTime: NEVER, repeats: 0 };
      if (this.firings.size >= this.#context.maxKeys) {
        const oldest = this.firings.keys().next().value;
        if (oldest !== undefined) this.firings.delete(oldest);
      }
    } else {
      this.firings.delete(id);
      // Complete once, delayed and cancelled, long ago: that one names no alert any more.
      if (firing.complete !== NEVER && time - firing.complete > this.#keep) firing.since = NEVER;
    }
    this.firings.set(id, firing);
    return firing;
  }

  /** `why` undefined = growth of what an earlier alert told. */
  #raise(state: KeyState, firing: Firing, time: number, id: string, why: readonly Why[] | undefined, alerts: Alert[], unusualWithout?: UnusualWithout): void {
    const { repeat } = this.model.score;
    const faded = firing.alerted === NEVER ? 0 : firing.repeats * 2 ** (-Math.max(0, time - firing.alerted) / repeat.halfLife);
    const windowOf = (i: number, key: string): WindowState | undefined => this.windows[i]?.get(key);
    alerts.push(
      buildAlert({
        model: this.model,
        state,
        firing,
        time,
        created: Math.max(time, this.#context.created()),
        why: why ?? [],
        // Growth is the same thing told in full: it does not fade for having been told in part.
        fade: repeat.factor ** (why === undefined ? Math.max(0, faded - 1) : faded),
        growth: why === undefined,
        unusualWithout,
        windowOf,
      }),
    );
    this.told.tell(thingOf(state), latestPeer(state), time);
    firing.repeats = why === undefined ? faded : faded + 1;
    firing.alerted = time;
    firing.alertedId = id;
    firing.alertedCount = this.#total(state, time);
    firing.since = NEVER;
    firing.sinceId = "";
    firing.heldKey = undefined;
  }

  /** Events that the aggregates of a key counted; 0 for a model without one, which does not grow but repeats. */
  #total(state: KeyState, time: number): number {
    let total = 0;
    state.hits.forEach((hit, i) => {
      if (hit?.windowKey === undefined || time - hit.time > this.#keep) return;
      total += this.windows[i]?.get(hit.windowKey)?.count ?? hit.count;
    });
    return total;
  }

  /** Event time passed: what waited long enough is raised, growth that the throttle held back is told, idle keys go. */
  advance(time: number, alerts: Alert[]): void {
    for (const [key, pending] of this.pending) {
      if (pending.due > time) continue;
      this.pending.delete(key);
      const state = this.keys.get(key);
      const firing = state === undefined ? undefined : this.firings.get(thingOf(state));
      if (state === undefined || firing === undefined) continue;
      if (firing.alerted !== NEVER && pending.time - firing.alerted < this.model.throttle) continue;
      if (this.told.has(thingOf(state), latestPeer(state), pending.time)) continue;
      this.#raise(state, firing, pending.time, pending.id, pending.why, alerts);
    }
    for (const firing of this.firings.values()) {
      if (firing.heldKey === undefined || time - firing.alerted < this.model.throttle) continue;
      const state = this.keys.get(firing.heldKey);
      const grown = state === undefined || firing.alertedCount === 0 ? 0 : this.#total(state, firing.heldTime) / firing.alertedCount;
      if (state !== undefined && grown > 1 && grown >= this.model.growth) this.#raise(state, firing, firing.heldTime, "", undefined, alerts);
      else {
        firing.heldKey = undefined;
        firing.since = NEVER;
      }
    }
    if (time - this.swept >= SWEEP) {
      this.swept = time;
      this.#sweep(time);
    }
  }

  /** What history grew by is not told as growth: nobody was told the rest. */
  dropHeld(): void {
    this.pending.clear();
    for (const firing of this.firings.values()) {
      firing.heldKey = undefined;
      firing.since = NEVER;
    }
  }

  #sweep(time: number): void {
    this.windows.forEach((windows, i) => {
      const over = this.#components[i]?.component.aggregate?.over ?? 0;
      for (const [key, state] of windows) if (time - state.touched >= over && time - state.touched > this.#keep) this.#dropWindow(windows, key, state);
    });
    for (const [key, state] of this.keys) if (time - state.touched > this.#keep && !this.pending.has(key)) this.#dropKey(key, state);
    this.told.sweep(time);
    const forgotten = this.model.score.repeat.halfLife * 6 + this.model.throttle;
    for (const [id, firing] of this.firings) if (time - Math.max(firing.alerted, firing.complete) > forgotten) this.firings.delete(id);
  }

  #makeRoom(windows: Map<string, WindowState>): void {
    if (windows.size >= this.#context.maxKeys) this.#dropOldest(windows);
  }

  #dropOldest(windows: Map<string, WindowState>): void {
    const oldest = windows.entries().next().value;
    if (oldest !== undefined) this.#dropWindow(windows, oldest[0], oldest[1]);
  }

  #dropWindow(windows: Map<string, WindowState>, key: string, state: WindowState): void {
    windows.delete(key);
    this.#context.held -= state.first.length + state.latest.length;
  }

  #dropOldestKey(): void {
    const oldest = this.keys.entries().next().value;
    if (oldest !== undefined) this.#dropKey(oldest[0], oldest[1]);
  }

  #dropKey(key: string, state: KeyState): void {
    this.keys.delete(key);
    this.pending.delete(key);
    this.#context.held -= eventsOf(state);
  }

  /** Gives back what it holds of the engine's budget, before it is replaced. */
  release(): void {
    for (const windows of this.windows) for (const [key, state] of windows) this.#dropWindow(windows, key, state);
    for (const [key, state] of this.keys) this.#dropKey(key, state);
  }
}

/** Names an observation for ever: its first event, else its kind and time. */
export function idOf(o: Observation): string {
  const event = o.events[0];
  return event === undefined ? `${o.kind}@${o.time}` : eventId(event);
}
