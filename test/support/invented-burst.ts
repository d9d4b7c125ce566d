import type { Services } from "../../src/api/ports.ts";
import { CodedError } from "../../src/base/result.ts";
import { DAY, iso, MINUTE, SECOND } from "../../src/base/time.ts";
import { parseQuery } from "../../src/schema/query/parse-query.ts";
import { STRANGER } from "./invented-people.ts";

type Alert = Awaited<ReturnType<Services["alert"]>>;
type Event = Alert["records"][number];
type Incident = Awaited<ReturnType<Services["incident"]>>;

const LINK = "cloud-sharcpoint.example";
const SOURCE = "203.0.113.86";
export const BURST = { alert: "burst-alert", incident: "burst-incident" } as const;
const OFF = { state: "off" as const, text: "Destination not visited: visiting links is off." };

/** The run of the second post: 63 messages in 21 chats to 21 people within five minutes, told by three records a chat; two follow, one signs in from there. */
export function inventedBurst(now: number, base: Services): Partial<Services> {
  const start = now - 50 * MINUTE;
  const people = Array.from({ length: 21 }, (_, i) => `person.${String(i + 1).padStart(2, "0")}@aldgate.example`);
  let line = 0;
  const event = (time: number, fields: Record<string, unknown>, src = SOURCE): Event => ({
    id: `burst-${++line}`,
    time: iso(time),
    family: "saas",
    type: "audit",
    source: "m365",
    file: "m365/audit.ndjson",
    line,
    direction: "unknown",
    src,
    fields: { service: "MicrosoftTeams", success: true, ...fields },
  });
  const messages = people.flatMap((person, i) =>
    [0, 1, 2].map((n) =>
      event(start + (i * 14 + n * 4) * SECOND, {
        operation: n === 1 ? "MessageCreatedHasLink" : "MessageSent",
        activity: "message",
        user: STRANGER,
        target: person,
        chat: `chat-${i}`,
        chatName: "New Employee Loyalty Program",
        message: `${i}-${n}`,
        foreignTenant: true,
        ...(n === 1 ? { links: [`https://${LINK}/${"abcdefghijklmno".slice(0, 14)}${i}`], linkDomains: [LINK] } : {}),
      }),
    ),
  );
  const clicks = [people[0], people[7]].map((user, i) =>
    event(start + (i + 3) * MINUTE, { operation: "ClickData", activity: "link-clicked", user, linkDomains: [LINK] }, "192.0.2.10"),
  );
  const signIns = [event(start + 20 * MINUTE, { operation: "UserLoggedIn", activity: "sign-in", user: people[0], app: "Office" })];
  const all = [...messages, ...clicks, ...signIns];
  const entity = { kind: "user" as const, id: STRANGER };
  const title = `${STRANGER}, a new external user, wrote 63 messages to 21 people in 21 chats`;
  const links: NonNullable<Alert["links"]> = [
    {
      domain: LINK,
      count: 21,
      urls: people.map((_, i) => ({ url: `https://${LINK}/${"abcdefghijklmno".slice(0, 14)}${i}`, count: 1, visit: OFF })),
      imitates: { of: "cloud-sharepoint.example", score: 0.94 },
      age: { source: "first-seen", days: 2, text: "First seen here 2 days before." },
      verdicts: { feeds: 2, hits: 0, list: [] },
    },
  ];
  const alert: Alert = {
    id: BURST.alert,
    time: iso(start + 294 * SECOND),
    created: iso(start + 296 * SECOND),
    model: "SaaS / Unusual Activity / Large Volume of Messages Sent from New External User",
    title,
    category: "Critical",
    compliance: false,
    priority: 5,
    score: 91,
    entity,
    peers: [{ ip: SOURCE }],
    mitre: ["T1566", "T1566.002"],
    eventCount: 63,
    state: "new",
    comments: 0,
    incident: BURST.incident,
    why: [{ feature: "burstMessages", observed: 63, expected: "under 8", text: "63 messages in 5 min", usual: { low: 0, high: 8 } }],
    records: messages.slice(-50),
    commentList: [],
    techniques: [],
    earlier: [],
    links,
  };
  const incident: Incident = {
    id: BURST.incident,
    title,
    summary: title,
    category: "critical",
    score: 91,
    start: iso(start),
    end: alert.time,
    overBudget: false,
    entities: [entity],
    alerts: [alert.id],
    mitre: alert.mitre,
    eventCount: 63,
    state: "open",
    last24h: Array.from({ length: 48 }, () => null),
    consequences: { attack: [], benign: [], error: [] },
  };
  const page = (hits: readonly Event[], limit: number) => ({
    hits: [...hits].sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, limit),
    more: hits.length > limit,
    scanned: 5_012_330,
  });
  return {
    alert: async (input) => (input.params.id === alert.id ? alert : base.alert(input)),
    alerts: async (input) =>
      input.query.entity === STRANGER || input.query.text === LINK ? { alerts: [alert], total: 1, hiddenBySnooze: 0 } : base.alerts(input),
    incident: async (input) =>
      input.params.id === incident.id ? { ...(await base.incident({ ...input, params: { id: "in0" } })), ...incident } : base.incident(input),
    search: async (input) => {
      const q = input.query.q ?? "";
      const parsed = parseQuery(q);
      if (!parsed.ok) throw new CodedError("search-query-invalid", `Character ${parsed.fault.at + 1}: ${parsed.fault.reason}`);
      // The store's own tests say what a query finds; here each question of the pages has its answer.
      if (q.includes("link-clicked")) return page(clicks, input.query.limit);
      if (q.includes("activity:sign-in src:")) return page(signIns, input.query.limit);
      if (q.includes("user:rewards") || q.includes("foreignTenant:true")) return page(messages, input.query.limit);
      return base.search(input);
    },
    event: async (input) => all.find((e) => e.id === input.params.id) ?? base.event(input),
    external: async ({ params }) => ({
      id: params.id,
      kind: params.id === LINK ? ("domain" as const) : params.id === SOURCE ? ("address" as const) : ("user" as const),
      known: true,
      firstSeen: iso(start),
      lastSeen: alert.time,
      days: 1,
      rarity: 100,
      users: [{ id: STRANGER, first: iso(start), hours: 1 }],
      devices: [],
      members: [],
      verdicts: { feeds: 2, hits: 0, list: [] },
      ...(params.id === SOURCE ? { country: "PL", asn: 64_666, operator: "Example Hosting" } : {}),
      ...(params.id === LINK
        ? {
            imitates: { of: "cloud-sharepoint.example", score: 0.94 },
            age: { source: "registry" as const, since: iso(start - 2 * DAY), days: 2, text: "Registered 2 days before." },
          }
        : {}),
    }),
  };
}
