import { CodedError } from "../base/result.ts";
import type { Action, ActionTarget, FlowMatch } from "../schema/action.ts";
import type { ActiveSet } from "./active-set.ts";
import type { Step } from "./machine.ts";
import { isLive } from "./machine.ts";
import type { Able, AuditRow, Driver, InForce } from "./ports.ts";
import { PLATFORM, type ResponderOptions } from "./responder-options.ts";

type MakeStep = (action: Action, step: Step, more?: Partial<Action>, audit?: AuditRow) => Promise<Action>;

const SECOND = 1_000;
/** Walls and ticks apart by more than this: somebody set the clock. */
const JUMP = 5 * SECOND;
const RETRY = 5 * SECOND;
const LOOK = 5 * SECOND;
/** A rule that is about to end is not missed. */
const NEARLY_OVER = 3 * SECOND;

/** Actions and drivers: carries out, ends, follows, and looks whether what should stand still stands. */
export class Dispatcher {
  readonly #o: ResponderOptions;
  readonly #set: ActiveSet;
  readonly #step: MakeStep;
  #wall: number | undefined;
  #tick = 0;
  #nextLook = 0;
  readonly #retryAt = new Map<string, number>();

  constructor(options: ResponderOptions, set: ActiveSet, step: MakeStep) {
    this.#o = options;
    this.#set = set;
    this.#step = step;
  }

