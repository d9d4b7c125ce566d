import { parseArgs } from "node:util";
import { CodedError } from "../base/result.ts";

export interface OptionSpec {
  type: "string" | "boolean";
  multiple?: boolean;
  /** Shown in the help; the value's name in capitals. */
  help: string;
  value?: string;
}

export interface Command {
  name: string;
  /** One line of the help, after the name. */
  synopsis: string;
  summary: string;
  options: Readonly<Record<string, OptionSpec>>;
  /** Fewest and most words beside the options. */
  words: readonly [number, number];
  run(input: ParsedOptions): Promise<number>;
}

export interface ParsedOptions {
  words: string[];
  text(name: string): string | undefined;
  list(name: string): string[];
  flag(name: string): boolean;
  /** A whole number within bounds; throws CodedError `bad-option` (exit 2) otherwise. */
  integer(name: string, fallback: number, min: number, max: number): number;
}

/** Throws CodedError `bad-option` (exit 2) in a sentence when the words do not fit the command. */
export function parseOptions(command: Command, argv: readonly string[]): ParsedOptions {
  const options = Object.fromEntries(Object.entries(command.options).map(([k, o]) => [k, { type: o.type, multiple: o.multiple ?? false }]));
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CodedError("bad-option", `${command.name}: ${(error as Error).message}`, { exitCode: 2, hint: `wonted ${command.synopsis}` });
  }
  const words = parsed.positionals;
  const [least, most] = command.words;
  if (words.length < least || words.length > most)
    throw new CodedError("bad-option", `${command.name}: ${words.length < least ? "something is missing" : "too many words"}`, {
      exitCode: 2,
      hint: `wonted ${command.synopsis}`,
    });
  return {
    words,
    text: (name) => parsed.values[name] as string | undefined,
    list: (name) => (parsed.values[name] as string[] | undefined) ?? [],
    flag: (name) => parsed.values[name] === true,
    integer(name, fallback, min, max) {
      const given = parsed.values[name] as string | undefined;
      if (given === undefined) return fallback;
      const value = Number(given);
      if (!Number.isInteger(value) || value < min || value > max)
        throw new CodedError("bad-option", `${command.name}: --${name} takes a whole number from ${min} to ${max}, not "${given}"`, { exitCode: 2 });
      return value;
    },
  };
}

export function usage(commands: readonly Command[]): string {
  const lines = commands.length === 1 ? [] : ["Wonted learns what is customary and explains what is not.", ""];
  for (const command of commands) {
    lines.push(`wonted ${command.synopsis}`, `    ${command.summary}`);
    for (const [name, option] of Object.entries(command.options))
      lines.push(`      --${name}${option.value === undefined ? "" : ` ${option.value}`}  ${option.help}`);
    lines.push("");
  }
  return `${lines.join("\n")}\n`;
}
