import { registrableDomain } from "../../base/domain.ts";
import { BLANK } from "../../parsers/event-template.ts";
import type { Authentication, OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { EventOf, RecordRef } from "../../schema/event.ts";

const RAW_HEADERS = 8_192;

/**
 * The event of an opened message. Its time is the topmost Received (or the mailbox file's From line), else Date; undefined when it bears neither.
 * `raw` holds the headers alone, at most 8 KiB: bodies of honest mail are not kept.
 */
export function mailEvent(m: OpenedMessage, auth: Authentication, ref: RecordRef): EventOf<"mail"> | undefined {
  const time = m.received ?? m.date;
  if (time === undefined) return undefined;
  const event = BLANK.mail();
  Object.assign(event, ref);
  event.sensor = "mail";
  event.type = "message";
  event.time = time;
  event.seen = time;
  event.native = m.messageId === "" ? undefined : m.messageId;
  event.raw = m.headers
    .map((h) => `${h.name}: ${h.text}`)
    .join("\n")
    .slice(0, RAW_HEADERS);
  event.sender = m.from?.address;
  event.senderName = m.from?.name;
  event.senderDomain = m.from === undefined ? undefined : domainOfAddress(m.from.address);
  const reply = m.replyTo[0]?.address;
  event.replyTo = reply === event.sender ? undefined : reply;
  event.recipients = [...new Set([...m.to, ...m.cc].map((a) => a.address).filter((a) => a !== ""))].slice(0, 500);
  event.subject = m.subject;
  event.messageId = m.messageId;
  event.inReplyTo = m.inReplyTo[0] ?? m.references.at(-1);
  event.urls = m.urls.slice(0, 200).map((u) => u.url);
  event.linkDomains = [...new Set(m.urls.map((u) => u.domain || u.host).filter((d) => d !== ""))].slice(0, 100);
  const files = m.attachments.filter((a) => a.path.length === 0 && !(a.inline && a.trueType.startsWith("image/")));
  event.attachments = files.map((a) => a.name);
  event.attachmentHashes = files.map((a) => a.sha256);
  event.codes = m.codes.map((c) => c.text);
  event.stages = m.stages.map((s) => s.join(" > "));
  event.spf = auth.spf;
  event.dkim = auth.dkim;
  event.dmarc = auth.dmarc;
  event.software = m.software;
  event.nativeVerdict = nativeVerdict(m.native);
  event.limits = m.limits.map((l) => (l.where === "" ? l.limit : `${l.limit}: ${l.where}`)).slice(0, 50);
  event.opened = m;
  return event;
}

export function domainOfAddress(address: string): string {
  const host = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  return registrableDomain(host) ?? host;
}

/** What the filter before us said: Microsoft's spam confidence level and category, SpamAssassin's flag; "" when it said nothing that we read. */
export function nativeVerdict(native: Readonly<Record<string, string>>): string {
  const forefront = native["x-forefront-antispam-report"] ?? "";
  const category = /\bCAT:([A-Z]+)/i.exec(forefront)?.[1]?.toUpperCase();
  const level = Number(/\bSCL:(-?\d+)/i.exec(forefront)?.[1] ?? native["x-ms-exchange-organization-scl"] ?? Number.NaN);
  if (category !== undefined && category !== "NONE") return category.toLowerCase();
  if (Number.isFinite(level)) return level >= 5 ? "junk" : "clean";
  const flag = native["x-spam-flag"] ?? native["x-spam-status"] ?? "";
  return /^yes/i.test(flag) ? "junk" : /^no/i.test(flag) ? "clean" : "";
}
