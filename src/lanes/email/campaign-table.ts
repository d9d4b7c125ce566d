import { contentId } from "../../base/hash.ts";
import { DAY } from "../../base/time.ts";
import { BLANK } from "../../parsers/event-template.ts";
import { simhashDistance } from "../../parsers/mail/simhash.ts";
import type { EventOf, RecordRef } from "../../schema/event.ts";
import { fitsPattern, senderPattern } from "./sender-pattern.ts";

/** What of a message can tie it to others. */
export interface CampaignMark {
  time: number;
  sender: string;
  senderName: string;
  domain: string;
  /** The domain is ours, gives mailboxes to anybody, or is an old correspondent: no tie by itself. */
  commonDomain: boolean;
  /** The domain is ours, gives mailboxes to anybody, or was known for weeks: its mailboxes' shape is no tie either. A domain new to us whose age we cannot tell has one. */
  commonShape: boolean;
  recipients: readonly string[];
  subject: string;
  attachments: readonly string[];
  hashes: readonly string[];
  /** Link domains that hardly any honest mail leads to. */
  rareLinks: readonly string[];
  text: string | undefined;
  structure: string | undefined;
  score: number;
  held: boolean;
}

export interface CampaignView {
  id: string;
  messages: number;
  senders: number;
  recipients: number;
  days: number;
  first: number;
  last: number;
  pattern: string;
  shared: readonly string[];
  topName: string;
  topSubject: string;
  topAttachment: string;
  linkDomain: string;
  held: number;
  worst: number;
  /** Sender address to messages, most first. */
  bySender: [string, number][];
  subjects: [string, number][];
  names: [string, number][];
  files: [string, number][];
  links: [string, number][];
  events: readonly string[];
}

interface Campaign {
  id: string;
  messages: number;
  held: number;
  worst: number;
  first: number;
  last: number;
  told: number;
  ended: boolean;
  senders: Map<string, number>;
  recipients: Set<string>;
  days: Set<number>;
  names: Map<string, number>;
  subjects: Map<string, number>;
  files: Map<string, number>;
  links: Map<string, number>;
  shared: Set<string>;
  /** Host of addresses with its mailboxes. */
  domains: Map<string, string[]>;
  texts: { text: string; structure: string | undefined }[];
  events: EventOf<"mail">[];
}

type Maps = "senders" | "names" | "subjects" | "files" | "links";
type SavedCampaign = Omit<Campaign, Maps | "recipients" | "days" | "shared" | "domains" | "events"> &
  Record<Maps, [string, number][]> & {
    recipients: string[];
    days: number[];
    shared: string[];
    domains: [string, string[]][];
    events: (Partial<EventOf<"mail">> & RecordRef)[];
  };

const KEPT = 14 * DAY;
const QUIET = DAY;
const TEXT_BITS = 6;
const STRUCTURE_BITS = 4;
const MOST_TEXTS = 12;
const MOST_EVENTS = 2_000;

/**
 * Messages of new or suspicious senders that belong together: one attachment, one rare link domain, nearly the same text, or a hardly known domain whose
 * mailboxes have one shape. Counts are exact; a message belongs to one campaign, and two that turn out to be one are joined.
 * Memory: about 2 kB a campaign and 60 B a recipient; gone 14 days after its last message. Cost: a comparison with each living campaign for texts.
 * Blind: a campaign that changes text, link, file and domain with every message.
 */
export class CampaignTable {
  #campaigns: Campaign[] = [];
  readonly #byKey = new Map<string, Campaign>();

  /** Takes a message in; the campaign that it belongs to, which may hold it alone. */
  add(mark: CampaignMark, event: EventOf<"mail">): CampaignView {
    this.#forget(mark.time);
    const found = new Set<Campaign>();
    const ties = new Set<string>();
    for (const key of keysOf(mark)) {
      const campaign = this.#byKey.get(key);
      if (campaign === undefined) continue;
      found.add(campaign);
      ties.add(key.slice(0, key.indexOf(":")));
    }
    for (const campaign of this.#campaigns) {
      if (found.has(campaign)) continue;
      const tie = this.#near(campaign, mark);
      if (tie === undefined) continue;
      found.add(campaign);
      ties.add(tie);
    }
    const [home, ...others] = [...found].sort((a, b) => a.first - b.first);
    const campaign = home ?? this.#begin(mark, event);
    for (const other of others) this.#join(campaign, other);
    for (const tie of ties) campaign.shared.add(tie);
    this.#count(campaign, mark, event);
    return viewOf(campaign);
  }

