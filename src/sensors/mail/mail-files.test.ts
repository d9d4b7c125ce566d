import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { looksLikeMail, readMailFile } from "./mail-files.ts";

const dir = mkdtempSync(join(tmpdir(), "mail-files-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const one = (day: number): string =>
  `Received: from a by b; Mon, ${day} Mar 2026 10:00:00 +0100\r\nFrom: a@x.example\r\nSubject: s${day}\r\nDate: Sun, 1 Mar 2026 08:00:00 +0000\r\n\r\nFrom here on text.\r\n`;

test("messages, mailbox files and neither", () => {
  expect(looksLikeMail(Buffer.from(one(3)))).toBe("eml");
  expect(looksLikeMail(Buffer.from(`From a@x.example Mon Mar  2 10:00:00 2026\n${one(3)}`))).toBe("mbox");
  for (const text of ["", '{"a":1}', "a,b,c\n1,2,3", "#separator \\x09\n", "key: value\nother: value\n", "<html>From: x\nSubject: y\n"])
    expect(looksLikeMail(Buffer.from(text)), text).toBeUndefined();
});

test("a mailbox file, plain or gzipped, is cut at its From lines and put in time order", async () => {
  const text = [`From a@x.example Mon Mar  9 10:00:00 2026\n${one(9)}\n`, `From b@x.example Tue Mar  3 10:00:00 2026\n${one(3)}\n`].join("");
  for (const [name, bytes] of [
    ["m", Buffer.from(text)],
    ["m.gz", gzipSync(text)],
  ] as const) {
    writeFileSync(join(dir, name), bytes);
    const messages = await readMailFile(join(dir, name), "mbox", name.endsWith("gz"));
    expect(messages.map((m) => m.ordinal)).toEqual([2, 1]);
    expect(messages[0]?.time).toBe(Date.UTC(2026, 2, 3, 9));
    expect(messages[0]?.bytes.toString()).toContain("From here on text.");
  }
});

test("any bytes are looked at without harm", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => [undefined, "eml", "mbox"].includes(looksLikeMail(Buffer.from(bytes)))));
});
