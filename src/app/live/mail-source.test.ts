import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { statedVerdicts } from "../../parsers/mail/authenticate.ts";
import { MailFolder } from "../../sensors/mail/mail-folder.ts";
import type { Position } from "../../store/types.ts";
import { openHeaders } from "../mail-events.ts";
import type { LiveSource, SourceBatch } from "./live-source.ts";
import { mailSource } from "./mail-source.ts";

let folder = "";
let now = Date.UTC(2026, 10, 24, 12);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mail-source-"));
  now = Date.UTC(2026, 10, 24, 12);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clock = { now: () => now };
const mail = (n: number, hour = n): string =>
  `Received: from a.example ([198.51.100.1]) by mx.own.example; Tue, 24 Nov 2026 ${String(hour % 24).padStart(2, "0")}:00:0${n % 10} +0000\nFrom: a@b.example\nSubject: ${n}\nMessage-ID: <${n}@b.example>\n\nbody ${n}\n`;
const inMbox = (n: number): string => `From a@b.example Tue Nov 24 09:00:00 2026\n${mail(n)}\n`;

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  old(path);
  return path;
}
/** As though nothing was written for a while. */
function old(path: string): void {
  utimesSync(path, now / 1_000 - 60, now / 1_000 - 60);
}

/** What was opened as history. */
const briefly: string[] = [];

function source(path: string, learned: readonly Position[] = [], stored: readonly Position[] = learned): LiveSource {
  return mailSource({
    id: "post",
    kind: "mail",
    path,
    fixed: true,
    clock,
    learned,
    stored,
    supply: (positions) => new MailFolder({ path, clock, positions, scanMs: 0 }),
    open: openHeaders,
    openHistory: (bytes, ref, size) => {
      briefly.push(ref);
      return openHeaders(bytes, ref, size);
    },
    auth: async (m) => statedVerdicts(m, []),
  });
}

interface Seen {
  subjects: string[];
  ids: string[];
  positions: Map<string, Position>;
  history: boolean[];
}
const nothing = (): Seen => ({ subjects: [], ids: [], positions: new Map(), history: [] });
function note(seen: Seen, batch: SourceBatch): void {
  for (const e of batch.events) if (e.family === "mail") seen.subjects.push(e.subject ?? "");
  for (const e of batch.events) seen.ids.push(`${e.fileKey}-${e.line}`);
  if (batch.events.length > 0) seen.history.push(batch.history === true);
  for (const p of batch.positions) seen.positions.set(p.fileKey, p);
}
/** Polls until nothing more comes. */
async function read(from: LiveSource, seen = nothing()): Promise<Seen> {
  for (let i = 0; i < 200; i++) {
    now += 300;
    const batch = await from.poll();
    note(seen, batch);
    if (batch.caughtUp) return seen;
  }
  throw new Error("it never ends");
}

