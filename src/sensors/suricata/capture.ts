import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { CodedError } from "../../base/result.ts";

/** No snapshot length in use is larger (libpcap's MAXIMUM_SNAPLEN); a longer packet means that we lost our place in the file. */
const MAX_PACKET = 262_144;
/** A pcapng block may carry options beside its packet. */
const MAX_BLOCK = 16_777_216;
const MIN_CHUNK = 65_536;

export type CaptureFormat = "pcap" | "pcapng";

/** Where and why reading stopped before the end of the file. `packet` counts from 1 and is the first that is not whole. */
export interface CaptureFault {
  packet: number;
  offset: number;
  reason: string;
}

export interface CaptureInfo {
  format: CaptureFormat;
  gzip: boolean;
  packets: number;
  /** Bytes of packets, without headers. */
  packetBytes: number;
  /** Link types in order of appearance (LINKTYPE_ numbers of the tcpdump group). */
  linkTypes: number[];
  /** pcapng interfaces; libpcap reads a file with several only when their link types and snapshot lengths agree. */
  interfaces: number;
  fault: CaptureFault | undefined;
}

interface Packet {
  linkType: number;
  seconds: number;
  nanos: number;
  originalLength: number;
  data: Buffer;
}

/** Format by the first four bytes, or undefined. A gzip member is looked into by `inspectCapture`, not here. */
export function captureFormat(head: Uint8Array): CaptureFormat | undefined {
  if (head.length < 4) return undefined;
  const magic = ((head[0] ?? 0) << 24) | ((head[1] ?? 0) << 16) | ((head[2] ?? 0) << 8) | (head[3] ?? 0);
  switch (magic >>> 0) {
    case 0xa1b2c3d4:
    case 0xd4c3b2a1:
    case 0xa1b23c4d:
    case 0x4d3cb2a1:
      return "pcap";
    case 0x0a0d0d0a:
      return "pcapng";
    default:
      return undefined;
  }
}

/**
 * Reads every packet header of a capture and says whether Suricata can be given the file as it is.
 * Memory: one block. Cost: about 1 GB a CPU-second. Throws CodedError `capture-format` when the file is no capture and
 * `capture-unreadable` when it cannot be opened. Formats: pcap (draft-ietf-opsawg-pcap), pcapng (draft-ietf-opsawg-pcapng), both byte orders, gzip around either.
 */
export async function inspectCapture(path: string): Promise<CaptureInfo> {
  return walk(path, undefined);
}

/** True when libpcap might refuse the file or Suricata would stop in it with an error. */
export function needsCopy(info: CaptureInfo): boolean {
  return info.gzip || info.fault !== undefined || info.interfaces > 1;
}

/**
 * Writes the whole packets of a capture as plain pcap files into `dir`, one per link type, nanosecond stamps.
 * Returns their paths in order of first appearance. Disk: `packetBytes` and 16 bytes a packet.
 */
export async function copyCapture(path: string, dir: string): Promise<{ info: CaptureInfo; parts: string[] }> {
  const writers = new Map<number, PcapWriter>();
  const info = await walk(path, async (packet) => {
    let writer = writers.get(packet.linkType);
    if (writer === undefined) {
      writer = new PcapWriter(join(dir, `part-${writers.size}.pcap`), packet.linkType);
      writers.set(packet.linkType, writer);
    }
    return writer.write(packet);
  });
  for (const writer of writers.values()) await writer.close();
  return { info, parts: [...writers.values()].map((writer) => writer.path) };
}

