import { join } from "node:path";
import { type AttackScript, readAttacks } from "../src/generate/attacks/attack-content.ts";
import type { Knob } from "../src/generate/attacks/knobs.ts";
import { cell, type Finding, pageInStep } from "./page.ts";

function range(knob: Knob): string {
  if (knob.kind === "choice") return knob.of.join(", ");
  return `${knob.min} to ${knob.max}${knob.unit === "" ? "" : ` ${knob.unit}`}${knob.whole ? ", whole" : ""}`;
}

function section(script: AttackScript): string {
  const knobs = Object.entries(script.knobs).map(([name, knob]) => `| ${name} | ${range(knob)} | ${knob.default} | ${cell(knob.doc)} |`);
  const steps = script.steps.map((s) => `${s.kind} (${s.technique})`).join(", ");
  return `## ${script.name}\n\n${script.title}. ${script.description.trim()}\n\nSteps: ${steps}.\n\n| knob | range | default | meaning |\n|---|---|---|---|\n${knobs.join("\n")}`;
}

/** docs/reference/attacks.md: what `generate --attack` and `bench scripts` play. */
export function attacksReference(scripts: readonly AttackScript[]): string {
  const intro =
    "Made from content/attacks by `npm run check -- --write`; do not edit. `wonted generate --attack NAME:KNOB=VALUE,KNOB=VALUE` lays one on the synthetic organisation; a knob that is not given has its default. What an attack did stands in truth.ndjson.";
  return `${["# Attack scripts", intro, ...scripts.map(section)].join("\n\n")}\n`;
}

export function attacksPage(root: string, write: boolean): Finding {
  return pageInStep(join(root, "docs/reference/attacks.md"), attacksReference(readAttacks(join(root, "content/attacks"))), write);
}
