import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawMail } from "./mail-splitter.ts";
import { isMaildir, readMailFile, readMailInOrder } from "./read-mail-file.ts";
import { looksLikeMail, timeOfFromLine } from "./recognise-mail.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mail-files-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function all(path: string): Promise<RawMail[]> {
  const found: RawMail[] = [];
  for await (const mail of readMailFile(path)) found.push(mail);
  return found;
}
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const MBOX = [
  "From a@b.example Tue Nov 24 09:00:00 2026",
  "Subject: one",
  "",
  "From here on it is text, 2026 or not",
  ">From quoted 2026",
  ">>From twice",
  "",
  "From a@b.example  Wed Nov 25 10:30:00 2026",
  "Subject: two",
  "",
  "body",
  "",
].join("\n");

test("a mailbox file gives its messages, quoting undone, with their number, place and line", async () => {
  const mails = await all(file("m.mbox", MBOX));
  expect(mails.map((m) => m.bytes.toString())).toEqual([
    "Subject: one\n\nFrom here on it is text, 2026 or not\nFrom quoted 2026\n>From twice\n\n",
    "Subject: two\n\nbody\n",
  ]);
  expect(mails.map((m) => [m.index, m.offset, m.ref.slice(folder.length + 1)])).toEqual([
    [1, 0, "m.mbox#1"],
    [2, MBOX.indexOf("From a@b.example  Wed"), "m.mbox#2"],
  ]);
  expect(timeOfFromLine(mails[1]?.fromLine)).toBe(Date.UTC(2026, 10, 25, 10, 30));
  expect((await all(file("m.mbox.gz", gzipSync(MBOX)))).map((m) => m.bytes.toString())).toEqual(mails.map((m) => m.bytes.toString()));
});

test("every cut of a mailbox file reads without an error and loses no byte but the separators and marks", async () => {
  for (let n = 1; n < MBOX.length; n += 13) {
    const mails = await all(file("cut.mbox", MBOX.slice(0, n)));
    expect(mails.length).toBeLessThanOrEqual(2);
    expect(mails.reduce((sum, m) => sum + m.size, 0)).toBeLessThanOrEqual(n);
  }
});

test("one message is one, and a Maildir folder gives cur, then new", async () => {
  expect((await all(file("one.eml", "Subject: x\n\nFrom a@b.example Tue Nov 24 09:00:00 2026\n"))).map((m) => m.ref.slice(folder.length + 1))).toEqual([
    "one.eml",
  ]);
  for (const name of ["cur", "new", "tmp"]) mkdirSync(join(folder, "box", name), { recursive: true });
  file("box/new/b", "Subject: b\n\n");
  file("box/cur/a:2,S", "Subject: a\n\n");
  file("box/tmp/c", "Subject: c\n\n");
  expect((await all(join(folder, "box"))).map((m) => m.bytes.toString().trim())).toEqual(["Subject: a", "Subject: b"]);
  expect([await isMaildir(join(folder, "box")), await isMaildir(folder)]).toEqual([true, false]);
});

test("a message of 200 MB is cut at its limit, and its true size is told", async () => {
  const body = `Subject: big\n\n${"x".repeat(1_000_000)}`;
  const mails = await all(
    file(
      "big.mbox.gz",
      gzipSync(
        Buffer.concat([
          Buffer.from("From a@b.example Tue Nov 24 09:00:00 2026\n"),
          ...Array.from({ length: 200 }, () => Buffer.from(body)),
          Buffer.from(`\n\n${MBOX}`),
        ]),
        { level: 1 },
      ),
    ),
  );
  expect(mails.map((m) => m.bytes.length)).toEqual([64 * 1024 * 1024, expect.any(Number), expect.any(Number)]);
  expect(mails[0]?.size).toBe(200 * body.length + 2);
});

test.each([
  ["From a@b.example Tue Nov 24 09:00:00 2026\nSubject: x\n", "mbox"],
  ["Received: by x\n folded\nFrom: a@b.example\n\nbody", "eml"],
  ["\ufeffSubject: s\r\nFrom: a@b.example\r\n", "eml"],
  ["From: the desk of\nsomebody", undefined],
  ["key: value\nother: value\n", undefined],
  ['{"from": "a"}', undefined],
  ["", undefined],
])("%j looks like %s", (head, kind) => expect(looksLikeMail(Buffer.from(head))).toBe(kind));

test("any bytes are looked at without harm", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => [undefined, "eml", "mbox"].includes(looksLikeMail(Buffer.from(bytes)))));
});

const dated = (day: number): string => `From a@x.example Mon Mar ${day} 10:00:00 2026\nSubject: s${day}\nDate: Sun, ${day} Mar 2026 08:00:00 +0000\n\nx\n\n`;

test("messages come in the order of their times within the window; a small window gives late ones where they stand", async () => {
  const path = file("mixed.mbox.gz", gzipSync([9, 3, 14, 11, 5, 22].map(dated).join("")));
  const order = async (messages: number): Promise<number[]> => {
    const out: number[] = [];
    for await (const mail of readMailInOrder(path, { bytes: 1e6, messages })) out.push(new Date(mail.time ?? 0).getUTCDate());
    return out;
  };
  expect(await order(100)).toEqual([3, 5, 9, 11, 14, 22]);
  expect(await order(2)).toEqual([3, 9, 5, 11, 14, 22]);
});

test("of a gzip file that is cut off, what came before is given, then the error", async () => {
  const whole = gzipSync([9, 3].map((d) => dated(d) + randomBytes(200_000).toString("base64")).join("\n\n"));
  const got: number[] = [];
  const reading = (async () => {
    for await (const mail of readMailInOrder(file("cut.gz", whole.subarray(0, whole.length - 50_000)))) got.push(mail.index);
  })();
  await expect(reading).rejects.toMatchObject({ code: "Z_BUF_ERROR" });
  expect(got).toEqual([1]);
});
