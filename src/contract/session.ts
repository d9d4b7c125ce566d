import { z } from "zod";
import { change, isoTime, ok, read, role } from "./common.ts";

export const sessionState = z.object({
  state: z.enum(["setup", "signed-out", "signed-in"]),
  user: z.object({ name: z.string(), role, expires: isoTime }).optional(),
  /** Sent back in the x-wonted-csrf header of every change. */
  csrf: z.string().optional(),
  demo: z.boolean(),
  version: z.string(),
});
export const user = z.object({ id: z.string(), name: z.string(), role, created: isoTime, lastLogin: isoTime.optional(), disabled: z.boolean() });
export const token = z.object({ id: z.string(), name: z.string(), role, created: isoTime, expires: isoTime, lastUsed: isoTime.optional() });
export const auditRow = z.object({
  seq: z.number(),
  time: isoTime,
  actor: z.string(),
  route: z.string(),
  action: z.string(),
  target: z.string(),
  why: z.string(),
  /** First characters of the hash of the session that did it. */
  session: z.string().optional(),
  /** SHA-256 of what stood before and after, over RFC 8785 JSON. */
  before: z.string().optional(),
  after: z.string().optional(),
  hash: z.string(),
});

/** Of a user. */
export const userName = z.string().min(1).max(64);
/** A password that somebody chooses; log-in takes any text. */
export const password = z.string().min(12).max(256);

/** Answered by the API itself; all other routes are answered by a service. */
export const sessionRoutes = {
  openapi: read("/api/v1/openapi.json", "This interface as OpenAPI 3.1", z.record(z.string(), z.unknown()), { permission: "public" }),
  session: read("/api/v1/session", "Who am I, and does the platform wait for its first administrator", sessionState, { permission: "public" }),
  setup: change("/api/v1/setup", "Make the first administrator with the one-time code of the terminal", "setup", sessionState, {
    permission: "public",
    rate: 10,
    body: z.object({ code: z.string().max(64), name: userName, password }),
  }),
  login: change("/api/v1/session", "Log in", "login", sessionState, {
    permission: "public",
    rate: 20,
    body: z.object({ name: userName, password: z.string().max(256) }),
  }),
  logout: change("/api/v1/session", "Log out", "logout", ok, { method: "DELETE", permission: "viewer" }),
  stepUp: change("/api/v1/session/step-up", "Confirm the password for ten minutes", "step-up", ok, {
    permission: "viewer",
    rate: 10,
    body: z.object({ password: z.string().max(256) }),
  }),
  revokeAll: change("/api/v1/session/revoke-all", "End every session of mine", "revoke-sessions", ok, { permission: "viewer" }),
  users: read("/api/v1/users", "Users", z.array(user), { permission: "admin" }),
  createUser: change("/api/v1/users", "Add a user", "create-user", user, {
    permission: "admin",
    stepUp: true,
    body: z.object({ name: userName, password, role }),
  }),
  changeUser: change("/api/v1/users/:id", "Change a user's role, or disable", "change-user", user, {
    method: "PUT",
    permission: "admin",
    stepUp: true,
    params: z.object({ id: z.string() }),
    body: z.object({ role: role.optional(), disabled: z.boolean().optional(), password: password.optional(), why: z.string().max(500) }),
  }),
  tokens: read("/api/v1/tokens", "API tokens (never their secrets)", z.array(token), { permission: "admin" }),
  createToken: change("/api/v1/tokens", "Make an API token; the secret is shown once", "create-token", token.extend({ secret: z.string() }), {
    permission: "admin",
    stepUp: true,
    body: z.object({ name: userName, role, days: z.number().int().min(1).max(365) }),
  }),
  deleteToken: change("/api/v1/tokens/:id", "Revoke a token", "delete-token", ok, {
    method: "DELETE",
    permission: "admin",
    params: z.object({ id: z.string() }),
  }),
  audit: read(
    "/api/v1/audit",
    "Audit log, newest first, with the state of its chain",
    z.object({ rows: z.array(auditRow), chain: z.enum(["verified", "broken"]), brokenAt: z.number().optional(), next: z.number().optional() }),
    {
      permission: "admin",
      query: z.object({ before: z.coerce.number().int().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
    },
  ),
};
