import { createServer } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ApiKit, apiKit, codeOf } from "../../test/support/api-kit.ts";
import { COOKIE, IDLE } from "./sessions.ts";

let kit: ApiKit;
let url: string;
beforeEach(async () => {
  kit = apiKit({ port: 0 });
  url = await kit.server.listen();
});
afterEach(() => kit.server.close());

/** Reads an open stream until `enough` is true of its text, or to its end. */
async function follow(
  headers: Record<string, string>,
): Promise<{ status: number; until(enough: (text: string) => boolean): Promise<string>; end(): Promise<string> }> {
  const response = await fetch(`${url}/api/v1/stream`, { headers });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const until = async (enough: (text: string) => boolean) => {
    while (!enough(text)) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) break;
      text += piece.value;
    }
    return text;
  };
  return { status: response.status, until, end: () => until(() => false) };
}

const idsIn = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].map((match) => match[1] ?? "");

test("X12: a page follows live over a socket, by cookie, and resumes where it left", async () => {
  const { headers } = await kit.signIn("viewer");
  const first = await follow({ cookie: headers.cookie });
  await first.until((text) => text.includes("id: "));
  kit.server.broadcast({ type: "changed", what: "alerts" });
  const seen = await first.until((text) => text.includes("changed"));
  kit.server.broadcast({ type: "source", id: "zeek-core", state: "silent" });
  const second = await follow({ cookie: headers.cookie, "last-event-id": idsIn(seen).at(-1) ?? "" });
  const resumed = await second.until((text) => text.includes("silent"));
  expect(resumed).toContain('data: {"type":"source","id":"zeek-core","state":"silent"}');
  expect(resumed).not.toContain("changed");
});

test("a change by one is told to all", async () => {
  await kit.server.close();
  const tell: { to?: ApiKit["server"]["broadcast"] } = {};
  const setBudget = async () => {
    tell.to?.({ type: "changed", what: "incidents" });
    return { result: { ok: true as const }, audit: { target: "budget" } };
  };
  kit = apiKit({ port: 0, replace: { setBudget } });
  tell.to = kit.server.broadcast;
  url = await kit.server.listen();
  const [viewer, admin] = [await kit.signIn("viewer"), await kit.signIn("admin")];
  const stream = await follow({ cookie: viewer.headers.cookie });
  await stream.until((text) => text.includes("id: "));
  await kit.inject({
    method: "PUT",
    url: "/api/v1/budget",
    headers: { "content-type": "application/json", ...admin.headers, host: new URL(url).host, origin: url },
    payload: { perDay: 3 },
  });
  expect(await stream.until((text) => text.includes("incidents"))).toContain('"what":"incidents"');
});

test("S3: the stream needs a log-in; its headers forbid keeping and sniffing", async () => {
  expect(codeOf(await kit.inject({ method: "GET", url: "/api/v1/stream", headers: { host: new URL(url).host } }))).toBe("signed-out");
  const { headers } = await kit.signIn("viewer");
  const controller = new AbortController();
  const response = await fetch(`${url}/api/v1/stream`, { headers: { cookie: headers.cookie }, signal: controller.signal });
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect([response.headers.get("cache-control"), response.headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"]);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  controller.abort();
});

test("S3: log-out ends the streams of that session at once and no other", async () => {
  const [leaving, staying] = [await kit.signIn("viewer"), await kit.signIn("viewer")];
  const [ended, open] = [await follow({ cookie: leaving.headers.cookie }), await follow({ cookie: staying.headers.cookie })];
  await Promise.all([ended, open].map((stream) => stream.until((text) => text.includes("id: "))));
  const out = await kit.inject({
    method: "DELETE",
    url: "/api/v1/session",
    headers: { "content-type": "application/json", ...leaving.headers, host: new URL(url).host, origin: url },
  });
  expect(out.statusCode).toBe(200);
  kit.server.broadcast({ type: "changed", what: "alerts" });
  expect(await open.until((text) => text.includes("changed"))).toContain("changed");
  expect(await ended.end()).not.toContain("changed");
});

test("S3: disabling a user ends his streams at once, also those opened with his token", async () => {
  const admin = await kit.signIn("admin", "Ada");
  const ben = await kit.signIn("admin", "Ben");
  const authorization = await kit.token("viewer");
  for (const token of kit.store.tokenMap.values()) token.userId = ben.userId;
  const streams = [await follow({ cookie: ben.headers.cookie }), await follow({ authorization })];
  await Promise.all(streams.map((stream) => stream.until((text) => text.includes("id: "))));
  const headers = { "content-type": "application/json", ...admin.headers, host: new URL(url).host, origin: url };
  const done = await kit.inject({ method: "PUT", url: `/api/v1/users/${ben.userId}`, headers, payload: { disabled: true, why: "left" } });
  expect(done.statusCode).toBe(200);
  for (const stream of streams) await stream.end();
});

test("S2: an open stream does not keep a session from going idle, and ends with it", async () => {
  const { headers, sessionHash } = await kit.signIn("viewer");
  const stream = await follow({ cookie: headers.cookie });
  await stream.until((text) => text.includes("id: "));
  kit.clock.set(kit.clock.now() + IDLE);
  expect(kit.store.sessions.get(sessionHash)?.lastSeen).toBe(kit.clock.now() - IDLE);
  // The next heartbeat is due in 15 s; a role change of anybody looks at all streams, as it does.
  const admin = await kit.signIn("admin");
  const other = await kit.signIn("viewer");
  const change = { "content-type": "application/json", ...admin.headers, host: new URL(url).host, origin: url };
  await kit.inject({ method: "PUT", url: `/api/v1/users/${other.userId}`, headers: change, payload: { role: "analyst", why: "w" } });
  await stream.end();
});

test("closing the server ends open streams and does not wait for them", async () => {
  const { headers } = await kit.signIn("viewer");
  const stream = await follow({ cookie: headers.cookie });
  await stream.until((text) => text.includes("id: "));
  await kit.server.close();
  await stream.end();
});

test("a cookie for the host is not taken from the address", async () => {
  const { headers } = await kit.signIn("viewer");
  const response = await fetch(`${url}/api/v1/stream?${headers.cookie}&token=x`);
  expect(response.status).toBe(401);
  expect(COOKIE).toMatch(/^__Host-/);
});

test("the port of another program on this machine is not our origin", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { headers } = await kit.signIn("analyst");
  const host = new URL(url).host;
  const response = await kit.inject({
    method: "POST",
    url: "/api/v1/alerts/alert00000000000/comments",
    headers: { ...headers, host, "content-type": "application/json", origin: `http://127.0.0.1:${port}` },
    payload: { text: "x" },
  });
  expect(codeOf(response)).toBe("foreign-origin");
  other.close();
});
