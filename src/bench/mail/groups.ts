/** What ties messages to one campaign. */
export interface Ties {
  phish: boolean;
  address: string;
  domain: string;
  free: boolean;
  subject: string;
  /** Owners of the domains that links lead to. */
  owners: readonly string[];
  text: string;
}

const COMMON_LINK = 10;
const COMMON_DOMAIN = 40;
const HASHES: readonly (readonly [number, number])[] = [
  [2654435761, 97],
  [2246822519, 31],
  [3266489917, 7],
  [668265263, 3],
  [374761393, 5],
  [2869860233, 11],
];

/**
 * Messages that belong together: same sender address or own domain, a rare link domain, the same subject, or nearly the same text (minhash over
 * runs of four words, two of six hashes equal). Honest mail is tied by address and text only. A group never straddles a fold.
 */
export function groupsOf(rows: readonly Ties[]): number[] {
  const parent = rows.map((_, i) => i);
  const find = (at: number): number => {
    let i = at;
    while (parent[i] !== i) {
      parent[i] = parent[parent[i] ?? 0] ?? 0;
      i = parent[i] ?? 0;
    }
    return i;
  };
  const index = new Map<string, number[]>();
  const tie = (key: string, i: number): void => {
    const list = index.get(key);
    if (list === undefined) index.set(key, [i]);
    else list.push(i);
  };
  rows.forEach((row, i) => {
    if (row.phish) {
      if (row.domain !== "" && !row.free) tie(`d${row.domain}`, i);
      else if (row.address !== "") tie(`a${row.address}`, i);
      for (const owner of row.owners) tie(`l${owner}`, i);
      const subject = row.subject
        .toLowerCase()
        .replace(/[^\p{L}]+/gu, "")
        .replace(/^(re|fwd?|aw)+/, "");
      if (subject.length > 12) tie(`s${subject}`, i);
    } else if (row.address !== "") tie(`a${row.address}`, i);
    const hashes = minhash(row.text);
    if (hashes !== undefined) for (let k = 0; k < 6; k += 2) tie(`m${k}.${hashes[k]}.${hashes[k + 1]}`, i);
  });
  for (const [key, list] of index) {
    if (key.startsWith("l") && list.length > COMMON_LINK) continue;
    if (key.startsWith("d") && list.length > COMMON_DOMAIN) continue;
    for (const j of list.slice(1)) parent[find(j)] = find(list[0] ?? j);
  }
  return rows.map((_, i) => find(i));
}

function minhash(text: string): number[] | undefined {
  const words =
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.slice(0, 300) ?? [];
  if (words.length < 12) return undefined;
  const least = HASHES.map(() => 0xffffffff);
  for (let i = 0; i + 4 <= words.length; i++) {
    const h = hashText(words.slice(i, i + 4).join(" "));
    HASHES.forEach(([a, b], k) => {
      const v = (Math.imul(h, a) + b) >>> 0;
      if (v < (least[k] ?? 0)) least[k] = v;
    });
  }
  return least;
}

export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h ^= h >>> 15;
  return Math.imul(h, 0x2c1b3c6d) >>> 0;
}
