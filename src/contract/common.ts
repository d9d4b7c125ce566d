import { z } from "zod";

/** zod must not build validators with `new Function`: the page's content policy forbids it, and so do we everywhere. */
z.config({ jitless: true });

export const isoTime = z.string().max(40).describe("ISO 8601, UTC, with Z");
export const entity = z.object({
  kind: z.enum(["device", "user", "mailbox", "sender", "external"]),
  id: z.string(),
  ip: z.string().optional(),
  hostname: z.string().optional(),
  user: z.string().optional(),
});
export const peer = z.object({ ip: z.string().optional(), hostname: z.string().optional(), port: z.number().optional() });
export const why = z.object({
  feature: z.string(),
  observed: z.union([z.string(), z.number()]),
  expected: z.union([z.string(), z.number()]),
  p: z.number().optional(),
  text: z.string(),
  peers: z.string().optional(),
});
export const role = z.enum(["admin", "analyst", "viewer"]);
export const problem = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });
export const ok = z.object({ ok: z.literal(true) });

export type Role = z.infer<typeof role>;
export type Problem = z.infer<typeof problem>;

/** What every route declares; a route without one of these is refused at start (S4). */
export interface RouteSpec {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  summary: string;
  /** public = also without a session. */
  permission: "public" | Role;
  /** Changes need Origin, JSON and the session's header token. GETs do not. */
  csrf: boolean;
  /** Password within ten minutes. */
  stepUp: boolean;
  /** Requests a minute per session or address. */
  rate: number;
  /** Bytes of body. */
  bodyLimit: number;
  /** Name in the audit log; undefined for reads. */
  audit: string | undefined;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** undefined for streams. */
  response: z.ZodType | undefined;
}

export function read(path: string, summary: string, response: z.ZodType | undefined, more: Partial<RouteSpec> = {}): RouteSpec {
  return { method: "GET", path, summary, permission: "viewer", csrf: false, stepUp: false, rate: 600, bodyLimit: 0, audit: undefined, response, ...more };
}

export function change(path: string, summary: string, audit: string, response: z.ZodType, more: Partial<RouteSpec> = {}): RouteSpec {
  return { method: "POST", path, summary, permission: "analyst", csrf: true, stepUp: false, rate: 60, bodyLimit: 65_536, audit, response, ...more };
}
