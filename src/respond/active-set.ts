import type { Action, ActionState, ActionTarget } from "../schema/action.ts";
import { isLive, isOpen } from "./machine.ts";
import { flowKey } from "./ports.ts";

const RANK: Readonly<Partial<Record<ActionState, number>>> = { shadow: 0, proposed: 1, failed: 1, confirmed: 2, active: 2 };

/** All actions that are not at their end, and whom a cleared one keeps alone for the rest of its time. */
export class ActiveSet {
  readonly #open = new Map<string, Action>();
  readonly #quiet = new Map<string, number>();
  /** When those in force end, on the monotonic clock. */
  readonly endTick = new Map<string, number>();

  get(id: string): Action | undefined {
    return this.#open.get(id);
  }
  all(): readonly Action[] {
    return [...this.#open.values()];
  }
  *live(): Generator<Action> {
    for (const action of this.#open.values()) if (isLive(action.state)) yield action;
  }

  put(action: Action): void {
    if (isOpen(action.state)) this.#open.set(action.id, action);
    else {
      this.#open.delete(action.id);
      this.endTick.delete(action.id);
    }
    if (action.quietUntil !== undefined) this.#quiet.set(quietKey(action.kind, action.model ?? "", action.target.entity.id), action.quietUntil);
  }

  /** Did a person say no to the same action for this model and entity, for a time that is not over? */
  isQuiet(kind: string, model: string, entity: string, now: number): boolean {
    const key = quietKey(kind, model, entity);
    const until = this.#quiet.get(key);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#quiet.delete(key);
    return false;
  }

  /** What of a target no open action of the same kind does already, at the same or a higher standing; undefined when nothing is left. */
  remainder(kind: string, target: ActionTarget, wanted: ActionState): ActionTarget | undefined {
    const same = this.all().filter((a) => a.kind === kind && a.target.entity.id === target.entity.id && (RANK[a.state] ?? -1) >= (RANK[wanted] ?? 0));
    if (same.length === 0) return target;
    if (target.items !== undefined) {
      const done = new Set(same.flatMap((a) => a.target.items ?? []));
      const items = target.items.filter((i) => !done.has(i));
      return items.length === 0 ? undefined : { ...target, items };
    }
    if (target.flows === undefined) return undefined;
    const done = new Set(same.flatMap((a) => (a.target.flows ?? []).map(flowKey)));
    const left = target.flows.filter((f) => !done.has(flowKey(f)));
    return left.length === 0 ? undefined : { ...target, flows: left };
  }
}

function quietKey(kind: string, model: string, entity: string): string {
  return `${kind}\n${model}\n${entity}`;
}
