import { iso } from "../base/time.ts";
import { CustomsNow } from "../respond/customs-now.ts";
import { FlowBook } from "../respond/flow-book.ts";
import { Judge } from "../respond/judge.ts";
import { KindRegistry } from "../respond/kinds.ts";
import { type ModeSettings, STANDARD_MODES } from "../respond/modes.ts";
import { Planner } from "../respond/planner.ts";
import { flowKey } from "../respond/ports.ts";
import type { Response } from "../respond/response-file.ts";
import { Limits, ProtectedList, STANDARD_LIMITS } from "../respond/safety.ts";
import type { ActionTarget } from "../schema/action.ts";
import type { Alert } from "../schema/alert.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Organisation } from "../schema/organisation.ts";
import { directoryOf } from "./directory.ts";
import type { PlatformCore } from "./platform-core.ts";

/** A line of actions.ndjson (contract §2). */
export interface ActionLine {
  id: string;
  time: string;
  action: string;
  target: ActionTarget;
  /** autonomous: it would have acted by itself. confirm: safety would have asked a person. */
  mode: "autonomous" | "confirm";
  /** Nothing of a replay is carried out. */
  state: "planned" | "proposed";
  expires: string;
  alert: string;
  response: string;
  title: string;
  held?: string;
}

/** Plans as in autonomous mode, with every safety rule on event time, and carries nothing out. The same input gives the same lines. */
export class PlannedResponses {
  readonly #book: FlowBook;
  readonly #planner: Planner;
  readonly #judge: Judge;
  /** What is planned or proposed already, until when. */
  readonly #standing = new Map<string, number>();

  /**
   * @param how `standard` "autonomous" (default): as if every response were let act by itself; "content": those whose file says so, every kind having
   * earned it. `book`: customs learned before, of the same devices; left out, none.
   */
  constructor(
    core: PlatformCore,
    organisation: Organisation,
    responses: readonly Response[],
    how: { standard?: "autonomous" | "content"; book?: FlowBook } = {},
  ) {
    const { standard = "autonomous" } = how;
    const kinds = new KindRegistry();
    const on = { by: "replay", at: 0, why: "plans as in autonomous mode" };
    const settings: ModeSettings = { ...STANDARD_MODES, standard, autonomy: kinds.all().map((k) => ({ kind: k.id, since: 0, on })) };
    const texts = [...organisation.protected, ...organisation.nat, ...organisation.proxies, ...organisation.vpn];
    const directory = directoryOf(core, texts);
    this.#book = how.book ?? new FlowBook({ deviceId: (index) => core.devices.get(index).id });
    const customs = new CustomsNow(this.#book, directory);
    this.#judge = new Judge({
      settings: () => settings,
      zone: core.zone,
      directory,
      protectedList: new ProtectedList(texts),
      limits: new Limits(STANDARD_LIMITS),
      customs,
    });
    this.#planner = new Planner(responses, {
      kinds,
      customs,
      addresses: directory.addresses,
      deviceAt: directory.deviceAt,
      spared: () => this.#judge.spared().addresses,
      tags: directory.tags,
    });
  }

  see(events: readonly NetEvent[]): void {
    for (const event of events) this.#book.learn(event);
  }

  take(alerts: readonly Alert[]): ActionLine[] {
    return alerts
      .flatMap((alert) => this.#planner.plan(alert))
      .flatMap((plan) => {
        const verdict = this.#judge.judge(plan, [], plan.time);
        if (verdict.forbidden !== undefined || verdict.mode === "off") return [];
        const byItself = verdict.mode === "autonomous";
        const state = byItself ? "planned" : "proposed";
        const target = this.#remainder(plan.kind.id, plan.target, plan.time, byItself ? plan.seconds : plan.offer, state);
        if (target === undefined) return [];
        if (byItself) this.#judge.began(plan.time);
        const line: ActionLine = {
          id: plan.id,
          time: iso(plan.time),
          action: plan.kind.id,
          target,
          mode: byItself ? "autonomous" : "confirm",
          state,
          expires: iso(plan.time + (byItself ? plan.seconds : plan.offer) * 1_000),
          alert: plan.alert,
          response: plan.response,
          title: plan.kind.title(target),
          ...(verdict.held === undefined ? {} : { held: verdict.held }),
        };
        return [line];
      });
  }

  /** What of the target is not done already by an action of the same or a higher standing: a proposal keeps nothing from acting. */
  #remainder(kind: string, target: ActionTarget, time: number, seconds: number, state: ActionLine["state"]): ActionTarget | undefined {
    const keyOf = (what: string): string => `${kind}\n${target.entity.id}\n${what}`;
    const stands = (key: string, as: ActionLine["state"]): boolean => (this.#standing.get(`${as} ${key}`) ?? 0) > time;
    const isNew = (key: string): boolean => !stands(key, "planned") && (state === "planned" || !stands(key, "proposed"));
    const hold = (key: string): void => void this.#standing.set(`${state} ${key}`, time + seconds * 1_000);
    if (target.items !== undefined) {
      const items = target.items.filter((i) => isNew(keyOf(i)));
      for (const i of items) hold(keyOf(i));
      return items.length === 0 ? undefined : { ...target, items };
    }
    if (target.flows === undefined) {
      const key = keyOf("");
      if (!isNew(key)) return undefined;
      hold(key);
      return target;
    }
    const flows = target.flows.filter((f) => isNew(keyOf(flowKey(f))));
    for (const f of flows) hold(keyOf(flowKey(f)));
    return flows.length === 0 ? undefined : { ...target, flows };
  }
}
