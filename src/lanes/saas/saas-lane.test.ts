import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, ZoneClock } from "../../base/time.ts";
import { BLANK } from "../../parsers/event-template.ts";
import type { EventOf } from "../../schema/event.ts";
import type { Observation } from "../../schema/observation.ts";
import { IdTable } from "../id-table.ts";
import { SaasLane, type SaasLaneOptions } from "./saas-lane.ts";

const T0 = Date.UTC(2026, 2, 2, 8);
let line = 0;

function made(more: Partial<EventOf<"saas">>): EventOf<"saas"> {
  const event = BLANK.saas();
  line++;
  Object.assign(
    event,
    {
      type: "audit-25",
      sensor: "microsoft",
      source: "s",
      file: "f",
      fileKey: "k",
      line,
      offset: line,
      time: T0,
      seen: T0,
      native: `id${line}`,
      raw: "",
      success: true,
      service: "AzureActiveDirectory",
      operation: "UserLoggedIn",
      activity: "sign-in",
    },
    more,
  );
  return event;
}

function lane(more: Partial<SaasLaneOptions> = {}): { lane: SaasLane; seen: Observation[] } {
  const seen: Observation[] = [];
  const options: SaasLaneOptions = {
    zone: new ZoneClock("UTC"),
    place: (ip) => (ip.startsWith("203.") ? { country: "GB" } : ip.startsWith("198.") ? { country: "PL" } : undefined),
    isOwnEgress: (ip) => ip === "192.0.2.1",
    rolesOf: () => [],
    models: {
      observe: (o) => {
        seen.push({ ...o, facts: { ...o.facts }, entity: o.entity, events: o.events, why: () => o.why() });
        return [];
      },
      learn: () => undefined,
      advance: () => [],
    },
    mode: () => "watch",
    domains: ["ours.example"],
    ...more,
  };
  return { lane: new SaasLane(options), seen };
}

const anna = (time: number, src: string): EventOf<"saas"> => made({ time, src, user: "anna@ours.example" });

describe("who and where", () => {
  test("whether what an operation concerns is ours", () => {
    const { lane: l, seen } = lane();
    const forward = (target: string | undefined): EventOf<"saas"> =>
      made({
        user: "anna@ours.example",
        src: "203.0.113.5",
        activity: "mail-forwarding",
        operation: "Set-Mailbox",
        service: "Exchange",
        ...(target === undefined ? {} : { target }),
      });
    for (const target of ["bob@Ours.example", "x@elsewhere.example", undefined]) l.process([forward(target)]);
    expect(seen.map((o) => o.facts.targetIsOurs)).toEqual([true, false, undefined]);
  });

  test("an address is a user's own once let in from it; being refused there changes nothing (T15)", () => {
    const { lane: l, seen } = lane();
    const refused = (time: number, src: string): EventOf<"saas"> => ({ ...anna(time, src), success: false });
    l.process([refused(T0, "203.0.113.5")]);
    expect(seen.at(-1)?.facts).toMatchObject({ addressKnown: false });
    l.process([refused(T0 + HOUR, "203.0.113.5"), anna(T0 + 2 * HOUR, "203.0.113.5")]);
    expect(seen.at(-1)?.facts).toMatchObject({ addressKnown: false });
    l.process([refused(T0 + 3 * HOUR, "203.0.113.5")]);
    expect(seen.at(-1)?.facts).toMatchObject({ addressKnown: true });
    // Another address of the same network is not the user's own.
    l.process([refused(T0 + 4 * HOUR, "203.0.113.6")]);
    expect(seen.at(-1)?.facts).toMatchObject({ addressKnown: false });
  });

  test("a history of one country makes another one new; the other one learned is not (T15)", () => {
    const { lane: l, seen } = lane();
    for (let d = 0; d < 10; d++) l.process([anna(T0 + d * DAY, "203.0.113.5")]);
    l.process([anna(T0 + 10 * DAY, "198.51.100.7")]);
    expect(seen.at(-1)?.facts).toMatchObject({ countryNovelty: 3, networkNovelty: 3, networkShared: false });
    for (let d = 11; d < 15; d++) l.process([anna(T0 + d * DAY, "198.51.100.7")]);
    expect(seen.at(-1)?.facts).toMatchObject({ countryNovelty: 0 });
  });

  test("a source nobody used is of rarity 100, which falls as others use it (T16)", () => {
    const { lane: l, seen } = lane();
    for (let u = 0; u < 30; u++)
      for (let d = 0; d < 3; d++) l.process([made({ time: T0 + d * DAY + u * MINUTE, src: "203.0.113.5", user: `user${u}@ours.example` })]);
    l.process([anna(T0 + 4 * DAY, "198.51.100.7")]);
    expect(seen.at(-1)?.facts.networkRarity).toBe(100);
    for (let u = 0; u < 10; u++) l.process([made({ time: T0 + 5 * DAY + u * MINUTE, src: "198.51.100.7", user: `user${u}@ours.example` })]);
    l.process([made({ time: T0 + 6 * DAY, src: "198.51.100.7", user: "user20@ours.example" })]);
    expect(seen.at(-1)?.facts.networkRarity as number).toBeLessThan(50);
    expect(seen.at(-1)?.facts.networkShared).toBe(true);
  });

  test("the organisation's own exit is shared from the first day", () => {
    const { lane: l, seen } = lane();
    l.process([anna(T0, "192.0.2.1")]);
    expect(seen.at(-1)?.facts).toMatchObject({ networkShared: true, otherCountry: undefined });
  });

  test("a user of another tenant is foreign, first and last seen and days are kept (T3, T4)", () => {
    const { lane: l, seen } = lane();
    const say = (time: number, n: number): EventOf<"saas"> =>
      made({
        time,
        user: "loyalty@hotel.example",
        activity: "message",
        service: "MicrosoftTeams",
        operation: "MessageSent",
        chat: `c${n}`,
        message: `m${n}`,
        chatKind: "OneOnOne",
        targets: ["anna@ours.example"],
      });
    l.process([say(T0, 1)]);
    expect(seen.at(-1)).toMatchObject({
      entity: { kind: "user", id: "loyalty@hotel.example" },
      facts: { actorKind: "foreign", actorIsOurs: false, actorDays: 0, tenantDays: 0 },
    });
    l.process([say(T0 + 2 * DAY, 2)]);
    expect(l.life.user("loyalty@hotel.example")).toMatchObject({ first: T0, last: T0 + 2 * DAY, days: 2 });
  });

  test("one person under an id, an alias and a new address is one user", () => {
    const { lane: l } = lane();
    const person = BLANK.directory();
    Object.assign(person, { time: 0, user: "anna@ours.example", objectId: "guid-1", aliases: ["anna.b@ours.example"], department: "Sales" });
    l.process([
      person,
      made({ user: "guid-1", time: T0 }),
      made({ user: "anna.b@ours.example", time: T0 + HOUR }),
      made({ user: "anna.berg@ours.example", userId: "guid-1", time: T0 + 2 * HOUR }),
    ]);
    expect([...l.life.users.keys()]).toEqual(["anna.berg@ours.example"]);
    expect(l.life.user("anna.berg@ours.example")).toMatchObject({ group: "Sales", activeHours: 3 });
  });
});

