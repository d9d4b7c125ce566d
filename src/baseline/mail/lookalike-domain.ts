/** Digits and pairs that pass for letters, hyphens dropped; i and l are one. */
function shape(label: string): string {
  return label
    .replaceAll("0", "o")
    .replaceAll("1", "l")
    .replaceAll("3", "e")
    .replaceAll("5", "s")
    .replaceAll("8", "b")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replaceAll("-", "")
    .replaceAll("i", "l");
}

/** Edits (insert, delete, replace, swap of neighbours) from a to b, at most `limit` + 1. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      let v = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) v = Math.min(v, (before[j - 2] ?? 0) + 1);
      row.push(v);
      least = Math.min(least, v);
    }
    if (least > limit) return limit + 1;
    before = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}

/**
 * How close a label that was never seen comes to a known one: 3 = same shape or one edit (5 letters or more), 2 = two edits behind the first letter (10 or more), the same label
 * under another suffix (6 or more), or the known label, or one with a slip in it, with something added, 1 = a short label under another suffix, 0 = not close.
 */
export function likeness(label: string, known: string): number {
  if (known.length < 4) return 0;
  if (known === label) return known.length < 6 ? 1 : 2;
  if (shape(known) === shape(label)) return 3;
  if (known.length > 4 && editDistance(known, label, 1) <= 1) return 3;
  // Two free letters of eight leave another word (lakeside, baseline), and so does the first one, which readers see best.
  if (known.length > 9 && known[0] === label[0] && editDistance(known, label, 2) <= 2) return 2;
  if (known.length > 4 && label.length > known.length + 2 && (label.startsWith(known) || label.endsWith(known))) return 2;
  return slipAndWord(label, known) ? 2 : 0;
}

/** A part between hyphens that is the known label with a slip: look-alike characters (5 letters or more), or one edit behind its first letter (9 or more). */
function slipAndWord(label: string, known: string): boolean {
  if (known.length < 5 || !label.includes("-")) return false;
  return label
    .split("-")
    .some((part) => part !== known && (shape(part) === shape(known) || (known.length > 8 && part[0] === known[0] && editDistance(known, part, 1) <= 1)));
}
