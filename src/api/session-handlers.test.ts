import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ApiKit, apiKit, CHEAP, codeOf, OWN_ORIGIN, type Signed } from "../../test/support/api-kit.ts";
import { HOUR, MINUTE } from "../base/time.ts";
import { CODE_LIVES } from "./accounts.ts";
import { Passwords } from "./passwords.ts";
import { sha256 } from "./secrets.ts";
import { IDLE, LONGEST } from "./sessions.ts";

let kit: ApiKit;
beforeEach(() => {
  kit = apiKit();
});
afterEach(() => kit.server.close());

const PASSWORD = "correct horse battery";
const json = { "content-type": "application/json", origin: OWN_ORIGIN };

function post(url: string, body: object, headers: Record<string, string> = {}) {
  return kit.inject({ method: "POST", url, headers: { ...json, ...headers }, payload: body });
}

function setup(code: string, password = PASSWORD) {
  return post("/api/v1/setup", { code, name: "Ada", password });
}

function login(name: string, password: string, headers: Record<string, string> = {}) {
  return post("/api/v1/session", { name, password }, headers);
}

function cookieOf(response: { headers: Record<string, unknown> }): string {
  const text = String(response.headers["set-cookie"] ?? "");
  return text.slice(0, text.indexOf(";"));
}

function me(headers: Record<string, string> = {}) {
  return kit.inject({ method: "GET", url: "/api/v1/session", headers });
}

async function stateWith(cookie: string): Promise<string> {
  return (await me({ cookie })).json<{ state: string }>().state;
}

async function withAdmin(): Promise<{ cookie: string; csrf: string }> {
  const response = await setup((await kit.server.issueSetupCode()) ?? "");
  expect(response.statusCode).toBe(200);
  return { cookie: cookieOf(response), csrf: response.json<{ csrf: string }>().csrf };
}

describe("S1: the first administrator", () => {
  test("is made with the code of the terminal, and is logged in", async () => {
    expect((await me()).json()).toMatchObject({ state: "setup", demo: false });
    const { cookie } = await withAdmin();
    expect((await me({ cookie })).json()).toMatchObject({ state: "signed-in", user: { name: "Ada", role: "admin" } });
    expect((await me()).json()).toMatchObject({ state: "signed-out" });
    expect(kit.store.rows).toMatchObject([{ actor: "setup", action: "setup", route: "POST /api/v1/setup" }]);
  });

  test("the code has 128 bits and is stored as a hash only; case, dashes and spaces do not matter", async () => {
    const code = (await kit.server.issueSetupCode()) ?? "";
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]$/);
    expect(JSON.stringify(kit.store.code)).not.toContain(code.replaceAll("-", ""));
    expect((await setup(` ${code.toLowerCase().replaceAll("-", " ")} `)).statusCode).toBe(200);
  });

  test("the code serves once", async () => {
    const code = (await kit.server.issueSetupCode()) ?? "";
    expect((await setup(code)).statusCode).toBe(200);
    const again = await post("/api/v1/setup", { code, name: "Eve", password: PASSWORD });
    expect([again.statusCode, codeOf(again)]).toEqual([409, "setup-done"]);
    expect(kit.store.userMap.size).toBe(1);
    expect(await kit.server.issueSetupCode()).toBeUndefined();
  });

  test("two at once with the same code make one administrator", async () => {
    const code = (await kit.server.issueSetupCode()) ?? "";
    const both = await Promise.all([setup(code), post("/api/v1/setup", { code, name: "Eve", password: PASSWORD })]);
    expect(both.map((response) => response.statusCode).sort()).toEqual([200, 409]);
    expect(kit.store.userMap.size).toBe(1);
  });

  test("five wrong tries end it: the sixth is refused although it is right", async () => {
    const code = (await kit.server.issueSetupCode()) ?? "";
    for (let i = 0; i < 5; i++) expect(codeOf(await setup("WRONG-CODE"))).toBe("setup-code-wrong");
    expect(codeOf(await setup(code))).toBe("setup-code-over");
    expect(kit.store.userMap.size).toBe(0);
    expect((await setup((await kit.server.issueSetupCode()) ?? "")).statusCode).toBe(200);
  });

  test("the fifth try may be the right one", async () => {
    const code = (await kit.server.issueSetupCode()) ?? "";
    for (let i = 0; i < 4; i++) await setup("WRONG-CODE");
    expect((await setup(code)).statusCode).toBe(200);
  });

  test("it ends after 15 minutes", async () => {
    const code = (await kit.server.issueSetupCode()) ?? "";
    kit.clock.set(kit.clock.now() + CODE_LIVES);
    expect(codeOf(await setup(code))).toBe("setup-code-over");
  });

  test("a new code ends the one before", async () => {
    const first = (await kit.server.issueSetupCode()) ?? "";
    await kit.server.issueSetupCode();
    expect(codeOf(await setup(first))).toBe("setup-code-wrong");
  });

  test("a short password is refused without costing a try, and does not come back in the answer", async () => {
    const code = (await kit.server.issueSetupCode()) ?? "";
    const refused = await setup(code, "Shorty7");
    expect([refused.statusCode, codeOf(refused)]).toEqual([400, "body-invalid"]);
    expect(refused.body).not.toContain("Shorty7");
    expect(kit.store.code?.tries).toBe(0);
    expect((await setup(code)).statusCode).toBe(200);
  });
});

