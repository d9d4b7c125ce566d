import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { needs, program } from "../../../test/needs.ts";
import { put, tempFolder } from "../../../test/support/temp-folder.ts";
import { ManualClock } from "../../base/clock.ts";
import { HOUR, MINUTE } from "../../base/time.ts";
import { Intelligence } from "../../enrich/intelligence.ts";
import { Feeds } from "./feeds.ts";
import { intelligenceConfig } from "./links-config.ts";

const T0 = Date.UTC(2026, 5, 1);
const servers: Server[] = [];
const feedsMade: Feeds[] = [];
afterEach(async () => {
  for (const feeds of feedsMade.splice(0)) feeds.close();
  await Promise.all(servers.splice(0).map((s) => new Promise((done) => s.close(done))));
});

/** A certificate of its own for the name; `authority` signs itself. */
function certificate(folder: string, name: string): { key: string; cert: string; file: string } {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-days",
      "3650",
      "-subj",
      `/CN=${name}`,
      "-addext",
      `subjectAltName=DNS:${name}`,
    ],
    { stdio: "ignore" },
  );
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8"), file: cert };
}

async function server(pem: { key: string; cert: string }, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const made = createServer(pem, answer);
  servers.push(made);
  await new Promise<void>((done) => made.listen(0, "127.0.0.1", done));
  return `https://localhost:${(made.address() as AddressInfo).port}/api/collections/c1/`;
}

function feedsOf(config: unknown, clock: ManualClock): { feeds: Feeds; intel: Intelligence } {
  const intel = new Intelligence();
  const feeds = new Feeds(intelligenceConfig.parse(config), intel, clock, () => undefined);
  feedsMade.push(feeds);
  return { feeds, intel };
}
const indicator = (n: number, more: object = {}) => ({
  type: "indicator",
  id: `indicator--${n}`,
  pattern: `[domain-name:value = 'bad${n}.example']`,
  pattern_type: "stix",
  indicator_types: ["malicious-activity"],
  ...more,
});

test("a list is read, read anew when it changes, and kept when it is gone; lines that are nothing are counted", async () => {
  const folder = tempFolder();
  const path = put(
    folder,
    "list.txt",
    "# a list\n1.2.3.4\nbad.example, seen in a lure\n0.0.0.0 hosts-form.example\nnonsense line\n\n203.0.113.0/24 # a network\n",
  );
  const { feeds, intel } = feedsOf([{ id: "own", kind: "list", path, verdict: "suspicious" }], new ManualClock(T0));
  await feeds.poll();
  expect(feeds.list()).toMatchObject([{ id: "own", state: "current", entries: 4, rejected: 1 }]);
  expect(intel.look("www.bad.example", T0)).toMatchObject([{ feed: "own", verdict: "suspicious", description: "seen in a lure" }]);
  expect(intel.look("hosts-form.example", T0)).toHaveLength(1);
  writeFileSync(path, "5.6.7.8\n");
  utimesSync(path, 1, 1);
  await feeds.poll();
  expect([intel.look("1.2.3.4", T0).length, intel.look("5.6.7.8", T0).length]).toEqual([0, 1]);
  rmSync(path);
  await feeds.poll();
  expect(feeds.list()).toMatchObject([{ state: "error", entries: 1 }]);
  expect(intel.look("5.6.7.8", T0)).toHaveLength(1);
});

