import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import { MAIL_LIMITS } from "../../parsers/mail/limits.ts";
import type { ImapAddress } from "./imap-address.ts";
import { mailIdentity } from "./mail-identity.ts";
import type { MailSupply, SuppliedMail, SupplyPosition } from "./mail-supply.ts";
import { timeOfHeaders } from "./recognise-mail.ts";

export interface ImapOptions {
  address: ImapAddress;
  /** Read anew at every connection, so that a new password needs no restart. Trailing line ends do not belong to it. */
  passwordFile: string;
  /** PEM of the authorities that the server's certificate is checked against instead of the system's. */
  authority?: string | undefined;
  positions?: readonly SupplyPosition[];
  /** Longest time between two looks at mailboxes of which the server does not tell, ms. */
  lookMs?: number;
  /** First wait after a connection failed; doubled up to a hundredfold, ms. */
  retryMs?: number;
}

interface Box {
  uidValidity: string;
  /** Messages up to this UID were supplied or were known. */
  uid: number;
  /** Messages supplied in all: never goes back, unlike UIDs. */
  count: number;
}

const QUEUE = 64;
const QUEUE_BYTES = 33_554_432;
/** Headers asked for in one go. */
const AT_ONCE = 50;
const CONNECT = 20_000;

/**
 * Messages of mailboxes on an IMAP server (RFC 9051), by UID from the oldest on: first what is there, then what comes. Only reads: mailboxes are opened with EXAMINE and
 * fetched with PEEK, so that no flag changes. Headers first, and the whole of those alone that are not known. When UIDVALIDITY changes (RFC 9051 2.3.1.1) everything is looked at
 * anew and told by its content. A lost connection is made again, after 2 s at first and 200 s at most. Memory: 64 messages or 32 MB in waiting and one message of at most 64 MB;
 * an answer larger than that ends the connection. The password is read from its file, stays in this object's connection and stands in no message. Connects to the one address configured.
 */
export class ImapMailbox implements MailSupply {
  readonly #o: ImapOptions & { lookMs: number; retryMs: number };
  readonly #boxes = new Map<string, Box>();
  readonly #touched = new Set<string>();
  readonly #abort = new AbortController();
  #queue: (SuppliedMail & { box: string; uid: number; uidValidity: string })[] = [];
  #queued = 0;
  #isDone: (key: number) => boolean = () => false;
  #outage: string | undefined = "not connected yet";
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #room: (() => void) | undefined;

  constructor(options: ImapOptions) {
    this.#o = { lookMs: 30_000, retryMs: 2_000, ...options };
    for (const p of options.positions ?? [])
      this.#boxes.set(p.name, { uidValidity: String(p.rest.uidValidity ?? ""), uid: Number(p.rest.uid ?? 0), count: p.offset });
  }

  async next(most: number, bytes: number, isDone: (key: number) => boolean): Promise<SuppliedMail[]> {
    this.#isDone = isDone;
    this.#running ??= this.#run();
    const out: SuppliedMail[] = [];
    let taken = 0;
    while (out.length < most && taken < bytes) {
      const mail = this.#queue.shift();
      if (mail === undefined) break;
      this.#queued -= mail.bytes.length;
      const box = this.#boxes.get(mail.box);
      if (box !== undefined && box.uidValidity === mail.uidValidity) {
        box.uid = Math.max(box.uid, mail.uid);
        box.count++;
        this.#touched.add(mail.box);
      }
      if (isDone(mail.key) || out.some((m) => m.key === mail.key)) continue;
      out.push(mail);
      taken += mail.bytes.length;
    }
    this.#room?.();
    return out;
  }

