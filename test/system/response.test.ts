import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { BlockLab, OTHER_PORT, PORT } from "../../src/bench/block/block-lab.ts";
import { run } from "../../src/bench/block/run-in.ts";
import { oneBlock, watchRelease } from "../../src/bench/block-bench.ts";
import { namespaces, needs, program } from "../needs.ts";
import { addToken } from "../support/run-wonted.ts";

const here = (name: string): string => fileURLToPath(new URL(`../../src/bench/block/${name}`, import.meta.url));
const LACKS = [
  process.env.WONTED_SYSTEM === "1" ? undefined : "makes network namespaces: set WONTED_SYSTEM=1",
  namespaces(),
  program("nft"),
  program("ip", "-V"),
];

async function lab(clients: number, seconds: number): Promise<BlockLab> {
  const made = await BlockLab.open(clients, seconds);
  onTestFinished(() => made.close());
  return made;
}

async function until(good: () => Promise<boolean>, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!(await good())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms`);
    await wait(250);
  }
}

interface ActionAnswer {
  id: string;
  state: string;
  until: string;
  began?: string;
  seconds: number;
  alert?: string;
  tally: { count: number };
  changes: { to: string; by: string; why: string }[];
}

describe("enforcement in network namespaces", () => {
  test("an open connection is cut at both ends, new tries are refused at once, nothing else is harmed, and it ends with the platform killed (D37-D39, D43)", async (context) => {
    needs(context, ...LACKS);
    const made = await lab(5, 8);
    made.bystander = 3;
    const runs = [await oneBlock(made, 0, 8), await oneBlock(made, 1, 8), await oneBlock(made, 2, 8)];
    await made.platform?.kill("SIGKILL");
    await Promise.all(runs.map((run, n) => watchRelease(made, n, run)));
    for (const run of runs) expect(run).toMatchObject({ cutAtClient: true, cutAtServer: true, refusedAtOnce: true, harmed: 0, released: true });
  }, 90_000);

  test("the two-hour block of the first post, shortened by hand; a quarantine by hand with reason and history; both in the event log (D39, D40, D42)", async (context) => {
    needs(context, ...LACKS);
    const made = await lab(4, 7_200);
    await made.platform?.kill("SIGTERM");
    const token = await addToken(made.files.data);
    await made.startPlatform();
    const ask = async <T>(path: string, body?: unknown): Promise<T> => {
      const answer = await fetch(`${made.url}/api/v1${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const value = (await answer.json()) as T;
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(value)}`);
      return value;
    };
    const from = made.wires.client(0);
    made.write(from, made.wires.server);
    expect(await made.ruled(from, 5_000)).toBeDefined();
    await wait(300);
    const { actions } = await ask<{ actions: ActionAnswer[] }>(`/actions?state=active&entity=${from}`);
    const block = actions[0];
    expect(block).toMatchObject({ state: "active", seconds: 7_200 });
    expect(Math.abs(Date.parse(block?.until ?? "") - Date.parse(block?.began ?? "") - 7_200_000)).toBeLessThan(2_000);
    expect((await made.tryTo(from)).result).toBe("ECONNREFUSED");
    // The clock of two hours, shortened: the new total that remains is two seconds.
    await ask(`/actions/${block?.id}/decision`, { decision: "extend", seconds: 2, why: "the story has no two hours" });
    expect((await made.tryTo(from)).result).toBe("ECONNREFUSED");
    await wait(3_200);
    expect((await made.tryTo(from)).result).toBe("connected");
    const history = await ask<ActionAnswer>(`/actions/${block?.id}`);
    expect(history.state).toBe("expired");
    expect(history.changes.map((c) => c.to)).toEqual(["confirmed", "active", "active", "expired"]);

    const quarantined = await ask<ActionAnswer>("/actions", { kind: "quarantine", entity: from, seconds: 600, why: "seen on the phone with its owner" });
    expect(quarantined.state).toBe("active");
    for (const [to, port] of [
      [made.wires.server, PORT],
      [made.wires.server, OTHER_PORT],
      [made.wires.other, PORT],
    ] as const)
      expect((await made.tryTo(from, to, port)).result).toBe("ECONNREFUSED");
    expect((await made.tryTo(made.wires.client(1))).result).toBe("connected");
    expect((await ask<ActionAnswer>(`/actions/${quarantined.id}`)).changes[0]).toMatchObject({ why: "seen on the phone with its owner" });
    await ask(`/actions/${quarantined.id}/decision`, { decision: "clear", why: "it was the scanner" });
    expect((await made.tryTo(from)).result).toBe("connected");

    const log = (await ask<{ rows: { kind: string; what: string; detail: string }[] }>(`/devices/${from}/log?limit=200`)).rows;
    expect(log.some((r) => r.kind === "response" && r.detail.includes(block?.id ?? "-") && r.detail.includes(block?.alert ?? "-"))).toBe(true);
    expect(log.some((r) => r.kind === "alert" && r.what === "Response / Connections Blocked")).toBe(true);
    expect(log.some((r) => r.kind === "alert" && r.what === "Response / Device Quarantined")).toBe(true);
  }, 90_000);

  test("rules that somebody takes away are put back; without the helper blocks stand, and what was decided meanwhile is done when it is back", async (context) => {
    needs(context, ...LACKS);
    const made = await lab(4, 120);
    const [first, second] = [made.wires.client(0), made.wires.client(1)];
    made.write(first, made.wires.server);
    expect(await made.ruled(first, 5_000)).toBeDefined();
    await wait(300);
    run("ip", "netns", "exec", made.wires.gateway, "nft", "delete", "table", "ip", "wonted");
    expect((await made.tryTo(first)).result).toBe("connected");
    await until(async () => (await made.tryTo(first)).result === "ECONNREFUSED", 20_000);
    await made.helper?.kill("SIGKILL");
    expect((await made.tryTo(first)).result).toBe("ECONNREFUSED");
    made.write(second, made.wires.server);
    await wait(1_000);
    expect((await made.tryTo(second)).result).toBe("connected");
    await made.startHelper();
    await until(async () => (await made.tryTo(second)).result === "ECONNREFUSED", 20_000);
    expect((await made.tryTo(first)).result).toBe("ECONNREFUSED");
  }, 90_000);

  test.for([true, false])(
    "from host to host to host: with response on (%s) the second hop ends, with it off the third host goes on being used (D41)",
    async (on, context) => {
      needs(context, ...LACKS);
      const made = await lab(4, 60);
      const third = made.in(made.wires.clients, here("echo-server.ts"), String(PORT));
      const relay = made.in(made.wires.servers, here("relay.ts"), "447", made.wires.client(2), String(PORT));
      onTestFinished(async () => {
        await third.kill("SIGKILL");
        await relay.kill("SIGKILL");
      });
      if (!on) await made.platform?.kill("SIGKILL");
      await wait(500);
      const from = made.wires.client(0);
      await made.client.ask({ open: "chain", from, to: made.wires.server, port: 447 });
      const echoed = async () => ((await made.client.ask({ state: ["chain"] })).states as { echoed: number }[])[0]?.echoed ?? 0;
      expect(await echoed()).toBeGreaterThan(0);
      made.write(from, made.wires.server, 447);
      await wait(1_500);
      const soon = await echoed();
      await wait(1_000);
      expect((await echoed()) > soon).toBe(!on);
      expect((await made.tryTo(from, made.wires.server, 447)).result).toBe(on ? "ECONNREFUSED" : "connected");
    },
  );
});