  #driversFor(kind: string, target: ActionTarget): Driver[] {
    return this.#o.drivers.filter((d) => d.kinds.includes(kind) && d.able(kind, target).able);
  }

  able(kind: string, target: ActionTarget): Able {
    const known = this.#o.drivers.filter((d) => d.kinds.includes(kind));
    if (known.length === 0) return { able: false, why: "No driver is set up that can do this." };
    const answers = known.map((d) => d.able(kind, target));
    return answers.find((a) => a.able) ?? answers.find((a) => !a.able && a.soon === true) ?? (answers[0] as Able);
  }

  /** Confirmed becomes active, or failed; cleared when its address became another device's between proposal and word. */
  async carryOut(action: Action): Promise<Action> {
    return this.#moved(action) === undefined ? this.apply(action, true) : this.#follow(action, this.#o.clock.now());
  }

  async apply(action: Action, first: boolean): Promise<Action> {
    const drivers = this.#driversFor(action.kind, action.target);
    const now = this.#o.clock.now();
    const left = Math.ceil((action.until - now) / SECOND);
    if (left <= 0) return this.end(action, { to: "expired", time: now, by: PLATFORM, why: "its time was over", until: now });
    if (drivers.length === 0) return this.#failed(action, this.able(action.kind, action.target));
    const done: string[] = [];
    let fault = "";
    const results = await Promise.allSettled(drivers.map((d) => d.apply(action.id, action.kind, action.target, left)));
    for (const [i, result] of results.entries()) {
      if (result.status === "fulfilled") done.push((drivers[i] as Driver).id);
      else fault = messageOf(result.reason);
    }
    if (done.length === 0) return this.#failed(action, { able: false, why: fault });
    this.#set.endTick.set(action.id, this.#o.ticks() + left * SECOND);
    this.#retryAt.delete(action.id);
    if (!first && action.state === "active") return action;
    const how = drivers.every((d) => d.byHand === true) ? "a person says that it is done by hand" : "in force";
    const why = fault === "" ? how : `${how}; not by every driver: ${fault}`;
    return this.#step(action, { to: "active", time: this.#o.clock.now(), by: PLATFORM, why, until: action.until }, { driver: done.join(", ") });
  }

  async #failed(action: Action, able: Able): Promise<Action> {
    const why = able.able ? "no driver took it" : able.why;
    this.#retryAt.set(action.id, this.#o.ticks() + RETRY);
    if (action.state === "failed") return action;
    return this.#step(action, { to: "failed", time: this.#o.clock.now(), by: PLATFORM, why, until: action.until });
  }

  /** Takes the rules away, then notes the end. A driver that is gone cannot stop it: the rule's own time ends it. */
  async end(action: Action, step: Step, more: Partial<Action> = {}, audit?: AuditRow): Promise<Action> {
    const drivers = this.#o.drivers.filter((d) => d.kinds.includes(action.kind));
    const results = await Promise.allSettled(drivers.map((d) => d.clear(action.id, action.kind, action.target)));
    const fault = results.find((r) => r.status === "rejected");
    this.#retryAt.delete(action.id);
    const why =
      fault === undefined ? step.why : `${step.why} (a driver could not take its rule away: ${messageOf(fault.reason)}; it ends by itself at its time)`;
    return this.#step(action, { ...step, why }, more, audit);
  }

  /** After a start: what is decided or in force is applied with what remains, never with more than it was given. */
  async resume(): Promise<void> {
    const now = this.#o.clock.now();
    this.#wall = now;
    this.#tick = this.#o.ticks();
    const live = [...this.#set.live()];
    const drop: Action[] = [];
    for (const action of live) {
      const last = action.changes.findLast((c) => c.until > c.time);
      const given = last === undefined ? 0 : last.until - last.time;
      const until = Math.min(action.until, now + given);
      const kept = until === action.until ? action : { ...action, until };
      if (until <= now) drop.push(kept);
      else if (this.#moved(kept) !== undefined) await this.#follow(kept, now);
      else await this.apply(kept, kept.state === "confirmed");
    }
    for (const action of drop) await this.end(action, { to: "expired", time: now, by: PLATFORM, why: "its time was over", until: now });
  }

  /** Returns what ended. */
  async tick(): Promise<Action[]> {
    const now = this.#o.clock.now();
    const tick = this.#o.ticks();
    await this.#watchClock(now, tick);
    const ended: Action[] = [];
    for (const action of this.#set.all()) {
      const endTick = this.#set.endTick.get(action.id);
      const over = action.state === "active" && endTick !== undefined ? tick >= endTick : now >= action.until;
      if (over) ended.push(await this.#over(action, now));
      else if (isLive(action.state)) await this.#follow(action, now);
      else if (action.state === "failed" && tick >= (this.#retryAt.get(action.id) ?? 0)) await this.#again(action, now, tick);
    }
    return ended;
  }

  async #over(action: Action, now: number): Promise<Action> {
    const undo = this.#o.drivers.find((d) => d.id === action.driver)?.byHand === true ? "; what was done by hand is to be undone by hand" : "";
    const why = isLive(action.state)
      ? `its time was over${undo}`
      : action.state === "failed"
        ? "it could not be done in its time"
        : "nobody asked for it in its time";
    const step: Step = { to: "expired", time: now, by: PLATFORM, why, until: now };
    return isLive(action.state) ? this.end(action, step) : this.#step(action, step);
  }

  async #again(action: Action, now: number, tick: number): Promise<void> {
    this.#retryAt.set(action.id, tick + RETRY);
    if (!this.#driversFor(action.kind, action.target).some((d) => d.health().state !== "unavailable")) return;
    const again = await this.#step(action, { to: "confirmed", time: now, by: PLATFORM, why: "tried again", until: action.until });
    await this.apply(again, true);
  }

  /** A clock that was set moves every end with it: an action lasts as long as it was given, whatever the wall says. */
  async #watchClock(now: number, tick: number): Promise<void> {
    const before = this.#wall;
    const jump = before === undefined ? 0 : now - before - (tick - this.#tick);
    this.#wall = now;
    this.#tick = tick;
    if (Math.abs(jump) < JUMP) return;
    this.#o.notice(`the clock was moved by ${Math.round(jump / SECOND)} s; actions keep the time they were given`);
    for (const action of this.#set.all()) {
      const until = action.until + jump;
      if (action.state === "active")
        await this.#step(action, { to: "active", time: now, by: PLATFORM, why: `the clock was moved by ${Math.round(jump / SECOND)} s`, until });
      else action.until = until;
    }
  }

  /** Addresses that the entity had when the action was made and has no more, or has now beside them. */
  #moved(action: Action): { gone: Set<string>; entity: boolean } | undefined {
    const { entity, flows = [] } = action.target;
    if (entity.kind !== "device") return undefined;
    const now = this.#o.directory.entity(entity);
    if (now === undefined) return { gone: new Set(), entity: false };
    const gone = new Set<string>();
    for (const ip of flows.flatMap((f) => [f.src, f.dst])) {
      if (ip === undefined || gone.has(ip)) continue;
      const owner = this.#o.directory.owner(ip);
      if (ip === entity.ip && owner !== undefined && owner !== entity.id) gone.add(ip);
    }
    return gone.size === 0 ? undefined : { gone, entity: true };
  }

  /** The block follows the device to its new address, or ends when there is none: it must not fall on who has the old one now. */
  async #follow(action: Action, now: number): Promise<Action> {
    const moved = this.#moved(action);
    if (moved === undefined) return action;
    const current = moved.entity ? this.#o.directory.entity(action.target.entity) : undefined;
    if (current?.ip === undefined || moved.gone.has(current.ip)) {
      const why = moved.entity ? "its address belongs to another device now" : "the device is not known any more";
      return this.end(action, { to: "cleared", time: now, by: PLATFORM, why, until: now });
    }
    const swap = (ip: string | undefined): string | undefined => (ip !== undefined && moved.gone.has(ip) ? current.ip : ip);
    const turned = (list: readonly FlowMatch[]): FlowMatch[] =>
      list.map((f) => {
        const src = swap(f.src);
        const dst = swap(f.dst);
        return { ...f, ...(src === undefined ? {} : { src }), ...(dst === undefined ? {} : { dst }) };
      });
    const { flows, allowed, ...rest } = action.target;
    const target: ActionTarget = {
      ...rest,
      entity: current,
      ...(flows === undefined ? {} : { flows: turned(flows) }),
      ...(allowed === undefined ? {} : { allowed: turned(allowed) }),
    };
    const drivers = this.#o.drivers.filter((d) => d.kinds.includes(action.kind));
    await Promise.allSettled(drivers.map((d) => d.clear(action.id, action.kind, action.target)));
    const title = this.#o.kinds.get(action.kind)?.title(target) ?? action.title;
    const next = await this.#step(
      action,
      { to: action.state, time: now, by: PLATFORM, why: `the device has the address ${current.ip} now`, until: action.until },
      { target, title },
    );
    return this.apply(next, next.state === "confirmed");
  }

  /**
   * Do the rules stand, and what have they refused? Only asks, so that nothing waits for it; undefined when it is not yet time. The dearer the last
   * look, the later the next.
   */
  async look(): Promise<Seen[] | undefined> {
    const started = this.#o.ticks();
    if (started < this.#nextLook) return undefined;
    const active = this.#set.all().filter((a) => a.state === "active");
    const ids = active.map((a) => a.id);
    const out: Seen[] = [];
    for (const driver of ids.length === 0 ? [] : this.#o.drivers) {
      if (driver.inForce === undefined || driver.health().state === "unavailable") continue;
      const found = await driver.inForce(ids).catch(() => undefined);
      if (found === undefined) continue;
      for (const action of active) {
        const mine = action.driver?.split(", ").includes(driver.id) === true ? found.get(action.id) : undefined;
        if (mine !== undefined) out.push({ id: action.id, revision: action.revision, found: mine });
      }
    }
    const ended = this.#o.ticks();
    this.#nextLook = Math.max(started + LOOK, ended + 20 * (ended - started));
    return out;
  }

  /** What somebody else took away is noted and put back; what was refused is kept as evidence. What has changed since the look is left for the next. */
  async compare(list: readonly Seen[]): Promise<void> {
    const now = this.#o.clock.now();
    const counted: Action[] = [];
    for (const { id, revision, found } of list) {
      const action = this.#set.get(id);
      if (action === undefined || action.state !== "active" || action.revision !== revision) continue;
      const { tally } = action;
      if (found.packets > tally.count || found.bytes > tally.bytes) {
        tally.count = Math.max(found.packets, tally.count);
        tally.bytes = Math.max(found.bytes, tally.bytes);
        tally.last = now;
        tally.first ??= now;
        counted.push(action);
      }
      if (found.rules >= found.wanted || action.until - now < NEARLY_OVER) continue;
      const why = `${found.wanted - found.rules} of its ${found.wanted} rules had been taken away by somebody else; put back`;
      await this.apply(await this.#step(action, { to: "active", time: now, by: PLATFORM, why, until: action.until }), false);
    }
    const still = counted.filter((a) => this.#set.get(a.id) === a);
    if (still.length === 0) return;
    await this.#o.store.put(still);
    this.#o.changed(still[0] as Action, undefined);
  }
}

/** What a driver said of an action as it was. */
interface Seen {
  id: string;
  revision: number;
  found: InForce;
}

function messageOf(error: unknown): string {
  return error instanceof CodedError || error instanceof Error ? error.message : String(error);
}
