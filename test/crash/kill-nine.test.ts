import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { openStore } from "../../src/store/index.ts";
import { madeOffice, writeOffice } from "../support/made-office.ts";

const ROUNDS = process.env.WONTED_ALL === "1" ? 50 : 6;
const folder = mkdtempSync(join(tmpdir(), "wonted-kill-"));
const logs = join(folder, "logs");
const office = madeOffice(100, true, 60);
const MAIN = new URL("../../src/app/main.ts", import.meta.url).pathname;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configure(data: string): string {
  const file = join(folder, `${data}.yaml`);
  // Learned state and offsets are committed often, so that a kill falls between every two of them.
  writeFileSync(file, `version: 1\ncommitSeconds: 0.1\nsnapshotSeconds: 0.4\nsources:\n  - id: office\n    kind: zeek\n    path: ${logs}\n`);
  return file;
}

function start(data: string): ChildProcess {
  return spawn(process.execPath, [MAIN, "serve", "--data", join(folder, data), "--port", "0", "--config", configure(data)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Everything that the store holds, by id. */
async function contents(data: string): Promise<{ events: Map<string, number>; alerts: string[]; lines: number }> {
  const store = await openStore({ dir: join(folder, data), clock: systemClock });
  try {
    const events = new Map<string, number>();
    let after: string | undefined;
    do {
      const page = await store.ask("scan", {
        from: 0,
        to: office.end + 1e9,
        families: ["conn", "http"],
        limit: 5_000,
        ...(after === undefined ? {} : { after }),
      });
      for (const e of page.events) events.set(e.id, (events.get(e.id) ?? 0) + 1);
      after = page.next;
    } while (after !== undefined);
    const { alerts } = await store.ask("alerts", { state: "all", sort: "time", limit: 500 });
    const positions = await store.positions();
    // Fifty rounds last minutes in which no line is written: that the source is silent is then true, and is about the clock, not about what was read.
    const ofEvents = alerts.filter((a) => !a.model.startsWith("System / "));
    return { events, alerts: ofEvents.map((a) => `${a.id} ${a.model}`).sort(), lines: positions.reduce((n, p) => n + p.line, 0) };
  } finally {
    await store.close();
  }
}

/** Runs until everything is read, then ends it politely. */
async function runToTheEnd(data: string): Promise<void> {
  const child = start(data);
  const errors: string[] = [];
  child.stderr?.on("data", (d: Buffer) => errors.push(String(d)));
  const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
  const read = new Promise<void>((done) => {
    let out = "";
    child.stdout?.on("data", (d: Buffer) => {
      out += String(d);
      if (out.includes("Source office is read up to now")) done();
    });
  });
  await Promise.race([read, ended]);
  child.kill("SIGTERM");
  expect({ code: await ended, errors }).toEqual({ code: 0, errors: [] });
}

describe("kill -9 at any moment loses and doubles no event and no alert", () => {
  test(
    `${ROUNDS} kills at random moments`,
    async () => {
      writeOffice(logs, office);
      await runToTheEnd("quiet");
      const expected = await contents("quiet");
      expect(expected.events.size).toBe(office.lines);
      expect(expected.alerts.length).toBeGreaterThan(2);

      const random = seededRandom(7);
      for (let round = 0; round < ROUNDS; round++) {
        const child = start("killed");
        const ended = new Promise((done) => child.once("exit", done));
        // Now and then while it starts, else from the first line read to after the last.
        if (random() > 0.2) await new Promise((done) => child.stdout?.once("data", done));
        await wait(random() * 2_500);
        child.kill("SIGKILL");
        await ended;
      }
      await runToTheEnd("killed");
      const after = await contents("killed");
      expect([...after.events.values()].filter((n) => n !== 1)).toEqual([]);
      expect(after).toEqual(expected);
    },
    ROUNDS * 15_000 + 180_000,
  );
});
