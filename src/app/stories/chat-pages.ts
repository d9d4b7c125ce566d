import type { z } from "zod";
import type { externalSummary } from "../../contract/index.ts";
import { type ChatTold, lastBurst, searched } from "./chat-told.ts";
import type { StoryBrowser } from "./story-browser.ts";
import type { Table } from "./table.ts";

export const CHAT_PAGES = ["T12", "T13", "T18", "T25", "X4", "X5", "X9"] as const;

/** The second post's figures in Chromium. */
export async function tellChatPages(table: Table, told: ChatTold, browser: StoryBrowser): Promise<void> {
  const { platform, first, address } = told;
  const alert = await lastBurst(platform, first.entity);
  const query = `foreignTenant:true user:"${first.entity}"`;
  await browser.logIn(platform);

  await table.check("T12", "the alert's page shows the stranger and the messages", async () => {
    const text = await browser.look(`/alerts/${alert?.id}`, "T12 alert");
    const shown = (await browser.page.locator("table.rec tbody tr").allInnerTexts()).filter((r) => r.includes("saas")).length;
    if (!text.includes(first.entity) || !text.includes("wrote 63 messages to 21 people in 21 chats")) return undefined;
    if (shown === 0 || shown !== alert?.records.length) throw new Error(`${shown} of ${alert?.records.length} records stand on the page`);
    return `${shown} records of the run`;
  });
  await table.check("T13", "Advanced Search by the foreign-tenant field: screen, interface and file tell the same", async () => {
    const hits = await searched(platform, query);
    const file = (await platform.text(`/api/v1/search/export?${new URLSearchParams({ q: query })}`)).trim().split("\n").slice(0, -1);
    const text = await browser.look(`/search?${new URLSearchParams({ q: query })}`, "T13 search");
    const total = Number(/([\d,]+) (?:events|records)/.exec(text)?.[1]?.replaceAll(",", ""));
    return hits.length > 63 && file.length === hits.length && total === hits.length ? `${hits.length} in each` : undefined;
  });
  await table.check("X4", "a query that is none is marked at its character and not sent", async () => {
    const text = await browser.look(`/search?${new URLSearchParams({ q: "foreignTenant:(true OR" })}`, "X4 search");
    const refused = await platform.get(`/api/v1/search?${new URLSearchParams({ q: "foreignTenant:(true OR" })}`).then(
      () => "",
      (error: Error) => error.message,
    );
    return /character \d+/i.test(`${text} ${refused}`) && refused.includes("search-query-invalid")
      ? "search-query-invalid, on the page and from the interface"
      : undefined;
  });
  const outside = await platform.get<z.infer<typeof externalSummary>>(`/api/v1/externals/${address}`);
  await table.check("T18", "the address's page and the interface agree: rarity, country, who, since when, verdicts", async () => {
    const text = await browser.look(`/external/${address}`, "T18 outside");
    const parts = [String(Math.round(outside.rarity)), outside.users[0]?.id ?? "-", "partner"];
    return outside.users.length === 1 && outside.country !== undefined && parts.every((p) => text.includes(p))
      ? `rarity ${outside.rarity}, ${outside.country}, 1 user, ${outside.verdicts.hits} verdict`
      : undefined;
  });
  await table.check("X5", "the links' domain has such a page too", async () => {
    const text = await browser.look(`/external/${first.host}`, "X5 domain");
    return text.includes(first.host ?? "-") && /sharepoint/i.test(text) ? "domain, what it looks like, what a visit found" : undefined;
  });
  await table.check("T25", "proposals on the alert's page, with their keys", async () => {
    await browser.look(`/alerts/${alert?.id}`, "T25 proposals");
    const buttons = await browser.page.getByRole("button").allInnerTexts();
    const has = (word: RegExp): boolean => buttons.some((b) => word.test(b));
    return has(/Done by hand|Activate/) && has(/Refuse|Clear/)
      ? buttons
          .filter((b) => /Done by hand|Activate|Refuse|Clear|Extend/.test(b))
          .map((b) => b.split("\n")[0])
          .join(", ")
      : undefined;
  });
  await table.check("X9", "responses by state: waiting, in force, ended", async () => {
    const { counts } = await platform.get<{ counts: Record<string, number> }>("/api/v1/actions?state=all");
    const waiting = await browser.look("/response", "X9 waiting");
    const active = await browser.look("/response?state=active", "X9 in force");
    const ended = await browser.look("/response?state=ended", "X9 ended");
    const good = (counts.proposed ?? 0) > 0 && (counts.active ?? 0) === 1 && waiting !== active && active !== ended && active.includes(first.entity);
    return good
      ? Object.entries(counts)
          .map(([k, n]) => `${n} ${k}`)
          .join(", ")
      : undefined;
  });
}
