import type { z } from "zod";
import type { Role, RouteName, routes, sessionRoutes } from "../contract/index.ts";

// ---------------------------------------------------------------------------------------------------------------------
// Services: one function for each route that the API does not answer itself. `app` makes them from the other rooms.

type Schema<K extends RouteName, Part extends "params" | "query" | "body" | "response"> =
  (typeof routes)[K] extends Record<Part, infer S extends z.ZodType> ? z.infer<S> : undefined;

/** Routes answered by a service: all but those of the session and the stream. */
export type ServiceRoute = Exclude<RouteName, keyof typeof sessionRoutes | "stream">;
/** Those that change something, and so leave a row in the audit log. */
export type ChangeRoute = { [K in ServiceRoute]: (typeof routes)[K] extends { csrf: true } ? K : never }[ServiceRoute];

/** Routes whose service answers with a file. */
export type DownloadRoute = { [K in ServiceRoute]: (typeof routes)[K] extends { produces: readonly string[] } ? K : never }[ServiceRoute];

/** A file as it is made: chunks of text, asked for as the client takes them. `name` is ours, never a text from outside. */
export interface Download {
  type: string;
  name: string;
  chunks: AsyncIterable<string>;
}

/** Who asks. `id` is the pseudonym that rows may keep; `name` is for showing only and is never stored outside the user table (S20). */
export interface Caller {
  kind: "session" | "token" | "demo";
  id: string;
  name: string;
  role: Role;
}

export interface ReadInput<K extends ServiceRoute> {
  params: Schema<K, "params">;
  query: Schema<K, "query">;
  body: Schema<K, "body">;
  session: Caller;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

/** What a change did: the target's id (never a person's name), why, and the JSON values before and after, which are kept as hashes only. */
export interface AuditChange {
  target: string;
  why?: string;
  before?: unknown;
  after?: unknown;
}

export interface ChangeInput<K extends ServiceRoute> extends ReadInput<K> {
  /** The row of this change, to be handed to the store together with the change so that both are one transaction. */
  entry(change: AuditChange): AuditEntry;
}

/**
 * Answer of a change. `audit: "written"`: the service made the row with `entry()` and stored it in the change's own transaction (the rule).
 * Otherwise the API appends the row right after; a crash between the two loses the row, so this is for changes that no database holds.
 */
export interface ChangeAnswer<T> {
  result: T;
  audit: AuditChange | "written";
}

/**
 * Async functions, one per route, with the types of the contract's schemas. The answer goes through the response schema: unknown keys are dropped.
 * Refusals are CodedErrors; the code's ending decides the status: `-not-found` 404, `-conflict` or `-exists` 409, `-invalid` 400,
 * `-forbidden` 403, `-full` 507, `-busy` or `-unavailable` 503, `-timeout` 504. Any other error is answered as `internal`, 500, without its text.
 */
export type Services = {
  [K in ServiceRoute]: K extends ChangeRoute
    ? (input: ChangeInput<K>) => Promise<ChangeAnswer<Schema<K, "response">>>
    : K extends DownloadRoute
      ? (input: ReadInput<K>) => Promise<Download>
      : (input: ReadInput<K>) => Promise<Schema<K, "response">>;
};

// ---------------------------------------------------------------------------------------------------------------------
// AccountStore: what the API needs kept. Implemented by `store` (node:sqlite, same database as the audit log).

export interface AccountUser {
  /** Random, made by us; the pseudonym of all rows. */
  id: string;
  name: string;
  role: Role;
  /** argon2id in PHC form. */
  passwordHash: string;
  created: number;
  lastLogin?: number;
  disabled: boolean;
}

export interface AccountSession {
  /** SHA-256 of the cookie's id, hex; the id itself is never stored. */
  hash: string;
  userId: string;
  created: number;
  lastSeen: number;
  /** When the password was last given, ms; at log-in or by a step-up. */
  confirmed: number;
  authMethod: "password";
}

export interface AccountToken {
  id: string;
  name: string;
  role: Role;
  /** SHA-256 of the secret, hex. */
  hash: string;
  /** The user who made it. */
  userId: string;
  created: number;
  expires: number;
  lastUsed?: number;
}

export interface AccountSetupCode {
  /** SHA-256 of the code, hex. */
  hash: string;
  created: number;
  tries: number;
}

/** A row to be appended. The store adds `seq`, `prev` and `hash` (SHA-256 over the RFC 8785 JSON of all other fields; base/canonical-json.ts). Times in ms. */
export interface AuditEntry {
  time: number;
  /** A user's id, `token:<id>`, or `setup`: never a name. */
  actor: string;
  /** First 16 hex digits of the session's hash; empty without one. */
  session: string;
  /** Method and path pattern, as `POST /api/v1/snoozes`. */
  route: string;
  action: string;
  target: string;
  why: string;
  /** SHA-256 hex over RFC 8785 JSON, undefined where there was nothing. */
  before?: string;
  after?: string;
}

export interface AuditRow extends AuditEntry {
  /** From 1, without gaps. */
  seq: number;
  /** `hash` of the row before; 64 zeros for the first. */
  prev: string;
  hash: string;
}

/** One step of a transaction, as plain data so that it can be sent to a worker. `put-` inserts or replaces by id (users, tokens) or hash (sessions). */
export type AccountWrite =
  | { op: "put-user"; user: AccountUser }
  | { op: "put-session"; session: AccountSession }
  /** Changes the session if it is still there; never brings an ended one back. */
  | { op: "update-session"; hash: string; lastSeen: number; confirmed?: number }
  | { op: "delete-session"; hash: string }
  | { op: "delete-sessions-of"; userId: string }
  /** Sessions last seen before `idleBefore` or made before `createdBefore`. */
  | { op: "delete-old-sessions"; idleBefore: number; createdBefore: number }
  | { op: "put-token"; token: AccountToken }
  /** Sets `lastUsed` if the token is still there. */
  | { op: "touch-token"; id: string; lastUsed: number }
  | { op: "delete-token"; id: string }
  /** At most one exists. */
  | { op: "put-setup-code"; code: AccountSetupCode }
  | { op: "delete-setup-code" };

export interface AccountStore {
  /** All users, at most some hundreds. */
  users(): Promise<AccountUser[]>;
  session(hash: string): Promise<AccountSession | undefined>;
  tokens(): Promise<AccountToken[]>;
  tokenByHash(hash: string): Promise<AccountToken | undefined>;
  setupCode(): Promise<AccountSetupCode | undefined>;
  /** All writes and all rows in one transaction, in order; rejects with nothing written. Either list may be empty. */
  write(writes: readonly AccountWrite[], audit: readonly AuditEntry[]): Promise<void>;
  /** Rows with seq < `before` (all when undefined), newest first. */
  auditRows(before: number | undefined, limit: number): Promise<AuditRow[]>;
  /** Recomputes the chain; `brokenAt` is the first seq whose hash, prev or number does not fit. */
  verifyAudit(): Promise<{ brokenAt: number | undefined }>;
}
