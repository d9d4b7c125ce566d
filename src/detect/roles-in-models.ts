import type { Filter } from "./filter.ts";
import type { Model } from "./model.ts";

/** Models that look another way at an entity of a role. */
export interface RoleEffects {
  /** Models that do not look at what such a device does, or at what is done to one. */
  leavesAlone: string[];
  leavesAloneAsTarget: string[];
  /** Models that look only at such devices. */
  watches: string[];
}

/** What models make of a role: read from their exceptions and conditions, so that it says what the engine does. */
export function roleEffects(models: readonly Model[], role: string): RoleEffects {
  const out: RoleEffects = { leavesAlone: [], leavesAloneAsTarget: [], watches: [] };
  for (const model of models) {
    const actor = [
      ...model.exceptions.map((f) => -weigh(f, "actorRoles", role)),
      ...model.components.flatMap((c) => c.where.map((f) => weigh(f, "actorRoles", role))),
    ];
    const target = [
      ...model.exceptions.map((f) => -weigh(f, "targetRoles", role)),
      ...model.components.flatMap((c) => c.where.map((f) => weigh(f, "targetRoles", role))),
    ];
    if (actor.some((w) => w < 0)) out.leavesAlone.push(model.path);
    else if (target.some((w) => w < 0)) out.leavesAloneAsTarget.push(model.path);
    if (actor.some((w) => w > 0) || target.some((w) => w > 0)) out.watches.push(model.path);
  }
  return out;
}

/** 1: the condition holds more easily with the role; -1: less; 0: it does not ask for it. */
function weigh(filter: Filter, fact: string, role: string): number {
  if ("of" in filter) {
    const inside = filter.of.map((f) => weigh(f, fact, role)).find((w) => w !== 0) ?? 0;
    return filter.op === "none" ? -inside : inside;
  }
  if (!("source" in filter) || filter.source.from !== "fact" || filter.source.name !== fact) return 0;
  if (filter.op === "in") return filter.values.includes(role) ? 1 : 0;
  if (filter.op === "equals") return filter.value === role ? 1 : 0;
  if (filter.op === "not") return filter.values.includes(role) ? -1 : 0;
  return 0;
}