  async #run(): Promise<void> {
    let tries = 0;
    while (!this.#abort.signal.aborted) {
      try {
        await this.#session(() => {
          tries = 0;
        });
      } catch (error) {
        this.#outage = reasonOf(error);
      }
      const wait = this.#o.retryMs * Math.min(100, 2 ** tries++);
      await pause(wait, undefined, { signal: this.#abort.signal }).catch(() => undefined);
    }
  }

  /** One connection, from greeting to its end. Throws what ended it. */
  async #session(works: () => void): Promise<void> {
    const { address, passwordFile, authority, lookMs } = this.#o;
    const password = (await readFile(passwordFile, "utf8")).replace(/[\r\n]+$/, "");
    const client = new ImapFlow({
      host: address.host,
      port: address.port,
      secure: address.tls === "implicit",
      doSTARTTLS: address.tls === "starttls",
      auth: { user: address.user, pass: password },
      // Its logger would write commands; nothing of a session is logged.
      logger: false,
      connectionTimeout: CONNECT,
      greetingTimeout: CONNECT,
      socketTimeout: 300_000,
      maxLiteralSize: MAIL_LIMITS.messageBytes + 1_048_576,
      disableAutoIdle: true,
      ...(authority === undefined ? {} : { tls: { ca: authority } }),
    } as ConstructorParameters<typeof ImapFlow>[0]);
    let ended: Error | undefined;
    const end = (error?: Error): void => {
      ended ??= error ?? new Error("the server closed the connection");
      this.#wake?.();
      this.#room?.();
    };
    client.on("error", end);
    client.on("close", () => end());
    const stop = (): void => client.close();
    this.#abort.signal.addEventListener("abort", stop, { once: true });
    try {
      await client.connect();
      const names = address.mailboxes.length > 0 ? address.mailboxes : await usualMailboxes(client);
      let missing: string | undefined;
      while (!this.#abort.signal.aborted && ended === undefined) {
        missing = undefined;
        for (const name of names) {
          try {
            await this.#readBox(client, name, () => ended !== undefined);
          } catch (error) {
            if (ended !== undefined || !client.usable) throw error;
            missing = `${name}: ${reasonOf(error)}`;
          }
        }
        this.#outage = missing;
        works();
        await this.#untilNews(client, names, lookMs);
      }
      if (ended !== undefined) throw ended;
    } finally {
      this.#abort.signal.removeEventListener("abort", stop);
      client.close();
    }
  }

  async #readBox(client: ImapFlow, name: string, ended: () => boolean): Promise<void> {
    const lock = await client.getMailboxLock(name, { readOnly: true });
    try {
      if (client.mailbox === false) return;
      const uidValidity = String(client.mailbox.uidValidity);
      const box = this.#boxes.get(name) ?? { uidValidity, uid: 0, count: 0 };
      this.#boxes.set(name, box);
      if (box.uidValidity !== uidValidity) {
        box.uidValidity = uidValidity;
        box.uid = 0;
      }
      if (client.mailbox.exists === 0) return;
      const queued = this.#queue.filter((m) => m.box === name && m.uidValidity === uidValidity).at(-1)?.uid ?? 0;
      const after = Math.max(box.uid, queued);
      // `n:*` always holds the newest message, however low its UID.
      const uids = ((await client.search({ uid: `${after + 1}:*` }, { uid: true })) || []).filter((uid) => uid > after).sort((a, b) => a - b);
      for (let at = 0; at < uids.length && !ended() && !this.#abort.signal.aborted; at += AT_ONCE) {
        const range = uids.slice(at, at + AT_ONCE);
        const heads = await client.fetchAll(range.join(","), { uid: true, size: true, headers: true, internalDate: true }, { uid: true });
        for (const head of heads.sort((a, b) => a.uid - b.uid)) {
          const key = mailIdentity(head.headers ?? Buffer.alloc(0));
          if (this.#isDone(key)) {
            if (this.#queue.length === 0 && box.uidValidity === uidValidity) {
              box.uid = Math.max(box.uid, head.uid);
              this.#touched.add(name);
            }
            continue;
          }
          await this.#untilRoom(ended);
          if (ended() || this.#abort.signal.aborted) return;
          const whole = await client.fetchOne(String(head.uid), { uid: true, source: { maxLength: MAIL_LIMITS.messageBytes } }, { uid: true });
          if (whole === false || whole.source === undefined) continue;
          this.#take(name, uidValidity, head.uid, key, whole.source, head.size ?? whole.source.length, head.internalDate);
        }
      }
    } finally {
      lock.release();
    }
  }

  #take(box: string, uidValidity: string, uid: number, key: number, bytes: Buffer, size: number, arrived: Date | string | undefined): void {
    const { address } = this.#o;
    const file = `${address.tls === "implicit" ? "imaps" : "imap"}://${address.user}@${address.host}/${box}`;
    const at = arrived === undefined ? Number.NaN : new Date(arrived).getTime();
    const fromTime = Number.isFinite(at) ? at : undefined;
    const time = timeOfHeaders(bytes, fromTime);
    this.#queue.push({
      bytes,
      size,
      file,
      index: uid,
      offset: 0,
      end: size,
      ref: `${file}#${uid}`,
      name: `${file}#${uid}`,
      fromLine: undefined,
      fromTime,
      time,
      key,
      box,
      uid,
      uidValidity,
    });
    this.#queued += bytes.length;
    this.#wake?.();
  }

  async #untilRoom(ended: () => boolean): Promise<void> {
    while ((this.#queue.length >= QUEUE || this.#queued >= QUEUE_BYTES) && !ended() && !this.#abort.signal.aborted) {
      await Promise.race([new Promise<void>((go) => (this.#room = go)), pause(1_000)]);
      this.#room = undefined;
    }
  }

  /** Waits in the first mailbox, where the server tells of new messages by IDLE, at most `lookMs`. */
  async #untilNews(client: ImapFlow, names: readonly string[], lookMs: number): Promise<void> {
    const lock = await client.getMailboxLock(names[0] ?? "INBOX", { readOnly: true }).catch(() => undefined);
    const news = new AbortController();
    const stop = (): void => news.abort();
    client.once("exists", stop);
    client.once("close", stop);
    this.#abort.signal.addEventListener("abort", stop, { once: true });
    try {
      if (lock !== undefined && client.usable) void client.idle().catch(() => undefined);
      await pause(lookMs, undefined, { signal: news.signal }).catch(() => undefined);
    } finally {
      client.off("exists", stop);
      client.off("close", stop);
      this.#abort.signal.removeEventListener("abort", stop);
      lock?.release();
    }
  }

  positions(): SupplyPosition[] {
    const out = [...this.#touched].flatMap((name) => {
      const box = this.#boxes.get(name);
      return box === undefined ? [] : [{ name, offset: box.count, rest: { uidValidity: box.uidValidity, uid: box.uid } }];
    });
    this.#touched.clear();
    return out;
  }

  outage(): string | undefined {
    return this.#outage;
  }

  count(): number {
    return this.#boxes.size;
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (this.#queue.length > 0) return;
    await Promise.race([pause(250, undefined, { signal }).catch(() => undefined), new Promise<void>((go) => (this.#wake = go))]);
    this.#wake = undefined;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#room?.();
    await this.#running;
  }
}

async function usualMailboxes(client: ImapFlow): Promise<string[]> {
  const sent = (await client.list()).find((m) => m.specialUse === "\\Sent");
  return sent === undefined ? ["INBOX"] : ["INBOX", sent.path];
}

/** Why a server cannot be read, in words that hold neither password nor what the server quotes of a command. */
function reasonOf(error: unknown): string {
  const e = error as { code?: string; authenticationFailed?: boolean; responseStatus?: string; mailboxMissing?: boolean; message?: string };
  if (e.authenticationFailed === true) return "the server refused user or password";
  if (e.mailboxMissing === true) return "there is no such mailbox";
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nothing listens there",
    ENOTFOUND: "no such host",
    ETIMEDOUT: "no answer in time",
    CONNECT_TIMEOUT: "no answer in time",
    GREETING_TIMEOUT: "no greeting in time",
    ECONNRESET: "the connection was cut",
    EAI_AGAIN: "the name server does not answer",
    NoConnection: "the connection was cut",
    ENOENT: "the password file is not there",
    EACCES: "no permission to read the password file",
    DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is signed by itself: name its authority",
    SELF_SIGNED_CERT_IN_CHAIN: "the certificate's authority is not known: name it",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificate's authority is not known: name it",
    CERT_HAS_EXPIRED: "the certificate has expired",
    ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another name",
  };
  const code = e.code ?? "";
  return known[code] ?? (code === "" ? (e.message === "the server closed the connection" ? e.message : "the server's answer was refused") : `failed (${code})`);
}
