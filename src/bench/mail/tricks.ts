import type { Random } from "../../base/random.ts";
import { foldText } from "../../lanes/email/evidence/fold-text.ts";
import type { MailLookups } from "../../lanes/email/evidence/lookups.ts";
import type { Letter } from "../../lanes/email/letter.ts";

/** What an attacker who knows filters does to a message; each returns a new one. */
export type Trick = (letter: Letter, random: Random, lookups: MailLookups) => Letter;

const HONEST =
  "Thank you for the notes of our last meeting. The figures for the second quarter follow in the table below, and the team will go through them on Thursday. " +
  "Please bring the printed plans of the new building, since the architect wants to mark the doors. The coffee machine on the third floor works again. ";

function everyWord(text: string, change: (word: string) => string): string {
  return text.replace(/\p{L}{4,}/gu, change);
}

const TWIN: Readonly<Record<string, string>> = { a: "\u0430", e: "\u0435", o: "\u043e", p: "\u0440", c: "\u0441" };

export const TRICKS: Readonly<Record<string, Trick>> = {
  salting: (l) => ({
    ...l,
    text: `${l.text}\n\n${HONEST.repeat(6)}`,
    html: l.html === undefined ? undefined : { ...l.html, comments: l.html.comments + 2_000 },
  }),
  "salting before the text": (l) => ({ ...l, text: `${HONEST.repeat(6)}\n\n${l.text}` }),
  "zero-width characters": (l) => ({ ...l, subject: everyWord(l.subject, split), text: everyWord(l.text, split) }),
  "look-alike letters": (l) => ({ ...l, subject: everyWord(l.subject, twin), text: everyWord(l.text, twin) }),
  "image only": (l) => ({
    ...l,
    text: "",
    html: { hidden: 0, forms: 0, passwords: 0, scripts: 0, refreshes: 0, comments: 0, entities: 0, ...l.html, images: ["cid:one"] },
    links: l.links.slice(0, 1).map((link) => ({ ...link, text: "", image: true, plain: false })),
    attachments: [...l.attachments, { name: "one.png", type: "image/png", inline: true }],
  }),
  "code in a nested document": (l) => nested(l, true),
  "code split over two images, not decoded": (l) => ({
    ...l,
    links: [],
    html: { hidden: 0, forms: 0, passwords: 0, scripts: 0, refreshes: 0, comments: 0, entities: 0, ...l.html, images: ["cid:left", "cid:right"] },
    attachments: [
      { name: "left.png", type: "image/png", inline: true },
      { name: "right.png", type: "image/png", inline: true },
    ],
  }),
  "taken-over mailbox in a real thread": (l) => ({
    ...l,
    name: "Anna Keller",
    address: "anna.keller@partner.example",
    replyTo: "",
    subject: "Re: minutes of Tuesday",
    text: `${l.text}\n\nOn Tuesday Tom Berg wrote:\n> Thank you for the minutes.\n> Best, Tom`,
  }),
  "link armed after delivery": (l) => ({ ...l, links: l.links.map((link) => ({ ...link, href: "https://www.example.org/about", image: false })) }),
  "sender warmed up": (l) => ({ ...l, name: "Anna Keller", address: "anna.keller@nordworks.example", replyTo: "" }),
  paraphrase: (l, _random, lookups) => ({
    ...l,
    subject: without(l.subject, lookups),
    text: without(l.text.slice(0, 4_000), lookups),
    links: l.links.map((x) => ({ ...x, text: x.plain ? x.text : without(x.text, lookups) })),
  }),
};

function split(word: string): string {
  return `${word.slice(0, 2)}\u200b${word.slice(2)}`;
}

function twin(word: string): string {
  return [...word].map((c) => TWIN[c] ?? c).join("");
}

function nested(l: Letter, decoded: boolean): Letter {
  const url = l.links[0]?.href ?? "https://www.example.org/x";
  return {
    ...l,
    text: "Please scan the code in the attached document.",
    html: undefined,
    links: decoded ? [{ href: url, text: "", plain: false, image: false }] : [],
    attachments: [{ name: "document.docx", type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", inline: false }],
    codes: decoded ? [{ text: url, inAttachment: true }] : [],
  };
}

/** Every word of inducement is said another way. */
function without(text: string, lookups: MailLookups): string {
  let out = foldText(text);
  for (const { word, topic } of lookups.words.find(out)) {
    if (!topic.startsWith("lure.") && topic !== "call" && topic !== "greeting") continue;
    const plain = foldText(word.replace(/\*$/, ""));
    out = out.replaceAll(plain, "thing");
  }
  return out;
}
