import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { CodedError } from "../../base/result.ts";
import { HOUR } from "../../base/time.ts";
import type { DomainNames } from "../../baseline/mail/domain-names.ts";
import type { MailFacts } from "../../baseline/mail/mail-facts.ts";
import { labelOf } from "../../baseline/mail/mail-memory.ts";
import type { Places } from "../../enrich/places.ts";
import { foldText } from "../../lanes/email/evidence/fold-text.ts";
import type { MailLookups } from "../../lanes/email/evidence/lookups.ts";
import { shippedNames } from "../../lanes/email/mail-domains.ts";
import { domainOfAddress } from "../../lanes/email/mail-event.ts";
import { isOutside, networkOf } from "../../lanes/email/places-of-mail.ts";

/** A row of the timeline file: header fields of one message, no text. */
export interface TimelineRow {
  at: number;
  time: number;
  tz: string;
  from: string;
  name: string;
  to: string[];
  cc: string[];
  subject: string;
  messageId: string;
  inReplyTo: string;
  hops: number;
  ips: string[];
  clientIp: string | undefined;
  signers: string[];
  results: string[];
  sealed: number;
  software: string;
  out: boolean;
  size: number;
}

interface Raw {
  ts: string;
  tz: string | null;
  frm: string;
  name: string | null;
  to: string[];
  cc: string[];
  subj: string | null;
  mid: string;
  irt: string | null;
  nrecv: number;
  ips: string[];
  xoip: string | null;
  dkim: string[] | null;
  arc: number;
  ar: string[] | null;
  mua: string | null;
  dir: string;
  size: number;
}

export function readMaybeGzip(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new CodedError("bad-option", `${path}: ${(error as Error).message}`, { exitCode: 2 });
  }
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

export function readTimeline(path: string): TimelineRow[] {
  const rows = readMaybeGzip(path)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line, at) => rowOf(JSON.parse(line) as Raw, at));
  rows.sort((a, b) => a.time - b.time || a.at - b.at);
  rows.forEach((row, i) => {
    row.at = i;
  });
  return rows;
}

function rowOf(raw: Raw, at: number): TimelineRow {
  return {
    at,
    time: Date.parse(raw.ts),
    tz: raw.tz ?? "+0000",
    from: raw.frm.toLowerCase(),
    name: raw.name ?? "",
    to: raw.to.map((a) => a.toLowerCase()),
    cc: raw.cc.map((a) => a.toLowerCase()),
    subject: raw.subj ?? "",
    messageId: raw.mid,
    inReplyTo: raw.irt ?? "",
    hops: raw.nrecv,
    ips: raw.ips,
    clientIp: raw.xoip ?? undefined,
    signers: raw.dkim ?? [],
    results: raw.ar ?? [],
    sealed: raw.arc,
    software: raw.mua ?? "",
    out: raw.dir === "out",
    size: raw.size,
  };
}

/** Turns rows into what the memory reads. Relays that pass on mail of 20 domains or more are the receiver's or a list's own and say nothing of a sender. */
export class TimelineReader {
  readonly ownDomain: string;
  readonly #relays = new Set<string>();
  readonly #places: Places;
  readonly #lookups: MailLookups;
  readonly #names: DomainNames;

  constructor(rows: readonly TimelineRow[], places: Places, lookups: MailLookups) {
    this.#places = places;
    this.#lookups = lookups;
    this.#names = shippedNames(lookups);
    const own = new Map<string, number>();
    const domainsOf = new Map<string, Set<string>>();
    for (const row of rows) {
      const domain = domainOfAddress(row.from);
      if (row.out) own.set(domain, (own.get(domain) ?? 0) + 1);
      for (const ip of row.ips) {
        const set = domainsOf.get(ip) ?? new Set();
        if (set.size < 20) set.add(domain);
        domainsOf.set(ip, set);
      }
    }
    this.ownDomain = [...own].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
    for (const [ip, domains] of domainsOf) if (domains.size >= 20) this.#relays.add(ip);
  }

  /** Sender names as they come, after each was judged. */
  learnName(domain: string): void {
    if (domain !== this.ownDomain && !this.#lookups.freeMail.has(domain)) this.#names.learn(labelOf(domain));
  }

  #drawn(domain: string): number {
    const look = this.#names.look(labelOf(domain));
    return look.drawn ? look.nats : 0;
  }

  isOwn(address: string): boolean {
    return domainOfAddress(address) === this.ownDomain;
  }

  isFree(address: string): boolean {
    return this.#lookups.freeMail.has(domainOfAddress(address));
  }

  hopsOf(row: TimelineRow): string[] {
    return row.ips.filter((ip) => isOutside(ip) && !this.#relays.has(ip));
  }

  clientOf(row: TimelineRow): string | undefined {
    if (row.clientIp !== undefined && isOutside(row.clientIp)) return row.clientIp;
    const hops = this.hopsOf(row);
    return hops.length > 1 ? hops.at(-1) : undefined;
  }

  countryOf(ip: string | undefined): string {
    return ip === undefined ? "" : (this.#places.lookup(ip)?.country ?? "");
  }

  facts(row: TimelineRow): MailFacts {
    const domain = domainOfAddress(row.from);
    const hops = this.hopsOf(row);
    const recipients = [...new Set([...row.to, ...row.cc])];
    const subject = foldText(row.subject);
    const lures = this.#lookups.words.find(subject).filter((f) => f.topic.startsWith("lure."));
    return {
      time: row.time,
      address: row.from,
      domain,
      name: row.name,
      free: this.#lookups.freeMail.has(domain),
      own: domain === this.ownDomain,
      recipients,
      ownRecipients: recipients.filter((a) => this.isOwn(a)),
      messageId: row.messageId,
      inReplyTo: row.inReplyTo,
      subject: row.subject,
      network: networkOf(hops[0] ?? ""),
      connectionCountry: this.countryOf(hops[0]),
      clientCountry: this.countryOf(this.clientOf(row)),
      software: softwareOf(row.software),
      offset: row.tz,
      hour: hourOf(row.time, row.tz),
      signed: row.signers.some((d) => domainOfAddress(`@${d}`) === domain),
      failed: row.results.some((r) => /dkim=fail|spf=fail|softfail/.test(r)),
      lures: Math.min(2, lures.length),
      department: this.#lookups.words.topics(foldText(row.name)).has("department"),
      payload: 0,
      freshLink: false,
      drawnName: domain === this.ownDomain || this.#lookups.freeMail.has(domain) ? 0 : this.#drawn(domain),
      drawnLink: 0,
      registeredDays: undefined,
      linkRegisteredDays: undefined,
    };
  }
}

function softwareOf(text: string): string {
  return (text === "" ? "-" : text).split(/[ /(]/, 1)[0]?.toLowerCase() ?? "-";
}

function hourOf(time: number, tz: string): number {
  const m = /^([+-])(\d\d)(\d\d)$/.exec(tz);
  const offset = m === null ? 0 : (m[1] === "-" ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3]));
  return ((Math.floor(time / HOUR + offset / 60) % 24) + 24) % 24;
}
