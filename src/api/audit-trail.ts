import { canonicalJson } from "../base/canonical-json.ts";
import type { AuditChange, AuditEntry } from "./ports.ts";
import { sha256 } from "./secrets.ts";

/** Who changes, by which way: what all rows of one request share. */
export interface AuditOrigin {
  actor: string;
  /** Hash of the session, or empty. */
  session: string;
  route: string;
  action: string;
}

const LONGEST_TARGET = 400;
const LONGEST_WHY = 500;

/**
 * The row of a change, without its place in the chain. The values before and after are kept as SHA-256 over RFC 8785 JSON, so that the log
 * proves what stood there without repeating it.
 */
export function auditEntry(origin: AuditOrigin, time: number, change: AuditChange): AuditEntry {
  return {
    time,
    actor: origin.actor,
    session: origin.session.slice(0, 16),
    route: origin.route,
    action: origin.action,
    target: change.target.toWellFormed().slice(0, LONGEST_TARGET),
    why: (change.why ?? "").toWellFormed().slice(0, LONGEST_WHY),
    ...(change.before === undefined ? {} : { before: fingerprint(change.before) }),
    ...(change.after === undefined ? {} : { after: fingerprint(change.after) }),
  };
}

/** Through JSON first: what it cannot hold (NaN, half a character from a sensor) must not make a change fail that is done already. */
function fingerprint(value: unknown): string {
  return sha256(canonicalJson(JSON.parse(JSON.stringify(value), (_key, v: unknown) => (typeof v === "string" ? v.toWellFormed() : v))));
}
