import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { countryTable } from "../../enrich/country-table.ts";
import { Places } from "../../enrich/places.ts";
import { livedHours } from "../../generate/hours.ts";
import { mailLife } from "../../generate/mail/index.ts";
import type { World } from "../../generate/world/types.ts";

/** What of a message the shares are counted from. */
export interface MailSeen {
  time: number;
  sender: string;
  client: string | undefined;
}

export interface MailShape {
  messages: number;
  /** Share of messages after the warm-up whose sender never wrote before, and whose domain never did. */
  neverSeenSender: number;
  neverSeenDomain: number;
  /** Share of messages that show a client's public address. */
  withClient: number;
  /** Of those: share by a sender who was placed before, from a country where he never was. */
  newCountry: number;
  /** Share on Saturdays and Sundays, and between 20 and 6 o'clock UTC. */
  weekend: number;
  night: number;
}

/** Counts after `warmUp` (share of the messages): in weeks everybody is new at first, in years it does not matter. */
export function mailShape(mails: readonly MailSeen[], warmUp: number): MailShape {
  const places = new Places([countryTable()]);
  const senders = new Set<string>();
  const domains = new Set<string>();
  const countries = new Map<string, Set<string>>();
  const count = { all: 0, sender: 0, domain: 0, client: 0, country: 0, weekend: 0, night: 0 };
  mails.forEach(({ time, sender, client }, i) => {
    const domain = sender.slice(sender.indexOf("@") + 1);
    const late = i >= mails.length * warmUp;
    const at = new Date(time);
    const country = client === undefined ? undefined : places.lookup(client)?.country;
    const known = countries.get(sender) ?? new Set<string>();
    if (late) {
      count.all++;
      if (!senders.has(sender)) count.sender++;
      if (!domains.has(domain)) count.domain++;
      if (country !== undefined) count.client++;
      if (country !== undefined && known.size > 0 && !known.has(country)) count.country++;
      if (at.getUTCDay() % 6 === 0) count.weekend++;
      if (at.getUTCHours() < 6 || at.getUTCHours() >= 20) count.night++;
    }
    senders.add(sender);
    domains.add(domain);
    if (country !== undefined) countries.set(sender, known.add(country));
  });
  const share = (n: number, of = count.all): number => (of === 0 ? Number.NaN : n / of);
  return {
    messages: mails.length,
    neverSeenSender: share(count.sender),
    neverSeenDomain: share(count.domain),
    withClient: share(count.client),
    newCountry: share(count.country, count.client),
    weekend: share(count.weekend),
    night: share(count.night),
  };
}

/** A timeline of a real organisation's correspondence: JSON lines with `ts`, `frm`, `xoip`, packed or not. */
export function readTimeline(path: string): MailSeen[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const mails: MailSeen[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const row = JSON.parse(line) as { ts: string; frm: string | null; xoip: string | null };
    if (row.frm !== null) mails.push({ time: Date.parse(row.ts), sender: row.frm.toLowerCase(), client: row.xoip ?? undefined });
  }
  return mails.sort((a, b) => a.time - b.time);
}

/** The made organisation's mail as its gateway sees it: the header sender and what is told of the client. */
export function madeMail(world: World): MailSeen[] {
  const mails: MailSeen[] = [];
  for (const hour of livedHours(world.calendar, mailLife(world))) {
    for (const item of hour.emitted) {
      if (!("bytes" in item) || !item.file.endsWith(".eml")) continue;
      const head =
        item.bytes
          .subarray(0, 6_000)
          .toString("latin1")
          .split("\r\n\r\n", 1)[0]
          ?.replaceAll(/\r\n[ \t]+/g, " ") ?? "";
      const sender = /^From: .*?<?([^\s<>"]+@[^\s<>"]+)>?$/m.exec(head)?.[1]?.toLowerCase();
      const client = /^X-Originating-IP: \[([^\]]+)\]/m.exec(head)?.[1] ?? /^Received: from \[([\d.]+)\] \(unknown/m.exec(head)?.[1];
      if (sender !== undefined) mails.push({ time: item.time, sender, client });
    }
  }
  return mails;
}
