import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createRecordParser } from "../../src/parsers/create-parser.ts";
import type { NetEvent } from "../../src/schema/event.ts";
import { pcapToEve, readPcap } from "../../src/sensors/suricata/read-pcap.ts";
import { namespaces, needs, program, suricata } from "../needs.ts";

const demo = new URL("../../demo/", import.meta.url).pathname;

/** What may differ between builds of one Suricata line: the order of keys does not, wording of anomalies and file hashes of cut bodies might. */
function comparable(line: string): string {
  const record = JSON.parse(line) as Record<string, unknown>;
  for (const key of ["pcap_cnt", "flow_id", "anomaly", "pkt_src"]) delete record[key];
  return JSON.stringify(record);
}

test("the demonstration's capture goes through Suricata and comes out as the EVE that lies beside it", async (context) => {
  needs(context, suricata());
  const made: string[] = [];
  for await (const lines of pcapToEve(join(demo, "capture.pcap.gz"))) made.push(...lines);
  const kept = gunzipSync(readFileSync(join(demo, "eve.json.gz")))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  expect(made.length).toBe(kept.length);
  expect(made.map(comparable)).toEqual(kept.map(comparable));
});

test("a capture made now, by real programs in network namespaces, is read through Suricata", async (context) => {
  needs(context, process.env.WONTED_SYSTEM === "1" ? undefined : "makes network namespaces: set WONTED_SYSTEM=1", suricata(), namespaces());
  needs(context, program("tcpdump"), program("mergecap"), program("openssl", "version"), program("curl"), program("ssh", "-V"), program("sshd", "-V"));
  const dir = mkdtempSync(join(tmpdir(), "wonted-fresh-"));
  try {
    const capture = join(dir, "fresh.pcap.gz");
    const run = spawnSync(process.execPath, [join(demo, "make-capture.mjs"), "--tiny", "--out", capture], { encoding: "utf8", timeout: 120_000 });
    expect(run.status, run.stderr).toBe(0);
    const events: NetEvent[] = [];
    const parser = (it: Parameters<typeof createRecordParser>[1]): ReturnType<typeof createRecordParser> => createRecordParser("eve", it);
    for await (const batch of readPcap(capture, { source: "fresh", fileKey: "fresh", parser })) events.push(...batch.events);
    const of = <F extends NetEvent["family"]>(family: F): Extract<NetEvent, { family: F }>[] =>
      events.filter((e): e is Extract<NetEvent, { family: F }> => e.family === family);
    expect(of("http").some((e) => e.host === "intranet.lindenhof.example" && e.userAgent?.includes("Firefox"))).toBe(true);
    expect(of("tls").some((e) => e.serverName === "mail.lindenpost.example" && e.ja4?.startsWith("t13"))).toBe(true);
    expect(of("dns").some((e) => e.query === "mail.lindenpost.example" && e.answers?.includes("198.51.100.20"))).toBe(true);
    expect(of("dhcp").some((e) => e.hostname === "ws-cora" && e.mac === "02:0a:14:01:00:17")).toBe(true);
    expect(of("ssh").length).toBeGreaterThan(0);
    expect(of("conn").length).toBeGreaterThan(20);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}, 180_000);
