import { afterAll, afterEach, describe, expect, test } from "vitest";
import { type ApiKit, apiKit, codeOf, fitting, OWN_ORIGIN } from "../../test/support/api-kit.ts";
import { type Role, type RouteSpec, routes } from "../contract/index.ts";
import { CONFIRMED_FOR, RANK } from "./sessions.ts";

const ALL = Object.entries(routes) as [string, RouteSpec][];
const ROLES: readonly Role[] = ["viewer", "analyst", "admin"];
/** The stream does not end by itself, so it cannot be injected: server-stream.test.ts follows it over a socket. */
const CLOSED = ALL.filter(([name]) => name !== "stream");
const CHANGES = CLOSED.filter(([, spec]) => spec.method !== "GET");
const GUARDED = CLOSED.filter(([, spec]) => spec.permission !== "public");
const BEFORE_THE_SERVICE = [
  "host-refused",
  "foreign-page",
  "content-type",
  "signed-out",
  "token-refused",
  "foreign-origin",
  "csrf-token",
  "role-too-low",
  "session-needed",
  "step-up",
  "rate-exceeded",
  "demo-read-only",
];

let kit: ApiKit;
/** One server for the tables, since making one takes longer than a request; each row signs in anew. */
const shared = apiKit();
afterEach(() => (kit === shared ? undefined : kit.server.close()));
afterAll(() => shared.server.close());

function sharedKit(): ApiKit {
  shared.store.rows.length = 0;
  return shared;
}

describe("S4: each route lets in the roles that it declares, and no others", () => {
  for (const [name, spec] of GUARDED) {
    test.each(ROLES)(`${spec.method} ${spec.path} as %s`, async (role) => {
      kit = sharedKit();
      const { headers } = await kit.signIn(role);
      const response = await kit.inject(fitting(name, spec, headers));
      const allowed = RANK[role] >= RANK[spec.permission as Role];
      if (allowed) expect(BEFORE_THE_SERVICE).not.toContain(codeOf(response));
      else {
        expect(response.statusCode).toBe(403);
        expect(codeOf(response)).toBe("role-too-low");
        expect(kit.store.rows).toEqual([]);
      }
    });

    test(`${spec.method} ${spec.path} without a log-in`, async () => {
      kit = sharedKit();
      const response = await kit.inject(fitting(name, spec, { origin: OWN_ORIGIN }));
      expect([response.statusCode, codeOf(response)]).toEqual([401, "signed-out"]);
    });
  }
});

