import type { AuditChange, ReadInput, ServiceRoute, Services } from "../../src/api/ports.ts";
import { CodedError } from "../../src/base/result.ts";
import { DAY, HOUR, iso, MINUTE } from "../../src/base/time.ts";
import type { StreamMessage } from "../../src/contract/index.ts";
import { inventedActions } from "./invented-actions.ts";
import { inventedChanges } from "./invented-changes.ts";
import { HOSTILE_TEXT, hoursBack, type Invented, inventData, weekShape } from "./invented-data.ts";
import { inventedMail } from "./invented-mail.ts";
import { inventedOutside } from "./invented-outside.ts";
import { inventedPeople } from "./invented-people.ts";

type Snooze = Awaited<ReturnType<Services["snoozes"]>>[number];
type Source = Awaited<ReturnType<Services["sources"]>>[number];

/** Services over invented data: for looking at pages and for the API's tests. Changes are kept in memory, and `tell` hears of them as the stream would. */
export function inventedServices(now: number, tell: (message: StreamMessage) => void = () => undefined): Services {
  const data = inventData(now);
  const snoozes: Snooze[] = [];
  const sources: Source[] = inventSources(now);
  let budget = 5;
  const alertOf = (id: string) =>
    found(
      data.alerts.find((a) => a.id === id),
      "alert",
    );
  const deviceOf = (id: string) =>
    found(
      data.devices.find((d) => d.id === id),
      "device",
    );
  const changed = <T>(result: T, audit: AuditChange, what: "alerts" | "snoozes" | "sources") => {
    tell({ type: "changed", what });
    return { result, audit };
  };
  return {
    ...inventedActions(now, data.alerts, tell),
    ...inventedChanges(now, data.devices, tell),
    overview: async () => overviewOf(data, sources, budget),
    incidents: async () => ({ incidents: [0, 1, 2, 3].map((i) => incidentOf(data, i, budget)), line: 40, falseShare: 0.2 }),
    judgeIncident: async ({ params, body }) => {
      const number = /^incident-([0-3])$/.exec(params.id)?.[1];
      const incident = incidentOf(data, Number(found(number, "incident")), budget);
      if (body.verdict !== "none") incident.verdict = body.verdict;
      tell({ type: "changed", what: "incidents" });
      return { result: incident, audit: { target: params.id, why: body.why, after: { verdict: body.verdict } } };
    },
    splitIncident: async ({ params, body }) => ({
      result: incidentOf(data, 1, budget),
      audit: { target: params.id, why: body.why, after: { alerts: body.alerts } },
    }),
    mergeIncidents: async ({ params, body }) => ({
      result: incidentOf(data, 0, budget),
      audit: { target: params.id, why: body.why, after: { other: body.other } },
    }),
    changedBehaviours: async () => changedBehaviours(data),
    decideChange: async ({ params, body }) => {
      found(
        changedBehaviours(data).find((c) => c.id === params.id),
        "change",
      );
      return { result: { ok: true }, audit: { target: params.id, why: body.why, after: { state: body.decision } } };
    },
    incident: async ({ params }) => {
      const number = /^incident-([0-3])$/.exec(params.id)?.[1];
      return incidentOf(data, Number(found(number, "incident")), budget);
    },
    alerts: async ({ query }) => {
      const hits = filterAlerts(data, query);
      return {
        alerts: hits.slice(query.offset, query.offset + query.limit),
        total: hits.length,
        hiddenBySnooze: data.alerts.filter((a) => a.state === "snoozed").length,
      };
    },
    alertGroups: async ({ query }) => {
      const groups = Map.groupBy(filterAlerts(data, query), (a) => (query.by === "model" ? a.model : a.entity.id));
      const list = [...groups].map(([key, alerts]) => ({
        key,
        label: query.by === "model" ? key : (alerts[0]?.entity.hostname ?? key),
        count: alerts.length,
        maxScore: Math.max(...alerts.map((a) => a.score)),
        newest:
          alerts
            .map((a) => a.time)
            .sort()
            .at(-1) ?? iso(now),
        oldest: alerts.map((a) => a.time).sort()[0] ?? iso(now),
        priority: Math.max(...alerts.map((a) => a.priority)),
        open: alerts.filter((a) => a.state === "new").length,
      }));
      return { groups: list, total: list.length };
    },
    alert: async ({ params }) => alertOf(params.id),
    acknowledge: async ({ params, body, session }) => {
      const alert = alertOf(params.id);
      const before = { state: alert.state };
      alert.state = body.acknowledged ? "acknowledged" : "new";
      if (body.acknowledged) alert.acknowledgedBy = session.name;
      else delete alert.acknowledgedBy;
      return changed(alert, { target: `alert:${alert.id}`, why: body.why, before, after: { state: alert.state } }, "alerts");
    },
    comment: async ({ params, body, session }) => {
      const alert = alertOf(params.id);
      const comment = { time: iso(now), author: session.name, text: body.text };
      alert.commentList.push(comment);
      alert.comments = alert.commentList.length;
      return changed(comment, { target: `alert:${alert.id}`, after: { text: body.text } }, "alerts");
    },
    snoozes: async () => snoozes,
    snoozePreview: async ({ query }) => {
      const hidden = data.alerts.filter((a) => a.model === query.model && a.entity.id === query.entity);
      return { hidden: hidden.length, days: query.days, alerts: hidden };
    },
    createSnooze: async ({ body, session }) => {
      if (Date.parse(body.until) <= now) throw new CodedError("until-invalid", "The end of a snooze lies ahead.");
      const snooze = { id: `snooze-${snoozes.length + 1}`, ...body, by: session.name, created: iso(now), hidden: 0 };
      for (const alert of data.alerts) {
        if (alert.model !== body.model || alert.entity.id !== body.entity) continue;
        alert.state = "snoozed";
        snooze.hidden++;
      }
      snoozes.push(snooze);
      return changed(snooze, { target: `snooze:${snooze.id}`, why: body.why, after: { model: body.model, until: body.until } }, "snoozes");
    },
    deleteSnooze: async ({ params }) => {
      const snooze = found(
        snoozes.find((s) => s.id === params.id),
        "snooze",
      );
      snoozes.splice(snoozes.indexOf(snooze), 1);
      for (const alert of data.alerts) if (alert.model === snooze.model && alert.entity.id === snooze.entity) alert.state = "new";
      return changed({ ok: true }, { target: `snooze:${snooze.id}`, before: { until: snooze.until } }, "snoozes");
    },
    devices: async ({ query }) => {
      const text = query.text?.toLowerCase() ?? "";
      const hits = data.devices.filter((d) => `${d.id} ${d.ip} ${d.hostname}`.toLowerCase().includes(text));
      return { devices: hits.slice(query.offset, query.offset + query.limit), total: hits.length };
    },
    device: async ({ params }) => {
      const device = deviceOf(params.id);
      return {
        ...device,
        identity: [
          { what: "address", value: device.ip ?? "", from: device.firstSeen, to: device.lastSeen, by: "DHCP" },
          { what: "name", value: device.hostname ?? "", from: device.firstSeen, to: device.lastSeen, by: "DHCP" },
        ],
        peersByBehaviour: data.devices
          .slice(0, 4)
          .map((d, i) => ({ id: d.id, hostname: d.hostname, likeness: 0.95 - i / 10, differs: "contacts fewer servers" })),
        patternOfLife: {
          measure: "connections",
          unit: "per hour",
          hours: weekShape(),
          thisWeek: weekShape().map((v, i) => (i > 100 ? null : (v ?? 0) * (i === 61 ? 9 : 1))),
        },
        usual: [{ feature: "hours", text: "active from 08:00 to 18:00 on working days" }],
        rare: [{ what: "endpoint", value: "cdn-0.rare.example", devices: 1, of: 24, firstSeen: iso(now - HOUR) }],
        group: { id: "group-1", label: "workstations", size: 12 },
      };
    },
    ...inventedPeople(now),
    ...inventedMail(now),
    ...inventedOutside(),
    deviceScores: async ({ params, query }) => {
      const device = deviceOf(params.id);
      const hours = hoursBack(now, query.days * 24).map((start, i) => ({
        start: iso(start),
        unusual: (i * 37) % 23 === 0 ? device.unusual : (i * 7) % 30,
        p: 0.2,
        why: [],
      }));
      return { hours, line: 60 };
    },
    deviceLog: async ({ params, query }) => {
      const device = deviceOf(params.id);
      const kinds = ["connection", "refused", "event", "notice", "alert"] as const;
      const rows = Array.from({ length: 60 }, (_, i) => ({
        id: `log-${i}`,
        time: iso(now - i * 3 * MINUTE),
        kind: kinds[i % 5] ?? "event",
        family: "conn",
        what: i % 5 === 3 ? "first contact with cdn-0.rare.example" : "tcp/443 to cdn-1.example",
        detail: i === 7 ? HOSTILE_TEXT : `${i * 13} kB out, ${i * 5} kB in`,
        unusual: i % 9 === 0 ? 71 : undefined,
        peer: "203.0.113.21",
        alert: i % 5 === 4 ? data.alerts.find((a) => a.entity.id === device.id)?.id : undefined,
      })).filter((row) => query.before === undefined || row.time < query.before);
      return { rows: rows.slice(0, query.limit).map(dropUndefined) };
    },
    sources: async () => sources,
    source: async ({ params }) => ({
      ...found(
        sources.find((s) => s.id === params.id),
        "source",
      ),
      families: [
        { family: "conn", events: 120_000, last: iso(now) },
        { family: "dns", events: 40_000, last: iso(now) },
      ],
      history: Array.from({ length: 96 }, (_, i) => ({ start: iso(now - (96 - i) * 15 * MINUTE), events: i > 40 && i < 46 ? null : 900 + ((i * 31) % 200) })),
      rejectedSamples: [{ file: "conn.log", line: 4_711, reason: "7 fields where the header names 21", excerpt: HOSTILE_TEXT }],
      fileList: [{ file: "current/conn.log", lines: 120_000, offset: 20_480_000, state: "live" }],
    }),
    addSource: async ({ body }) => {
      if (sources.some((s) => s.id === body.id)) throw new CodedError("source-exists", "A source of this id exists already.");
      const source = { ...(inventSources(now)[0] as Source), ...body, state: "starting" as const, events: 0 };
      sources.push(source);
      return changed(source, { target: `source:${body.id}`, after: { kind: body.kind, path: body.path } }, "sources");
    },
    removeSource: async ({ params }) => {
      const source = found(
        sources.find((s) => s.id === params.id),
        "source",
      );
      sources.splice(sources.indexOf(source), 1);
      return changed({ ok: true }, { target: `source:${source.id}`, before: { kind: source.kind, path: source.path } }, "sources");
    },
    models: async () => inventModels(data),
    search: async ({ query }) => {
      const hits = data.alerts.flatMap((a) => a.records).filter((r) => JSON.stringify(r).includes(query.text ?? ""));
      return { hits: hits.slice(0, query.limit), more: hits.length > query.limit, scanned: hits.length };
    },
    event: async ({ params }) =>
      found(
        data.alerts.flatMap((a) => a.records).find((r) => r.id === params.id),
        "event",
      ),
    storage: async () => ({
      bytes: 2_400_000_000,
      limitBytes: 50_000_000_000,
      bytesPerDay: 310_000_000,
      daysLeft: 153,
      freeDisk: 80_000_000_000,
      families: [{ family: "conn", rows: 12_000_000, bytes: 1_900_000_000, keepDays: 30, oldest: iso(now - 8 * DAY) }],
      full: false,
    }),
    setBudget: async ({ body }) => {
      const before = { perDay: budget };
      budget = body.perDay;
      return { result: { ok: true }, audit: { target: "budget", why: body.why, before, after: { perDay: budget } } };
    },
  };
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new CodedError(`${what}-not-found`, `There is no such ${what}.`);
  return value;
}

