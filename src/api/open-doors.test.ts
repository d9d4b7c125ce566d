import { afterEach, describe, expect, test } from "vitest";
import { type ApiKit, apiKit } from "../../test/support/api-kit.ts";
import { HOSTILE_TEXT } from "../../test/support/invented-data.ts";
import type { LinkPage, OpenDoors } from "./open-doors.ts";

let kit: ApiKit;
afterEach(() => kit.server.close());

function doors(): { doors: OpenDoors; asked: string[] } {
  const asked: string[] = [];
  const page = (how: string, token: string): Promise<LinkPage> => {
    asked.push(`${how} ${token}`);
    return Promise.resolve({ headline: `<script>${HOSTILE_TEXT}`, lines: ["a & b"], ...(how === "show" ? { button: "Yes" } : {}) });
  };
  return {
    asked,
    doors: { confirm: { show: (t) => page("show", t), decide: (t) => page("decide", t) }, list: { text: () => ({ text: "192.0.2.7\n", etag: '"one"' }) } },
  };
}

describe("one-time links over HTTP (S17)", () => {
  test("GET only shows, POST decides, and the page runs nothing and escapes everything", async () => {
    const given = doors();
    kit = apiKit({ doors: given.doors });
    const shown = await kit.inject({ method: "GET", url: "/confirm/token1" });
    expect([shown.statusCode, given.asked]).toEqual([200, ["show token1"]]);
    expect(shown.body).not.toContain("<script>");
    expect(shown.body).toContain("a &amp; b");
    expect(String(shown.headers["content-security-policy"])).toContain("default-src 'none'");
    expect([shown.headers["cache-control"], shown.headers["referrer-policy"]]).toEqual(["no-store", "no-referrer"]);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await kit.inject({ method: "POST", url: "/confirm/token1", headers: form, payload: "" })).statusCode).toBe(200);
    expect(given.asked.at(-1)).toBe("decide token1");
  });

  test("guessing is slowed", async () => {
    kit = apiKit({ doors: doors().doors });
    const codes = [];
    for (let i = 0; i < 40; i++) codes.push((await kit.inject({ method: "GET", url: `/confirm/guess${i}` })).statusCode);
    expect(codes.filter((c) => c === 429).length).toBeGreaterThan(5);
  });

  test("no door stands open that nobody opened", async () => {
    kit = apiKit();
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const codes = [
      (await kit.inject({ method: "POST", url: "/confirm/x", headers: form, payload: "" })).statusCode,
      (await kit.inject({ method: "GET", url: "/lists/firewall.txt" })).statusCode,
    ];
    // The pages of the app answer GET alone; here none are built.
    expect(codes).toEqual([405, 503]);
  });
});

describe("the list that firewalls pull", () => {
  const get = (headers: Record<string, string>) => kit.inject({ method: "GET", url: "/lists/firewall.txt", headers });

  test("nobody reads it without a token; Bearer and Basic both do; an unchanged one is 304", async () => {
    kit = apiKit({ doors: doors().doors });
    const token = await kit.token("viewer");
    expect((await get({})).statusCode).toBe(401);
    expect((await get({ authorization: `${token.slice(0, -1)}_` })).statusCode).toBe(401);
    const bearer = await get({ authorization: token });
    expect([bearer.statusCode, bearer.body, bearer.headers.etag]).toEqual([200, "192.0.2.7\n", '"one"']);
    const basic = Buffer.from(`anyone:${token.slice("Bearer ".length)}`).toString("base64");
    expect((await get({ authorization: `Basic ${basic}`, "if-none-match": '"one"' })).statusCode).toBe(304);
  });
});
