import type { CampaignView } from "../../lanes/email/campaign-table.ts";
import type { WholeMessage } from "../../lanes/email/mail-record.ts";
import { isOutside } from "../../lanes/email/places-of-mail.ts";
import { eventId } from "../../schema/event.ts";
import type { MailJudgement } from "../../schema/mail.ts";
import type { CampaignRow, MailRequests, MailToStore } from "../../store/mail-rows.ts";
import { letterOf, packLetter } from "./letter.ts";
import type { LetterKey } from "./letter-key.ts";

export interface MailKeeperOptions {
  key: LetterKey;
  /** A campaign of two messages or more, as it stands. */
  campaign(id: string): CampaignView | undefined;
}

/**
 * Judgements of a batch as the store keeps them. Honest mail leaves its headers' facts alone; of what would be held or marked the text, harmless markup,
 * pictures of codes and the bytes are sealed. Messages read as history are marked as such, are not acted on and leave no letter.
 * Memory: one number a campaign that was told since the start.
 */
export class MailKeeper {
  readonly #o: MailKeeperOptions;
  /** Messages of each campaign that the store knows to belong to it. */
  readonly #told = new Map<string, number>();

  constructor(options: MailKeeperOptions) {
    this.#o = options;
  }

  /** What to store of these judgements. Takes from their events what the letter holds now, and lets go of the opened messages. */
  take(mails: readonly MailJudgement[], history: boolean): MailRequests["putMails"]["input"] {
    const rows = mails.map((mail) => this.#row(mail, history));
    const campaigns: CampaignRow[] = [];
    const joined: { campaign: string; mails: readonly string[] }[] = [];
    for (const id of new Set(mails.map((m) => m.event.campaign))) {
      const view = id === undefined ? undefined : this.#o.campaign(id);
      if (view === undefined) continue;
      const { events, ...row } = view;
      campaigns.push({ ...row, shared: [...row.shared] });
      joined.push({ campaign: view.id, mails: events.slice(this.#told.get(view.id) ?? 0) });
      this.#told.set(view.id, events.length);
    }
    if (this.#told.size > 5_000) this.#told.clear();
    return { mails: rows, campaigns, joined };
  }

  #row(mail: MailJudgement, history: boolean): MailToStore {
    const { event: e } = mail;
    const opened = mail.opened as WholeMessage | undefined;
    const own = e.traffic === "outbound" || e.traffic === "internal";
    const names = new Map([...(opened?.to ?? []), ...(opened?.cc ?? [])].map((a) => [a.address, a.name]));
    const id = eventId(e);
    const keep = opened !== undefined && !history;
    const verdict = history ? "deliver" : mail.verdict;
    const out: MailToStore = {
      id,
      time: e.time,
      traffic: e.traffic ?? "",
      sender: e.sender ?? "",
      senderName: e.senderName ?? "",
      senderDomain: e.senderDomain ?? "",
      own,
      recipients: (e.recipients ?? []).map((address) => ({ address, name: names.get(address) ?? "" })),
      verdict,
      score: mail.score,
      missed: e.nativeVerdict === "clean" && verdict !== "deliver",
      learned: history,
      campaign: e.campaign,
      language: e.language ?? "",
      author: mail.places.author,
      subject: (e.subject ?? "").slice(0, 500),
      attachments: (e.attachments ?? []).slice(0, 30).map((name) => name.slice(0, 200)),
      linkDomains: [...(e.linkDomains ?? [])],
      tags: mail.tags,
      body: {
        replyTo: e.replyTo ?? "",
        messageId: (e.messageId ?? "").slice(0, 300),
        software: (e.software ?? "").slice(0, 200),
        source: e.source,
        file: mail.path,
        rule: e.rule ?? "",
        indicators: mail.indicators.filter((i) => i.score > 0 || i.says.length > 0 || verdict !== "deliver"),
        authentication: { spf: e.spf ?? "", dkim: e.dkim ?? "", dmarc: e.dmarc ?? "" },
        places: mail.places,
        addresses: opened === undefined ? { connection: "", author: "" } : addressesOf(opened),
        native: e.nativeVerdict ?? "",
        stages: [...(e.stages ?? [])].slice(0, 20),
        hashes: [...(e.attachmentHashes ?? [])].slice(0, 30),
        limits: [...(e.limits ?? [])],
      },
      letter: keep ? this.#o.key.seal(id, packLetter(letterOf(opened))) : undefined,
    };
    // The text of a message stands sealed in its letter and nowhere else.
    e.detail = undefined;
    mail.opened = undefined;
    return out;
  }
}

/** Of the server that brought it from outside, and of the author's program as its service states it. */
function addressesOf(m: WholeMessage): { connection: string; author: string } {
  const hops = m.hops.flatMap((h) => (h.ip !== undefined && isOutside(h.ip) ? [h.ip] : []));
  const stated = m.originatingIp !== undefined && isOutside(m.originatingIp) ? m.originatingIp : undefined;
  return { connection: hops[0] ?? "", author: stated ?? (hops.length > 1 ? (hops.at(-1) ?? "") : "") };
}