function dropUndefined<T extends object>(row: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

type Query = ReadInput<"alerts">["query"];

function filterAlerts(data: Invented, query: Query): Invented["alerts"] {
  const hits = data.alerts.filter(
    (a) =>
      (query.state === "all" || (query.state === "open" ? a.state === "new" : a.state === query.state)) &&
      (query.model === undefined || a.model === query.model) &&
      (query.entity === undefined || a.entity.id === query.entity) &&
      (query.minPriority === undefined || a.priority >= query.minPriority) &&
      (query.minScore === undefined || a.score >= query.minScore) &&
      (query.from === undefined || a.time >= query.from) &&
      (query.to === undefined || a.time <= query.to) &&
      (query.text === undefined || a.title.toLowerCase().includes(query.text.toLowerCase())),
  );
  return hits.sort((a, b) => (query.sort === "time" ? b.time.localeCompare(a.time) : b.score - a.score));
}

function inventSources(now: number): Source[] {
  const common = { since: iso(now - 9 * DAY), rejected: 3, duplicates: 12, files: 14, bytes: 18_000_000_000, synthetic: false, events: 1_200_000 };
  return [
    {
      id: "zeek-core",
      kind: "zeek",
      path: "/var/log/zeek/current",
      state: "live",
      lastEvent: iso(now),
      lagSeconds: 1,
      rate: 5_400,
      usualRate: 5_000,
      ...common,
    },
    {
      id: "suricata-dmz",
      kind: "suricata",
      path: "/var/log/suricata",
      state: "silent",
      reason: "nothing for 22 minutes",
      lastEvent: iso(now - 22 * MINUTE),
      rate: 0,
      usualRate: 900,
      ...common,
    },
  ];
}

function inventModels(data: Invented): Awaited<ReturnType<Services["models"]>> {
  const paths = [...new Set(data.alerts.map((a) => a.model))];
  return paths.map((path, i) => ({
    path,
    version: 1,
    description: "Invented for looking at pages.",
    priority: data.alerts[i]?.priority ?? 1,
    category: data.alerts[i]?.category ?? "Informational",
    compliance: false,
    mitre: data.alerts[i]?.mitre ?? [],
    tags: ["network"],
    nextSteps: "Ask the owner of the device.",
    gaps: "Everything: it is invented.",
    enabled: i !== 3,
    alerts7d: i * 3,
    ...(i === 4 ? { error: { line: 12, reason: "unknown metric: bytes-sideways" } } : {}),
  }));
}

function changedBehaviours(data: Invented): Awaited<ReturnType<Services["changedBehaviours"]>> {
  const device = data.devices[0];
  if (device === undefined) return [];
  return [
    {
      id: "0-1-479000",
      entity: { kind: "device", id: device.id, ...(device.hostname === undefined ? {} : { hostname: device.hostname }) },
      feature: "bytesOut",
      time: iso(data.now - 5 * 3_600_000),
      state: "open",
      text: "24.1 MB sent outside in a usual hour, where 2.20 MB were usual before",
      before: 2_200_000,
      after: 24_100_000,
    },
  ];
}

function incidentOf(data: Invented, i: number, budget: number): Awaited<ReturnType<Services["incident"]>> {
  const alerts = data.alerts.filter((a) => a.incident === `incident-${i}`);
  const lead = alerts[0]?.lead;
  return {
    id: `incident-${i}`,
    title: `${alerts[0]?.entity.hostname ?? "A device"} behaves as never before`,
    summary: `${alerts.length} alerts of ${new Set(alerts.map((a) => a.model)).size} models on ${new Set(alerts.map((a) => a.entity.id)).size} devices.`,
    category: i === 0 ? "critical" : "suspicious",
    score: 92 - i * 15,
    start: alerts.at(-1)?.time ?? iso(data.now),
    end: alerts[0]?.time ?? iso(data.now),
    overBudget: i >= budget,
    entities: alerts.slice(0, 3).map((a) => a.entity),
    alerts: alerts.map((a) => a.id),
    mitre: [...new Set(alerts.flatMap((a) => a.mitre))],
    eventCount: alerts.reduce((sum, a) => sum + a.eventCount, 0),
    state: "open",
    ...(lead === undefined ? {} : { lead }),
    consequences: {
      attack: ["It no longer counts as chance when the day's expected share of false incidents is worked out."],
      benign: alerts.slice(0, 1).map((a) => `Alerts of "${a.model}" on ${a.entity.id} weigh half; on other entities nothing changes.`),
      error: alerts.slice(0, 1).map((a) => `Alerts of "${a.model}" weigh half wherever they fire.`),
    },
    last24h: Array.from({ length: 48 }, (_, n) => (n === 9 ? null : n > 44 ? 80 - i * 10 : (n * 11) % 25)),
  };
}

function overviewOf(data: Invented, sources: readonly Source[], budget: number): Awaited<ReturnType<Services["overview"]>> {
  const open = data.alerts.filter((a) => a.state === "new");
  return {
    organisation: "Example Works",
    now: iso(data.now),
    eventTime: iso(data.now - 2_000),
    devices: data.devices.length,
    learning: data.devices.filter((d) => d.learned < 1).length,
    sources: sources.length,
    sourcesLive: sources.filter((s) => s.state === "live").length,
    eventsPerSecond: 90,
    open: open.length,
    openCritical: open.filter((a) => a.category === "Critical").length,
    budgetPerDay: budget,
    perDay: Array.from({ length: 30 }, (_, i) => ({ day: iso(data.now - (29 - i) * DAY).slice(0, 10), alerts: (i * 5) % 9, worst: 30 + ((i * 17) % 65) })),
    blindSpots: [{ what: "suricata-dmz", detail: "silent for 22 minutes", since: iso(data.now - 22 * MINUTE), kind: "acute" }],
    synthetic: false,
    hasSource: sources.length > 0,
  };
}

export type { ServiceRoute };
