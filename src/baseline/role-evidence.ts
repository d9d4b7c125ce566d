import { registrableDomain } from "../base/domain.ts";
import { mix32 } from "../base/hash.ts";
import type { NetEvent } from "../schema/event.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { readArray } from "./columns.ts";
import { bytesInWords, count } from "./words.ts";

/** Distinct things of a day that tell a role, each a set of 64 bits (linear counting: exact enough to about 200). */
const KERBEROS = 0;
const LDAP = 1;
const PROXY_CLIENTS = 2;
const PROXY_SITES = 3;
const MAIL_IN = 4;
const MAIL_OUT = 5;
const UNANSWERED_DEVICES = 6;
const UNANSWERED_PORTS = 7;
const BULK_CLIENTS = 8;
const SETS = 9;
/** Bytes of the day taken in bulk, and sent. */
const TAKEN = 0;
const SENT = 1;

/** One connection of a backup moves at least this much. */
const BULK = 20e6;
const BULK_DAY = 1e9;
/** Days that must show a role, within how many, before it is proposed. */
const DAYS = 3;
const WITHIN = 14;
/** Devices with evidence; those without a day of any role make room first. 330 B each. */
const MOST = 4_000;
const DAY_MS = 86_400_000;

export const ROLES = ["domain-controller", "proxy", "mail-server", "scanner", "backup"] as const;
export type Role = (typeof ROLES)[number];

export interface RoleProposal {
  device: number;
  role: Role;
  /** Days that showed it, of the days since the first of them. */
  days: number;
  of: number;
  /** Numbers of the last such day: named counts, all distinct ends but the bytes. */
  numbers: Readonly<Record<string, number>>;
  reason: string;
  /** What else looks the same. */
  caution: string;
  /** Start of the last day that showed it, ms. */
  last: number;
}

class Row {
  day = -1;
  readonly bits = new Uint32Array(SETS * 2);
  readonly bytes = new Float64Array(2);
  /** By role: mask of the last 31 days that showed it, newest day in bit 0 as of `seen`; that day; numbers of it. */
  readonly mask = new Uint32Array(ROLES.length);
  readonly seen = new Int32Array(ROLES.length).fill(-1);
  readonly numbers = new Float64Array(ROLES.length * 3);

  get isEmpty(): boolean {
    return this.mask.every((m) => m === 0);
  }
}

const NUMBERS: Readonly<Record<Role, readonly [string, string, string]>> = {
  "domain-controller": ["kerberosClients", "ldapClients", ""],
  proxy: ["clients", "sites", ""],
  "mail-server": ["delivering", "deliveredTo", ""],
  scanner: ["devices", "ports", ""],
  backup: ["clients", "bytesTaken", "bytesSent"],
};

const CAUTION: Readonly<Record<Role, string>> = {
  "domain-controller": "Nothing else answers Kerberos and LDAP for a whole office; still, know the machine.",
  proxy: "An intruder's relay inside looks the same to those who use it: accept only a proxy that you run.",
  "mail-server": "A machine that was taken over to send spam also delivers to many: accept only a mail server that you run.",
  scanner: "An intruder who looks around for days looks the same: accept only a scanner that you run, and on the device that runs it.",
  backup: "Somebody who gathers data before carrying it off looks the same: accept only a backup that you run.",
};

/**
 * What role a device seems to have, from what it answers and asks for day by day: domain controller (Kerberos and LDAP answered for many), proxy (asked for
 * outside sites by many), mail server (mail from and to many outside), scanner (tries on many devices and ports that nobody answers), backup (takes far
 * more in bulk from several devices than it gives). A role is proposed with its numbers when three days within fourteen showed it, and is nothing more
 * than a proposal: it weighs in no score.
 *
 * Memory 330 B a device with any such sign, at most 4,000 devices. Cost 20 ns a flow. Blind: proxies for names inside TLS, services on
 * uncommon ports, roles that a device plays less than a day in five.
 */
export class RoleEvidence {
  #rows = new Map<number, Row>();
  /** Devices that there are: what "many" means. */
  readonly #devices: () => number;

  constructor(devices: () => number) {
    this.#devices = devices;
  }

  get bytes(): number {
    return this.#rows.size * 330;
  }

  learn(event: NetEvent): void {
    const src = event.srcDevice ?? -1;
    const dst = event.dstDevice ?? -1;
    if (event.family === "conn") this.#flow(event, src, dst);
    else if (event.family === "http" && src >= 0 && dst >= 0 && src !== dst) this.#request(event, src, dst);
  }

