import type { z } from "zod";
import { iso } from "../base/time.ts";
import type { sessionRoutes, sessionState } from "../contract/index.ts";
import { loginFailed, nameKey, type UserChange } from "./accounts.ts";
import { auditEntry } from "./audit-trail.ts";
import { type Context, type Core, originOf } from "./context.ts";
import { openApi } from "./openapi.ts";
import type { AccountToken, AccountUser, AccountWrite } from "./ports.ts";
import { ApiError } from "./problem.ts";
import { csrfOf } from "./secrets.ts";
import { cookieText, endedCookie, type LiveSession, LONGEST } from "./sessions.ts";

type Name = keyof typeof sessionRoutes;
type Body<K extends Name> = (typeof sessionRoutes)[K] extends { body: infer S extends z.ZodType } ? z.infer<S> : undefined;
type Handler = (core: Core, context: Context) => Promise<unknown>;

function bodyOf<K extends Name>(context: Context, _name: K): Body<K> {
  return context.body as Body<K>;
}

async function session(core: Core, context: Context): Promise<unknown> {
  const { caller, live, ends } = context.identity;
  if (caller?.kind !== "token") return stateOf(core, live);
  return { state: "signed-in", user: { name: caller.name, role: caller.role, expires: iso(ends ?? 0) }, demo: false, version: core.version };
}

async function stateOf(core: Core, live: LiveSession | undefined): Promise<z.infer<typeof sessionState>> {
  const base = { demo: core.demo, version: core.version };
  if (core.demo) return { ...base, state: "signed-in", user: { name: DEMO_NAME, role: "viewer", expires: iso(core.clock.now() + LONGEST) } };
  if (live !== undefined) {
    const user = { name: live.user.name, role: live.user.role, expires: iso(core.sessions.endOf(live.session)) };
    return { ...base, state: "signed-in", user, csrf: csrfOf(live.id) };
  }
  return { ...base, state: (await core.accounts.hasAdministrator()) ? "signed-out" : "setup" };
}

export const DEMO_NAME = "Local viewer";

async function setup(core: Core, context: Context): Promise<unknown> {
  const { code, name, password } = bodyOf(context, "setup");
  let made: LiveSession | undefined;
  const user = await core.accounts.redeemSetupCode(code, name, password, originOf(context, "setup", ""), (admin) => {
    made = { ...core.sessions.make(admin.id), user: admin };
    return [{ op: "put-session", session: made.session }];
  });
  return signedIn(core, context, made, user);
}

async function login(core: Core, context: Context): Promise<unknown> {
  const { name, password } = bodyOf(context, "login");
  await core.delay.wait(nameKey(name), context.address, context.signal);
  const user = await core.accounts.byName(name);
  const right = await core.passwords.verify(user?.passwordHash, password);
  if (!right || user === undefined || user.disabled) throw loginFailed();
  core.delay.succeeded(nameKey(name), context.address);
  const made = core.sessions.make(user.id);
  const old = context.identity.live?.session.hash;
  // The id that was sent dies with the log-in: nobody can have planted the one that counts now.
  const writes: AccountWrite[] = [core.sessions.sweep(), { op: "put-session", session: made.session }];
  if (old !== undefined) writes.push({ op: "delete-session", hash: old });
  const current = await core.accounts.loggedIn(user, password, originOf(context, user.id, made.session.hash), writes);
  if (old !== undefined) core.stream.closeOwner(old);
  return signedIn(core, context, { ...made, user: current }, current);
}

function signedIn(core: Core, context: Context, made: LiveSession | undefined, user: AccountUser): Promise<unknown> {
  if (made === undefined) throw new Error("no session was made");
  context.setCookie(cookieText(made.id));
  return stateOf(core, { ...made, user });
}

async function logout(core: Core, context: Context): Promise<unknown> {
  const live = liveOf(context);
  const entry = auditEntry(originOf(context), core.clock.now(), { target: `user:${live.user.id}` });
  await core.store.write([{ op: "delete-session", hash: live.session.hash }], [entry]);
  core.stream.closeOwner(live.session.hash);
  context.setCookie(endedCookie());
  return { ok: true };
}

async function stepUp(core: Core, context: Context): Promise<unknown> {
  const live = liveOf(context);
  const { password } = bodyOf(context, "stepUp");
  await core.delay.wait(nameKey(live.user.name), context.address, context.signal);
  if (!(await core.passwords.verify(live.user.passwordHash, password))) throw new ApiError("password-wrong", "The password is wrong.", 403);
  const now = core.clock.now();
  const entry = auditEntry(originOf(context), now, { target: `user:${live.user.id}` });
  await core.store.write([{ op: "update-session", hash: live.session.hash, lastSeen: now, confirmed: now }], [entry]);
  return { ok: true };
}

