import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 random bits as 43 characters of base64url: ids of sessions and secrets of tokens. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** 96 random bits: ids of users and tokens, which are names and not secrets. */
export function randomId(): string {
  return randomBytes(12).toString("hex");
}

/** SHA-256, hex. Enough for secrets of 128 bits and more; passwords go through argon2id. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** The token that a page sends back in x-wonted-csrf: made from the session's id, so it needs no storing and dies with it. */
export function csrfOf(sessionId: string): string {
  return createHash("sha256").update("wonted csrf\0").update(sessionId).digest("base64url");
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameText(a: string, b: string): boolean {
  const x = createHash("sha256").update(a).digest();
  const y = createHash("sha256").update(b).digest();
  return timingSafeEqual(x, y);
}

/** Crockford's base 32: no I, L, O, U, so that a code can be read aloud and typed. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 128 random bits as 26 characters in groups: `7Q2KX-...`. */
export function randomCode(): string {
  let bits = BigInt(`0x${randomBytes(16).toString("hex")}`);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = (ALPHABET[Number(bits & 31n)] ?? "0") + text;
    bits >>= 5n;
  }
  return (text.match(/.{1,5}/g) ?? []).join("-");
}

/** A code as it is hashed: capitals, without what people add, and with the letters that Crockford's alphabet reads as digits. */
export function plainCode(typed: string): string {
  return typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
}
