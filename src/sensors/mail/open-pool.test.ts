import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MailOpener } from "./open-pool.ts";

const lookups = { rewriters: [] };
let opener: MailOpener;
let folder = "";
beforeAll(() => {
  opener = new MailOpener({ lookups, wallMs: 12_000 });
  folder = mkdtempSync(join(tmpdir(), "mail-pool-"));
});
afterAll(async () => {
  await opener.close();
  rmSync(folder, { recursive: true, force: true });
});

function mail(name: string, bytes: Buffer, text = "see below"): Buffer {
  const body = bytes.toString("base64").replace(/.{76}/g, "$&\n");
  return Buffer.from(
    `From: a@b.example\nSubject: s\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\n${text}\n--q\nContent-Type: application/octet-stream; name="${name}"\nContent-Transfer-Encoding: base64\n\n${body}\n--q--\n`,
  );
}

/** A ZIP of one entry. `declared` is what it says of its size. */
function zipOf(name: string, content: Buffer, declared = content.length): Buffer {
  const packed = deflateRawSync(content);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(declared, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, Buffer.from(name), packed]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

const limitsOf = async (bytes: Buffer): Promise<string[]> => (await opener.open(bytes, "x.eml")).limits.map((l) => l.limit);

describe("S10, S11: bombs end in a limit that says so", () => {
  test("a ZIP bomb, one that lies about its size, and one inside another", async () => {
    const zeros = Buffer.alloc(50_000_000);
    expect(await limitsOf(mail("a.zip", zipOf("a.txt", zeros)))).toContain("archive-ratio");
    expect(await limitsOf(mail("b.zip", zipOf("a.txt", zeros, 100)))).toContain("archive-ratio");
    let nested = zipOf("x.txt", Buffer.from("deep"));
    for (let i = 0; i < 8; i++) nested = zipOf(`${i}.zip`, nested);
    expect(await limitsOf(mail("c.zip", nested))).toContain("archive-depth");
  });

  test("a document type full of entities is not expanded", async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${String.fromCharCode(98 + i)} "${`&${String.fromCharCode(97 + i)};`.repeat(10)}">`).join("")}]><l>&j;</l>`;
    const opened = await opener.open(mail("b.docx", zipOf("[Content_Types].xml", Buffer.from(bomb))), "b.eml");
    expect(opened.attachments[0]?.kind).toBe("docx");
    expect(opened.limits.map((l) => l.limit)).toContain("xml-bomb");
    expect(opened.attachments[0]?.text.length).toBeLessThan(1_000);
  });

  test("a picture that claims 60,000 x 60,000 pixels is not decoded", async () => {
    const head = Buffer.alloc(13);
    head.writeUInt32BE(60_000, 0);
    head.writeUInt32BE(60_000, 4);
    head.set([8, 2, 0, 0, 0], 8);
    const chunk = (type: string, data: Buffer): Buffer => {
      const size = Buffer.alloc(4);
      size.writeUInt32BE(data.length);
      return Buffer.concat([size, Buffer.from(type), data, crc(Buffer.concat([Buffer.from(type), data]))]);
    };
    const png = Buffer.concat([
      Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
      chunk("IHDR", head),
      chunk("IDAT", deflateSync(Buffer.alloc(100_000))),
      chunk("IEND", Buffer.alloc(0)),
    ]);
    expect(await limitsOf(mail("big.png", png))).toEqual(["image-pixels"]);
  });

  test("an encrypted PDF and a broken one", async () => {
    expect(
      (await opener.open(mail("x.pdf", Buffer.from("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>")), "x")).errors.length,
    ).toBeLessThanOrEqual(1);
  });

  test("what a message lacks of its true size is told", async () => {
    const opened = await opener.open(Buffer.from("Subject: s\n\ncut"), "x", 1_000_000_000);
    expect([opened.size, opened.limits.map((l) => l.limit)]).toEqual([1_000_000_000, ["message-size"]]);
  });
});

function crc(bytes: Buffer): Buffer {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  const out = Buffer.alloc(4);
  out.writeUInt32BE((c ^ 0xffffffff) >>> 0);
  return out;
}

describe("S11: a process that misbehaves costs its own message and no other", () => {
  /** Answers as the real one does, unless the subject tells it to hang, die or eat. */
  const PROGRAM = `
    process.on("message", (m) => {
      if (m.kind !== "open") return;
      const text = Buffer.from(m.bytes).toString();
      if (text.includes("hang")) for (;;);
      if (text.includes("die")) process.kill(process.pid, "SIGKILL");
      if (text.includes("eat")) { const kept = []; for (;;) kept.push(Buffer.alloc(20_000_000, 1)); }
      if (text.includes("grow")) { const kept = []; for (;;) kept.push({ n: kept.length, m: [kept.length] }); }
      process.send({ id: m.id, partial: false, message: { ref: m.ref, limits: [], subject: text } });
    });
    process.on("disconnect", () => process.exit(0));`;

  test.each([
    ["hang", "time"],
    ["die", "crash"],
    ["eat", "crash"],
    ["grow", "memory"],
  ])("one that would %s", async (word, limit) => {
    const program = join(folder, "misbehaves.mjs");
    writeFileSync(program, PROGRAM);
    const pool = new MailOpener({ lookups, program, wallMs: word === "hang" ? 700 : 20_000 });
    const texts = ["Subject: a\n\nx", `Subject: ${word}\nFrom: a@b.example\n\nx`, "Subject: b\n\nx", "Subject: c\n\nx"];
    const opened = await Promise.all(texts.map((text, i) => pool.open(Buffer.from(text), String(i))));
    await pool.close();
    expect(opened.map((m) => m.ref)).toEqual(["0", "1", "2", "3"]);
    expect(opened[1]).toMatchObject({ subject: word, from: { address: "a@b.example" }, limits: [{ limit }] });
    expect(opened.filter((m) => m.limits.length > 0)).toHaveLength(1);
  });
});
