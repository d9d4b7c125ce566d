import { expect, test } from "vitest";
import { DAY, ZoneClock } from "../../base/time.ts";
import { Intelligence } from "../../enrich/intelligence.ts";
import { SaasLane } from "../../lanes/saas/saas-lane.ts";
import { BLANK } from "../../parsers/event-template.ts";
import type { EventOf } from "../../schema/event.ts";
import type { Store } from "../../store/types.ts";
import type { Outside } from "../outside/set-up.ts";
import { externalServices } from "./external-services.ts";

const T0 = Date.UTC(2026, 2, 2, 8);

function told(): SaasLane {
  const lane = new SaasLane({
    zone: new ZoneClock("UTC"),
    place: (ip) => (ip.startsWith("203.") ? { country: "GB", asn: 64_500, asnName: "Example Net" } : undefined),
    isOwnEgress: () => false,
    rolesOf: () => [],
    models: { observe: () => [], learn: () => undefined, advance: () => [] },
    mode: () => "watch",
    domains: ["ours.example"],
  });
  let line = 0;
  const event = (more: Partial<EventOf<"saas">>): EventOf<"saas"> =>
    Object.assign(
      BLANK.saas(),
      {
        type: "t",
        sensor: "microsoft" as const,
        source: "s",
        file: "f",
        fileKey: "k",
        line: ++line,
        offset: 0,
        raw: "",
        success: true,
        service: "AzureActiveDirectory",
        operation: "UserLoggedIn",
        activity: "sign-in",
        native: `n${line}`,
      },
      more,
    );
  for (let d = 0; d < 3; d++) lane.process([event({ time: T0 + d * DAY, user: "anna@ours.example", src: "203.0.113.5", app: "Office" })]);
  lane.process([
    event({
      time: T0 + 3 * DAY,
      user: "x@new.example",
      activity: "message",
      operation: "MessageSent",
      service: "MicrosoftTeams",
      src: "198.51.100.7",
      chat: "c",
      message: "m",
      chatKind: "OneOnOne",
      targets: ["anna@ours.example"],
      foreignTenant: true,
      userTenant: "6F1C2D3E-0000-4000-8000-0123456789AB",
      domains: ["new.example"],
    }),
  ]);
  return lane;
}

const ask = { body: undefined, session: { kind: "demo", id: "d", name: "d", role: "viewer" }, signal: new AbortController().signal } as const;

const intelligence = new Intelligence();
intelligence.replace("blocklist", [{ kind: "domain", value: "new.example", verdict: "malicious" }]);
const outside = {
  intelligence,
  visits: {
    lastUnder: async (domain: string) =>
      domain === "new.example" ? { state: "failed", text: "Destination not seen.", url: "http://new.example/" } : undefined,
  },
  ages: { ageOf: () => ({ source: "unknown", text: "Never seen." }) },
} as unknown as Outside;
/** Two devices asked for the address; records that only mention a domain in another field do not count. */
const store = {
  ask: async (_name: string, input: { address?: string; text?: string }) => ({
    hits:
      input.address === "192.0.2.77"
        ? ["10.0.0.5", "10.0.0.5", "10.0.0.6"].map((srcDevice, i) => ({ srcDevice, src: srcDevice, dst: "192.0.2.77", time: T0 + i * 3_600_000, fields: {} }))
        : input.text === "files.example"
          ? [
              { srcDevice: "10.0.0.5", time: T0, fields: { serverName: "www.files.example" } },
              { srcDevice: "10.0.0.9", time: T0, fields: { uri: "/?to=files.example" } },
            ]
          : [],
  }),
} as unknown as Store;

test("the external summary: first and last seen, who, rarity, place (T18)", async () => {
  const services = externalServices({
    lane: told(),
    outside,
    store,
    now: () => T0 + 3 * DAY,
    devices: () => 10,
    nameOf: (id) => (id === "10.0.0.5" ? "desk-5" : undefined),
  });
  const of = (id: string) => services.external({ ...ask, params: { id }, query: undefined });
  expect(await of("203.0.113.5")).toMatchObject({
    kind: "address",
    known: true,
    rarity: 100,
    country: "GB",
    asn: 64_500,
    operator: "Example Net",
    users: [{ id: "anna@ours.example" }],
  });
  // Uses are kept by the hour: what was seen once was not last seen before it was first seen.
  for (const id of ["203.0.113.5", "new.example", "x@new.example", "AS64500"]) {
    const { firstSeen, lastSeen } = (await of(id)) as { firstSeen?: string; lastSeen?: string };
    expect([id, Date.parse(lastSeen ?? "") >= Date.parse(firstSeen ?? "")]).toEqual([id, true]);
  }
  expect((await of("203.0.113.5")) as { days?: number }).toMatchObject({ days: expect.any(Number) });
  expect(await of("new.example")).toMatchObject({ kind: "domain", known: true, days: 1, firstSeen: new Date(T0 + 3 * DAY).toISOString() });
  expect(await of("x@new.example")).toMatchObject({ kind: "user", known: true, days: 1 });
  expect(await of("192.0.2.200")).toMatchObject({ known: false, rarity: 100, users: [] });
  expect(await of("AS64500")).toMatchObject({
    kind: "asn",
    known: true,
    operator: "Example Net",
    members: [{ id: "203.0.113.5", users: 1 }],
    users: [{ id: "anna@ours.example" }],
  });
  expect(await of("AS64501")).toMatchObject({ kind: "asn", known: false, members: [] });
  expect(await of("6f1c2d3e-0000-4000-8000-0123456789ab")).toMatchObject({
    kind: "tenant",
    known: true,
    days: 1,
    members: [{ id: "x@new.example" }],
    rarity: 100,
  });
});

test("own devices that records of the network name, and what lists and visits say", async () => {
  const services = externalServices({
    lane: told(),
    outside,
    store,
    now: () => T0 + 3 * DAY,
    devices: () => 10,
    nameOf: (id) => (id === "10.0.0.5" ? "desk-5" : undefined),
  });
  const of = (id: string) => services.external({ ...ask, params: { id }, query: undefined });
  expect(await of("192.0.2.77")).toMatchObject({
    known: true,
    firstSeen: new Date(T0).toISOString(),
    lastSeen: new Date(T0 + 2 * 3_600_000).toISOString(),
    devices: [
      { id: "10.0.0.5", hostname: "desk-5", hours: 2 },
      { id: "10.0.0.6", hours: 1 },
    ],
  });
  expect((await of("192.0.2.77")).rarity).toBeLessThan(100);
  expect((await of("files.example")).devices.map((d) => d.id)).toEqual(["10.0.0.5"]);
  expect(await of("new.example")).toMatchObject({
    verdicts: { feeds: 1, hits: 1, list: [{ feed: "blocklist", verdict: "malicious" }] },
    visit: { url: "http://new.example/" },
  });
  expect((await of("203.0.113.5")).verdicts).toEqual({ feeds: 1, hits: 0, list: [] });
});
