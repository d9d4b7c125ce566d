import { fill, thing } from "../lexicon/fill.ts";
import { phrasesOf } from "../lexicon/phrases.ts";
import type { Draw } from "../world/draw.ts";
import { addressIn, drawCountry } from "../world/make-names.ts";
import type { Partner, Person, World } from "../world/types.ts";
import { invitation } from "./files/calendar.ts";
import { docx, xlsx } from "./files/office.ts";
import { pdf } from "./files/pdf.ts";
import { logo, png } from "./files/png.ts";
import type { Address, Attachment, MailDraft, Verdict } from "./message.ts";
import { escapeHtml } from "./mime.ts";

/** A person who writes mail, and all that stays the same from one of his messages to the next. */
export interface Author {
  address: Address;
  language: string;
  zone: string;
  company: string;
  phone: string;
  title: string;
  server: { hostname: string; ip: string };
  /** Whether his provider tells where his program stands, and where that is. */
  client: { ip: string; country: string; header: boolean } | undefined;
  spf: Verdict;
  dkim: { result: Verdict; domain: string } | undefined;
  dmarc: { result: Verdict; policy: string };
  mailer: string | undefined;
  /** Writes HTML beside text. */
  html: boolean;
  ink: readonly [number, number, number];
}

const MAILERS: readonly (readonly [string | undefined, number])[] = [
  [undefined, 60],
  ["Microsoft Outlook 16.0", 14],
  ["Apple Mail (2.3774.600.62)", 9],
  ["Mozilla Thunderbird", 8],
  ["iPhone Mail (21G93)", 9],
];

/** A style that hangs on the address alone. One sender in five lets his client's address be seen. */
function style(world: World, mail: string, country: string): Pick<Author, "client" | "mailer" | "html" | "ink"> {
  const draw = world.draw.fork(`style/${mail}`);
  const shown = draw.chance(0.2);
  return {
    client: shown ? { ip: addressIn(draw, country), country, header: draw.chance(0.6) } : undefined,
    mailer: draw.weighted(MAILERS, ([, w]) => w)[0],
    html: draw.chance(0.8),
    ink: [draw.int(0, 160), draw.int(0, 160), draw.int(0, 200)],
  };
}

export function ownAuthor(world: World, person: Person): Author {
  const { organisation } = world;
  return {
    address: { name: person.name, mail: person.mail },
    language: person.language,
    zone: organisation.timezone,
    company: organisation.name,
    phone: person.phone,
    title: person.title,
    server: {
      hostname: `mail.${organisation.adDomain}`,
      ip: world.servers.find((s) => s.role === "mail-gateway" || s.also.includes("mail-gateway"))?.ip ?? "10.0.0.25",
    },
    spf: "pass",
    dkim: { result: "pass", domain: organisation.domain },
    dmarc: { result: "pass", policy: "" },
    ...style(world, person.mail, organisation.country),
    client: undefined,
  };
}

export function partnerAuthor(world: World, partner: Partner, contact: { name: string; mail: string; title: string; phone: string }): Author {
  const draw = world.draw.fork(`server/${contact.mail}`);
  return {
    address: { name: contact.name, mail: contact.mail },
    language: partner.language,
    zone: partner.timezone,
    company: partner.name,
    phone: contact.phone,
    title: contact.title,
    server: draw.pick(partner.mailServers),
    spf: partner.auth.spf ? "pass" : "none",
    dkim: partner.auth.dkim ? { result: "pass", domain: partner.domain } : undefined,
    dmarc:
      partner.auth.dmarc === "absent"
        ? { result: "none", policy: "" }
        : { result: partner.auth.spf || partner.auth.dkim ? "pass" : "fail", policy: partner.auth.dmarc },
    ...style(world, contact.mail, partner.country),
  };
}

/** Where the client stands for one message: at home mostly; about three in a thousand come from a journey to another country. */
export function clientOf(author: Author, draw: Draw): { ip: string; header: boolean } | undefined {
  if (author.client === undefined) return undefined;
  const { ip, country, header } = author.client;
  if (draw.chance(0.003)) {
    const other = drawCountry(draw, country, 0);
    if (other.code !== country) return { ip: addressIn(draw, other.code), header };
  }
  const [a, b] = ip.split(".");
  return { ip: draw.chance(0.12) ? `${a}.${b}.${draw.int(1, 254)}.${draw.int(2, 253)}` : ip, header };
}

export interface Written {
  subject: string;
  text: string;
  html: string | undefined;
}

