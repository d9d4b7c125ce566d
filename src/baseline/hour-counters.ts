import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { addDistinct, DISTINCT_STRIDE, distinctEstimate } from "../stats/distinct-count.ts";
import { grown, readArray } from "./columns.ts";
import { VOLUMES } from "./features.ts";

const V = VOLUMES.length;
/** Distinct sets of an hour, in the order in which they are kept. */
export const PEERS = 0;
export const INTERNAL_PEERS = 1;
export const PORTS = 2;
export const ADMIN_TARGETS = 3;
const SETS = 4;
const SET_VOLUME = ["distinctPeers", "internalPeers", "distinctPorts", "adminFanOut"].map((name) => VOLUMES.indexOf(name as (typeof VOLUMES)[number]));
/** Responders whose bytes are told apart in an hour. */
const TOP = 4;

/**
 * What own devices did in the open hour. A device takes a row when it does something, and rows are given back when the hour closes:
 * 470 B a device that is active in the hour.
 */
export class HourCounters {
  #row = new Int32Array(64).fill(-1);
  /** Own devices with a row, in the order in which they became active. */
  #active = new Int32Array(64);
  #count = 0;
  #sums = new Float64Array(64 * V);
  #sets = new Uint32Array(64 * SETS * DISTINCT_STRIDE);
  #topPeer = new Int32Array(64 * TOP);
  #topBytes = new Float64Array(64 * TOP);
  /** Strangest calibrated categorical surprise and how many values were looked at; strangest burst. */
  #rarity = new Float32Array(64);
  #looked = new Uint32Array(64);
  #burst = new Float32Array(64);
  /** Smallest learning weight of what fell into the hour. */
  #weight = new Float32Array(64);

  get count(): number {
    return this.#count;
  }

  device(row: number): number {
    return this.#active[row] ?? 0;
  }

  /** Row of a device, or -1 when it did nothing in the hour. */
  find(device: number): number {
    return device < this.#row.length ? (this.#row[device] ?? -1) : -1;
  }

  touch(device: number): number {
    const known = this.find(device);
    if (known >= 0) return known;
    this.#row = grown(this.#row, device + 1, -1);
    const row = this.#count++;
    const rows = row + 1;
    if (rows > this.#active.length || rows * V > this.#sums.length) this.#grow(rows);
    this.#row[device] = row;
    this.#active[row] = device;
    this.#sums.fill(0, row * V, rows * V);
    this.#sets.fill(0, row * SETS * DISTINCT_STRIDE, rows * SETS * DISTINCT_STRIDE);
    this.#topPeer.fill(-1, row * TOP, rows * TOP);
    this.#topBytes.fill(0, row * TOP, rows * TOP);
    this.#rarity[row] = 0;
    this.#looked[row] = 0;
    this.#burst[row] = 0;
    this.#weight[row] = 1;
    return row;
  }

  add(row: number, volume: number, by: number): void {
    const at = row * V + volume;
    this.#sums[at] = (this.#sums[at] ?? 0) + by;
  }

  volume(row: number, volume: number): number {
    return this.#sums[row * V + volume] ?? 0;
  }

  addDistinct(row: number, set: number, hash: number): void {
    addDistinct(this.#sets, (row * SETS + set) * DISTINCT_STRIDE, hash);
  }

  /** Bytes to one responder: the four largest are told apart (space-saving). */
  addPeerBytes(row: number, peer: number, bytes: number): void {
    const at = row * TOP;
    let least = at;
    for (let i = at; i < at + TOP; i++) {
      if (this.#topPeer[i] === peer) {
        this.#topBytes[i] = (this.#topBytes[i] ?? 0) + bytes;
        return;
      }
      if ((this.#topBytes[i] ?? 0) < (this.#topBytes[least] ?? 0)) least = i;
    }
    this.#topPeer[least] = peer;
    this.#topBytes[least] = (this.#topBytes[least] ?? 0) + bytes;
  }

  noteRarity(row: number, surprise: number): void {
    this.#looked[row] = (this.#looked[row] ?? 0) + 1;
    if (surprise > (this.#rarity[row] ?? 0)) this.#rarity[row] = surprise;
  }

  noteBurst(row: number, surprise: number): void {
    if (surprise > (this.#burst[row] ?? 0)) this.#burst[row] = surprise;
  }

  noteWeight(row: number, weight: number): void {
    if (weight < (this.#weight[row] ?? 1)) this.#weight[row] = weight;
  }

  /** Volumes of a row into `out`, distinct counts estimated. */
  volumes(row: number, out: number[]): void {
    for (let v = 0; v < V; v++) out[v] = this.#sums[row * V + v] ?? 0;
    for (let set = 0; set < SETS; set++) out[SET_VOLUME[set] ?? 0] = Math.round(distinctEstimate(this.#sets, (row * SETS + set) * DISTINCT_STRIDE));
  }

  topPeer(row: number): { peer: number; bytes: number } {
    let best = row * TOP;
    for (let i = best + 1; i < row * TOP + TOP; i++) if ((this.#topBytes[i] ?? 0) > (this.#topBytes[best] ?? 0)) best = i;
    return { peer: this.#topPeer[best] ?? -1, bytes: this.#topBytes[best] ?? 0 };
  }

  rarity(row: number): number {
    return this.#rarity[row] ?? 0;
  }

  looked(row: number): number {
    return this.#looked[row] ?? 0;
  }

  burst(row: number): number {
    return this.#burst[row] ?? 0;
  }

  weight(row: number): number {
    return this.#weight[row] ?? 1;
  }

  get bytes(): number {
    return this.#row.byteLength + this.#active.length * 470;
  }

  clear(): void {
    for (let row = 0; row < this.#count; row++) this.#row[this.#active[row] ?? 0] = -1;
    this.#count = 0;
  }

  save(out: ByteWriter): void {
    const n = this.#count;
    out.u32(n);
    out.array(this.#active, n);
    out.array(this.#sums, n * V);
    out.array(this.#sets, n * SETS * DISTINCT_STRIDE);
    out.array(this.#topPeer, n * TOP);
    out.array(this.#topBytes, n * TOP);
    out.array(this.#rarity, n);
    out.array(this.#looked, n);
    out.array(this.#burst, n);
    out.array(this.#weight, n);
  }

  load(reader: ByteReader): void {
    this.#count = reader.u32();
    this.#active = readArray(reader, Int32Array);
    this.#sums = readArray(reader, Float64Array);
    this.#sets = readArray(reader, Uint32Array);
    this.#topPeer = readArray(reader, Int32Array);
    this.#topBytes = readArray(reader, Float64Array);
    this.#rarity = readArray(reader, Float32Array);
    this.#looked = readArray(reader, Uint32Array);
    this.#burst = readArray(reader, Float32Array);
    this.#weight = readArray(reader, Float32Array);
    this.#row.fill(-1);
    for (let row = 0; row < this.#count; row++) {
      const device = this.#active[row] ?? 0;
      this.#row = grown(this.#row, device + 1, -1);
      this.#row[device] = row;
    }
  }

  #grow(rows: number): void {
    this.#active = grown(this.#active, rows);
    const size = this.#active.length;
    this.#sums = grown(this.#sums, size * V);
    this.#sets = grown(this.#sets, size * SETS * DISTINCT_STRIDE);
    this.#topPeer = grown(this.#topPeer, size * TOP);
    this.#topBytes = grown(this.#topBytes, size * TOP);
    this.#rarity = grown(this.#rarity, size);
    this.#looked = grown(this.#looked, size);
    this.#burst = grown(this.#burst, size);
    this.#weight = grown(this.#weight, size);
  }
}
