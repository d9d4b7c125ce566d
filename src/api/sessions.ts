import type { Clock } from "../base/clock.ts";
import { CodedError } from "../base/result.ts";
import { HOUR, MINUTE } from "../base/time.ts";
import type { Role } from "../contract/index.ts";
import type { AccountSession, AccountStore, AccountToken, AccountUser, AccountWrite } from "./ports.ts";
import { randomSecret, sha256 } from "./secrets.ts";

export const IDLE = 30 * MINUTE;
export const LONGEST = 12 * HOUR;
/** How long a password counts as just given. */
export const CONFIRMED_FOR = 10 * MINUTE;
export const COOKIE = "__Host-wonted";
/** Writing `lastSeen` at every request would be a transaction each; once a minute is exact enough for 30 minutes. */
const TOUCH_EVERY = MINUTE;
const ID = /^[A-Za-z0-9_-]{43}$/;
const TOKEN = /^Bearer wonted_([A-Za-z0-9_-]{43})$/;

export interface LiveSession {
  id: string;
  session: AccountSession;
  user: AccountUser;
}

/** Sessions and tokens as the store keeps them: looked up by hash, ended by age, idleness, or their user's being disabled. */
export class Sessions {
  readonly #store: AccountStore;
  readonly #clock: Clock;
  constructor(store: AccountStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** A new session that is not stored yet: the caller writes it in its own transaction. */
  make(userId: string): { id: string; session: AccountSession } {
    const id = randomSecret();
    const now = this.#clock.now();
    return { id, session: { hash: sha256(id), userId, created: now, lastSeen: now, confirmed: now, authMethod: "password" } };
  }

  async byCookie(header: string | undefined): Promise<LiveSession | undefined> {
    const id = cookieIn(header);
    if (id === undefined) return undefined;
    const session = await this.#store.session(sha256(id));
    if (session === undefined || !this.isFresh(session)) return undefined;
    const user = (await this.#store.users()).find((u) => u.id === session.userId);
    return user === undefined || user.disabled ? undefined : { id, session, user };
  }

  isFresh(session: AccountSession): boolean {
    const now = this.#clock.now();
    return now - session.lastSeen < IDLE && now - session.created < LONGEST;
  }

  /** True while the session is in the store, fresh, and its user enabled: asked again and again for open streams. */
  async isAlive(hash: string): Promise<boolean> {
    const session = await this.#store.session(hash);
    if (session === undefined || !this.isFresh(session)) return false;
    return (await this.#store.users()).some((user) => user.id === session.userId && !user.disabled);
  }

  /** The same for a stream that was opened with a token; `header` is the Authorization header it came with. */
  async isTokenAlive(header: string): Promise<boolean> {
    return (await this.byBearer(header).catch(() => undefined)) !== undefined;
  }

  /** When it ends if nothing more is asked. */
  endOf(session: AccountSession): number {
    return Math.min(session.lastSeen + IDLE, session.created + LONGEST);
  }

  async touch(session: AccountSession): Promise<void> {
    const now = this.#clock.now();
    if (now - session.lastSeen < TOUCH_EVERY) return;
    await noteUse(this.#store, { op: "update-session", hash: session.hash, lastSeen: now });
  }

  isConfirmed(session: AccountSession): boolean {
    return this.#clock.now() - session.confirmed < CONFIRMED_FOR;
  }

  /** Drops what has ended; sent along with each log-in, so the table stays small. */
  sweep(): AccountWrite {
    const now = this.#clock.now();
    return { op: "delete-old-sessions", idleBefore: now - IDLE, createdBefore: now - LONGEST };
  }

  /** The token and the role it has now: never more than the user who made it. */
  async byBearer(header: string): Promise<{ token: AccountToken; role: Role } | undefined> {
    const secret = TOKEN.exec(header)?.[1];
    if (secret === undefined) return undefined;
    const token = await this.#store.tokenByHash(sha256(secret));
    const now = this.#clock.now();
    if (token === undefined || token.expires <= now) return undefined;
    const user = (await this.#store.users()).find((u) => u.id === token.userId);
    if (user === undefined || user.disabled) return undefined;
    if (now - (token.lastUsed ?? 0) >= TOUCH_EVERY) await noteUse(this.#store, { op: "touch-token", id: token.id, lastUsed: now });
    return { token, role: RANK[token.role] <= RANK[user.role] ? token.role : user.role };
  }
}

/** When somebody was last here is no reason to refuse a page: on a full disk it stays unwritten, for the page is where the full disk is told. */
async function noteUse(store: AccountStore, write: AccountWrite): Promise<void> {
  try {
    await store.write([write], []);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== "store-full") throw error;
  }
}

/** Roles in order: each may do what those before it may. */
export const RANK: Readonly<Record<Role, number>> = { viewer: 0, analyst: 1, admin: 2 };

export function cookieIn(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === COOKIE) {
      const value = part.slice(at + 1).trim();
      return ID.test(value) ? value : undefined;
    }
  }
  return undefined;
}

/** `__Host-` holds the browser to Secure, Path=/ and no Domain. Without Max-Age it ends with the browser at the latest. */
export function cookieText(id: string): string {
  return `${COOKIE}=${id}; Path=/; HttpOnly; Secure; SameSite=Strict`;
}

export function endedCookie(): string {
  return `${COOKIE}=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0`;
}
