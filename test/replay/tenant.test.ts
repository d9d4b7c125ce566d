import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { replay } from "../../src/app/replay/replay.ts";

const folder = mkdtempSync(join(tmpdir(), "wonted-tenant-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const T0 = Date.UTC(2026, 1, 2, 8);
const DAY = 86_400_000;
const FLAGSHIP = "SaaS / Unusual Activity / Large Volume of Messages Sent from New External User";

interface Names {
  sender: string;
  link: string;
  address: string;
  topic: string;
}

let id = 0;
function record(time: number, more: object): string {
  return JSON.stringify({ CreationTime: new Date(time).toISOString().slice(0, 19), Id: `id-${++id}`, OrganizationId: "t-ours", UserType: 0, ...more });
}

function message(
  time: number,
  user: string,
  home: string,
  address: string,
  chat: string,
  n: number,
  to: readonly string[],
  kind: string,
  links: readonly string[],
): string {
  return record(time, {
    RecordType: 25,
    Workload: "MicrosoftTeams",
    Operation: links.length > 0 ? "MessageCreatedHasLink" : "MessageSent",
    UserId: user,
    ClientIP: address,
    ChatThreadId: chat,
    CommunicationType: kind,
    MessageId: `${time}${n}`,
    ...(links.length > 0 ? { MessageURLs: links } : {}),
    Members: [{ UPN: user, OrganizationId: home }, ...to.map((u) => ({ UPN: u, OrganizationId: "t-ours" }))],
    ParticipantInfo: { HasForeignTenantUsers: home !== "t-ours" },
  });
}

/** Three weeks of 24 people who sign in and talk, and of a partner who writes to two of them. */
function life(): string[] {
  const lines: string[] = [];
  for (let d = 0; d < 21; d++)
    for (let u = 0; u < 24; u++) {
      const at = T0 + d * DAY + u * 60_000;
      const user = `User${u}@ours.example`;
      lines.push(
        record(at, {
          RecordType: 15,
          Workload: "AzureActiveDirectory",
          Operation: "UserLoggedIn",
          ResultStatus: "Success",
          UserId: user,
          ClientIP: "81.2.69.10",
        }),
      );
      lines.push(message(at + 5_000, user, "t-ours", "81.2.69.10", `19:in-${u}@unq.gbl.spaces`, u, [`user${(u + 1) % 24}@ours.example`], "OneOnOne", []));
      if (u < 2)
        lines.push(message(at + 9_000, "Pat@partner.example", "t-partner", "81.2.70.4", `19:pa-${u}@unq.gbl.spaces`, u, [user.toLowerCase()], "OneOnOne", []));
    }
  return lines;
}

/** 63 messages to 21 people: each in a chat of two, or all in one. */
function burst(names: Names, grouped: boolean): string[] {
  const start = T0 + 18 * DAY + 3 * 3_600_000;
  return Array.from({ length: 63 }, (_, i) => {
    const person = Math.floor(i / 3);
    const people = Array.from({ length: 21 }, (__, p) => `user${p}@ours.example`);
    return message(
      start + i * 4_700,
      names.sender,
      "t-other",
      names.address,
      grouped ? "19:all@thread.v2" : `19:ext-${person}@unq.gbl.spaces`,
      i,
      grouped ? people : [`user${person}@ours.example`],
      grouped ? "GroupChat" : "OneOnOne",
      i % 3 === 2 ? [`https://${names.link}/${names.topic}${person}`] : [],
    );
  });
}

interface Told {
  id: string;
  time: string;
  model: string;
  entity: { kind: string; id: string };
  why: { text: string }[];
  mitre: string[];
}

interface PlannedAction {
  action: string;
  state: string;
  mode: string;
  held?: string;
  title: string;
  target: { entity: { id: string; kind: string }; items?: string[] };
}

async function run(name: string, lines: readonly string[]): Promise<{ alerts: Told[]; actions: PlannedAction[]; summary: { events: number }; bytes: string }> {
  const data = join(folder, `${name}.ndjson`);
  writeFileSync(data, `${lines.join("\n")}\n`);
  const out = join(folder, `${name}-out`);
  const summary = await replay({ paths: [data], history: [], out, org: undefined, site: undefined, budget: 5, asnTable: undefined }, { now: () => 0 });
  const bytes = readFileSync(join(out, "alerts.ndjson"), "utf8");
  const actions = readFileSync(join(out, "actions.ndjson"), "utf8")
    .split("\n")
    .filter((l) => l !== "")
    .map((l) => JSON.parse(l) as PlannedAction);
  rmSync(out, { recursive: true });
  return {
    alerts: bytes
      .split("\n")
      .filter((l) => l !== "")
      .map((l) => JSON.parse(l) as Told),
    actions,
    summary,
    bytes,
  };
}

const NAMES: Names = { sender: "Rewards@hotel-chain.example", link: "cloud-sharcpoint.example", address: "5.60.0.9", topic: "programme" };
const OTHERS: Names = { sender: "Benefits@grand-resort.example", link: "files-onedr1ve.example", address: "31.10.0.77", topic: "survey" };

describe("a burst of chat messages from a new external user", () => {
  test.each([
    ["as first seen", NAMES],
    ["with every name, link and address changed (T38)", OTHERS],
  ])("%s: told within ten messages, in the end with all counts (T8, T9, T26-T28)", async (name, names) => {
    const { alerts } = await run(name.replaceAll(/\W/g, ""), [...life(), ...burst(names, false)]);
    const ours = alerts.filter((a) => a.model === FLAGSHIP);
    expect(ours.length).toBeGreaterThanOrEqual(2);
    expect(new Set(ours.map((a) => a.entity.id))).toEqual(new Set([names.sender.toLowerCase()]));
    expect(Date.parse(ours[0]?.time ?? "") - (T0 + 18 * DAY + 3 * 3_600_000)).toBeLessThanOrEqual(9 * 4_700);
    expect(
      ours
        .at(-1)
        ?.why.map((w) => w.text)
        .join(" "),
    ).toContain("63 messages in 21 one-to-one chats to 21 people within 30 minutes, with 21 different links on 1 domains");
    expect(ours[0]?.mitre).toContain("T1566");
    expect(new Set(ours.map((a) => a.id)).size).toBe(ours.length);
    expect(alerts.filter((a) => a.entity.id === "pat@partner.example")).toEqual([]);
  });

  test("the same 63 messages in one group chat do not fire it (T10)", async () => {
    const { alerts } = await run("group", [...life(), ...burst(NAMES, true)]);
    expect(alerts.filter((a) => a.model === FLAGSHIP)).toEqual([]);
  });

  test("the life alone is silent, copies by id are one record, and two runs give the same bytes", async () => {
    const lines = life();
    const first = await run("life", lines);
    expect(first.alerts).toEqual([]);
    const doubled = await run("doubled", [...lines, ...lines.slice(0, 100)]);
    expect(doubled.summary.events).toBe(lines.length);
    const attack = [...lines, ...burst(NAMES, false)];
    expect((await run("twice", attack)).bytes).toBe((await run("twice", attack)).bytes);
  });

  test("a recipient's account is then used from where the sender wrote (T35)", async () => {
    const at = T0 + 18 * DAY + 5 * 3_600_000;
    const signIn = record(at, {
      RecordType: 15,
      Workload: "AzureActiveDirectory",
      Operation: "UserLoggedIn",
      ResultStatus: "Success",
      UserId: "user7@ours.example",
      ClientIP: NAMES.address,
    });
    const { alerts } = await run("hijack", [...life(), ...burst(NAMES, false), signIn]);
    const told = alerts.filter((a) => a.model === "SaaS / Compromise / Possible Hijack after a Chat Message");
    expect(told.map((a) => a.entity.id)).toEqual(["user7@ours.example"]);
  });

  test("what is proposed fits the user: the sender of another tenant is blocked, never disabled; the own user is signed out or disabled; all by hand (T19, T23)", async () => {
    const at = T0 + 18 * DAY + 5 * 3_600_000;
    const signIn = record(at, {
      RecordType: 15,
      Workload: "AzureActiveDirectory",
      Operation: "UserLoggedIn",
      ResultStatus: "Success",
      UserId: "user7@ours.example",
      ClientIP: NAMES.address,
    });
    const { actions } = await run("answers", [...life(), ...burst(NAMES, false), signIn]);
    const of = (id: string) => actions.filter((a) => a.target.entity.id === id);
    const kinds = (list: readonly PlannedAction[]) => [...new Set(list.map((a) => a.action))].sort();
    expect(kinds(of(NAMES.sender.toLowerCase()))).toEqual(["block-external-domain", "block-external-user", "lock-links"]);
    expect(kinds(of("user7@ours.example"))).toEqual(["disable-user", "revoke-sessions"]);
    for (const a of actions) expect(a).toMatchObject({ state: "proposed", mode: "confirm", held: expect.stringContaining("by hand") });
    const locked = of(NAMES.sender.toLowerCase()).filter((a) => a.action === "lock-links");
    const links = locked.flatMap((a) => a.target.items ?? []);
    expect(new Set(links).size).toBe(links.length);
    expect(links.length).toBeGreaterThan(10);
    expect(links.every((l) => l.includes(NAMES.link))).toBe(true);
  });
});
