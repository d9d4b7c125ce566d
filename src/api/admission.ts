import type { IncomingHttpHeaders } from "node:http";
import type { RouteSpec } from "../contract/index.ts";
import type { Core, Identity } from "./context.ts";
import { BACKGROUND_HEADER, type HostList, refuseForeignPage, requireCsrf, requireJson, requireOwnOrigin } from "./guard.ts";
import { ApiError } from "./problem.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import { DEMO_NAME, signedOut } from "./session-handlers.ts";
import { RANK } from "./sessions.ts";

export const DEMO_OWNER = "demo";

/** Who asks: demo viewer, else the token when there is an Authorization header, else the cookie. A bad token never falls back to the cookie. */
export async function identify(core: Core, headers: IncomingHttpHeaders, address: string): Promise<Identity> {
  if (core.demo) return { caller: { kind: "demo", id: "demo", name: DEMO_NAME, role: "viewer" }, live: undefined, owner: DEMO_OWNER };
  if (headers.authorization !== undefined) {
    const found = await core.sessions.byBearer(headers.authorization);
    if (found === undefined) throw new ApiError("token-refused", "The API token is unknown, revoked or expired.", 401);
    const { token, role } = found;
    return { caller: { kind: "token", id: token.id, name: token.name, role }, live: undefined, owner: `token ${token.hash}`, ends: token.expires };
  }
  const live = await core.sessions.byCookie(headers.cookie);
  if (live === undefined) return { caller: undefined, live: undefined, owner: `address ${address}` };
  const { id, name, role } = live.user;
  return { caller: { kind: "session", id, name, role }, live, owner: live.session.hash };
}

/**
 * All that S3 and S4 ask before a body is read: foreign pages, content type, rate, log-in, origin and token, role, password within ten minutes.
 * Throws ApiError. The order is that of cost, and so that a refusal tells a stranger no more than that he is one.
 */
export async function admit(
  core: Core,
  hosts: HostList,
  limiter: RateLimiter,
  name: string,
  spec: RouteSpec,
  headers: IncomingHttpHeaders,
  address: string,
): Promise<Identity> {
  refuseForeignPage(headers);
  const change = spec.method !== "GET";
  if (change) requireJson(headers);
  const identity = await identify(core, headers, address);
  // Log-ins are slowed down instead (LoginDelay): refusing them would lock out who shares an address with an attacker.
  const wait = name === "login" ? 0 : limiter.take(`${name} ${identity.owner}`, spec.rate);
  if (wait > 0) {
    const seconds = String(Math.ceil(wait / 1_000));
    throw new ApiError("rate-exceeded", "Too many requests of this kind.", 429, { hint: `Try again in ${seconds} s.`, headers: { "retry-after": seconds } });
  }
  const { caller, live } = identity;
  if (change && core.demo) throw new ApiError("demo-read-only", "The demonstration is for looking only.", 403, { hint: "Start Wonted with data of your own." });
  if (spec.permission !== "public" && caller === undefined) throw signedOut();
  if (spec.csrf && caller?.kind !== "token") {
    requireOwnOrigin(hosts, headers);
    if (live !== undefined && spec.permission !== "public") requireCsrf(live.id, headers);
  }
  if (spec.permission !== "public" && caller !== undefined && RANK[caller.role] < RANK[spec.permission]) {
    throw new ApiError("role-too-low", `This needs the role ${spec.permission}.`, 403);
  }
  if (spec.stepUp) {
    if (live === undefined) throw new ApiError("session-needed", "This needs a log-in with a password; an API token cannot do it.", 403);
    if (!core.sessions.isConfirmed(live.session))
      throw new ApiError("step-up", "Confirm your password first.", 403, { hint: "It then counts for ten minutes." });
  }
  if (live !== undefined && headers[BACKGROUND_HEADER] === undefined) await core.sessions.touch(live.session);
  return identity;
}
