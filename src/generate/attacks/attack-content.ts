import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { CodedError } from "../../base/result.ts";
import type { Knob } from "./knobs.ts";
import { STEP_KINDS } from "./step-kinds.ts";

/** An attack script of content/attacks. */
export interface AttackScript {
  name: string;
  title: string;
  description: string;
  knobs: Readonly<Record<string, Knob>>;
  steps: readonly AttackStep[];
}

export interface AttackStep {
  kind: string;
  technique: string;
  /** Pause before the step, seconds: a number, or "$knob". */
  after: string | number;
  /** Settings; "$name" takes the knob's value. */
  with: Readonly<Record<string, string | number>>;
}

const reference = z.union([z.number(), z.string()]);
const numberKnob = z.strictObject({
  doc: z.string().min(10),
  unit: z.string().default(""),
  min: z.number(),
  max: z.number(),
  default: z.number(),
  whole: z.boolean().default(false),
});
const choiceKnob = z.strictObject({ doc: z.string().min(10), of: z.array(z.string()).min(2), default: z.string() });
const schema = z.strictObject({
  version: z.literal(1),
  title: z.string().min(3),
  description: z.string().min(20),
  knobs: z.record(z.string().regex(/^[a-z][a-zA-Z]*$/), z.union([numberKnob, choiceKnob])),
  steps: z
    .array(
      z.strictObject({
        kind: z.string(),
        technique: z.string().regex(/^T\d{4}(\.\d{3})?$/),
        after: reference.default(0),
        with: z.record(z.string(), reference).default({}),
      }),
    )
    .min(1),
});

/** Throws `attack-broken` naming the file and what is wrong with it. */
export function parseAttack(name: string, text: string): AttackScript {
  const broken = (reason: string): CodedError => new CodedError("attack-broken", `attack ${name}: ${reason}`, { exitCode: 2 });
  const document = parseDocument(text, { strict: true, uniqueKeys: true });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) throw broken(fault.message.split("\n", 1)[0] ?? "not YAML");
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 10 }));
  if (!parsed.success) throw broken(`${parsed.error.issues[0]?.path.join(".")}: ${parsed.error.issues[0]?.message}`);
  const knobs: Record<string, Knob> = {};
  for (const [key, knob] of Object.entries(parsed.data.knobs)) {
    const made: Knob = "of" in knob ? { kind: "choice", ...knob } : { kind: "number", ...knob };
    const good = made.kind === "choice" ? made.of.includes(made.default) : made.min <= made.default && made.default <= made.max;
    if (!good) throw broken(`knob ${key}: its default lies outside its range`);
    knobs[key] = made;
  }
  for (const step of parsed.data.steps) {
    if (!STEP_KINDS.has(step.kind)) throw broken(`there is no kind of step "${step.kind}"`);
    for (const value of [step.after, ...Object.values(step.with)]) {
      if (typeof value === "string" && value.startsWith("$") && !Object.hasOwn(knobs, value.slice(1)))
        throw broken(`step ${step.kind} asks for the knob ${value}`);
    }
  }
  return { name, title: parsed.data.title, description: parsed.data.description, knobs, steps: parsed.data.steps };
}

/** All scripts of a folder (content/attacks), by name. Throws `attack-broken`, since a demonstration short of an attack would mislead. */
export function readAttacks(folder: string): AttackScript[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => parseAttack(file.slice(0, -5), readFileSync(join(folder, file), "utf8")));
}
