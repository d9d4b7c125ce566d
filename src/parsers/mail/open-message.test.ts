import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLinkLookups } from "../links/link-lookups.ts";
import { openPlain } from "./open-message.ts";
import type { OpenedMessage } from "./opened-message.ts";
import { simhashDistance } from "./simhash.ts";

const lookups = readLinkLookups(fileURLToPath(new URL("../../../content", import.meta.url)));
const open = (text: string | Buffer): OpenedMessage => openPlain(Buffer.isBuffer(text) ? text : Buffer.from(text), "x.eml", lookups).message;
const limitsOf = (message: OpenedMessage): string[] => message.limits.map((l) => l.limit);

const FULL = [
  "Received: from mta.sender.example (mta.sender.example [198.51.100.7]) by mx.own.example (Postfix) with ESMTPS id 1; Tue, 24 Nov 2026 10:00:05 +0100",
  "Received: from [203.0.113.9] by mta.sender.example with HTTP; Tue, 24 Nov 2026 08:59:59 +0000",
  "Authentication-Results: mx.own.example; spf=pass (sender IP is 198.51.100.7) smtp.mailfrom=sender.example; dkim=fail (bad; signature) header.d=other.example; dmarc=none",
  "X-Originating-IP: [203.0.113.9]",
  "X-Mailer: Program 1.0",
  "From: =?utf-8?B?6LSi5Yqh6YOo?= <12345@shop.example>",
  'To: A <a@own.example>, "B, C" <b@own.example>, team: d@own.example, e@own.example;',
  "Reply-To: <other@free.example>",
  "Subject: =?utf-8?Q?Das_Dokument_?= =?utf-8?Q?wurde_zugestellt?=",
  "Date: Tue, 24 Nov 2026 09:59:58 +0100",
  "Message-ID: <m1@shop.example>",
  "In-Reply-To: <m0@own.example>",
  "References: <a@own.example> <m0@own.example>",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "Content-Type: multipart/alternative; boundary=c",
  "",
  "--c",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "Please see https://docs.evil.example/x for the document, thank you very much.",
  "--c",
  "Content-Type: text/html; charset=utf-8",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  '<html><base href=3D"https://base.example/d/"><p>Please <a href=3D"https://docs.evil.example/x">sign <b>in</b></a> and <a href=3D"rel"><img src=3D"cid:pic"></a>',
  '<span style=3D"display:none">nobody sees this</span><form action=3D"https://form.evil.example/"><input type=3D"password"></form>',
  '<meta http-equiv=3D"refresh" content=3D"0; url=3Dhttps://refresh.evil.example/"></html>',
  "--c--",
  "--b",
  "Content-Type: application/octet-stream; name*0*=utf-8''%E5%90%88; name*1*=%E5%90%8C.pdf",
  "Content-Disposition: attachment; filename*=utf-8''%E5%90%88%E5%90%8C.pdf",
  "Content-Transfer-Encoding: base64",
  "",
  Buffer.from("%PDF-1.7 nothing").toString("base64"),
  "--b",
  "Content-Type: message/rfc822",
  "",
  "Subject: inner",
  "",
  "inner https://nested.example/",
  "--b--",
  "",
].join("\r\n");

