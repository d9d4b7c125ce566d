import type { Alert, Incident } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";
import { eventId } from "../schema/event.ts";

/** Of a story of many alerts this many are told as evidence, the latest. */
const MOST_CLAIMS = 50;
const MOST_INDICATORS = 100;
/** What a further model that agrees leaves of the doubt. */
const AGREEMENT = 0.85;

/** Writes an incident's words and figures from its alerts: nothing here that no alert says. `weight` 0-1: how much an alert counts. */
export function describeIncident(incident: Incident, alerts: Alert[], entities: ReadonlyMap<string, EntityRef>, weight: (alert: Alert) => number): void {
  alerts.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  const worth = (a: Alert): number => a.score * weight(a);
  const top = alerts.reduce((best, a) => (worth(a) > worth(best) || (worth(a) === worth(best) && a.priority > best.priority) ? a : best));
  const models = [...new Set(alerts.map((a) => a.model))];
  // A model that counts for little agrees for little.
  const agree = new Map<string, number>();
  for (const alert of alerts) if (alert.model !== top.model) agree.set(alert.model, Math.max(agree.get(alert.model) ?? 0, weight(alert)));
  const others = [...agree.values()].reduce((a, b) => a + b, 0);
  incident.title = top.title;
  incident.start = alerts[0]?.time ?? incident.start;
  incident.end = alerts.at(-1)?.time ?? incident.end;
  incident.entities = [...entities.values()];
  incident.alerts = alerts.map((a) => a.id);
  incident.mitre = [...new Set(alerts.flatMap((a) => a.mitre))].sort();
  incident.phases = [...new Set(alerts.flatMap((a) => a.tags.filter((t) => t.startsWith("phase:")).map((t) => t.slice(6))))];
  // Different models agreeing on one story is what makes it one; repeats of one add nothing.
  incident.score = Math.min(100, Math.round(worth(top) + (100 - worth(top)) * (1 - AGREEMENT ** others)));
  incident.category = alerts.some((a) => a.category === "Critical") ? "critical" : alerts.every((a) => a.compliance) ? "compliance" : "suspicious";
  const who = incident.entities.map((e) => e.hostname ?? e.ip ?? e.id);
  incident.summary = `${models.length === 1 ? "One model" : `${models.length} models`} on ${who.length === 1 ? who[0] : `${who.length} entities (${who.slice(0, 5).join(", ")}${who.length > 5 ? ", ..." : ""})`}: ${models.join("; ")}.`;
  incident.evidence = alerts.slice(-MOST_CLAIMS).map((a) => ({ claim: a.title, events: a.events.slice(0, 10).map((e) => eventId(e)) }));
  const indicators = new Map<string, { type: string; value: string }>();
  for (const alert of alerts) {
    for (const peer of alert.peers) {
      if (peer.hostname !== undefined) indicators.set(`host ${peer.hostname}`, { type: "hostname", value: peer.hostname });
      else if (peer.ip !== undefined && !entities.has(peer.ip)) indicators.set(`ip ${peer.ip}`, { type: "ip", value: peer.ip });
    }
  }
  incident.iocs = [...indicators.values()].slice(0, MOST_INDICATORS);
}