class PcapWriter {
  readonly path: string;
  readonly #out;
  constructor(path: string, linkType: number) {
    this.path = path;
    this.#out = createWriteStream(path, { mode: 0o600, highWaterMark: 1_048_576 });
    const head = Buffer.alloc(24);
    head.writeUInt32LE(0xa1b23c4d, 0);
    head.writeUInt16LE(2, 4);
    head.writeUInt16LE(4, 6);
    head.writeUInt32LE(MAX_PACKET, 16);
    head.writeUInt32LE(linkType, 20);
    this.#out.write(head);
  }
  async write(packet: Packet): Promise<void> {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(packet.seconds >>> 0, 0);
    head.writeUInt32LE(packet.nanos >>> 0, 4);
    head.writeUInt32LE(packet.data.length, 8);
    head.writeUInt32LE(packet.originalLength >>> 0, 12);
    this.#out.write(head);
    // Copied: the buffer that it points into is reused by the reader.
    if (!this.#out.write(Buffer.from(packet.data))) await once(this.#out, "drain");
  }
  async close(): Promise<void> {
    this.#out.end();
    await once(this.#out, "close");
  }
}

async function walk(path: string, each: ((packet: Packet) => Promise<void>) | undefined): Promise<CaptureInfo> {
  const reader = await ByteReader.open(path);
  try {
    const head = await reader.peek(4);
    const format = head === undefined ? undefined : captureFormat(head);
    if (format === undefined) {
      throw new CodedError("capture-format", `${path} is neither a pcap nor a pcapng file`, { exitCode: 2 });
    }
    const info: CaptureInfo = { format, gzip: reader.gzip, packets: 0, packetBytes: 0, linkTypes: [], interfaces: 1, fault: undefined };
    const packets = format === "pcap" ? pcapPackets(reader, info) : pcapngPackets(reader, info);
    for await (const packet of packets) {
      info.packets++;
      info.packetBytes += packet.data.length;
      if (!info.linkTypes.includes(packet.linkType)) info.linkTypes.push(packet.linkType);
      if (each !== undefined) await each(packet);
    }
    if (info.fault === undefined && reader.error !== undefined) fault(info, reader.offset, `the compressed data end early or are damaged (${reader.error})`);
    return info;
  } finally {
    await reader.close();
  }
}

function fault(info: CaptureInfo, offset: number, reason: string): void {
  info.fault = { packet: info.packets + 1, offset, reason };
}

async function* pcapPackets(reader: ByteReader, info: CaptureInfo): AsyncGenerator<Packet> {
  const head = await reader.take(24);
  if (head === undefined) return fault(info, 0, "the file ends within its header");
  const little = head[0] === 0xd4 || head[0] === 0x4d;
  const nano = head[0] === 0x4d || head[3] === 0x4d;
  const u32 = (buffer: Buffer, at: number): number => (little ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at));
  // The upper bits hold the length of a frame check sequence, not the link type.
  const linkType = u32(head, 20) & 0x0fffffff;
  for (;;) {
    const at = reader.offset;
    const record = await reader.take(16);
    if (record === undefined) {
      if (reader.left > 0) fault(info, at, "the file ends within a packet header");
      return;
    }
    const length = u32(record, 8);
    const seconds = u32(record, 0);
    const fraction = u32(record, 4);
    const originalLength = u32(record, 12);
    if (length > MAX_PACKET) return fault(info, at, `a packet of ${length} bytes is announced, which no capture holds`);
    const data = await reader.take(length);
    if (data === undefined) return fault(info, at, "the file ends within a packet");
    yield { linkType, seconds, nanos: nano ? fraction : fraction * 1_000, originalLength, data };
  }
}

interface Interface {
  linkType: number;
  /** Ticks a second. */
  resolution: bigint;
  offsetSeconds: number;
}

async function* pcapngPackets(reader: ByteReader, info: CaptureInfo): AsyncGenerator<Packet> {
  let little = true;
  let interfaces: Interface[] = [];
  let sections = 0;
  let seen = 0;
  const u32 = (buffer: Buffer, at: number): number => (little ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at));
  const u16 = (buffer: Buffer, at: number): number => (little ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at));
  for (;;) {
    const at = reader.offset;
    const head = await reader.peek(12);
    if (head === undefined) {
      if (reader.left > 0) fault(info, at, "the file ends within a block");
      return;
    }
    const isSection = head.readUInt32LE(0) === 0x0a0d0d0a;
    if (isSection) {
      little = head.readUInt32LE(8) === 0x1a2b3c4d;
      if (!little && head.readUInt32BE(8) !== 0x1a2b3c4d) return fault(info, at, "a section without byte-order mark");
      sections++;
      interfaces = [];
    }
    const type = u32(head, 0);
    const length = u32(head, 4);
    if (length < 12 || length > MAX_BLOCK || length % 4 !== 0) return fault(info, at, `a block of ${length} bytes is announced`);
    const block = await reader.take(length);
    if (block === undefined) return fault(info, at, "the file ends within a block");
    if (u32(block, length - 4) !== length) return fault(info, at, "a block whose two lengths differ");
    const end = length - 4;
    if (type === 1 && length >= 20) {
      interfaces.push(readInterface(block, end, u16, little));
      seen++;
      info.interfaces = Math.max(seen, sections);
    } else if ((type === 6 || type === 2) && length >= 32) {
      const id = type === 6 ? u32(block, 8) : u16(block, 8);
      const source = interfaces[id];
      const captured = u32(block, 20);
      if (source === undefined) return fault(info, at, `a packet of interface ${id}, which was not described`);
      if (captured > MAX_PACKET || 28 + captured > end) return fault(info, at, `a packet of ${captured} bytes in a block of ${length}`);
      const ticks = (BigInt(u32(block, 12)) << 32n) | BigInt(u32(block, 16));
      const seconds = ticks / source.resolution;
      const nanos = ((ticks % source.resolution) * 1_000_000_000n) / source.resolution;
      const data = block.subarray(28, 28 + captured);
      yield { linkType: source.linkType, seconds: Number(seconds) + source.offsetSeconds, nanos: Number(nanos), originalLength: u32(block, 24), data };
    } else if (type === 3) {
      return fault(info, at, "a packet without a time (simple packet block)");
    }
  }
}

