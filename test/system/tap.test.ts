import { expect, onTestFinished, test } from "vitest";
import { BlockLab } from "../../src/bench/block/block-lab.ts";
import { oneBlock, watchRelease } from "../../src/bench/block-bench.ts";
import { namespaces, needs, program } from "../needs.ts";
import { ask, until } from "../support/ask-platform.ts";
import { addToken } from "../support/run-wonted.ts";

const LACKS = [
  process.env.WONTED_SYSTEM === "1" ? undefined : "makes network namespaces: set WONTED_SYSTEM=1",
  namespaces(),
  program("nft"),
  program("ip", "-V"),
];

test("with nothing but a mirror port: an open connection is reset at both ends, new ones as well, nothing else is harmed, and it ends with the platform killed (D37-D39)", async (context) => {
  needs(context, ...LACKS);
  const lab = await BlockLab.open(4, 8, "tap");
  onTestFinished(() => lab.close());
  lab.bystander = 3;
  const runs = [await oneBlock(lab, 0, 8), await oneBlock(lab, 1, 8)];
  await lab.platform?.kill("SIGKILL");
  await lab.helper?.kill("SIGKILL");
  await Promise.all(runs.map((run, n) => watchRelease(lab, n, run)));
  for (const run of runs) expect(run).toMatchObject({ cutAtClient: true, cutAtServer: true, refusedAtOnce: true, harmed: 0, released: true });
}, 90_000);

interface Option {
  kind: string;
  able: boolean;
  why?: string;
  limits?: string;
}

test("what a mirror port cannot do is said before the click; what it can is done over IPv6 as well, also by hand, and taken back (D42)", async (context) => {
  needs(context, ...LACKS);
  const lab = await BlockLab.open(3, 600, "tap");
  onTestFinished(() => lab.close());
  await lab.platform?.kill("SIGTERM");
  const token = await addToken(lab.files.data);
  await lab.startPlatform();
  const { wires } = lab;
  const from = wires.client6(0);
  expect((await lab.tryTo(from, wires.server6)).result).toBe("connected");
  lab.write(from, wires.server6);
  await until(async () => (await lab.tryTo(from, wires.server6)).result === "ECONNREFUSED");
  expect((await lab.tryTo(from, wires.server6, 446)).result).toBe("connected");
  expect((await lab.tryTo(wires.client6(1), wires.server6)).result).toBe("connected");

  const options = await ask<Option[]>(lab.url, token, `/action-options?entity=${encodeURIComponent(from)}`);
  expect(options.find((o) => o.kind === "block-outgoing")).toMatchObject({ able: false, why: expect.stringContaining("who began") });
  expect(options.find((o) => o.kind === "quarantine")).toMatchObject({ able: true, limits: expect.stringContaining("UDP goes on") });
  const made = await ask<{ id: string; state: string }>(lab.url, token, "/actions", { kind: "quarantine", entity: from, seconds: 600, why: "strange" });
  expect(made.state).toBe("active");
  await until(async () => (await lab.tryTo(from, wires.server6, 446)).result === "ECONNREFUSED");
  await ask(lab.url, token, `/actions/${made.id}/decision`, { decision: "clear", why: "it was not" });
  await until(async () => (await lab.tryTo(from, wires.server6, 446)).result === "connected");
}, 90_000);
