import type { z } from "zod";
import { iso, MINUTE, SECOND } from "../../base/time.ts";
import type { alertSummary, externalSummary, incidentDetail } from "../../contract/index.ts";
import { clickLine, downloadLine, groupMessageLine, signInLine } from "./chat-lines.ts";
import { BURST, type ChatTold, lastBurst, later, live, RESIDENT, TRAVELLER } from "./chat-told.ts";
import type { Table } from "./table.ts";

export const CHAT_USERS = ["T5", "T10", "T14", "T15", "T16", "T35", "T36", "T38"] as const;
const RARE_PLACE = "SaaS / Access / Sign-In from a Rare Place";
const HIJACK = "SaaS / Compromise / Possible Hijack after a Chat Message";

type Alert = z.infer<typeof alertSummary>;

/** What happens after the burst: a second one with other names, a group chat, sign-ins from strange places. */
export async function tellChatUsers(table: Table, told: ChatTold): Promise<void> {
  const { platform, life, first, second, address } = told;
  const { tenantId, domain } = life.world.organisation;
  const user = (name: string): string => `${name}@${domain}`;
  const people = life.world.people.filter((p) => p.upn.includes("@"));
  const now = platform.clock.now();
  const say = (at: number, line: string): void => later(at, "story-after.ndjson", line);
  const alertsOf = async (entity: string): Promise<Alert[]> =>
    (await platform.get<{ alerts: Alert[] }>(`/api/v1/alerts?${new URLSearchParams({ state: "all", entity, from: iso(now), limit: "100" })}`)).alerts;
  const outside = (ip: string) => platform.get<z.infer<typeof externalSummary>>(`/api/v1/externals/${ip}`);

  // As many messages as the burst had go into one chat of all; a tenant whose label imitates a known name says a few words to one of them.
  const reader = await recipientOf(told);
  const members = people
    .map((p) => p.upn)
    .filter((m) => m.toLowerCase() !== reader)
    .slice(0, 21);
  const loud = "newsdesk@group-of-many.onmicrosoft.com";
  for (let n = 0; n < 63; n++)
    say(
      now + n * 4_700,
      groupMessageLine({
        tenant: tenantId,
        time: now + n * 4_700,
        sender: loud,
        home: "9b2e8a34-0000-4000-8000-0123456789ab",
        ip: "5.60.0.9",
        thread: "19:everybody@thread.v2",
        people: members,
        n,
      }),
    );
  const misspelt = "benefits@micros0ft.onmicrosoft.com";
  for (let n = 0; n < 3; n++) {
    const at = now + 5 * MINUTE + n * 9_000;
    say(
      at,
      groupMessageLine({
        tenant: tenantId,
        time: at,
        sender: misspelt,
        home: "0d5be1c6-0000-4000-8000-0123456789ab",
        ip: "5.60.0.11",
        thread: "19:two@thread.v2",
        people: members.slice(0, 2),
        n,
      }),
    );
  }
  // Our two who are met from Poland, and one who opens the link and is then met from where its sender wrote.
  const link = (await lastBurst(platform, first.entity))?.links?.[0]?.urls[0]?.url ?? "";
  for (const who of [TRAVELLER, RESIDENT]) say(now + 6 * MINUTE, signInLine(tenantId, now + 6 * MINUTE, user(who.name), who.last));
  say(now + 7 * MINUTE, clickLine(now + 7 * MINUTE, reader, link));
  say(now + 9 * MINUTE, signInLine(tenantId, now + 9 * MINUTE, reader, address));
  await live(life, platform, now + 20 * MINUTE, MINUTE);

  await table.check("T10", "the same number of messages into one chat of all does not raise it", async () => {
    await platform.stored(`user:${loud} activity:message`, 63);
    const person = await platform.get<{ activeHours: number }>(`/api/v1/people/${loud}`);
    const told63 = (await platform.get<{ hits: unknown[] }>(`/api/v1/search?${new URLSearchParams({ q: `user:${loud} activity:message`, limit: "500" })}`)).hits
      .length;
    return person.activeHours > 0 && told63 === 63 && !(await alertsOf(loud)).some((a) => a.model === BURST) ? `${told63} messages, no such alert` : undefined;
  });
  await table.check("T5", "the label of a tenant that imitates a known name is a signal of its own", async () => {
    const alert = (await alertsOf(misspelt)).find((a) => a.model === "SaaS / Unusual Activity / Tenant that Looks Like Another Name");
    const honest = await outside("contoso-travel.onmicrosoft.com");
    return alert !== undefined && honest.imitates === undefined ? alert.title : undefined;
  });
  await table.check("T14", "country of the source of every record", async () => {
    const known = await outside(TRAVELLER.last);
    return known.country === "PL" ? `${TRAVELLER.last}: ${known.country} (its network's owner: only with a table that the operator brings)` : undefined;
  });
  await table.check("T15", "always Britain, then Poland: unusual; always Poland, then Poland: not", async () => {
    const [moved, stayed] = [await alertsOf(user(TRAVELLER.name)), await alertsOf(user(RESIDENT.name))];
    const alert = moved.find((a) => a.model === RARE_PLACE);
    return alert !== undefined && stayed.length === 0 ? alert.title : undefined;
  });
  await table.check("T16", "rarity of an address: 100 for one user, less once others use it", async () => {
    const before = (await outside(TRAVELLER.last)).rarity;
    const others = people.slice(0, 8).map((p) => p.upn);
    for (const [i, who] of others.entries()) say(now + (22 + i) * MINUTE, signInLine(tenantId, now + (22 + i) * MINUTE, who, TRAVELLER.last));
    await live(life, platform, now + 40 * MINUTE, 5 * MINUTE);
    const after = (await outside(TRAVELLER.last)).rarity;
    return before === 100 && after < before ? `${before}, then ${after}` : undefined;
  });
  await table.check("T35", "the link opened, then a sign-in from where the sender wrote: one conclusion that names both", async () => {
    const alert = (await alertsOf(reader)).find((a) => a.model === HIJACK);
    const incident = await platform.get<z.infer<typeof incidentDetail>>(`/api/v1/incidents/${alert?.incident}`);
    return alert !== undefined && incident.alerts.includes(alert.id) ? alert.title : undefined;
  });
  await table.check("T36", "place alone and volume alone stay low, together they are high", async () => {
    const [place, volume, both] = [user("place"), user("volume"), user("both")];
    return await weakSignals(told, place, volume, both, alertsOf);
  });
  // From twelve to four nobody is asked about the user; the rule about its links is in force at night alone.
  const friday = [4];
  const rules = [
    { mode: "off", kind: "block-external-user", hours: { days: friday, from: 12, to: 16 } },
    { mode: "off", kind: "lock-links", hours: { days: friday, from: 0, to: 6 } },
  ];
  await platform.send("/api/v1/response/modes", { standard: "content", rules, why: "asked less at noon" }, "PUT");
  await table.check("T38", "with every name, link and address changed, and none of them in a feed, the burst is told again", async () => {
    await live(life, platform, second.end + 30 * MINUTE, MINUTE);
    const alert = await lastBurst(platform, second.entity);
    const { actions } = await platform.get<{ actions: { kind: string }[] }>(`/api/v1/actions?state=all&entity=${encodeURIComponent(second.entity)}`);
    const kinds = actions.map((a) => a.kind);
    if (!kinds.includes("block-external-user") && kinds.includes("lock-links")) table.notes.set("modes of chat", "off in the hours of a rule, and only then");
    const changed = second.entity !== first.entity && second.host !== first.host;
    const { verdicts } = await outside(second.host ?? "");
    return changed && verdicts.hits === 0 && alert?.why.some((w) => w.text.includes("63 messages in 21")) === true ? `${alert.title}` : undefined;
  });
}

