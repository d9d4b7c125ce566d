import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { JsonElements } from "../../parsers/saas/json-elements.ts";
import { ARRAY_KEYS } from "../../parsers/saas/recognise.ts";
import { sniff } from "../sniff.ts";
import { readDocument } from "./read-document.ts";

const folder = mkdtempSync(join(tmpdir(), "wonted-document-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const record = (n: number): object => ({
  CreationTime: `2026-03-02T08:00:0${n}`,
  Id: `id${n}`,
  Operation: "UserLoggedIn",
  RecordType: 15,
  Workload: "AzureActiveDirectory",
  UserId: "anna@ours.example",
  Note: 'quotes " and [brackets] {in} text\\',
});

async function read(text: string | Buffer, name: string): Promise<{ ids: (string | undefined)[]; reasons: string[] }> {
  const path = join(folder, name);
  writeFileSync(path, text);
  const found = sniff(Buffer.from(text).subarray(0, 16_384), name);
  if (found === undefined || (found.kind !== "json-document" && found.kind !== "audit-csv")) throw new Error(`sniffed ${found?.kind}`);
  const ids: (string | undefined)[] = [];
  const reasons: string[] = [];
  for await (const piece of readDocument(
    { path, gzip: found.gzip, bytes: Buffer.from(text).length, kind: found.kind },
    { source: "s", file: name, fileKey: "k" },
  )) {
    ids.push(...piece.events.map((e) => e.native));
    reasons.push(...piece.rejected.map((r) => r.reason));
  }
  return { ids, reasons };
}

test.each([
  ["a list, newest first", JSON.stringify([record(3), record(1), record(2)])],
  ["a list over lines", JSON.stringify([record(3), record(1), record(2)], null, 2)],
  ["an answer that holds a list", JSON.stringify({ "@odata.context": "x", value: [record(2), record(3), record(1)] }, null, 1)],
  ["objects over several lines", [record(1), record(2), record(3)].map((r) => JSON.stringify(r, null, 2)).join("\n")],
  [
    "Purview's CSV",
    `RecordId,CreationDate,AuditData\r\n${[2, 1, 3].map((n) => `r${n},x,"${JSON.stringify(record(n)).replaceAll('"', '""')}"`).join("\r\n")}\r\n`,
  ],
])("%s comes in order of time", async (name, text) => {
  expect(await read(text, name.replaceAll(/\W/g, ""))).toEqual({ ids: ["id1", "id2", "id3"], reasons: [] });
  expect(await read(gzipSync(text), `${name.replaceAll(/\W/g, "")}.gz`)).toEqual({ ids: ["id1", "id2", "id3"], reasons: [] });
});

test("a document that is cut off gives what came before, and says so", async () => {
  const text = JSON.stringify([record(1), record(2), record(3)]);
  expect(await read(text.slice(0, -30), "cut.json")).toEqual({ ids: ["id1", "id2"], reasons: ["cut off: the document ends inside a record"] });
});

test("wherever the blocks end, the records are the same", () => {
  const text = JSON.stringify({ value: [record(1), record(2)], next: "x" });
  const cut = (size: number): string[] => {
    const elements = new JsonElements(ARRAY_KEYS);
    const out: string[] = [];
    for (let at = 0; at < text.length; at += size) {
      elements.push(text.slice(at, at + size));
      out.push(...elements.take().map((e) => e.text));
    }
    elements.end();
    return [...out, ...elements.take().map((e) => e.problem ?? e.text)];
  };
  const whole = cut(text.length);
  expect(whole).toEqual([record(1), record(2)].map((r) => JSON.stringify(r)));
  for (let size = 1; size < 40; size++) expect(cut(size)).toEqual(whole);
});
