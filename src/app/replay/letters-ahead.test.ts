import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Input } from "../../sensors/discover.ts";
import { LettersAhead } from "./letters-ahead.ts";

const input = (n: number, more: Partial<Input> = {}): Input => ({
  ...{ path: `/m/${n}.eml`, file: `${n}.eml`, source: "m", fileKey: `${n}`, kind: "eml" as const, gzip: false, bytes: 1_000 },
  ...more,
});

function counted() {
  let running = 0;
  let most = 0;
  const begun: string[] = [];
  async function* read({ file }: Input) {
    begun.push(file);
    running++;
    most = Math.max(most, running);
    await wait(5);
    running--;
    if (file === "7.eml") throw new Error("the disk is gone");
    yield { events: [], rejected: [{ source: "m", file, line: 1, reason: "none", excerpt: "" }] };
  }
  return { read, begun, most: () => most };
}

async function files(ahead: LettersAhead, one: Input): Promise<string[]> {
  const out: string[] = [];
  for await (const { rejected } of ahead.read(one)) out.push(...rejected.map((r) => r.file));
  return out;
}

test("E32: messages that come next are opened at the same time, each once, and come out when they are asked for", async () => {
  const { read, begun, most } = counted();
  const ahead = new LettersAhead(read);
  for (let n = 0; n < 40; n++) ahead.prepare(input(n % 20));
  expect(begun).toHaveLength(16);
  for (let n = 0; n < 20; n++) {
    if (n === 7) await expect(files(ahead, input(7))).rejects.toThrow("the disk is gone");
    else expect(await files(ahead, input(n))).toEqual([`${n}.eml`]);
  }
  expect([begun.length, new Set(begun).size, most()]).toEqual([20, 20, 16]);
});

test("E32: large ones, mailbox files and packed ones wait for their turn", async () => {
  const { read, begun } = counted();
  const ahead = new LettersAhead(read);
  ahead.prepare(input(1, { bytes: 60_000_000 }));
  ahead.prepare(input(2, { kind: "mbox" }));
  ahead.prepare(input(3, { gzip: true }));
  expect(begun).toEqual([]);
  expect(await files(ahead, input(2, { kind: "mbox" }))).toEqual(["2.eml"]);
  for (let n = 10; n < 16; n++) ahead.prepare(input(n, { bytes: 5_000_000 }));
  expect(begun).toHaveLength(4);
});
