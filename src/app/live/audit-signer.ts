import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CodedError } from "../../base/result.ts";
import type { Store } from "../../store/types.ts";

/** In the data folder; the public half stands beside it, to be kept elsewhere by whoever wants to check. */
export const AUDIT_KEY = join("keys", "audit-head.pem");
export const AUDIT_PUBLIC_KEY = join("keys", "audit-head.pub.pem");

/**
 * The Ed25519 key (RFC 8032) that signs the head of the audit chain, as PEM (PKCS #8); made at the first start, readable by its owner only.
 * It stands beside what it signs: a signature shows rows that were cut off to whoever copied head or public key away before, and does not
 * stop somebody who has the data folder from signing anew. Throws CodedError `audit-key-unreadable` (exit code 2).
 */
export function auditKey(data: string): string {
  const path = join(data, AUDIT_KEY);
  try {
    if (!existsSync(path)) makeKey(data, path);
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    const pem = readFileSync(path, "utf8");
    const type = createPrivateKey(pem).asymmetricKeyType;
    if (type !== "ed25519") throw new Error(`it is a key of type ${type}`);
    const shown = join(data, AUDIT_PUBLIC_KEY);
    if (!existsSync(shown)) writeFileSync(shown, createPublicKey(pem).export({ type: "spki", format: "pem" }), { mode: 0o644 });
    return pem;
  } catch (error) {
    throw new CodedError("audit-key-unreadable", `${path}: cannot be used as the key that signs the audit log: ${(error as Error).message}`, {
      hint: "Restore the file, or move it away: a new key is made then, and signatures of before belong to the old one.",
      exitCode: 2,
      cause: error,
    });
  }
}

function makeKey(data: string, path: string): void {
  mkdirSync(join(data, "keys"), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(path, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
}

/** What the platform does hourly and at its end: the newest row of the audit log is signed, so that rows cut off after it show. */
export function auditSigner(store: Store, pem: string): () => Promise<void> {
  return async () => {
    await store.signAuditHead(pem);
  };
}