describe("watched folder of messages, Maildir, growing mailbox file (E1)", () => {
  test("files of one message come in the order of their times, each once, whatever is moved or renamed", async () => {
    for (const n of [5, 3, 9]) file(`in/${n}.eml`, mail(n));
    file("in/readme.txt", "no mail at all\n");
    const post = source(join(folder, "in"));
    const seen = await read(post);
    expect(seen.subjects).toEqual(["3", "5", "9"]);
    renameSync(join(folder, "in/3.eml"), join(folder, "in/kept.eml"));
    file("in/copy.eml", mail(5));
    file("in/late.eml", mail(7));
    expect((await read(post, seen)).subjects).toEqual(["3", "5", "9", "7"]);
    await post.close();
  });

  test("Maildir: new and cur, not tmp; a flag that is set is no new message", async () => {
    for (const d of ["cur", "new", "tmp"]) mkdirSync(join(folder, "box", d), { recursive: true });
    file("box/new/1.a", mail(1));
    file("box/tmp/2.a", mail(2));
    const post = source(join(folder, "box"));
    const seen = await read(post);
    renameSync(join(folder, "box/new/1.a"), join(folder, "box/cur/1.a:2,S"));
    renameSync(join(folder, "box/tmp/2.a"), join(folder, "box/new/2.a"));
    expect((await read(post, seen)).subjects).toEqual(["1", "2"]);
    await post.close();
  });

  test("a mailbox file grows, is rotated by name, by copy and truncation, and written anew: each message once", async () => {
    const path = file("post.mbox", inMbox(1) + inMbox(2));
    const post = source(path);
    const seen = await read(post);
    appendFileSync(path, inMbox(3));
    old(path);
    expect((await read(post, seen)).subjects).toEqual(["1", "2", "3"]);
    // Half a message is not taken before its rest is there.
    appendFileSync(path, inMbox(4).slice(0, 60));
    utimesSync(path, now / 1_000, now / 1_000);
    expect((await read(post, seen)).subjects).toHaveLength(3);
    appendFileSync(path, inMbox(4).slice(60));
    old(path);
    expect((await read(post, seen)).subjects).toEqual(["1", "2", "3", "4"]);
    renameSync(path, `${path}.1`);
    file("post.mbox", inMbox(5));
    expect((await read(post, seen)).subjects).toEqual(["1", "2", "3", "4", "5"]);
    copyFileSync(path, `${path}.2`);
    old(`${path}.2`);
    truncateSync(path, 0);
    file("post.mbox", inMbox(6));
    expect((await read(post, seen)).subjects).toEqual(["1", "2", "3", "4", "5", "6"]);
    // A mail program drops one message and writes its own header into another.
    file("post.mbox", inMbox(6).replace("\nFrom: a", "\nX-Status: RO\nFrom: a") + inMbox(7));
    expect((await read(post, seen)).subjects).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    await post.close();
  });

  test("what lay there for more than a day is history, what is newer is watched", async () => {
    file("in/1.eml", mail(1).replaceAll("24 Nov", "20 Nov"));
    file("in/2.eml", mail(2));
    briefly.length = 0;
    const seen = await read(source(join(folder, "in")));
    expect([seen.subjects, seen.history, briefly.map((ref) => ref.slice(-5))]).toEqual([["1", "2"], [true, false], ["1.eml"]]);
  });

  test("a message without any time came when its file did, and one with hardly a header is one by its name; a folder that is not there is an outage", async () => {
    file("in/x.eml", "From: a@b.example\nSubject: s\nMessage-ID: <x@b.example>\n\nx\n");
    file("in/y.eml", "Content-Type: text/plain\n\ny\n");
    file("in/y.txt", "Content-Type: text/plain\n\ny\n");
    const post = source(join(folder, "in"));
    const events = [...(await post.poll()).events, ...(await post.poll()).events];
    expect(events.map((e) => [e.file.slice(-5), e.time])).toEqual([
      ["x.eml", Date.UTC(2026, 10, 24, 11, 59)],
      ["y.eml", Date.UTC(2026, 10, 24, 11, 59)],
    ]);
    const gone = source(join(folder, "nowhere"));
    await gone.poll();
    expect(gone.outage()).toContain("nothing is there yet");
  });
});

describe("a crash at any moment", () => {
  test("loses no message and gives each the number it had, wherever learned state and store stood", async () => {
    for (let n = 0; n < 150; n++) file(`in/${String(n).padStart(3, "0")}.eml`, mail(n, n % 10));
    file("all.mbox", Array.from({ length: 100 }, (_, n) => inMbox(n + 200)).join(""));
    const whole = await read(source(folder));
    expect(new Set(whole.subjects).size).toBe(250);
    expect(new Set(whole.ids).size).toBe(250);
    const polls = 8;
    for (let learnedAt = 0; learnedAt < polls; learnedAt += 2) {
      for (let storedAt = learnedAt; storedAt < polls; storedAt += 3) {
        const post = source(folder);
        const learned = nothing();
        const stored = nothing();
        let beyond: SourceBatch | undefined;
        for (let i = 0; i <= storedAt; i++) {
          now += 1;
          const batch = await post.poll();
          if (i < learnedAt) note(learned, batch);
          if (i < storedAt) note(stored, batch);
          else beyond = batch;
        }
        // Events of the last batch got into the store without their position.
        const inStore = new Map(stored.ids.map((id, k) => [id, stored.subjects[k]]));
        for (const e of beyond?.events ?? []) if (e.family === "mail") inStore.set(`${e.fileKey}-${e.line}`, e.subject);
        const again = await read(source(folder, [...learned.positions.values()], [...stored.positions.values()]));
        expect([...learned.subjects, ...again.subjects].sort()).toEqual([...whole.subjects].sort());
        for (const [k, id] of again.ids.entries()) expect(inStore.get(id) ?? again.subjects[k]).toBe(again.subjects[k]);
      }
    }
  });

  test("after a restart a mailbox file goes on where it was, by its head", async () => {
    const path = file("m.mbox", inMbox(1) + inMbox(2));
    const seen = await read(source(path));
    const mailbox = [...seen.positions.values()].find((p) => JSON.stringify(p.header).includes("mailbox"));
    expect(mailbox?.offset).toBe(statSync(path).size);
    renameSync(path, join(folder, "other.mbox"));
    appendFileSync(join(folder, "other.mbox"), inMbox(3));
    old(join(folder, "other.mbox"));
    expect((await read(source(join(folder, "other.mbox"), [...seen.positions.values()]))).subjects).toEqual(["3"]);
  });
});