function readInterface(block: Buffer, end: number, u16: (b: Buffer, at: number) => number, little: boolean): Interface {
  const out: Interface = { linkType: u16(block, 8), resolution: 1_000_000n, offsetSeconds: 0 };
  let at = 16;
  while (at + 4 <= end) {
    const code = u16(block, at);
    const length = u16(block, at + 2);
    if (code === 0 || at + 4 + length > end) break;
    if (code === 9 && length >= 1) {
      const value = block[at + 4] ?? 6;
      const exponent = BigInt(value & 0x7f);
      if (value & 0x80) out.resolution = 2n ** (exponent > 63n ? 63n : exponent);
      else out.resolution = 10n ** (exponent > 19n ? 19n : exponent);
    } else if (code === 14 && length >= 8) {
      out.offsetSeconds = Number(little ? block.readBigInt64LE(at + 4) : block.readBigInt64BE(at + 4));
    }
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return out;
}

/** Takes exact numbers of bytes from a file, or from the gzip inside it. */
class ByteReader {
  readonly gzip: boolean;
  error: string | undefined;
  offset = 0;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #stop: () => void;

  private constructor(gzip: boolean, chunks: AsyncIterator<Buffer>, stop: () => void) {
    this.gzip = gzip;
    this.#chunks = chunks;
    this.#stop = stop;
  }

  static async open(path: string): Promise<ByteReader> {
    let gzip = false;
    try {
      const file = await open(path, "r");
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
      gzip = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
      await file.close();
    } catch (cause) {
      throw new CodedError("capture-unreadable", `${path} cannot be read: ${reasonOf(cause)}`, { exitCode: 2, cause });
    }
    const file = createReadStream(path, { highWaterMark: 1_048_576 });
    if (!gzip) return new ByteReader(false, file[Symbol.asyncIterator]() as AsyncIterator<Buffer>, () => file.destroy());
    const unzip = createGunzip({ chunkSize: 262_144 });
    file.on("error", (error) => unzip.destroy(error));
    file.pipe(unzip);
    const stop = (): void => {
      file.destroy();
      unzip.destroy();
    };
    return new ByteReader(true, unzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>, stop);
  }

  /** Bytes in hand that were not taken. */
  get left(): number {
    return this.#buffer.length - this.#at;
  }

  async peek(length: number): Promise<Buffer | undefined> {
    while (this.left < length) {
      if (!(await this.#more(length))) return undefined;
    }
    return this.#buffer.subarray(this.#at, this.#at + length);
  }

  async take(length: number): Promise<Buffer | undefined> {
    const bytes = await this.peek(length);
    if (bytes !== undefined) {
      this.#at += length;
      this.offset += length;
    }
    return bytes;
  }

  async #more(length: number): Promise<boolean> {
    const parts: Buffer[] = [this.#buffer.subarray(this.#at)];
    let size = this.left;
    const want = Math.max(length, Math.min(MIN_CHUNK, length * 2));
    let got = false;
    while (size < want) {
      let next: IteratorResult<Buffer>;
      try {
        next = await this.#chunks.next();
      } catch (error) {
        this.error = reasonOf(error);
        break;
      }
      if (next.done === true) break;
      parts.push(next.value);
      size += next.value.length;
      got = true;
    }
    this.#buffer = parts.length === 1 ? (parts[0] ?? this.#buffer) : Buffer.concat(parts);
    this.#at = 0;
    return got;
  }

  async close(): Promise<void> {
    this.#stop();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
