import { readFileSync, statSync } from "node:fs";
import { isAlias, isNode, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { CodedError } from "../base/result.ts";

const MAX_BYTES = 262_144;

/**
 * Reads a YAML file against a schema. Throws CodedError `config-invalid` (exit code 2) naming file, line and reason:
 * unknown keys, tags, aliases that expand, warnings of the parser and files above 256 kB are all refused.
 */
export function readYamlFile<T>(path: string, schema: z.ZodType<T>, what: string): T {
  let text: string;
  try {
    if (statSync(path).size > MAX_BYTES) throw new CodedError("config-invalid", `${path}: ${what} is larger than 256 kB`, { exitCode: 2 });
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError("config-unreadable", `${path}: cannot read ${what}: ${(error as Error).message}`, { exitCode: 2 });
  }
  return parseYaml(text, path, schema, what);
}

export function parseYaml<T>(text: string, path: string, schema: z.ZodType<T>, what: string): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) throw invalid(path, lines.linePos(fault.pos[0]).line, fault.message.split("\n", 1)[0] ?? fault.message);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 }) ?? {};
  } catch (error) {
    throw invalid(path, 1, (error as Error).message);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const keys = issue === undefined ? [] : [...issue.path, ...(issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [])];
  let line = 1;
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth) as (string | number)[], true);
    if (isNode(node) && !isAlias(node) && node.range) {
      line = lines.linePos(node.range[0]).line;
      break;
    }
  }
  throw invalid(path, line, `${keys.length > 0 ? `${keys.join(".")}: ` : ""}${issue?.message ?? `not a valid ${what}`}`);
}

function invalid(path: string, line: number, reason: string): CodedError {
  return new CodedError("config-invalid", `${path}:${line}: ${reason}`, { exitCode: 2 });
}
