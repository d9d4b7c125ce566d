import { CodedError } from "../base/result.ts";
import type { Action, ActionChange, ActionState, ActionTarget } from "../schema/action.ts";
import type { Alert } from "../schema/alert.ts";
import type { NetEvent } from "../schema/event.ts";
import { ActiveSet } from "./active-set.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { Verdict } from "./judge.ts";
import type { KindSpec } from "./kind-spec.ts";
import { advance, isLive, type Step } from "./machine.ts";
import type { Plan } from "./plan.ts";
import type { AuditRow } from "./ports.ts";
import { PLATFORM, type ResponderOptions } from "./responder-options.ts";
import { Counterfactual } from "./tally.ts";

/** What a person decides, from the console, by the interface or by a link. */
export interface Decision {
  verb: "activate" | "refuse" | "extend" | "clear";
  /** The new total that remains, in seconds. */
  seconds?: number;
  why: string;
  by: string;
  /** Revision that the person saw; another one is a conflict. */
  revision?: number;
  audit?: AuditRow;
}

export const MAX_SECONDS = 86_400;
const SECOND = 1_000;

/**
 * The engine of all actions. Alerts go in, plans become actions by mode and safety; persons decide; time ends. Every change is durable before a
 * driver hears of it (`confirmed`), and after it has done its work (`active`), so that after a crash nothing is lost, doubled or longer than asked:
 * what stands confirmed or active is applied again with what remains. Changes are made one after the other.
 */
