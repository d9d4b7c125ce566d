import { createCipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

/** The traditional PKWARE cipher (APPNOTE 6.1). Undefined when the check byte says that the password is wrong (one wrong in 256 passes it). */
export function decryptTraditional(packed: Buffer, password: string, check: number): Buffer | undefined {
  let a = 0x12345678;
  let b = 0x23456789;
  let c = 0x34567890;
  const step = (byte: number): void => {
    a = ((a >>> 8) ^ (CRC[(a ^ byte) & 255] as number)) >>> 0;
    b = (Math.imul((b + (a & 255)) >>> 0, 134_775_813) + 1) >>> 0;
    c = ((c >>> 8) ^ (CRC[(c ^ (b >>> 24)) & 255] as number)) >>> 0;
  };
  for (const byte of Buffer.from(password, "utf8")) step(byte);
  if (packed.length < 12) return undefined;
  const out = Buffer.allocUnsafe(packed.length);
  for (let i = 0; i < packed.length; i++) {
    const t = (c | 2) & 0xffff;
    const byte = (packed[i] as number) ^ ((Math.imul(t, t ^ 1) >>> 8) & 255);
    out[i] = byte;
    step(byte);
    if (i === 11 && byte !== check) return undefined;
  }
  return out.subarray(12);
}

/** WinZip AE-1 and AE-2: PBKDF2-HMAC-SHA1, 1,000 rounds; AES in counter mode, counter little-endian from 1; the HMAC over the packed bytes decides. */
export function decryptAes(packed: Buffer, password: string, strength: number): Buffer | undefined {
  const keyLength = [0, 16, 24, 32][strength];
  if (keyLength === undefined || keyLength === 0) return undefined;
  const saltLength = keyLength / 2;
  if (packed.length < saltLength + 12) return undefined;
  const keys = pbkdf2Sync(Buffer.from(password, "utf8"), packed.subarray(0, saltLength), 1_000, keyLength * 2 + 2, "sha1");
  if (!keys.subarray(keyLength * 2).equals(packed.subarray(saltLength, saltLength + 2))) return undefined;
  const body = packed.subarray(saltLength + 2, packed.length - 10);
  const mac = createHmac("sha1", keys.subarray(keyLength, keyLength * 2))
    .update(body)
    .digest()
    .subarray(0, 10);
  if (!timingSafeEqual(mac, packed.subarray(packed.length - 10))) return undefined;
  const blocks = Math.ceil(body.length / 16);
  const counters = Buffer.alloc(blocks * 16);
  for (let i = 0; i < blocks; i++) counters.writeUInt32LE(i + 1, i * 16);
  const cipher = createCipheriv(`aes-${keyLength * 8}-ecb`, keys.subarray(0, keyLength), null).setAutoPadding(false);
  const stream = Buffer.concat([cipher.update(counters), cipher.final()]);
  const out = Buffer.allocUnsafe(body.length);
  for (let i = 0; i < body.length; i++) out[i] = (body[i] as number) ^ (stream[i] as number);
  return out;
}
