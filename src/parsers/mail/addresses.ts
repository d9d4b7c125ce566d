import { domainToASCII } from "node:url";
import { unicodeHost } from "../../base/punycode.ts";
import { decodeWords } from "./charset.ts";
import type { MailAddress } from "./opened-message.ts";

const MOST = 2_000;

/**
 * An address list (RFC 5322 3.4), forgiving: groups are flattened, comments become names where there is none, encoded words are decoded after splitting, so
 * that an encoded comma or angle bracket cannot make a second address. Linear; at most 2,000 addresses.
 */
export function parseAddresses(raw: string): MailAddress[] {
  const found: MailAddress[] = [];
  for (const piece of splitList(raw)) {
    if (found.length >= MOST) break;
    const address = parseAddress(piece);
    if (address !== undefined) found.push(address);
  }
  return found;
}

/** Pieces between commas that stand outside quotes, comments and angle brackets; names of groups cut off. */
function splitList(raw: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  let quoted = false;
  let comment = 0;
  let angle = false;
  for (let i = 0; i < raw.length; i++) {
    const c = raw[i];
    if (c === "\\" && (quoted || comment > 0)) i++;
    else if (c === '"' && comment === 0) quoted = !quoted;
    else if (quoted) continue;
    else if (c === "(") comment++;
    else if (c === ")") comment = Math.max(0, comment - 1);
    else if (comment > 0) continue;
    else if (c === "<") angle = true;
    else if (c === ">") angle = false;
    else if (!angle && (c === "," || c === ";")) {
      pieces.push(raw.slice(from, i));
      from = i + 1;
    } else if (!angle && c === ":" && !raw.slice(from, i).includes("@")) from = i + 1;
  }
  pieces.push(raw.slice(from));
  return pieces;
}

function parseAddress(piece: string): MailAddress | undefined {
  const text = piece.trim();
  if (text === "") return undefined;
  // The last pair of brackets: a display name may hold a false one.
  const open = text.lastIndexOf("<");
  const close = text.indexOf(">", open);
  let comment = "";
  const bare = (t: string): string =>
    t.replace(/\(((?:[^()\\]|\\.)*)\)/g, (_all, inner: string) => {
      comment = inner;
      return " ";
    });
  if (open >= 0) {
    const name = unquote(bare(text.slice(0, open)).trim());
    return made(name === "" ? comment : name, text.slice(open + 1, close < 0 ? undefined : close));
  }
  const rest = bare(text).trim();
  const at = rest.lastIndexOf("@");
  if (at < 0) return made(unquote(rest), "");
  const word = /(?:"[^"]*"|[^\s"<>]+)@[^\s"<>]+/.exec(rest);
  return made(comment === "" && word !== null ? unquote(rest.replace(word[0], "").trim()) : comment, word?.[0] ?? "");
}

function unquote(text: string): string {
  return text
    .replace(/^"((?:[^"\\]|\\.)*)"?$/, "$1")
    .replace(/\\(.)/g, "$1")
    .replace(/"/g, "");
}

function made(name: string, address: string): MailAddress {
  const shown = decodeWords(name).replace(/\s+/g, " ").trim().slice(0, 1_000);
  const plain = decodeWords(address.replace(/\s+/g, ""))
    .replace(/^@[^:]*:/, "")
    .toLowerCase();
  const at = plain.lastIndexOf("@");
  if (at <= 0 || at === plain.length - 1) return { name: shown, address: "", local: plain.slice(0, Math.max(0, at)), domain: "", unicodeDomain: "" };
  const local = plain.slice(0, at).slice(0, 320);
  const written = plain
    .slice(at + 1)
    .replace(/\.$/, "")
    .slice(0, 255);
  const domain = /^[\x21-\x7e]*$/.test(written) ? written : domainToASCII(written) || written;
  return { name: shown, address: `${local}@${domain}`, local, domain, unicodeDomain: unicodeHost(domain) };
}
