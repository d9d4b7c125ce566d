import type { Services } from "../../src/api/ports.ts";
import { CodedError } from "../../src/base/result.ts";
import { DAY, HOUR, iso, MINUTE } from "../../src/base/time.ts";

type PeopleServices = Pick<Services, "people" | "person" | "personLog" | "personHours" | "searchCounts" | "searchExport">;
type Person = Awaited<ReturnType<Services["person"]>>;
type Used = Person["countries"][number];

export const STRANGER = "rewards@belvarhotels.example";
const DEPARTMENTS = ["Finance", "Operations", "Sales", "IT"] as const;
const NAMES = ["Ann Keller", "Bob Marsh", "Cleo Adeyemi", "Dana Okafor", "Emil Novak", "Fay Lindqvist", "Gus Moreau", "Hana Sato"] as const;

/** People of an invented organisation, and one stranger from another tenant. */
export function inventedPeople(now: number): PeopleServices {
  const used = (value: string, hours: number, days: number, others: number): Used => ({
    value,
    hours,
    days,
    others,
    first: iso(now - Math.max(1, days) * DAY),
  });
  const people: Person[] = NAMES.map((name, i) => {
    const id = `${name.toLowerCase().replace(" ", ".")}@aldgate.example`;
    return {
      id,
      name,
      kind: "member",
      department: DEPARTMENTS[i % DEPARTMENTS.length] ?? "IT",
      alerts: i === 1 ? 2 : 0,
      identities: i === 0 ? ["a.keller@aldgate.example", "5d5c7c1e-0000-4000-8000-000000000001"] : [],
      compared: { department: 1, organisation: 8, since: iso(now - 60 * DAY) },
      title: i === 0 ? "Head of finance" : "Clerk",
      manager: i === 0 ? "dana.okafor@aldgate.example" : `ann.keller@aldgate.example`,
      firstSeen: iso(now - 60 * DAY),
      lastSeen: iso(now - i * HOUR),
      days: 44 - i,
      activeHours: 310 - i * 12,
      clock: Array.from({ length: 24 }, (_, h) => (h >= 8 && h < 18 ? 20 + ((h * 7 + i) % 12) : h === 21 ? 2 : 0)),
      countries: [used("GB", 280, 43, 7), used("PL", 1, 1, 0)],
      networks: [used("AS64500", 280, 43, 7), used("AS64666", 1, 1, 1)],
      addresses: [used("192.0.2.10", 280, 43, 7), used("203.0.113.86", 1, 1, 1)],
      apps: [used("Microsoft Teams", 200, 40, 7), used("Exchange", 150, 43, 7)],
      clients: [used("Chrome 124 on Windows", 280, 43, 5)],
      operations: [used("MicrosoftTeams: MessageSent", 180, 40, 7), used("AzureActiveDirectory: UserLoggedIn", 90, 43, 7)],
      correspondents: [used("bob.marsh@aldgate.example", 60, 30, 3), used(STRANGER, 1, 1, 20)],
      tenants: [],
      volumes: [{ activity: "messages", today: 14, high: 42.5 }],
    };
  });
  const [first] = people;
  if (first !== undefined)
    people.push({
      ...first,
      id: STRANGER,
      name: "Rewards",
      kind: "foreign",
      firstSeen: iso(now - 94 * MINUTE),
      lastSeen: iso(now - 50 * MINUTE),
      days: 1,
      activeHours: 2,
      clock: Array.from({ length: 24 }, (_, h) => (h === 12 || h === 13 ? 1 : 0)),
      countries: [used("PL", 1, 1, 1), used("GB", 1, 1, 7)],
      correspondents: NAMES.map((n) => used(`${n.toLowerCase().replace(" ", ".")}@aldgate.example`, 1, 1, 0)),
    });
  const found = (id: string): Person => {
    const person = people.find((p) => p.id === id.toLowerCase());
    if (person === undefined) throw new CodedError("user-not-found", `There is no user "${id}".`);
    return person;
  };
  return {
    people: async ({ query }) => {
      const text = query.text?.toLowerCase() ?? "";
      const users = people.filter((p) => (query.kind === undefined || p.kind === query.kind) && `${p.id} ${p.name}`.toLowerCase().includes(text));
      const kinds: Record<string, number> = {};
      for (const p of people) kinds[p.kind] = (kinds[p.kind] ?? 0) + 1;
      return { users: users.slice(query.offset, query.offset + query.limit), total: users.length, kinds };
    },
    person: async ({ params }) => found(params.id),
    personLog: async ({ params, query }) => {
      const id = found(params.id).id;
      const rows = Array.from({ length: 30 }, (_, i) => ({
        id: `log-${i}`,
        record: `log-${i}`,
        time: iso(now - (i + 1) * 7 * MINUTE),
        kind: i % 11 === 3 ? ("notice" as const) : ("event" as const),
        family: "saas",
        what: i % 11 === 3 ? "New country" : "MessageSent · MicrosoftTeams",
        detail: `“New Employee Loyalty Program” · ${id === STRANGER ? "ann.keller@aldgate.example" : "bob.marsh@aldgate.example"}`,
        unusual: (i * 13) % 90,
        place: i % 5 === 0 ? "PL 203.0.113.86" : "GB 192.0.2.10",
      }));
      const before = query.before;
      const fit = rows.filter((r) => (before === undefined || r.time < before) && (query.kinds === undefined || query.kinds.split(",").includes(r.kind)));
      return { rows: fit.slice(0, query.limit) };
    },
    personHours: async ({ params }) => {
      found(params.id);
      return {
        hours: Array.from({ length: 200 }, (_, i) => ({
          start: iso(Math.floor(now / HOUR) * HOUR - i * 3 * HOUR),
          events: 1 + (i % 9),
          unusual: (i * 17) % 50,
        })),
      };
    },
    searchCounts: async () => ({
      total: 180,
      families: [{ family: "http", events: 180 }],
      start: iso(now - 6 * HOUR),
      width: 6 * MINUTE,
      bars: Array.from({ length: 60 }, (_, i) => (i % 7) + (i > 50 ? 9 : 0)),
    }),
    searchExport: async ({ query }) => ({
      type: query.format === "csv" ? "text/csv" : "application/x-ndjson",
      name: `events.${query.format}`,
      chunks: (async function* () {
        yield query.format === "csv" ? "time,family\r\n" : '{"end":true,"events":0,"more":false}\n';
      })(),
    }),
  };
}
