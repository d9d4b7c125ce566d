import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalLine, canonicalRecord, flowEndOf, lateFlowOf } from "./canonical.ts";
import { sortRecords } from "./sort-lines.ts";

const FLOW =
  '{"timestamp":"2026-01-02T00:00:00.000000+0000","flow_id":77,"event_type":"flow","src_ip":"10.0.0.1","src_port":1,"dest_ip":"10.0.0.2","dest_port":2,"proto":"TCP",' +
  '"flow":{"pkts_toserver":1,"start":"2026-01-01T08:00:00.000001+0000","end":"2026-01-01T08:00:09.000001+0000","age":9,"state":"closed","reason":"timeout","alerted":false},"parent_id":12}';
const LATE =
  '{"timestamp":"2026-01-02T00:00:00.000000+0000","flow_id":77,"event_type":"fileinfo","proto":"TCP","pkt_src":"stream (flow timeout)","fileinfo":{"filename":"/a"}}';

it("gives a flow record the end of its flow as time stamp, sorts it by its start, and drops what differs between runs", () => {
  const record = canonicalRecord(FLOW, () => undefined);
  expect(record.flow).toBe("77");
  expect(record.key.startsWith("2026-01-01T08:00:00.000001+0000 ")).toBe(true);
  expect(JSON.parse(canonicalLine(record, 1))).toEqual({
    timestamp: "2026-01-01T08:00:09.000001+0000",
    flow_id: 1,
    event_type: "flow",
    src_ip: "10.0.0.1",
    src_port: 1,
    dest_ip: "10.0.0.2",
    dest_port: 2,
    proto: "TCP",
    flow: { pkts_toserver: 1, start: "2026-01-01T08:00:00.000001+0000", end: "2026-01-01T08:00:09.000001+0000", age: 9, state: "closed", alerted: false },
  });
});

it("moves what a closing flow still had to tell to the end of the flow", () => {
  const end = flowEndOf(FLOW);
  expect(lateFlowOf(LATE)).toBe("77");
  const record = canonicalRecord(LATE, (flow) => (flow === end?.flow ? end.end : undefined));
  expect(JSON.parse(canonicalLine(record, 2))).toMatchObject({ flow_id: 2, timestamp: "2026-01-01T08:00:09.000001+0000", event_type: "fileinfo" });
});

it("is not taken in by an attacker's text that looks like the fields it removes", () => {
  const evil = `{"timestamp":"2026-01-02T00:00:00.000000+0000","flow_id":5,"event_type":"http","http":{"url":${JSON.stringify('/,"parent_id":9,"reason":"timeout" "event_type":"flow" "pkt_src":"stream (flow timeout)"')}}}`;
  const record = canonicalRecord(evil, () => "2000-01-01T00:00:00.000000+0000");
  expect(canonicalLine(record, undefined)).toBe(evil.replace('"flow_id":5,', ""));
  expect(
    canonicalLine(
      canonicalRecord("rubbish", () => undefined),
      undefined,
    ),
  ).toBe("rubbish");
});

it("sorts any number of records the same way, on disk or in memory", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ maxLength: 6 }), { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), async (keys, runCharacters) => {
      const dir = mkdtempSync(join(tmpdir(), "wonted-sort-"));
      async function* input(): AsyncGenerator<{ key: string }> {
        for (const key of keys) yield { key };
      }
      const out: string[] = [];
      for await (const batch of sortRecords(
        input(),
        dir,
        (record) => JSON.stringify(record),
        (line) => JSON.parse(line) as { key: string },
        runCharacters,
      )) {
        out.push(...batch.map((record) => record.key));
      }
      rmSync(dir, { recursive: true });
      expect(out).toEqual([...keys].sort());
    }),
    { numRuns: 60 },
  );
});
