import { parseIp } from "../../base/ip.ts";
import { scriptOf } from "../links/confusables.ts";
import { parseAddresses } from "./addresses.ts";
import type { MailHeader, OpenedMessage } from "./opened-message.ts";
import { parseHop, parseMailDate, statedAuthentication } from "./received.ts";

const ORIGINATING = ["x-originating-ip", "x-sender-ip", "x-client-ip", "x-authenticated-ip", "x-source-ip", "x-yahoo-post-ip"];
const NATIVE =
  /^(?:x-(?:ms-exchange-organization-(?:scl|pcl)|forefront-antispam-report|microsoft-antispam|spam-(?:status|score|level|flag|report)|spamd-result|proofpoint-[\w-]+|barracuda-spam-[\w-]+|ironport-anti-spam-[\w-]+|mimecast-[\w-]+|gm-spam|rspamd-[\w-]+|amp-[\w-]+)|x-ms-exchange-atpmessageproperties|x-ms-exchange-safelinks-url-keyver)$/;

/** Everything that headers say, and the empty rest. */
export function messageOfHeaders(headers: MailHeader[], ref: string, size: number): OpenedMessage {
  const byName = new Map<string, MailHeader[]>();
  for (const header of headers) {
    const list = byName.get(header.name);
    if (list === undefined) byName.set(header.name, [header]);
    else list.push(header);
  }
  const raw = (name: string): string => byName.get(name)?.[0]?.raw ?? "";
  const from = parseAddresses(raw("from"));
  const hops = (byName.get("received") ?? []).slice(0, 100).map((h) => parseHop(h.raw));
  const originating = ORIGINATING.map((name) => /[0-9a-f.:]{3,45}/i.exec(raw(name).replace(/[[\]]/g, ""))?.[0]).find(
    (ip) => ip !== undefined && parseIp(ip) !== undefined,
  );
  const software = byName.get("user-agent")?.[0]?.text ?? byName.get("x-mailer")?.[0]?.text;
  return {
    ref,
    size,
    headers,
    from: from[0],
    fromAll: from.slice(0, 20),
    sender: parseAddresses(raw("sender"))[0],
    replyTo: parseAddresses(raw("reply-to")).slice(0, 20),
    to: parseAddresses(raw("to")),
    cc: parseAddresses(raw("cc")),
    subject: (byName.get("subject")?.[0]?.text ?? "").slice(0, 2_000),
    messageId: /<[^<>\s]{1,900}>/.exec(raw("message-id"))?.[0] ?? raw("message-id").slice(0, 900),
    inReplyTo: idsOf(raw("in-reply-to")),
    references: idsOf(raw("references")),
    date: parseMailDate(raw("date")),
    received: hops[0]?.time,
    hops,
    stated: statedAuthentication(headers),
    originatingIp: originating,
    software: software === undefined || software === "" ? undefined : software.slice(0, 300),
    native: Object.fromEntries(headers.filter((h) => NATIVE.test(h.name)).map((h) => [h.name, h.text.slice(0, 2_000)])),
    text: { plain: "", visible: "" },
    html: undefined,
    scripts: [],
    attachments: [],
    urls: [],
    codes: [],
    stages: [],
    simhash: { text: undefined, structure: undefined },
    limits: [],
    errors: [],
  };
}

function idsOf(raw: string): string[] {
  return (raw.match(/<[^<>\s]{1,900}>/g) ?? []).slice(-200);
}

const LETTERS_READ = 4_000;

/** Shares of writing systems among the letters of a text, largest first. */
export function scriptShares(text: string): { script: string; share: number }[] {
  const counts = new Map<string, number>();
  let letters = 0;
  for (const character of text.slice(0, LETTERS_READ)) {
    const script = scriptOf(character);
    if (script === undefined) continue;
    counts.set(script, (counts.get(script) ?? 0) + 1);
    letters++;
  }
  return [...counts].map(([script, n]) => ({ script, share: n / letters })).sort((a, b) => b.share - a.share || (a.script < b.script ? -1 : 1));
}
