/** Reading parsed JSON of unknown shape: the value when it has the kind asked for, else undefined. */
export type JsonObject = Record<string, unknown>;

export function object(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A text that is not empty; numbers become text. */
export function text(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" ? String(value) : undefined;
}

export function number(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value === "") return undefined;
  const read = Number(value);
  return Number.isFinite(read) ? read : undefined;
}

export function integer(value: unknown): number | undefined {
  const read = number(value);
  return read === undefined ? undefined : Math.trunc(read);
}

export function flag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** The objects of an array; none for anything else. */
export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(object).filter((item) => item !== undefined) : [];
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text).filter((item) => item !== undefined) : [];
}