/** Text of a message to somebody: greeting, a few lines, closing with signature; what is answered stands quoted below. */
export function write(
  author: Author,
  to: Address,
  given: string,
  language: string,
  at: number,
  draw: Draw,
  options: { topic?: string; quoted?: string; lines?: readonly string[]; link?: string } = {},
): Written {
  const phrases = phrasesOf(language);
  const topic = options.topic ?? thing(draw);
  const who = { name: given, me: author.address.name, thing: topic, at };
  const lines = options.lines ?? draw.some(phrases.lines, draw.int(1, Math.min(4, phrases.lines.length)));
  const body = [draw.pick(phrases.greet), "", ...lines, ...(options.link === undefined ? [] : ["", options.link]), "", draw.pick(phrases.bye)]
    .map((l) => fill(l, draw, who))
    .join("\n");
  const signature = draw.chance(0.7) ? `\n${author.title}\n${author.company}\n${author.phone}` : "";
  const quoted =
    options.quoted === undefined
      ? ""
      : `\n\n${to.name} <${to.mail}>:\n${options.quoted
          .split("\n")
          .slice(0, 30)
          .map((l) => `> ${l}`)
          .join("\n")}`;
  const text = `${body}${signature}${quoted}\n`;
  return { subject: fill(draw.pick(phrases.subjects), draw, who), text, html: author.html ? htmlOf(text, options.link) : undefined };
}

export function htmlOf(text: string, link?: string): string {
  const paragraphs = escapeHtml(text)
    .split("\n")
    .map((l) => (l === "" ? "<br>" : link !== undefined && l === escapeHtml(link) ? `<p><a href="${l}">${l}</a></p>` : `<p style="margin:0">${l}</p>`));
  return `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body style="font-family:Calibri,sans-serif;font-size:11pt">${paragraphs.join("\n")}</body></html>`;
}

/** A file as people attach it: what kind depends on who writes. */
export function attachment(author: Author, topic: string, at: number, draw: Draw): Attachment {
  const kind = draw.weighted(["pdf", "docx", "xlsx", "png"], (k) => ({ pdf: 44, docx: 22, xlsx: 22, png: 12 })[k] ?? 0);
  const lines = Array.from({ length: draw.int(4, 18) }, () =>
    fill(draw.pick(phrasesOf(author.language).lines), draw, { at, thing: topic, name: "", me: author.address.name }),
  );
  const meta = { title: topic, author: author.address.name, created: at - draw.int(1, 90) * 86_400_000 };
  const name = `${topic.replaceAll(" ", draw.pick(["_", "-", " "]))}${draw.chance(0.4) ? `_v${draw.int(1, 9)}` : ""}`;
  if (kind === "docx")
    return {
      name: `${name}.docx`,
      type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      data: docx(meta, lines, draw.chance(0.3) ? [png(logo(draw.int(1, 2 ** 31), author.ink))] : []),
    };
  if (kind === "xlsx")
    return {
      name: `${name}.xlsx`,
      type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      data: xlsx(
        meta,
        "Sheet1",
        lines.map((l) => [l.slice(0, 30), draw.int(1, 9_999), Math.round(draw.lognormal(9_000, 1)) / 100]),
      ),
    };
  if (kind === "png") return { name: `${name}.png`, type: "image/png", data: png(logo(draw.int(1, 2 ** 31), author.ink, 192)) };
  return {
    name: `${name}.pdf`,
    type: "application/pdf",
    data: pdf(topic, [author.company, "", ...lines], draw.chance(0.5) ? logo(draw.int(1, 2 ** 31), author.ink) : undefined),
  };
}

export function meeting(author: Author, guests: readonly Address[], at: number, draw: Draw): { title: string; calendar: string } {
  const title = fill(draw.pick(phrasesOf(author.language).subjects), draw, { at });
  const start = Math.ceil((at + draw.int(1, 12) * 86_400_000) / 1_800_000) * 1_800_000;
  return {
    title,
    calendar: invitation({
      uid: draw.hex(48).toUpperCase(),
      title,
      place: draw.pick(["Microsoft Teams Meeting", "Room 1", "Room 2", "Board room"]),
      organiser: author.address,
      guests,
      start,
      minutes: draw.pick([30, 45, 60]),
      stamp: at,
    }),
  };
}

/** What of a draft hangs on the author. */
export function drafted(
  author: Author,
  draw: Draw,
): Pick<MailDraft, "from" | "server" | "zone" | "spf" | "dkim" | "dmarc"> & { mailer?: string; client?: { ip: string; header: boolean } } {
  const client = clientOf(author, draw);
  return {
    from: author.address,
    server: author.server,
    zone: author.zone,
    spf: author.spf,
    dkim: author.dkim,
    dmarc: author.dmarc,
    ...(author.mailer === undefined ? {} : { mailer: author.mailer }),
    ...(client === undefined ? {} : { client }),
  };
}

/** Ids as the usual programs make them. */
export function messageId(author: Author, draw: Draw): string {
  const domain = author.address.mail.slice(author.address.mail.indexOf("@") + 1);
  if (author.mailer === undefined)
    return `<${draw.token(20, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")}${draw.hex(8).toUpperCase()}@${draw.token(14, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")}.eurprd0${draw.int(1, 9)}.prod.outlook.com>`;
  return `<${draw.uuid()}@${domain}>`;
}
