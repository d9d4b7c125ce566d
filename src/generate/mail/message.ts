import { ZoneClock } from "../../base/time.ts";
import type { Emitted } from "../emitted.ts";
import type { Draw } from "../world/draw.ts";
import type { World } from "../world/types.ts";
import { base64Lines, fileNameParameter, headerText, mailbox, mailDate, quotedPrintable } from "./mime.ts";

export interface Address {
  name: string;
  mail: string;
}

export interface Attachment {
  name: string;
  type: string;
  data: Buffer;
  /** Shown within the text, under this Content-ID. */
  inline?: string;
}

export type Verdict = "pass" | "fail" | "softfail" | "none";

export interface MailDraft {
  /** ms: when our gateway took it (or our server, for mail of our own). */
  time: number;
  from: Address;
  /** Envelope sender, when another than From. */
  envelope?: string;
  replyTo?: Address;
  to: readonly Address[];
  cc?: readonly Address[];
  /** Envelope recipient that no header names (list, blind copy). */
  for?: string;
  subject: string;
  messageId: string;
  references?: readonly string[];
  text: string;
  html?: string;
  attachments?: readonly Attachment[];
  calendar?: string;
  direction: "in" | "out" | "internal";
  /** The machine that handed it over. */
  server: { hostname: string; ip: string };
  /** Where the author's program stood, when the provider tells (X-Originating-IP) or its first hop does. */
  client?: { ip: string; header: boolean };
  /** Author's time zone (IANA). */
  zone: string;
  mailer?: string;
  spf: Verdict;
  dkim: { result: Verdict; domain: string } | undefined;
  dmarc: { result: Verdict; policy: string };
  /** Further headers, as they stand. */
  extra?: readonly (readonly [string, string])[];
}

const clocks = new Map<string, ZoneClock>();

/** Offset of a zone at a moment, ms. */
export function zoneOffset(zone: string, ms: number): number {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new ZoneClock(zone);
    clocks.set(zone, clock);
  }
  return clock.offset(ms);
}

/** The message as our gateway keeps it: its own Received on top, what it verified, then the sender's headers and the body. Lines end with CRLF. */
export function eml(world: World, draw: Draw, draft: MailDraft): Buffer {
  const { organisation } = world;
  const offset = zoneOffset(draft.zone, draft.time);
  const envelope = draft.envelope ?? draft.from.mail;
  const gateway = `mx1.${organisation.domain}`;
  const ownDate = mailDate(draft.time, zoneOffset(organisation.timezone, draft.time));
  const headers: [string, string][] = [["Return-Path", `<${envelope}>`]];
  const id = draw.token(12, "ABCDEF0123456789");
  const recipient = draft.for ?? draft.to[0]?.mail ?? "";
  if (draft.direction === "in") {
    headers.push([
      "Received",
      `from ${draft.server.hostname} (${draft.server.hostname} [${draft.server.ip}])\r\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\tby ${gateway} (Postfix) with ESMTPS id ${id}\r\n\tfor <${recipient}>; ${ownDate}`,
    ]);
    const dkim = draft.dkim === undefined ? "dkim=none (message not signed)" : `dkim=${draft.dkim.result} header.d=${draft.dkim.domain}`;
    const fromDomain = draft.from.mail.slice(draft.from.mail.indexOf("@") + 1);
    headers.push([
      "Authentication-Results",
      `${gateway};\r\n\tspf=${draft.spf} (sender IP is ${draft.server.ip}) smtp.mailfrom=${envelope};\r\n\t${dkim};\r\n\tdmarc=${draft.dmarc.result}${draft.dmarc.policy === "" ? "" : ` (p=${draft.dmarc.policy})`} header.from=${fromDomain}`,
    ]);
    headers.push([
      "Received-SPF",
      `${draft.spf} (${gateway}: domain of ${envelope} ${draft.spf === "pass" ? "designates" : "does not designate"} ${draft.server.ip} as permitted sender) client-ip=${draft.server.ip}; envelope-from=${envelope}; helo=${draft.server.hostname}`,
    ]);
  } else {
    headers.push([
      "Received",
      `from ${draft.server.hostname} (${draft.server.hostname} [${draft.server.ip}])\r\n\tby ${gateway} (Postfix) with ESMTPSA id ${id}\r\n\tfor <${recipient}>; ${ownDate}`,
    ]);
  }
  if (draft.dkim !== undefined)
    headers.push([
      "DKIM-Signature",
      `v=1; a=rsa-sha256; c=relaxed/relaxed; d=${draft.dkim.domain}; s=${draw.pick(["selector1", "s1", "default", "k2"])};\r\n\th=from:to:subject:date:message-id:mime-version;\r\n\tbh=${Buffer.from(draw.hex(64), "hex").toString("base64")};\r\n\tb=${base64Lines(Buffer.from(draw.hex(256), "hex")).replaceAll("\r\n", "\r\n\t ")}`,
    ]);
  // The author's hop: his program hands the message to his own server.
  if (draft.direction === "in" && draft.client !== undefined && !draft.client.header)
    headers.push([
      "Received",
      `from [${draft.client.ip}] (unknown [${draft.client.ip}])\r\n\tby ${draft.server.hostname} with ESMTPSA id ${draw.token(10)};\r\n\t${mailDate(draft.time - 2_000, offset)}`,
    ]);
  headers.push(["From", mailbox(draft.from)]);
  if (draft.replyTo !== undefined) headers.push(["Reply-To", mailbox(draft.replyTo)]);
  headers.push(["To", draft.to.map(mailbox).join(",\r\n\t")]);
  if (draft.cc !== undefined && draft.cc.length > 0) headers.push(["Cc", draft.cc.map(mailbox).join(",\r\n\t")]);
  headers.push(["Subject", headerText(draft.subject)], ["Date", mailDate(draft.time - draw.int(1_000, 9_000), offset)], ["Message-ID", draft.messageId]);
  const references = draft.references ?? [];
  if (references.length > 0) headers.push(["In-Reply-To", references.at(-1) ?? ""], ["References", references.join("\r\n\t")]);
  if (draft.client?.header === true) headers.push(["X-Originating-IP", `[${draft.client.ip}]`]);
  if (draft.mailer !== undefined) headers.push([draft.mailer.startsWith("Mozilla") ? "User-Agent" : "X-Mailer", draft.mailer]);
  headers.push(...(draft.extra ?? []).map(([k, v]): [string, string] => [k, v]), ["X-Synthetic", "yes"], ["MIME-Version", "1.0"]);
  const body = bodyOf(draft, draw);
  const text = [...headers, ...body.headers].map(([k, v]) => `${k}: ${v}`).join("\r\n");
  return Buffer.from(`${text}\r\n\r\n${body.text}\r\n`);
}

