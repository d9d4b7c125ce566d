import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { CodedError } from "../../base/result.ts";

/**
 * Edge lines `src,dst,MM/DD/YYYY-HH:MM,label` of any number of files, in the order of the lines. Minutes since 1970 (day 32 of July is
 * August 1st), addresses and labels as numbers; label 0 = benign (`-`). 16 B a line.
 */
export interface Edges {
  count: number;
  source: Int32Array;
  destination: Int32Array;
  minute: Int32Array;
  label: Uint16Array;
  /** Lines from here on are data; those before are history. */
  dataFrom: number;
  addresses: string[];
  labels: string[];
  /** Lines that could not be read: they keep their place (a score per line), with minute -1. */
  unread: number;
}

/** Internal by the layout of this data: addresses are zero-padded. */
export function isInternal(address: string): boolean {
  return address.startsWith("172.016.") || address.startsWith("192.168.");
}

export function readEdges(history: readonly string[], data: readonly string[]): Edges {
  const reader = new EdgeReader();
  for (const file of history) reader.read(bytesOf(file));
  const dataFrom = reader.count;
  for (const file of data) reader.read(bytesOf(file));
  return reader.finish(dataFrom);
}

function bytesOf(file: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new CodedError("file-unreadable", `${file}: ${error instanceof Error ? error.message : String(error)}`, { exitCode: 2 });
  }
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

class EdgeReader {
  count = 0;
  #source = new Int32Array(1 << 16);
  #destination = new Int32Array(1 << 16);
  #minute = new Int32Array(1 << 16);
  #label = new Uint16Array(1 << 16);
  readonly #addresses = new Map<string, number>();
  readonly #labels = new Map<string, number>([["-", 0]]);
  readonly #minutes = new Map<string, number>();
  #unread = 0;

  read(bytes: Buffer): void {
    let from = 0;
    while (from < bytes.length) {
      let to = bytes.indexOf(10, from);
      if (to < 0) to = bytes.length;
      const line = bytes.toString("latin1", from, bytes[to - 1] === 13 ? to - 1 : to);
      from = to + 1;
      if (line !== "" || from < bytes.length) this.#line(line);
    }
  }

  #line(line: string): void {
    const at = this.count++;
    if (at >= this.#source.length) this.#grow();
    const [source, destination, time = "", label = "-"] = line.split(",");
    const minute = this.#minuteOf(time);
    if (source === undefined || destination === undefined || source === "" || destination === "" || minute < 0) {
      this.#unread++;
      this.#minute[at] = -1;
      return;
    }
    this.#source[at] = numberOf(this.#addresses, source);
    this.#destination[at] = numberOf(this.#addresses, destination);
    this.#minute[at] = minute;
    const name = label.trim();
    this.#label[at] = name === "" || name.startsWith("-") ? 0 : numberOf(this.#labels, name);
  }

  #minuteOf(text: string): number {
    const known = this.#minutes.get(text);
    if (known !== undefined) return known;
    const m = /^(\d{2})\/(\d{2})\/(\d{4})-(\d{2}):(\d{2})$/.exec(text);
    const minute = m === null ? -1 : Date.UTC(Number(m[3]), Number(m[1]) - 1, Number(m[2]), Number(m[4]), Number(m[5])) / 60_000;
    this.#minutes.set(text, minute);
    return minute;
  }

  #grow(): void {
    const size = this.#source.length * 2;
    const larger = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(size);
      next.set(old);
      return next;
    };
    this.#source = larger(this.#source);
    this.#destination = larger(this.#destination);
    this.#minute = larger(this.#minute);
    const labels = new Uint16Array(size);
    labels.set(this.#label);
    this.#label = labels;
  }

  finish(dataFrom: number): Edges {
    return {
      count: this.count,
      source: this.#source.subarray(0, this.count),
      destination: this.#destination.subarray(0, this.count),
      minute: this.#minute.subarray(0, this.count),
      label: this.#label.subarray(0, this.count),
      dataFrom,
      addresses: [...this.#addresses.keys()],
      labels: [...this.#labels.keys()],
      unread: this.#unread,
    };
  }
}

function numberOf(map: Map<string, number>, text: string): number {
  const known = map.get(text);
  if (known !== undefined) return known;
  map.set(text, map.size);
  return map.size - 1;
}

/** Lines in order of their minute; lines of one minute keep their order. Unread lines are left out. */
export function timeOrder(edges: Edges): Uint32Array {
  const order = new Uint32Array(edges.count);
  let n = 0;
  let sorted = true;
  let last = -1;
  for (let i = 0; i < edges.count; i++) {
    const minute = edges.minute[i] ?? -1;
    if (minute < 0) continue;
    if (minute < last) sorted = false;
    last = minute;
    order[n++] = i;
  }
  const used = order.subarray(0, n);
  if (!sorted) used.sort((a, b) => (edges.minute[a] ?? 0) - (edges.minute[b] ?? 0) || a - b);
  return used;
}
