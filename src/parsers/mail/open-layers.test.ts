import { createCipheriv, createHmac, pbkdf2Sync } from "node:crypto";
import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { finishMessage, openLayers } from "./open-layers.ts";
import { openPlain } from "./open-message.ts";
import type { OpenedMessage } from "./opened-message.ts";

interface Entry {
  name: string;
  data: Buffer | string;
  password?: string;
  cipher?: "aes" | "traditional";
}

const rewriters = [{ name: "safelinks", host: "safelinks.protection.outlook.com", path: "", decode: "url" as const, parameters: ["url"], redirector: false }];

async function open(files: { name: string; bytes: Buffer; type?: string }[], text = "see below"): Promise<OpenedMessage> {
  const parts = files.map(
    (f) =>
      `--q\nContent-Type: ${f.type ?? "application/octet-stream"}; name="${f.name}"\nContent-Transfer-Encoding: base64\n\n${f.bytes.toString("base64").replace(/.{76}/g, "$&\n")}\n`,
  );
  const opening = openPlain(Buffer.from(`Subject: s\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\n${text}\n${parts.join("")}--q--\n`), "x", {
    rewriters,
  });
  await openLayers(opening, { rewriters });
  return finishMessage(opening.message);
}

/** Traditional PKWARE encryption, written the slow way. */
function lockTraditional(data: Buffer, password: string, check: number): Buffer {
  const table = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    return c >>> 0;
  });
  const keys = [0x12345678, 0x23456789, 0x34567890] as [number, number, number];
  const mix = (value: number, byte: number): number => ((value >>> 8) ^ (table[(value ^ byte) & 255] as number)) >>> 0;
  const step = (byte: number): void => {
    keys[0] = mix(keys[0], byte);
    keys[1] = (Math.imul(keys[1] + (keys[0] & 255), 134_775_813) + 1) >>> 0;
    keys[2] = mix(keys[2], keys[1] >>> 24);
  };
  for (const byte of Buffer.from(password)) step(byte);
  return Buffer.from(
    [...Buffer.alloc(11, 7), check, ...data].map((plain) => {
      const t = (keys[2] | 2) & 0xffff;
      const out = plain ^ ((Math.imul(t, t ^ 1) >>> 8) & 255);
      step(plain);
      return out;
    }),
  );
}

function lockAes(data: Buffer, password: string): Buffer {
  const salt = Buffer.alloc(16, 3);
  const keys = pbkdf2Sync(password, salt, 1_000, 66, "sha1");
  const counters = Buffer.alloc(Math.ceil(data.length / 16) * 16);
  for (let i = 0; i * 16 < counters.length; i++) counters.writeUInt32LE(i + 1, i * 16);
  const stream = createCipheriv("aes-256-ecb", keys.subarray(0, 32), null).setAutoPadding(false).update(counters);
  const body = Buffer.from(data.map((byte, i) => byte ^ (stream[i] as number)));
  return Buffer.concat([salt, keys.subarray(64), body, createHmac("sha1", keys.subarray(32, 64)).update(body).digest().subarray(0, 10)]);
}

/** A ZIP as programs write it; the check byte of locked entries is the high byte of the time (flag 8). */
function zip(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, password, cipher = "aes" } of entries) {
    const packed = deflateRawSync(Buffer.from(data as string));
    const aes = password !== undefined && cipher === "aes";
    const locked = password === undefined ? packed : aes ? lockAes(packed, password) : lockTraditional(packed, password, 0x5a);
    const extra = aes ? Buffer.from([1, 0x99, 7, 0, 2, 0, 65, 69, 3, 8, 0]) : Buffer.alloc(0);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(password === undefined ? 0 : 9, 2);
    fields.writeUInt16LE(aes ? 99 : 8, 4);
    fields.writeUInt16LE(0x5a00, 6);
    fields.writeUInt32LE(locked.length, 14);
    fields.writeUInt16LE(name.length, 22);
    fields.writeUInt16LE(extra.length, 24);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), fields, Buffer.from(name), extra, locked);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, rest, Buffer.from(name), extra);
    offset = Buffer.concat(parts).length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

const linksOf = (m: OpenedMessage): string[] => m.urls.map((u) => `${u.source}: ${u.url}`);

