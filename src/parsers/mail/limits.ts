import type { LimitHit, LimitName } from "./opened-message.ts";

/** How much of one message is looked at. What goes beyond is left out and said in `limits`; nothing here depends on what a message claims of itself. */
export const MAIL_LIMITS = {
  /** Bytes of a message; the rest is not read. */
  messageBytes: 64 * 1024 * 1024,
  headerBytes: 256 * 1024,
  headers: 500,
  headerLine: 16 * 1024,
  /** Parts of the message, nested messages included. */
  parts: 2_000,
  /** Multiparts and messages inside one another. */
  nesting: 400,
  /** Nested messages inside one another. */
  nestedMails: 10,
  bodyCharacters: 256 * 1024,
  htmlCharacters: 1024 * 1024,
  attachments: 200,
  urls: 1_000,
  codes: 50,
  thumbnails: 8,
  images: 60,
  imagePixels: 40_000_000,
  /** Of all pictures of a message together, before they are made smaller. */
  messagePixels: 400_000_000,
  pdfPages: 5,
  archiveBytes: 100 * 1024 * 1024,
  archiveRatio: 200,
  archiveDepth: 5,
  archiveEntries: 1_000,
  passwords: 40,
} as const;

/** Collects the limits that were reached, each once per place. */
export class LimitLog {
  readonly hits: LimitHit[] = [];
  readonly #seen = new Set<string>();

  hit(limit: LimitName, path: readonly string[] = []): void {
    const where = path.join(" > ").slice(0, 500);
    const key = `${limit}\n${where}`;
    if (this.#seen.has(key) || this.hits.length >= 200) return;
    this.#seen.add(key);
    this.hits.push({ limit, where });
  }
}
