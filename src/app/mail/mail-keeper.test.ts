import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { letterBytes, type MailLab, mailLab } from "../../../test/support/mail-lab.ts";
import type { Caller } from "../../api/ports.ts";
import { hidePeople } from "./hide-people.ts";
import { keyOf, LETTER_KEY, letterKey } from "./letter-key.ts";

const SECRET = "the-very-words-of-the-body";
const HTML = `<p>Dear Anna Ahrens, ${SECRET}. <a href="https://evil.example/u/anna.ahrens@own.example">Open</a><script>x()</script></p>`;

let mails: MailLab;
beforeEach(async () => {
  mails = await mailLab();
});
afterEach(() => mails.lab.end());

const as = (role: Caller["role"], kind: Caller["kind"] = "session") =>
  ({ query: undefined, body: undefined, session: { kind, id: role, name: role, role }, signal: new AbortController().signal }) as const;

describe("what is kept of a message", () => {
  test("of one to be held: sealed, and nowhere in the databases in clear, nor is the name of its reader outside of the one table", async () => {
    const id = await mails.take(letterBytes({ html: HTML }));
    const bytes = Buffer.concat(
      readdirSync(mails.lab.dir, { recursive: true }).flatMap((f) => {
        const path = join(mails.lab.dir, String(f));
        return statSync(path).isFile() ? [readFileSync(path)] : [];
      }),
    );
    expect(bytes.includes("P-1")).toBe(true);
    expect(bytes.includes(SECRET)).toBe(false);
    const detail = await mails.services.mail({ ...as("analyst"), params: { id } });
    expect(detail).toMatchObject({ letterState: "kept", hidden: 1, readers: ["P-1"], missed: true, addresses: { connection: "222.60.117.43" } });
    expect(detail.letter?.text).toContain(`Dear P-1, ${SECRET}`);
    expect(detail.letter?.links[0]).toMatchObject({ url: "hxxps[://]evil[.]example/u/P-1", domain: "evil.example", mailsBefore: 0 });
    expect(detail.letter).toMatchObject({ html: true, removed: 1, remote: 0 });
    expect(await mails.services.mailBody({ ...as("analyst"), params: { id } })).not.toMatch(/ahrens|<script|href=/i);
  });

  test("of an honest one no text, whoever asks; of one read as history none either, and it is no verdict", async () => {
    const honest = await mails.take(letterBytes({ html: HTML }), { verdict: "deliver", score: 9 });
    expect(await mails.services.mail({ ...as("admin"), params: { id: honest } })).toMatchObject({ letterState: "honest" });
    await expect(mails.services.mailBody({ ...as("admin"), params: { id: honest } })).rejects.toMatchObject({ code: "mail-text-not-found" });
    const event = { fileKey: "old", line: 1, time: 1, source: "s", file: "f", traffic: "inbound", detail: SECRET } as never;
    const judged = {
      event,
      path: "f",
      score: 90,
      verdict: "hold",
      tags: [],
      actions: ["hold"],
      indicators: [],
      urls: [],
      places: { domain: "", connection: "", author: "" },
      opened: { hops: [] },
    };
    const [row] = mails.keeper.take([judged as never], true).mails;
    expect(row).toMatchObject({ learned: true, verdict: "deliver", letter: undefined });
    expect((event as { detail?: string }).detail).toBeUndefined();
  });

  test("a viewer sees all but the text; the demonstration shows its own", async () => {
    const id = await mails.take(letterBytes({ html: HTML }));
    expect(await mails.services.mail({ ...as("viewer"), params: { id } })).toMatchObject({ letterState: "forbidden", score: 90 });
    for (const ask of [mails.services.mailBody({ ...as("viewer"), params: { id } }), mails.services.mailCode({ ...as("viewer"), params: { id, n: 0 } })])
      await expect(ask).rejects.toMatchObject({ code: "mail-text-forbidden" });
    expect((await mails.services.mail({ ...as("viewer", "demo"), params: { id } })).letterState).toBe("kept");
  });

  test("a message larger than 512 KiB leaves its text and not its bytes; who asks for them is told", async () => {
    const id = await mails.take(letterBytes({ html: `${HTML}${" x".repeat(300_000)}` }));
    expect((await mails.services.mail({ ...as("analyst"), params: { id } })).letter?.raw).toBe(0);
    await expect(
      mails.services.rawMail({ ...as("analyst"), params: { id }, body: { why: "because I must" }, entry: (() => undefined) as never }),
    ).rejects.toMatchObject({
      code: "mail-raw-not-found",
    });
  });
});

describe("the key of kept texts", () => {
  test("is made once, for its owner alone; another key, another mail or one changed bit opens nothing", () => {
    const dir = mkdtempSync(join(tmpdir(), "wonted-key-"));
    try {
      const key = letterKey(dir);
      expect(statSync(join(dir, LETTER_KEY)).mode & 0o777).toBe(0o600);
      const sealed = key.seal("a", Buffer.from(SECRET));
      expect(Buffer.from(letterKey(dir).open("a", sealed)).toString()).toBe(SECRET);
      const refused = expect.objectContaining({ code: "mail-text-unavailable" });
      expect(() => key.open("b", sealed)).toThrow(refused);
      expect(() => keyOf(Buffer.alloc(32)).open("a", sealed)).toThrow(refused);
      expect(() => key.open("a", sealed.subarray(0, 10))).toThrow(refused);
      sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
      expect(() => key.open("a", sealed)).toThrow(refused);
      writeFileSync(join(dir, LETTER_KEY), "short");
      expect(() => letterKey(dir)).toThrow(expect.objectContaining({ code: "mail-key-unreadable" }));
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

test("people in a text: addresses in any case and form, whole names over a line's end, long mailbox names; never a part of another word", () => {
  const people = [
    { address: "anna.ahrens@own.example", name: "Anna Ahrens", id: "P-1" },
    { address: "bo@own.example", name: "Bo", id: "P-2" },
  ];
  expect(
    hidePeople("ANNA.AHRENS@own.example anna.ahrens%40own.example Anna\nAhrens user=anna.ahrens x%3Danna.ahrens@own.example; Bo and bo@own.example", people),
  ).toBe("P-1 P-1 P-1 user=P-1 x%3DP-1; Bo and P-2");
  expect(hidePeople("joanna.ahrens Hanna Ahrensburg joanna.ahrens@own.example", people)).toBe("joanna.ahrens Hanna Ahrensburg joanna.ahrens@own.example");
});
