import { verify } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { canonicalJson } from "../../src/base/canonical-json.ts";
import { HOUR } from "../../src/base/time.ts";
import { openStore } from "../../src/store/index.ts";
import { liveLab } from "../support/live-lab.ts";

vi.setConfig({ testTimeout: 120_000 });

test("the audit log's newest row is signed hourly and at the end, by a key that the first start makes (S5)", async () => {
  const lab = await liveLab(Date.UTC(2026, 2, 4, 9));
  const comment = (perDay: number): Promise<Response> =>
    fetch(`${lab.url}/api/v1/budget`, {
      method: "PUT",
      headers: { authorization: `Bearer ${lab.token}`, "content-type": "application/json" },
      body: JSON.stringify({ perDay, why: "a test" }),
    });
  await lab.start();
  const key = join(lab.data, "keys", "audit-head.pem");
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(statSync(join(lab.data, "keys")).mode & 0o777).toBe(0o700);
  const pem = readFileSync(key, "utf8");
  await lab.pass(HOUR / 2);
  expect((await comment(7)).status).toBe(200);
  await lab.pass(HOUR / 2);
  expect((await comment(8)).status).toBe(200);
  await lab.stop();

  const store = await openStore({ dir: lab.data, clock: lab.clock });
  const heads = await store.ask("auditHeads", {});
  const rows = await store.accounts.auditRows(undefined, 10);
  await store.close();
  // The row from before, the one of the first hour, and at the end the newest.
  expect(heads.map((h) => h.seq)).toEqual([3, 2, 1]);
  expect(heads[0]?.hash).toBe(rows[0]?.hash);
  const shown = readFileSync(join(lab.data, "keys", "audit-head.pub.pem"), "utf8");
  for (const { seq, hash, time, signature } of heads) {
    const text = Buffer.from(canonicalJson({ seq, hash, time }));
    expect(verify(null, text, shown, Buffer.from(signature, "base64"))).toBe(true);
  }
  await lab.start();
  expect(readFileSync(key, "utf8")).toBe(pem);
  await lab.stop();
  writeFileSync(key, "no key");
  await expect(lab.start()).rejects.toMatchObject({ code: "audit-key-unreadable", exitCode: 2 });
});
