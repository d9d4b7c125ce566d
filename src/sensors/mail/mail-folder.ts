import { type FSWatcher, watch } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, relative, sep } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";
import { hash32 } from "../../base/hash.ts";
import { type SeenFile, scanSource, watchedFolder } from "../scan.ts";
import { mailIdentity } from "./mail-identity.ts";
import type { RawMail } from "./mail-splitter.ts";
import type { MailSupply, SuppliedMail, SupplyPosition } from "./mail-supply.ts";
import { readMailFile, readMbox } from "./read-mail-file.ts";
import { looksLikeMail, type MailKindOfFile, timeOfFromLine, timeOfHeaders } from "./recognise-mail.ts";

export interface MailFolderOptions {
  /** Folder (walked), Maildir, pattern, mailbox file, as the operator wrote it. */
  path: string;
  clock: Clock;
  positions?: readonly SupplyPosition[];
  /** A file is a whole message, and a mailbox file's last message whole, when nothing was written for this long, ms. */
  settleMs?: number;
  scanMs?: number;
}

interface Known {
  file: SeenFile;
  /** Left out: not looked at yet. "other": no mail, until it changes. */
  kind: MailKindOfFile | "packed" | "other" | undefined;
  /** Size and time when it was last dealt with. */
  looked: string;
  offset: number;
  index: number;
  /** Of the first bytes of a mailbox file: another head is another file under the same inode. */
  head: number;
  scan: number;
  reading?: AsyncIterator<RawMail> | undefined;
}

const HEAD = 65_536;
const HEAD_OF_FILE = 256;
/** Single messages looked at for their times in one go. */
const LOOKED_AT = 2_000;

/**
 * Messages of a watched folder: files of one message, Maildir folders (`tmp` is left alone), mailbox files that grow, packed ones. New files are taken in the order of
 * their messages' times, mailbox files in their own. What was renamed or moved, copied, truncated or written anew is told by its content, so nothing is
 * taken twice. Memory: 300 B a file (100,000 at most, see scan.ts), 100 B a waiting message, the messages of one batch.
 * Does not work: a mailbox file whose writer pauses in the middle of a message longer than `settleMs` without a lock: that message is taken cut.
 */
export class MailFolder implements MailSupply {
  readonly #o: Required<Omit<MailFolderOptions, "positions">>;
  readonly #known = new Map<string, Known>();
  readonly #restored = new Map<string, SupplyPosition>();
  #waiting: { known: Known; key: number; time: number }[] = [];
  #problems = new Map<string, string>();
  #scans = 0;
  #nextScan = Number.NEGATIVE_INFINITY;
  #watcher: FSWatcher | undefined;
  #hint: (() => void) | undefined;
  #touched = new Set<Known>();

  constructor(options: MailFolderOptions) {
    this.#o = { settleMs: 1_500, scanMs: 250, ...options };
    for (const p of options.positions ?? []) this.#restored.set(p.name, p);
  }

