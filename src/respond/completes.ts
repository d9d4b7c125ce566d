import type { Alert } from "../schema/alert.ts";
import { isModel } from "./modes.ts";
import type { Response, Trigger } from "./response-file.ts";

/**
 * The alerts that together complete a response, `alert` among them; undefined when they do not. `seen`: what is remembered of the same entity, `alert`
 * included, in order of arrival. Only the times of the events count: an alert that comes late completes what it would have completed in time.
 * Cost: triggers times `seen`.
 */
export function completes(when: Response["when"], alert: Alert, seen: readonly Alert[]): readonly Alert[] | undefined {
  if ("any" in when) return when.any.some((t) => meets(t, alert)) ? [alert] : undefined;
  const span = when.within * 1_000;
  const near = seen.filter((a) => Math.abs(a.time - alert.time) <= span && a.id !== alert.id);
  const list = [...near, alert].sort((a, b) => a.time - b.time);
  const triggers = "all" in when ? when.all : when.sequence;
  // Every stretch of time that is long enough at most and holds the alert, the latest first.
  const starts = list.filter((a) => a.time <= alert.time).map((a) => a.time);
  for (const from of [...new Set(starts)].reverse()) {
    const stretch = list.filter((a) => a.time >= from && a.time <= from + span);
    const found = "all" in when ? together(triggers, alert, stretch) : inOrder(triggers, alert, stretch);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An alert of its own for each trigger, `alert` for one of them. */
function together(triggers: readonly Trigger[], alert: Alert, list: readonly Alert[]): readonly Alert[] | undefined {
  for (const [mine, trigger] of triggers.entries()) {
    if (!meets(trigger, alert)) continue;
    const used = new Set([alert]);
    const found = triggers.map((t, i) => {
      const one = i === mine ? alert : list.findLast((a) => !used.has(a) && meets(t, a));
      if (one !== undefined) used.add(one);
      return one;
    });
    if (found.every((a) => a !== undefined)) return found;
  }
  return undefined;
}

/** The same one after the other: before `alert` the latest that fit, after it the earliest. */
function inOrder(triggers: readonly Trigger[], alert: Alert, list: readonly Alert[]): readonly Alert[] | undefined {
  const at = list.indexOf(alert);
  for (const [mine, trigger] of triggers.entries()) {
    if (!meets(trigger, alert)) continue;
    const chain = [alert];
    let before = at;
    for (let step = mine - 1; step >= 0 && before >= 0; step--) {
      before = list.findLastIndex((a, i) => i < before && meets(triggers[step] as Trigger, a));
      if (before >= 0) chain.unshift(list[before] as Alert);
    }
    let after = at;
    for (let step = mine + 1; step < triggers.length && after >= 0; step++) {
      const from = after;
      after = list.findIndex((a, i) => i > from && meets(triggers[step] as Trigger, a));
      if (after >= 0) chain.push(list[after] as Alert);
    }
    if (chain.length === triggers.length) return chain;
  }
  return undefined;
}

export function meets(trigger: Trigger, alert: Alert): boolean {
  const { model, minScore, minPriority, tag, family, entity, userKind } = trigger;
  return (
    (model === undefined || isModel(model, alert.model)) &&
    (minScore === undefined || alert.score >= minScore) &&
    (minPriority === undefined || alert.priority >= minPriority) &&
    (tag === undefined || alert.tags.includes(tag)) &&
    (family === undefined || alert.events.some((e) => e.family === family)) &&
    (entity === undefined || alert.entity.kind === entity) &&
    (userKind === undefined || alert.events.some((e) => e.family === "saas" && e.userKind === userKind))
  );
}