/** One of the people to whom the burst's sender wrote. */
async function recipientOf({ platform, first }: ChatTold): Promise<string> {
  const query = new URLSearchParams({ q: `user:"${first.entity}" activity:message`, limit: "1" });
  const { hits } = await platform.get<{ hits: { fields: { targets?: string[] } }[] }>(`/api/v1/search?${query}`);
  return hits[0]?.fields.targets?.find((t) => t !== first.entity) ?? "";
}

async function weakSignals(
  told: ChatTold,
  place: string,
  volume: string,
  both: string,
  alertsOf: (entity: string) => Promise<Alert[]>,
): Promise<string | undefined> {
  const { platform, life } = told;
  const now = platform.clock.now();
  const tenant = life.world.organisation.tenantId;
  const elsewhere: Readonly<Record<string, string>> = { [place]: "31.10.0.77", [both]: "85.128.0.9" };
  for (const who of [place, volume, both]) {
    const ip = elsewhere[who] ?? TRAVELLER.usual;
    later(now, "story-after.ndjson", signInLine(tenant, now + MINUTE, who, ip));
    if (who !== place) for (let n = 0; n < 80; n++) later(now, "story-after.ndjson", downloadLine(tenant, now + 2 * MINUTE + n * 5 * SECOND, who, ip, n));
  }
  await live(life, platform, now + 20 * MINUTE, MINUTE);
  const worst = async (who: string): Promise<Alert | undefined> => (await alertsOf(who)).sort((a, b) => b.priority - a.priority || b.score - a.score)[0];
  const [low, middle, high] = [await worst(place), await worst(volume), await worst(both)];
  const told3 = [low, middle, high].map((a) => (a === undefined ? "nothing" : `${a.model} ${a.score}, priority ${a.priority}`)).join("; ");
  const below = (a: Alert | undefined): boolean => a === undefined || a.priority < (high?.priority ?? 0);
  if (high === undefined || !below(low) || !below(middle)) throw new Error(told3);
  return told3;
}
