import { DAY, HOUR } from "../../base/time.ts";
import { LayeredCounts, LayeredTables } from "./layered-counts.ts";
import { likeness } from "./lookalike-domain.ts";
import type { MailFacts, MailSignals } from "./mail-facts.ts";
import { ReaderHabits } from "./reader-habits.ts";

const SENDERS = 200_000;
const DOMAINS = 100_000;
const RELATIONS = 400_000;
const MESSAGES = 200_000;
const THREADS = 100_000;
/** A domain is young for this long. */
const YOUNG = 14 * DAY;
/** One that came in our first week may be as old as any: old correspondents write to us for the first time then, and there are many of them. */
const SETTLED = 7 * DAY;
const WINDOW = 72 * HOUR;
/** A name is strange that fewer than one in a hundred names here match, in nats. */
const DRAWN = Math.log(100);
/** Whole days since a registration that is the mail's own day, by either's clock, and that is recent. */
const SAME_DAY = 1;
const THIS_MONTH = 30;
/** Mails of a domain before its label is worth imitating. */
const KNOWN_LABEL = 5;

interface NewSender {
  time: number;
  domain: string;
  address: string;
}

const ANSWER = /^\s*(re|aw|sv|antw|res|回复|答复|回覆|답장|رد)\s*[:：]/i;

/**
 * Who writes to whom, from where, with what: learned from every message, both directions; no text is kept, only addresses, names, subjects' hashes,
 * message ids and small tables. Score first, learn after. Memory: about 300 B a sender, 100 B a relation, bounded by the numbers above; the longest unseen
 * goes first. Cost: about 5 µs a message; a domain never seen is compared with every known label (1 µs each).
 * Blind: a relation that began before watching; senders who share one mailbox; what happens inside other mail systems.
 */
export class MailMemory {
  readonly #parent: MailMemory | undefined;
  readonly #counts: Record<"address" | "domain" | "relation" | "wroteTo" | "addressed" | "message" | "subject" | "staffName" | "label", LayeredCounts>;
  readonly #tables: Record<
    | "nameAddresses"
    | "networkOfAddress"
    | "networkOfDomain"
    | "countryOfAddress"
    | "countryOfDomain"
    | "software"
    | "softwareOfDomain"
    | "offset"
    | "hour"
    | "signed"
    | "youngReach"
    | "threadSoftware"
    | "threadOffset",
    LayeredTables
  >;
  readonly #readers: ReaderHabits;
  readonly #firstOfDomain = new Map<string, number>();
  /** Time of the first mail ever learned, ms. */
  #begin = Number.POSITIVE_INFINITY;
  #recent: NewSender[] = [];

