import { CodedError } from "../../base/result.ts";
import { SECOND } from "../../base/time.ts";
import type { AttackScript } from "./attack-content.ts";
import { knobValues } from "./knobs.ts";
import { newStage } from "./stage.ts";
import { STEP_KINDS } from "./step-kinds.ts";
import { type AttackYield, type Setting, StepValues } from "./types.ts";

/**
 * Plays an attack: records in Zeek's vocabulary, lines and messages of the other sources, and truth, all in order of time.
 * The same script, knobs, setting and seed give the same bytes. Throws `bad-knob` on a knob out of its range and
 * `attack-needs-people` when a step needs mailboxes and accounts that the setting (a capture) does not have.
 */
export function playAttack(script: AttackScript, asked: Readonly<Record<string, string>>, setting: Setting): AttackYield {
  const knobs = knobValues(script.name, script.knobs, asked);
  if (setting.net.hosts.length < 2) throw new CodedError("attack-needs-people", `attack ${script.name} needs a network of two devices or more`);
  const stage = newStage(script.name, setting);
  for (const step of script.steps) {
    const kind = STEP_KINDS.get(step.kind);
    if (kind === undefined) throw new RangeError(`no kind of step ${step.kind}`);
    const resolve = (value: string | number): string | number =>
      typeof value === "string" && value.startsWith("$") ? (knobs[value.slice(1)] ?? value) : value;
    stage.now += Number(resolve(step.after)) * SECOND;
    const values = Object.fromEntries(Object.entries(step.with).map(([name, value]) => [name, resolve(value)]));
    kind(stage, new StepValues(step.kind, { ...values, technique: step.technique }));
  }
  const { out } = stage;
  out.network.sort((a, b) => a.time - b.time);
  out.emitted.sort((a, b) => a.time - b.time);
  out.truth.sort((a, b) => a.start - b.start);
  out.end = Math.max(stage.now, out.network.at(-1)?.time ?? 0, out.emitted.at(-1)?.time ?? 0);
  return out;
}
