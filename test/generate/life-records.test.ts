import { describe, expect, test } from "vitest";
import { endpointLife } from "../../src/generate/endpoint/index.ts";
import { livedHours } from "../../src/generate/hours.ts";
import { mailLife } from "../../src/generate/mail/index.ts";
import { saasLife } from "../../src/generate/saas/index.ts";
import { makeWorld } from "../../src/generate/world/make-world.ts";
import { isRejected } from "../../src/parsers/record-parser.ts";
import { createJsonRecordsParser } from "../../src/parsers/saas/json-records.ts";
import type { NetEvent } from "../../src/schema/event.ts";
import { CHECK_CONTEXT } from "../contract/check-parser.ts";

const world = makeWorld({ seed: 11, people: 15, days: 2, start: "2027-03-01" });
const lines = [...livedHours(world.calendar, [...saasLife(world), ...endpointLife(world)])].flatMap((hour) => hour.emitted).filter((e) => "line" in e);
const files = [...new Set(lines.map((l) => l.file))];

function eventsOf(file: string): NetEvent[] {
  const parser = createJsonRecordsParser({ ...CHECK_CONTEXT, file });
  return lines
    .filter((l) => l.file === file)
    .map((l, i) => {
      const event = parser.parse(l.line, i + 1, 0);
      if (event === undefined || isRejected(event)) throw new Error(`${l.line.slice(0, 200)}: ${event?.reason}`);
      expect(Math.abs(event.time - l.time), l.line).toBeLessThan(3_600_000);
      return event;
    });
}

describe("the made organisation's records against the parsers of the product", () => {
  test("there are files of the tenant, of Windows, of Defender and of the host sensor", () => {
    for (const folder of ["m365", "windows", "defender", "host-ids"]) expect(files.some((f) => f.startsWith(`${folder}/`))).toBe(true);
  });

  test.each(files)("%s: every line is read, with its time", (file) => {
    expect(eventsOf(file).length).toBeGreaterThan(0);
  });

  test("a message by a partner's person is that person's, with the sender's own tenant", () => {
    const foreign = eventsOf("m365/Audit.General.ndjson").filter((e) => e.raw.includes('"HasForeignTenantUsers":true') && e.raw.includes('"MessageSent"'));
    expect(foreign.length).toBeGreaterThan(0);
    const tenantOf = new Map([
      ...world.partners.flatMap((p) => p.people.map((person) => [person.mail.toLowerCase(), p.tenantId] as const)),
      ...world.people.map((p) => [p.mail.toLowerCase(), world.organisation.tenantId] as const),
    ]);
    const told = foreign.map((e) => (e.family === "saas" ? { user: e.user, tenant: e.userTenant } : undefined));
    expect(told.some((t) => t !== undefined && t.tenant !== world.organisation.tenantId)).toBe(true);
    expect(told).toEqual(told.map((t) => ({ user: t?.user, tenant: tenantOf.get(t?.user ?? "") })));
  });

  test("mail and records name the same people", () => {
    const mails = [...livedHours(world.calendar, mailLife(world))].flatMap((hour) => hour.emitted).map((e) => ("bytes" in e ? e.bytes.toString("latin1") : ""));
    const own = new Set(world.people.map((p) => p.mail));
    const from = mails.map((m) => /^Return-Path: <([^>]+)>/m.exec(m)?.[1] ?? "").filter((a) => a.endsWith(`@${world.organisation.domain}`));
    const authors = new Set(from.filter((a) => own.has(a)));
    expect(authors.size).toBeGreaterThan(5);
    const tenant = files.filter((f) => f.startsWith("m365/Audit.") || f === "m365/signIns.ndjson").flatMap(eventsOf);
    const users = new Set(tenant.flatMap((e) => (e.family === "saas" && e.user !== undefined ? [e.user] : [])));
    expect([...authors].filter((a) => !users.has(a))).toEqual([]);
  });
});
