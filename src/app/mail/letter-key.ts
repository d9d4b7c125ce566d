import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CodedError } from "../../base/result.ts";

/** In the data folder. */
export const LETTER_KEY = join("keys", "mail-letters.key");

const VERSION = 1;
const ID = 4;
const IV = 12;
const TAG = 16;
const HEAD = 1 + ID + IV + TAG;

/** Seals and opens what is kept of a message. */
export interface LetterKey {
  seal(id: string, plain: Uint8Array): Uint8Array;
  /** Throws CodedError `mail-text-unavailable`: another key, another mail's letter, or changed bytes. */
  open(id: string, sealed: Uint8Array): Uint8Array;
}

/**
 * AES-256-GCM (NIST SP 800-38D) with 96 random bits an entry and the mail's id as associated data, so that no letter opens as another's (security.md S6).
 * The key is a file of 32 bytes, made at the first start, readable by its owner only: a copy of the database alone tells no text. It stands beside the
 * database, so who has the whole data folder has the texts. Throws CodedError `mail-key-unreadable` (exit code 2).
 */
export function letterKey(data: string): LetterKey {
  const path = join(data, LETTER_KEY);
  try {
    if (!existsSync(path)) {
      mkdirSync(join(data, "keys"), { recursive: true, mode: 0o700 });
      writeFileSync(path, randomBytes(32).toString("hex"), { mode: 0o600, flag: "wx" });
    }
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    const hex = readFileSync(path, "utf8").trim();
    if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error("it is no key of 32 bytes in hex");
    return keyOf(Buffer.from(hex, "hex"));
  } catch (error) {
    throw new CodedError("mail-key-unreadable", `${path}: cannot be used as the key of kept mail: ${(error as Error).message}`, {
      hint: "Restore the file, or move it away: a new key is made then, and what was kept of mails before cannot be read.",
      exitCode: 2,
      cause: error,
    });
  }
}

export function keyOf(key: Buffer): LetterKey {
  const id = createHash("sha256").update(key).digest().subarray(0, ID);
  return {
    seal(mail, plain) {
      const iv = randomBytes(IV);
      const cipher = createCipheriv("aes-256-gcm", key, iv);
      cipher.setAAD(Buffer.from(`mail_letters ${mail}`));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.from([VERSION]), id, iv, cipher.getAuthTag(), body]));
    },
    open(mail, sealed) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
      try {
        if (bytes.length < HEAD || bytes[0] !== VERSION || !bytes.subarray(1, 1 + ID).equals(id)) throw new Error("sealed with another key");
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1 + ID, 1 + ID + IV));
        decipher.setAAD(Buffer.from(`mail_letters ${mail}`));
        decipher.setAuthTag(bytes.subarray(1 + ID + IV, HEAD));
        return Buffer.concat([decipher.update(bytes.subarray(HEAD)), decipher.final()]);
      } catch (error) {
        throw new CodedError("mail-text-unavailable", "What was kept of this mail cannot be opened.", {
          hint: "Was keys/mail-letters.key of the data folder replaced?",
          cause: error,
        });
      }
    },
  };
}