test("what history showed counts as told, and is not told; cloud records of every vendor are learned alike", () => {
  const learned: Observation[] = [];
  let mode: "watch" | "history" = "history";
  const { lane: l } = lane({ mode: () => mode, models: { observe: () => [], learn: (o) => void learned.push(o), advance: () => [] } });
  l.process([
    anna(T0, "203.0.113.5"),
    made({
      time: T0 + HOUR,
      src: "203.0.113.5",
      user: "anna@ours.example",
      sensor: "aws",
      service: "s3.amazonaws.com",
      operation: "GetObject",
      activity: "read",
    }),
    made({ time: T0 + 2 * HOUR, src: "203.0.113.5", user: "anna@ours.example", sensor: "okta", service: "okta", operation: "user.session.start" }),
    made({
      time: T0 + 3 * HOUR,
      src: "203.0.113.5",
      user: "anna@ours.example",
      sensor: "google",
      service: "drive",
      operation: "download",
      activity: "file-download",
    }),
  ]);
  expect(learned.map((o) => o.entity.id)).toEqual(Array(4).fill("anna@ours.example"));
  expect(l.life.user("anna@ours.example")).toMatchObject({ activeHours: 4 });
  mode = "watch";
  l.process([anna(T0 + 4 * HOUR, "203.0.113.5")]);
  expect(learned).toHaveLength(4);
});

