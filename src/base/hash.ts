/**
 * 32-bit murmur3-style hash of a string's UTF-16 units. Not cryptographic: an attacker can make collisions,
 * so it may key a bounded table or a sample, never a permission. Shape: uint32. Cost: about 1 ns a unit.
 */
export function hash32(text: string, seed = 0): number {
  let h = seed | 0;
  for (let i = 0; i < text.length; i++) {
    let k = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  return mix32(h ^ text.length);
}

/** Final avalanche of murmur3, uint32 in and out. */
export function mix32(value: number): number {
  let h = value | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 80 bits as 16 characters of base32 (no vowels, so no words): the form of every id that we make from content. */
export function contentId(...parts: readonly (string | number)[]): string {
  const text = parts.join("\u0000");
  const a = hash32(text, 0x9747b28c);
  const b = hash32(text, 0x5bd1e995 ^ a);
  const c = hash32(text, Math.imul(b, 31) ^ 0x1b56c4e9);
  return (encode(a, 7) + encode(b, 7) + encode(c, 2)).slice(0, 16);
}

const ALPHABET = "0123456789bcdfghjklmnpqrstvwxyz_";

function encode(value: number, length: number): string {
  let rest = value >>> 0;
  let out = "";
  for (let i = 0; i < length; i++) {
    out += ALPHABET[rest & 31];
    rest >>>= 5;
  }
  return out;
}