test("a TAXII collection: pages, going on from where the poll before ended, revoked entries, objects that are none", async (context) => {
  needs(context, program("openssl", "version"));
  const folder = tempFolder();
  const pem = certificate(folder, "localhost");
  const asked: (string | undefined)[] = [];
  let revoked = false;
  const url = await server(pem, (request, response) => {
    asked.push(request.url);
    const { searchParams } = new URL(request.url ?? "", "https://localhost");
    const send = (body: object, last: string) => response.writeHead(200, { "x-taxii-date-added-last": last }).end(JSON.stringify(body));
    if (request.headers.authorization !== "Bearer key-of-the-feed") response.writeHead(401).end();
    else if (revoked) send({ objects: [indicator(1, { revoked: true })] }, "2026-06-01T02:00:00Z");
    else if (searchParams.get("next") === "p2")
      send({ objects: [indicator(2), { type: "malware" }, indicator(3, { pattern: "[a:b LIKE 'x']" }), null] }, "2026-06-01T01:00:00Z");
    else send({ more: true, next: "p2", objects: [indicator(1)] }, "2026-06-01T00:30:00Z");
  });
  const tokenFile = put(folder, "token", "key-of-the-feed\n");
  const clock = new ManualClock(T0);
  const { feeds, intel } = feedsOf([{ id: "partner", kind: "taxii", url, tokenFile, caFile: pem.file }], clock);
  await feeds.poll();
  expect(feeds.list()).toMatchObject([{ id: "partner", state: "current", entries: 2, rejected: 1, newest: "2026-06-01T01:00:00.000Z" }]);
  expect(intel.look("bad1.example", T0)).toMatchObject([{ verdict: "malicious" }]);
  await feeds.poll();
  expect(asked).toHaveLength(2);
  clock.set(T0 + HOUR);
  revoked = true;
  await feeds.poll();
  expect(asked[2]).toContain("added_after=2026-06-01T01%3A00%3A00Z");
  expect(feeds.list()).toMatchObject([{ entries: 1 }]);
  expect(intel.look("bad1.example", T0)).toEqual([]);
  writeFileSync(tokenFile, "another");
  clock.set(T0 + 2 * HOUR);
  await feeds.poll();
  expect(feeds.list()[0]).toMatchObject({ state: "error", entries: 1, reason: expect.stringContaining("401") });
});

test("certificates that are not to be trusted, answers that are none, pages without end: said, and what was known stays (bad input)", async (context) => {
  needs(context, program("openssl", "version"));
  const folder = tempFolder();
  const [good, other] = [certificate(folder, "localhost"), certificate(folder, "other.example")];
  const fine = (_: IncomingMessage, response: ServerResponse) => response.end(JSON.stringify({ objects: [indicator(1)] }));
  const cases: [string, Record<string, string>, string][] = [
    [await server(good, fine), {}, "cannot be asked"],
    [await server(other, fine), { caFile: other.file }, "cannot be asked"],
    [await server(good, (_, r) => r.end("<html>")), { caFile: good.file }, "no JSON"],
    [await server(good, (_, r) => r.end("[]")), { caFile: good.file }, "no envelope"],
    [await server(good, (_, r) => r.end(JSON.stringify({ more: true, next: "same", objects: [] }))), { caFile: good.file }, "and not where"],
    [await server(good, (_, r) => r.writeHead(302, { location: "https://127.0.0.1:1/" }).end()), { caFile: good.file }, "302"],
    [await server(good, (_, r) => r.writeHead(200).write("x".repeat(17 * 1_048_576))), { caFile: good.file }, "16 MiB"],
    ["https://localhost:1/", { caFile: good.file }, "cannot be asked"],
    ["https://localhost:1/", { caFile: join(folder, "absent.pem") }, "cannot be read"],
  ];
  for (const [url, more, reason] of cases) {
    const { feeds, intel } = feedsOf([{ id: "f", kind: "taxii", url, ...more }], new ManualClock(T0));
    await feeds.poll();
    expect(feeds.list()[0]?.reason, `${url} ${reason}`).toContain(reason);
    expect(feeds.list()[0]?.state).toBe("error");
    expect(intel.entries).toBe(0);
  }
  for (const server of servers) server.closeAllConnections();
});

test("a feed that is 12 hours late says so; what it said before still stands", async (context) => {
  needs(context, program("openssl", "version"));
  const pem = certificate(tempFolder(), "localhost");
  let down = false;
  const url = await server(pem, (_, response) => (down ? response.writeHead(503).end() : response.end(JSON.stringify({ objects: [indicator(1)] }))));
  const clock = new ManualClock(T0);
  const { feeds, intel } = feedsOf([{ id: "slow", kind: "taxii", url, caFile: pem.file }], clock);
  await feeds.poll();
  down = true;
  clock.set(T0 + 11 * HOUR);
  await feeds.poll();
  expect(feeds.list()[0]).toMatchObject({ state: "error" });
  clock.set(T0 + 12 * HOUR + MINUTE);
  await feeds.poll();
  expect(feeds.list()[0]).toMatchObject({ state: "late", reason: expect.stringContaining("No good answer for 12 hours"), entries: 1 });
  expect(intel.look("bad1.example", clock.now())).toHaveLength(1);
});
