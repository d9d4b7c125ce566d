import { connect } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type ApiKit, apiKit, codeOf, fitting, OWN_ORIGIN } from "../../test/support/api-kit.ts";
import { HOSTILE_TEXT } from "../../test/support/invented-data.ts";
import { CodedError } from "../base/result.ts";
import { type RouteSpec, routes } from "../contract/index.ts";
import type { ServerOptions } from "./options.ts";
import type { Services } from "./ports.ts";
import { fastifyOptions } from "./server.ts";

const ALL = Object.entries(routes) as [string, RouteSpec][];
let kit: ApiKit;
afterEach(() => kit.server.close());

describe("requests that do not fit", () => {
  const json = { "content-type": "application/json", origin: OWN_ORIGIN };

  test.each(["/api", "/api/", "/api/v1", "/api/v2/alerts", "/api/v1/Alerts", "/api/v1/alerts/a/b/c"])("404, as a problem, for %s", async (url) => {
    kit = apiKit();
    const response = await kit.inject({ method: "GET", url, headers: { accept: "text/html" } });
    expect([response.statusCode, codeOf(response)]).toEqual([404, "route-not-found"]);
  });

  test.each(["/api/v1/alerts", "/api/v1/snoozes", "/api/v1/session", "/api/v1/devices/x/log"])(
    "405 with Allow for a method that %s does not take",
    async (url) => {
      kit = apiKit();
      const response = await kit.inject({ method: "PUT", url, headers: json, payload: "{}" });
      expect([response.statusCode, codeOf(response)]).toEqual([405, "method-refused"]);
      expect(String(response.headers.allow)).toContain("GET");
      expect(String(response.headers.allow)).not.toContain("PUT");
    },
  );

  test("405 for a POST to a page", async () => {
    kit = apiKit();
    expect((await kit.inject({ method: "POST", url: "/alerts", headers: json, payload: "{}" })).statusCode).toBe(405);
  });

  test.each(['{"text":', "nothing", '{"text":"\\ud800"}', "\u0000", "[".repeat(30_000), '{"text":1}', "[]", "null", '"x"', "{}", ""])(
    "400 for the body %j, without saying what was in it",
    async (payload) => {
      kit = apiKit();
      const { headers } = await kit.signIn("analyst");
      const response = await kit.inject({ method: "POST", url: "/api/v1/alerts/alert00000000000/comments", headers: { ...json, ...headers }, payload });
      expect([response.statusCode, codeOf(response)]).toEqual([400, "body-invalid"]);
      expect(kit.store.rows).toEqual([]);
    },
  );

  test("a body may hold any whole character", async () => {
    kit = apiKit();
    const { headers } = await kit.signIn("analyst");
    const payload = '{"text":"\\ud83d\\ude00 \\u0000 \u202e"}';
    const response = await kit.inject({ method: "POST", url: "/api/v1/alerts/alert00000000000/comments", headers: { ...json, ...headers }, payload });
    expect(response.json()).toMatchObject({ text: "😀 \u0000 \u202e" });
  });

  test.each(ALL.filter(([, spec]) => spec.body !== undefined))(
    "413 beyond the body limit of %s, and before that nothing is read without a log-in",
    async (name, spec) => {
      kit = apiKit();
      const { headers } = await kit.signIn("admin");
      const payload = JSON.stringify({ filler: "x".repeat(spec.bodyLimit) });
      const response = await kit.inject({ ...fitting(name, spec, headers), payload });
      expect([response.statusCode, codeOf(response)]).toEqual([413, "body-too-large"]);
      if (spec.permission !== "public") expect(codeOf(await kit.inject({ ...fitting(name, spec, { origin: OWN_ORIGIN }), payload }))).toBe("signed-out");
    },
  );

  test.each([
    ["/api/v1/alerts?limit=501", "query-invalid"],
    ["/api/v1/alerts?limit=1&limit=2", "query-invalid"],
    ["/api/v1/alerts?limit=NaN", "query-invalid"],
    ["/api/v1/alerts?offset=-1", "query-invalid"],
    ["/api/v1/alerts?state=everything", "query-invalid"],
    [`/api/v1/alerts?text=${"x".repeat(201)}`, "query-invalid"],
    [`/api/v1/alerts/${"x".repeat(65)}`, "path-invalid"],
  ])("400 for %s", async (url, code) => {
    kit = apiKit();
    const { headers } = await kit.signIn("viewer");
    const response = await kit.inject({ method: "GET", url, headers });
    expect([response.statusCode, codeOf(response)]).toEqual([400, code]);
  });

  test("services never see keys that the contract does not name, nor a polluted prototype", async () => {
    const seen: unknown[] = [];
    const comment: Services["comment"] = async ({ body }) => {
      seen.push(body);
      return { result: { time: "", author: "", text: body.text }, audit: { target: "x" } };
    };
    kit = apiKit({ replace: { comment } });
    const { headers } = await kit.signIn("analyst");
    const payload = '{"text":"a","admin":true,"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    await kit.inject({ method: "POST", url: "/api/v1/alerts/a/comments", headers: { ...json, ...headers }, payload });
    expect(JSON.stringify(seen)).toBe('[{"text":"a"}]');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe("answers", () => {
  test("keys that the contract does not name are stripped, at every depth", async () => {
    const models = async () => [{ secret: "s", ...goodModel(), error: { line: 1, reason: "r", path: "/etc/shadow" } }];
    kit = apiKit({ replace: { models } });
    const { headers } = await kit.signIn("viewer");
    const response = await kit.inject({ method: "GET", url: "/api/v1/models", headers });
    expect(response.json()).toEqual([{ ...goodModel(), error: { line: 1, reason: "r" } }]);
  });

  test("an answer that does not fit its schema is an error of ours: told to the log, not to the client", async () => {
    const models = (async () => [{ ...goodModel(), priority: "SECRET" }]) as unknown as Services["models"];
    kit = apiKit({ replace: { models } });
    const { headers } = await kit.signIn("viewer");
    const response = await kit.inject({ method: "GET", url: "/api/v1/models", headers });
    expect([response.statusCode, codeOf(response)]).toEqual([500, "internal-error"]);
    expect(response.body).not.toContain("SECRET");
    expect(kit.log.join("")).toContain("priority");
  });

  const failures: readonly [string, unknown, number, string][] = [
    ["a bug", new TypeError("cannot read /home/ada/secret"), 500, "internal-error"],
    ["something that is no error", "secret", 500, "internal-error"],
    ["a code without a known ending", new CodedError("weird", "secret"), 500, "internal-error"],
    ["not found", new CodedError("alert-not-found", "There is no such alert."), 404, "alert-not-found"],
    ["a conflict", new CodedError("source-exists", "It exists."), 409, "source-exists"],
    ["a full disk", new CodedError("store-full", "The disk is full."), 507, "store-full"],
    ["too busy", new CodedError("search-busy", "Later."), 503, "search-busy"],
  ];
  test.each(failures)("%s in a service", async (_what, error, status, code) => {
    const storage: Services["storage"] = () => Promise.reject(error);
    kit = apiKit({ replace: { storage } });
    const { headers } = await kit.signIn("viewer");
    const response = await kit.inject({ method: "GET", url: "/api/v1/storage", headers });
    expect([response.statusCode, codeOf(response)]).toEqual([status, code]);
    expect(response.body).not.toMatch(/secret|stack|\.ts/);
  });

  test("S8: hostile text comes back as it was, and can be nothing but text", async () => {
    kit = apiKit();
    const { headers } = await kit.signIn("viewer");
    const response = await kit.inject({ method: "GET", url: "/api/v1/alerts/alert00000000003", headers });
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(response.json<{ peers: { hostname: string }[] }>().peers[0]?.hostname).toBe(HOSTILE_TEXT);
  });
});

describe("S5: changes of services", () => {
  const url = "/api/v1/budget";
  const put = async (headers: Record<string, string>) =>
    kit.inject({ method: "PUT", url, headers: { "content-type": "application/json", ...headers }, payload: { perDay: 9, why: "w" } });

  test("a service that stored the row itself leaves one row", async () => {
    const setBudget: Services["setBudget"] = async ({ entry, body }) => {
      await kit.store.write([], [entry({ target: "budget", why: body.why, after: { perDay: body.perDay } })]);
      return { result: { ok: true }, audit: "written" };
    };
    kit = apiKit({ replace: { setBudget } });
    const { headers, userId, sessionHash } = await kit.signIn("admin");
    expect((await put(headers)).statusCode).toBe(200);
    expect(kit.store.rows).toMatchObject([{ actor: userId, session: sessionHash.slice(0, 16), action: "set-budget", route: "PUT /api/v1/budget", why: "w" }]);
  });

  test("a service that claims a row which it never made is found out", async () => {
    const setBudget: Services["setBudget"] = async () => ({ result: { ok: true }, audit: "written" });
    kit = apiKit({ replace: { setBudget } });
    const { headers } = await kit.signIn("admin");
    expect((await put(headers)).statusCode).toBe(500);
    expect(kit.log.join("")).toContain("audit row");
  });

  test("a change that failed leaves no row", async () => {
    const setBudget: Services["setBudget"] = () => Promise.reject(new CodedError("budget-invalid", "No."));
    kit = apiKit({ replace: { setBudget } });
    const { headers } = await kit.signIn("admin");
    expect((await put(headers)).statusCode).toBe(400);
    expect(kit.store.rows).toEqual([]);
  });
});

test("OpenAPI 3.1 names every route with its parameters, body, answer and what it asks for", async () => {
  kit = apiKit();
  const document = (await kit.inject({ method: "GET", url: "/api/v1/openapi.json" })).json<{
    openapi: string;
    paths: Record<
      string,
      Record<string, { operationId: string; parameters?: { name: string; in: string }[]; requestBody?: object; responses: object; security: object[] }>
    >;
  }>();
  expect(document.openapi).toBe("3.1.0");
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  expect(operations.map((o) => o.operationId).sort()).toEqual(Object.keys(routes).sort());
  for (const [name, spec] of ALL) {
    const operation = document.paths[spec.path.replaceAll(/:([A-Za-z]+)/g, "{$1}")]?.[spec.method.toLowerCase()];
    expect(operation?.operationId).toBe(name);
    const inPath = operation?.parameters?.filter((p) => p.in === "path").map((p) => p.name) ?? [];
    expect(inPath).toEqual([...spec.path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1]));
    expect(operation?.requestBody !== undefined).toBe(spec.body !== undefined);
    expect(operation?.security.length).toBe(spec.permission === "public" ? 0 : 2);
  }
  const limit = document.paths["/api/v1/alerts"]?.get?.parameters?.find((p) => p.name === "limit");
  expect(limit).toMatchObject({ in: "query", required: false, schema: { type: "integer", minimum: 1, maximum: 500, default: 100 } });
});

describe("the log", () => {
  test("is JSON lines without cookies, tokens, passwords, queries or bodies", async () => {
    kit = apiKit();
    const { headers } = await kit.signIn("admin");
    await kit.inject({ method: "GET", url: "/api/v1/search?text=private-words", headers });
    await kit.inject({
      method: "POST",
      url: "/api/v1/session",
      headers: { ...headers, "content-type": "application/json" },
      payload: { name: "ada", password: "private-words" },
    });
    kit.server.app.log.info({ req: { headers }, body: { password: "private-words" }, headers }, "someone logs it whole");
    const text = kit.log.join("");
    for (const line of kit.log)
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), time: expect.stringMatching(/^\d{4}-.*Z$/), msg: expect.any(String) });
    expect(text).toContain("/api/v1/search");
    expect(text).toContain("someone logs it whole");
    for (const secret of ["private-words", headers.cookie.slice(-43), headers["x-wonted-csrf"]]) expect(text).not.toContain(secret);
  });

  test("S8: no line can move the cursor, hide or turn text round, and nothing is lost", async () => {
    kit = apiKit();
    kit.server.app.log.info({ name: HOSTILE_TEXT }, "\u009b31m\u2028\u202e");
    const line = kit.log.at(-1) ?? "";
    expect(line).not.toMatch(/[\p{Cf}\p{Zl}]|\u009b|\p{Cc}(?!$)/u);
    expect(JSON.parse(line)).toMatchObject({ name: HOSTILE_TEXT, msg: "\u009b31m\u2028\u202e" });
  });
});