describe("S1: log-in", () => {
  test("the cookie is a new one, held by the browser as strictly as can be", async () => {
    await withAdmin();
    const response = await login("Ada", PASSWORD);
    expect(String(response.headers["set-cookie"])).toMatch(/^__Host-wonted=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(JSON.stringify([...kit.store.sessions.values()])).not.toContain(cookieOf(response).split("=")[1]);
    expect(kit.log.join("")).not.toContain(cookieOf(response).split("=")[1]);
    expect(kit.log.join("")).not.toContain(PASSWORD);
  });

  test("a wrong name and a wrong password get the same answer", async () => {
    await withAdmin();
    const [wrongPassword, wrongName] = [await login("Ada", "not the password"), await login("Nobody", PASSWORD)];
    expect(wrongPassword.statusCode).toBe(401);
    expect(wrongName.body).toBe(wrongPassword.body);
    expect(Object.keys(wrongName.headers)).toEqual(Object.keys(wrongPassword.headers));
    expect(wrongName.headers["set-cookie"]).toBeUndefined();
  });

  test("names are compared without case and in one Unicode form", async () => {
    await withAdmin();
    expect((await login(" ＡDA", PASSWORD)).statusCode).toBe(200);
  });

  test("a disabled user cannot log in, and is told no more than a stranger", async () => {
    await withAdmin();
    for (const user of kit.store.userMap.values()) user.disabled = true;
    expect(codeOf(await login("Ada", PASSWORD))).toBe("login-failed");
  });

  test("a hash of another cost is made anew at log-in", async () => {
    await withAdmin();
    const user = [...kit.store.userMap.values()][0];
    if (user === undefined) throw new Error("no administrator");
    user.passwordHash = await new Passwords({ ...CHEAP, passes: 2 }).hash(PASSWORD);
    await login("Ada", PASSWORD);
    expect([...kit.store.userMap.values()][0]?.passwordHash).toContain("$m=8,t=1,p=1$");
    expect((await login("Ada", PASSWORD)).statusCode).toBe(200);
  });

  test("from the sixth try in a minute on, tries wait; none is refused for good, and the right password still serves", async () => {
    await withAdmin();
    for (let i = 0; i < 5; i++) await login("Ada", "not the password");
    expect(kit.waits).toEqual([]);
    await login("Ada", "not the password");
    expect(kit.waits).toEqual([12_000]);
    expect((await login("Ada", PASSWORD)).statusCode).toBe(200);
    expect(kit.waits).toEqual([12_000, 12_000]);
  });

  test("log-in and log-out stand in the audit log under the user's pseudonym", async () => {
    await withAdmin();
    const response = await login("Ada", PASSWORD);
    const headers = { ...json, cookie: cookieOf(response), "x-wonted-csrf": response.json<{ csrf: string }>().csrf };
    await kit.inject({ method: "DELETE", url: "/api/v1/session", headers });
    const id = [...kit.store.userMap.keys()][0];
    expect(kit.store.rows.slice(1)).toMatchObject([
      { actor: id, action: "login", target: `user:${id}` },
      { actor: id, action: "logout", target: `user:${id}` },
    ]);
    expect(JSON.stringify(kit.store.rows)).not.toContain("Ada");
  });
});

describe("S2: sessions", () => {
  test("fixation: a planted cookie is never taken over, and an old one ends at log-in", async () => {
    const { cookie: old } = await withAdmin();
    const planted = `__Host-wonted=${"P".repeat(43)}`;
    const response = await login("Ada", PASSWORD, { cookie: planted });
    expect(cookieOf(response)).not.toBe(planted);
    expect(await stateWith(planted)).toBe("signed-out");
    const again = await login("Ada", PASSWORD, { cookie: old });
    expect(await stateWith(cookieOf(again))).toBe("signed-in");
    expect(await stateWith(old)).toBe("signed-out");
  });

  test("idle for 30 minutes ends it; use keeps it; 12 hours end it all the same", async () => {
    const { cookie } = await withAdmin();
    const start = kit.clock.now();
    kit.clock.set(start + IDLE - 1);
    expect(await stateWith(cookie)).toBe("signed-in");
    kit.clock.set(start + 2 * IDLE - 2);
    expect(await stateWith(cookie)).toBe("signed-in");
    kit.clock.set(kit.clock.now() + IDLE);
    expect(await stateWith(cookie)).toBe("signed-out");

    const again = cookieOf(await login("Ada", PASSWORD));
    const second = kit.clock.now();
    for (let at = second; at < second + LONGEST; at += 20 * MINUTE) {
      kit.clock.set(at);
      expect(await stateWith(again)).toBe("signed-in");
    }
    kit.clock.set(second + LONGEST);
    expect(await stateWith(again)).toBe("signed-out");
  });

  test("requests that a page makes by itself do not keep it from going idle", async () => {
    const { cookie } = await withAdmin();
    const start = kit.clock.now();
    kit.clock.set(start + 20 * MINUTE);
    await me({ cookie, "x-wonted-background": "1" });
    kit.clock.set(start + IDLE);
    expect(await stateWith(cookie)).toBe("signed-out");
  });

  test("its end is told", async () => {
    const { cookie } = await withAdmin();
    const expires = (await me({ cookie })).json<{ user: { expires: string } }>().user.expires;
    expect(Date.parse(expires)).toBe(kit.clock.now() + IDLE);
  });

  test("log-out ends this one, revoke-all every one of mine and nobody else's", async () => {
    const first = await withAdmin();
    const second = await login("Ada", PASSWORD);
    const third = await login("Ada", PASSWORD);
    const other = await kit.signIn("viewer");
    const out = await kit.inject({ method: "DELETE", url: "/api/v1/session", headers: { ...json, cookie: first.cookie, "x-wonted-csrf": first.csrf } });
    expect(String(out.headers["set-cookie"])).toContain("Max-Age=0");
    expect(await stateWith(first.cookie)).toBe("signed-out");
    expect(await stateWith(cookieOf(second))).toBe("signed-in");
    await post("/api/v1/session/revoke-all", {}, { cookie: cookieOf(third), "x-wonted-csrf": third.json<{ csrf: string }>().csrf });
    expect(await stateWith(cookieOf(second))).toBe("signed-out");
    expect(await stateWith(cookieOf(third))).toBe("signed-out");
    expect(await stateWith(other.headers.cookie)).toBe("signed-in");
  });

  test("a request that began before the session ended does not bring it back", async () => {
    const { cookie } = await withAdmin();
    const hash = sha256(cookie.split("=")[1] ?? "");
    kit.store.sessions.delete(hash);
    await kit.store.write([{ op: "update-session", hash, lastSeen: kit.clock.now() }], []);
    expect(await stateWith(cookie)).toBe("signed-out");
  });

  test("old sessions are swept at log-in", async () => {
    await withAdmin();
    kit.clock.set(kit.clock.now() + LONGEST);
    await login("Ada", PASSWORD);
    expect(kit.store.sessions.size).toBe(1);
  });

  test("step-up: the right password counts for ten minutes, a wrong one for nothing", async () => {
    const { cookie, csrf } = await withAdmin();
    const headers = { cookie, "x-wonted-csrf": csrf };
    const source = { id: "lab", kind: "zeek", path: "/var/log/zeek" };
    kit.clock.set(kit.clock.now() + 11 * MINUTE);
    expect(codeOf(await post("/api/v1/sources", source, headers))).toBe("step-up");
    expect(codeOf(await post("/api/v1/session/step-up", { password: "not the password" }, headers))).toBe("password-wrong");
    expect(codeOf(await post("/api/v1/sources", source, headers))).toBe("step-up");
    expect((await post("/api/v1/session/step-up", { password: PASSWORD }, headers)).statusCode).toBe(200);
    expect((await post("/api/v1/sources", source, headers)).statusCode).toBe(200);
  });
});

describe("users and roles", () => {
  let admin: Signed;
  beforeEach(async () => {
    admin = await kit.signIn("admin", "Ada");
  });

  function put(id: string, body: object, headers: Record<string, string> = admin.headers) {
    return kit.inject({ method: "PUT", url: `/api/v1/users/${id}`, headers: { ...json, ...headers }, payload: body });
  }

  test("a made user logs in with his role", async () => {
    const made = await post("/api/v1/users", { name: "Ben", password: PASSWORD, role: "analyst" }, admin.headers);
    expect(made.json()).toMatchObject({ name: "Ben", role: "analyst", disabled: false });
    expect(made.body).not.toContain("argon2");
    expect((await login("ben", PASSWORD)).json()).toMatchObject({ user: { name: "Ben", role: "analyst" } });
    expect(codeOf(await post("/api/v1/users", { name: "BEN", password: PASSWORD, role: "viewer" }, admin.headers))).toBe("user-exists");
  });

  test.each(["Ben\u202e", "Be\u200bn", "\u001b[31mBen", "\u3164", "  "])("a name that does not show itself is refused: %j", async (name) => {
    expect(codeOf(await post("/api/v1/users", { name, password: PASSWORD, role: "admin" }, admin.headers))).toBe("name-invalid");
  });

  test("S2: a change of role ends the user's sessions", async () => {
    const ben = await kit.signIn("viewer", "Ben");
    expect((await put(ben.userId, { role: "analyst", why: "promoted" })).json()).toMatchObject({ role: "analyst" });
    expect(await stateWith(ben.headers.cookie)).toBe("signed-out");
    expect(kit.store.rows.at(-1)).toMatchObject({ actor: admin.userId, target: `user:${ben.userId}`, why: "promoted", action: "change-user" });
    expect(kit.store.rows.at(-1)?.before).not.toBe(kit.store.rows.at(-1)?.after);
  });

  test("S2: changing oneself renews the session", async () => {
    await kit.signIn("admin", "Ben");
    const response = await put(admin.userId, { role: "analyst", why: "less is enough" });
    expect(await stateWith(admin.headers.cookie)).toBe("signed-out");
    expect((await me({ cookie: cookieOf(response) })).json()).toMatchObject({ user: { role: "analyst" } });
  });

  test("a disabled user is out at once", async () => {
    const ben = await kit.signIn("viewer", "Ben");
    await put(ben.userId, { disabled: true, why: "left" });
    expect(await stateWith(ben.headers.cookie)).toBe("signed-out");
  });

  test("also one whom a command disabled and whose session is still stored", async () => {
    const ben = await kit.signIn("viewer", "Ben");
    for (const user of kit.store.userMap.values()) user.disabled = user.id === ben.userId;
    expect(await stateWith(ben.headers.cookie)).toBe("signed-out");
  });

  test("the last administrator cannot be disabled or demoted, also not by two who do it to each other", async () => {
    expect(codeOf(await put(admin.userId, { disabled: true, why: "oops" }))).toBe("last-administrator-conflict");
    const ben = await kit.signIn("admin", "Ben");
    const both = await Promise.all([put(ben.userId, { role: "viewer", why: "a" }), put(admin.userId, { role: "viewer", why: "b" }, ben.headers)]);
    expect(both.filter((response) => response.statusCode === 200)).toHaveLength(1);
    expect([...kit.store.userMap.values()].filter((user) => user.role === "admin")).toHaveLength(1);
  });

  test("a token's secret is shown once and stored as a hash", async () => {
    const made = (await post("/api/v1/tokens", { name: "script", role: "viewer", days: 1 }, admin.headers)).json<{
      id: string;
      secret: string;
      expires: string;
    }>();
    expect(made.secret).toMatch(/^wonted_[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify([...kit.store.tokenMap.values()])).not.toContain(made.secret.slice(7));
    const listed = await kit.inject({ method: "GET", url: "/api/v1/tokens", headers: admin.headers });
    expect(listed.body).toContain(made.id);
    expect(listed.body).not.toMatch(/secret|hash/);
    const bearer = { authorization: `Bearer ${made.secret}` };
    expect((await me(bearer)).json()).toMatchObject({ state: "signed-in", user: { name: "script", role: "viewer", expires: made.expires } });
    kit.clock.set(kit.clock.now() + 25 * HOUR);
    expect(codeOf(await me(bearer))).toBe("token-refused");
  });
});

describe("S5: the audit log", () => {
  test("each change leaves who, why and what, with hashes of before and after; names are looked up when shown", async () => {
    const { headers, userId } = await kit.signIn("admin", "Ada");
    await kit.inject({ method: "PUT", url: "/api/v1/budget", headers: { ...json, ...headers }, payload: { perDay: 9, why: "more hands" } });
    const page = (await kit.inject({ method: "GET", url: "/api/v1/audit", headers })).json<{ rows: Record<string, unknown>[]; chain: string }>();
    expect(page.chain).toBe("verified");
    expect(page.rows).toMatchObject([
      { seq: 1, actor: "Ada", action: "set-budget", target: "budget", why: "more hands", before: sha256('{"perDay":5}'), after: sha256('{"perDay":9}') },
    ]);
    expect(kit.store.rows[0]?.actor).toBe(userId);
    kit.store.userMap.delete(userId);
    expect(JSON.stringify(kit.store.rows)).not.toContain("Ada");
  });

  test("a changed row is reported, with its number", async () => {
    const { headers } = await kit.signIn("admin");
    for (const perDay of [2, 3, 4]) await kit.inject({ method: "PUT", url: "/api/v1/budget", headers: { ...json, ...headers }, payload: { perDay } });
    Object.assign(kit.store.rows[1] ?? {}, { why: "forged" });
    expect((await kit.inject({ method: "GET", url: "/api/v1/audit", headers })).json()).toMatchObject({ chain: "broken", brokenAt: 2 });
  });

  test("pages go on where the last one ended", async () => {
    const { headers } = await kit.signIn("admin");
    for (const perDay of [1, 2, 3, 4, 5]) await kit.inject({ method: "PUT", url: "/api/v1/budget", headers: { ...json, ...headers }, payload: { perDay } });
    const seqs: number[] = [];
    let before: number | undefined;
    do {
      const query: Record<string, string> = { limit: "2", ...(before === undefined ? {} : { before: String(before) }) };
      const page = (await kit.inject({ method: "GET", url: "/api/v1/audit", query, headers })).json<{ rows: { seq: number }[]; next?: number }>();
      seqs.push(...page.rows.map((row) => row.seq));
      before = page.next;
    } while (before !== undefined);
    expect(seqs).toEqual([5, 4, 3, 2, 1]);
  });
});
