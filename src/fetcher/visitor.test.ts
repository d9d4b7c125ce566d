import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OutsideLab } from "../../test/support/outside-lab.ts";
import type { Settings } from "./protocol.ts";
import { Visitor } from "./visitor.ts";

const lab = new OutsideLab();
/** What the name server says; a list of lists answers anew each time. */
const zone = new Map<string, string[] | string[][]>();
const asked: string[] = [];
const MOST = 100_000;

function visitor(more: Partial<Settings> = {}): Visitor {
  const settings: Settings = {
    kind: "settings",
    proxy: lab.proxy,
    own: ["10.0.0.0/8", "20.0.0.0/24"],
    nameServers: [],
    unsafe: ["unsubscribe"],
    faces: [
      { userAgent: "First/1", language: "en" },
      { userAgent: "Second/2", language: "de" },
    ],
    limits: { redirects: 5, ms: 1_000, bytes: MOST },
    ...more,
  };
  return new Visitor(settings, async (name) => {
    asked.push(name);
    const answers = zone.get(name) ?? [];
    return typeof answers[0] === "string" ? (answers as string[]) : ((answers as string[][]).shift() ?? []);
  });
}
const visit = async (url: string, more?: Partial<Settings>) => (await visitor(more).do({ kind: "visit", id: 1, url }))[0];

beforeAll(async () => {
  await lab.open();
  await lab.web("11.0.0.1:80", (request, answer) => {
    const path = request.url ?? "/";
    const to = (location: string, status = 302): void => void answer.writeHead(status, { location }).end();
    if (path === "/loop") to("/loop2");
    else if (path === "/loop2") to("/loop");
    else if (path.startsWith("/chain")) to(`/chain${Number(path.slice(6)) + 1}`);
    else if (path === "/inside") to("http://10.0.0.5/admin");
    else if (path === "/mapped") to("http://[::ffff:169.254.169.254]/latest/");
    else if (path === "/decimal") to("//2130706433/");
    else if (path === "/own") to("http://20.0.0.9/");
    else if (path === "/ssh") to("http://11.0.0.1:22/");
    else if (path === "/file") to("file:///etc/passwd");
    else if (path === "/inner-name") to("http://sneaky-harbour.com/");
    else if (path === "/act") to("/unsubscribe?u=5");
    else if (path === "/meta") answer.setHeader("content-type", "text/html").end('<html><head><META content="0; url=/end" http-equiv=refresh></head></html>');
    else if (path === "/meta-inside") answer.setHeader("content-type", "text/html").end('<meta http-equiv="refresh" content="1;URL=http://127.1/">');
    else if (path === "/meta-comment") answer.setHeader("content-type", "text/html").end('<!-- <meta http-equiv="refresh" content="1;URL=/end"> -->here');
    else if (path === "/header") answer.setHeader("refresh", "0;url=/end").end("x");
    else if (path === "/end") answer.setHeader("content-type", "text/html; charset=utf-8").end(`<title>The end</title>${JSON.stringify(request.headers)}`);
    else if (path === "/hang") answer.writeHead(200).write("begun");
    else if (path === "/drip") {
      answer.writeHead(200);
      const timer = setInterval(() => answer.write("."), 20);
      answer.on("close", () => clearInterval(timer));
    } else if (path === "/endless") {
      answer.writeHead(200, { "content-type": "text/html" });
      const push = (): void => {
        while (!answer.destroyed && answer.write("x".repeat(65_536)));
      };
      answer.on("drain", push);
      push();
    } else if (path === "/bomb") answer.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(50_000_000)));
    else if (path === "/cut-gzip") answer.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.from("readable ".repeat(9_000))).subarray(0, 100));
    else if (path === "/odd-encoding") answer.writeHead(200, { "content-encoding": "zstd-x" }).end("??");
    else if (path === "/face")
      answer.end(request.headers["user-agent"]?.startsWith("First") ? "<title>Garden club</title>" : "<title>Sign in</title><input type=password>");
    else if (path === "/cookie") answer.writeHead(302, { "set-cookie": "a=b", location: "/end" }).end();
    else answer.writeHead(404).end("no");
  });
  await lab.raw("11.0.0.2:80", () => undefined);
  await lab.raw("11.0.0.3:80", (socket) => socket.end("NOT HTTP\r\n\r\n"));
  await lab.raw("11.0.0.4:80", (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${"h".repeat(200_000)}\r\n\r\n`));
  zone.set("harbour-crates.com", ["11.0.0.1"]);
  zone.set("silent-crates.com", ["11.0.0.2"]);
  zone.set("sneaky-harbour.com", ["10.0.0.7"]);
  zone.set("half-inner.com", ["11.0.0.1", "127.0.0.1"]);
  zone.set("nobody-there.com", ["11.0.0.99"]);
});
afterAll(() => lab.close());

test("a page behind redirects: hops with the addresses they were pinned to, title in the body, nothing told of us", async () => {
  const found = await visit("http://harbour-crates.com/cookie");
  expect(found).toMatchObject({
    state: "visited",
    status: 200,
    type: "text/html; charset=utf-8",
    hops: [
      { url: "http://harbour-crates.com/cookie", address: "11.0.0.1", status: 302 },
      { url: "http://harbour-crates.com/end", address: "11.0.0.1", status: 200 },
    ],
  });
  const headers = JSON.parse(
    Buffer.from(found?.body ?? [])
      .toString()
      .replace(/^.*<\/title>/, ""),
  ) as Record<string, string>;
  expect(Object.keys(headers).sort()).toEqual(["accept", "accept-encoding", "accept-language", "connection", "host", "user-agent"]);
  expect(headers).toMatchObject({ host: "harbour-crates.com", "user-agent": "First/1", "accept-language": "en" });
});

test("meta refresh and the Refresh header are followed, a comment is not", async () => {
  for (const path of ["/meta", "/header"]) expect((await visit(`http://harbour-crates.com${path}`))?.hops.at(-1)?.url).toBe("http://harbour-crates.com/end");
  expect((await visit("http://harbour-crates.com/meta-comment"))?.hops).toHaveLength(1);
});

