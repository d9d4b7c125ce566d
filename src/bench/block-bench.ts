import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { CodedError } from "../base/result.ts";
import { HelperClient } from "../connectors/nftables/helper-client.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { BlockLab, OTHER_PORT, PORT } from "./block/block-lab.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { VERSION_OF_BENCH } from "./version.ts";

/** Around its end a block may be gone or not: the kernel counts in its own steps, and a try takes a moment. */
const AROUND_END = 700;
const SETTLE = 400;

export interface BlockRun {
  ms: number;
  cutAtClient: boolean;
  cutAtServer: boolean;
  refusedAtOnce: boolean;
  /** Of three other connections: another port, another server, another device. */
  harmed: number;
  /** performance.now() at which it should end. */
  ends: number;
  released?: boolean;
}

/** One line of the sensor, and what came of it. Device `n` has a block of its own. */
export async function oneBlock(lab: BlockLab, n: number, seconds: number): Promise<BlockRun> {
  const { wires, client } = lab;
  const from = wires.client(n);
  const bystander = wires.client(lab.bystander);
  const names = ["cut", "port", "server", "device"].map((what) => `${what}${n}`);
  const [cut = "", port = "", server = "", device = ""] = names;
  await client.ask({ open: cut, from, to: wires.server, port: PORT });
  await client.ask({ open: port, from, to: wires.server, port: OTHER_PORT });
  await client.ask({ open: server, from, to: wires.other, port: PORT });
  await client.ask({ open: device, from: bystander, to: wires.server, port: PORT });
  const before = (await client.ask({ state: names })).states as { echoed: number; error?: string }[];
  const written = lab.write(from, wires.server);
  const ruled = await lab.ruled(from, 5_000);
  if (ruled === undefined) throw new CodedError("block-missing", `no rule for device ${n} within 5 s of its line`);
  await wait(SETTLE);
  const after = (await client.ask({ state: names })).states as { echoed: number; error?: string }[];
  const again = await lab.tryTo(from);
  const others = [await lab.tryTo(from, wires.server, OTHER_PORT), await lab.tryTo(from, wires.other), await lab.tryTo(bystander)];
  let harmed = 0;
  for (let i = 1; i < 4; i++) {
    const alive = after[i]?.error === undefined && (after[i]?.echoed ?? 0) > (before[i]?.echoed ?? 0);
    if (!alive || others[i - 1]?.result !== "connected") harmed++;
  }
  const resets = await lab.serverResets();
  await client.ask({ close: names });
  return {
    ms: ruled - written,
    cutAtClient: after[0]?.error === "ECONNRESET",
    cutAtServer: resets.some((r) => r.from.endsWith(from) && r.to.endsWith(wires.server) && r.port === PORT),
    refusedAtOnce: again.result === "ECONNREFUSED" && again.ms < 200,
    harmed,
    ends: ruled + seconds * 1_000,
  };
}

/** Still refused shortly before its end, free shortly after it; the platform is dead meanwhile. */
export async function watchRelease(lab: BlockLab, n: number, run: BlockRun): Promise<void> {
  await wait(Math.max(0, run.ends - AROUND_END - performance.now()));
  const before = performance.now() < run.ends ? await lab.tryTo(lab.wires.client(n)) : { result: "missed" };
  await wait(Math.max(0, run.ends + AROUND_END - performance.now()));
  const after = await lab.tryTo(lab.wires.client(n));
  run.released = before.result === "ECONNREFUSED" && after.result === "connected";
}

export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

/** A rule by a process of its own, which is what a script would do: the other method. */
function processPerChange(gateway: string, times: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    const element = `{ 198.18.250.${i + 1} . 198.19.0.10 . tcp . 445 timeout 2s }`;
    execFileSync("ip", ["netns", "exec", gateway, "nft", "add", "element", "ip", "wonted", "flows", element]);
    out.push(performance.now() - started);
  }
  return out.sort((a, b) => a - b);
}

const MANY = 20_000;
const TWO_HOURS = 7_200;

/**
 * Twenty thousand blocks of two hours through the helper's socket in one piece, as after a restart; then half of them again, which must not make
 * the helper grow: bytes of its resident memory between the two.
 */
async function loadMany(lab: BlockLab): Promise<{ seconds: number; again: number; grows: number }> {
  const client = new HelperClient(lab.files.socket, lab.files.token);
  try {
    for (let i = 0; client.fault !== undefined && i < 50; i++) {
      await client.start();
      if (client.fault !== undefined) await wait(100);
    }
    const requests = Array.from({ length: MANY }, (_, i) => ({
      op: "block",
      src: `198.18.${100 + Math.floor(i / 250)}.${1 + (i % 250)}`,
      dst: lab.wires.server,
      port: PORT,
      proto: "tcp",
      seconds: TWO_HOURS,
    }));
    const load = async (count: number): Promise<number> => {
      const started = performance.now();
      await client.send(requests.slice(0, count));
      return (performance.now() - started) / 1_000;
    };
    const seconds = await load(MANY);
    const before = residentOf(lab.helper?.child.pid);
    // Half of them: the helper lets 30,000 changes through at once, then some hundreds a second.
    const again = await load(MANY / 2);
    return { seconds, again, grows: Math.max(0, residentOf(lab.helper?.child.pid) - before) };
  } finally {
    client.close();
  }
}

