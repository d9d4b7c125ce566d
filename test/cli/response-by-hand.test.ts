import { expect, test } from "vitest";
import type { z } from "zod";
import { HOUR, MINUTE } from "../../src/base/time.ts";
import type { action, actionDetail, actionOption } from "../../src/contract/actions.ts";
import { ask } from "../support/ask-platform.ts";
import { append, liveLab } from "../support/live-lab.ts";
import { BURST_START, chatBurst, TENANT_START, tenantLife } from "../support/made-tenant.ts";

type Action = z.infer<typeof action>;

test("a burst in chat: the answers that fit its sender wait on the alert with their steps; done by hand, kept, and to be undone by hand (T19, T20, T23-T25)", async () => {
  const lab = await liveLab(BURST_START + 10 * MINUTE, "", "cloud");
  append(
    lab.logs,
    "audit.ndjson",
    `${[...tenantLife(TENANT_START, 18), ...chatBurst(BURST_START, (p) => `https://cloud-sharcpoint.com/doc${p}`)].join("\n")}\n`,
  );
  await lab.start();
  await lab.pass(2 * MINUTE);
  const call = <T>(path: string, body?: unknown): Promise<T> => ask<T>(lab.url, lab.token, path, body);

  const { actions } = await call<{ actions: Action[] }>("/actions?state=pending");
  expect([...new Set(actions.map((a) => a.kind))].sort()).toEqual(["block-external-domain", "block-external-user", "lock-links"]);
  const block = actions.find((a) => a.kind === "block-external-user") as Action;
  expect(block).toMatchObject({ entity: { kind: "user" }, held: expect.stringContaining("by hand"), byHand: expect.stringContaining("External access") });
  expect(block.alert).toBeDefined();

  const options = await call<z.infer<typeof actionOption>[]>(`/action-options?entity=${encodeURIComponent(block.entity.id)}&alert=${block.alert}`);
  expect(options.find((o) => o.kind === "disable-user")).toMatchObject({ able: false, why: expect.stringContaining("belongs to another tenant") });
  expect(options.find((o) => o.kind === "block-external-domain")).toMatchObject({ able: true, byHand: expect.stringContaining("Teams admin center") });
  await expect(call("/actions", { kind: "disable-user", entity: block.entity.id, alert: block.alert, seconds: 600, why: "now" })).rejects.toThrow(
    /400.*another tenant/,
  );

  const done = await call<Action>(`/actions/${block.id}/decision`, {
    decision: "activate",
    seconds: 3_600,
    why: "added to the block list",
    revision: block.revision,
  });
  expect(done).toMatchObject({ state: "active", driver: "by-hand", byHand: expect.any(String) });
  expect(await call<{ alerts: { model: string }[] }>("/alerts?state=all&sort=time&limit=20")).toMatchObject({
    alerts: expect.arrayContaining([expect.objectContaining({ model: "Response / Account Acted On" })]),
  });
  lab.clock.set(lab.clock.now() + HOUR);
  let ended = await call<z.infer<typeof actionDetail>>(`/actions/${block.id}`);
  for (let i = 0; i < 100 && ended.state === "active"; i++) {
    // The engine's own beat is on the real clock.
    await new Promise((next) => setTimeout(next, 50));
    ended = await call(`/actions/${block.id}`);
  }
  expect([ended.state, ended.changes.at(-1)?.why]).toEqual(["expired", expect.stringContaining("undone by hand")]);
}, 60_000);
