import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { replay } from "../../src/app/replay/replay.ts";
import { DAY, HOUR, MINUTE } from "../../src/base/time.ts";
import { chatBurst, tenantLife } from "../support/made-tenant.ts";

const FLAGSHIP = "SaaS / Unusual Activity / Large Volume of Messages Sent from New External User";
const T0 = Date.UTC(2026, 1, 2, 8);
const START = T0 + 14 * DAY + 3 * HOUR;
const root = mkdtempSync(join(tmpdir(), "wonted-cloud-"));
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, "run-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Ran {
  alerts: { model: string; time: string; entity: { id: string; kind: string }; why: { text: string }[] }[];
  rejected: { file: string; line: number; reason: string; excerpt: string }[];
  events: number;
  rss: number;
}

function lines<T>(out: string, name: string): T[] {
  return readFileSync(join(out, name), "utf8")
    .split("\n")
    .filter((l) => l !== "")
    .map((l) => JSON.parse(l) as T);
}

/** Every file of `files` beside the others, through the program that replays folders. */
async function ran(files: Readonly<Record<string, readonly string[]>>): Promise<Ran> {
  for (const [name, records] of Object.entries(files)) writeFileSync(join(folder, name), `${records.join("\n")}\n`);
  const out = mkdtempSync(join(root, "out-"));
  const summary = await replay({ paths: [folder], history: [], out, org: undefined, site: undefined, budget: 5, asnTable: undefined }, { now: () => 0 });
  return { alerts: lines(out, "alerts.ndjson"), rejected: lines(out, "rejected.ndjson"), events: summary.events, rss: summary.maxRssBytes };
}

function changed(line: string, more: object): string {
  return JSON.stringify({ ...(JSON.parse(line) as object), ...more });
}

/** The record of the audit log as Graph tells of the same message: the sender by ids alone, unless the chat's members were asked for. */
function asChatMessage(line: string, named = false): string {
  const r = JSON.parse(line) as {
    CreationTime: string;
    UserId: string;
    ChatThreadId: string;
    MessageId: string;
    MessageURLs?: string[];
    Members: { UPN: string; OrganizationId: string }[];
  };
  return JSON.stringify({
    "@odata.type": "#microsoft.graph.chatMessage",
    id: r.MessageId,
    createdDateTime: `${r.CreationTime}Z`,
    chatId: r.ChatThreadId,
    from: { user: { id: SENDER_ID, displayName: "Rewards", userIdentityType: "aadUser", tenantId: r.Members[0]?.OrganizationId } },
    ...(named ? { members: r.Members.map((m, i) => ({ userId: i === 0 ? SENDER_ID : `id-${m.UPN}`, email: m.UPN })) } : {}),
    body: { contentType: "html", content: `<p>Please see ${(r.MessageURLs ?? []).map((u) => `<a href="${u}">${u}</a>`).join(" ")}</p>` },
  });
}

const SENDER_ID = "9a1b2c3d-1111-4222-8333-444455556666";
/** The same chats under ids as Teams makes them, of both people's ids. */
function pairs(lines: readonly string[]): string[] {
  return lines.map((l, i) =>
    changed(l, { ChatThreadId: `19:${SENDER_ID}_aaaaaaaa-0000-4000-8000-${String(Math.floor(i / 3)).padStart(12, "0")}@unq.gbl.spaces` }),
  );
}

const link = (person: number): string => `https://cloud-sharcpoint.example/${person}`;
const COUNTS = "63 messages in 21 one-to-one chats to 21 people within 30 minutes, with 21 different links on 1 domains";
const said = (r: Ran, of?: string): string =>
  r.alerts
    .filter((a) => a.model === FLAGSHIP && (of === undefined || a.entity.id === of))
    .at(-1)
    ?.why.map((w) => w.text)
    .join(" ") ?? "";

