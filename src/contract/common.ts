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
/** Where the usual lies on the scale of an observed number. */
export const usualRange = z.object({ low: z.number(), mid: z.number().optional(), high: z.number(), unit: z.string().optional() });
export const why = z.object({
  feature: z.string(),
  observed: z.union([z.string(), z.number()]),
  expected: z.union([z.string(), z.number()]),
  p: z.number().optional(),
  text: z.string(),
  peers: z.string().optional(),
  /** For drawing: 5 to 95 % of the usual, own and peers'. Where it is missing the page reads it from `expected` and `peers`, if those are ranges. */
  usual: usualRange.optional(),
  peerUsual: usualRange.optional(),
  /** Points of the score that this reason brings. Where it is missing the page shares the score out by -log10 p and says so. */
  weight: z.number().optional(),
  /** Score that the alert would have without this reason, and without it and those before it; 0 = no alert. */
  without: z.number().optional(),
  withoutAll: z.number().optional(),
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
  /** Media types of a download, which comes in chunks. */
  produces?: readonly string[];
  /** The answer is no JSON: a text of HTML for a sandboxed frame, or base64 of a PNG that is sent as bytes. */
  media?: "text/html" | "image/png";
}

type Plain = Omit<RouteSpec, "response" | "params" | "query" | "body" | "csrf" | "audit">;
type None = Record<never, never>;
/** Routes with their schemas' own types kept, so that server, services and browser are checked against them. `csrf` tells them apart. */
export type ReadRoute<R, M> = Omit<Plain, keyof M> & { csrf: false; audit: undefined; response: R } & M;
export type ChangingRoute<R, M> = Omit<Plain, keyof M> & { csrf: true; audit: string; response: R } & M;
type ReadMore = Partial<Omit<RouteSpec, "method" | "csrf" | "audit">>;
type ChangeMore = Partial<Omit<RouteSpec, "csrf" | "audit">>;

export function read<R extends z.ZodType | undefined, M extends ReadMore = None>(path: string, summary: string, response: R, more?: M): ReadRoute<R, M> {
  const base = { method: "GET", path, summary, permission: "viewer", csrf: false, stepUp: false, rate: 600, bodyLimit: 0, audit: undefined };
  return { ...base, response, ...more } as unknown as ReadRoute<R, M>;
}

export function change<R extends z.ZodType, M extends ChangeMore = None>(
  path: string,
  summary: string,
  audit: string,
  response: R,
  more?: M,
): ChangingRoute<R, M> {
  const base = { method: "POST", path, summary, permission: "analyst", csrf: true, stepUp: false, rate: 60, bodyLimit: 65_536, audit };
  return { ...base, response, ...more } as unknown as ChangingRoute<R, M>;
}
