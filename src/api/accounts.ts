import type { Clock } from "../base/clock.ts";
import { CodedError } from "../base/result.ts";
import { DAY, MINUTE } from "../base/time.ts";
import type { Role } from "../contract/index.ts";
import { type AuditOrigin, auditEntry } from "./audit-trail.ts";
import type { Passwords } from "./passwords.ts";
import type { AccountStore, AccountToken, AccountUser, AccountWrite } from "./ports.ts";
import { ApiError } from "./problem.ts";
import { plainCode, randomCode, randomId, randomSecret, sameText, sha256 } from "./secrets.ts";

export const CODE_LIVES = 15 * MINUTE;
export const CODE_TRIES = 5;
const MOST_USERS = 1_000;
const MOST_TOKENS = 1_000;

export interface UserChange {
  role?: Role | undefined;
  disabled?: boolean | undefined;
  password?: string | undefined;
  why: string;
}

/**
 * Users, tokens and the setup code, over the store. The API's routes and the `user` and `token` commands use the same functions, so the rules hold for both.
 * Changes run one after the other: what they read is what they write over. Each is one transaction with its audit row.
 */
export class Accounts {
  readonly #store: AccountStore;
  readonly #clock: Clock;
  readonly #passwords: Passwords;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: AccountStore, clock: Clock, passwords: Passwords) {
    this.#store = store;
    this.#clock = clock;
    this.#passwords = passwords;
  }

  async hasAdministrator(): Promise<boolean> {
    return (await this.#store.users()).some((user) => user.role === "admin");
  }

  async byName(name: string): Promise<AccountUser | undefined> {
    const key = nameKey(name);
    return (await this.#store.users()).find((user) => nameKey(user.name) === key);
  }

  /** Makes a new one-time code for the first administrator and forgets the one before: 128 bits, 15 minutes, five tries, once. Undefined when there is an administrator. */
  async issueSetupCode(): Promise<string | undefined> {
    if (await this.hasAdministrator()) return undefined;
    const code = randomCode();
    await this.#store.write([{ op: "put-setup-code", code: { hash: sha256(plainCode(code)), created: this.#clock.now(), tries: 0 } }], []);
    return code;
  }

  /** `with` are further writes of the same transaction, as the first session. */
  redeemSetupCode(code: string, name: string, password: string, origin: AuditOrigin, more: (user: AccountUser) => AccountWrite[]): Promise<AccountUser> {
    return this.#alone(async () => {
      if (await this.hasAdministrator()) throw new ApiError("setup-done", "Wonted has its administrator already.", 409, { hint: "Log in." });
      const stored = await this.#store.setupCode();
      const now = this.#clock.now();
      if (stored === undefined || now - stored.created >= CODE_LIVES || stored.tries >= CODE_TRIES) throw codeOver();
      // Counted before it is compared: a crash or a race gives no try away.
      await this.#store.write([{ op: "put-setup-code", code: { ...stored, tries: stored.tries + 1 } }], []);
      if (!sameText(sha256(plainCode(code)), stored.hash)) {
        throw new ApiError("setup-code-wrong", "That is not the code that the terminal shows.", 403, {
          hint: `${CODE_TRIES - 1 - stored.tries} tries are left.`,
        });
      }
      const user = await this.#newUser(name, password, "admin", []);
      const entry = auditEntry(origin, now, { target: `user:${user.id}`, after: publicPart(user) });
      await this.#store.write([{ op: "delete-setup-code" }, { op: "put-user", user }, ...more(user)], [entry]);
      return user;
    });
  }

  createUser(name: string, password: string, role: Role, origin: AuditOrigin): Promise<AccountUser> {
    return this.#alone(async () => {
      const users = await this.#store.users();
      if (users.length >= MOST_USERS) throw new CodedError("users-full", `There are ${MOST_USERS} users already.`);
      const user = await this.#newUser(name, password, role, users);
      await this.#store.write([{ op: "put-user", user }], [auditEntry(origin, this.#clock.now(), { target: `user:${user.id}`, after: publicPart(user) })]);
      return user;
    });
  }

  /** A change of role, password or standing ends all of the user's sessions (session fixation); `more` adds writes, as a session made anew for oneself. */
  changeUser(id: string, change: UserChange, origin: AuditOrigin, more: () => AccountWrite[] = () => []): Promise<AccountUser> {
    return this.#alone(async () => {
      const users = await this.#store.users();
      const before = users.find((user) => user.id === id);
      if (before === undefined) throw new CodedError("user-not-found", "There is no such user.");
      const after: AccountUser = { ...before, role: change.role ?? before.role, disabled: change.disabled ?? before.disabled };
      if (change.password !== undefined) after.passwordHash = await this.#passwords.hash(change.password);
      if (isActiveAdmin(before) && !isActiveAdmin(after) && !users.some((user) => user.id !== id && isActiveAdmin(user))) {
        throw new CodedError("last-administrator-conflict", "This is the last administrator.", { hint: "Make another administrator first." });
      }
      const entry = auditEntry(origin, this.#clock.now(), {
        target: `user:${id}`,
        why: change.why,
        before: publicPart(before),
        after: { ...publicPart(after), passwordChanged: change.password !== undefined },
      });
      await this.#store.write([{ op: "put-user", user: after }, { op: "delete-sessions-of", userId: id }, ...more()], [entry]);
      return after;
    });
  }

  /** The password was right: remembers the log-in, makes the hash anew when its cost is out of date, and writes `more` (the session) with it. */
  loggedIn(user: AccountUser, password: string, origin: AuditOrigin, more: AccountWrite[]): Promise<AccountUser> {
    return this.#alone(async () => {
      const current = (await this.#store.users()).find((u) => u.id === user.id);
      if (current === undefined || current.disabled || current.passwordHash !== user.passwordHash) throw loginFailed();
      const next: AccountUser = { ...current, lastLogin: this.#clock.now() };
      if (this.#passwords.isOld(current.passwordHash)) next.passwordHash = await this.#passwords.hash(password);
      await this.#store.write([{ op: "put-user", user: next }, ...more], [auditEntry(origin, this.#clock.now(), { target: `user:${user.id}` })]);
      return next;
    });
  }

  /** The secret is in the answer only; the store keeps its hash. */
  createToken(name: string, role: Role, days: number, userId: string, origin: AuditOrigin): Promise<{ token: AccountToken; secret: string }> {
    return this.#alone(async () => {
      if ((await this.#store.tokens()).length >= MOST_TOKENS) throw new CodedError("tokens-full", `There are ${MOST_TOKENS} tokens already.`);
      const secret = randomSecret();
      const now = this.#clock.now();
      const token: AccountToken = { id: randomId(), name: cleanName(name), role, hash: sha256(secret), userId, created: now, expires: now + days * DAY };
      const entry = auditEntry(origin, now, { target: `token:${token.id}`, after: { role, expires: token.expires } });
      await this.#store.write([{ op: "put-token", token }], [entry]);
      return { token, secret: `wonted_${secret}` };
    });
  }

  deleteToken(id: string, origin: AuditOrigin): Promise<void> {
    return this.#alone(async () => {
      const token = (await this.#store.tokens()).find((t) => t.id === id);
      if (token === undefined) throw new CodedError("token-not-found", "There is no such token.");
      const entry = auditEntry(origin, this.#clock.now(), { target: `token:${id}`, before: { role: token.role, expires: token.expires } });
      await this.#store.write([{ op: "delete-token", id }], [entry]);
    });
  }

  async #newUser(name: string, password: string, role: Role, users: readonly AccountUser[]): Promise<AccountUser> {
    const clean = cleanName(name);
    if (users.some((user) => nameKey(user.name) === nameKey(clean))) throw new CodedError("user-exists", "A user of this name exists already.");
    return { id: randomId(), name: clean, role, passwordHash: await this.#passwords.hash(password), created: this.#clock.now(), disabled: false };
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(work, work);
    this.#last = run.catch(() => undefined);
    return run;
  }
}

/** Names that look the same are the same: compatibility forms folded, case ignored. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}

function cleanName(name: string): string {
  const clean = name.normalize("NFC").trim();
  if (clean === "" || /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(clean)) {
    throw new CodedError("name-invalid", "A name has visible characters only.");
  }
  return clean;
}

/** What of a user may enter a hash in the audit log: no name, no password hash (S20). */
function publicPart(user: AccountUser): { role: Role; disabled: boolean } {
  return { role: user.role, disabled: user.disabled };
}

function isActiveAdmin(user: AccountUser): boolean {
  return user.role === "admin" && !user.disabled;
}

function codeOver(): ApiError {
  return new ApiError("setup-code-over", "The setup code has expired or was tried five times.", 403, {
    hint: "Restart Wonted: the terminal then shows a new code.",
  });
}

/** One text for a wrong name and a wrong password. */
export function loginFailed(): ApiError {
  return new ApiError("login-failed", "Name or password is wrong.", 401);
}