describe("S3: a change is refused, and leaves no trace, when", () => {
  type Break = readonly [string, (headers: Record<string, string>) => Record<string, string>, string];
  const without = (headers: Record<string, string>, name: string) => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
  const breaks: readonly Break[] = [
    ["the origin is another site", (h) => ({ ...h, origin: "http://evil.example" }), "foreign-origin"],
    ["the origin is another port of this machine", (h) => ({ ...h, origin: "http://127.0.0.1:3000" }), "foreign-origin"],
    ["the origin is of the other scheme", (h) => ({ ...h, origin: OWN_ORIGIN.replace("http:", "https:") }), "foreign-origin"],
    ["the origin is null, as from a sandboxed frame", (h) => ({ ...h, origin: "null" }), "foreign-origin"],
    ["there is no origin", (h) => without(h, "origin"), "foreign-origin"],
    ["the body is form data", (h) => ({ ...h, "content-type": "application/x-www-form-urlencoded" }), "content-type"],
    ["the body is plain text", (h) => ({ ...h, "content-type": "text/plain;charset=application/json" }), "content-type"],
    ["the content type is missing", (h) => without(h, "content-type"), "content-type"],
    ["the host is a name of somebody else's", (h) => ({ ...h, host: "evil.example:8470", origin: "http://evil.example:8470" }), "host-refused"],
    ["the browser says that another site asks", (h) => ({ ...h, "sec-fetch-site": "cross-site" }), "foreign-page"],
    ["the browser says that another port asks", (h) => ({ ...h, "sec-fetch-site": "same-site" }), "foreign-page"],
  ];
  const tokenBreaks: readonly Break[] = [
    ["the page's token is missing", (h) => without(h, "x-wonted-csrf"), "csrf-token"],
    ["the page's token is that of another session", (h) => ({ ...h, "x-wonted-csrf": "A".repeat(43) }), "csrf-token"],
    ["the cookie is unknown", (h) => ({ ...h, cookie: `__Host-wonted=${"A".repeat(43)}` }), "signed-out"],
    ["the cookie has another name", (h) => ({ ...h, cookie: h.cookie?.replace("__Host-", "") ?? "" }), "signed-out"],
  ];
  for (const [name, spec] of CHANGES) {
    test.each(spec.permission === "public" ? breaks : [...breaks, ...tokenBreaks])(`${spec.method} ${spec.path}: %s`, async (_what, change, code) => {
      kit = sharedKit();
      const { headers } = await kit.signIn("admin");
      const request = fitting(name, spec, headers);
      const response = await kit.inject({ ...request, headers: change(request.headers as Record<string, string>) });
      expect(codeOf(response)).toBe(code);
      expect(response.headers["access-control-allow-origin"]).toBeUndefined();
      expect(kit.store.rows).toEqual([]);
    });
  }

  test("it says no content type, also when it has no body", async () => {
    kit = apiKit();
    const { headers } = await kit.signIn("admin");
    const response = await kit.inject({ method: "DELETE", url: "/api/v1/session", headers });
    expect([response.statusCode, codeOf(response)]).toEqual([415, "content-type"]);
    expect(kit.store.sessions.size).toBe(1);
  });

  test("a page's token of one session does not serve another of the same user", async () => {
    kit = apiKit();
    const [one, other] = [await kit.signIn("analyst"), await kit.signIn("analyst")];
    const response = await kit.inject(fitting("comment", routes.comment, { ...one.headers, "x-wonted-csrf": other.headers["x-wonted-csrf"] }));
    expect(codeOf(response)).toBe("csrf-token");
  });
});

describe("S3: reads", () => {
  test.each(CLOSED.filter(([, spec]) => spec.method === "GET"))("%s: the name of another host is refused (DNS rebinding)", async (name, spec) => {
    kit = sharedKit();
    const { headers } = await kit.signIn("admin");
    for (const host of ["evil.example:8470", "127.0.0.1.evil.example:8470", "localhost:8470@evil.example"]) {
      const response = await kit.inject(fitting(name, spec, { ...headers, host }));
      expect([host, response.statusCode]).toEqual([host, 421]);
    }
  });

  test("no answer allows another origin, and a preflight is not answered", async () => {
    kit = sharedKit();
    const response = await kit.inject({
      method: "OPTIONS",
      url: "/api/v1/alerts",
      headers: { origin: "http://evil.example", "access-control-request-method": "GET" },
    });
    expect(response.statusCode).toBe(405);
    expect(Object.keys(response.headers).filter((key) => key.startsWith("access-control"))).toEqual([]);
  });
});

describe("S2: routes that need the password within ten minutes", () => {
  test.each(CLOSED.filter(([, spec]) => spec.stepUp))("%s asks again after ten minutes", async (name, spec) => {
    kit = apiKit();
    const { headers } = await kit.signIn("admin");
    kit.clock.set(kit.clock.now() + CONFIRMED_FOR);
    const late = await kit.inject(fitting(name, spec, headers));
    expect([late.statusCode, codeOf(late)]).toEqual([403, "step-up"]);
  });

  test("rights, tokens and sources are among them", () => {
    const names = ALL.filter(([, spec]) => spec.stepUp).map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(["createUser", "changeUser", "createToken", "addSource"]));
  });
});

