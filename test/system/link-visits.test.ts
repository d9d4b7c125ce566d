import { afterEach, expect, test } from "vitest";
import type { z } from "zod";
import { HOUR, MINUTE } from "../../src/base/time.ts";
import type { alertDetail } from "../../src/contract/index.ts";
import { append, type LiveLab, liveLab } from "../support/live-lab.ts";
import { BURST_START, chatBurst, TENANT_START, tenantLife } from "../support/made-tenant.ts";
import { OutsideLab } from "../support/outside-lab.ts";

type Detail = z.infer<typeof alertDetail>;
const FLAGSHIP = "SaaS / Unusual Activity / Large Volume of Messages Sent from New External User";
const labs: OutsideLab[] = [];
afterEach(() => Promise.all(labs.splice(0).map((lab) => lab.close())));

async function outside(): Promise<OutsideLab> {
  const lab = await new OutsideLab().open();
  labs.push(lab);
  return lab;
}

async function burstIn(config: string): Promise<LiveLab> {
  const lab = await liveLab(BURST_START + HOUR, config, "cloud");
  append(
    lab.logs,
    "audit.ndjson",
    `${[...tenantLife(TENANT_START, 18), ...chatBurst(BURST_START, (p) => `https://cloud-sharcpoint.com/doc${p}`)].join("\n")}\n`,
  );
  await lab.start();
  await lab.pass(2 * MINUTE);
  return lab;
}

async function lastAlert(lab: LiveLab): Promise<Detail> {
  const { alerts } = await lab.get<{ alerts: { id: string }[] }>(`/api/v1/alerts?state=all&sort=time&model=${encodeURIComponent(FLAGSHIP)}`);
  return await lab.get<Detail>(`/api/v1/alerts/${alerts[0]?.id}`);
}

/** Until every link of the alert was looked at; the programs behind it run on the real clock. */
async function settled(lab: LiveLab, is: (detail: Detail) => boolean): Promise<Detail> {
  for (let i = 0; i < 200; i++) {
    const detail = await lastAlert(lab);
    if (is(detail)) return detail;
    await new Promise((done) => setTimeout(done, 50));
  }
  return await lastAlert(lab);
}
const visited = (detail: Detail): boolean => detail.links?.[0]?.urls.some((u) => u.visit.state !== "off" && u.visit.state !== "waiting") === true;

test("with a proxy named, the destination of a burst's links stands on the alert: redirects, title, fields, whose name, cloaking, age by the registry (T5, T6)", async () => {
  const world = await outside();
  const zone = new Map([
    ["cloud-sharcpoint.com", [["11.0.0.1"]]],
    ["landing-office.net", [["11.0.0.2"]]],
  ]);
  const names = await world.names(zone);
  await world.raw("11.0.0.1:443", (socket) => socket.end("this is no TLS"));
  const lab = await burstIn(`links:\n  proxy: ${world.proxy}\n  nameServers: ["${names}"]\n`);
  const detail = await settled(lab, visited);
  // An alert keeps 50 of its 63 records, first and last; all 21 links are counted in its reasons.
  expect(detail.why.map((w) => w.text).join(" ")).toContain("21 different links on 1 domains");
  expect(detail.links).toHaveLength(1);
  expect(detail.links?.[0]).toMatchObject({
    domain: "cloud-sharcpoint.com",
    count: 17,
    imitates: { of: "sharepoint.com" },
    age: { source: "first-seen" },
    verdicts: { feeds: 0, hits: 0 },
  });
  expect(detail.links?.[0]?.urls.find((u) => u.visit.state === "failed")?.visit).toMatchObject({
    reason: "tls-failed",
    text: "Destination not seen: no secure connection came about.",
  });

  // The host speaks plainly from now on; an analyst asks again, for that link and for one that the alert does not carry.
  await world.web("11.0.0.1:80", (_request, answer) => answer.writeHead(302, { location: "http://landing-office.net/in" }).end());
  await world.web("11.0.0.2:80", (request, answer) =>
    answer
      .setHeader("content-type", "text/html")
      .end(
        /iPhone/.test(request.headers["user-agent"] ?? "")
          ? "<title>Page not found</title>"
          : '<title>Sign in to SharePoint</title><form action="http://elsewhere-host.org/p"><input type=password></form>',
      ),
  );
  const plain = await liveLab(BURST_START + HOUR, `links:\n  proxy: ${world.proxy}\n  nameServers: ["${names}"]\n`, "cloud");
  append(plain.logs, "audit.ndjson", `${[...tenantLife(TENANT_START, 18), ...chatBurst(BURST_START, () => "http://cloud-sharcpoint.com/doc")].join("\n")}\n`);
  await plain.start();
  await plain.pass(2 * MINUTE);
  const seen = await settled(plain, visited);
  expect(seen.links?.[0]?.urls).toHaveLength(1);
  expect(seen.links?.[0]?.urls[0]?.visit).toMatchObject({
    state: "visited",
    hops: [
      { url: "http://cloud-sharcpoint.com/doc", address: "11.0.0.1", status: 302 },
      { url: "http://landing-office.net/in", address: "11.0.0.2", status: 200 },
    ],
    title: "Sign in to SharePoint",
    credentialFields: 1,
    forms: [{ action: "http://elsewhere-host.org/p", elsewhere: true, password: true }],
    brands: [{ word: "sharepoint", of: "sharepoint.com" }],
    otherFace: { differs: true },
  });
  // The result is kept over a restart, though the outside is gone by then.
  await plain.stop();
  await world.close();
  labs.splice(0);
  await plain.start();
  expect((await lastAlert(plain)).links?.[0]?.urls[0]?.visit.title).toBe("Sign in to SharePoint");
}, 60_000);

test("without a proxy nobody is asked, and the alert says that the destination was not visited", async () => {
  const lab = await burstIn("");
  const detail = await lastAlert(lab);
  expect(detail.links?.[0]).toMatchObject({ domain: "cloud-sharcpoint.com", count: 17 });
  expect(new Set(detail.links?.[0]?.urls.map((u) => u.visit.text))).toEqual(new Set(["Destination not visited: visiting links is off."]));
  expect(await lab.get("/api/v1/outside")).toMatchObject({ visiting: { on: false }, registry: { on: false }, feeds: [] });
}, 60_000);
