import { canonicalIp, isHostAddress } from "../base/ip.ts";
import { fail, ok, type Result } from "../base/result.ts";

/** Bytes of a line, its end included: nothing that we are asked for is longer (S16). */
export const MAX_LINE = 512;
export const MAX_SECONDS = 86_400;

export const OPS = ["hello", "block", "allow", "clear", "list"] as const;

/**
 * What a rule is about. Undefined = any. `confine`: everything of the address but what `allow` rules name. `inside`: a port of src towards private addresses,
 * but what `allow` rules name.
 */
export interface Rule {
  src?: string;
  dst?: string;
  port?: number;
  proto?: "tcp" | "udp";
  confine?: true;
  inside?: true;
}

export type Request =
  | { op: "hello"; seq: number; token: string }
  | { op: "list"; seq: number }
  | { op: "block" | "allow"; seq: number; rule: Rule; seconds: number }
  | { op: "clear"; seq: number; rule: Rule; allow: boolean };

const KEYS = new Set(["v", "seq", "op", "src", "dst", "port", "proto", "seconds", "confine", "inside", "allow", "token"]);

/**
 * One line of the socket: {v, seq, op, src?, dst?, port?, proto?, seconds}. Everything is parsed into numbers and canonical addresses; no text of the
 * caller's goes any further. Refused: unknown keys, other versions, addresses that name no single host, ends of two versions of IP.
 */
export function parseRequest(line: string): Result<Request> & { seq?: number } {
  if (line.length > MAX_LINE) return fail("line-too-long", `a line has at most ${MAX_LINE} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return fail("line-unreadable", "not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fail("line-unreadable", "not an object");
  const given = value as Record<string, unknown>;
  const seq = given.seq;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0) return fail("line-unreadable", "no number");
  const refused = (code: string, reason: string) => ({ ...fail(code, reason), seq });
  for (const key of Object.keys(given)) if (!KEYS.has(key)) return refused("line-unreadable", "an unknown key");
  if (given.v !== 1) return refused("version-unknown", "only version 1 is spoken");
  const op = OPS.find((o) => o === given.op);
  if (op === undefined) return refused("op-unknown", `one of ${OPS.join(", ")}`);
  if (op === "hello") {
    const { token } = given;
    return typeof token === "string" && token.length <= 200 ? ok({ op, seq, token }) : refused("token-refused", "no token");
  }
  if (op === "list") return ok({ op, seq });
  const rule = ruleOf(given);
  if (!rule.ok) return { ...rule, seq };
  if (op === "clear") return ok({ op, seq, rule: rule.value, allow: given.allow === true });
  const { seconds } = given;
  if (typeof seconds !== "number" || !Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SECONDS)
    return refused("seconds-refused", `seconds is a whole number from 1 to ${MAX_SECONDS}`);
  if (op === "allow" && (rule.value.src === undefined || rule.value.dst === undefined))
    return refused("rule-refused", "what is allowed names both ends; without a port whatever goes on between them");
  return ok({ op, seq, rule: rule.value, seconds });
}

function ruleOf(given: Record<string, unknown>): Result<Rule> {
  const rule: Rule = {};
  for (const end of ["src", "dst"] as const) {
    const text = given[end];
    if (text === undefined) continue;
    const ip = typeof text === "string" && text.length <= 45 ? canonicalIp(text) : undefined;
    if (ip === undefined || !isHostAddress(ip)) return fail("address-refused", `${end} is not the address of a host`);
    rule[end] = ip;
  }
  if (rule.src === undefined && rule.dst === undefined) return fail("rule-refused", "a rule names at least one end");
  if (rule.src !== undefined && rule.dst !== undefined && rule.src.includes(":") !== rule.dst.includes(":"))
    return fail("rule-refused", "both ends are of one version of IP");
  if (rule.src !== undefined && rule.src === rule.dst) return fail("rule-refused", "both ends are one");
  const { port, proto, confine, inside } = given;
  if (port !== undefined) {
    if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) return fail("port-refused", "port is from 1 to 65535");
    if (rule.src === undefined) return fail("rule-refused", "a port needs the device that begins the connection");
    rule.port = port;
  }
  if (proto !== undefined) {
    if (proto !== "tcp" && proto !== "udp") return fail("proto-refused", "proto is tcp or udp");
    if (rule.port === undefined) return fail("rule-refused", "proto stands with a port");
    rule.proto = proto;
  }
  if (confine !== undefined) {
    if (confine !== true || rule.src === undefined || rule.dst !== undefined || rule.port !== undefined)
      return fail("rule-refused", "confine stands with src alone");
    rule.confine = true;
  }
  if (inside !== undefined) {
    if (inside !== true || rule.port === undefined || rule.dst !== undefined) return fail("rule-refused", "inside stands with src and port");
    rule.inside = true;
  }
  return ok(rule);
}
