import { CodedError } from "../base/result.ts";

type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Little-endian writer of state: numbers, texts and typed arrays, each array with its length. Grows by doubling. */
export class ByteWriter {
  #bytes = new Uint8Array(1_024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  #room(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }

  text(value: string): void {
    const at = this.#room(4 + value.length * 2);
    this.#view.setUint32(at, value.length, true);
    for (let i = 0; i < value.length; i++) this.#view.setUint16(at + 4 + i * 2, value.charCodeAt(i), true);
  }

  /** The array's first `count` elements (all of them by default). */
  array(values: Numbers, count = values.length): void {
    this.u32(count);
    const size = count * values.BYTES_PER_ELEMENT;
    const at = this.#room(size);
    this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, size), at);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what ByteWriter wrote. Every read past the end throws CodedError `state-truncated`, which callers of `load` turn into a Failure. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(size: number): number {
    const at = this.#at;
    if (at + size > this.#bytes.length)
      throw new CodedError("state-truncated", `learned state ends at byte ${this.#bytes.length}, ${size} more were expected at ${at}`);
    this.#at = at + size;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  text(): string {
    const length = this.u32();
    const at = this.#take(length * 2);
    let out = "";
    for (let i = 0; i < length; i++) out += String.fromCharCode(this.#view.getUint16(at + i * 2, true));
    return out;
  }

  /** Fills `into` from the front with an array that was written; the count must not exceed it. Returns the count. */
  arrayInto(into: Numbers): number {
    const count = this.u32();
    if (count > into.length) throw new CodedError("state-size", `learned state holds ${count} numbers where at most ${into.length} fit`);
    const size = count * into.BYTES_PER_ELEMENT;
    const at = this.#take(size);
    new Uint8Array(into.buffer, into.byteOffset, size).set(this.#bytes.subarray(at, at + size));
    return count;
  }

  /** Number of elements of the array that comes next, without reading it. */
  peekCount(): number {
    const at = this.#take(4);
    this.#at = at;
    return this.#view.getUint32(at, true);
  }
}
