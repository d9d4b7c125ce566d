import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { needs } from "../../../test/needs.ts";
import { ImapServer, imapServer } from "../../../test/support/imap-server.ts";
import { parseImapAddress } from "./imap-address.ts";
import { ImapMailbox } from "./imap-mailbox.ts";
import type { SuppliedMail, SupplyPosition } from "./mail-supply.ts";

const lack = imapServer();
let server: ImapServer;
let folder = "";
const open: ImapMailbox[] = [];

beforeAll(async () => {
  if (lack !== undefined) return;
  server = await ImapServer.start();
  folder = server.folder;
}, 60_000);
afterEach(async () => {
  for (const box of open.splice(0)) await box.close();
});
afterAll(async () => {
  if (folder !== "") await server.end();
});

function put(n: number, box = "", body = `body ${n}`): void {
  const text = `Received: from a.example ([198.51.100.1]) by mx.own.example; Tue, 24 Nov 2026 09:00:0${n % 10} +0000\r\nFrom: a@b.example\r\nSubject: ${n}\r\nMessage-ID: <${n}@b.example>\r\n\r\n${body}\r\n`;
  server.put(n, text, box);
}

function mailbox(more: { user?: string; passwordFile?: string; positions?: SupplyPosition[]; boxes?: string } = {}): ImapMailbox {
  const address = parseImapAddress(`imaps://${encodeURIComponent(more.user ?? "anna@own.example")}@localhost:${server.port}/${more.boxes ?? ""}`);
  const box = new ImapMailbox({
    address,
    passwordFile: more.passwordFile ?? server.passwordFile,
    authority: server.authority,
    positions: more.positions ?? [],
    lookMs: 500,
    retryMs: 100,
  });
  open.push(box);
  return box;
}

/** Takes until as many are there; fails when they do not come. */
async function take(box: ImapMailbox, n: number, known = new Set<number>()): Promise<SuppliedMail[]> {
  const out: SuppliedMail[] = [];
  for (let i = 0; i < 200 && out.length < n; i++) {
    for (const mail of await box.next(10, 1e7, (key) => known.has(key))) {
      out.push(mail);
      known.add(mail.key);
    }
    if (out.length < n) await wait(50);
  }
  expect(out).toHaveLength(n);
  return out;
}
const subjects = (mails: readonly SuppliedMail[]): string[] => mails.map((m) => /Subject: (\d+)/.exec(m.bytes.toString())?.[1] ?? "").sort();