/** The message as a file of its own, by day and second, with an id so that two of one second do not meet. */
export function mailFile(world: World, draw: Draw, draft: MailDraft): Emitted {
  const at = new Date(draft.time).toISOString();
  return { time: draft.time, file: `mail/${at.slice(0, 10)}/${at.slice(11, 19).replaceAll(":", "")}-${draw.hex(8)}.eml`, bytes: eml(world, draw, draft) };
}

interface Part {
  headers: [string, string][];
  text: string;
}

function bodyOf(draft: MailDraft, draw: Draw): Part {
  const plain: Part = {
    headers: [
      ["Content-Type", 'text/plain; charset="utf-8"'],
      ["Content-Transfer-Encoding", "quoted-printable"],
    ],
    text: quotedPrintable(draft.text),
  };
  let body = plain;
  if (draft.html !== undefined || draft.calendar !== undefined) {
    const parts = [plain];
    if (draft.html !== undefined)
      parts.push({
        headers: [
          ["Content-Type", 'text/html; charset="utf-8"'],
          ["Content-Transfer-Encoding", "quoted-printable"],
        ],
        text: quotedPrintable(draft.html),
      });
    if (draft.calendar !== undefined)
      parts.push({
        headers: [
          ["Content-Type", 'text/calendar; charset="utf-8"; method=REQUEST'],
          ["Content-Transfer-Encoding", "base64"],
        ],
        text: base64Lines(Buffer.from(draft.calendar)),
      });
    body = multipart("alternative", parts, draw);
  }
  const attachments = draft.attachments ?? [];
  const inline = attachments.filter((a) => a.inline !== undefined);
  if (inline.length > 0) body = multipart("related", [body, ...inline.map(attached)], draw);
  const outer = attachments.filter((a) => a.inline === undefined);
  return outer.length > 0 ? multipart("mixed", [body, ...outer.map(attached)], draw) : body;
}

function attached(a: Attachment): Part {
  return {
    headers: [
      ["Content-Type", `${a.type};\r\n\t${fileNameParameter("name", a.name)}`],
      ["Content-Transfer-Encoding", "base64"],
      ["Content-Disposition", `${a.inline === undefined ? "attachment" : "inline"};\r\n\t${fileNameParameter("filename", a.name)}`],
      ...(a.inline === undefined ? [] : ([["Content-ID", `<${a.inline}>`]] as [string, string][])),
    ],
    text: base64Lines(a.data),
  };
}

function multipart(kind: string, parts: readonly Part[], draw: Draw): Part {
  const boundary = `----=_Part_${draw.token(20)}`;
  const text = parts.map((p) => `--${boundary}\r\n${p.headers.map(([k, v]) => `${k}: ${v}`).join("\r\n")}\r\n\r\n${p.text}\r\n`).join("");
  return { headers: [["Content-Type", `multipart/${kind};\r\n\tboundary="${boundary}"`]], text: `${text}--${boundary}--` };
}