  constructor(parent?: MailMemory) {
    this.#parent = parent;
    const counts = (name: keyof MailMemory["counts"], most: number): LayeredCounts => new LayeredCounts(most, parent?.counts[name]);
    const tables = (name: keyof MailMemory["tables"], most: number, each: number): LayeredTables => new LayeredTables(most, each, parent?.tables[name]);
    this.#counts = {
      address: counts("address", SENDERS),
      domain: counts("domain", DOMAINS),
      relation: counts("relation", RELATIONS),
      wroteTo: counts("wroteTo", SENDERS),
      addressed: counts("addressed", SENDERS),
      message: counts("message", MESSAGES),
      subject: counts("subject", MESSAGES),
      staffName: counts("staffName", SENDERS),
      label: counts("label", DOMAINS),
    };
    this.#tables = {
      nameAddresses: tables("nameAddresses", SENDERS, 12),
      networkOfAddress: tables("networkOfAddress", SENDERS, 40),
      networkOfDomain: tables("networkOfDomain", DOMAINS, 200),
      countryOfAddress: tables("countryOfAddress", SENDERS, 40),
      countryOfDomain: tables("countryOfDomain", DOMAINS, 80),
      software: tables("software", SENDERS, 20),
      softwareOfDomain: tables("softwareOfDomain", DOMAINS, 60),
      offset: tables("offset", SENDERS, 20),
      hour: tables("hour", SENDERS, 8),
      signed: tables("signed", DOMAINS, 2),
      youngReach: tables("youngReach", DOMAINS, 500),
      threadSoftware: tables("threadSoftware", THREADS, 4),
      threadOffset: tables("threadOffset", THREADS, 4),
    };
    this.#readers = new ReaderHabits(parent?.readers);
  }

  /** For a layer over this. */
  get counts() {
    return this.#counts;
  }
  get tables() {
    return this.#tables;
  }
  get readers(): ReaderHabits {
    return this.#readers;
  }

  /** A what-if over this memory: learns by itself, changes nothing here. */
  layer(): MailMemory {
    return new MailMemory(this);
  }

  signals(m: MailFacts): MailSignals {
    const c = this.#counts;
    const t = this.#tables;
    const fromAddress = c.address.get(m.address);
    const fromDomain = c.domain.get(m.domain);
    const answersKnown = m.inReplyTo !== "" && c.message.get(m.inReplyTo) > 0;
    const subject = subjectBase(m.subject);
    const relation = m.recipients.reduce((sum, to) => sum + this.#between(m.address, to), 0);
    const look = fromDomain === 0 && !m.free && !m.own ? this.#closest(m.domain) : { level: 0, of: "" };
    const signed = t.signed.total(m.domain);
    const signedShare = signed === 0 ? 0 : t.signed.get(m.domain, "yes") / signed;
    const young = this.#isYoung(m);
    const countries = t.countryOfAddress.total(m.address);
    const newSoftware = Math.max(0, novelty(t.software, m.address, m.software) - (t.softwareOfDomain.get(m.domain, m.software) > 0 ? 1 : 0));
    const thread = `${m.address}>${subject}`;
    const other = (table: LayeredTables, value: string): boolean => answersKnown && table.total(thread) > 0 && table.get(thread, value) === 0;
    return {
      fromAddress,
      fromDomain: m.free ? 20 : fromDomain,
      relation,
      wroteTo: c.wroteTo.get(m.address),
      thread: answersKnown ? (c.subject.get(subject) > 0 ? 3 : 2) : m.inReplyTo !== "" ? 1 : 0,
      fakeReply: m.inReplyTo === "" && ANSWER.test(m.subject),
      impersonation: fromAddress === 0 ? this.#impersonation(m) : 0,
      lookalike: look.level,
      lookalikeOf: look.of,
      department: m.department && !m.own && fromAddress === 0,
      free: m.free,
      own: m.own,
      newNetwork: this.#newNetwork(m, fromAddress, fromDomain),
      newCountry:
        m.clientCountry === ""
          ? 0
          : countries >= 3 && t.countryOfAddress.get(m.address, m.clientCountry) === 0
            ? 2
            : countries === 0 && fromAddress >= 20
              ? 1
              : 0,
      newCountryOfDomain:
        m.clientCountry !== "" && !m.free && t.countryOfDomain.total(m.domain) >= 10 && t.countryOfDomain.get(m.domain, m.clientCountry) === 0,
      authorElsewhere: m.clientCountry !== "" && m.connectionCountry !== "" && fromDomain < 3 && m.clientCountry !== m.connectionCountry,
      unsigned: signed >= 10 && !m.signed ? (signedShare > 0.99 ? 2 : signedShare > 0.9 ? 1 : 0) : 0,
      failed: m.failed,
      newSoftware,
      newOffset: novelty(t.offset, m.address, m.offset),
      newHour: novelty(t.hour, m.address, String(Math.floor(m.hour / 4))),
      lures: m.lures,
      payload: m.payload,
      freshLink: m.freshLink,
      name: m.own || c.wroteTo.get(m.address) > 0 ? 0 : Math.max(0, ...[fromDomain === 0 ? m.drawnName : 0, m.drawnLink].filter((nats) => nats >= DRAWN)),
      registered: ageClass(m.registeredDays),
      linkRegistered: ageClass(m.linkRegisteredDays),
      reader: this.#readers.surprise(m.address, m.own ? [] : m.ownRecipients, fromAddress + c.wroteTo.get(m.address) > 0, (to) => this.#between(m.address, to)),
      threadSoftware: other(t.threadSoftware, m.software) ? (newSoftware > 0 ? 2 : 1) : 0,
      threadClock: other(t.threadOffset, m.offset),
      neverAddressed: c.addressed.get(m.address) === 0,
      young,
      siblings: m.free || m.own ? 0 : this.#siblings(m),
      youngReach: young ? t.youngReach.distinct(m.domain) : 0,
    };
  }

  /** What was held is not made known: of it only the domain's age, its reach and its new senders are kept, by which the next is recognised. */
  learnHeld(m: MailFacts): void {
    if (m.address !== "") this.#learnFresh(m);
  }

  #learnFresh(m: MailFacts): void {
    if (this.#counts.address.get(m.address) === 0 && !this.#recent.some((r) => r.address === m.address)) {
      this.#recent.push({ time: m.time, domain: m.domain, address: m.address });
    }
    if (this.#recent.length > 0 && m.time - (this.#recent[0]?.time ?? 0) > WINDOW) this.#recent = this.#recent.filter((r) => m.time - r.time <= WINDOW);
    if (this.#first(m.domain) === undefined) this.#firstOfDomain.set(m.domain, m.time);
    if (m.time < this.#begin) this.#begin = m.time;
    if (this.#isYoung(m)) for (const to of m.ownRecipients) this.#tables.youngReach.add(m.domain, to);
  }

  /** A person of the organisation file: the name is known before the first mail. */
  introduce(name: string, address: string, department = ""): void {
    this.#readers.introduce(address.toLowerCase(), department);
    const key = nameKey(name);
    if (key === "") return;
    this.#tables.nameAddresses.add(key, address.toLowerCase(), 3);
    this.#counts.staffName.add(key, 3);
  }

  /** A mail without a sender's address teaches nothing: all of them together would be one well-known correspondent. */
  learn(m: MailFacts): void {
    if (m.address === "") return;
    const c = this.#counts;
    const t = this.#tables;
    this.#learnFresh(m);
    if (m.own) for (const to of m.recipients) this.#readers.met(to, [m.address]);
    else this.#readers.learn(m.address, m.ownRecipients, c.address.get(m.address) + c.wroteTo.get(m.address) > 0, (to) => this.#between(m.address, to));
    c.address.add(m.address);
    c.domain.add(m.domain);
    if (!m.free) c.label.add(labelOf(m.domain));
    if (m.messageId !== "") c.message.add(m.messageId);
    const subject = subjectBase(m.subject);
    if (subject.length > 8) c.subject.add(subject);
    const name = nameKey(m.name);
    if (name !== "") {
      t.nameAddresses.add(name, m.address);
      if (m.own) c.staffName.add(name);
    }
    t.signed.add(m.domain, m.signed ? "yes" : "no");
    if (m.network !== "") {
      t.networkOfAddress.add(m.address, m.network);
      t.networkOfDomain.add(m.domain, m.network);
    }
    if (m.clientCountry !== "") {
      t.countryOfAddress.add(m.address, m.clientCountry);
      t.countryOfDomain.add(m.domain, m.clientCountry);
    }
    t.software.add(m.address, m.software);
    t.softwareOfDomain.add(m.domain, m.software);
    t.offset.add(m.address, m.offset);
    t.hour.add(m.address, String(Math.floor(m.hour / 4)));
    if (subject.length > 8) {
      t.threadSoftware.add(`${m.address}>${subject}`, m.software);
      t.threadOffset.add(`${m.address}>${subject}`, m.offset);
    }
    for (const to of m.recipients) {
      c.addressed.add(to);
      c.relation.add(`${m.address}>${to}`);
      if (m.own) c.wroteTo.add(to);
    }
  }

  /** First sight of a domain, ms; undefined when it was never seen. */
  #first(domain: string): number | undefined {
    const above = this.#parent?.firstSeen(domain);
    const own = this.#firstOfDomain.get(domain);
    return above === undefined ? own : own === undefined ? above : Math.min(above, own);
  }

  #isYoung(m: MailFacts): boolean {
    const first = this.#first(m.domain) ?? m.time;
    return !m.own && !m.free && m.time - first < YOUNG && first - this.#watchedSince() >= SETTLED;
  }

  #watchedSince(): number {
    return this.#parent === undefined ? this.#begin : Math.min(this.#begin, this.#parent.#watchedSince());
  }

  #between(one: string, other: string): number {
    return this.#counts.relation.get(`${one}>${other}`) + this.#counts.relation.get(`${other}>${one}`);
  }

  /** Mails from one address to another seen so far. */
  wrote(from: string, to: string): number {
    return this.#counts.relation.get(`${from}>${to}`);
  }

  /** Mails of a domain seen so far. */
  mailsOf(domain: string): number {
    return this.#counts.domain.get(domain);
  }

  firstSeen(domain: string): number | undefined {
    return this.#first(domain);
  }

  #impersonation(m: MailFacts): number {
    const name = nameKey(m.name);
    if (name === "" || this.#tables.nameAddresses.total(name) < 3) return 0;
    const staff = this.#counts.staffName.get(name) >= 3 && !m.own;
    const sameDomain = !m.free && this.#tables.nameAddresses.values(name).some((a) => a.endsWith(`@${m.domain}`) || a.endsWith(`.${m.domain}`));
    // Where a domain's mail is not signed anyway, a missing signature says nothing of a colleague of the same name.
    if (sameDomain && (m.signed || (!m.failed && !this.#signs(m.domain)))) return 1;
    return staff ? 3 : 2;
  }

  /** Nearly all that a domain sent was signed. */
  #signs(domain: string): boolean {
    const total = this.#tables.signed.total(domain);
    return total >= 10 && this.#tables.signed.get(domain, "yes") / total > 0.9;
  }

  #closest(domain: string): { level: number; of: string } {
    const label = labelOf(domain);
    let level = 0;
    let of = "";
    for (const known of this.#counts.label.keys()) {
      if (this.#counts.label.get(known) < KNOWN_LABEL) continue;
      const found = likeness(label, known);
      if (found > level) {
        level = found;
        of = known;
        if (level === 3) break;
      }
    }
    return { level, of };
  }

  #newNetwork(m: MailFacts, fromAddress: number, fromDomain: number): number {
    if (m.network === "") return 0;
    const ofDomain = this.#tables.networkOfDomain.get(m.domain, m.network) > 0;
    if (fromAddress >= 5) return this.#tables.networkOfAddress.get(m.address, m.network) > 0 ? 0 : ofDomain ? 1 : 2;
    return fromDomain >= 10 && !m.free && !ofDomain ? 3 : 0;
  }

  #siblings(m: MailFacts): number {
    let n = this.#parent === undefined ? 0 : this.#parent.#siblings(m);
    for (const r of this.#recent) if (r.domain === m.domain && r.address !== m.address && m.time - r.time <= WINDOW) n++;
    return n;
  }

  save(): unknown {
    const each = <K extends string, V extends { save(): unknown }>(table: Record<K, V>): Record<string, unknown> =>
      Object.fromEntries(Object.entries<V>(table).map(([name, value]) => [name, value.save()]));
    return {
      counts: each(this.#counts),
      tables: each(this.#tables),
      first: [...this.#firstOfDomain],
      recent: this.#recent,
      readers: this.#readers.save(),
      ...(Number.isFinite(this.#begin) ? { begin: this.#begin } : {}),
    };
  }

  load(saved: unknown): void {
    const s = saved as {
      counts: Record<string, [string, number][]>;
      tables: Record<string, [string, [string, number][]][]>;
      first: [string, number][];
      recent: NewSender[];
      begin?: number;
      readers?: unknown;
    };
    for (const [name, table] of Object.entries(this.#counts)) table.load(s.counts[name] ?? []);
    for (const [name, table] of Object.entries(this.#tables)) table.load(s.tables[name] ?? []);
    this.#firstOfDomain.clear();
    for (const [domain, time] of s.first) this.#firstOfDomain.set(domain, time);
    this.#recent = [...s.recent];
    this.#readers.load(s.readers);
    this.#begin = s.begin ?? s.first.reduce((least, [, time]) => Math.min(least, time), Number.POSITIVE_INFINITY);
  }
}

/** By days since registration. */
function ageClass(days: number | undefined): number {
  return days === undefined || days > THIS_MONTH ? 0 : days <= SAME_DAY ? 2 : 1;
}

/** 0 when the value is known or the key hardly is; else how surprising a new value is for it, in nats, at most 4. */
function novelty(table: LayeredTables, key: string, value: string): number {
  const total = table.total(key);
  if (total < 5 || table.get(key, value) > 0) return 0;
  return Math.min(4, Math.round(-Math.log((table.distinct(key) + 0.3) / (total + 3))));
}

export function labelOf(domain: string): string {
  const dot = domain.indexOf(".");
  return dot < 0 ? domain : domain.slice(0, dot);
}

/** Words of a name in order of the alphabet, "" unless there are two. */
export function nameKey(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/\(.*?\)|\bvia\b.*|["']/g, "")
    .match(/[\p{L}\p{N}]+/gu);
  if (words === null) return "";
  const key = words.sort().join(" ");
  // A name in a script without blanks is one word; two letters or more name a person there.
  return words.length >= 2 && key.length > 5 ? key : /^[\p{Script=Han}\p{Script=Hangul}]{2,5}$/u.test(key) ? key : "";
}

export function subjectBase(subject: string): string {
  return subject
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/^((re|fwd?|aw|wg|sv|\[external\])\s*:?\s*)+/, "")
    .trim();
}
