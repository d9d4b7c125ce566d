import type { Random } from "../../base/random.ts";
import { DAY, HOUR } from "../../base/time.ts";
import { labelOf, nameKey } from "../../baseline/mail/mail-memory.ts";
import { domainOfAddress } from "../../lanes/email/mail-event.ts";
import type { TimelineReader, TimelineRow } from "./timeline-rows.ts";

/** Kinds of attack (mail-scoring.md §3.1); each copies a real honest mail whole and changes only what the kind is about. */
export const KINDS = {
  a: "fresh domain, 8 senders",
  b: "look-alike of a partner with the person's name",
  c: "own person's name at free mail",
  d: "mailbox taken over, out of the blue",
  e: "mailbox taken over, inside a thread",
  f: "new single sender",
  g: "fresh domain inside a real thread",
  h: "own staff, unsigned",
  i: "warmed up, then lure",
} as const;
export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

export interface Injected extends TimelineRow {
  donor: number;
  /** An honest mail that only prepares. */
  warm: boolean;
  /** The kind keeps the subject of its thread. */
  keepsSubject: boolean;
}

/** What has come by so far, to copy from. */
export interface Surroundings {
  donors: readonly TimelineRow[];
  /** Recent mails of outside senders with 20 mails or more. */
  known: readonly TimelineRow[];
  staff: readonly TimelineRow[];
  last: readonly TimelineRow[];
  recentOf(address: string): readonly TimelineRow[];
  ownAddresses: readonly string[];
  /** Rows with a client address, for places. */
  placed: readonly TimelineRow[];
  /** Subjects of honest mail that begins something. */
  subjects: readonly string[];
}

const FIRST = ["anna", "mark", "li", "omar", "jon", "sara", "ivan", "wei", "priya", "tom", "eva", "raj", "nina", "paul", "hugo", "ling"];
const LAST = ["stone", "weiss", "chen", "roy", "miller", "ross", "diaz", "kim", "novak", "shah", "berg", "wang", "silva", "moore", "lee", "klein"];
const HEAD = [
  "nord",
  "alpha",
  "blue",
  "tech",
  "solar",
  "prime",
  "delta",
  "onyx",
  "river",
  "cedar",
  "metro",
  "zen",
  "nova",
  "quant",
  "argo",
  "pixel",
  "stone",
  "orbit",
];
const TAIL = ["works", "labs", "soft", "line", "systems", "group", "data", "ware", "tek", "net", "core", "media"];
const SUFFIX = ["com", "com", "com", "net", "org", "de", "io", "cn", "in", "co", "in", "co.uk"];

export class KindMaker {
  readonly #reader: TimelineReader;
  readonly #random: Random;
  #counter = 0;

