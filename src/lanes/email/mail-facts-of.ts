import { HOUR } from "../../base/time.ts";
import type { MailFacts } from "../../baseline/mail/mail-facts.ts";
import type { Places } from "../../enrich/places.ts";
import type { OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { EventOf } from "../../schema/event.ts";
import { foldText } from "./evidence/fold-text.ts";
import type { MailLookups } from "./evidence/lookups.ts";
import { domainOfAddress } from "./mail-event.ts";
import type { OwnDomains } from "./own-domains.ts";
import { isOutside, networkOf, placesOfMail } from "./places-of-mail.ts";

export interface FactReaders {
  lookups: MailLookups;
  places: Places;
  own: OwnDomains;
  /** It leads to a domain that no mail seen here led to. */
  freshLink: boolean;
  /** How names look: the sender's, and the strangest of those of link domains that no mail led to. */
  drawnName: number;
  drawnLink: number;
  registeredDays: number | undefined;
  linkRegisteredDays: number | undefined;
}

/** Headers and places of a message as the memory of correspondence reads them; fills the places and the traffic of its event. */
export function mailFactsOf(event: EventOf<"mail">, opened: OpenedMessage | undefined, by: FactReaders): MailFacts {
  const { lookups, places } = by;
  const recipients = [...(event.recipients ?? [])];
  if (opened !== undefined) by.own.see(recipients);
  const own = recipients.filter((a) => by.own.has(domainOfAddress(a)));
  const delivered = own.length > 0 ? own : deliveredTo(opened);
  const domain = event.senderDomain ?? "";
  const where = opened === undefined ? undefined : placesOfMail(opened, event.sender ?? "", places, (ip) => !isOutside(ip));
  if (where !== undefined) {
    event.placeDomain = where.domain;
    event.placeConnection = where.connection;
    event.placeAuthor = where.author;
  }
  const offset = /([+-]\d{4})/.exec(opened?.headers.find((h) => h.name === "date")?.text ?? "")?.[1] ?? "";
  const subject = foldText(event.subject ?? "");
  const lures = new Set(
    lookups.words
      .find(subject)
      .filter((f) => f.topic.startsWith("lure."))
      .map((f) => f.topic),
  );
  const isOwn = by.own.has(domain);
  event.traffic = !isOwn ? "inbound" : recipients.length > 0 && recipients.every((a) => by.own.has(domainOfAddress(a))) ? "internal" : "outbound";
  return {
    time: event.time,
    address: event.sender ?? "",
    domain,
    name: event.senderName ?? "",
    free: lookups.freeMail.has(domain),
    own: isOwn,
    recipients: recipients.length > 0 ? recipients : delivered,
    ownRecipients: delivered,
    messageId: event.messageId ?? "",
    inReplyTo: event.inReplyTo ?? "",
    subject: event.subject ?? "",
    network: networkOf(where?.connectionIp ?? ""),
    connectionCountry: event.placeConnection ?? "",
    clientCountry: event.placeAuthor ?? "",
    software: (event.software ?? "-").split(/[ /(]/, 1)[0]?.toLowerCase() ?? "-",
    offset,
    hour: hourAt(event.time, offset),
    signed: isSigned(event, opened),
    failed: event.spf === "fail" || event.dkim === "fail" || event.dmarc === "fail",
    lures: Math.min(2, lures.size),
    department: lookups.words.topics(foldText(event.senderName ?? "")).has("department"),
    payload: payloadOf(event),
    freshLink: by.freshLink,
    drawnName: by.drawnName,
    drawnLink: by.drawnLink,
    registeredDays: by.registeredDays,
    linkRegisteredDays: by.linkRegisteredDays,
  };
}

/** A signature of the sender's own domain that nobody found broken. Where no receiver spoke, that it is there must do. */
function isSigned(event: EventOf<"mail">, opened: OpenedMessage | undefined): boolean {
  if (event.dkim === "fail" || event.dkim === "permerror" || event.dkim === "policy") return false;
  const domains = (opened?.headers ?? []).filter((h) => h.name === "dkim-signature").map((h) => /(?:^|;)\s*d=\s*([^;\s]+)/i.exec(h.raw)?.[1] ?? "");
  if (domains.length === 0) return event.dkim === "pass";
  return domains.some((d) => domainOfAddress(`x@${d}`) === event.senderDomain);
}

function payloadOf(event: EventOf<"mail">): number {
  let most = 0;
  for (const stage of event.stages ?? []) {
    if (!stage.includes("qr > link")) continue;
    most = Math.max(most, /document|archive|nested-mail|page/.test(stage) ? 2 : 1);
  }
  return most;
}

/** Recipients that only the receiving server names: Bcc. */
function deliveredTo(opened: OpenedMessage | undefined): string[] {
  const out = new Set<string>();
  for (const h of opened?.headers ?? []) {
    if (h.name === "delivered-to" || h.name === "x-original-to" || h.name === "envelope-to")
      for (const [a] of h.text.toLowerCase().matchAll(/[\w.+-]+@[\w.-]+/g)) out.add(a);
  }
  return [...out];
}

function hourAt(time: number, offset: string): number {
  const m = /^([+-])(\d\d)(\d\d)$/.exec(offset);
  const shift = m === null ? 0 : (m[1] === "-" ? -1 : 1) * (Number(m[2]) * HOUR + Number(m[3]) * (HOUR / 60));
  return ((Math.floor((time + shift) / HOUR) % 24) + 24) % 24;
}