async function revokeAll(core: Core, context: Context): Promise<unknown> {
  const live = liveOf(context);
  const entry = auditEntry(originOf(context), core.clock.now(), { target: `user:${live.user.id}` });
  await core.store.write([{ op: "delete-sessions-of", userId: live.user.id }], [entry]);
  context.setCookie(endedCookie());
  await core.stream.heartbeat();
  return { ok: true };
}

async function users(core: Core): Promise<unknown> {
  return (await core.store.users()).map(userRow);
}

async function createUser(core: Core, context: Context): Promise<unknown> {
  const { name, password, role } = bodyOf(context, "createUser");
  return userRow(await core.accounts.createUser(name, password, role, originOf(context)));
}

async function changeUser(core: Core, context: Context): Promise<unknown> {
  const { id } = context.params as { id: string };
  const change: UserChange = bodyOf(context, "changeUser");
  const live = context.identity.live;
  // Changing oneself renews one's own session instead of ending it.
  const own = live?.user.id === id && change.disabled !== true ? core.sessions.make(id) : undefined;
  const changed = await core.accounts.changeUser(id, change, originOf(context), () => (own === undefined ? [] : [{ op: "put-session", session: own.session }]));
  if (own !== undefined) context.setCookie(cookieText(own.id));
  await core.stream.heartbeat();
  return userRow(changed);
}

async function tokens(core: Core): Promise<unknown> {
  return (await core.store.tokens()).map(tokenRow);
}

async function createToken(core: Core, context: Context): Promise<unknown> {
  const { name, role, days } = bodyOf(context, "createToken");
  const { token, secret } = await core.accounts.createToken(name, role, days, liveOf(context).user.id, originOf(context));
  return { ...tokenRow(token), secret };
}

async function deleteToken(core: Core, context: Context): Promise<unknown> {
  await core.accounts.deleteToken((context.params as { id: string }).id, originOf(context));
  await core.stream.heartbeat();
  return { ok: true };
}

async function audit(core: Core, context: Context): Promise<unknown> {
  const { before, limit } = context.query as { before?: number; limit: number };
  const [rows, chain, people] = await Promise.all([core.store.auditRows(before, limit), core.store.verifyAudit(), core.store.users()]);
  const names = new Map(people.map((user) => [user.id, user.name]));
  const last = rows.at(-1);
  return {
    // Rows hold pseudonyms; who they are is looked up when shown, and is gone once the name is erased (S20).
    rows: rows.map((row) => ({ ...row, time: iso(row.time), actor: names.get(row.actor) ?? row.actor })),
    chain: chain.brokenAt === undefined ? "verified" : "broken",
    ...(chain.brokenAt === undefined ? {} : { brokenAt: chain.brokenAt }),
    ...(last !== undefined && last.seq > 1 && rows.length === limit ? { next: last.seq } : {}),
  };
}

async function openapi(core: Core): Promise<unknown> {
  return openApi(core.specs, core.version);
}

export const sessionHandlers: Readonly<Record<Name, Handler>> = {
  openapi,
  session,
  setup,
  login,
  logout,
  stepUp,
  revokeAll,
  users,
  createUser,
  changeUser,
  tokens,
  createToken,
  deleteToken,
  audit,
};

/** Tokens have no session to end, to confirm or to be made from. */
function liveOf(context: Context): LiveSession {
  const { live } = context.identity;
  if (live === undefined) throw new ApiError("session-needed", "This needs a log-in with a password; an API token cannot do it.", 403);
  return live;
}

export function signedOut(): ApiError {
  return new ApiError("signed-out", "Log in first.", 401);
}

function userRow(user: AccountUser): Record<string, unknown> {
  const { id, name, role, disabled } = user;
  return { id, name, role, created: iso(user.created), disabled, ...(user.lastLogin === undefined ? {} : { lastLogin: iso(user.lastLogin) }) };
}

function tokenRow(token: AccountToken): Record<string, unknown> {
  const { id, name, role } = token;
  const lastUsed = token.lastUsed === undefined ? {} : { lastUsed: iso(token.lastUsed) };
  return { id, name, role, created: iso(token.created), expires: iso(token.expires), ...lastUsed };
}
