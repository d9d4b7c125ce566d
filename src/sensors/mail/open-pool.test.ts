import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENTITIES, hugePicture, fileMail as mail, zipOf } from "../../../test/support/hostile-mail.ts";
import { MailOpener } from "./open-pool.ts";

const lookups = { rewriters: [] };
let opener: MailOpener;
let folder = "";
beforeAll(() => {
  opener = new MailOpener({ lookups });
  folder = mkdtempSync(join(tmpdir(), "mail-pool-"));
});
afterAll(async () => {
  await opener.close();
  rmSync(folder, { recursive: true, force: true });
});

function rc4(key: Buffer, data: Buffer): Buffer {
  const s = Uint8Array.from({ length: 256 }, (_, i) => i);
  const at = (i: number): number => s[i & 255] as number;
  const swap = (i: number, j: number): void => {
    const kept = at(i);
    s[i & 255] = at(j);
    s[j & 255] = kept;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j += at(i) + (key[i % key.length] as number);
    swap(i, j);
  }
  let j = 0;
  return Buffer.from(
    data.map((byte, n) => {
      j += at(n + 1);
      swap(n + 1, j);
      return byte ^ at(at(n + 1) + at(j));
    }),
  );
}

/** One page that says `text`, locked by the standard handler's first form (PDF 1.7, 7.6.3: RC4 with 40 bits). */
function lockedPdf(password: string, text: string): Buffer {
  const PAD = Buffer.from("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a", "hex");
  const md5 = (...parts: Buffer[]): Buffer => createHash("md5").update(Buffer.concat(parts)).digest();
  const padded = Buffer.concat([Buffer.from(password), PAD]).subarray(0, 32);
  const id = Buffer.alloc(16, 9);
  const owner = rc4(md5(padded).subarray(0, 5), padded);
  const key = md5(padded, owner, Buffer.from([0xfc, 0xff, 0xff, 0xff]), id).subarray(0, 5);
  const stream = rc4(md5(key, Buffer.from([4, 0, 0, 0, 0])).subarray(0, 10), Buffer.from(`BT /F 12 Tf 20 100 Td (${text}) Tj ET`)).toString("latin1");
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    `<</Filter/Standard/V 1/R 2/P -4/O<${owner.toString("hex")}>/U<${rc4(key, PAD).toString("hex")}>>>`,
  ];
  let file = "%PDF-1.7\n";
  const places = objects.map((object, i) => {
    const place = file.length;
    file += `${i + 1} 0 obj${object}endobj\n`;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const end = `xref\n0 7\n0000000000 65535 f \n${places.join("")}trailer<</Size 7/Root 1 0 R/Encrypt 6 0 R/ID[<${id.toString("hex")}><${id.toString("hex")}>]>>\nstartxref\n${file.length}\n%%EOF`;
  return Buffer.from(file + end, "latin1");
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
    const opened = await opener.open(mail("b.docx", zipOf("[Content_Types].xml", Buffer.from(ENTITIES))), "b.eml");
    expect(opened.attachments[0]?.kind).toBe("docx");
    expect(opened.limits.map((l) => l.limit)).toContain("xml-bomb");
    expect(opened.attachments[0]?.text.length).toBeLessThan(1_000);
  });

  test("a picture that claims 60,000 x 60,000 pixels is not decoded", async () => {
    expect(await limitsOf(mail("big.png", hugePicture()))).toEqual(["image-pixels"]);
  });

  test("a PDF that cannot be read is an error of its own part; one whose pages hold themselves ends", async () => {
    const broken = await opener.open(mail("x.pdf", Buffer.from("%PDF-1.7\nnothing of the kind")), "x");
    expect(broken.errors.map((e) => [e.code, e.where])).toEqual([["mail-part-unreadable", "x.pdf"]]);
    const loop = await opener.open(mail("y.pdf", Buffer.from("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>")), "y");
    expect(loop.attachments[0]).toMatchObject({ kind: "pdf", flags: [], text: "" });
    expect(loop.limits).toEqual([]);
  });

  test("an encrypted PDF opens with a word of the message, and says so when none fits (E18)", async () => {
    const bytes = lockedPdf("Kx7!9q", "https://locked.example/");
    const open = await opener.open(mail("l.pdf", bytes, "The password is Kx7!9q"), "x");
    expect(open.attachments[0]?.flags).toEqual(["encrypted", "opened-with-password"]);
    expect([open.urls.map((u) => u.url), open.limits, open.errors]).toEqual([["https://locked.example/"], [], []]);
    const shut = await opener.open(mail("l.pdf", bytes, "no word here"), "x");
    expect(shut.attachments[0]).toMatchObject({ flags: ["encrypted"], text: "" });
    expect(shut.attachments[0]?.passwordsTried).toBeGreaterThan(3);
    expect([shut.urls, shut.limits, shut.errors]).toEqual([[], [{ limit: "encrypted", where: "l.pdf" }], []]);
  });

  test("what a message lacks of its true size is told", async () => {
    const opened = await opener.open(Buffer.from("Subject: s\n\ncut"), "x", 1_000_000_000);
    expect([opened.size, opened.limits.map((l) => l.limit)]).toEqual([1_000_000_000, ["message-size"]]);
  });
});

describe("S11: a process that misbehaves costs its own message and no other", () => {
  /** Answers as the real one does, unless the subject tells it to hang, die or eat. */
  const PROGRAM = `
    process.on("message", (m) => {
      if (m.kind !== "open") return;
      const text = Buffer.from(m.bytes).toString();
      if (text.includes("hang")) for (;;);
      if (text.includes("wait")) return;
      if (text.includes("die")) process.kill(process.pid, "SIGKILL");
      if (text.includes("eat")) { const kept = []; for (;;) kept.push(Buffer.alloc(20_000_000, 1)); }
      if (text.includes("grow")) { const kept = []; for (;;) kept.push({ n: kept.length, m: [kept.length] }); }
      process.send({ id: m.id, partial: false, message: { ref: m.ref, limits: [], subject: text } });
    });
    process.on("disconnect", () => process.exit(0));`;

  test.each([
    ["hang", "time"],
    ["wait", "time"],
    ["die", "crash"],
    ["eat", "crash"],
    ["grow", "memory"],
  ])("one that would %s", async (word, limit) => {
    const program = join(folder, "misbehaves.mjs");
    writeFileSync(program, PROGRAM);
    const pool = new MailOpener({ lookups, program, cpuMs: word === "hang" ? 700 : 20_000, wallMs: word === "wait" ? 1_500 : 180_000 });
    const texts = ["Subject: a\n\nx", `Subject: ${word}\nFrom: a@b.example\n\nx`, "Subject: b\n\nx", "Subject: c\n\nx"];
    const opened = await Promise.all(texts.map((text, i) => pool.open(Buffer.from(text), String(i))));
    await pool.close();
    expect(opened.map((m) => m.ref)).toEqual(["0", "1", "2", "3"]);
    expect(opened[1]).toMatchObject({ subject: word, from: { address: "a@b.example" }, limits: [{ limit }] });
    expect(opened.filter((m) => m.limits.length > 0)).toHaveLength(1);
  });
});
