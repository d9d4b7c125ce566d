import type { Caller, Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import { iso } from "../../base/time.ts";
import { fitsPattern, senderPattern } from "../../lanes/email/sender-pattern.ts";
import type { MailFilter } from "../../store/mail-rows.ts";
import type { Store } from "../../store/types.ts";
import type { Hidden } from "../mail/hide-people.ts";
import { type Letter, unpackLetter } from "../mail/letter.ts";
import type { LetterKey } from "../mail/letter-key.ts";
import { ms } from "./convert.ts";
import { bodyPage, campaignAnswer, letterAnswer, summaryOf } from "./mail-answers.ts";

type MailServices = Pick<Services, "mails" | "mail" | "mailBody" | "mailCode" | "mailCampaigns" | "mailCampaign" | "revealMail" | "findReader" | "rawMail">;

const ADDRESS = /[\w.+'-]{1,64}@[\w.-]{1,255}\.[a-z]{2,24}/gi;

/** Judged mail. Texts of it are for analysts (and for everybody of the demonstration, where nobody is real); names of people only with a reason. */
export function mailServices(store: Store, key: LetterKey, keepDays: number): MailServices {
  const mayRead = (caller: Caller): boolean => caller.kind === "demo" || caller.role !== "viewer";

  function requireReader(caller: Caller): void {
    if (!mayRead(caller))
      throw new CodedError("mail-text-forbidden", "The text of mails is for the role analyst.", { hint: "An administrator can change your role." });
  }

  /** The letter with its people under the pseudonyms that the store gave them. */
  async function opened(id: string, sealed?: Uint8Array): Promise<{ letter: Letter; people: Hidden[] }> {
    const bytes = sealed ?? (await store.ask("mailLetter", { id })).letter;
    if (bytes === undefined)
      throw new CodedError("mail-text-not-found", "No text of this mail is kept.", {
        hint: "Texts are kept of mail that would be held or marked, for a time.",
      });
    const letter = unpackLetter(key.open(id, bytes));
    const ids = await store.ask("pseudonyms", { addresses: letter.people.map((p) => p.address) });
    return { letter, people: letter.people.flatMap((p) => (ids[p.address] === undefined ? [] : [{ ...p, id: ids[p.address] as string }])) };
  }

  /** Hides whoever of the organisation is named by address in these texts. */
  async function hiderOf(texts: readonly string[]): Promise<(text: string) => string> {
    const addresses = [...new Set(texts.flatMap((t) => t.match(ADDRESS) ?? []))];
    const ids = addresses.length === 0 ? {} : await store.ask("pseudonyms", { addresses });
    return (text) => text.replaceAll(ADDRESS, (a) => ids[a] ?? a);
  }

  return {
    async mails({ query, signal }) {
      const { from, to, missed, ...rest } = query;
      const filter: MailFilter = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      if (from !== undefined) filter.from = ms(from) as number;
      if (to !== undefined) filter.to = ms(to) as number;
      if (missed === "true") filter.missed = true;
      const found = await store.ask("mails", filter, { signal });
      const hide = await hiderOf(found.rows.flatMap((r) => (r.campaign === undefined ? [] : [r.campaign.topSubject, r.campaign.topAttachment])));
      return {
        rows: found.rows.map(({ mail, campaign, matching }) => ({
          mail: summaryOf(mail),
          matching,
          ...(campaign === undefined ? {} : { campaign: campaignAnswer(campaign, hide) }),
        })),
        total: found.total,
        counts: found.counts,
        stored: found.stored,
        keepDays,
        ...(found.oldest === undefined ? {} : { oldest: iso(found.oldest) }),
      };
    },
    async mail({ params, session, signal }) {
      const row = await store.ask("mail", { id: params.id }, { signal });
      const readable = row.letter !== undefined && mayRead(session);
      const { letter, people } = readable ? await opened(params.id, row.letter) : { letter: undefined, people: [] };
      const domains = letter === undefined ? [] : [...letter.links, ...letter.codes].map((l) => l.domain).filter((d) => d !== "");
      const leading = domains.length === 0 ? {} : await store.ask("mailsLeadingTo", { domains: [...new Set(domains)], before: row.time });
      const hide = await hiderOf(row.campaignOf === undefined ? [] : [row.campaignOf.topSubject, row.campaignOf.topAttachment]);
      const counted = (list: readonly [string, number][]) => list.map(([value, mails]) => ({ value, mails }));
      return {
        ...summaryOf(row),
        replyTo: row.replyTo,
        messageId: row.messageId,
        software: row.software,
        source: row.source,
        file: row.file,
        rule: row.rule,
        indicators: row.indicators,
        authentication: row.authentication,
        addresses: row.addresses,
        stages: row.stages.map((s) => s.split(" > ")),
        linkDomains: row.linkDomains,
        limits: row.limits,
        letterState: letter !== undefined ? "kept" : row.letter !== undefined ? "forbidden" : row.expired ? "expired" : "honest",
        before: row.before,
        alerts: row.alerts,
        hidden: row.readerCount + (row.own ? 1 : 0),
        ...(letter === undefined ? {} : { letter: letterAnswer(letter, people, leading) }),
        ...(row.usual === undefined
          ? {}
          : { usual: { ...row.usual, languages: counted(row.usual.languages), places: counted(row.usual.places), files: counted(row.usual.files) } }),
        ...(row.campaignOf === undefined ? {} : { campaignOf: { ...campaignAnswer(row.campaignOf, hide), place: row.campaignOf.place } }),
      };
    },
    async mailBody({ params, session }) {
      requireReader(session);
      const { letter, people } = await opened(params.id);
      if (letter.html === undefined) throw new CodedError("mail-text-not-found", "This mail has no HTML body, or one too large to keep.");
      return bodyPage(letter, people);
    },
    async mailCode({ params, session }) {
      requireReader(session);
      const { letter } = await opened(params.id);
      const picture = letter.codes[params.n]?.thumbnail ?? "";
      if (picture === "") throw new CodedError("mail-code-not-found", "No picture of this code is kept.");
      return picture;
    },
    async mailCampaigns({ query }) {
      const found = await store.ask("mailCampaigns", query);
      const hide = await hiderOf(found.campaigns.flatMap((c) => [c.topSubject, c.topAttachment]));
      return { campaigns: found.campaigns.map((c) => campaignAnswer(c, hide)), total: found.total };
    },
    async mailCampaign({ params }) {
      const row = await store.ask("mailCampaign", { id: params.id });
      const hide = await hiderOf([...row.subjects, ...row.files].map(([text]) => text));
      const counted = (list: readonly [string, number][]) => list.map(([value, mails]) => ({ value: hide(value), mails }));
      return {
        ...campaignAnswer(row, hide),
        bySender: sendersOf(row.bySender, row.mails),
        names: counted(row.names),
        subjects: counted(row.subjects),
        files: counted(row.files),
        links: counted(row.links),
        languages: counted(row.languages),
        hashes: row.hashes.map(([name, sha256]) => ({ name, sha256 })),
        mails: row.mails.map((m) => ({ ...m, time: iso(m.time) })),
        alerts: row.alerts,
      };
    },
    async revealMail({ params, body, entry }) {
      const people = await store.ask("peopleOfMail", { id: params.id, audit: entry({ target: `mail:${params.id}`, why: body.why }) });
      return { result: { people }, audit: "written" };
    },
    async findReader({ body, entry }) {
      return { result: await store.ask("personOf", { address: body.address, audit: entry({ target: "mail-people", why: body.why }) }), audit: "written" };
    },
    async rawMail({ params, body }) {
      const { letter } = await opened(params.id);
      if (letter.raw === "") throw new CodedError("mail-raw-not-found", "The bytes of this mail are not kept: it was larger than 512 KiB.");
      const bytes = Buffer.from(letter.raw, "base64");
      const name = `${params.id.replaceAll(/[^\w-]/g, "_").slice(0, 80)}.eml`;
      return { result: { name, size: bytes.length, base64: letter.raw }, audit: { target: `mail:${params.id}`, why: body.why } };
    },
  };
}

/** Senders by their first mail. `linked`: when it came, its mailbox had the shape that two or more before it had at the same domain. */
function sendersOf(bySender: readonly [string, number][], mails: readonly { sender: string; time: number }[]) {
  const seen = new Map<string, string[]>();
  const first = new Map<string, { time: number; linked: boolean }>();
  for (const { sender, time } of mails) {
    if (first.has(sender)) continue;
    const at = sender.lastIndexOf("@");
    const [box, host] = [sender.slice(0, Math.max(0, at)), sender.slice(at + 1)];
    const before = seen.get(host) ?? [];
    first.set(sender, { time, linked: before.length > 1 && fitsPattern(box, senderPattern(before)) });
    seen.set(host, [...before, box]);
  }
  return bySender
    .map(([sender, count]) => {
      const start = first.get(sender);
      return { sender, mails: count, linked: start?.linked ?? false, ...(start === undefined ? {} : { first: iso(start.time) }) };
    })
    .sort((a, b) => ((a.first ?? "") < (b.first ?? "") ? -1 : 1));
}