describe("counted once", () => {
  test("copies by id are no records; the same message of both sensors is one", () => {
    const { lane: l, seen } = lane();
    const base = { user: "anna@ours.example", activity: "message", chat: "c", message: "7", chatKind: "OneOnOne", targets: ["bob@ours.example"] };
    const fast = made({ ...base, type: "chat-message", operation: "ChatMessage", native: "7" });
    const audit = made({ ...base, operation: "MessageSent", native: "audit-1" });
    const copy = made({ ...base, operation: "MessageSent", native: "audit-1" });
    const result = l.process([fast, audit, copy]);
    expect(result).toMatchObject({ copies: 1, duplicates: 1 });
    expect(seen).toHaveLength(1);
    expect(audit.duplicateOf).toBe(`k-${fast.line}`);
  });

  test("a burst that Graph tells by ids alone counts under the id at once, and under the name when the log tells it hours later", () => {
    const { lane: l, seen } = lane();
    const ids = (n: number): string => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, "0")}`;
    const said = (n: number, more: Partial<EventOf<"saas">>): EventOf<"saas"> =>
      made({
        time: T0 + n * 4_700,
        activity: "message",
        service: "MicrosoftTeams",
        chat: `c${Math.floor(n / 3)}`,
        message: `m${n}`,
        chatKind: "OneOnOne",
        ...more,
      });
    const fast = (n: number): EventOf<"saas"> =>
      said(n, {
        type: "chat-message",
        operation: "ChatMessage",
        user: ids(99),
        userId: ids(99),
        userTenant: "t-other",
        tenant: "t-ours",
        userKind: "foreign",
        target: ids(Math.floor(n / 3)),
        targets: [ids(Math.floor(n / 3))],
      });
    const late = (n: number): EventOf<"saas"> =>
      said(n, {
        operation: "MessageSent",
        user: "x@new.example",
        userKind: "foreign",
        target: `p${Math.floor(n / 3)}@ours.example`,
        targets: [`p${Math.floor(n / 3)}@ours.example`],
      });
    for (let n = 0; n < 63; n++) l.process([fast(n)]);
    expect(seen.at(-1)).toMatchObject({ entity: { id: ids(99) }, facts: { actorIsOurs: false, burstMessages: 63, burstChats: 21, burstRecipients: 21 } });
    l.process([anna(T0 + 12 * HOUR, "203.0.113.5")]);
    for (let n = 0; n < 63; n++) l.process([late(n)]);
    expect(seen.at(-1)).toMatchObject({ entity: { id: "x@new.example" }, facts: { burstMessages: 63, burstChats: 21, burstRecipients: 21 } });
    expect(l.life.user(ids(99))).toBeUndefined();
    expect(l.process([fast(70)]).alerts).toEqual([]);
    expect(seen.at(-1)?.entity.id).toBe("x@new.example");
  });

  test("the table of ids remembers, forgets by generations, and is saved", () => {
    const table = new IdTable(1_000);
    for (let i = 0; i < 500; i++) expect(table.seen(`id ${i}`)).toBe(false);
    for (let i = 0; i < 500; i++) expect(table.seen(`id ${i}`)).toBe(true);
    const other = new IdTable(1_000);
    other.load(table.save());
    expect(other.seen("id 3")).toBe(true);
    for (let i = 0; i < 2_000; i++) table.seen(`new ${i}`);
    expect(table.seen("id 3")).toBe(false);
  });
});

test("63 messages in 21 chats of two: the counts are exact at every message, and one group chat counts none (T8, T9, T10)", () => {
  const { lane: l, seen } = lane();
  for (let i = 0; i < 63; i++) {
    const chat = Math.floor(i / 3);
    l.process([
      made({
        time: T0 + i * 4_700,
        user: "x@new.example",
        activity: "message",
        operation: "MessageSent",
        service: "MicrosoftTeams",
        chat: `c${chat}`,
        message: `m${i}`,
        chatKind: "OneOnOne",
        targets: [`p${chat}@ours.example`],
        links: [`https://a.example/${chat}`],
        linkDomains: ["a.example"],
      }),
    ]);
    expect(seen.at(-1)?.facts).toMatchObject({
      burstMessages: i + 1,
      burstChats: chat + 1,
      burstRecipients: chat + 1,
      burstNewRecipients: chat + 1,
      burstLinks: chat + 1,
      burstLinkDomains: 1,
    });
  }
  for (let i = 0; i < 63; i++)
    l.process([
      made({
        time: T0 + i * 4_700,
        user: "y@new.example",
        activity: "message",
        operation: "MessageSent",
        service: "MicrosoftTeams",
        chat: "group",
        message: `g${i}`,
        chatKind: "GroupChat",
        targets: ["a@ours.example", "b@ours.example"],
      }),
    ]);
  expect(seen.at(-1)?.facts).toMatchObject({ oneToOne: false, burstChats: 0, burstMessages: 63 });
});

test("what is learned goes over a save and load, and scores alike", () => {
  const first = lane();
  for (let d = 0; d < 8; d++) first.lane.process([anna(T0 + d * DAY, "203.0.113.5")]);
  const second = lane();
  second.lane.load(first.lane.save());
  const probe = { time: T0 + 9 * DAY, src: "198.51.100.7", user: "anna@ours.example", native: "probe" };
  first.lane.process([made(probe)]);
  second.lane.process([made(probe)]);
  expect(second.seen.at(-1)?.facts).toEqual(first.seen.at(-1)?.facts);
  expect(second.seen.at(-1)?.why()).toEqual(first.seen.at(-1)?.why());
});

test("a record that is late is scored at its own time", () => {
  const { lane: l, seen } = lane();
  l.process([anna(T0 + 5 * DAY, "203.0.113.5")]);
  l.process([anna(T0, "203.0.113.5")]);
  expect(seen.at(-1)?.time).toBe(T0);
  expect(l.eventTime).toBe(T0 + 5 * DAY);
});