  async next(most: number, bytes: number, isDone: (key: number) => boolean): Promise<SuppliedMail[]> {
    const now = this.#o.clock.now();
    if (now >= this.#nextScan) await this.#scan(now);
    const out: SuppliedMail[] = [];
    let taken = 0;
    const full = (): boolean => out.length >= most || taken >= bytes;
    const add = (mail: SuppliedMail): void => {
      out.push(mail);
      taken += mail.bytes.length;
    };
    if (this.#waiting.length === 0) await this.#lookAtFiles(now, isDone);
    while (!full() && this.#waiting.length > 0) {
      const { known, key } = this.#waiting.pop() as { known: Known; key: number };
      if (isDone(key) || out.some((m) => m.key === key)) continue;
      for await (const mail of readable(readMailFile(known.file.path), (error) => this.#trouble(known, error))) {
        // A message without any time came when its file did: it must not go unread for want of a header that its sender left out.
        const time = timeOfHeaders(mail.bytes, undefined);
        const fromTime = time === undefined ? Math.floor(known.file.mtime) : undefined;
        add({ ...mail, key, name: known.file.path, fromTime, time: time ?? fromTime });
        break;
      }
    }
    for (const known of this.#known.values()) {
      if (full()) break;
      if ((known.kind === "mbox" || known.kind === "packed") && known.looked !== looks(known.file)) await this.#readMailbox(known, now, isDone, full, add, out);
    }
    return out;
  }

  async #scan(now: number): Promise<void> {
    const { files, problems } = await scanSource(this.#o.path);
    this.#nextScan = now + Math.max(this.#o.scanMs, files.length * 0.4);
    this.#scans++;
    this.#problems = new Map(problems);
    const root = watchedFolder(this.#o.path, true);
    for (const file of files) {
      // Maildir: what is still being written.
      if (relative(root, file.path).split(sep).slice(0, -1).includes("tmp")) continue;
      if (/^dovecot[.-]|\.lock$|^maildirfolder$|^subscriptions$/.test(basename(file.path))) continue;
      const id = `${file.dev}:${file.inode}`;
      const known = this.#known.get(id);
      if (known === undefined) this.#known.set(id, { file, kind: undefined, looked: "", offset: 0, index: 0, head: 0, scan: this.#scans });
      else {
        known.file = file;
        known.scan = this.#scans;
      }
    }
    for (const [id, known] of this.#known) if (known.scan !== this.#scans) this.#known.delete(id);
    if (files.length === 0 && problems.size === 0) this.#problems.set(this.#o.path, "nothing is there yet");
  }

  /** What new and changed files are; single messages wait in the order of their times, latest first. */
  async #lookAtFiles(now: number, isDone: (key: number) => boolean): Promise<void> {
    let looked = 0;
    for (const known of this.#known.values()) {
      const { file } = known;
      if (looked >= LOOKED_AT) break;
      if (known.kind === "mbox" || known.kind === "packed" || known.looked === looks(file)) continue;
      const delivered = /[/\\](?:cur|new)$/.test(dirname(file.path));
      if (file.size === 0 || (!delivered && now - file.mtime < this.#o.settleMs && now >= file.mtime)) continue;
      looked++;
      const head = await headOf(file.path).catch((error: unknown) => this.#trouble(known, error));
      if (head === undefined) continue;
      // What was delivered into a Maildir, or is called a message, is one, however its headers were mangled.
      const named = delivered || /\.eml$/i.test(file.path) ? "eml" : "other";
      known.kind = file.gzip || (head[0] === 0x1f && head[1] === 0x8b) ? "packed" : (looksLikeMail(head) ?? named);
      if (known.kind === "mbox") this.#restore(known, head);
      if (known.kind === "mbox" || known.kind === "packed") continue;
      known.looked = looks(file);
      if (known.kind === "other") continue;
      const key = mailIdentity(head);
      if (!isDone(key)) this.#waiting.push({ known, key, time: timeOfHeaders(head, undefined) ?? Number.NEGATIVE_INFINITY });
    }
    this.#waiting.sort((a, b) => b.time - a.time || (a.known.file.path < b.known.file.path ? 1 : -1));
  }

  #restore(known: Known, head: Buffer): void {
    known.head = headHash(head);
    const was = this.#restored.get(`${known.head}`);
    if (was === undefined || was.offset > known.file.size) return;
    known.offset = was.offset;
    known.index = Number(was.rest.index ?? 0);
  }

  async #readMailbox(
    known: Known,
    now: number,
    isDone: (key: number) => boolean,
    full: () => boolean,
    add: (mail: SuppliedMail) => void,
    out: readonly SuppliedMail[],
  ): Promise<void> {
    const { file } = known;
    const stamp = looks(file);
    const settled = now - file.mtime >= this.#o.settleMs || now < file.mtime;
    if (known.kind === "packed" && !settled) return;
    if (known.kind === "mbox") {
      const head = await headOf(file.path, HEAD_OF_FILE).catch((error: unknown) => this.#trouble(known, error));
      if (head === undefined) return;
      if (file.size < known.offset || (known.offset > 0 && headHash(head) !== known.head)) {
        known.offset = 0;
        known.index = 0;
      }
      known.head = headHash(head);
    }
    this.#touched.add(known);
    // A packed file cannot be entered in its middle: its reader waits where it is.
    const reading =
      known.reading ?? (known.kind === "packed" ? readMailFile(file.path) : readMbox(file.path, known.offset, known.index, file.size))[Symbol.asyncIterator]();
    known.reading = undefined;
    for (;;) {
      if (full()) {
        if (known.kind === "packed") known.reading = reading;
        else await reading.return?.();
        return;
      }
      const next = await reading.next().catch((error: unknown) => {
        this.#trouble(known, error);
        return { done: true as const, value: undefined };
      });
      if (next.done === true) break;
      const mail = next.value;
      // The last message of a file that is being written may not be whole.
      if (known.kind === "mbox" && mail.end >= file.size && !settled) return;
      const key = mailIdentity(mail.bytes);
      const fromTime = timeOfFromLine(mail.fromLine);
      if (!isDone(key) && !out.some((m) => m.key === key))
        add({
          ...mail,
          key,
          fromTime,
          time: timeOfHeaders(mail.bytes, fromTime),
          name: mail.fromLine === undefined ? file.path : `${file.path}#${mail.index}`,
        });
      if (known.kind === "mbox") {
        known.offset = mail.end;
        known.index = mail.index;
      }
    }
    known.looked = stamp;
  }

  #trouble(known: Known, error: unknown): undefined {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // What vanished between listing and reading is what a moved file looks like.
    if (code === "ENOENT") return;
    known.looked = looks(known.file);
    this.#problems.set(known.file.path, code === "EACCES" ? "no permission to read it" : `cannot be read on (${code || String(error)})`);
  }

  /** Of mailbox files touched since the last call: kept under the hash of their heads, since their names change. */
  positions(): SupplyPosition[] {
    const out = [...this.#touched].filter((k) => k.kind === "mbox").map((k) => ({ name: `${k.head}`, offset: k.offset, rest: { index: k.index } }));
    this.#touched.clear();
    return out;
  }

  outage(): string | undefined {
    if ([...this.#known.values()].some((k) => k.kind !== undefined && k.kind !== "other")) return undefined;
    const [first] = this.#problems;
    return first === undefined ? undefined : `${first[0]}: ${first[1]}`;
  }

  count(): number {
    return this.#known.size;
  }

  async wait(signal: AbortSignal): Promise<void> {
    try {
      this.#watcher ??= watch(watchedFolder(this.#o.path, true), { persistent: false, recursive: false }, () => this.#hint?.()).on("error", () => undefined);
    } catch {
      // A file instead of a folder, or no watching here: the pause does.
    }
    await Promise.race([
      pause(this.#o.scanMs, undefined, { signal }).catch(() => undefined),
      new Promise<void>((go) => {
        this.#hint = go;
      }),
    ]);
    this.#hint = undefined;
  }

  async close(): Promise<void> {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}

function looks(file: SeenFile): string {
  return `${file.size}:${file.mtime}`;
}

function headHash(head: Buffer): number {
  return hash32(head.toString("latin1", 0, HEAD_OF_FILE));
}

async function headOf(path: string, most = HEAD): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    const buffer = Buffer.alloc(most);
    const { bytesRead } = await handle.read(buffer, 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Ends where the file cannot be read on, after telling why. */
async function* readable<T>(items: AsyncIterable<T>, trouble: (error: unknown) => void): AsyncIterable<T> {
  try {
    yield* items;
  } catch (error) {
    trouble(error);
  }
}