describe("records that a cloud service never should send, and does", () => {
  test("no time, a time of no sense, no JSON, another kind: each is named with file, line and reason, and hides nothing", async () => {
    const burst = chatBurst(START, link);
    const bad = [
      changed(burst[0] ?? "", { CreationTime: undefined }),
      changed(burst[1] ?? "", { CreationTime: "yesterday" }),
      '{"CreationTime": "2026-',
      '{"a": 1}',
    ];
    const life = tenantLife(T0, 16);
    const r = await ran({ "audit.ndjson": [...life.slice(0, 10), ...bad, ...life.slice(10), ...burst] });
    expect(r.rejected.map((x) => x.line)).toEqual([11, 12, 13, 14]);
    for (const x of r.rejected) expect(x).toMatchObject({ file: join(folder, "audit.ndjson"), reason: expect.stringMatching(/\w{4}/) });
    expect(r.events).toBe(life.length + burst.length);
    expect(said(r)).toContain(COUNTS);
  });

  test("records of 5 MB are read or refused by name, in bounded memory, and those around them count", async () => {
    const life = tenantLife(T0, 16);
    const huge = (n: number): string => changed(life[n] ?? "", { Id: `huge-${n}`, ExtendedProperties: [{ Name: "Body", Value: "x".repeat(5_000_000) }] });
    const many = changed(life[4] ?? "", {
      Id: "many",
      Members: Array.from({ length: 60_000 }, (_, i) => ({ UPN: `guest${i}@elsewhere.example`, OrganizationId: "t-other", DisplayName: "x".repeat(20) })),
    });
    const burst = chatBurst(START, link);
    const r = await ran({ "audit.ndjson": [...life, ...Array.from({ length: 12 }, (_, n) => huge(n)), many, ...burst] });
    expect(r.events + r.rejected.length).toBe(life.length + 13 + burst.length);
    for (const x of r.rejected) expect(x.excerpt.length).toBeLessThanOrEqual(400);
    expect(said(r)).toContain(COUNTS);
    expect(r.rss).toBeLessThan(900e6);
  });

  test("record types and operations that nobody knows are events like any other", async () => {
    const life = tenantLife(T0, 16);
    const odd = life.slice(0, 40).map((l, i) => changed(l, { Id: `odd-${i}`, RecordType: 9_000 + i, Operation: `NeverHeardOf${i}`, Workload: "Newcomer" }));
    const bare = [JSON.stringify({ CreationTime: "2026-02-10T08:00:00", Id: "bare", RecordType: "Unheard", UserId: "user3@ours.example" })];
    const r = await ran({ "audit.ndjson": [...life, ...odd, ...bare, ...chatBurst(START, link)] });
    expect(r.rejected).toEqual([]);
    expect(r.events).toBe(life.length + 41 + 63);
    expect(said(r)).toContain(COUNTS);
  });
});

