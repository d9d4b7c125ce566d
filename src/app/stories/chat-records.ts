import type { z } from "zod";
import type { action, auditRow, externalSummary, model, responseState, source, userDetail, userSummary } from "../../contract/index.ts";
import { BURST, type ChatTold, lastBurst, searched } from "./chat-told.ts";
import { soon } from "./story-platform.ts";
import type { Table } from "./table.ts";

export const CHAT_RECORDS = [
  "T1", "T3", "T4", "T6", "T7", "T8", "T9", "T11", "T17", "T19", "T20", "T26", "T27", "T28", "T29", "T30", "T31", "T32", "T34",
] as const; // biome-ignore format: numbers
const [CHATS, MESSAGES] = [21, 63];

type Action = z.infer<typeof action>;

/** The burst as alert, records and proposals tell of it, beside what the script did. */
export async function tellChatRecords(table: Table, told: ChatTold): Promise<void> {
  const { platform, first, address, topic } = told;
  const sender = first.entity;
  // 21 chats, 21 members, 63 messages: the least that the script's burst leaves.
  await platform.stored(`user:"${sender}"`, CHATS + CHATS + MESSAGES);
  const alert = await lastBurst(platform, sender);
  const why = alert?.why.map((w) => w.text).join(" ") ?? "";
  const links = alert?.links ?? [];
  const messages = (await searched(platform, `user:"${sender}" activity:message`)).filter((m) => m.duplicateOf === undefined);

  await table.check("T1", "users of the tenant are entities of their own, from audit records", async () => {
    const { total, kinds } = await platform.get<{ users: z.infer<typeof userSummary>[]; total: number; kinds: Record<string, number> }>(
      "/api/v1/people?limit=1",
    );
    const [feed] = await platform.get<z.infer<typeof source>[]>("/api/v1/sources");
    return feed?.kind === "cloud" && feed.rejected === 0 && (kinds.member ?? 0) >= CHATS && (kinds.foreign ?? 0) >= 2
      ? `${total} users: ${Object.entries(kinds)
          .map(([k, n]) => `${n} ${k}`)
          .join(", ")}`
      : undefined;
  });
  await table.check("T3", "the stranger was first seen at its first record", async () => {
    const person = await platform.get<z.infer<typeof userDetail>>(`/api/v1/people/${encodeURIComponent(sender)}`);
    const all = await searched(platform, `user:"${sender}"`);
    const earliest = all.map((h) => h.time).sort()[0];
    return person.kind === "foreign" && Math.abs(Date.parse(person.firstSeen) - Date.parse(earliest ?? "")) < 1_000 && why.includes("new")
      ? `first seen ${person.firstSeen}`
      : undefined;
  });
  await table.check("T4", "days on which it was seen: one", async () => {
    const person = await platform.get<z.infer<typeof userDetail>>(`/api/v1/people/${encodeURIComponent(sender)}`);
    return person.days === 1 ? "1 day" : undefined;
  });
  await table.check("T6", "its first chat is a record with the chat's id", async () => {
    const made = (await searched(platform, `user:"${sender}" activity:chat-created`)).toReversed();
    return made.length === CHATS && made[0]?.fields.chat !== undefined ? String(made[0]?.fields.chat) : undefined;
  });
  await table.check("T7", `the chat's name finds all ${CHATS} chats`, async () => {
    const chats = new Set((await searched(platform, `chatName:"${topic}"`)).map((h) => h.fields.chat));
    return chats.size === CHATS ? `${chats.size} chats called ${topic}` : undefined;
  });
  await table.check("T8", `${MESSAGES} messages in ${CHATS} chats, in the alert's words`, () =>
    why.includes(`${MESSAGES} messages in ${CHATS} one-to-one chats`) && new Set(messages.map((m) => m.fields.message)).size === MESSAGES
      ? `${MESSAGES} and ${CHATS}`
      : undefined,
  );
  await table.check("T9", `${CHATS} different recipients`, () => {
    const people = new Set(messages.flatMap((m) => (m.fields.targets as string[] | undefined) ?? []).filter((p) => p !== sender));
    return why.includes(`to ${CHATS} people`) && people.size === CHATS ? `${people.size} people, as many in the records` : undefined;
  });
  await table.check("T11", "the record says that somebody of another tenant took part, and a search finds it by that", async () => {
    const found = await searched(platform, `foreignTenant:true user:"${sender}" activity:message`);
    return found.length === messages.length && messages.every((m) => m.fields.foreignTenant === true) ? `${found.length} records` : undefined;
  });
  await table.check("T26", BURST, async () => {
    const models = await platform.get<z.infer<typeof model>[]>("/api/v1/models");
    const one = models.find((m) => m.path === BURST);
    return one?.enabled === true && one.alerts7d > 0 ? `version ${one.version}, ${one.alerts7d} alerts` : undefined;
  });
  await table.check("T27", `${CHATS} different links, one registered domain`, () =>
    why.includes(`${CHATS} different links on 1 domains`) ? `${CHATS} under ${first.host}` : undefined,
  );
  await table.check("T28", "links are grouped by registered domain", () =>
    links.length === 1 && links[0]?.domain === first.host ? `${links[0]?.domain}: ${links[0]?.count} of the kept records` : undefined,
  );
  await table.check("T29", "age of the links' domain", () => {
    const age = links[0]?.age;
    return age?.source === "first-seen" && age.days === 0 ? `${age.text} (registries over loopback: their certificate has to be a public one)` : undefined;
  });
  await tellImitations(table, told);
  await tellVisits(table, told);
  await table.check("T17", "a feed over TAXII knows the address; the alert does not need it (D2)", async () => {
    const known = await platform.get<z.infer<typeof externalSummary>>(`/api/v1/externals/${address}`);
    const { feeds } = await platform.get<{ feeds: { state: string; entries: number }[] }>("/api/v1/outside");
    const [hit] = known.verdicts.list;
    return feeds[0]?.state !== "error" && known.verdicts.hits === 1 && hit?.feed === "partner" ? `${hit.value}: ${hit.verdict}, says ${hit.feed}` : undefined;
  });
  await tellProposal(table, told);
}

