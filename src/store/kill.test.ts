import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../base/clock.ts";
import { seededRandom } from "../base/random.ts";
import type { Family } from "../schema/families.ts";
import { T0 } from "./made-for-tests.ts";
import { openStore } from "./open-store.ts";

const KILLS = process.env.WONTED_ALL === "1" ? 50 : 8;
const FILES: readonly Family[] = ["conn", "dns", "http"];
const dir = mkdtempSync(join(tmpdir(), "wonted-kill-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function start(end: number): ChildProcess {
  return spawn(process.execPath, ["--no-warnings", join(import.meta.dirname, "killed-for-tests.ts"), dir, String(end)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function said(child: ChildProcess, word: string): Promise<void> {
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes(word)) return;
  throw new Error(`the program ended without saying ${word}`);
}

/** What the store holds: every record once, all up to the positions, their alerts, a whole snapshot that is not ahead. */
async function check(): Promise<Map<Family, number>> {
  const store = await openStore({ dir, clock: systemClock, limits: { lowWaterBytes: 1 } });
  try {
    const positions = await store.positions();
    const ends = new Map<Family, number>();
    for (const family of FILES) {
      const line = positions.find((position) => position.fileKey === `key${family}`)?.line ?? 0;
      const lines: number[] = [];
      let after: string | undefined;
      do {
        const page = await store.ask("scan", { from: T0, to: T0 + 1e12, families: [family], limit: 5_000, ...(after === undefined ? {} : { after }) });
        lines.push(...page.events.map((event) => event.line));
        after = page.next;
      } while (after !== undefined);
      expect(new Set(lines).size).toBe(lines.length);
      expect(lines.filter((at) => at <= line).length).toBe(line);
      ends.set(family, lines.length);
      for (let at = 37; at <= line; at += 37) expect((await store.ask("alert", { id: `${family}-${at}` })).records).toHaveLength(1);
    }
    const snapshot = await store.latestSnapshot();
    if (snapshot !== undefined) {
      expect(JSON.parse(new TextDecoder().decode(snapshot.bytes))).toEqual(snapshot.positions);
      for (const position of snapshot.positions) expect(position.line).toBeLessThanOrEqual(positions.find((p) => p.fileKey === position.fileKey)?.line ?? 0);
    }
    return ends;
  } finally {
    await store.close();
  }
}

test(`killed at ${KILLS} random moments, no event and no alert is lost or doubled`, async () => {
  const random = seededRandom(20_260_302);
  for (let n = 0; n < KILLS; n++) {
    const child = start(1e9);
    const exited = once(child, "exit");
    // A part of the kills comes while the store is being opened after the last one.
    if (n % 4 !== 3) await said(child, "reading");
    const delay = new Promise((resolve) => setTimeout(resolve, Math.floor(random() * 400)));
    await delay;
    child.kill("SIGKILL");
    expect((await exited)[1]).toBe("SIGKILL");
    if (n % 4 === 0) await check();
  }
  const reached = await check();
  const end = Math.max(...reached.values()) + 100;
  const child = start(end);
  await said(child, "done");
  await once(child, "exit");
  expect([...(await check()).values()]).toEqual([end, end, end]);
}, 900_000);
