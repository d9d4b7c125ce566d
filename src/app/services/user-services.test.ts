import { expect, test } from "vitest";
import { DAY, ZoneClock } from "../../base/time.ts";
import { SaasLane } from "../../lanes/saas/saas-lane.ts";
import { BLANK } from "../../parsers/event-template.ts";
import type { EventOf } from "../../schema/event.ts";
import { userServices } from "./user-services.ts";

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
      domains: ["new.example"],
    }),
  ]);
  return lane;
}

const ask = { body: undefined, session: { kind: "demo", id: "d", name: "d", role: "viewer" }, signal: new AbortController().signal } as const;

test("a user with places, days and applications; one who was never seen is none (T4, T15)", async () => {
  const services = userServices(told(), () => T0 + 3 * DAY);
  expect(await services.person({ ...ask, params: { id: "Anna@ours.example" }, query: undefined })).toMatchObject({
    id: "anna@ours.example",
    kind: "member",
    days: 3,
    countries: [{ value: "GB", days: 3 }],
    apps: [{ value: "Office" }],
  });
  await expect(services.person({ ...ask, params: { id: "nobody@ours.example" }, query: undefined })).rejects.toThrow("no user");
  expect(
    (await services.people({ ...ask, params: undefined, query: { limit: 10, offset: 0, sort: "lastSeen" as const, kind: "foreign" } })).users.map((u) => u.id),
  ).toEqual(["x@new.example"]);
});