async function tellImitations(table: Table, { platform, first }: ChatTold): Promise<void> {
  await table.check("T30", "misspelt names are known, honest near misses are not", async () => {
    const score = async (domain: string): Promise<string | undefined> =>
      (await platform.get<z.infer<typeof externalSummary>>(`/api/v1/externals/${domain}`)).imitates?.of;
    const bad = [first.host ?? "", "cloud-sharcpoint.com", "sharcpointe-docs.com", "sharcpolnte-docs.com", "micros0ft-login.com", "paypa1.com"];
    const good = ["sharepoint.com", "microsoft.com", "sharpsoft.com", "outlookindia.com", "cloudpoint.org", "pointcloud.com", "paypoint.com"];
    const found = await Promise.all(bad.map(score));
    const wrong = (await Promise.all(good.map(score))).filter((s) => s !== undefined);
    if (found.some((f) => f === undefined) || wrong.length > 0)
      throw new Error(`${bad.map((b, i) => `${b}: ${found[i]}`).join(", ")}; honest taken for imitations: ${wrong.join(", ")}`);
    return `${bad.length} of ${bad.length} known, 0 of ${good.length} honest taken (rates on real lists: bench lookalike)`;
  });
}

/** What the program that visits links found on loopback's outside. */
async function tellVisits(table: Table, { platform, first, lab, topic }: ChatTold): Promise<void> {
  const visited = await soon(async () => {
    const alert = await lastBurst(platform, first.entity);
    return alert?.links?.flatMap((g) => g.urls).find((u) => u.visit.state === "visited")?.visit;
  }, 30_000);
  await table.check("T31", "the link's way: a redirect to a second misspelt host, each with its own verdict", async () => {
    const hosts = visited?.hops?.map((h) => new URL(h.url).hostname) ?? [];
    const like = await Promise.all(hosts.map((h) => platform.get<z.infer<typeof externalSummary>>(`/api/v1/externals/${h}`)));
    return hosts.length === 2 && hosts[0] === first.host && like.every((l) => l.imitates !== undefined) && lab.asked.length > 0
      ? like.map((l, i) => `${hosts[i]} (${l.imitates?.of})`).join(" > ")
      : undefined;
  });
  await table.check("T32", "whose name stands on the landing page though the domain is not theirs", () => {
    const brand = visited?.brands?.find((b) => b.of === "sharepoint.com");
    return brand !== undefined && visited?.title?.includes(topic) === true ? `"${visited?.title}" names ${brand.of}` : undefined;
  });
  await table.check("T34", "a field for passwords on a host that is not Microsoft's, sent elsewhere", () => {
    const form = visited?.forms?.find((f) => f.password);
    return visited?.credentialFields === 1 && form?.elsewhere === true ? `${visited.credentialFields} field, sent to ${form.action}` : undefined;
  });
}

async function tellProposal(table: Table, { platform, first }: ChatTold): Promise<void> {
  const open = async (): Promise<Action[]> =>
    (await platform.get<{ actions: Action[] }>(`/api/v1/actions?state=all&entity=${encodeURIComponent(first.entity)}`)).actions;
  await table.check("T19", "actions proposed for the alert, each with its reason", async () => {
    const waiting = (await open()).filter((a) => a.state === "proposed");
    return waiting.length > 0 && waiting.every((a) => a.reason !== "" && a.undo !== "") ? waiting.map((a) => a.label).join(", ") : undefined;
  });
  await table.check("T20", "human confirmation: it waits, a person says it is done, the audit log says who", async () => {
    const { standard } = await platform.get<z.infer<typeof responseState>>("/api/v1/response");
    const one = (await open()).find((a) => a.kind === "block-external-user" && a.state === "proposed");
    const done = await platform.confirmed<Action>(`/api/v1/actions/${one?.id}/decision`, { decision: "activate", why: "blocked in external access" });
    const { rows } = await platform.get<{ rows: z.infer<typeof auditRow>[] }>("/api/v1/audit?limit=20");
    const said = rows.find((r) => r.action === "decide-action");
    return one?.mode === "confirm" && done.state === "active" && said !== undefined
      ? `${said.actor}: ${said.why} (standard ${standard}; done by hand, no driver)`
      : undefined;
  });
}
