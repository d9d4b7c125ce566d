import { expect, test } from "vitest";
import type { ZeekRecord } from "../emitted.ts";
import { livedHours } from "../hours.ts";
import { mailLife } from "../mail/index.ts";
import { makeWorld } from "../world/make-world.ts";
import { MailGateway } from "./mail-gateway.ts";

test("every message that comes in is a connection from the machine that its header names, and what goes out leaves for another", () => {
  const world = makeWorld({ seed: 4, people: 6, days: 1, start: "2026-03-10" });
  const gateway = new MailGateway(world);
  const records: ZeekRecord[] = [];
  const mails: string[] = [];
  for (const hour of livedHours(
    world.calendar,
    mailLife(world).map((s) => gateway.watching(s)),
  )) {
    records.push(...hour.zeek);
    for (const item of hour.emitted) if ("bytes" in item) mails.push(item.bytes.toString("latin1", 0, 1_500));
  }
  const inward = mails.filter((m) => m.includes("(using TLS"));
  const flows = records.filter((r) => r.log === "conn" && r.fields["id.resp_p"] === 25);
  const { mail } = world.organisation.publicAddresses;
  const arrived = flows.filter((r) => r.fields["id.resp_h"] === mail).map((r) => String(r.fields["id.orig_h"]));
  expect(inward.length).toBeGreaterThan(10);
  expect(arrived.sort()).toEqual(inward.map((m) => /\[([\d.]+)\]/.exec(m)?.[1] ?? "").sort());
  const left = flows.filter((r) => r.fields["id.resp_h"] !== mail);
  expect(left.length).toBeLessThanOrEqual(mails.length - inward.length);
  expect(records.filter((r) => r.log === "smtp")).toHaveLength(flows.length);
});
