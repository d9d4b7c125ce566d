import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Emitted } from "../emitted.ts";
import { playLife } from "../play-life.ts";
import { makeWorld } from "../world/make-world.ts";
import { mailLife } from "./index.ts";
import { fileNameParameter, headerText, mailDate, quotedPrintable } from "./mime.ts";

const world = makeWorld({ seed: 3, people: 20, days: 30, start: "2027-03-01" });
const mails = playLife(world, mailLife(world), 9).emitted;

function text(item: Emitted): string {
  return "bytes" in item ? item.bytes.toString() : "";
}

function header(mail: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, "m").exec(mail.slice(0, mail.indexOf("\r\n\r\n")))?.[1];
}

describe("E2 mail of honest days", () => {
  test("the same seed gives the same bytes", () => {
    const again = makeWorld({ seed: 3, people: 20, days: 30, start: "2027-03-01" });
    expect(playLife(again, mailLife(again), 3).emitted.map(text)).toEqual(playLife(world, mailLife(world), 3).emitted.map(text));
  });

  test("every message has a file of its own and the headers of a delivered one, in lines no longer than the standard allows", () => {
    expect(new Set(mails.map((m) => m.file)).size).toBe(mails.length);
    for (const mail of mails.map(text)) {
      for (const name of ["Received", "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "X-Synthetic"])
        expect(header(mail, name)).toBeDefined();
      expect(mail.split("\r\n").every((line) => Buffer.byteLength(line) <= 998 && !line.includes("\n"))).toBe(true);
    }
  });

  test("what comes from outside was verified by our gateway, what is ours was not", () => {
    for (const mail of mails.map(text)) {
      const ours = header(mail, "Return-Path")?.endsWith(`@${world.organisation.domain}>`) === true;
      expect(header(mail, "Authentication-Results") === undefined).toBe(ours);
    }
  });

  test("answers name what they answer", () => {
    const ids = new Set(mails.map((m) => header(text(m), "Message-ID")));
    const answers = mails.map((m) => header(text(m), "In-Reply-To")).filter((id) => id !== undefined);
    expect(answers.length).toBeGreaterThan(mails.length / 10);
    expect(answers.every((id) => ids.has(id))).toBe(true);
  });

  test("several scripts, files of several kinds, lists, newsletters and invitations occur", () => {
    const all = mails.map(text).join("\n");
    for (const mark of [
      "List-Unsubscribe:",
      "List-Id:",
      "Precedence: bulk",
      "Auto-Submitted:",
      "text/calendar",
      "application/pdf",
      "wordprocessingml",
      "spreadsheetml",
      "X-Originating-IP:",
      "In-Reply-To:",
    ])
      expect(all).toContain(mark);
  });
});

describe("encodings", () => {
  test("any text comes back from encoded words, and none is longer than 75", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const encoded = headerText(value);
        if (/^[\x20-\x7e]*$/.test(value)) return encoded === value;
        const words = encoded.split("\r\n ");
        return (
          words.every((w) => w.length <= 75) && Buffer.concat(words.map((w) => Buffer.from(w.slice(10, -2), "base64"))).toString() === value.toWellFormed()
        );
      }),
    );
  });

  test("any text comes back from quoted-printable, in lines of 76 at most", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const encoded = quotedPrintable(value);
        const decoded = Buffer.from(
          encoded.replaceAll("=\r\n", "").replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          "latin1",
        ).toString();
        return encoded.split("\r\n").every((l) => l.length <= 76) && decoded === value.toWellFormed().replace(/\r?\n/g, "\r\n");
      }),
    );
  });

  test("names of files in other scripts follow RFC 2231; dates carry their zone", () => {
    expect(fileNameParameter("filename", "通知.docx")).toBe("filename*=utf-8''%E9%80%9A%E7%9F%A5.docx");
    expect(mailDate(Date.UTC(2027, 2, 3, 22, 5, 9), 5.5 * 3_600_000)).toBe("Thu, 4 Mar 2027 03:35:09 +0530");
    expect(mailDate(Date.UTC(2027, 2, 3, 2, 5, 9), -5 * 3_600_000)).toBe("Tue, 2 Mar 2027 21:05:09 -0500");
  });
});