/** Resident memory of a process, or of the one that it became, in bytes. */
function residentOf(pid: number | undefined): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN) * 1_024;
}

/** The blunt answer to the same alert, on a device of its own: how many of its other connections does cutting it off harm? */
async function harmedByQuarantine(lab: BlockLab, n: number): Promise<number> {
  const { wires, client } = lab;
  const from = wires.client(n);
  const names = ["port", "server"].map((what) => `${what}-quarantine`);
  await client.ask({ open: names[0], from, to: wires.server, port: OTHER_PORT });
  await client.ask({ open: names[1], from, to: wires.other, port: PORT });
  for (const set of ["outgoing", "incoming"])
    execFileSync("ip", ["netns", "exec", wires.gateway, "nft", "add", "element", "ip", "wonted", set, `{ ${from} timeout 3s }`]);
  await wait(SETTLE);
  const { states } = (await client.ask({ state: names })) as { states: { error?: string }[] };
  await client.ask({ close: names });
  return states.filter((s) => s.error !== undefined).length;
}

async function run(options: BenchOptions): Promise<BenchResult> {
  const runs = Math.max(1, Number(options.given("runs")[0] ?? 100));
  const seconds = Math.ceil(runs * 0.75) + 15;
  const lab = await BlockLab.open(runs + 2, seconds);
  try {
    lab.bystander = runs;
    const list: BlockRun[] = [];
    for (let n = 0; n < runs; n++) {
      list.push(await oneBlock(lab, n, seconds));
      if ((n + 1) % 20 === 0) options.print(`  ${n + 1} of ${runs} blocks\n`);
    }
    const quarantined = await harmedByQuarantine(lab, runs + 1);
    const change = processPerChange(lab.wires.gateway, 20);
    await lab.platform?.kill("SIGKILL");
    options.print("  the platform is killed; its blocks end by themselves\n");
    await Promise.all(list.map((each, n) => watchRelease(lab, n, each)));
    const load = await loadMany(lab);
    const ms = list.map((r) => r.ms).sort((a, b) => a - b);
    const share = (of: (r: BlockRun) => boolean): number => list.filter(of).length / list.length;
    const figures: Figure[] = [
      { name: "block.medianMs", method: "wonted", value: quantile(ms, 0.5), unit: "ms" },
      { name: "block.p99Ms", method: "wonted", value: quantile(ms, 0.99), unit: "ms" },
      { name: "block.runs", method: "wonted", value: list.length },
      { name: "block.otherFlowsHarmed", method: "wonted", value: list.reduce((sum, r) => sum + r.harmed, 0) },
      { name: "block.otherFlowsHarmed", method: "quarantine", value: quarantined * runs },
      { name: "block.cutAtBothEndsShare", method: "wonted", value: share((r) => r.cutAtClient && r.cutAtServer) },
      { name: "block.refusedAtOnceShare", method: "wonted", value: share((r) => r.refusedAtOnce) },
      { name: "block.releasedOnTimeShare", method: "wonted", value: share((r) => r.released === true) },
      { name: "load20000.seconds", method: "wonted", value: load.seconds, unit: "s" },
      { name: "load10000again.seconds", method: "wonted", value: load.again, unit: "s" },
      { name: "load10000again.helperGrowsBytes", method: "wonted", value: load.grows, unit: "B" },
      { name: "change.medianMs", method: "process per change", value: quantile(change, 0.5), unit: "ms" },
    ];
    return { bench: "block", version: VERSION_OF_BENCH, figures };
  } finally {
    await lab.close();
  }
}

export const blockBench: Bench = {
  name: "block",
  goals: [
    { name: "block.medianMs", atMost: 100 },
    { name: "block.p99Ms", atMost: 500 },
    { name: "block.otherFlowsHarmed", atMost: 0 },
    { name: "block.cutAtBothEndsShare", atLeast: 1 },
    { name: "block.refusedAtOnceShare", atLeast: 1 },
    { name: "block.releasedOnTimeShare", atLeast: 1 },
    { name: "load20000.seconds", atMost: 2 },
  ],
  about: {
    what: "A line of a sensor's log is written; when does the kernel refuse? Three network namespaces, a whole platform and its helper as processes; each run has a device of its own, an open connection that must be cut at both ends, and three bystanders. Then the platform is killed and every block must end at its time.",
    flaws: ["The line is written by the bench: what a sensor needs until it writes is not in the figure.", "Virtual wires have no loss and no delay."],
    misses: ["Two ends that never speak again are told nothing; they are cut all the same with their next packet."],
  },
  run,
};
