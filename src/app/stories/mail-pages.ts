import type { MailTold } from "./mail-told.ts";
import type { StoryBrowser } from "./story-browser.ts";
import type { Table } from "./table.ts";

export const MAIL_PAGES = ["E8", "E17", "E19", "E26", "X8"] as const;

/** The third post's figures in Chromium. */
export async function tellMailPages(table: Table, told: MailTold, browser: StoryBrowser): Promise<void> {
  const played = told.played.find((p) => p.domain.endsWith(".cn"));
  const mail = played?.first;
  await browser.logIn(told.platform);

  await table.check("E8", "the log of mail: sender, its country, the file's name, score, advice", async () => {
    await browser.look(`/mail?${new URLSearchParams({ verdict: "all", text: played?.domain ?? "" })}`, "E8 log");
    const line = (await browser.shown()).split("\n").join(" ");
    const parts = [played?.domain ?? "-", String(Math.round(played?.campaign?.worst ?? -1)), "CN"];
    return parts.every((p) => line.includes(p)) && /\p{Script=Han}+\.docx/u.test(line) ? parts.join(", ") : undefined;
  });
  await table.check("X8", "a campaign is one row of the log, and its page counts exactly", async () => {
    const text = await browser.look(`/campaigns/${played?.campaign?.id}`, "X8 campaign");
    const flat = text.replaceAll(/\s+/g, " ");
    return /\b55 mails to 55 people on 3 days\b/.test(flat) && flat.includes((played?.campaign?.pattern ?? "-").split("@")[0] ?? "-")
      ? `${/[^.]*wrote[^.]*/.exec(flat)?.[0].trim().slice(0, 120)}`
      : undefined;
  });
  await table.check("E17", "one mail: where its server stands and where its author sits", async () => {
    const text = await browser.look(`/mail/${encodeURIComponent(mail?.id ?? "")}`, "E17 mail");
    const names = new Intl.DisplayNames("en", { type: "region" });
    const [server, author] = [names.of(mail?.places.connection ?? "ZZ") ?? "-", names.of(mail?.places.author ?? "ZZ") ?? "-"];
    return text.includes(server) && text.includes(author) && server !== author
      ? (text.split("\n").find((l) => l.includes(author)) ?? author).slice(0, 140)
      : undefined;
  });
  await table.check("E19", "tags and indicators with their scores", async () => {
    const text = await browser.look(`/mail/${encodeURIComponent(mail?.id ?? "")}`, "E19 tags");
    const tags = ["Multistage Payload", "Phishing Link"];
    const scores = (mail?.indicators ?? []).filter((i) => i.score >= 40).map((i) => String(Math.round(i.score)));
    return tags.every((t) => text.includes(t)) && scores.length > 0 && scores.every((s) => text.includes(s))
      ? `${tags.join(", ")}; ${scores.join(", ")}`
      : undefined;
  });
  await table.check("E26", "the code as a picture, what it says, and the advice", async () => {
    const text = await browser.look(`/mail/${encodeURIComponent(mail?.id ?? "")}`, "E26 code");
    const pictures = await browser.page.locator("#main img, #main canvas").count();
    const host = (played?.host ?? "-").replace(/\.(?=[^.]*$)/, "[.]");
    return pictures > 0 && (text.includes(host) || text.includes(played?.host ?? "-")) && /hold/i.test(text) ? `${pictures} picture, ${host}` : undefined;
  });
}
