import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { makeWorld } from "../world/make-world.ts";
import { readAttacks } from "./attack-content.ts";
import { playAttack } from "./play.ts";
import { networkTargetsOf } from "./targets.ts";
import type { AttackYield } from "./types.ts";

const scripts = new Map(readAttacks(fileURLToPath(new URL("../../../content/attacks", import.meta.url))).map((s) => [s.name, s]));
const world = makeWorld({ seed: 5, people: 60, days: 20, start: "2027-03-01" });

function play(name: string, knobs: Record<string, string> = {}): AttackYield {
  const script = scripts.get(name);
  if (script === undefined) throw new Error(name);
  return playAttack(script, knobs, { draw: world.draw.fork(`attack/${name}`), start: world.calendar.at(8, 10), net: networkTargetsOf(world, 8), world });
}

function lines(played: AttackYield, file: RegExp): Record<string, unknown>[] {
  return played.emitted.flatMap((e) => ("line" in e && file.test(e.file) ? [JSON.parse(e.line) as Record<string, unknown>] : []));
}

describe("T1 attacks on people and their accounts", () => {
  test.each([...scripts.keys()])("%s: twice the same bytes; truth counts what was made", (name) => {
    const played = play(name);
    expect(play(name)).toEqual(played);
    expect(played.network.length + played.emitted.length).toBeGreaterThan(0);
    expect(played.truth.reduce((n, t) => n + t.records, 0)).toBe(played.network.length + played.emitted.length);
    expect(played.emitted.every((e, i, all) => i === 0 || e.time >= (all[i - 1]?.time ?? 0))).toBe(true);
  });

  test("63 messages in 21 chats within five minutes, each chat of two with a link of its own", () => {
    const audit = lines(play("teams-burst"), /Audit\.General/);
    const sent = audit.filter((r) => r.Operation === "MessageSent");
    const links = audit.filter((r) => r.Operation === "MessageCreatedHasLink");
    expect([sent.length, new Set(sent.map((r) => r.ChatThreadId)).size, new Set(sent.map((r) => r.UserId)).size]).toEqual([63, 21, 1]);
    expect(new Set(links.map((r) => (r.MessageURLs as string[])[0])).size).toBe(21);
    const times = sent.map((r) => Date.parse(`${r.CreationTime}Z`));
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(300_000);
    expect(sent.every((r) => (r.ParticipantInfo as { HasForeignTenantUsers: boolean }).HasForeignTenantUsers)).toBe(true);
  });

  test("the knobs of the burst hold from five messages to a slow campaign of a partner's person", () => {
    const slow = lines(play("teams-burst", { chats: "5", messages: "5", minutes: "4320", sender: "partner" }), /Audit\.General/).filter(
      (r) => r.Operation === "MessageSent",
    );
    expect(slow.length).toBe(5);
    expect(world.partners.some((p) => p.people.some((c) => c.mail === slow[0]?.UserId))).toBe(true);
    const times = slow.map((r) => Date.parse(`${r.CreationTime}Z`));
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(24 * 3_600_000);
  });

  test("a taken account signs in from where its owner never was, then has a rule", () => {
    const played = play("account-takeover");
    const [signIn] = lines(played, /signIns/).filter((r) => (r.status as { errorCode: number }).errorCode === 0);
    const rule = lines(played, /Exchange/).find((r) => r.Operation === "New-InboxRule");
    expect(rule?.UserId).toBe(signIn?.userPrincipalName);
    const person = world.people.find((p) => p.upn === rule?.UserId);
    expect([person?.home.country, ...(person?.travel.map((t) => t.country) ?? [])]).not.toContain(
      (signIn?.location as { countryOrRegion: string } | undefined)?.countryOrRegion,
    );
  });

  test("the campaign: 55 mails of 8 senders of one house to 55 people within three days, policy passed, author elsewhere, link only in the attachment", () => {
    const large = makeWorld({ seed: 9, people: 80, days: 12, start: "2027-03-01" });
    const script = scripts.get("mail-campaign");
    if (script === undefined) throw new Error("no campaign");
    const played = playAttack(script, {}, { draw: large.draw.fork("a"), start: large.calendar.at(3, 9), net: networkTargetsOf(large, 3), world: large });
    const mails = played.emitted.map((e) => ("bytes" in e ? e.bytes.toString() : ""));
    const unique = (pattern: RegExp): number => new Set(mails.map((m) => pattern.exec(m)?.[1])).size;
    expect([mails.length, unique(/^Return-Path: <(\d{5}@[^>]+)>/m), unique(/^To: (\S+)/m), unique(/^Return-Path: <\d{2}\d{3}@([^>]+)>/m)]).toEqual([
      55, 8, 55, 1,
    ]);
    expect((played.emitted.at(-1)?.time ?? 0) - (played.emitted[0]?.time ?? 0)).toBeGreaterThan(2 * 86_400_000);
    expect((played.emitted.at(-1)?.time ?? 0) - (played.emitted[0]?.time ?? 0)).toBeLessThan(3 * 86_400_000);
    const host = played.truth[0]?.host ?? "";
    expect(mails.every((m) => m.includes("spf=pass") && m.includes("wordprocessingml") && !m.includes(host) && m.includes(played.truth[0]?.peer ?? "?"))).toBe(
      true,
    );
  });

  test("the long chain leaves its steps in every lane, in their order", () => {
    const played = play("long-chain");
    expect(played.truth.map((t) => t.step)).toEqual([
      "phish",
      "click",
      "sign-in",
      "inbox-rule",
      "fetch-tool",
      "beacon",
      "scan",
      "lateral",
      "lateral",
      "lateral",
      "defender-alert",
    ]);
    const [click, beacon] = [played.truth[1], played.truth[5]];
    expect(click?.entity).toBe(beacon?.entity);
    expect(new Set(played.emitted.map((e) => e.file.split("/")[0]))).toEqual(new Set(["mail", "m365", "windows", "defender"]));
  });

  test("the intrusion of a server: a new account, the endpoint product's word and a client never used, all on one machine", () => {
    const played = play("server-intrusion", { alerts: "3" });
    expect(played.truth.map((t) => t.step)).toEqual(["new-account", "defender-alert", "new-agent"]);
    const alerts = lines(played, /alerts_v2/);
    expect(alerts.map((a) => /^DEV-\d{4} activity group$/.test(String(a.title)))).toEqual([true, false, false]);
    const http = played.network.filter((r) => r.log === "http");
    expect(new Set(http.map((r) => r.fields.user_agent)).size).toBe(1);
    expect(http.every((r) => r.fields["id.orig_h"] === played.truth[0]?.entity)).toBe(true);
    expect(JSON.stringify(alerts[0])).toContain(played.truth[1]?.entity ?? "?");
  });

  test("a hijacked thread answers what the supplier wrote, from another place or another domain", () => {
    const own = play("supplier-compromise").emitted.map((e) => ("bytes" in e ? e.bytes.toString() : ""));
    const ids = own.map((m) => /^Message-ID: (\S+)/m.exec(m)?.[1] ?? "");
    expect(own[2]).toContain(`In-Reply-To: ${ids[1]}`);
    const domains = own.map((m) => /^Return-Path: <[^@]+@([^>]+)>/m.exec(m)?.[1]);
    expect(domains[2]).toBe(domains[0]);
    const imitated = play("supplier-compromise", { from: "lookalike" }).emitted.map(
      (e) => /^Return-Path: <[^@]+@([^>]+)>/m.exec("bytes" in e ? e.bytes.toString() : "")?.[1],
    );
    expect(imitated[2]).not.toBe(imitated[0]);
  });
});
