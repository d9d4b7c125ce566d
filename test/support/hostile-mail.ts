import { deflateRawSync, deflateSync } from "node:zlib";

/** A message with one file in it. */
export function fileMail(name: string, bytes: Buffer, text = "see below"): Buffer {
  const body = bytes.toString("base64").replace(/.{76}/g, "$&\n");
  return Buffer.from(
    `From: a@b.example\nSubject: s\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\n${text}\n--q\nContent-Type: application/octet-stream; name="${name}"\nContent-Transfer-Encoding: base64\n\n${body}\n--q--\n`,
  );
}

/** A ZIP of one entry. `declared` is what it says of its size. */
export function zipOf(name: string, content: Buffer, declared = content.length): Buffer {
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

/** Nine levels of entities, each ten of the one below. */
export const ENTITIES = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${String.fromCharCode(98 + i)} "${`&${String.fromCharCode(97 + i)};`.repeat(10)}">`).join("")}]><l>&j;</l>`;

/** A picture that claims 60,000 x 60,000 pixels. */
export function hugePicture(): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(60_000, 0);
  head.writeUInt32BE(60_000, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    return Buffer.concat([size, Buffer.from(type), data, crc(Buffer.concat([Buffer.from(type), data]))]);
  };
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.alloc(100_000))), chunk("IEND", Buffer.alloc(0))]);
}

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

function longPdf(pages: number): Buffer {
  const numbers = Array.from({ length: pages }, (_, i) => i + 3);
  const objects = [
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
    `2 0 obj<</Type/Pages/Kids[${numbers.map((n) => `${n} 0 R`).join(" ")}]/Count ${pages}>>endobj`,
    ...numbers.map((n) => `${n} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 90]/Resources<<>>>>endobj`),
  ];
  return Buffer.from(`%PDF-1.7\n${objects.join("\n")}\ntrailer<</Root 1 0 R/Size ${pages + 3}>>\n%%EOF`);
}

function locked(zip: Buffer): Buffer {
  const out = Buffer.from(zip);
  out[6] = 1;
  out[out.indexOf(Buffer.from("PK\x01\x02", "latin1")) + 8] = 1;
  return out;
}

function nested(depth: number): string {
  let body = "Content-Type: text/plain\n\nthe bottom\n";
  for (let i = 0; i < depth; i++) body = `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n${body}\n--b${i}--\n`;
  return body;
}

function forwarded(depth: number): string {
  let body = "Content-Type: text/plain\n\nthe bottom\n";
  for (let i = 0; i < depth; i++) body = `Subject: ${i}\nContent-Type: message/rfc822\n\n${body}`;
  return body.replace(/^Subject: \d+\n/, "");
}

export interface HostileMail {
  name: string;
  bytes: Buffer;
  /** The limit that it must be told to have reached; undefined: it opens whole. */
  limit: string | undefined;
}

/** Messages as somebody writes them who wants a reader to stop, each with the time of arrival and a name of its own; `at(n)` gives the time as in Received. */
export function hostileMails(at: (n: number) => string): HostileMail[] {
  const rest = (bytes: Buffer): Buffer => bytes.subarray(bytes.indexOf("Content-Type"));
  const bodies: [string, string | Buffer, string | undefined][] = [
    ["300 parts inside one another", nested(300), undefined],
    ["500 parts inside one another", nested(500), "nesting"],
    ["20 messages inside one another", forwarded(20), "nesting"],
    ["3,000 parts", `Content-Type: multipart/mixed; boundary=q\n\n${"--q\n\nx\n".repeat(3_000)}--q--\n`, "part-count"],
    ["headers without end", `X-Long: ${"a".repeat(400_000)}\n\nx\n`, "header-size"],
    ["900 headers", `${"X-More: 1\n".repeat(900)}\nx\n`, "header-count"],
    ["NUL bytes", "Content-Type: text/plain\n\na\0b\0\0c\n", undefined],
    ["mixed line ends", "Content-Type: text/plain\r\nX-A: 1\nX-B: 2\r\n\r\none\ntwo\r\nthree\rfour\n", undefined],
    ["a body of 4 MB", `Content-Type: text/plain\n\n${"word ".repeat(800_000)}\n`, "body-size"],
    ["3,000 links", `Content-Type: text/plain\n\n${Array.from({ length: 3_000 }, (_, i) => `http://h${i}.example/`).join("\n")}\n`, "url-count"],
    ["a ZIP bomb", rest(fileMail("a.zip", zipOf("a.txt", Buffer.alloc(50_000_000)))), "archive-ratio"],
    ["an XML bomb", rest(fileMail("a.docx", zipOf("[Content_Types].xml", Buffer.from(ENTITIES)))), "xml-bomb"],
    ["a picture of 60,000 x 60,000", rest(fileMail("a.png", hugePicture())), "image-pixels"],
    ["a document of 1,000 pages", rest(fileMail("a.pdf", longPdf(1_000))), "pdf-pages"],
    ["a locked archive", rest(fileMail("a.zip", locked(zipOf("a.txt", Buffer.from("x".repeat(99)))))), "encrypted"],
    ["a file of 70 MB", rest(fileMail("a.bin", Buffer.alloc(53_000_000, 1))), "message-size"],
    ["noise", Buffer.from([10, ...Array.from({ length: 20_000 }, (_, i) => (i * 7_919 + (i >> 3)) % 256)]), undefined],
  ];
  return bodies.map(([name, body, limit], n) => {
    const head = `Received: from a.example ([198.51.100.1]) by mx.own.example; ${at(n)}\nFrom: someone${n}@hostile.example\nTo: anna@own.example\nSubject: ${name}\nMessage-ID: <h${n}@hostile.example>\n`;
    return { name, bytes: Buffer.concat([Buffer.from(head), Buffer.from(body as never)]), limit };
  });
}
