import { contentId } from "../base/hash.ts";
import type { FlowMatch } from "../schema/action.ts";
import { LEARNED_DAYS, type Plan } from "./plan.ts";
import { type Customs, covers } from "./ports.ts";

/** Endpoints, besides those that many use, from which on reaching one more is what a device does: an administrator's machine, a backup server. */
const HABIT = 3;
/** A habit of its own: who works on others takes remote desktop, SSH or WinRM as it comes, but opens no shares by it. */
const FILE_SHARING: ReadonlySet<number> = new Set([139, 445]);

/**
 * A plan that would act by itself, in two where a part of it is in doubt: what was not customary before acts, the rest becomes a plan of its own that a
 * person is asked about. In doubt are connections that are customary, and of held ports those of work on others, or those of file sharing,
 * when the device is used to reach several over them anyway; and all of a hold on a device that is new.
 * Pure; cost: flows times customs of the device.
 */
export function splitPlan(plan: Plan, customs: Customs): Plan[] {
  const { flows } = plan.target;
  if (plan.mode !== "autonomous" || flows === undefined || flows.length === 0) return [plan];
  const { ports, reach } = plan.kind;
  if (ports !== undefined) {
    // A new administrator's machine has no customs to go on with: all that it does would be refused.
    const isNew = customs.learnedDays(plan.time, plan.target.entity.id) < LEARNED_DAYS;
    if (isNew)
      return [
        { ...plan, mode: "confirm", reason: `${plan.reason}; the device is known for less than ${LEARNED_DAYS} days, so that nothing is customary for it yet` },
      ];
    const habits = habitsOf(plan, ports, customs);
    const why = "over these ports the device is used to reach others";
    return divided(plan, (f) => f.port !== undefined && habits.has(f.port), { mode: "confirm", reason: `${plan.reason}; ${why}` });
  }
  if (reach !== "flows") return [plan];
  const usual = customs.usualOf(plan.target.entity.id, plan.time);
  // Whether a custom may be cut after all, by the owner's word, is asked of the mode; by itself it waits for a person.
  return divided(plan, (f) => usual.some((u) => covers(f, u.src, u.dst, u.port, u.proto)), {});
}

function divided(plan: Plan, inDoubt: (flow: FlowMatch) => boolean, doubt: Partial<Plan>): Plan[] {
  const { flows = [] } = plan.target;
  const doubted = flows.filter(inDoubt);
  if (doubted.length === 0) return [plan];
  const rest: Plan = { ...plan, ...doubt, id: contentId("action", plan.id, "in doubt"), target: { ...plan.target, flows: doubted } };
  if (doubted.length === flows.length) return [{ ...rest, id: plan.id }];
  return [{ ...plan, target: { ...plan.target, flows: flows.filter((f) => !inDoubt(f)) } }, rest];
}

function habitsOf(plan: Plan, ports: readonly number[], customs: Customs): Set<number> {
  const { entity } = plan.target;
  const common = new Set(customs.commonAt(ports, plan.time).map((c) => `${c.dstId ?? c.dst} ${c.port}`));
  const ends = new Map<boolean, Set<string>>();
  for (const u of customs.usualOf(entity.id, plan.time)) {
    const end = u.dstId ?? u.dst;
    // Customs are those of others towards the device too.
    if (u.proto !== "tcp" || !ports.includes(u.port) || end === entity.id || u.dst === entity.ip || common.has(`${end} ${u.port}`)) continue;
    const sharing = FILE_SHARING.has(u.port);
    ends.set(sharing, (ends.get(sharing) ?? new Set()).add(end));
  }
  return new Set(ports.filter((port) => (ends.get(FILE_SHARING.has(port))?.size ?? 0) >= HABIT));
}
