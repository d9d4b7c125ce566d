import type { JsonObject } from "./json-access.ts";

/** The object that a line of NDJSON holds, or why it holds none. */
export function parseObject(line: string): JsonObject | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "not JSON, or cut off";
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : "JSON, but no object";
}
