import type { AuditChange, Services } from "../../src/api/ports.ts";
import { CodedError } from "../../src/base/result.ts";
import { HOUR, iso, MINUTE } from "../../src/base/time.ts";
import type { StreamMessage } from "../../src/contract/index.ts";
import { inventedActions } from "../support/invented-actions.ts";
import { inventedChanges } from "../support/invented-changes.ts";
import { inventedServices } from "../support/invented-services.ts";
import { NOW, sceneAlerts } from "./scene-alerts.ts";
import { logRow, sceneDevice, sceneDevices, sceneHours, sceneLog } from "./scene-devices.ts";

type Source = Awaited<ReturnType<Services["sources"]>>[number];

export interface Scene {
  services: Services;
  /** Rows that reach the device's log from now on. */
  comeNewer(rows: number): void;
}

const LINE = 50;
const UNDOING = "SRV-FIN-02 forgets what it learned since 14 March 13:55 UTC, lawful habits of that time too, and is judged by what was usual before.";

/** An invented organisation on one afternoon, as the design's pictures tell it: one intruder, one leak, one silent sensor. Changes are kept in memory. */
export function makeScene(tell: (message: StreamMessage) => void): Scene {
  const alerts = sceneAlerts();
  const devices = sceneDevices();
  const sources = sceneSources();
  let newer = 0;
  const base = inventedServices(NOW, tell);
  const found = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new CodedError(`${what}-not-found`, `There is no such ${what}.`);
    return value;
  };
  const judged = new Map<string, "attack" | "benign" | "error">();
  const changes = sceneChanges();
  /** Alerts of the first incident that somebody put into one of their own. */
  const apart = new Set<string>();
  const shaped = (incident: Detail): Detail[] => {
    if (apart.size === 0 || incident.id !== "in0") return [incident];
    const of = (id: string, own: boolean): Detail => ({ ...incident, id, alerts: incident.alerts.filter((a) => apart.has(a) === own) });
    return [of("in0", false), of("in0-apart", true)];
  };
  const incidents = (): Detail[] =>
    alerts
      .slice(0, 6)
      .flatMap((a, i) => shaped(incidentOf(a, i)))
      .map((incident) => {
        const verdict = judged.get(incident.id);
        return verdict === undefined ? incident : { ...incident, verdict, verdictBy: "analyst", state: "acknowledged" as const };
      });
  const told = <T>(result: T, audit: AuditChange) => {
    tell({ type: "changed", what: "alerts" });
    return { result, audit };
  };
  const services: Services = {
    ...base,
    ...inventedActions(NOW, alerts, tell),
    ...inventedChanges(NOW, devices, tell),
    overview: async () => ({
      organisation: "Aldgate Freight",
      timezone: "Europe/London",
      now: iso(NOW),
      eventTime: iso(NOW),
      devices: 1_180,
      learning: 23,
      sources: sources.length,
      sourcesLive: sources.filter((s) => s.state === "live").length,
      eventsPerSecond: 2_412,
      open: alerts.filter((a) => a.state === "new").length,
      openCritical: 2,
      budgetPerDay: 4,
      perDay: Array.from({ length: 30 }, (_, i) => ({ day: iso(NOW - (29 - i) * 24 * HOUR).slice(0, 10), alerts: 3 + (i % 6), worst: 40 + ((i * 17) % 55) })),
      blindSpots: [
        { what: "Sensor hythe-2 is silent", detail: "86 devices unseen", since: iso(NOW - 87 * MINUTE), kind: "acute", source: "zeek-hythe-2" },
        { what: "4 models cannot see", detail: "field ja4 went with hythe-2", kind: "acute" },
        { what: "Inside TLS", detail: "names and sizes are seen, contents are not", kind: "known" },
      ],
      synthetic: false,
      hasSource: true,
    }),
    incidents: async ({ query }) => ({ incidents: incidents().filter((i) => query.state === "all" || i.state === query.state), line: LINE, falseShare: 0.25 }),
    judgeIncident: async ({ params, body }) => {
      const incident = found(
        incidents().find((i) => i.id === params.id),
        "incident",
      );
      if (body.verdict === "none") judged.delete(incident.id);
      else judged.set(incident.id, body.verdict);
      return told(incidents().find((i) => i.id === params.id) ?? incident, { target: params.id, why: body.why });
    },
    splitIncident: async ({ params, body }) => {
      for (const id of body.alerts) apart.add(id);
      return told(
        found(
          incidents().find((i) => i.id === `${params.id}-apart`),
          "incident",
        ),
        { target: params.id, why: body.why },
      );
    },
    mergeIncidents: async ({ params, body }) => {
      apart.clear();
      return told(
        found(
          incidents().find((i) => i.id === params.id),
          "incident",
        ),
        { target: params.id, why: body.why, after: { other: body.other } },
      );
    },
    changedBehaviours: async () => changes,
    decideChange: async ({ params, body }) => {
      found(
        changes.find((c) => c.id === params.id),
        "change",
      ).state = body.decision;
      return told({ ok: true as const }, { target: params.id, why: body.why });
    },
    incident: async ({ params }) =>
      found(
        incidents().find((i) => i.id === params.id),
        "incident",
      ),
    alerts: async ({ query }) => {
      const hits = alerts
        .filter(
          (a) =>
            (query.state === "all" || (query.state === "open" ? a.state === "new" : a.state === query.state)) &&
            (query.model === undefined || a.model === query.model) &&
            (query.entity === undefined || a.entity.id === query.entity) &&
            (query.minPriority === undefined || a.priority >= query.minPriority) &&
            (query.from === undefined || a.time >= query.from) &&
            (query.text === undefined || a.title.toLowerCase().includes(query.text.toLowerCase())),
        )
        .sort((a, b) => (query.sort === "time" ? b.time.localeCompare(a.time) : b.score - a.score));
      return {
        alerts: hits.slice(query.offset, query.offset + query.limit),
        total: hits.length,
        hiddenBySnooze: alerts.filter((a) => a.state === "snoozed").length,
      };
    },
    alertGroups: async ({ query }) => {
      const groups = Map.groupBy(alerts, (a) => (query.by === "model" ? a.model : a.entity.id));
      const list = [...groups].map(([key, of]) => ({
        key,
        label: query.by === "model" ? key : (of[0]?.entity.hostname ?? key),
        count: of.length,
        maxScore: Math.max(...of.map((a) => a.score)),
        newest:
          of
            .map((a) => a.time)
            .sort()
            .at(-1) ?? iso(NOW),
        oldest: of.map((a) => a.time).sort()[0] ?? iso(NOW),
        priority: Math.max(...of.map((a) => a.priority)),
        open: of.filter((a) => a.state === "new").length,
      }));
      return { groups: list, total: list.length };
    },
    alert: async ({ params }) =>
      found(
        alerts.find((a) => a.id === params.id),
        "alert",
      ),
    acknowledge: async ({ params, body, session }) => {
      const alert = found(
        alerts.find((a) => a.id === params.id),
        "alert",
      );
      alert.state = body.acknowledged ? "acknowledged" : "new";
      if (body.acknowledged) alert.acknowledgedBy = session.name;
      else delete alert.acknowledgedBy;
      return told(alert, { target: `alert:${alert.id}`, why: body.why });
    },
    snoozePreview: async ({ query }) => {
      const hidden = alerts.filter((a) => a.model === query.model && a.entity.id === query.entity);
      return { hidden: hidden.length, days: query.days, alerts: hidden };
    },
    devices: async ({ query }) => {
      const hits = devices.filter((d) => `${d.id} ${d.ip}`.includes(query.text?.toLowerCase() ?? ""));
      return { devices: hits.slice(query.offset, query.offset + query.limit), total: hits.length };
    },
    device: async ({ params }) =>
      sceneDevice(
        found(
          devices.find((d) => d.id === params.id),
          "device",
        ),
      ),
    deviceScores: async () => ({ hours: sceneHours(), line: LINE }),
    deviceLog: async ({ params, query }) => {
      const fresh = Array.from({ length: newer }, (_, i) => ({ ...logRow(params.id, 1), id: `fresh-${i}`, time: iso(NOW + (newer - i) * 1_000) }));
      const kinds = query.kinds?.split(",");
      const rows = [...fresh, ...sceneLog(params.id)].filter(
        (r) => (query.before === undefined || r.time < query.before) && (kinds === undefined || kinds.includes(r.kind)),
      );
      const page = rows.slice(0, query.limit);
      const last = page.at(-1)?.time;
      return { rows: page, ...(rows.length > page.length && last !== undefined ? { next: last } : {}) };
    },
    sources: async () => sources,
    source: async ({ params }) => {
      const source = found(
        sources.find((s) => s.id === params.id),
        "source",
      );
      const detail = await base.source({ params: { id: "zeek-core" } } as Parameters<Services["source"]>[0]);
      const silent = source.state === "silent";
      const history = Array.from({ length: 96 }, (_, i) => ({
        start: iso(NOW - (96 - i) * 15 * MINUTE),
        events: silent && i > 89 ? null : 8_000 + ((i * 31) % 17) * 120,
      }));
      return { ...detail, ...source, history };
    },
    search: async ({ query }) => {
      const hits = alerts
        .slice(0, 30)
        .flatMap((a) => a.records)
        .filter((r) => JSON.stringify(r).includes(query.q ?? query.text ?? "") && (query.address === undefined || r.src === query.address));
      return { hits: hits.slice(0, query.limit), more: false, scanned: 5_012_330 };
    },
  };
  return {
    services,
    comeNewer: (rows) => {
      newer += rows;
      tell({ type: "rate", eventsPerSecond: 2_400, eventTime: iso(NOW + newer * 1_000) });
    },
  };
}