  constructor(reader: TimelineReader, random: Random) {
    this.#reader = reader;
    this.#random = random;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  /** The mails of one campaign, in time; undefined when nothing here can be copied for it. */
  make(kind: Kind, now: number, s: Surroundings): Injected[] | undefined {
    const cold = s.donors.filter((d) => d.inReplyTo === "" && !this.#reader.isFree(d.from) && this.#reachesUs(d));
    const threaded = s.donors.filter((d) => d.inReplyTo !== "" && !this.#reader.isFree(d.from));
    const subject = this.pick(s.subjects);
    switch (kind) {
      case "a":
        return this.#campaign(cold, now, s, subject);
      case "b":
        return this.#lookalike(cold, now, s, subject);
      case "c": {
        const donors = s.donors.filter((d) => d.inReplyTo === "" && this.#reader.isFree(d.from));
        if (donors.length === 0) return undefined;
        const donor = this.pick(donors);
        const person = this.pick(s.staff);
        const mailbox = `${nameKey(person.name).replaceAll(" ", "")}${Math.floor(this.#random() * 999)}`;
        return [this.#to(s, { ...this.#base(donor, now), from: `${mailbox}@${donor.from.split("@")[1]}`, name: person.name, subject })];
      }
      case "d":
      case "e":
        return this.#takenOver(kind === "e", now, s, subject);
      case "f": {
        if (cold.length === 0) return undefined;
        const donor = this.pick(cold);
        return [this.#to(s, { ...this.#atDomain(donor, now, this.#freshDomain()), subject })];
      }
      case "g": {
        if (threaded.length === 0) return undefined;
        const donor = this.pick(threaded);
        return [this.#answeringAs(this.#atDomain(donor, now, this.#freshDomain()), this.pick(s.last), s)];
      }
      case "h": {
        const donors = s.donors.filter((d) => d.inReplyTo === "" && d.signers.length === 0);
        const donor = this.pick(donors.length > 0 ? donors : cold);
        if (donor === undefined) return undefined;
        const person = this.pick(s.staff);
        return [this.#to(s, { ...this.#base(donor, now), from: person.from, name: person.name, signers: [], subject })];
      }
      case "i":
        return this.#warmedUp(threaded, now, s, subject);
    }
  }

  #base(donor: TimelineRow, now: number): Injected {
    return {
      ...donor,
      at: -1,
      donor: donor.at,
      time: Math.floor(now / DAY) * DAY + (donor.time % DAY),
      to: [...donor.to],
      cc: [...donor.cc],
      ips: [...donor.ips],
      signers: [...donor.signers],
      results: [...donor.results],
      messageId: `<made-${this.#counter++}@made.example>`,
      inReplyTo: "",
      out: false,
      warm: false,
      keepsSubject: false,
    };
  }

  #freshDomain(): string {
    return `${this.pick(HEAD)}${this.pick(TAIL)}${Math.floor(this.#random() * 90) + 10}.${this.pick(SUFFIX)}`;
  }

  /** The donor with its domain exchanged everywhere, and a new person if it had one. */
  #atDomain(donor: TimelineRow, now: number, domain: string): Injected {
    const first = this.pick(FIRST);
    const last = this.pick(LAST);
    const row = this.#base(donor, now);
    const old = domainOfAddress(donor.from);
    row.signers = row.signers.map((d) => (domainOfAddress(`@${d}`) === old ? domain : d));
    row.results = row.results.map((r) => r.replaceAll(old, domain));
    row.from = `${first}.${last}@${domain}`;
    row.name = donor.name === "" ? "" : `${capital(first)} ${capital(last)}`;
    return row;
  }

  #reachesUs(row: TimelineRow): boolean {
    return [...row.to, ...row.cc].some((a) => this.#reader.isOwn(a));
  }

  /** As many own recipients as the donor had, drawn anew; the first is the target. */
  #to(s: Surroundings, row: Injected, target?: string): Injected {
    let first = true;
    const swap = (a: string): string => {
      if (!this.#reader.isOwn(a)) return a;
      const to = first && target !== undefined ? target : this.pick(s.ownAddresses);
      first = false;
      return to;
    };
    row.to = row.to.map(swap);
    row.cc = row.cc.map(swap);
    return row;
  }

  /** As many recipients, and as many of ours, as the donor had, taken from the thread as far as it goes: how many people a thread reaches is no part of this kind. */
  #answeringAs(row: Injected, thread: TimelineRow, s: Surroundings): Injected {
    const people = [...thread.to, ...thread.cc];
    const own = people.filter((a) => this.#reader.isOwn(a));
    const others = [thread.from, ...people.filter((a) => !this.#reader.isOwn(a))];
    const swap = (a: string): string => (this.#reader.isOwn(a) ? (own.shift() ?? this.pick(s.ownAddresses)) : (others.shift() ?? a));
    const [to, cc] = [row.to.map(swap), row.cc.map(swap)];
    return { ...this.#answering(row, thread), to, cc };
  }

  #answering(row: Injected, thread: TimelineRow): Injected {
    row.inReplyTo = thread.messageId;
    row.subject = `Re: ${thread.subject.replace(/^\s*re:\s*/i, "")}`;
    row.keepsSubject = true;
    row.to = [...thread.to];
    row.cc = [...thread.cc];
    return row;
  }

  #campaign(cold: readonly TimelineRow[], now: number, s: Surroundings, subject: string): Injected[] | undefined {
    const donors = cold.filter((d) => this.#reader.clientOf(d) !== undefined);
    if (donors.length === 0) return undefined;
    const donor = this.pick(donors);
    const domain = this.#freshDomain();
    const senders = Array.from({ length: 8 }, () => ({ first: this.pick(FIRST), last: this.pick(LAST), n: Math.floor(this.#random() * 99) }));
    const far = this.#far(this.#reader.countryOf(this.#reader.hopsOf(donor)[0]), s);
    return Array.from({ length: 4 }, (_, q) => {
      const row = this.#atDomain(donor, now, domain);
      const sender = senders[q % 8] as (typeof senders)[number];
      row.from = `${sender.first}.${sender.last}${sender.n}@${domain}`;
      if (donor.name !== "") row.name = `${capital(sender.first)} ${capital(sender.last)}`;
      row.time += (q * 3 * DAY) / 55;
      row.subject = subject;
      if (far !== undefined) this.#setClient(row, far);
      return this.#to(s, row);
    });
  }

  #lookalike(cold: readonly TimelineRow[], now: number, s: Surroundings, subject: string): Injected[] | undefined {
    const partners = s.known.filter((k) => !this.#reader.isFree(k.from) && labelOf(domainOfAddress(k.from)).length >= 4);
    if (partners.length === 0 || cold.length === 0) return undefined;
    const partner = this.pick(partners);
    const donor = this.pick(cold);
    const domain = this.#twist(domainOfAddress(partner.from));
    return Array.from({ length: 3 }, (_, q) => {
      const row = this.#atDomain(donor, now, domain);
      row.from = `${partner.from.split("@")[0]}@${domain}`;
      row.name = partner.name;
      row.time += q * HOUR;
      row.subject = subject;
      return this.#to(s, row);
    });
  }

  #twist(domain: string): string {
    const label = labelOf(domain);
    const rest = domain.slice(label.length);
    const at = 1 + Math.floor(this.#random() * (label.length - 1));
    const ways: (() => string)[] = [
      () => `${label.slice(0, at)}${label[at]}${label.slice(at)}${rest}`,
      () => `${label.slice(0, at - 1)}${label[at]}${label[at - 1]}${label.slice(at + 1)}${rest}`,
      () => `${label.includes("l") ? label.replace("l", "1") : label.includes("o") ? label.replace("o", "0") : `${label}s`}${rest}`,
      () => `${label.includes("m") ? label.replace("m", "rn") : label.slice(0, at) + label.slice(at + 1)}${rest}`,
      () => `${label}${this.pick(["-mail", "-support", "-group", "inc"])}${rest}`,
      () => `${label}${this.pick([".com", ".net", ".org", ".co", ".io"].filter((t) => t !== rest))}`,
    ];
    const made = this.pick(ways)();
    return made === domain ? `${label}${label.at(-1)}${rest}` : made;
  }

  #takenOver(inThread: boolean, now: number, s: Surroundings, subject: string): Injected[] | undefined {
    const owners = s.known.filter((k) => (k.inReplyTo !== "") === inThread && (inThread || this.#reachesUs(k)));
    if (owners.length === 0) return undefined;
    const owner = this.pick(owners);
    const row = { ...this.#base(owner, now), from: owner.from, name: owner.name, subject };
    const client = this.#reader.clientOf(owner);
    let moved = false;
    if (client !== undefined && this.#random() < 0.75) {
      const far = this.#far(this.#reader.countryOf(client), s);
      moved = far !== undefined && this.#setClient(row, far);
    }
    if (!moved || this.#random() < 0.5) {
      const others = s.known.filter((k) => k.software.split(/[ /(]/, 1)[0] !== owner.software.split(/[ /(]/, 1)[0]);
      if (others.length > 0) {
        const other = this.pick(others);
        row.software = other.software;
        if (this.#random() < 0.5) row.tz = other.tz;
      }
    }
    if (inThread) return [this.#answering(row, this.pick(s.recentOf(owner.from)) ?? owner)];
    return Array.from({ length: 3 }, (_, q) =>
      this.#to(s, { ...row, to: [...row.to], cc: [...row.cc], messageId: `${row.messageId}${q}`, time: row.time + q * 600_000 }),
    );
  }

  #warmedUp(threaded: readonly TimelineRow[], now: number, s: Surroundings, subject: string): Injected[] | undefined {
    if (threaded.length === 0) return undefined;
    const donor = this.pick(threaded);
    const domain = this.#freshDomain();
    const made = this.#atDomain(donor, now, domain);
    return Array.from({ length: 4 }, (_, q) => {
      const row = { ...this.#atDomain(donor, now, domain), from: made.from, name: made.name, time: made.time + (q - 3) * 4 * DAY };
      if (q < 3) return { ...this.#answering(row, this.pick(s.last)), warm: true };
      return this.#to(s, { ...row, subject });
    });
  }

  #far(country: string, s: Surroundings): string | undefined {
    for (let n = 0; n < 99 && s.placed.length > 0; n++) {
      const ip = this.#reader.clientOf(this.pick(s.placed));
      if (ip !== undefined && this.#reader.countryOf(ip) !== country && this.#reader.countryOf(ip) !== "") return ip;
    }
    return undefined;
  }

  #setClient(row: Injected, ip: string): boolean {
    const client = this.#reader.clientOf(row);
    if (client === undefined) return false;
    if (row.clientIp === client) row.clientIp = ip;
    else row.ips[row.ips.lastIndexOf(client)] = ip;
    return true;
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