describe("listening", () => {
  const refused = async (options: Partial<ServerOptions>) => {
    kit = apiKit({ port: 0, ...options });
    return kit.server.listen().then(
      () => "listens",
      (error) => (error instanceof CodedError ? error.code : String(error)),
    );
  };
  const tls = { certificate: "x", key: "x" };

  test("S6: beyond loopback only with a certificate and an administrator; the demonstration never", async () => {
    for (const host of ["0.0.0.0", "::", "192.0.2.1", "wonted.example"]) {
      expect([host, await refused({ host })]).toEqual([host, "listen-plain"]);
      expect([host, await refused({ host, demo: true })]).toEqual([host, "listen-demo"]);
    }
    await expect(refused({ host: "0.0.0.0", tls })).rejects.toThrow(/PEM/);
    // Empty PEM passes the parser and serves nobody, which is enough to be refused for another reason.
    expect(await refused({ host: "0.0.0.0", tls: { certificate: "", key: "" } })).toBe("listen-no-administrator");
  });

  test("a taken port is refused with a code", async () => {
    expect(await refused({})).toBe("listens");
    const address = kit.server.app.server.address();
    const second = apiKit({ port: typeof address === "object" && address !== null ? address.port : 0 });
    await expect(second.server.listen()).rejects.toMatchObject({ code: "listen-failed" });
    await second.server.close();
  });

  test("a client that sends a byte now and then is cut off", () => {
    kit = apiKit();
    expect(kit.server.app.server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 10_000, timeout: 60_000 });
    expect(fastifyOptions({ log: "silent" } as ServerOptions)).toMatchObject({ http: { maxHeaderSize: 16_384, connectionsCheckingInterval: 5_000 } });
  });

  test("bytes that are not HTTP, or 8-bit addresses, get an answer or the door; the server goes on", async () => {
    expect(await refused({})).toBe("listens");
    const address = kit.server.app.server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const send = (bytes: string) =>
      new Promise<string>((resolve) => {
        let text = "";
        const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.from(bytes, "latin1")));
        socket.on("data", (data) => {
          text += data.toString("latin1");
        });
        socket.on("close", () => resolve(text.split("\r\n", 1)[0] ?? ""));
        socket.on("error", () => resolve(text));
      });
    const tail = ` HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
    expect(await send(`GET /\xff\xfe\x80${tail}`)).toMatch(/^HTTP\/1.1 40[04]/);
    expect(await send(`GET /api/v1/alerts/\xc3\x28${tail}`)).toMatch(/^HTTP\/1.1 40[01]/);
    expect(await send(`GET /%ff%00${tail}`)).toMatch(/^HTTP\/1.1 40[04]/);
    expect(await send("\x16\x03\x01\x02\x00\r\n\r\n")).toBe("HTTP/1.1 400 Bad Request");
    expect(await send(`GET / HTTP/1.1\r\nHost: x\r\nA: ${"x".repeat(20_000)}\r\n\r\n`)).toBe("HTTP/1.1 431 Request Header Fields Too Large");
    expect(await send(`GET /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 421/);
    expect(await send(`GET /api/v1/session${tail}`)).toBe("HTTP/1.1 200 OK");
  });
});

test("a service hears when its client goes away", async () => {
  let signal: AbortSignal | undefined;
  const search: Services["search"] = (input) => {
    signal = input.signal;
    return new Promise((_resolve, reject) => input.signal.addEventListener("abort", () => reject(new CodedError("search-busy", "gone"))));
  };
  kit = apiKit({ port: 0, replace: { search } });
  const url = await kit.server.listen();
  const { headers } = await kit.signIn("viewer");
  const controller = new AbortController();
  const request = fetch(`${url}/api/v1/search`, { headers, signal: controller.signal });
  while (signal === undefined) await turn();
  expect(signal.aborted).toBe(false);
  const aborted = new Promise((resolve) => signal?.addEventListener("abort", resolve));
  controller.abort();
  await expect(request).rejects.toThrow();
  await aborted;
});

function goodModel() {
  const text = { path: "p", description: "d", category: "c", nextSteps: "n", gaps: "g" };
  return { ...text, version: 1, priority: 1, compliance: false, mitre: [], tags: [], enabled: true, alerts7d: 0 };
}
