import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { type ApiServer, createServer, type ServerOptions, type Services } from "../../src/api/index.ts";
import { csrfOf, randomSecret, sha256 } from "../../src/api/secrets.ts";
import { ManualClock } from "../../src/base/clock.ts";
import { DAY } from "../../src/base/time.ts";
import type { Role, RouteSpec } from "../../src/contract/index.ts";
import { inventedServices } from "./invented-services.ts";
import { MemoryAccountStore } from "./memory-account-store.ts";

export const START = Date.UTC(2026, 2, 4, 9);
/** The cheapest that argon2 takes: tests are about what is done with a password, not about its cost. */
export const CHEAP = { memoryKiB: 8, passes: 1, lanes: 1 };
export const OWN_HOST = "127.0.0.1:8470";
export const OWN_ORIGIN = `http://${OWN_HOST}`;

export interface ApiKit {
  server: ApiServer;
  store: MemoryAccountStore;
  clock: ManualClock;
  /** Lines of the log, as written. */
  log: string[];
  /** Milliseconds that log-ins were kept waiting; the clock was moved on by them. */
  waits: number[];
  /** Headers of a page that is logged in as a fresh user of this role. */
  signIn(role: Role, name?: string): Promise<Signed>;
  /** Authorization header of a fresh token. */
  token(role: Role): Promise<string>;
  inject(options: InjectOptions): Promise<LightMyRequestResponse>;
}

export interface Signed {
  userId: string;
  sessionHash: string;
  headers: { cookie: string; origin: string; "x-wonted-csrf": string };
}

/** A server that is not listening, over invented services and a store in memory, with a clock that the test moves. */
export function apiKit(options: Partial<ServerOptions> & { replace?: Partial<Services> } = {}): ApiKit {
  const store = new MemoryAccountStore();
  const clock = new ManualClock(START);
  const log: string[] = [];
  const waits: number[] = [];
  const { replace, ...rest } = options;
  const server = createServer({
    services: { ...inventedServices(START), ...replace },
    accounts: store,
    clock,
    version: "1.2.3",
    uiFolder: "/nonexistent",
    passwordCost: CHEAP,
    log: "debug",
    logWriter: { write: (line) => log.push(line) },
    sleep: async (ms) => {
      waits.push(ms);
      clock.set(clock.now() + ms);
    },
    ...rest,
  });
  let made = 0;
  const addUser = async (role: Role, name?: string): Promise<string> => {
    const id = `user-${++made}`;
    const user = { id, name: name ?? `${role} ${made}`, role, passwordHash: "", created: clock.now(), disabled: false };
    await store.write([{ op: "put-user", user }], []);
    return id;
  };
  return {
    server,
    store,
    clock,
    log,
    waits,
    signIn: async (role, name) => {
      const userId = await addUser(role, name);
      const id = randomSecret();
      const now = clock.now();
      const session = { hash: sha256(id), userId, created: now, lastSeen: now, confirmed: now, authMethod: "password" as const };
      await store.write([{ op: "put-session", session }], []);
      return { userId, sessionHash: session.hash, headers: { cookie: `__Host-wonted=${id}`, origin: OWN_ORIGIN, "x-wonted-csrf": csrfOf(id) } };
    },
    token: async (role) => {
      const userId = await addUser("admin");
      const secret = randomSecret();
      const token = { id: `token-${made}`, name: "script", role, hash: sha256(secret), userId, created: clock.now(), expires: clock.now() + DAY };
      await store.write([{ op: "put-token", token }], []);
      return `Bearer wonted_${secret}`;
    },
    inject: (request) => server.app.inject({ ...request, headers: { host: OWN_HOST, ...request.headers } }),
  };
}

/** Values that the schemas of each route take, for invented data. */
const PARAMS: Readonly<Record<string, string>> = { id: "alert00000000000" };
const BODIES: Readonly<Record<string, object>> = {
  setup: { code: "NOT-THE-CODE", name: "eve", password: "long enough password" },
  login: { name: "nobody", password: "long enough password" },
  stepUp: { password: "long enough password" },
  createUser: { name: "fresh user", password: "long enough password", role: "viewer" },
  changeUser: { disabled: true, why: "left" },
  createToken: { name: "script", role: "viewer", days: 30 },
  acknowledge: { acknowledged: true, why: "known scanner" },
  comment: { text: "seen" },
  createSnooze: { model: "Device / Network Scan", entity: "device-1", until: new Date(START + DAY).toISOString(), why: "tuned" },
  addSource: { id: "lab", kind: "zeek", path: "/var/log/zeek" },
  setBudget: { perDay: 7, why: "more hands" },
  judgeIncident: { verdict: "benign", why: "a backup" },
  decideChange: { decision: "accepted", why: "a new task" },
};
const QUERIES: Readonly<Record<string, Record<string, string>>> = {
  alertGroups: { by: "model" },
  snoozePreview: { model: "Device / Network Scan", entity: "device-1" },
};

/** A request of this route that fits its schemas. */
export function fitting(name: string, spec: RouteSpec, headers: Record<string, string>): InjectOptions {
  const url = spec.path.replaceAll(/:([A-Za-z]+)/g, (_all, key: string) => PARAMS[key] ?? "x");
  const change = spec.method !== "GET";
  return {
    method: spec.method,
    url,
    query: QUERIES[name] ?? {},
    headers: { ...(change ? { "content-type": "application/json" } : {}), ...headers },
    ...(change ? { payload: JSON.stringify(BODIES[name] ?? {}) } : {}),
  };
}

export function codeOf(response: LightMyRequestResponse): string {
  return response.json<{ code?: string }>().code ?? "";
}