describe("a mailbox on a real server (E1)", () => {
  test("history, then what comes, also of sent mail; nothing of it is changed; after a restart only what is new", { timeout: 60_000 }, async (context) => {
    needs(context, lack);
    for (let n = 1; n <= 25; n++) put(n);
    put(40, "Sent");
    const known = new Set<number>();
    const box = mailbox();
    const first = await take(box, 26, known);
    expect(subjects(first)).toEqual([...Array.from({ length: 25 }, (_, i) => String(i + 1)), "40"].sort());
    expect(first[0]?.name).toMatch(/^imaps:\/\/anna@own\.example@localhost\/INBOX#\d+$/);
    put(26);
    expect(subjects(await take(box, 1, known))).toEqual(["26"]);
    expect(box.outage()).toBeUndefined();
    const positions = new Map(box.positions().map((p) => [p.name, p]));
    expect(positions.get("INBOX")).toMatchObject({ offset: 26, rest: { uid: 26 } });
    await box.close();
    // Unseen still: a name with flags would end in :2,S.
    const names = [...readdirSync(join(folder, "mail/new")), ...readdirSync(join(folder, "mail/cur"))];
    expect(names).toHaveLength(26);
    expect(names.filter((name) => /:2,.*S/.test(name))).toEqual([]);
    put(27);
    expect(subjects(await take(mailbox({ positions: [...positions.values()] }), 1))).toEqual(["27"]);
  });

  test("a lost connection is made again, and what came meanwhile is read", { timeout: 60_000 }, async (context) => {
    needs(context, lack);
    const known = new Set<number>();
    const box = mailbox();
    await take(box, 28, known);
    await server.stop();
    for (let i = 0; i < 100 && box.outage() !== "nothing listens there"; i++) {
      await box.next(1, 1, () => true);
      await wait(50);
    }
    expect(box.outage()).toBe("nothing listens there");
    put(28);
    await server.run();
    expect(subjects(await take(box, 1, known))).toEqual(["28"]);
    await wait(100);
    expect(box.outage()).toBeUndefined();
  });

  test("with another UIDVALIDITY everything is looked at anew and nothing is taken twice", { timeout: 60_000 }, async (context) => {
    needs(context, lack);
    const known = new Set<number>();
    const box = mailbox({ boxes: "INBOX" });
    await take(box, 28, known);
    await box.next(1, 1, () => true);
    const before = new Map(box.positions().map((p) => [p.name, p]));
    await box.close();
    await server.stop();
    // Maildir's list of UIDs, with another first line and in another order.
    const list = join(folder, "mail/dovecot-uidlist");
    rmSync(list, { force: true });
    for (const name of readdirSync(join(folder, "mail"))) if (name.startsWith("dovecot.index")) rmSync(join(folder, "mail", name));
    put(29);
    await wait(1_100);
    await server.run();
    const again = mailbox({ boxes: "INBOX", positions: [...before.values()] });
    expect(subjects(await take(again, 1, known))).toEqual(["29"]);
    await wait(300);
    expect(await again.next(10, 1e7, (key) => known.has(key))).toEqual([]);
    const after = again.positions().find((p) => p.name === "INBOX");
    expect(after?.rest.uidValidity).not.toBe(before.get("INBOX")?.rest.uidValidity);
    expect(after?.offset).toBeGreaterThan(before.get("INBOX")?.offset ?? 0);
  });

  test("what waits is bounded: a large mailbox is not fetched faster than it is taken", { timeout: 60_000 }, async (context) => {
    needs(context, lack);
    for (let n = 100; n < 130; n++) put(n, "Big", "x".repeat(2_000_000));
    const box = mailbox({ boxes: "Big" });
    await box.next(0, 0, () => false);
    await wait(2_500);
    const before = process.memoryUsage().arrayBuffers;
    expect(before).toBeLessThan(120_000_000);
    expect((await take(box, 30)).every((m) => m.bytes.length > 2_000_000)).toBe(true);
  });

  test.for<[string, () => Parameters<typeof mailbox>[0], string]>([
    ["a wrong password", () => ({ passwordFile: join(folder, "wrong") }), "the server refused user or password"],
    ["no password file", () => ({ passwordFile: join(folder, "none") }), "the password file is not there"],
    ["no such mailbox", () => ({ boxes: "Nowhere" }), "Nowhere: there is no such mailbox"],
  ])("%s is an outage that says so without the password", { timeout: 60_000 }, async ([, options, reason], context) => {
    needs(context, lack);
    writeFileSync(join(folder, "wrong"), "not-this-one");
    const box = mailbox(options());
    for (let i = 0; i < 150 && (box.outage() === undefined || box.outage() === "not connected yet"); i++) {
      await box.next(1, 1, () => true);
      await wait(50);
    }
    expect(box.outage()).toBe(reason);
    expect(JSON.stringify([box.outage(), box.positions()])).not.toContain("not-this-one");
  });
});

describe("the address of a mailbox", () => {
  test.each([
    [
      "imaps://anna%40own.example@mail.own.example/INBOX,Archive%2F2026",
      { host: "mail.own.example", port: 993, user: "anna@own.example", tls: "implicit", mailboxes: ["INBOX", "Archive/2026"] },
    ],
    ["imap://anna@mail.own.example:1143", { port: 1143, tls: "starttls", mailboxes: [] }],
    ["imap://anna@127.0.0.1/?tls=none", { tls: "none" }],
  ])("%s", (text, expected) => expect(parseImapAddress(text)).toMatchObject(expected));

  test.each(["http://a@b/", "imaps://host/", "imaps://anna:secret@host/", "imap://anna@mail.own.example/?tls=none", "no address"])("%s is refused", (text) => {
    expect(() => parseImapAddress(text)).toThrow(expect.objectContaining({ code: "source-invalid", message: expect.not.stringContaining("secret") }));
  });
});