describe("API tokens", () => {
  test("a token needs neither origin nor page token, keeps to its role, and is named in the audit row", async () => {
    kit = apiKit();
    const authorization = await kit.token("analyst");
    const done = await kit.inject(fitting("comment", routes.comment, { authorization }));
    expect(done.statusCode).toBe(200);
    expect(kit.store.rows.map((row) => row.actor)).toEqual(["token:token-1"]);
    expect(codeOf(await kit.inject(fitting("setBudget", routes.setBudget, { authorization })))).toBe("role-too-low");
  });

  test("a token cannot step up, so it cannot do what asks for the password", async () => {
    kit = apiKit();
    const authorization = await kit.token("admin");
    for (const name of ["createUser", "createToken", "addSource", "stepUp", "logout", "revokeAll"] as const) {
      expect([name, codeOf(await kit.inject(fitting(name, routes[name], { authorization })))]).toEqual([name, "session-needed"]);
    }
  });

  test("expired, revoked, malformed: refused, also beside a good cookie", async () => {
    kit = apiKit();
    const { headers } = await kit.signIn("admin");
    const authorization = await kit.token("viewer");
    const ask = async (value: string) => codeOf(await kit.inject({ method: "GET", url: "/api/v1/overview", headers: { ...headers, authorization: value } }));
    expect(await ask(authorization)).toBe("");
    for (const bad of ["Bearer", "Bearer x", authorization.toLowerCase(), authorization.replace("Bearer", "Basic"), `${authorization}A`]) {
      expect([bad, await ask(bad)]).toEqual([bad, "token-refused"]);
    }
    const token = [...kit.store.tokenMap.values()][0];
    kit.clock.set(token?.expires ?? 0);
    expect(await ask(authorization)).toBe("token-refused");
    kit.clock.set((token?.expires ?? 0) - 1);
    await kit.store.write([{ op: "delete-token", id: token?.id ?? "" }], []);
    expect(await ask(authorization)).toBe("token-refused");
  });

  test("a token is no stronger than its maker has become, and ends with him", async () => {
    kit = apiKit();
    const authorization = await kit.token("admin");
    const maker = [...kit.store.userMap.values()][0];
    if (maker === undefined) throw new Error("the kit made no user");
    const read = async () => codeOf(await kit.inject({ method: "GET", url: "/api/v1/users", headers: { authorization } }));
    expect(await read()).toBe("");
    maker.role = "viewer";
    expect(await read()).toBe("role-too-low");
    maker.disabled = true;
    expect(await read()).toBe("token-refused");
  });

  test("a secret in the address is not looked at", async () => {
    kit = apiKit();
    const secret = (await kit.token("viewer")).slice("Bearer ".length);
    const response = await kit.inject({ method: "GET", url: "/api/v1/overview", query: { token: secret, authorization: secret, access_token: secret } });
    expect(codeOf(response)).toBe("signed-out");
    expect(kit.log.join("")).not.toContain(secret);
  });
});

test("S4: a route's rate is per log-in, answers 429 with the time to wait, and ends", async () => {
  kit = apiKit();
  const [one, other] = [await kit.signIn("viewer"), await kit.signIn("viewer")];
  const ask = (headers: Record<string, string>) => kit.inject({ method: "GET", url: "/api/v1/search", headers });
  for (let i = 0; i < routes.search.rate; i++) expect((await ask(one.headers)).statusCode).toBe(200);
  const refused = await ask(one.headers);
  expect([refused.statusCode, codeOf(refused), refused.headers["retry-after"]]).toEqual([429, "rate-exceeded", "1"]);
  expect((await ask(other.headers)).statusCode).toBe(200);
  kit.clock.set(kit.clock.now() + 1_000);
  expect((await ask(one.headers)).statusCode).toBe(200);
});

describe("demo mode", () => {
  test("everybody is a local viewer, without a log-in", async () => {
    kit = apiKit({ demo: true });
    const state = await kit.inject({ method: "GET", url: "/api/v1/session" });
    expect(state.json()).toMatchObject({ state: "signed-in", demo: true, user: { name: "Local viewer", role: "viewer" } });
    expect((await kit.inject({ method: "GET", url: "/api/v1/alerts" })).statusCode).toBe(200);
    expect(codeOf(await kit.inject({ method: "GET", url: "/api/v1/users" }))).toBe("role-too-low");
    expect(await kit.server.issueSetupCode()).toBeUndefined();
  });

  test.each(CHANGES)("%s is refused", async (name, spec) => {
    kit = apiKit({ demo: true });
    const { headers } = await kit.signIn("admin");
    const response = await kit.inject(fitting(name, spec, headers));
    expect([response.statusCode, codeOf(response)]).toEqual([403, "demo-read-only"]);
  });
});