type Detail = Awaited<ReturnType<Services["incident"]>>;

function sceneChanges(): Awaited<ReturnType<Services["changedBehaviours"]>> {
  return [
    {
      id: "7-1-492150",
      entity: { kind: "device", id: "dev-backup-2", hostname: "BACKUP-2" },
      feature: "bytesOut",
      time: iso(NOW - 9 * HOUR),
      state: "open",
      text: "31.0 MB sent outside in a usual hour, where 2.90 MB were usual before",
      before: 2_900_000,
      after: 31_000_000,
    },
  ];
}

function incidentOf(alert: ReturnType<typeof sceneAlerts>[number], i: number): Detail {
  return {
    id: `in${i}`,
    title: alert.title,
    summary: alert.title,
    category: i < 2 ? "critical" : "suspicious",
    score: alert.score,
    start: iso(Date.parse(alert.time) - 12 * MINUTE),
    end: alert.time,
    overBudget: alert.score < LINE,
    entities: [alert.entity],
    alerts: i === 0 ? [alert.id, "al000003"] : [alert.id],
    mitre: alert.mitre,
    eventCount: alert.eventCount,
    state: alert.state === "acknowledged" ? "acknowledged" : "open",
    ...(alert.lead === undefined ? {} : { lead: alert.lead }),
    consequences: {
      attack: ["It no longer counts as chance when the day's expected share of false incidents is worked out.", ...(i === 0 ? [UNDOING] : [])],
      benign: [
        `Alerts of "${alert.model}" on ${alert.entity.hostname ?? alert.entity.id} weigh half and start no incident by themselves; on other entities nothing changes.`,
      ],
      error: [`Alerts of "${alert.model}" weigh half wherever they fire, and start no incident by themselves, until this is taken back.`],
    },
    open: i < 4,
    ...(i === 0
      ? {
          learning: {
            undone: false,
            entities: [{ entity: alert.entity, since: iso(Date.parse(alert.time) - 12 * MINUTE) }],
            says: [UNDOING],
          },
        }
      : {}),
    last24h: Array.from({ length: 48 }, (_, n) =>
      i === 3 && n > 20 && n < 26 ? null : n > 46 - i * 3 && n < 49 - i * 3 + (i === 2 ? 20 : 0) ? alert.score : 3 + ((n * 7 + i * 5) % 9),
    ),
  };
}

