/** Addresses and names of people to the pseudonyms that stand in their place. */
export interface Hidden {
  address: string;
  name: string;
  id: string;
}

/** Not in the middle of a longer word or mailbox name; right after an escaped character of a link is a beginning too. */
const BEFORE = "(?:(?<![\\p{L}\\p{N}.+_-])|(?<=%[0-9A-F]{2}))";

/**
 * Text with the people of a mail under their pseudonyms: addresses in any case, also written into links (%40), whole names of two words or more, and the
 * mailbox name of an address where it stands as a word of six letters or more. A given name alone stays.
 */
export function hidePeople(text: string, people: readonly Hidden[]): string {
  let out = text;
  for (const { address, name, id } of people) {
    const at = address.lastIndexOf("@");
    if (at > 0) {
      out = replaced(out, `${BEFORE}${literally(address.slice(0, at))}(?:@|%40|&#64;)${literally(address.slice(at + 1))}`, id);
      if (at >= 6) out = replaced(out, `${BEFORE}${literally(address.slice(0, at))}(?![\\p{L}\\p{N}@])`, id);
    }
    if (/\S\s+\S/.test(name)) out = replaced(out, `${BEFORE}${literally(name).replaceAll("\\u{20}", "\\s+")}(?![\\p{L}\\p{N}])`, id);
  }
  return out;
}

function replaced(text: string, pattern: string, id: string): string {
  return text.replaceAll(new RegExp(pattern, "giu"), id);
}

function literally(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}
