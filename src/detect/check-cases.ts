import { HOUR } from "../base/time.ts";
import type { Alert } from "../schema/alert.ts";
import { observationsOf } from "./case-observation.ts";
import { ModelEngine } from "./engine.ts";
import type { Model } from "./model.ts";
import type { ModelCase } from "./model-case.ts";
import type { ModelFault } from "./yaml-tree.ts";

/** Runs every case of a model through an engine of its own. Empty when all do what they say. */
export function checkCases(model: Model): ModelFault[] {
  const faults: ModelFault[] = [];
  for (const one of model.cases) {
    const fault = (reason: string): void => {
      faults.push({ file: model.file, line: one.line, reason: `case "${one.name}": ${reason}` });
    };
    const kinds = new Set<string>(model.components.flatMap((c) => c.on));
    // A case that the model does not even look at proves nothing.
    if (!one.steps.some((step) => kinds.has(step.on))) fault("has no observation of a kind that the model watches");
    checkCase(one, runCase(model, one), fault);
  }
  return faults;
}

/** The alerts that a case raises, in order; time passes in the steps of the lane and on to the end. */
export function runCase(model: Model, one: ModelCase): Alert[] {
  const engine = new ModelEngine([model]);
  const alerts: Alert[] = [];
  let last = 0;
  for (const o of observationsOf(one.steps)) {
    alerts.push(...engine.advance(o.time), ...engine.observe(o));
    last = o.time;
  }
  const end = last + Math.max(24 * HOUR, model.throttle, model.delay?.wait ?? 0) + 1;
  alerts.push(...engine.advance(end));
  return alerts;
}

function checkCase(one: ModelCase, alerts: readonly Alert[], fault: (reason: string) => void): void {
  const first = alerts[0];
  if (!one.fires) {
    if (first !== undefined) fault(`must be silent, but fired: ${first.title}`);
    return;
  }
  if (first === undefined) {
    fault("must fire, but was silent");
    return;
  }
  if (one.alerts !== undefined && alerts.length !== one.alerts) fault(`must raise ${one.alerts} alerts, raised ${alerts.length}`);
  if (one.title !== undefined && first.title !== one.title) fault(`title is "${first.title}", not "${one.title}"`);
  if (one.entity !== undefined && first.entity.id !== one.entity) fault(`is about ${first.entity.id}, not ${one.entity}`);
  if (one.minScore !== undefined && first.score < one.minScore) fault(`score is ${first.score}, under ${one.minScore}`);
  if (one.maxScore !== undefined && first.score > one.maxScore) fault(`score is ${first.score}, over ${one.maxScore}`);
}
