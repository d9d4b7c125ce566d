/**
 * What mailbox names have in common: letters and digits that stay, `?` for a digit that changes, `*` for another character; "" when they share no shape
 * (different lengths, or more than four fifths change). "10234", "10871" -> "10???". One name alone is its own pattern.
 */
export function senderPattern(mailboxes: readonly string[]): string {
  const [first] = mailboxes;
  if (first === undefined) return "";
  if (mailboxes.some((m) => m.length !== first.length)) return shapeOf(mailboxes);
  let out = "";
  let changing = 0;
  for (let i = 0; i < first.length; i++) {
    const seen = new Set(mailboxes.map((m) => m[i] ?? ""));
    if (seen.size === 1) out += first[i];
    else {
      changing++;
      out += [...seen].every((c) => c >= "0" && c <= "9") ? "?" : "*";
    }
  }
  return mailboxes.length > 1 && changing > 0.8 * first.length && !/^\?+$/.test(out) ? "" : out;
}

/** Names of different lengths: all digits, or word and digits. */
function shapeOf(mailboxes: readonly string[]): string {
  return mailboxes.every((m) => /^\d+$/.test(m)) ? "digits" : mailboxes.every((m) => /^[a-z]+\.[a-z]+\d*$/.test(m)) ? "word.word" : "";
}

/** Does a name fit a pattern? */
export function fitsPattern(mailbox: string, pattern: string): boolean {
  if (pattern === "") return false;
  if (pattern === "digits") return /^\d+$/.test(mailbox);
  if (pattern === "word.word") return /^[a-z]+\.[a-z]+\d*$/.test(mailbox);
  if (mailbox.length !== pattern.length) return false;
  for (let i = 0; i < pattern.length; i++) {
    const p = pattern[i];
    const c = mailbox[i] ?? "";
    if (p === "*" ? c === "" : p === "?" ? !(c >= "0" && c <= "9") : p !== c) return false;
  }
  return true;
}
