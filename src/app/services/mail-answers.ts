import type { z } from "zod";
import { defang } from "../../base/escape.ts";
import { iso } from "../../base/time.ts";
import type { mailCampaign, mailLetter, mailSummary } from "../../contract/index.ts";
import type { CampaignRow, MailRow } from "../../store/mail-rows.ts";
import { type Hidden, hidePeople } from "../mail/hide-people.ts";
import type { Letter } from "../mail/letter.ts";

export function summaryOf(row: MailRow): z.infer<typeof mailSummary> {
  const traffic = row.traffic === "inbound" || row.traffic === "outbound" || row.traffic === "internal" ? row.traffic : "";
  return {
    id: row.id,
    time: iso(row.time),
    traffic,
    sender: row.sender,
    senderName: row.senderName,
    senderDomain: row.senderDomain,
    readers: row.readers,
    readerCount: row.readerCount,
    subject: row.subject,
    score: row.score,
    verdict: row.verdict,
    tags: row.tags,
    places: row.places,
    attachments: row.attachments,
    language: row.language,
    native: row.native,
    missed: row.missed,
    learned: row.learned,
    ...(row.campaign === undefined ? {} : { campaign: row.campaign }),
  };
}

export function campaignAnswer(row: CampaignRow, hide: (text: string) => string): z.infer<typeof mailCampaign> {
  const { id, messages, senders, days, pattern, shared, topName, topSubject, topAttachment, linkDomain, held, worst } = row;
  return {
    id,
    messages,
    senders,
    readers: row.recipients,
    days,
    first: iso(row.first),
    last: iso(row.last),
    held,
    worst,
    pattern,
    shared: [...shared],
    topName,
    topSubject: hide(topSubject),
    topAttachment: hide(topAttachment),
    linkDomain,
  };
}

/** A kept letter as it may be shown: people under pseudonyms, links defanged. */
export function letterAnswer(letter: Letter, people: readonly Hidden[], leading: Readonly<Record<string, number>>): z.infer<typeof mailLetter> {
  const hide = (text: string): string => hidePeople(text, people);
  return {
    text: hide(letter.text),
    html: letter.html !== undefined,
    remote: letter.remote,
    removed: letter.removed,
    links: letter.links.map((l) => ({ ...l, url: defang(hide(l.url)), text: hide(l.text), path: l.path.map(hide), mailsBefore: leading[l.domain] ?? 0 })),
    codes: letter.codes.map(({ thumbnail, ...c }, n) => ({
      ...c,
      n,
      text: defang(hide(c.text)),
      path: c.path.map(hide),
      mailsBefore: leading[c.domain] ?? 0,
      picture: thumbnail !== "",
    })),
    files: letter.files.map((f) => ({ ...f, name: hide(f.name), path: f.path.map(hide) })),
    native: letter.native,
    raw: letter.raw === "" ? 0 : Math.floor((letter.raw.length * 3) / 4),
  };
}

/** The document of the sandboxed frame. Colours are those of paper, in either theme: mails are written for it. */
export function bodyPage(letter: Letter, people: readonly Hidden[]): string {
  const body = hidePeople(letter.html ?? "", people);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The mail, made harmless</title><style>
html{color-scheme:only light;background:#fff}body{margin:8px;font:13px/1.5 "Source Sans 3",sans-serif;color:#1d1914;overflow-wrap:anywhere}
body *{max-width:100%}.to{text-decoration:underline dotted}.host{color:#8a2a04;font-family:monospace;font-size:11px;margin-left:3px}
.box{display:inline-block;border:1px dashed #8f8576;color:#6d6457;padding:1px 5px;font-size:11px;margin:1px}
</style></head><body>${body}</body></html>`;
}