  /** Campaigns that fell silent for a day and have grown since they were last told, with the messages since then. `Infinity`: all. */
  ended(time: number): { view: CampaignView; fresh: readonly EventOf<"mail">[] }[] {
    const out: { view: CampaignView; fresh: readonly EventOf<"mail">[] }[] = [];
    for (const campaign of this.#campaigns) {
      if (campaign.ended || campaign.messages < 2 || time - campaign.last < QUIET) continue;
      campaign.ended = true;
      if (campaign.told < campaign.messages) out.push({ view: viewOf(campaign), fresh: tell(campaign) });
    }
    return out;
  }

  /** The messages since the last telling, when growth is worth telling again (2, 4, 7, 12, 20... messages); notes that it was told. */
  news(id: string): readonly EventOf<"mail">[] | undefined {
    const campaign = this.#campaigns.find((c) => c.id === id);
    if (campaign === undefined || campaign.messages < Math.max(2, Math.ceil(campaign.told * 1.6))) return undefined;
    return tell(campaign);
  }

  list(): CampaignView[] {
    return this.#campaigns.filter((c) => c.messages > 1).map(viewOf);
  }

  /** One campaign of two messages or more. */
  find(id: string): CampaignView | undefined {
    const campaign = this.#campaigns.find((c) => c.id === id);
    return campaign === undefined || campaign.messages < 2 ? undefined : viewOf(campaign);
  }

