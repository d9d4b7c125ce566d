import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../base/clock.ts";
import type { RouteSpec } from "../contract/index.ts";
import type { Accounts } from "./accounts.ts";
import type { AuditOrigin } from "./audit-trail.ts";
import type { EventStream } from "./event-stream.ts";
import type { LoginDelay } from "./login-delay.ts";
import type { Passwords } from "./passwords.ts";
import type { AccountStore, Caller } from "./ports.ts";
import type { LiveSession, Sessions } from "./sessions.ts";

/** What one running server shares among its requests. */
export interface Core {
  store: AccountStore;
  clock: Clock;
  accounts: Accounts;
  sessions: Sessions;
  passwords: Passwords;
  delay: LoginDelay;
  stream: EventStream;
  demo: boolean;
  version: string;
  specs: Readonly<Record<string, RouteSpec>>;
}

/** Who asks, once the cookie or the token was looked at. `live` only with a cookie. `owner` names all that ends together with this log-in. */
export interface Identity {
  caller: Caller | undefined;
  live: LiveSession | undefined;
  owner: string;
  /** When a token expires. */
  ends?: number;
}

/** One request after all checks: its parts are parsed by the route's schemas. */
export interface Context {
  name: string;
  spec: RouteSpec;
  identity: Identity;
  params: unknown;
  query: unknown;
  body: unknown;
  address: string;
  signal: AbortSignal;
  raw: { request: IncomingMessage; response: ServerResponse };
  setCookie(text: string): void;
}

export function originOf(context: Context, actor?: string, session?: string): AuditOrigin {
  const { caller, live } = context.identity;
  const actorId = actor ?? (caller === undefined ? "nobody" : caller.kind === "token" ? `token:${caller.id}` : caller.id);
  return {
    actor: actorId,
    session: session ?? live?.session.hash ?? "",
    route: `${context.spec.method} ${context.spec.path}`,
    action: context.spec.audit ?? "",
  };
}