describe("nothing inner is ever connected to", () => {
  test.each([
    ["/inside", "inner-address"],
    ["/mapped", "inner-address"],
    ["/decimal", "inner-address"],
    ["/meta-inside", "inner-address"],
    ["/own", "own-address"],
    ["/ssh", "port-refused"],
    ["/file", "not-a-web-address"],
    ["/inner-name", "inner-address"],
    ["/act", "unsafe-link"],
  ])("a redirect of %s: %s", async (path, reason) => {
    const before = lab.asked.length;
    expect(await visit(`http://harbour-crates.com${path}`)).toMatchObject({ state: "refused", reason });
    expect(lab.asked.slice(before).every((authority) => authority === "11.0.0.1:80")).toBe(true);
  });

  test("a name that answers from inside, wholly or in part, is not asked for", async () => {
    const before = lab.asked.length;
    for (const name of ["sneaky-harbour.com", "half-inner.com"])
      expect(await visit(`http://${name}/`)).toMatchObject({ state: "refused", reason: "inner-address" });
    expect(lab.asked.slice(before)).toEqual([]);
  });

  test("a name that answers otherwise the second time (rebinding) is kept to its first answer; the proxy hears addresses only", async () => {
    zone.set("turncoat.com", [["11.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]]);
    const before = lab.asked.length;
    const namesBefore = asked.length;
    await lab.web("11.0.0.8:80", (_request, answer) => answer.writeHead(302, { location: "http://turncoat.com/end" }).end());
    zone.set("first-stop.com", ["11.0.0.8"]);
    const looks = await visitor().do({ kind: "visit", id: 1, url: "http://turncoat.com/cookie" });
    expect(looks.map((l) => l.state)).toEqual(["visited", "visited"]);
    expect(asked.slice(namesBefore)).toEqual(["turncoat.com"]);
    expect(new Set(lab.asked.slice(before))).toEqual(new Set(["11.0.0.1:80"]));
    // Another visit asks anew, and hears of the inside.
    expect(await visit("http://first-stop.com/")).toMatchObject({ state: "refused", reason: "inner-address" });
  });
});

describe("limits", () => {
  test("loops and long chains end", async () => {
    expect(await visit("http://harbour-crates.com/loop")).toMatchObject({ state: "failed", reason: "loop" });
    const chain = await visit("http://harbour-crates.com/chain0");
    expect(chain).toMatchObject({ state: "failed", reason: "too-many-hops" });
    expect(chain?.hops).toHaveLength(6);
  });

  test("servers that hang, drip or never speak are left at the time limit, with what came until then", async () => {
    for (const [url, expected] of [
      ["http://harbour-crates.com/hang", { state: "visited", bytes: 5, cut: true }],
      ["http://harbour-crates.com/drip", { state: "visited", cut: true }],
      ["http://silent-crates.com/", { state: "failed", reason: "timed-out" }],
    ] as const) {
      const begun = performance.now();
      expect(await visit(url, { limits: { redirects: 5, ms: 300, bytes: MOST } }), url).toMatchObject(expected);
      expect(performance.now() - begun).toBeLessThan(2_500);
    }
  });

  test("an endless page and a bomb are cut at the limit of decoded bytes", async () => {
    for (const path of ["/endless", "/bomb"]) {
      const found = await visit(`http://harbour-crates.com${path}`);
      expect(found, path).toMatchObject({ state: "visited", bytes: MOST, cut: true });
    }
    expect(await visit("http://harbour-crates.com/cut-gzip")).toMatchObject({ state: "visited", cut: true });
    expect(await visit("http://harbour-crates.com/odd-encoding")).toMatchObject({ state: "visited", bytes: 0, cut: true });
  });

  test("what is no web server, or says too much before its page", async () => {
    expect(await visit("http://11.0.0.3/")).toMatchObject({ state: "failed", reason: "broken-answer" });
    await lab.raw("11.0.0.3:443", (socket) => socket.end("no TLS either"));
    expect(await visit("https://11.0.0.3/")).toMatchObject({ state: "failed", reason: "tls-failed" });
    expect(await visit("http://11.0.0.4/")).toMatchObject({ state: "failed", reason: "broken-answer" });
  });

  test("more visits than slots all come to an end", async () => {
    const one = visitor();
    const all = await Promise.all(Array.from({ length: 20 }, (_, id) => one.do({ kind: "visit", id, url: "http://harbour-crates.com/end" })));
    expect(all.every((looks) => looks[0]?.state === "visited")).toBe(true);
  });
});

test("the proxy's own troubles have their own words", async () => {
  expect(await visit("http://nobody-there.com/")).toMatchObject({ state: "failed", reason: "proxy-refused" });
  expect(await visit("http://never-registered.com/")).toMatchObject({ state: "failed", reason: "name-unknown" });
  expect(await visit("http://harbour-crates.com/end", { proxy: "http://127.0.0.1:9" })).toMatchObject({ state: "failed", reason: "proxy-unreachable" });
});

test("the second look has another face, which shows cloaking", async () => {
  const looks = await visitor().do({ kind: "visit", id: 1, url: "http://harbour-crates.com/face" });
  expect(looks.map((l) => Buffer.from(l.body ?? []).toString())).toEqual(["<title>Garden club</title>", "<title>Sign in</title><input type=password>"]);
});