describe("people, tenants and feeds that change under us", () => {
  test("a user renamed keeps what was learned: the new name is silent where it is at home and told where the old one would be", async () => {
    const key = "0f7a2c1e-1111-4222-8333-444455556666";
    const life = tenantLife(T0, 24).map((l) => (l.includes('"user5@ours.example"') && l.includes("UserLoggedIn") ? changed(l, { UserKey: key }) : l));
    const named = life.map((l) => {
      const r = JSON.parse(l) as { UserId: string; CreationTime: string };
      return r.UserId === "user5@ours.example" && Date.parse(`${r.CreationTime}Z`) > T0 + 16 * DAY
        ? changed(l, { UserId: "anna.new@ours.example", UserKey: key })
        : l;
    });
    const quiet = await ran({ "audit.ndjson": named });
    expect(quiet.alerts).toEqual([]);
    const from = named.filter((l) => l.includes("anna.new@") && l.includes("UserLoggedIn")).at(-1) ?? "";
    const rare = Array.from({ length: 3 }, (_, i) =>
      changed(from, { Id: `rare-${i}`, CreationTime: new Date(T0 + 23 * DAY + 6 * HOUR + i * MINUTE).toISOString().slice(0, 19), ClientIP: "5.60.0.9" }),
    );
    folder = mkdtempSync(join(root, "run-"));
    const told = await ran({ "audit.ndjson": [...named, ...rare] });
    expect(told.alerts.map((a) => a.entity.id)).toContain("anna.new@ours.example");
    expect(told.alerts.every((a) => a.entity.id !== "user5@ours.example")).toBe(true);
  });

  test("another tenant that bears the domain of one we know is as new as it is; the known one stays known", async () => {
    const partner = (t: number, n: number, home: string, id: string): string =>
      JSON.stringify({
        CreationTime: new Date(t).toISOString().slice(0, 19),
        Id: id,
        OrganizationId: "t-ours",
        RecordType: 25,
        Workload: "MicrosoftTeams",
        Operation: "MessageSent",
        UserId: `pat${n}@partner.example`,
        ClientIP: "81.2.70.4",
        ChatThreadId: `19:pat-${n}@unq.gbl.spaces`,
        CommunicationType: "OneOnOne",
        MessageId: id,
        Members: [
          { UPN: `pat${n}@partner.example`, OrganizationId: home },
          { UPN: `user${n}@ours.example`, OrganizationId: "t-ours" },
        ],
      });
    const known = Array.from({ length: 20 }, (_, d) => partner(T0 + d * DAY + HOUR, d % 3, "t-partner", `known-${d}`));
    const burst = (home: string, sender: string): string[] =>
      chatBurst(T0 + 18 * DAY, link, sender).map((l) => {
        const r = JSON.parse(l) as { Members: object[] };
        return changed(l, { ClientIP: "81.2.70.4", Members: r.Members.map((m, i) => (i === 0 ? { ...m, OrganizationId: home } : m)) });
      });
    const r = await ran({ "audit.ndjson": [...tenantLife(T0, 20), ...known, ...burst("t-other", "offers@partner.example")] });
    expect(said(r)).toContain(COUNTS);
    expect(new Set(r.alerts.map((a) => a.entity.id))).toEqual(new Set(["offers@partner.example"]));
    folder = mkdtempSync(join(root, "run-"));
    const same = await ran({ "audit.ndjson": [...tenantLife(T0, 20), ...known, ...burst("t-partner", "pat0@partner.example")] });
    expect(said(same)).toBe("");
  });

  test("our own domain in another tenant is no user of ours", async () => {
    const r = await ran({ "audit.ndjson": [...tenantLife(T0, 16), ...chatBurst(START, link, "benefits@ours.example")] });
    expect(said(r)).toContain(COUNTS);
  });

  test("a feed that comes 12 hours late is judged at its own time, beside what came before it", async () => {
    const life = tenantLife(T0, 16);
    const burst = chatBurst(START, link);
    const at = life.findIndex((l) => Date.parse(`${(JSON.parse(l) as { CreationTime: string }).CreationTime}Z`) > START + 12 * HOUR);
    const r = await ran({ "audit.ndjson": [...life.slice(0, at + 10), ...burst, ...life.slice(at + 10)] });
    expect(said(r)).toContain(COUNTS);
    const first = r.alerts.find((a) => a.model === FLAGSHIP);
    expect(Date.parse(first?.time ?? "") - START).toBeLessThan(10 * 4_700);
    expect(r.events).toBe(life.length + burst.length);
  });

  test.each([
    ["the sender by id alone", false],
    ["with the chat's members", true],
  ])("the same chat told by the audit log and by Graph, at once or 12 hours later, counts once: %s", async (_, named) => {
    const life = tenantLife(T0, 16);
    const burst = pairs(chatBurst(START, link));
    const chats = burst.map((l) => asChatMessage(l, named));
    const both = await ran({ "audit.ndjson": [...life, ...burst], "graph.ndjson": chats });
    expect(said(both)).toContain(COUNTS);
    folder = mkdtempSync(join(root, "run-"));
    const firstSince = (t: number): number => life.findIndex((l) => Date.parse(`${(JSON.parse(l) as { CreationTime: string }).CreationTime}Z`) > t);
    const [before, at] = [firstSince(START), firstSince(START + 12 * HOUR)];
    const late = await ran({ "all.ndjson": [...life.slice(0, before), ...chats, ...life.slice(before, at), ...burst, ...life.slice(at)] });
    expect(said(late)).toContain(COUNTS);
    expect(said(late, "rewards@hotel-chain.example")).toContain(COUNTS);
  });

  test("by Graph's chat messages alone a burst is told as well, of another tenant, once it is known whose most messages are", async () => {
    const life = tenantLife(T0, 16).filter((l) => l.includes('"MessageId"'));
    const r = await ran({
      "graph.ndjson": [
        ...life.map((l) => asChatMessage(l).replaceAll(SENDER_ID, "0f000000-1111-4222-8333-444455556666")),
        ...pairs(chatBurst(START, link)).map((l) => asChatMessage(l)),
      ],
    });
    expect(said(r)).toContain(COUNTS);
    expect(r.alerts.filter((a) => a.model === FLAGSHIP).every((a) => a.entity.id === SENDER_ID)).toBe(true);
  });
});
