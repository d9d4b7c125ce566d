import type { Letter, LetterLink } from "../letter.ts";
import { foldText } from "./fold-text.ts";
import { type HostParts, hostParts, type LinkParts, linkParts } from "./host.ts";
import type { MailLookups } from "./lookups.ts";

export type ViewLink = LetterLink & LinkParts & { call: boolean };

/** A letter prepared once for all groups of evidence. */
export interface View {
  letter: Letter;
  lookups: MailLookups;
  name: string;
  mailbox: string;
  from: HostParts;
  free: boolean;
  subject: string;
  /** Folded; at most 20,000 characters. */
  text: string;
  /** What inducements are looked for in: the top, and what stands by the first links that lead away. */
  read: string;
  links: readonly ViewLink[];
  mailto: readonly LetterLink[];
  hosts: ReadonlySet<string>;
  /** Links that leave the sender's own domain and what he calls himself. */
  elsewhere: readonly ViewLink[];
  department: boolean;
  greeting: boolean;
  lures: ReadonlyMap<string, readonly string[]>;
  subjectLures: ReadonlySet<string>;
  brands: { name: ReadonlySet<string>; subject: ReadonlySet<string>; text: ReadonlySet<string> };
  threaded: boolean;
  /** A way to unsubscribe that leads to the sender's own domain. */
  unsubscribe: boolean;
}

const TEXT_READ = 20_000;
const LINKS_READ = 200;
/** An inducement stands at the top, or by and on what is to be clicked; deep in a long newsletter any word may stand. */
const TOP_READ = 1_500;
/** Characters on either side of the first links that lead away: whoever puts honest text before his own must still say it there. */
const BESIDE = 500;
const BESIDE_LINKS = 2;
const QUOTED =
  /(^|\n)\s{0,3}>|\bwrote:|\bschrieb:|a ecrit|escribio:|escreveu:|ha scritto|写道|さんは書きました|-----\s?original message|(^|\n)from: .{1,200}\n(sent|date|to): /i;

export function viewOf(letter: Letter, lookups: MailLookups): View {
  const at = letter.address.lastIndexOf("@");
  const from = hostParts(at < 0 ? "" : letter.address.slice(at + 1));
  const name = foldText(letter.name);
  const subject = foldText(letter.subject);
  const text = foldText(letter.text.slice(0, TEXT_READ));
  const links: ViewLink[] = [];
  const mailto: LetterLink[] = [];
  for (const link of letter.links.slice(0, LINKS_READ)) {
    if (/^\s*mailto:/i.test(link.href)) mailto.push(link);
    const parts = /^\s*(?!https?:)[a-z][a-z0-9+.-]*:/i.test(link.href) ? undefined : linkParts(link.href);
    if (parts === undefined) continue;
    const call = !link.plain && lookups.words.find(foldText(link.text.slice(0, 60))).some((f) => f.topic === "call");
    links.push({ ...link, ...parts, call });
  }
  const called = lookups.freeMail.has(from.domain) ? [] : name.split(/[^\p{L}\p{N}]+/u).filter((w) => w.length > 4);
  const away = (l: ViewLink): boolean => l.domain !== from.domain && l.label !== from.label && !called.some((w) => l.label.includes(w));
  const lures = new Map<string, string[]>();
  const brandsOfText = new Set<string>();
  let greeting = false;
  const calls = links
    .filter((l) => l.call)
    .map((l) => foldText(l.text.slice(0, 60)))
    .slice(0, 20);
  const beside = besideLinks(text, links.filter(away));
  // What is quoted was said by another, mostly by us.
  const read = [text.slice(0, TOP_READ), ...beside].join("\n").replace(/^[ \t]{0,3}>.*$/gm, "");
  for (const found of lookups.words.find([subject, read, ...calls].join("\n"))) {
    if (found.topic.startsWith("lure.")) {
      const topic = found.topic.slice(5);
      lures.set(topic, [...(lures.get(topic) ?? []), found.word]);
    }
  }
  for (const found of lookups.words.find([text.slice(0, 3_000), ...beside].join("\n"))) {
    if (found.topic.startsWith("brand.") && !lookups.ambiguousBrands.has(found.topic.slice(6))) brandsOfText.add(found.topic.slice(6));
  }
  for (const found of lookups.words.find([text.slice(0, 600), ...beside].join("\n"))) if (found.topic === "greeting") greeting = true;
  const inSubject = lookups.words.find(subject);
  const inName = lookups.words.find(name);
  return {
    letter,
    lookups,
    name,
    mailbox: at < 0 ? letter.address : letter.address.slice(0, at),
    from,
    free: lookups.freeMail.has(from.domain),
    subject,
    text,
    read,
    links,
    mailto,
    hosts: new Set(links.map((l) => l.host)),
    elsewhere: links.filter(away),
    department: inName.some((f) => f.topic === "department"),
    greeting,
    lures,
    subjectLures: new Set(inSubject.filter((f) => f.topic.startsWith("lure.")).map((f) => f.topic.slice(5))),
    brands: {
      name: new Set(inName.filter((f) => f.topic.startsWith("brand.")).map((f) => f.topic.slice(6))),
      subject: new Set(inSubject.filter((f) => f.topic.startsWith("brand.") && !lookups.ambiguousBrands.has(f.topic.slice(6))).map((f) => f.topic.slice(6))),
      text: brandsOfText,
    },
    threaded: QUOTED.test(text),
    unsubscribe: links.some(
      (l) => !away(l) && lookups.words.find(foldText(`${l.text.slice(0, 60)} ${l.url.pathname.slice(0, 80)}`)).some((f) => f.topic === "unsubscribe"),
    ),
  };
}

/** What stands by the first links that lead away, where that lies below the top. */
function besideLinks(text: string, links: readonly ViewLink[]): string[] {
  const out: string[] = [];
  for (const link of links) {
    if (out.length >= BESIDE_LINKS) break;
    const shown = foldText(link.text.slice(0, 60)).trim();
    const at = shown.length < 3 ? -1 : text.indexOf(shown, TOP_READ - BESIDE);
    if (at >= 0) out.push(text.slice(Math.max(TOP_READ, at - BESIDE), at + BESIDE));
  }
  return out;
}