  #flow(event: NetEvent & { family: "conn" }, src: number, dst: number): void {
    const port = event.dstPort ?? 0;
    const answered = (event.bytesIn ?? 0) > 0 || (event.packetsIn ?? 0) > 0;
    const refused = event.state === "attempt" || event.state === "rejected";
    if (dst >= 0 && src >= 0 && src !== dst) {
      if (refused || !answered) {
        if (event.proto !== "tcp") return;
        const row = this.#row(src, event.time);
        mark(row, UNANSWERED_DEVICES, dst + 1);
        mark(row, UNANSWERED_PORTS, port);
        return;
      }
      if (port === 88) mark(this.#row(dst, event.time), KERBEROS, src + 1);
      else if (port === 389 || port === 636 || port === 3_268 || port === 3_269) mark(this.#row(dst, event.time), LDAP, src + 1);
      const sent = event.bytesOut ?? 0;
      const received = event.bytesIn ?? 0;
      if (sent >= BULK) this.#bulk(dst, src, sent, event.time);
      if (received >= BULK) this.#bulk(src, dst, received, event.time);
      return;
    }
    if (port !== 25 || !answered || refused) return;
    if (dst >= 0 && src < 0) mark(this.#row(dst, event.time), MAIL_IN, hashOf(event.src));
    else if (src >= 0 && dst < 0) mark(this.#row(src, event.time), MAIL_OUT, hashOf(event.dst));
  }

  #bulk(taker: number, giver: number, bytes: number, time: number): void {
    const taking = this.#row(taker, time);
    mark(taking, BULK_CLIENTS, giver + 1);
    taking.bytes[TAKEN] = (taking.bytes[TAKEN] ?? 0) + bytes;
    const giving = this.#rows.get(giver);
    if (giving !== undefined) giving.bytes[SENT] = (giving.bytes[SENT] ?? 0) + bytes;
  }

  /** Asked through a proxy: the whole address stands in the request, or a tunnel is asked for. */
  #request(event: NetEvent & { family: "http" }, src: number, dst: number): void {
    if (event.method !== "CONNECT" && !/^https?:\/\//i.test(event.uri ?? "")) return;
    const host = event.host ?? (event.uri ?? "").replace(/^https?:\/\//i, "").split(/[/:]/, 1)[0] ?? "";
    const row = this.#row(dst, event.time);
    mark(row, PROXY_CLIENTS, src + 1);
    mark(row, PROXY_SITES, hashOf(registrableDomain(host) ?? host));
  }

  #row(device: number, time: number): Row {
    const day = Math.floor(time / DAY_MS);
    let row = this.#rows.get(device);
    if (row === undefined) {
      if (this.#rows.size >= MOST) this.#makeRoom();
      row = new Row();
      row.day = day;
      this.#rows.set(device, row);
    } else if (day > row.day) {
      this.#close(row);
      row.day = day;
    }
    return row;
  }

  #makeRoom(): void {
    for (const [device, row] of this.#rows) {
      this.#close(row);
      if (row.isEmpty) this.#rows.delete(device);
    }
    for (const device of this.#rows.keys()) {
      if (this.#rows.size < MOST) return;
      this.#rows.delete(device);
    }
  }

  /** The day of the row has ended: did it show a role? */
  #close(row: Row): void {
    ROLES.forEach((role, r) => {
      const numbers = this.#shown(row, role);
      if (numbers === undefined) return;
      const since = row.seen[r] === -1 ? 31 : row.day - (row.seen[r] ?? 0);
      if (since <= 0) return;
      row.mask[r] = (since >= 31 ? 0 : ((row.mask[r] ?? 0) << since) >>> 0) | 1;
      row.seen[r] = row.day;
      row.numbers.set(numbers, r * 3);
    });
    row.bits.fill(0);
    row.bytes.fill(0);
  }

  #shown(row: Row, role: Role): [number, number, number] | undefined {
    const many = (least: number, share: number): number => Math.max(least, Math.ceil(share * this.#devices()));
    const n = (set: number): number => distinct(row, set);
    const numbers: [number, number, number] =
      role === "domain-controller"
        ? [n(KERBEROS), n(LDAP), 0]
        : role === "proxy"
          ? [n(PROXY_CLIENTS), n(PROXY_SITES), 0]
          : role === "mail-server"
            ? [n(MAIL_IN), n(MAIL_OUT), 0]
            : role === "scanner"
              ? [n(UNANSWERED_DEVICES), n(UNANSWERED_PORTS), 0]
              : [n(BULK_CLIENTS), row.bytes[TAKEN] ?? 0, row.bytes[SENT] ?? 0];
    const [a, b, c] = numbers;
    const held =
      role === "domain-controller"
        ? a >= Math.min(60, many(3, 0.15)) && b >= 3
        : role === "proxy"
          ? a >= Math.min(60, many(3, 0.15)) && b >= 20
          : role === "mail-server"
            ? a >= 5 && b >= 5
            : role === "scanner"
              ? a >= Math.min(80, many(8, 0.3)) && b >= 10
              : a >= 3 && b >= BULK_DAY && b >= 5 * c;
    return held ? numbers : undefined;
  }

  /** Roles that devices seem to have at this time, the surest first. */
  proposals(time: number): RoleProposal[] {
    const today = Math.floor(time / DAY_MS);
    const out: RoleProposal[] = [];
    for (const [device, row] of this.#rows) {
      ROLES.forEach((role, r) => {
        const ago = today - (row.seen[r] ?? -1);
        const mask = row.mask[r] ?? 0;
        if (mask === 0 || ago >= WITHIN) return;
        const recent = mask & (2 ** (WITHIN - ago) - 1);
        const days = bitsOf(recent);
        if (days < DAYS) return;
        const of = 32 - Math.clz32(recent);
        const values = row.numbers.subarray(r * 3, r * 3 + 3);
        const numbers: Record<string, number> = {};
        NUMBERS[role].forEach((name, i) => {
          if (name !== "") numbers[name] = values[i] ?? 0;
        });
        out.push({ device, role, days, of, numbers, reason: reasonOf(role, values, days, of), caution: CAUTION[role], last: (row.seen[r] ?? 0) * DAY_MS });
      });
    }
    return out.sort((a, b) => b.days - a.days || a.device - b.device || (a.role < b.role ? -1 : 1));
  }

  save(out: ByteWriter): void {
    out.u32(this.#rows.size);
    for (const [device, row] of this.#rows) {
      out.u32(device);
      out.f64(row.day);
      for (const array of [row.bits, row.bytes, row.mask, row.seen, row.numbers]) out.array(array);
    }
  }

  load(reader: ByteReader): void {
    this.#rows = new Map();
    const size = reader.u32();
    for (let i = 0; i < size; i++) {
      const device = reader.u32();
      const row = new Row();
      row.day = reader.f64();
      row.bits.set(readArray(reader, Uint32Array));
      row.bytes.set(readArray(reader, Float64Array));
      row.mask.set(readArray(reader, Uint32Array));
      row.seen.set(readArray(reader, Int32Array));
      row.numbers.set(readArray(reader, Float64Array));
      this.#rows.set(device, row);
    }
  }
}

function reasonOf(role: Role, [a = 0, b = 0, c = 0]: ArrayLike<number> & Iterable<number>, days: number, of: number): string {
  const on = ` on the last of them; ${days} of ${of} days looked like this.`;
  switch (role) {
    case "domain-controller":
      return `Answered Kerberos for about ${count(a)} and LDAP for about ${count(b)} own devices${on}`;
    case "proxy":
      return `About ${count(a)} own devices asked it for ${count(b)} outside sites${on}`;
    case "mail-server":
      return `Took mail from about ${count(a)} and delivered mail to about ${count(b)} outside addresses${on}`;
    case "scanner":
      return `Tried about ${count(a)} own devices on about ${count(b)} ports without an answer${on}`;
    case "backup":
      return `Took ${bytesInWords(b)} in bulk from about ${count(a)} own devices and gave ${bytesInWords(c)}${on}`;
  }
}

function mark(row: Row, set: number, value: number): void {
  const bit = mix32(value) & 63;
  const at = set * 2 + (bit >>> 5);
  row.bits[at] = ((row.bits[at] ?? 0) | (1 << (bit & 31))) >>> 0;
}

/** Linear counting over 64 bits; a full set says 266. */
function distinct(row: Row, set: number): number {
  const ones = bitsOf(row.bits[set * 2] ?? 0) + bitsOf(row.bits[set * 2 + 1] ?? 0);
  return Math.round(64 * Math.log(64 / Math.max(1, 64 - ones)));
}

function bitsOf(mask: number): number {
  let rest = mask >>> 0;
  let ones = 0;
  while (rest !== 0) {
    rest &= rest - 1;
    ones++;
  }
  return ones;
}

function hashOf(text: string | undefined): number {
  let hash = 7;
  for (let i = 0; i < (text ?? "").length; i++) hash = (Math.imul(hash, 31) + (text ?? "").charCodeAt(i)) | 0;
  return hash;
}
