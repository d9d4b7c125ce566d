import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { get, serve, wonted } from "../support/run-wonted.ts";
import { tempFolder } from "../support/temp-folder.ts";

vi.setConfig({ testTimeout: 180_000 });

test("a data folder takes one process: the second is refused with a clear word, what a killed one left is taken over", async () => {
  const data = join(tempFolder(), "data");
  const first = await serve(["--data", data]);
  const [second, command] = await Promise.all([wonted(["serve", "--data", data, "--port", "0"]), wonted(["user", "list", "--data", data])]);
  for (const refused of [second, command]) {
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`process ${first.child.pid} uses the data folder ${data}`);
    expect(refused.err).toContain("[store-locked]");
    expect(refused.err).not.toMatch(/\n\s+at /);
  }
  // The first was not disturbed.
  expect((await fetch(`${first.url}/api/v1/session`)).status).toBe(200);

  await first.kill();
  expect(existsSync(join(data, "lock"))).toBe(true);
  const third = await serve(["--data", data]);
  expect(readFileSync(join(data, "lock"), "utf8")).toContain(String(third.child.pid));
  expect(await third.stop()).toBe(0);
  expect(existsSync(join(data, "lock"))).toBe(false);
});

test("a port in use ends the start with a sentence and gives the data folder back", async () => {
  const folder = tempFolder();
  const first = await serve(["--data", join(folder, "one")]);
  const refused = await wonted(["serve", "--data", join(folder, "two"), "--port", new URL(first.url).port]);
  expect(refused.code).not.toBe(0);
  expect(refused.err).toContain("[listen-failed]");
  expect(existsSync(join(folder, "two", "lock"))).toBe(false);
});

test("the first visit: a one-time code makes the administrator, who is signed in; another name in the Host header is refused (S5, S8)", async () => {
  const data = join(tempFolder(), "data");
  const served = await serve(["--data", data]);
  await served.says(/one-time code (\S+)/);
  const code = /one-time code (\S+)/.exec(served.texts.out)?.[1] ?? "";
  const post = (body: object): Promise<Response> =>
    fetch(`${served.url}/api/v1/setup`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: served.url },
      body: JSON.stringify({ name: "ada", password: "a password of some length", ...body }),
    });
  expect(await (await fetch(`${served.url}/api/v1/session`)).json()).toMatchObject({ state: "setup" });
  expect((await post({ code: "AAAA-AAAA" })).status).toBe(403);
  expect((await post({ code, password: "short" })).status).toBe(400);
  const made = await post({ code });
  expect(made.status).toBe(200);
  expect(await made.json()).toMatchObject({ state: "signed-in", user: { name: "ada", role: "admin" } });
  const cookie = made.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^__Host-wonted=.*HttpOnly.*SameSite=Strict/i);
  const signed = await fetch(`${served.url}/api/v1/overview`, { headers: { cookie: cookie.split(";", 1)[0] ?? "" } });
  expect(signed.status).toBe(200);
  expect((await fetch(`${served.url}/api/v1/overview`)).status).toBe(401);
  // The code is spent.
  expect((await post({ code, name: "eve" })).status).toBeGreaterThanOrEqual(400);

  const status = await new Promise<number | undefined>((done) => {
    request(`${served.url}/api/v1/session`, { headers: { host: "evil.example" } }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    }).end();
  });
  expect(status).toBe(421);
  expect(await served.stop()).toBe(0);
  // Nothing of the sort is asked again.
  const again = await serve(["--data", data]);
  expect(again.texts.out).not.toContain("one-time code");
  await expect(get(again.url, "wonted_none", "/api/v1/overview")).rejects.toThrow("401");
});
