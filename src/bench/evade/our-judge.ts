import { HOUR } from "../../base/time.ts";
import type { Model } from "../../detect/index.ts";
import type { NetworkCore } from "../../lanes/network/network-core.ts";
import type { Alert, Incident } from "../../schema/alert.ts";
import { benchCore } from "../bench-core.ts";
import { type Flow, flowEvent } from "./office.ts";

/** Incidents a day that the office looks at. */
const BUDGET = 5;

export interface Watched {
  incidents: Incident[];
  alerts: Map<string, Alert>;
}

/** The product on flows: learns honest days once, then watches any mixture from the same state. */
export class OurJudge {
  readonly #models: readonly Model[];
  readonly #state: Uint8Array;
  readonly #honest: readonly Flow[];
  /** Alerts that honest life raises by itself. */
  readonly #chance: Set<string>;
  readonly honestIncidents: number;

  constructor(models: readonly Model[], history: readonly Flow[], honest: readonly Flow[]) {
    this.#models = models;
    const core = benchCore(models);
    core.mode = "history";
    core.lane.process(history.map((f, i) => flowEvent(f, i + 1, "honest")));
    this.#state = core.save();
    this.#honest = honest;
    const quiet = this.watch([]);
    this.#chance = new Set(quiet.alerts.keys());
    this.honestIncidents = quiet.incidents.filter((i) => !i.overBudget).length;
  }

  watch(attack: readonly Flow[]): Watched {
    const core: NetworkCore = benchCore(this.#models);
    core.load(this.#state);
    core.mode = "watch";
    core.incidents.budget = BUDGET;
    const alerts = new Map<string, Alert>();
    const take = (raised: readonly Alert[]): void => {
      for (const alert of raised) {
        alerts.set(alert.id, alert);
        core.incidents.add(alert);
      }
    };
    let a = 0;
    let last = 0;
    const one = (flow: Flow, line: number, by: "honest" | "attack"): void => {
      last = flow.time;
      take(core.lane.process([flowEvent(flow, line, by)]).alerts);
    };
    this.#honest.forEach((flow, i) => {
      for (; a < attack.length && (attack[a]?.time ?? 0) <= flow.time; a++) one(attack[a] as Flow, a + 1, "attack");
      one(flow, 1_000_000 + i, "honest");
    });
    for (; a < attack.length; a++) one(attack[a] as Flow, a + 1, "attack");
    take(core.lane.finish(last + 3 * HOUR).alerts);
    return { incidents: core.incidents.list(BUDGET), alerts };
  }

  /** When the first incident within the budget says something that honest life does not; undefined when none ever does. */
  detects(attack: readonly Flow[]): number | undefined {
    const { incidents, alerts } = this.watch(attack);
    let first: number | undefined;
    for (const incident of incidents) {
      if (incident.overBudget) continue;
      for (const id of incident.alerts) {
        const time = alerts.get(id)?.time;
        if (time !== undefined && !this.#chance.has(id) && (first === undefined || time < first)) first = time;
      }
    }
    return first;
  }
}
