import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { captureFormat, copyCapture, inspectCapture, needsCopy } from "./capture.ts";
import { pcapFile, pcapngFile } from "./pcap-fixture.ts";

const dir = mkdtempSync(join(tmpdir(), "wonted-capture-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let count = 0;
function put(bytes: Buffer): string {
  const path = join(dir, `c${count++}`);
  writeFileSync(path, bytes);
  return path;
}

const packets = [
  { time: 1_700_000_000.25, data: Buffer.from("first packet, quite short") },
  { time: 1_700_000_001.5, data: Buffer.from("second") },
  { time: 1_700_000_002, data: Buffer.alloc(1_500, 7) },
];

describe("captures are checked before Suricata sees them", () => {
  for (const big of [false, true]) {
    for (const nano of [false, true]) {
      it(`counts the packets of a pcap, ${big ? "big" : "little"} end first, ${nano ? "nanoseconds" : "microseconds"}`, async () => {
        const info = await inspectCapture(put(pcapFile(packets, { big, nano })));
        expect(info).toMatchObject({ format: "pcap", packets: 3, packetBytes: 1_531, linkTypes: [1], fault: undefined });
        expect(needsCopy(info)).toBe(false);
      });
    }
    it(`counts the packets of a pcapng, ${big ? "big" : "little"} end first`, async () => {
      const info = await inspectCapture(put(pcapngFile(packets, { big })));
      expect(info).toMatchObject({ format: "pcapng", packets: 3, packetBytes: 1_531, interfaces: 1, fault: undefined });
    });
  }

  it("copies what libpcap refuses: a pcapng of interfaces with different link types becomes one file each, times kept", async () => {
    const path = put(pcapngFile(packets, { linkTypes: [1, 101, 1] }));
    expect(needsCopy(await inspectCapture(path))).toBe(true);
    const { parts, info } = await copyCapture(path, mkdtempSync(join(dir, "parts-")));
    expect(info.linkTypes).toEqual([1, 101]);
    const infos = await Promise.all(parts.map((part) => inspectCapture(part)));
    expect(infos.map((part) => [part.linkTypes, part.packets])).toEqual([
      [[1], 2],
      [[101], 1],
    ]);
  });

  it("reads through gzip, and says where damaged gzip ends", async () => {
    const whole = gzipSync(pcapFile(packets));
    expect(await inspectCapture(put(whole))).toMatchObject({ gzip: true, packets: 3, fault: undefined });
    expect((await inspectCapture(put(whole.subarray(0, whole.length - 6)))).fault).toBeDefined();
  });

  it("refuses a file that is no capture, with its name", async () => {
    const path = put(Buffer.from("not a capture at all"));
    await expect(inspectCapture(path)).rejects.toMatchObject({ code: "capture-format", message: expect.stringContaining(path) });
    await expect(inspectCapture(join(dir, "absent"))).rejects.toMatchObject({ code: "capture-unreadable" });
  });

  it("yields the whole packets of every prefix of a capture and names the first broken one", async () => {
    for (const bytes of [pcapFile(packets), pcapngFile(packets)]) {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 4, max: bytes.length }), async (length) => {
          const info = await inspectCapture(put(bytes.subarray(0, length)));
          expect(info.packets).toBeLessThanOrEqual(3);
          if (length === bytes.length) expect(info.fault).toBeUndefined();
          else if (info.fault !== undefined) expect(info.fault.packet).toBe(info.packets + 1);
          else expect([3, ...packets.map((_, i) => i)]).toContain(info.packets);
        }),
        { numRuns: 120 },
      );
    }
  });

  it("never throws anything but its own refusal on random bytes behind a good beginning", async () => {
    const starts = [pcapFile([]), pcapngFile([])];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }), async (start, rest) => {
        const info = await inspectCapture(put(Buffer.concat([start, rest])));
        expect(info.packets).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 200 },
    );
  });

  it("knows no format in too few bytes", () => {
    expect(captureFormat(Buffer.from([0xd4, 0xc3]))).toBeUndefined();
  });
});