export class Responder {
  readonly #o: ResponderOptions;
  readonly set = new ActiveSet();
  readonly #dispatch: Dispatcher;
  readonly #counterfactual: Counterfactual;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ResponderOptions) {
    this.#o = options;
    this.#dispatch = new Dispatcher(options, this.set, (action, step, more) => this.#step(action, step, more));
    this.#counterfactual = new Counterfactual(options.book);
  }

  /** One change at a time: two people at once are one after the other. */
  #serial<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** Brings back what was open and applies what is in force with its remaining time. To be called once, before anything else. */
  async load(): Promise<void> {
    await this.#serial(async () => {
      for (const action of await this.#o.store.open()) {
        this.set.put(action);
        if (action.state === "shadow" || action.state === "proposed") this.#counterfactual.watch(action);
      }
      await this.#dispatch.resume();
    });
  }

  /** Learns and counts; to be called with every event, after its alerts were taken. */
  see(events: readonly NetEvent[]): void {
    for (const event of events) {
      this.#counterfactual.see(event);
      this.#o.book.learn(event);
    }
  }

  /** Plans for new alerts and does what may be done by itself. The alerts must be durable. */
  take(alerts: readonly Alert[]): Promise<Action[]> {
    const plans = alerts.filter((a) => !a.model.startsWith("Response / ")).flatMap((a) => this.#o.planner.plan(a));
    if (plans.length === 0) return Promise.resolve([]);
    return this.#serial(async () => {
      const made: Action[] = [];
      for (const plan of plans) {
        const action = await this.#begin(plan);
        if (action !== undefined) made.push(action);
      }
      return made;
    });
  }

  async #begin(plan: Plan): Promise<Action | undefined> {
    const now = this.#o.clock.now();
    if (this.set.isQuiet(plan.kind.id, plan.model, plan.target.entity.id, now)) return undefined;
    const verdict = this.#o.judge.judge(plan, this.set.live(), now);
    if (verdict.forbidden !== undefined) {
      this.#o.notice(`no action on ${plan.target.entity.hostname ?? plan.target.entity.id}: ${verdict.forbidden} (${plan.response})`);
      return undefined;
    }
    if (verdict.mode === "off") return undefined;
    const able = this.#dispatch.able(plan.kind.id, plan.target);
    const can = able.able || able.soon === true;
    const state: ActionState = verdict.mode === "shadow" || !can ? "shadow" : verdict.mode === "confirm" ? "proposed" : "confirmed";
    const target = this.set.remainder(plan.kind.id, plan.target, state);
    if (target === undefined || (await this.#o.store.one(plan.id)) !== undefined) return undefined;
    const held = can ? verdict.held : able.why;
    const action = this.#new(plan, target, { ...verdict, ...(held === undefined ? {} : { held }) }, state, now);
    await this.#keep(action, action.changes[0]);
    if (state !== "confirmed") {
      this.#counterfactual.watch(action);
      return action;
    }
    this.#o.judge.began(now);
    return this.#dispatch.carryOut(action);
  }

  #new(plan: Plan, target: ActionTarget, verdict: Verdict, state: ActionState, now: number): Action {
    const lasts = state === "proposed" ? plan.offer : plan.seconds;
    const until = now + lasts * SECOND;
    return {
      id: plan.id,
      revision: 1,
      kind: plan.kind.id,
      target,
      title: plan.kind.title(target),
      reason: plan.reason,
      mode: verdict.mode,
      state,
      created: now,
      seconds: plan.seconds,
      until,
      alert: plan.alert,
      model: plan.model,
      response: plan.response,
      ...(verdict.held === undefined ? {} : { held: verdict.held }),
      cost: verdict.cost,
      tally: { count: 0, bytes: 0, honest: 0 },
      changes: [{ time: now, from: "none", to: state, by: PLATFORM, why: verdict.held ?? plan.reason, until }],
    };
  }

  /** A person's action on any entity. Throws CodedError `action-invalid`, `action-forbidden`, `action-conflict`. */
  manual(input: {
    id: string;
    kind: KindSpec;
    target: ActionTarget;
    seconds: number;
    why: string;
    by: string;
    alert?: string;
    audit?: AuditRow;
  }): Promise<Action> {
    return this.#serial(async () => {
      const { kind, target } = input;
      const seconds = wholeSeconds(input.seconds);
      this.#requireAllowed(kind, target);
      const left = this.set.remainder(kind.id, target, "confirmed");
      if (left === undefined) throw new CodedError("action-conflict", "This is in force already.", { hint: "Extend it instead." });
      const now = this.#o.clock.now();
      const until = now + seconds * SECOND;
      const action: Action = {
        id: input.id,
        revision: 1,
        kind: kind.id,
        target: left,
        title: kind.title(left),
        reason: input.why,
        mode: "manual",
        state: "confirmed",
        created: now,
        seconds,
        until,
        by: input.by,
        ...(input.alert === undefined ? {} : { alert: input.alert }),
        cost: this.#o.judge.cost(left, now),
        tally: { count: 0, bytes: 0, honest: 0 },
        changes: [{ time: now, from: "none", to: "confirmed", by: input.by, why: input.why, until }],
      };
      await this.#keep(action, action.changes[0], input.audit);
      return this.#dispatch.carryOut(action);
    });
  }

  /** A person's word on an action. Throws CodedError `action-not-found`, `action-conflict`, `action-invalid`, `action-forbidden`. */
  decide(id: string, decision: Decision): Promise<Action> {
    return this.#serial(async () => {
      const action = this.set.get(id) ?? (await this.#o.store.one(id));
      if (action === undefined) throw new CodedError("action-not-found", "There is no action with this id.");
      if (decision.revision !== undefined && decision.revision !== action.revision)
        throw new CodedError("action-conflict", `This action has changed meanwhile: it is ${action.state}.`, { hint: "Look at its history and decide again." });
      switch (decision.verb) {
        case "activate":
          return this.#activate(action, decision);
        case "extend":
          return this.#extend(action, decision);
        case "refuse":
          return this.#refuse(action, decision);
        case "clear":
          return isLive(action.state) || action.state === "failed" ? this.#clear(action, decision) : this.#refuse(action, decision);
      }
    });
  }

  #requireAllowed(kind: KindSpec, target: ActionTarget): void {
    const { stopped } = this.#o.settings();
    if (stopped !== undefined) throw new CodedError("action-conflict", "The stop switch is on: no action can begin.", { hint: "Take the switch back first." });
    const forbidden = this.#o.judge.forbidden(kind, target);
    if (forbidden !== undefined) throw new CodedError("action-forbidden", `This action is not done: ${forbidden}.`);
    const able = this.#dispatch.able(kind.id, target);
    if (!able.able) throw new CodedError("action-unavailable", able.why);
  }

  async #activate(action: Action, decision: Decision): Promise<Action> {
    const kind = this.#o.kinds.get(action.kind);
    if (kind === undefined) throw new CodedError("action-invalid", "This kind of action does not exist any more.");
    const ended = !["shadow", "proposed", "failed"].includes(action.state);
    if (ended && decision.seconds === undefined)
      throw new CodedError("action-invalid", "Say how long it shall last.", { hint: "An ended action needs a new duration." });
    this.#requireAllowed(kind, action.target);
    const seconds = wholeSeconds(decision.seconds ?? action.seconds);
    const now = this.#o.clock.now();
    this.#counterfactual.forget(action);
    const step: Step = { to: "confirmed", time: now, by: decision.by, why: decision.why, until: now + seconds * SECOND };
    return this.#dispatch.carryOut(await this.#step(action, step, { seconds, quietUntil: now, tally: { count: 0, bytes: 0, honest: 0 } }, decision.audit));
  }

  async #extend(action: Action, decision: Decision): Promise<Action> {
    if (action.state !== "active") throw new CodedError("action-conflict", `This action is ${action.state}; only one in force can be extended or shortened.`);
    if (decision.seconds === undefined) throw new CodedError("action-invalid", "Say how long it shall last from now.");
    const seconds = wholeSeconds(decision.seconds);
    const now = this.#o.clock.now();
    const next = await this.#step(action, { to: "active", time: now, by: decision.by, why: decision.why, until: now + seconds * SECOND }, {}, decision.audit);
    return this.#dispatch.apply(next, false);
  }

  async #refuse(action: Action, decision: Decision): Promise<Action> {
    const now = this.#o.clock.now();
    this.#counterfactual.forget(action);
    return this.#step(
      action,
      { to: "refused", time: now, by: decision.by, why: decision.why, until: now },
      { quietUntil: Math.max(now, action.created + action.seconds * SECOND) },
      decision.audit,
    );
  }

  async #clear(action: Action, decision: Decision): Promise<Action> {
    const now = this.#o.clock.now();
    const quietUntil = Math.max(now, action.until);
    return this.#dispatch.end(action, { to: "cleared", time: now, by: decision.by, why: decision.why, until: now }, { quietUntil }, decision.audit);
  }

  /** The stop switch: everything in force is cleared at once. The settings must say `stopped` before. Returns how many were in force. */
  stopAll(by: string, why: string): Promise<number> {
    return this.#serial(async () => {
      const live = [...this.set.live()];
      const now = this.#o.clock.now();
      await Promise.all(live.map((action) => this.#dispatch.end(action, { to: "cleared", time: now, by, why, until: now }, {}, undefined)));
      return live.length;
    });
  }

  /** Time passes: ends, lapses, follows devices, tries again, looks whether the rules stand. To be called about once a second. */
  async tick(): Promise<void> {
    await this.#serial(async () => {
      const ended = await this.#dispatch.tick();
      for (const action of ended) this.#counterfactual.forget(action);
      const counted = this.#counterfactual.takeChanged();
      if (counted.length > 0) await this.#o.store.put(counted.filter((a) => this.set.get(a.id) === a));
    });
    const seen = await this.#dispatch.look();
    if (seen !== undefined && seen.length > 0) await this.#serial(() => this.#dispatch.compare(seen));
  }

  /** Can it be done, and if not, why: before the click. */
  able(kind: string, target: ActionTarget): ReturnType<Dispatcher["able"]> {
    return this.#dispatch.able(kind, target);
  }

  async #step(action: Action, step: Step, more: Partial<Action> = {}, audit?: AuditRow): Promise<Action> {
    const next = advance(action, step, more);
    await this.#keep(next, next.changes.at(-1), audit);
    return next;
  }

  async #keep(action: Action, change: ActionChange | undefined, audit?: AuditRow): Promise<void> {
    await this.#o.store.put([action], audit);
    this.set.put(action);
    this.#o.changed(action, change);
  }
}

export function wholeSeconds(seconds: number): number {
  const whole = Math.trunc(seconds);
  if (!(whole >= 1 && whole <= MAX_SECONDS)) throw new CodedError("action-invalid", "An action lasts from 1 second to 24 hours.");
  return whole;
}
