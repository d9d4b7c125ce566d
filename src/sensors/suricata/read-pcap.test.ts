import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { needs, suricata } from "../../../test/needs.ts";
import { createRecordParser } from "../../parsers/create-parser.ts";
import type { NetEvent, Rejected } from "../../schema/event.ts";
import { dnsQuery, pcapFile, pcapngFile } from "./pcap-fixture.ts";
import { canonicalEve, readPcap } from "./read-pcap.ts";
import { runSuricata, suricataConfig, suricataVersion } from "./run.ts";

const dir = mkdtempSync(join(tmpdir(), "wonted-read-pcap-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const packets = Array.from({ length: 40 }, (_, i) => ({
  time: 1_760_000_000 + i * 60,
  data: dnsQuery({ src: `10.1.0.${1 + (i % 3)}`, dst: "10.1.0.53", port: 30_000 + i, id: i + 1, name: `host-${i}.example.test` }),
}));

async function read(path: string): Promise<{ events: NetEvent[]; rejected: Rejected[] }> {
  const out = { events: [] as NetEvent[], rejected: [] as Rejected[] };
  const options = { source: "p", fileKey: "k", file: "lab.pcap" };
  for await (const batch of readPcap(path, { ...options, parser: (context) => createRecordParser("eve", context) })) {
    out.events.push(...batch.events);
    out.rejected.push(...batch.rejected);
  }
  return out;
}

function put(name: string, bytes: Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
}

describe("captures through Suricata", () => {
  it("D28: yields the same events twice, in time order, numbered from 1", async (context) => {
    needs(context, suricata());
    const path = put("whole.pcap", pcapFile(packets));
    const [first, second] = [await read(path), await read(path)];
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(first.rejected).toEqual([]);
    const queries = first.events.filter((event) => event.family === "dns").map((event) => event.query);
    expect(queries).toEqual(packets.map((_, i) => `host-${i}.example.test`));
    expect(first.events.filter((event) => event.family === "conn")).toHaveLength(40);
    expect(first.events.map((event) => event.line)).toEqual(first.events.map((_, i) => i + 1));
    for (const [i, event] of first.events.entries()) expect(event.time).toBeGreaterThanOrEqual(first.events[i - 1]?.time ?? 0);
    const query = first.events.find((event) => event.family === "dns");
    const flow = first.events.find((event) => event.family === "conn" && event.srcPort === query?.srcPort);
    expect(query?.connection).toBe(flow?.connection);
    expect(query?.native).toMatch(/^1:/);
  });

  it("reads the same from pcapng, also from one with several interfaces", async (context) => {
    needs(context, suricata());
    const plain = await read(put("a.pcap", pcapFile(packets)));
    const one = await read(put("a.pcapng", pcapngFile(packets)));
    const many = await read(put("b.pcapng", pcapngFile(packets, { linkTypes: packets.map(() => 1) })));
    expect(one).toEqual(plain);
    expect(many).toEqual(plain);
  });

  it("reads a cut capture up to the cut, and says where that is", async (context) => {
    needs(context, suricata());
    const whole = pcapFile(packets);
    const { events, rejected } = await read(put("cut.pcap", whole.subarray(0, whole.length - 10)));
    expect(events.filter((event) => event.family === "dns")).toHaveLength(39);
    expect(rejected).toMatchObject([{ file: "lab.pcap", line: 40, reason: expect.stringContaining("packet 40") }]);
  });

  it("answers at once for a capture without packets", async (context) => {
    needs(context, suricata());
    const started = performance.now();
    expect(await read(put("empty.pcap", pcapFile([])))).toEqual({ events: [], rejected: [] });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("refuses rubbish by its name", async (context) => {
    needs(context, suricata());
    await expect(read(put("rubbish.pcap", Buffer.from("rubbish, and quite some of it")))).rejects.toMatchObject({ code: "capture-format", exitCode: 2 });
  });

  it("stops Suricata at the limits on time and output", async (context) => {
    needs(context, suricata());
    const path = put("limits.pcap", pcapFile(packets));
    await expect(runSuricata(path, { wallMs: 1 })).rejects.toMatchObject({ code: "suricata-limit" });
  });

  it("says what to install when there is no Suricata, and refuses another version", async () => {
    await expect(suricataVersion({ binary: join(dir, "absent") })).rejects.toMatchObject({
      code: "suricata-missing",
      hint: expect.stringContaining("suricata 7"),
    });
    const fake = join(dir, "suricata");
    writeFileSync(fake, "#!/bin/sh\necho This is Suricata version 6.0.10 RELEASE\n", { mode: 0o755 });
    await expect(suricataVersion({ binary: fake })).rejects.toMatchObject({ code: "suricata-version", message: expect.stringContaining("6.0.10") });
  });

  it("keeps rules, Lua and file-store out of its configuration", () => {
    const text = readFileSync(suricataConfig(), "utf8");
    expect(text).toContain("rule-files: []");
    expect(text).not.toMatch(/file-store:|\.lua\b/);
    expect(text).toMatch(/allow-rules: false/);
  });
});

it("sorts an EVE file too large for memory the same way", async () => {
  const line = (i: number): string =>
    `{"timestamp":"2026-01-01T00:00:${String((i * 37) % 60).padStart(2, "0")}.000000+0000","flow_id":${i + 5},"event_type":"dns","src_port":${i},"dns":{"rrname":"a\\"\u00e9${i}"}}`;
  const eve = put("eve.json", Buffer.from(Array.from({ length: 300 }, (_, i) => `${line(i)}\n`).join("")));
  const collect = async (runCharacters?: number): Promise<string[]> => {
    const out: string[] = [];
    for await (const lines of canonicalEve([eve], mkdtempSync(join(dir, "sort-")), runCharacters)) out.push(...lines);
    return out;
  };
  const inMemory = await collect();
  expect(inMemory).toHaveLength(300);
  expect(await collect(2_000)).toEqual(inMemory);
  expect(inMemory[0]).toContain('"flow_id":1,');
});
