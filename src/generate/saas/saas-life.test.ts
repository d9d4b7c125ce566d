import { describe, expect, test } from "vitest";
import type { Emitted } from "../emitted.ts";
import { playLife } from "../play-life.ts";
import { makeWorld } from "../world/make-world.ts";
import { directoryFile, saasLife } from "./index.ts";

function world(seed: number, people = 24) {
  return makeWorld({ seed, people, days: 30, start: "2027-03-01" });
}

interface Audit {
  Id: string;
  CreationTime: string;
  Workload: string;
  Operation: string;
  RecordType: number;
  UserId: string;
  ChatThreadId?: string;
  ParticipantInfo?: { HasForeignTenantUsers: boolean };
  Members?: { UPN: string; OrganizationId: string }[];
}

function records(emitted: readonly Emitted[], file: RegExp): Audit[] {
  return emitted.flatMap((e) => ("line" in e && file.test(e.file) ? [JSON.parse(e.line) as Audit] : []));
}

const made = world(3);
const days = playLife(made, saasLife(made), 7).emitted;
const audit = records(days, /Audit\./);

describe("T1 the tenant's logs of honest days", () => {
  test("the same seed gives the same bytes, another seed others", () => {
    const again = world(3);
    expect(playLife(again, saasLife(again), 7).emitted).toEqual(days);
    const other = world(4);
    expect(playLife(other, saasLife(other), 7).emitted).not.toEqual(days);
  });

  test("every record has the common fields, an Id of its own and a time of the week", () => {
    expect(new Set(audit.map((r) => r.Id)).size).toBe(audit.length);
    for (const r of audit) {
      expect([typeof r.Operation, typeof r.UserId, typeof r.RecordType, r.CreationTime.length]).toEqual(["string", "string", "number", 19]);
      expect(Date.parse(`${r.CreationTime}Z`)).toBeGreaterThanOrEqual(made.calendar.start - 1_000);
    }
  });

  test("working hours carry most of it, and a working day has some dozens of records a person", () => {
    const hours = audit.map((r) => made.calendar.hourOf(Date.parse(`${r.CreationTime}Z`)));
    expect(hours.filter((h) => h >= 7 && h < 19).length / hours.length).toBeGreaterThan(0.85);
    const monday = audit.filter((r) => r.CreationTime.startsWith("2027-03-01"));
    expect(monday.length / 24).toBeGreaterThan(25);
    expect(monday.length / 24).toBeLessThan(250);
  });

  test("the operations of every workload occur, and foreign people only in chats with our own", () => {
    const operations = new Set(audit.map((r) => r.Operation));
    for (const name of [
      "UserLoggedIn",
      "UserLoginFailed",
      "MessageSent",
      "ChatCreated",
      "MemberAdded",
      "FileAccessed",
      "FileDownloaded",
      "MailItemsAccessed",
      "Send",
      "Update user.",
    ])
      expect(operations).toContain(name);
    const foreign = audit.filter((x) => x.ParticipantInfo?.HasForeignTenantUsers === true && x.Operation !== "MemberAdded");
    expect(foreign.length).toBeGreaterThan(10);
    for (const r of foreign) expect(r.Members?.some((m) => m.OrganizationId === made.organisation.tenantId)).toBe(true);
  });

  test("every sign-in stands in both sources", () => {
    const graph = records(days, /signIns/).length;
    expect(graph).toBe(audit.filter((r) => /^UserLog/.test(r.Operation)).length);
  });

  test("the directory holds everybody once", () => {
    const file = directoryFile(made);
    const users = JSON.parse("bytes" in file ? file.bytes.toString() : "") as { value: { mail: string }[] };
    expect(users.value.map((u) => u.mail)).toEqual(made.people.map((p) => p.mail));
  });
});
