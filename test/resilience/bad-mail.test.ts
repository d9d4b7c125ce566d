import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LiveSource } from "../../src/app/live/live-source.ts";
import { mailSource } from "../../src/app/live/mail-source.ts";
import { openAllLayers } from "../../src/app/mail-events.ts";
import { replay } from "../../src/app/replay/replay.ts";
import { statedVerdicts } from "../../src/parsers/mail/authenticate.ts";
import type { EventOf } from "../../src/schema/event.ts";
import { parseImapAddress } from "../../src/sensors/mail/imap-address.ts";
import { ImapMailbox } from "../../src/sensors/mail/imap-mailbox.ts";
import { MailFolder } from "../../src/sensors/mail/mail-folder.ts";
import type { MailSupply, SupplyPosition } from "../../src/sensors/mail/mail-supply.ts";
import { needs } from "../needs.ts";
import { hostileMails } from "../support/hostile-mail.ts";
import { ImapServer, imapServer } from "../support/imap-server.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const at = (n: number): string => `Tue, 24 Nov 2026 09:${String(n).padStart(2, "0")}:00 +0000`;
const HOSTILE = hostileMails((n) => at(2 * n + 1));
/** An ordinary message between any two of them. */
const HONEST = HOSTILE.map((_, n) =>
  Buffer.from(
    `Received: from p.example ([198.51.100.2]) by mx.own.example; ${at(2 * n)}\nFrom: ann@partner.example\nTo: anna@own.example\nSubject: minutes ${n}\nMessage-ID: <g${n}@partner.example>\n\nThe minutes are below.\n`,
  ),
);

let dir = "";
let folder = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "bad-mail-"));
  folder = join(dir, "in");
  mkdirSync(folder);
  const put = (name: string, bytes: Buffer): void => {
    writeFileSync(join(folder, name), bytes);
    utimesSync(join(folder, name), NOW / 1_000 - 60, NOW / 1_000 - 60);
  };
  for (const [n, m] of HOSTILE.entries()) put(`h${n}.eml`, m.bytes);
  for (const [n, bytes] of HONEST.entries()) put(`g${n}.eml`, bytes);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What of a message's limits is expected, by its subject. */
function check(seen: readonly { id: string; limits: readonly string[] }[]): void {
  const byId = new Map(seen.map((s) => [s.id, s.limits]));
  expect(HONEST.map((_, n) => byId.get(`<g${n}@partner.example>`))).toEqual(HONEST.map(() => []));
  for (const [n, { name, limit }] of HOSTILE.entries()) {
    const limits = byId.get(`<h${n}@hostile.example>`);
    expect(limits, `${name} was read`).toBeDefined();
    if (limit === undefined) expect(limits, name).toEqual([]);
    else expect(limits, name).toContain(limit);
  }
  expect(seen).toHaveLength(HOSTILE.length * 2);
}

/** Everything that the source holds, through the opening process of the live path. */
async function read(id: string, kind: "mail" | "imap", path: string, supply: (positions: readonly SupplyPosition[]) => MailSupply) {
  const clock = { now: () => NOW };
  const source: LiveSource = mailSource({
    id,
    kind,
    path,
    fixed: true,
    clock,
    learned: [],
    stored: [],
    supply,
    open: openAllLayers,
    openHistory: openAllLayers,
    auth: async (m) => statedVerdicts(m, []),
  });
  const events: EventOf<"mail">[] = [];
  try {
    for (let idle = 0; events.length < HOSTILE.length * 2 && idle < 600; ) {
      const batch = await source.poll();
      expect(batch.rejected).toEqual([]);
      events.push(...(batch.events as EventOf<"mail">[]));
      if (batch.caughtUp) {
        idle++;
        await new Promise((go) => setTimeout(go, 50));
      }
    }
  } finally {
    await source.close();
  }
  return events.map((e) => ({ id: e.messageId ?? "", limits: (e.limits ?? []).map((l) => l.split(":", 1)[0] as string) }));
}

describe("messages that would stop a reader: each is bounded, says so, and the others pass", () => {
  test("replay of a folder: a tag names the limit", { timeout: 120_000 }, async () => {
    const out = join(dir, "out");
    await replay({ paths: [folder], history: [], out, org: undefined, site: undefined, budget: 5, asnTable: undefined }, { now: () => 0 });
    const lines = readFileSync(join(out, "emails.ndjson"), "utf8").split("\n").filter(Boolean);
    const mails = lines.map((l) => JSON.parse(l) as { messageId: string; tags: string[] });
    const limitsOf = (tags: readonly string[]): string[] => tags.filter((t) => t.startsWith("Limit ")).map((t) => t.slice(6));
    check(mails.map((m) => ({ id: m.messageId, limits: limitsOf(m.tags) })));
    expect(readFileSync(join(out, "rejected.ndjson"), "utf8")).toBe("");
  });

  test("a watched folder", { timeout: 120_000 }, async () => {
    check(await read("post", "mail", folder, (positions) => new MailFolder({ path: folder, clock: { now: () => NOW }, positions, scanMs: 0 })));
  });

  test("a mailbox over IMAP", { timeout: 180_000 }, async (context) => {
    needs(context, imapServer());
    const server = await ImapServer.start();
    try {
      for (const [n, m] of HOSTILE.entries()) server.put(n, m.bytes);
      for (const [n, bytes] of HONEST.entries()) server.put(100 + n, bytes);
      const address = parseImapAddress(`imaps://${encodeURIComponent("anna@own.example")}@localhost:${server.port}/`);
      const options = { address, passwordFile: server.passwordFile, authority: server.authority, lookMs: 300, retryMs: 100 };
      check(await read("box", "imap", "imaps://localhost", (positions) => new ImapMailbox({ ...options, positions })));
    } finally {
      await server.end();
    }
  });
});
