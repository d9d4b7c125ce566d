import { contentId } from "../../base/hash.ts";

/** How far a ledger's page was taken in, as the store keeps positions. */
export interface LedgerPosition {
  fileKey: string;
  /** Messages of the page that were handed on, without a gap. */
  offset: number;
  page: number;
  /** Identities of the page's messages, six bytes each, base64, in the order of their numbers. */
  keys: string;
  /** Numbers beyond `offset` that were handed on already. */
  beyond: number[];
  /** ms: when the source was first followed. */
  since: number;
}

const PAGE = 2_000;
const PAGES = 250;
const BYTES = 6;

interface Page {
  number: number;
  keys: number[];
  done: Set<number>;
  offset: number;
}

/**
 * Numbers the messages of a source by what they are, so that each is taken once whatever folder, mailbox file or server it is found in, over restarts too. A number
 * is announced (`announce`, then committed with the batch before) ahead of the message itself: whatever a crash leaves in the store bears the number that the
 * message gets again. Memory: 50 B a message, the last 500,000; an older one that is found anew counts as new.
 */
export class MailLedger {
  readonly since: number;
  readonly #source: string;
  readonly #pages: Page[] = [];
  readonly #numbers = new Map<number, number>();
  readonly #dirty = new Set<Page>();

  /**
   * @param learned positions that what was learned goes on from: later messages are handed on again
   * @param stored positions of the store, which may be further on: they say which number a message had
   */
  constructor(source: string, now: number, learned: readonly LedgerPosition[], stored: readonly LedgerPosition[]) {
    this.#source = source;
    this.since = Math.min(now, ...[...learned, ...stored].map((p) => p.since));
    const known = new Map(stored.map((p) => [p.page, p]));
    for (const p of learned) if (!known.has(p.page) || (known.get(p.page) as LedgerPosition).keys.length < p.keys.length) known.set(p.page, p);
    const done = new Map(learned.map((p) => [p.page, p]));
    for (const p of [...known.values()].sort((a, b) => a.page - b.page)) {
      const bytes = Buffer.from(p.keys, "base64");
      const page = this.#page(p.page);
      for (let i = 0; i + BYTES <= bytes.length; i += BYTES) {
        const key = bytes.readUIntBE(i, BYTES);
        this.#numbers.set(key, page.number * PAGE + page.keys.length);
        page.keys.push(key);
      }
      page.offset = Math.min(done.get(p.page)?.offset ?? 0, page.keys.length);
      for (const n of done.get(p.page)?.beyond ?? []) page.done.add(n);
    }
  }

  get size(): number {
    return this.#numbers.size;
  }

  isDone(key: number): boolean {
    const at = this.#numbers.get(key);
    if (at === undefined) return false;
    const page = this.#find(at);
    return page !== undefined && (at % PAGE < page.offset || page.done.has(at % PAGE));
  }

  /** Gives the message its number, if it has none. Its page is among the next `positions()`. */
  announce(key: number): void {
    if (this.#numbers.has(key)) return;
    let page = this.#pages.at(-1);
    if (page === undefined || page.keys.length >= PAGE) page = this.#page((page?.number ?? -1) + 1);
    this.#numbers.set(key, page.number * PAGE + page.keys.length);
    page.keys.push(key);
    this.#dirty.add(page);
  }

  /** The message is handed on: where its record stands. It must have been announced. */
  take(key: number): { fileKey: string; line: number; offset: number } {
    const at = this.#numbers.get(key);
    const page = at === undefined ? undefined : this.#find(at);
    if (at === undefined || page === undefined) throw new RangeError("a message was taken that has no number");
    const n = at % PAGE;
    page.done.add(n);
    while (page.done.delete(page.offset)) page.offset++;
    this.#dirty.add(page);
    return { fileKey: this.#keyOf(page), line: n + 1, offset: n };
  }

  /** Pages that changed since the last call. */
  positions(): LedgerPosition[] {
    const out = [...this.#dirty].map((p) => this.#positionOf(p));
    this.#dirty.clear();
    return out;
  }

  all(): LedgerPosition[] {
    return this.#pages.map((p) => this.#positionOf(p));
  }

  #positionOf(page: Page): LedgerPosition {
    const bytes = Buffer.allocUnsafe(page.keys.length * BYTES);
    page.keys.forEach((key, i) => {
      bytes.writeUIntBE(key, i * BYTES, BYTES);
    });
    return {
      fileKey: this.#keyOf(page),
      offset: page.offset,
      page: page.number,
      keys: bytes.toString("base64"),
      beyond: [...page.done].sort((a, b) => a - b),
      since: this.since,
    };
  }

  #keyOf(page: Page): string {
    return contentId(this.#source, "messages", page.number);
  }

  #find(at: number): Page | undefined {
    const number = Math.floor(at / PAGE);
    return this.#pages[number - (this.#pages[0]?.number ?? 0)];
  }

  #page(number: number): Page {
    const page: Page = { number, keys: [], done: new Set(), offset: 0 };
    this.#pages.push(page);
    if (this.#pages.length > PAGES) {
      const old = this.#pages.shift() as Page;
      this.#dirty.delete(old);
      for (const key of old.keys) this.#numbers.delete(key);
    }
    return page;
  }
}