function sceneSources(): Source[] {
  const common = { since: iso(NOW - 90 * 24 * HOUR), events: 61_200_000, rejected: 3, duplicates: 1_204, files: 24, bytes: 8_120_000_000, synthetic: false };
  return [
    {
      id: "zeek-hythe-1",
      kind: "zeek",
      path: "/opt/zeek/logs",
      state: "live",
      lastEvent: iso(NOW - 2_000),
      lagSeconds: 2,
      rate: 9_412,
      usualRate: 9_100,
      ...common,
    },
    {
      ...common,
      id: "zeek-hythe-2",
      kind: "zeek",
      path: "/mnt/hythe-2/zeek",
      state: "silent",
      reason: "Nothing since 13:05; 86 devices are seen by no other source, and their learning is frozen.",
      since: iso(NOW - 87 * MINUTE),
      lastEvent: iso(NOW - 87 * MINUTE),
      lagSeconds: 5_220,
      rate: 0,
      usualRate: 2_300,
    },
    {
      id: "eve-dover",
      kind: "suricata",
      path: "/var/log/suricata/eve.json",
      state: "live",
      lastEvent: iso(NOW - 1_000),
      lagSeconds: 1,
      rate: 4_020,
      usualRate: 4_400,
      ...common,
    },
  ];
}