describe("E6, E15, E16, E29: an opened message", () => {
  const message = open(FULL);
  test("places, names and threads of the headers", () => {
    expect(message.from).toEqual({ name: "财务部", address: "12345@shop.example", local: "12345", domain: "shop.example", unicodeDomain: "shop.example" });
    expect(message.to.map((a) => a.address)).toEqual(["a@own.example", "b@own.example", "d@own.example", "e@own.example"]);
    expect(message.to[1]?.name).toBe("B, C");
    expect(message.subject).toBe("Das Dokument wurde zugestellt");
    expect(message.hops.map((h) => [h.from, h.by, h.ip, h.with])).toEqual([
      ["mta.sender.example", "mx.own.example", "198.51.100.7", "esmtps"],
      ["203.0.113.9", "mta.sender.example", "203.0.113.9", "http"],
    ]);
    expect(message.received).toBe(Date.UTC(2026, 10, 24, 9, 0, 5));
    expect(message).toMatchObject({ originatingIp: "203.0.113.9", software: "Program 1.0", messageId: "<m1@shop.example>", inReplyTo: ["<m0@own.example>"] });
    expect(message.stated[0]).toMatchObject({ server: "mx.own.example" });
    expect(message.stated[0]?.results.map((r) => [r.method, r.result, r.domain])).toEqual([
      ["spf", "pass", "sender.example"],
      ["dkim", "fail", "other.example"],
      ["dmarc", "none", undefined],
    ]);
  });

  test("bodies, links of every kind, what is hidden, and files by content", () => {
    expect(message.text.visible).toContain("Please sign in and");
    expect(message.text.visible).not.toContain("nobody sees");
    expect(message.html).toMatchObject({ hiddenText: "nobody sees this", hiddenCharacters: 14, forms: [{ passwords: 1, fields: 1 }] });
    const at = (source: string): string[] => message.urls.filter((u) => u.source === source).map((u) => u.url);
    expect(at("html")).toEqual(["https://docs.evil.example/x", "https://base.example/d/rel"]);
    expect(at("form")).toEqual(["https://form.evil.example/"]);
    expect(at("refresh")).toEqual(["https://refresh.evil.example/"]);
    expect(at("nested-text")).toEqual(["https://nested.example/"]);
    expect(message.attachments.map((a) => [a.name, a.kind, a.declaredType])).toEqual([
      ["合同.pdf", "pdf", "application/octet-stream"],
      ["message.eml", "eml", "message/rfc822"],
    ]);
    expect(message.limits).toEqual([]);
    expect(JSON.parse(JSON.stringify(message)).subject).toBe(message.subject);
  });

  test("E31: texts of one template stay close, others do not", () => {
    const text = (body: string): string | undefined => open(`Subject: s\n\n${body}`).simhash.text;
    const one = text(
      "Dear customer, your parcel 123 waits at the depot. Please pay the fee at https://a.example/1 before Friday to have it delivered to your home.",
    );
    const two = text(
      "Dear customer, your parcel 987 waits at the depot. Please pay the fee at https://b.example/7 before Monday to have it delivered to your home.",
    );
    const other = text("The meeting of the board has been moved to the large room on the third floor; bring the printed figures of last quarter with you.");
    expect(simhashDistance(one, two)).toBeLessThan(12);
    expect(simhashDistance(one, other)).toBeGreaterThan(16);
  });
});

describe("bad input", () => {
  test("every prefix of a message opens, and so does any bytes", () => {
    const bytes = Buffer.from(FULL);
    for (let n = 0; n <= bytes.length; n += 7) expect(open(bytes.subarray(0, n)).size).toBe(n);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (raw) => open(Buffer.from(raw)).size === raw.length),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            "--b\n",
            "Content-Type: ",
            "multipart/mixed; boundary=b\n",
            "message/rfc822\n",
            "\n",
            "\r",
            "\0",
            "<a href='",
            ">",
            "=?utf-8?b?",
            "?=",
            "<",
            "text/html\n",
          ),
          { maxLength: 60 },
        ),
        (pieces) => open(pieces.join("")).errors.length === 0,
      ),
      { numRuns: 300 },
    );
  });

  test("multiparts 300 deep are opened to the bottom; deeper than 400 says so", () => {
    const deep = (n: number): string =>
      `${Array.from({ length: n }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}x\n\n--b${i}x\n`).join("")}Content-Type: text/plain\n\nat the bottom\n`;
    expect(open(deep(300)).text.plain).toContain("at the bottom");
    expect(open(deep(300)).limits).toEqual([]);
    expect(limitsOf(open(deep(450)))).toEqual(["nesting"]);
  });

  test("headers without end, too many of them, and NUL bytes", () => {
    expect(limitsOf(open(`Subject: ${"a".repeat(300_000)}`))).toContain("header-size");
    const many = open(`${"X-A: b\r\n".repeat(900)}\r\nbody`);
    expect([limitsOf(many), many.headers.length, many.text.plain]).toEqual([["header-count"], 500, "body"]);
    expect(open("Sub\0ject: a\0b\n\nte\0xt").subject).toBe("ab");
  });

  test.each(["\n", "\r\n", "\r"])("line ends %j", (end) => {
    expect(open(["Subject: s", "From: a@b.example", "", "body"].join(end))).toMatchObject({ subject: "s", from: { address: "a@b.example" } });
  });

  test("parts without number are cut", () => {
    const message = open(`Content-Type: multipart/mixed; boundary=b\n\n${"--b\n\nx\n".repeat(5_000)}`);
    expect(limitsOf(message)).toContain("part-count");
  });

  test("uuencoded files are attachments", () => {
    const message = open("Subject: s\n\nhello\nbegin 644 a.txt\n#0V%T\n`\nend\nbye\n");
    expect(message.attachments.map((a) => [a.name, a.size])).toEqual([["a.txt", 3]]);
    expect(message.text.plain).not.toContain("begin");
  });
});