describe("links and dangers inside attachments", () => {
  test("E18: Office relations, cut field codes and formulas, a remote template, macros, embedded objects", async () => {
    const m = await open([
      {
        name: "a.docx",
        bytes: zip([
          { name: "[Content_Types].xml", data: "<Types/>" },
          {
            name: "word/document.xml",
            data: '<w:p><w:t>Bitte </w:t><w:t>lesen</w:t></w:p><w:instrText>HYPER</w:instrText><w:instrText>LINK "https://field.example/"</w:instrText>',
          },
          {
            name: "word/_rels/document.xml.rels",
            data: '<Relationships><Relationship Type="http://x/hyperlink" Target="https://eur.safelinks.protection.outlook.com/?url=https%3A%2F%2Frel.example%2F" TargetMode="External"/><Relationship Type="http://x/image" Target="media/1.png"/></Relationships>',
          },
          {
            name: "word/_rels/settings.xml.rels",
            data: '<Relationships><Relationship Type="http://x/attachedTemplate" Target="https://template.example/t.dotm" TargetMode="External"/></Relationships>',
          },
          { name: "word/vbaProject.bin", data: "Sub AutoOpen()" },
          { name: "word/embeddings/oleObject1.bin", data: "MZ program" },
        ]),
      },
    ]);
    expect(linksOf(m)).toEqual(
      expect.arrayContaining([
        "office-relation: https://rel.example/",
        "office-field: https://field.example/",
        "office-relation: https://template.example/t.dotm",
      ]),
    );
    expect(m.attachments[0]).toMatchObject({ kind: "docx", text: "Bitte lesen" });
    expect([...(m.attachments[0]?.flags ?? [])].sort()).toEqual(["auto-macro", "embedded-object", "external-relation", "macro", "template-injection"]);
    expect(m.attachments[1]).toMatchObject({ name: "word/embeddings/oleObject1.bin", kind: "exe", flags: ["executable"], path: ["a.docx"] });
    expect(m.stages).toContainEqual(["mail", "document", "link"]);
  });

  test("calendar files with folded lines, profiles, pages that smuggle, shortcuts, archives in archives", async () => {
    const m = await open([
      { name: "i.ics", bytes: Buffer.from("BEGIN:VCALENDAR\r\nDESCRIPTION:join https://cal.exam\r\n ple/room\r\nEND:VCALENDAR") },
      {
        name: "p.mobileconfig",
        bytes: Buffer.from(
          '<?xml version="1.0"?><plist version="1.0"><dict><key>PayloadType</key><string>com.apple.webClip.managed</string><key>URL</key><string>https://profile.example/x</string></dict></plist>',
        ),
      },
      {
        name: "s.html",
        bytes: Buffer.from(
          "<html><script>var b=new Blob([atob('x')]);a.href=URL.createObjectURL(b);a.download='f.zip'</script><form action='https://post.example/'><input type=password></form></html>",
        ),
      },
      { name: "scan.pdf.exe", bytes: Buffer.from("MZ\0\0") },
      { name: "z.tar.gz", bytes: gzipSync(zip([{ name: "in.txt", data: "https://deep.example/" }])) },
      { name: "report.pdf", bytes: zip([{ name: "x.txt", data: "a" }]) },
    ]);
    expect(linksOf(m)).toEqual([
      "calendar: https://cal.example/room",
      "mobileconfig: https://profile.example/x",
      "page-form: https://post.example/",
      "txt: https://deep.example/",
    ]);
    const flags = (name: string): string[] => [...(m.attachments.find((a) => a.name === name)?.flags ?? [])].sort();
    expect(flags("s.html")).toEqual(["form", "html-smuggling", "script"]);
    expect(flags("scan.pdf.exe")).toEqual(["double-extension", "executable"]);
    expect(flags("report.pdf")).toContain("type-mismatch");
    expect(m.stages).toContainEqual(["mail", "archive", "archive", "document", "link"]);
  });

  test.each(["aes", "traditional"] as const)(
    "archives locked by %s open with a word of the message, in any of its languages, and say so when none fits",
    async (cipher) => {
      const bytes = zip([{ name: "in.txt", data: "https://locked.example/", password: "Kx7!9q", cipher }]);
      for (const text of ["The password is Kx7!9q", "密码：Kx7!9q", "Das Kennwort lautet: «Kx7!9q»."]) {
        const m = await open([{ name: "l.zip", bytes }], text);
        expect(linksOf(m)).toEqual(["txt: https://locked.example/"]);
        expect(m.attachments[0]?.flags).toEqual(["encrypted", "opened-with-password"]);
      }
      const shut = await open([{ name: "l.zip", bytes }], "no word here");
      expect(shut.limits).toEqual([{ limit: "encrypted", where: "l.zip" }]);
      expect(shut.attachments.map((a) => [a.name, a.flags])).toEqual([
        ["l.zip", ["encrypted"]],
        ["in.txt", ["encrypted", "not-opened"]],
      ]);
      expect(shut.attachments[0]?.passwordsTried).toBeGreaterThan(3);
    },
  );

  test("every prefix of an archive opens without an error", async () => {
    const bytes = zip([
      { name: "a.txt", data: "https://a.example/" },
      { name: "b.zip", data: zip([{ name: "c.txt", data: "x" }]) },
    ]);
    for (let n = 4; n < bytes.length; n += 11) expect((await open([{ name: "p.zip", bytes: bytes.subarray(0, n) }])).errors).toEqual([]);
  });
});