  /** Plain JSON of everything but the messages' own texts. */
  save(): unknown {
    return {
      campaigns: this.#campaigns.map(({ senders, recipients, days, names, subjects, files, links, shared, domains, events, ...plain }) => ({
        ...plain,
        senders: [...senders],
        recipients: [...recipients],
        days: [...days],
        names: [...names],
        subjects: [...subjects],
        files: [...files],
        links: [...links],
        shared: [...shared],
        domains: [...domains],
        // Those that the next telling shows, whole; of the others what names them.
        events: events.map((event, i) => (i >= plain.told ? { ...event, opened: undefined, detail: undefined } : refOf(event))),
      })),
      keys: [...this.#byKey].map(([key, campaign]) => [key, campaign.id]),
    };
  }

  /** Takes what `save` gave; nothing (a state of before campaigns were saved) leaves the table empty. Throws on anything else. */
  load(saved: unknown): void {
    this.#campaigns = [];
    this.#byKey.clear();
    if (saved === undefined) return;
    const { campaigns, keys } = saved as { campaigns: SavedCampaign[]; keys: [string, string][] };
    for (const { senders, recipients, days, names, subjects, files, links, shared, domains, events, ...plain } of campaigns) {
      this.#campaigns.push({
        ...plain,
        senders: new Map(senders),
        recipients: new Set(recipients),
        days: new Set(days),
        names: new Map(names),
        subjects: new Map(subjects),
        files: new Map(files),
        links: new Map(links),
        shared: new Set(shared),
        domains: new Map(domains),
        events: events.map((ref) => Object.assign(BLANK.mail(), ref, { sensor: "mail", type: "message" })),
      });
    }
    const byId = new Map(this.#campaigns.map((c) => [c.id, c]));
    for (const [key, id] of keys) {
      const campaign = byId.get(id);
      if (campaign !== undefined) this.#byKey.set(key, campaign);
    }
  }

  #begin(mark: CampaignMark, event: EventOf<"mail">): Campaign {
    const campaign: Campaign = {
      id: contentId("campaign", event.messageId ?? "", event.sender ?? "", String(event.time), event.fileKey, String(event.line)),
      messages: 0,
      held: 0,
      worst: 0,
      first: mark.time,
      last: mark.time,
      told: 0,
      ended: false,
      senders: new Map(),
      recipients: new Set(),
      days: new Set(),
      names: new Map(),
      subjects: new Map(),
      files: new Map(),
      links: new Map(),
      shared: new Set(),
      domains: new Map(),
      texts: [],
      events: [],
    };
    this.#campaigns.push(campaign);
    return campaign;
  }

  #count(c: Campaign, mark: CampaignMark, event: EventOf<"mail">): void {
    c.messages++;
    c.held += mark.held ? 1 : 0;
    c.worst = Math.max(c.worst, mark.score);
    c.first = Math.min(c.first, mark.time);
    c.last = Math.max(c.last, mark.time);
    c.ended = false;
    up(c.senders, mark.sender);
    up(c.names, mark.senderName);
    up(c.subjects, mark.subject);
    for (const file of mark.attachments) up(c.files, file);
    for (const link of mark.rareLinks) up(c.links, link);
    for (const to of mark.recipients) c.recipients.add(to);
    c.days.add(Math.floor(mark.time / DAY));
    if (!mark.commonShape) {
      const { box, host } = partsOf(mark.sender);
      const boxes = c.domains.get(host) ?? [];
      if (!boxes.includes(box) && boxes.length < 100) boxes.push(box);
      c.domains.set(host, boxes);
    }
    if (mark.text !== undefined && c.texts.length < MOST_TEXTS && !c.texts.some((t) => simhashDistance(t.text, mark.text as string) <= 2))
      c.texts.push({ text: mark.text, structure: mark.structure });
    if (c.events.length < MOST_EVENTS) c.events.push(event);
    for (const key of keysOf(mark)) this.#byKey.set(key, c);
    if (c.messages > 1) for (const e of c.events) e.campaign = c.id;
  }

  /** Ties that no key shows: nearly the same text, or a mailbox of the same shape at the same domain. */
  #near(c: Campaign, mark: CampaignMark): string | undefined {
    const { box, host } = partsOf(mark.sender);
    const boxes = c.domains.get(host);
    const pattern = boxes === undefined || mark.commonShape ? "" : senderPattern(boxes);
    // Where the domain may be an old one that wrote to us for the first time, only numbered mailboxes tie: people of one house are all called word.word.
    if ((!mark.commonDomain || /\?|^digits$/.test(pattern)) && fitsPattern(box, pattern)) return "sender";
    if (mark.text === undefined) return undefined;
    for (const t of c.texts) {
      if (simhashDistance(t.text, mark.text) > TEXT_BITS) continue;
      if (t.structure === undefined || mark.structure === undefined || simhashDistance(t.structure, mark.structure) <= STRUCTURE_BITS) return "text";
    }
    return undefined;
  }

  #join(into: Campaign, other: Campaign): void {
    into.messages += other.messages;
    into.held += other.held;
    into.worst = Math.max(into.worst, other.worst);
    into.first = Math.min(into.first, other.first);
    into.last = Math.max(into.last, other.last);
    for (const name of ["senders", "names", "subjects", "files", "links"] as const) for (const [key, n] of other[name]) up(into[name], key, n);
    for (const to of other.recipients) into.recipients.add(to);
    for (const day of other.days) into.days.add(day);
    for (const tie of other.shared) into.shared.add(tie);
    for (const [domain, boxes] of other.domains) into.domains.set(domain, [...new Set([...(into.domains.get(domain) ?? []), ...boxes])]);
    into.texts = [...into.texts, ...other.texts].slice(0, MOST_TEXTS);
    into.events = [...into.events, ...other.events].slice(0, MOST_EVENTS);
    for (const [key, campaign] of this.#byKey) if (campaign === other) this.#byKey.set(key, into);
    this.#campaigns = this.#campaigns.filter((c) => c !== other);
  }

  #forget(now: number): void {
    if (!this.#campaigns.some((c) => now - c.last > KEPT)) return;
    this.#campaigns = this.#campaigns.filter((c) => now - c.last <= KEPT);
    const living = new Set(this.#campaigns);
    for (const [key, campaign] of this.#byKey) if (!living.has(campaign)) this.#byKey.delete(key);
  }
}

function refOf({ source, file, fileKey, line, offset, time }: EventOf<"mail">): RecordRef & { time: number } {
  return { source, file, fileKey, line, offset, time };
}

/** An alert is named by its first event, so each telling shows what is new. */
function tell(c: Campaign): readonly EventOf<"mail">[] {
  const fresh = c.events.slice(Math.min(c.told, c.events.length - 1));
  c.told = c.messages;
  return fresh;
}

function partsOf(address: string): { box: string; host: string } {
  const at = address.lastIndexOf("@");
  return { box: address.slice(0, Math.max(0, at)), host: address.slice(at + 1) };
}

function keysOf(mark: CampaignMark): string[] {
  const keys = mark.hashes.map((h) => `attachment:${h}`);
  for (const link of mark.rareLinks) keys.push(`link:${link}`);
  if (!mark.commonDomain) keys.push(`domain:${mark.domain}`);
  return keys;
}

function viewOf(c: Campaign): CampaignView {
  const domain = [...c.domains].sort((a, b) => b[1].length - a[1].length)[0];
  const pattern = domain === undefined ? "" : senderPattern(domain[1]);
  return {
    id: c.id,
    messages: c.messages,
    senders: c.senders.size,
    recipients: c.recipients.size,
    days: c.days.size,
    first: c.first,
    last: c.last,
    pattern: domain === undefined || pattern === "" ? "" : `${pattern}@${domain[0]}`,
    shared: [...c.shared].sort(),
    topName: top(c.names),
    topSubject: top(c.subjects),
    topAttachment: top(c.files),
    linkDomain: top(c.links),
    held: c.held,
    worst: c.worst,
    bySender: sorted(c.senders),
    subjects: sorted(c.subjects),
    names: sorted(c.names),
    files: sorted(c.files),
    links: sorted(c.links),
    events: c.events.map((e) => `${e.fileKey}-${e.line}`),
  };
}

function up(map: Map<string, number>, key: string, by = 1): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

function sorted(map: ReadonlyMap<string, number>): [string, number][] {
  return [...map].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 50);
}

function top(map: ReadonlyMap<string, number>): string {
  return sorted(map)[0]?.[0] ?? "";
}
