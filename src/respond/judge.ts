import type { ZoneClock } from "../base/time.ts";
import type { Action, ActionCost, ActionTarget } from "../schema/action.ts";
import { BY_HAND } from "./by-hand.ts";
import type { KindSpec } from "./kind-spec.ts";
import { type AutomaticMode, type ModeSettings, modeOf } from "./modes.ts";
import type { Plan } from "./plan.ts";
import { type CustomaryFlow, type Customs, covers, type Directory } from "./ports.ts";
import { type Limits, type ProtectedList, protectedBy } from "./safety.ts";
import { type Spared, sparedNow } from "./spared.ts";

export interface JudgeOptions {
  settings(): ModeSettings;
  zone: ZoneClock;
  directory: Directory;
  protectedList: ProtectedList;
  limits: Limits;
  /** By the addresses of now. */
  customs: Customs;
  /** Is there a driver for a kind that could be done by hand too? Left out: there is none. */
  hasDriver?(kind: string): boolean;
}

export interface Verdict {
  mode: AutomaticMode;
  /** Why it is less than its mode asked for. */
  held?: string;
  /** It touches what is protected: it is not done, not proposed and cannot be asked for. */
  forbidden?: string;
  cost: ActionCost;
}

/** Mode and safety of a plan: what may act by itself, what asks, what only counts, what must never be. Pure but for the count of the hour. */
export class Judge {
  readonly #o: JudgeOptions;

  constructor(options: JudgeOptions) {
    this.#o = options;
  }

  /** `active`: what is in force now. A verdict of autonomous counts towards the hour's limit once `began` is called. */
  judge(plan: Plan, active: Iterable<Action>, now: number): Verdict {
    const cost = this.cost(plan.target, plan.time);
    const forbidden = this.forbidden(plan.kind, plan.target);
    if (forbidden !== undefined) return { mode: "off", forbidden, cost };
    const { directory } = this.#o;
    const tags = directory.tags(plan.target.entity);
    const answer = modeOf({ kind: plan.kind.id, model: plan.model, tags, time: now, content: plan.mode }, this.#o.settings(), this.#o.zone);
    if ((answer.mode === "autonomous" || answer.mode === "confirm") && this.isByHand(plan.kind)) return { mode: "confirm", held: BY_HAND, cost };
    if (answer.mode !== "autonomous") return { mode: answer.mode, cost, ...(answer.held === undefined ? {} : { held: answer.held }) };
    const held = this.#heldBack(plan, active, now, answer.costly === true ? { flows: 0, perDay: 0 } : cost);
    return held === undefined ? { mode: "autonomous", cost } : { mode: "confirm", held, cost };
  }

  /** What an action that would act by itself must not do without a person. */
  #heldBack(plan: Plan, active: Iterable<Action>, now: number, cost: ActionCost): string | undefined {
    if (!plan.proven) return "the evidence could be forged: no record proves that the entity itself spoke";
    if (cost.flows > 0) return `it would cut ${cost.flows} customary connection${cost.flows === 1 ? "" : "s"}`;
    return this.#o.limits.exceeded(plan.target.entity.id, active, this.#o.directory.fleet(), now);
  }

  isByHand(kind: KindSpec): boolean {
    return kind.byHand !== undefined && this.#o.hasDriver?.(kind.id) !== true;
  }

  began(now: number): void {
    this.#o.limits.began(now);
  }

  forbidden(kind: KindSpec, target: ActionTarget): string | undefined {
    const touched = protectedBy(target, this.#o.protectedList, this.#o.directory, kind.reach !== "flows" && kind.ports === undefined);
    return touched ?? (kind.reach === "pattern" ? this.spared().beyond : undefined);
  }

  /** What patterns of life leave alone. */
  spared(): Spared {
    return sparedNow(this.#o.protectedList, this.#o.directory);
  }

  /** Customary connections of the entity that the target would refuse, as of a time. */
  cost(target: ActionTarget, time: number): ActionCost {
    const { flows = [], allowed = [] } = target;
    const cut = this.#o.customs
      .usualOf(target.entity.id, time)
      .filter((u) => flows.some((f) => covers(f, u.src, u.dst, u.port, u.proto)) && !allowed.some((f) => covers(f, u.src, u.dst, u.port, u.proto)));
    const customs = [...new Map(cut.map((u) => [keyOf(u), u])).values()];
    return { flows: customs.length, perDay: Math.round(customs.reduce((sum, u) => sum + u.perDay, 0) * 10) / 10 };
  }
}

/** A custom between two devices counts once, over however many addresses. */
function keyOf({ src, dst, port, proto, srcId = src, dstId = dst }: CustomaryFlow): string {
  return `${srcId} ${dstId} ${proto} ${port}`;
}
