import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { WholeMessage } from "../../lanes/email/mail-record.ts";
import { harmlessHtml } from "../../parsers/mail/harmless-html.ts";
import type { MailUrl } from "../../schema/mail.ts";

/** What is kept of a message that would be held or marked; sealed, and gone with its retention. */
export interface Letter {
  text: string;
  /** Harmless markup; undefined without an HTML body. */
  html: string | undefined;
  remote: number;
  removed: number;
  links: (MailUrl & { domain: string; path: string[]; text: string })[];
  codes: { text: string; format: string; source: string; path: string[]; domain: string; thumbnail: string }[];
  files: { name: string; type: string; size: number; sha256: string; flags: string[]; path: string[] }[];
  native: Record<string, string>;
  /** Recipients with the names that they bear in it. */
  people: { address: string; name: string }[];
  /** As received, base64; "" when it was too large. */
  raw: string;
}

const MOST_TEXT = 20_000;
const MOST_HTML = 200_000;
const MOST_RAW = 524_288;
const MOST_THUMBNAILS = 120_000;
const MOST_INFLATED = 4_194_304;

/** A message of any size as a letter of at most about 1.1 MB: text 20,000 characters, markup 200,000, bytes 512 KiB or none. */
export function letterOf(m: WholeMessage): Letter {
  const body = m.html === undefined ? undefined : harmlessHtml(m.html.source);
  const domains = new Map(m.urls.map((u) => [u.url, u.domain || u.host]));
  let pictures = 0;
  return {
    text: (m.text.visible.trim().length < 20 && m.text.plain !== "" ? m.text.plain : m.text.visible).slice(0, MOST_TEXT),
    html: body === undefined || body.html.length > MOST_HTML ? undefined : body.html,
    remote: body?.remote ?? 0,
    removed: body?.removed ?? 0,
    links: m.urls.slice(0, 60).map((u) => ({
      url: u.url.slice(0, 500),
      stage: u.stage,
      source: u.source,
      domain: u.domain || u.host,
      path: u.path.slice(0, 8),
      text: (u.text ?? "").slice(0, 120),
    })),
    codes: m.codes.slice(0, 12).map((c) => {
      pictures += c.thumbnail?.length ?? 0;
      return {
        text: c.text.slice(0, 500),
        format: c.format,
        source: c.source,
        path: c.path.slice(0, 8),
        domain: domains.get(c.text) ?? m.urls.find((u) => u.stage === "qr" && (u.original === c.text || c.text.includes(u.host)))?.domain ?? "",
        thumbnail: pictures > MOST_THUMBNAILS ? "" : (c.thumbnail ?? ""),
      };
    }),
    files: m.attachments
      .slice(0, 30)
      .map((a) => ({ name: a.name.slice(0, 200), type: a.trueType, size: a.size, sha256: a.sha256, flags: [...a.flags], path: a.path.slice(0, 8) })),
    native: Object.fromEntries(
      Object.entries(m.native)
        .slice(0, 20)
        .map(([k, v]) => [k.slice(0, 60), v.slice(0, 500)]),
    ),
    people: [...m.to, ...m.cc].slice(0, 50).map(({ address, name }) => ({ address, name })),
    raw: m.bytes === undefined || m.bytes.length > MOST_RAW ? "" : Buffer.from(m.bytes).toString("base64"),
  };
}

export function packLetter(letter: Letter): Uint8Array {
  return deflateRawSync(JSON.stringify(letter));
}

/** Of bytes that we sealed ourselves. */
export function unpackLetter(bytes: Uint8Array): Letter {
  return JSON.parse(inflateRawSync(bytes, { maxOutputLength: MOST_INFLATED }).toString("utf8")) as Letter;
}
