import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { BlockLab, OTHER_PORT, PORT } from "../../src/bench/block/block-lab.ts";
import { run } from "../../src/bench/block/run-in.ts";
import { oneBlock, watchRelease } from "../../src/bench/block-bench.ts";
import { namespaces, needs, program } from "../needs.ts";
import { ask, until } from "../support/ask-platform.ts";
import { addToken } from "../support/run-wonted.ts";

const here = (name: string): string => fileURLToPath(new URL(`../../src/bench/block/${name}`, import.meta.url));
const LACKS = [
  process.env.WONTED_SYSTEM === "1" ? undefined : "makes network namespaces: set WONTED_SYSTEM=1",
  namespaces(),
  program("nft"),
  program("ip", "-V"),
];

/** Against hanging alone, for tests that start the platform three times: on a busy machine a start takes half a minute. Each step has its own bound. */
const STARTS_AGAIN = 240_000;

async function lab(clients: number, seconds: number): Promise<BlockLab> {
  const made = await BlockLab.open(clients, seconds);
  onTestFinished(() => made.close());
  return made;
}

/** A platform whose interface may be asked: a token can only be made while it does not run. */
async function withToken(made: BlockLab): Promise<<T>(path: string, body?: unknown) => Promise<T>> {
  await made.platform?.kill("SIGTERM");
  const token = await addToken(made.files.data);
  await made.startPlatform();
  return (path, body) => ask(made.url, token, path, body);
}

