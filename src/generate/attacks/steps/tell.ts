import type { Stage, StepValues, Truth } from "../types.ts";
import { Wire } from "../wire.ts";

/** A wire of the stage, under a name of its own so that steps do not disturb each other's draws. */
export function wireOf(stage: Stage, name: string): { wire: Wire; draw: Stage["setting"]["draw"] } {
  const draw = stage.setting.draw.fork(`${name}/${stage.out.truth.length}`);
  return { wire: new Wire(draw, stage.out.network), draw };
}

/** Writes the truth of a step. */
export function tell(stage: Stage, step: string, values: StepValues, fact: Omit<Truth, "attack" | "step" | "technique"> & { technique?: string }): void {
  const { technique = values.text("technique"), ...rest } = fact;
  stage.out.truth.push({ attack: stage.attack, step, technique, ...rest });
}
