/** Writes tiny captures for tests: what the formats' drafts say and no more. */
export interface FixturePacket {
  /** Seconds since the epoch. */
  time: number;
  data: Uint8Array;
}

export function pcapFile(packets: readonly FixturePacket[], options: { big?: boolean; nano?: boolean; linkType?: number } = {}): Buffer {
  const { big = false, nano = false, linkType = 1 } = options;
  const u32 = (value: number): Buffer => word(value, big);
  const parts = [u32(nano ? 0xa1b23c4d : 0xa1b2c3d4), big ? Buffer.from([0, 2, 0, 4]) : Buffer.from([2, 0, 4, 0]), u32(0), u32(0), u32(262_144), u32(linkType)];
  for (const { time, data } of packets) {
    const seconds = Math.floor(time);
    const fraction = Math.round((time - seconds) * (nano ? 1e9 : 1e6));
    parts.push(u32(seconds), u32(fraction), u32(data.length), u32(data.length), Buffer.from(data));
  }
  return Buffer.concat(parts);
}

/** @param options.linkTypes one interface for each packet, in order; left out, one interface for all */
export function pcapngFile(packets: readonly FixturePacket[], options: { big?: boolean; linkTypes?: number[] } = {}): Buffer {
  const { big = false, linkTypes = [1] } = options;
  const u32 = (value: number): Buffer => word(value, big);
  const u16 = (value: number): Buffer => (big ? Buffer.from([value >> 8, value & 255]) : Buffer.from([value & 255, value >> 8]));
  const block = (type: number, body: Buffer): Buffer => {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    return Buffer.concat([u32(type), u32(padded.length + 12), padded, u32(padded.length + 12)]);
  };
  const parts = [block(0x0a0d0d0a, Buffer.concat([u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffffffff), u32(0xffffffff)]))];
  for (const linkType of linkTypes) parts.push(block(1, Buffer.concat([u16(linkType), u16(0), u32(262_144)])));
  for (const [index, { time, data }] of packets.entries()) {
    const micros = Math.round(time * 1e6);
    const source = linkTypes.length > 1 ? index : 0;
    const head = [u32(source), u32(Math.floor(micros / 2 ** 32)), u32(micros >>> 0), u32(data.length), u32(data.length)];
    parts.push(block(6, Buffer.concat([...head, Buffer.from(data)])));
  }
  return Buffer.concat(parts);
}

function word(value: number, big: boolean): Buffer {
  const out = Buffer.alloc(4);
  if (big) out.writeUInt32BE(value >>> 0);
  else out.writeUInt32LE(value >>> 0);
  return out;
}

/** An Ethernet frame with one DNS query over UDP. */
export function dnsQuery(options: { src: string; dst: string; port: number; id: number; name: string }): Buffer {
  const labels = options.name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
  const dns = Buffer.from([options.id >> 8, options.id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(options.port, 0);
  udp.writeUInt16BE(53, 2);
  udp.writeUInt16BE(8 + dns.length, 4);
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(28 + dns.length, 2);
  ip[8] = 64;
  ip[9] = 17;
  ip.set(options.src.split(".").map(Number), 12);
  ip.set(options.dst.split(".").map(Number), 16);
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += ip.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  ip.writeUInt16BE(~sum & 0xffff, 10);
  const ethernet = Buffer.from([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]);
  return Buffer.concat([ethernet, ip, udp, dns]);
}