interface ActionAnswer {
  id: string;
  state: string;
  until: string;
  began?: string;
  seconds: number;
  alert?: string;
  mode: string;
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
    await Promise.all(runs.map((each, n) => watchRelease(made, n, each)));
    for (const each of runs) expect(each).toMatchObject({ cutAtClient: true, cutAtServer: true, refusedAtOnce: true, harmed: 0, released: true });
  }, 90_000);

  test(
    "the block of two hours, by itself after one alert, shortened by hand and over in time with the platform killed; then a quarantine by hand; both in the event log (D39, D40, D42, T21, T24)",
    async (context) => {
      needs(context, ...LACKS);
      const made = await lab(4, 7_200);
      const call = await withToken(made);
      const from = made.wires.client(0);
      const refused = async (): Promise<boolean> => (await made.tryTo(from)).result === "ECONNREFUSED";
      made.write(from, made.wires.server);
      await until(refused);
      let block: ActionAnswer | undefined;
      await until(async () => {
        block = (await call<{ actions: ActionAnswer[] }>(`/actions?state=active&entity=${from}`)).actions[0];
        return block?.state === "active";
      });
      expect(block).toMatchObject({ mode: "autonomous", seconds: 7_200 });
      expect(Math.abs(Date.parse(block?.until ?? "") - Date.parse(block?.began ?? "") - 7_200_000)).toBeLessThan(2_000);
      // The two hours, shortened: the new total that remains is five seconds, in which nobody watches over it.
      await call(`/actions/${block?.id}/decision`, { decision: "extend", seconds: 5, why: "the story has no two hours" });
      await made.platform?.kill("SIGKILL");
      expect(await refused()).toBe(true);
      await until(async () => !(await refused()), 8_000);
      expect((await made.tryTo(from)).result).toBe("connected");
      await made.startPlatform();
      const ended = await withHistory(call, block?.id ?? "", "expired");
      expect(ended.changes.map((c) => c.to)).toEqual(["confirmed", "active", "active", "expired"]);
      expect((await made.tryTo(from)).result).toBe("connected");

      const quarantined = await call<ActionAnswer>("/actions", { kind: "quarantine", entity: from, seconds: 600, why: "seen on the phone with its owner" });
      expect(quarantined.state).toBe("active");
      for (const [to, port] of [
        [made.wires.server, PORT],
        [made.wires.server, OTHER_PORT],
        [made.wires.other, PORT],
      ] as const)
        expect((await made.tryTo(from, to, port)).result).toBe("ECONNREFUSED");
      expect((await made.tryTo(made.wires.client(1))).result).toBe("connected");
      expect((await call<ActionAnswer>(`/actions/${quarantined.id}`)).changes[0]).toMatchObject({ why: "seen on the phone with its owner" });
      await call(`/actions/${quarantined.id}/decision`, { decision: "clear", why: "it was the scanner" });
      expect((await made.tryTo(from)).result).toBe("connected");

      const log = (await call<{ rows: { kind: string; what: string; detail: string }[] }>(`/devices/${from}/log?limit=200`)).rows;
      expect(log.some((r) => r.kind === "response" && r.detail.includes(block?.id ?? "-") && r.detail.includes(block?.alert ?? "-"))).toBe(true);
      expect(log.some((r) => r.kind === "alert" && r.what === "Response / Connections Blocked")).toBe(true);
      expect(log.some((r) => r.kind === "alert" && r.what === "Response / Device Quarantined")).toBe(true);
    },
    STARTS_AGAIN,
  );

  test("over IPv6 as over IPv4: this connection, and no other", async (context) => {
    needs(context, ...LACKS);
    const made = await lab(3, 600);
    const { wires } = made;
    expect((await made.tryTo(wires.client6(0), wires.server6)).result).toBe("connected");
    made.write(wires.client6(0), wires.server6);
    await until(async () => (await made.tryTo(wires.client6(0), wires.server6)).result === "ECONNREFUSED");
    for (const [src, dst, port] of [
      [wires.client6(0), wires.server6, OTHER_PORT],
      [wires.client6(1), wires.server6, PORT],
      [wires.client(0), wires.server, PORT],
    ] as const)
      expect((await made.tryTo(src, dst, port)).result).toBe("connected");
  }, 60_000);

  test(
    "rules that somebody takes away are put back; without the helper blocks stand, and what was decided meanwhile is done when it is back",
    async (context) => {
      needs(context, ...LACKS);
      const made = await lab(4, 120);
      const call = await withToken(made);
      const [first, second] = [made.wires.client(0), made.wires.client(1)];
      const stands = async (device: string): Promise<boolean> => (await made.tryTo(device)).result === "ECONNREFUSED";
      made.write(first, made.wires.server);
      await until(() => stands(first));
      run("ip", "netns", "exec", made.wires.gateway, "nft", "delete", "table", "ip", "wonted");
      expect((await made.tryTo(first)).result).toBe("connected");
      await until(() => stands(first));
      const [again] = (await call<{ actions: ActionAnswer[] }>(`/actions?state=active&entity=${first}`)).actions;
      expect((await call<ActionAnswer>(`/actions/${again?.id}`)).changes.map((c) => c.why).join("\n")).toContain("taken away by somebody else; put back");

      await made.helper?.kill("SIGKILL");
      expect(await stands(first)).toBe(true);
      made.write(second, made.wires.server);
      await until(async () => (await call<{ actions: ActionAnswer[] }>(`/actions?entity=${second}`)).actions[0]?.state === "failed");
      expect((await made.tryTo(second)).result).toBe("connected");
      await made.startHelper();
      await until(() => stands(second));
      expect(await stands(first)).toBe(true);
    },
    STARTS_AGAIN,
  );

  test.for([true, false])(
    "from host to host to host: with response on (%s) the second hop ends, with it off the third host goes on being used (D41)",
    { timeout: 60_000 },
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
      const from = made.wires.client(0);
      const echoed = async () => ((await made.client.ask({ state: ["chain"] })).states as { echoed: number }[])[0]?.echoed ?? 0;
      await until(async () => (await made.tryTo(from, made.wires.server, 447)).result === "connected");
      await until(async () => (await made.tryTo(made.wires.client(1), made.wires.client(2), PORT)).result === "connected");
      await made.client.ask({ open: "chain", from, to: made.wires.server, port: 447 });
      expect(await echoed()).toBeGreaterThan(0);
      made.write(from, made.wires.server, 447);
      if (on) {
        await until(async () => (await made.tryTo(from, made.wires.server, 447)).result === "ECONNREFUSED");
        let before = -1;
        // The intruder's chain sends 50 times a second: it is over when two looks find the same.
        await until(async () => {
          const now = await echoed();
          const same = now === before;
          before = now;
          return same;
        });
      } else {
        const soon = await echoed();
        await until(async () => (await echoed()) > soon + 50);
        expect((await made.tryTo(from, made.wires.server, 447)).result).toBe("connected");
      }
    },
  );
});

async function withHistory(call: <T>(path: string) => Promise<T>, id: string, state: string): Promise<ActionAnswer> {
  let answer: ActionAnswer | undefined;
  await until(async () => {
    answer = await call<ActionAnswer>(`/actions/${id}`);
    return answer.state === state;
  });
  return answer as ActionAnswer;
}
