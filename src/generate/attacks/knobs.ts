import { CodedError } from "../../base/result.ts";

/** A strength that whoever lays an attack may choose. */
export type Knob =
  | { kind: "number"; doc: string; unit: string; min: number; max: number; default: number; whole: boolean }
  | { kind: "choice"; doc: string; of: readonly string[]; default: string };

export type KnobValues = Readonly<Record<string, string | number>>;

/** An attack asked for on the command line: NAME, or NAME:KNOB=V, more knobs after commas or by repeating the name. */
export interface AttackRequest {
  name: string;
  values: Record<string, string>;
}

/** Joins requests of one name; the same knob twice is an error, since one of the two would be silently lost. Throws `bad-knob`. */
export function parseRequests(texts: readonly string[]): AttackRequest[] {
  const requests: AttackRequest[] = [];
  for (const text of texts) {
    const cut = text.indexOf(":");
    const name = cut < 0 ? text : text.slice(0, cut);
    let request = requests.find((r) => r.name === name);
    if (request === undefined) {
      request = { name, values: {} };
      requests.push(request);
    }
    for (const pair of cut < 0 ? [] : text.slice(cut + 1).split(",")) {
      const [knob = "", value] = pair.split("=", 2);
      if (knob === "" || value === undefined) throw refused(`--attack ${text}: "${pair}" is not KNOB=VALUE`);
      if (Object.hasOwn(request.values, knob)) throw refused(`--attack ${name}: ${knob} is given twice`);
      request.values[knob] = value;
    }
  }
  return requests;
}

/** Values for every knob: what was asked for, else the default. Throws `bad-knob` on an unknown knob or one out of its range. */
export function knobValues(attack: string, knobs: Readonly<Record<string, Knob>>, asked: Readonly<Record<string, string>>): KnobValues {
  for (const name of Object.keys(asked)) {
    if (!Object.hasOwn(knobs, name)) throw refused(`attack ${attack} has no knob "${name}"; it has ${Object.keys(knobs).join(", ") || "none"}`);
  }
  const out: Record<string, string | number> = {};
  for (const [name, knob] of Object.entries(knobs)) out[name] = one(attack, name, knob, asked[name]);
  return out;
}

function one(attack: string, name: string, knob: Knob, text: string | undefined): string | number {
  if (text === undefined) return knob.default;
  if (knob.kind === "choice") {
    if (!knob.of.includes(text)) throw refused(`attack ${attack}: ${name}=${text} is none of ${knob.of.join(", ")}`);
    return text;
  }
  const value = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const fits = value >= knob.min && value <= knob.max && (!knob.whole || Number.isInteger(value));
  if (!fits)
    throw refused(
      `attack ${attack}: ${name}=${text} is not ${knob.whole ? "a whole number" : "a number"} from ${knob.min} to ${knob.max} ${knob.unit}`.trimEnd(),
    );
  return value;
}

function refused(reason: string): CodedError {
  return new CodedError("bad-knob", reason, { exitCode: 2 });
}
