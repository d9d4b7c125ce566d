import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { eveLine, makeLabFiles } from "../../src/bench/block/lab-files.ts";
import { HelperDesk } from "../../src/helper/desk.ts";
import type { Action } from "../../src/schema/action.ts";
import { openStore } from "../../src/store/index.ts";
import { ask } from "../support/ask-platform.ts";
import { PretendedKernel } from "../support/pretended-kernel.ts";
import { addToken } from "../support/run-wonted.ts";

const ROUNDS = process.env.WONTED_ALL === "1" ? 50 : 6;
const MAIN = fileURLToPath(new URL("../../src/app/main.ts", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "wonted-actions-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const SERVER = "198.19.0.10";
const BLOCK_SECONDS = 3_600;
const device = (n: number): string => `198.18.1.${10 + n}`;
/** Whole seconds are rounded up on the way to the kernel, and a request takes a moment. */
const SLACK = 2_500;

interface Running {
  child: ChildProcess;
  ended: Promise<unknown>;
  caughtUp: Promise<void>;
  url(): string;
}

function start(data: string, config: string): Running {
  const child = spawn(process.execPath, [MAIN, "serve", "--data", data, "--config", config, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  const ended = new Promise((done) => child.once("exit", done));
  const caughtUp = new Promise<void>((done) => {
    child.stdout?.on("data", (d: Buffer) => {
      out += String(d);
      if (out.includes("is read up to now")) done();
    });
  });
  return { child, ended, caughtUp, url: () => /is at (http:\S+)/.exec(out)?.[1] ?? "" };
}

test(
  `the platform is killed (-9) at ${ROUNDS} random moments of the lives of actions: none is lost, doubled, or longer than asked`,
  async () => {
    const files = await makeLabFiles(dir, BLOCK_SECONDS, ["198.18.0.0/15"]);
    const token = await addToken(files.data);
    const kernel = new PretendedKernel();
    const desk = new HelperDesk({
      socket: files.socket,
      token: readFileSync(files.token, "utf8").trim(),
      enforcer: kernel.enforcer,
      clock: systemClock,
      log: () => undefined,
    });
    await desk.listen();
    const random = seededRandom(11);
    /** When a person's word was given and taken, by device: what nobody may forget. */
    const cleared = new Set<number>();
    const shortened = new Map<number, number>();
    try {
      for (let n = 0; n < ROUNDS; n++) {
        const platform = start(files.data, files.config);
        // Now and then while it starts and applies what stood before.
        if (random() > 0.25) await Promise.race([platform.caughtUp, platform.ended]);
        appendFileSync(files.eve, eveLine(n + 1, device(n), SERVER, 445, Date.now()));
        const kill = wait(random() * (random() < 0.5 ? 60 : 900)).then(() => platform.child.kill("SIGKILL"));
        await decide(platform, token, n, random() < 0.5 ? "clear" : "extend");
        await kill;
        await platform.ended;
      }
      const last = start(files.data, files.config);
      await last.caughtUp;
      await settled(last, token);
      const standing = new Map(Array.from({ length: ROUNDS }, (_, n) => [n, kernel.endOf(device(n))]));
      last.child.kill("SIGTERM");
      await last.ended;
      check(await actionsOf(files.data), standing);
    } finally {
      await desk.close();
    }

    /** A person clears or shortens it, if the platform lives long enough to hear of it. */
    async function decide(platform: Running, secret: string, n: number, verb: "clear" | "extend"): Promise<void> {
      try {
        while (platform.child.exitCode === null && platform.child.signalCode === null) {
          if (platform.url() !== "") {
            const { actions } = await ask<{ actions: { id: string; state: string }[] }>(platform.url(), secret, `/actions?state=active&entity=${device(n)}`);
            const active = actions.find((a) => a.state === "active");
            if (active !== undefined) {
              const body = verb === "clear" ? { decision: verb, why: "ours" } : { decision: verb, seconds: 1_200, why: "less is enough" };
              await ask(platform.url(), secret, `/actions/${active.id}/decision`, body);
              if (verb === "clear") cleared.add(n);
              else shortened.set(n, Date.now() + 1_200_000);
              return;
            }
          }
          await wait(10);
        }
      } catch {
        // It died meanwhile: whether it has heard nobody can say, and both are right.
      }
    }

    function check(actions: readonly Action[], standing: ReadonlyMap<number, number | undefined>): void {
      for (let n = 0; n < ROUNDS; n++) {
        const mine = actions.filter((a) => a.target.entity.ip === device(n) || a.target.flows?.some((f) => f.src === device(n)));
        expect([n, mine.map((a) => a.kind)]).toEqual([n, ["block-connections"]]);
        const action = mine[0] as Action;
        const end = standing.get(n);
        expect([n, action.state]).toEqual([n, end === undefined ? "cleared" : "active"]);
        if (cleared.has(n)) expect([n, action.state]).toEqual([n, "cleared"]);
        const most = shortened.get(n);
        if (most !== undefined) expect(action.until).toBeLessThanOrEqual(most);
        if (end !== undefined) {
          expect(end - action.until).toBeLessThan(SLACK);
          expect(action.until - end).toBeLessThan(SLACK);
        }
        const asked = Math.max(...action.changes.map((c) => c.until));
        const longest = Math.max(...[...kernel.longest].filter(([name]) => name.includes(`${device(n)} `)).map(([, ends]) => ends));
        expect(longest - asked).toBeLessThan(SLACK);
        expect(action.changes.filter((c) => c.from === "none")).toHaveLength(1);
      }
    }
  },
  ROUNDS * 15_000 + 120_000,
);

/** Every action has come to rest: none is on its way any more, and each device has one. */
async function settled(platform: Running, token: string): Promise<void> {
  const end = performance.now() + 60_000;
  for (;;) {
    const { counts } = await ask<{ counts: Record<string, number> }>(platform.url(), token, "/actions?state=all&kind=block-connections&limit=1");
    const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
    if (all >= ROUNDS && (counts.confirmed ?? 0) + (counts.failed ?? 0) === 0) return;
    if (performance.now() > end) throw new Error(`not at rest: ${JSON.stringify(counts)} of ${ROUNDS}`);
    await wait(100);
  }
}

async function actionsOf(data: string): Promise<Action[]> {
  const store = await openStore({ dir: data, clock: systemClock });
  try {
    return (await store.ask("actions", { limit: 500 })).actions as Action[];
  } finally {
    await store.close();
  }
}
