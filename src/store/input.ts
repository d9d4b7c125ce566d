import { CodedError } from "../base/result.ts";
import { MAX_TIME } from "../base/time.ts";

/** What the worker does with the inputs of requests before it uses them: refuse what is not of the type, clamp what is too much. */
export function clampLimit(limit: number | undefined, most = 500, standard = 100): number {
  if (limit === undefined) return standard;
  if (!Number.isFinite(limit)) throw new CodedError("store-input-invalid", "limit is not a number");
  return Math.min(Math.max(1, Math.trunc(limit)), most);
}

export function clampOffset(offset: number | undefined): number {
  if (offset === undefined) return 0;
  if (!Number.isFinite(offset)) throw new CodedError("store-input-invalid", "offset is not a number");
  return Math.min(Math.max(0, Math.trunc(offset)), 10_000_000);
}

/** A time in ms as microseconds; times outside of 1970-9999 are moved to its ends. */
export function micros(ms: number): bigint {
  if (Number.isNaN(ms)) throw new CodedError("store-input-invalid", "not a time");
  return BigInt(Math.round(Math.min(Math.max(ms, 0), MAX_TIME) * 1_000));
}

export function requireText(value: unknown, what: string, most = 1_000): string {
  if (typeof value !== "string" || value.length > most) throw new CodedError("store-input-invalid", `${what}: text of at most ${most} characters wanted`);
  return value;
}

export function requireTime(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new CodedError("store-input-invalid", `${what}: a time wanted`);
  return value;
}
