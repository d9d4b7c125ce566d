import { unitOf } from "./names.ts";
import { bytesText, durationText, numberText } from "./units.ts";
import { FaultError } from "./yaml-tree.ts";

/** A sentence with {names} in it, read once. Odd parts are names. */
export interface Template {
  text: string;
  parts: readonly string[];
}

const NAME = /^[a-zA-Z][a-zA-Z0-9]*(?:\.(?:value|count|threshold|over))?$/;
/** Text from the wire is shortened in a sentence; it stands whole in the event. */
const MAX_VALUE = 120;

export function readTemplate(text: string, line: number): Template {
  const parts = text.split(/[{}]/);
  if (parts.length % 2 === 0) throw new FaultError(line, "a brace is not closed");
  for (let i = 1; i < parts.length; i += 2) {
    if (!NAME.test(parts[i] ?? "")) throw new FaultError(line, `{${parts[i]?.slice(0, 40)}} is no name`);
  }
  return { text, parts };
}

export function namesIn(template: Template): string[] {
  return template.parts.filter((_, i) => i % 2 === 1);
}

/** Fills in; a value that is not there reads "unknown". */
export function fill(template: Template, value: (name: string) => unknown): string {
  let out = "";
  template.parts.forEach((part, i) => {
    out += i % 2 === 0 ? part : valueText(part, value(part));
  });
  return out;
}

export function valueText(name: string, value: unknown): string {
  if (typeof value === "string") return value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return valueText(name, value.slice(0, 5).join(", "));
  if (typeof value !== "number") return "unknown";
  if (/port$/i.test(name)) return String(value);
  const unit = unitOf(name);
  if (unit?.unit === "bytes") return bytesText(value);
  if (unit?.unit === "time") return durationText(value * unit.per);
  return numberText(value);
}
