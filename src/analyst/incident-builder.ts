import { contentId } from "../base/hash.ts";
import { DAY, HOUR } from "../base/time.ts";
import type { Alert, Incident } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";
import { eventId } from "../schema/event.ts";

/** Alerts further apart than this do not join by themselves: a campaign that pauses for a night still does. */
const JOIN_WITHIN = 12 * HOUR;
/** An incident older than this takes no further alerts, so that a noisy device does not grow one for ever. */
const MAX_SPAN = 7 * DAY;
/** Entities that more incidents than this point at (a proxy, a DNS server) no longer join anything by being a peer. */
const MAX_PEER_FANIN = 4;

interface Open {
  incident: Incident;
  alerts: Alert[];
  entities: Map<string, EntityRef>;
  ids: Set<string>;
  last: number;
}

/**
 * First form of grouping: an alert joins the open incident of its entity, else one whose entity is an own device it names as
 * peer (or that named it), within 12 hours. What joined two incidents merges the younger into the older.
 * One alert of priority 0-1 alone makes no incident; it stays an alert until something of priority 2 or more joins it.
 * The learning core's issue brings budgets that hold over organisations, splitting, and noisy-model limits.
 */
export class IncidentBuilder {
  readonly #open = new Map<string, Open>();
  readonly #byEntity = new Map<string, Set<string>>();
  readonly #waiting = new Map<string, Alert[]>();
  readonly #closed: Incident[] = [];
  readonly #dirty = new Set<Open>();
  #changedWhenClosed: Incident[] = [];
  #merged: string[] = [];

  /** The incident that took the alert, or undefined while it is too weak to make one. Sets `alert.incident`. */
  add(alert: Alert): Incident | undefined {
    this.#close(alert.time - JOIN_WITHIN);
    const own = this.#pick(alert.entity.id, alert.time);
    let target = own;
    if (alert.priority >= 2) {
      for (const peer of peersOf(alert)) {
        const other = this.#pick(peer, alert.time);
        if (other === undefined || other === target || (this.#byEntity.get(peer)?.size ?? 0) > MAX_PEER_FANIN) continue;
        target = target === undefined ? other : this.#merge(target, other);
      }
    }
    if (target === undefined) {
      const waiting = (this.#waiting.get(alert.entity.id) ?? []).filter((a) => a.time >= alert.time - JOIN_WITHIN);
      if (alert.priority < 2) {
        this.#waiting.set(alert.entity.id, [...waiting, alert].slice(-50));
        return undefined;
      }
      this.#waiting.delete(alert.entity.id);
      target = this.#start(waiting[0] ?? alert);
      for (const earlier of waiting) this.#take(target, earlier);
    }
    this.#take(target, alert);
    return target.incident;
  }

  /** Incidents that changed since the last call, described anew. */
  changed(): Incident[] {
    const out = this.#changedWhenClosed;
    this.#changedWhenClosed = [];
    for (const open of this.#dirty) {
      describe(open);
      out.push(open.incident);
    }
    this.#dirty.clear();
    return out;
  }

  /** Ids of incidents that went into older ones since the last call. */
  mergedAway(): string[] {
    const out = this.#merged;
    this.#merged = [];
    return out;
  }

  /** All incidents since start or load, oldest first; those beyond `perDay` on their day by score are marked over budget. */
  list(perDay: number): Incident[] {
    this.changed();
    const all = [...this.#closed, ...[...this.#open.values()].map((o) => o.incident)];
    const byDay = new Map<number, Incident[]>();
    for (const incident of all) {
      const day = Math.floor(incident.start / DAY);
      byDay.set(day, [...(byDay.get(day) ?? []), incident]);
    }
    for (const incidents of byDay.values()) {
      incidents.sort((a, b) => b.score - a.score || a.start - b.start || (a.id < b.id ? -1 : 1));
      incidents.forEach((incident, i) => {
        incident.overBudget = i >= perDay;
      });
    }
    return all.sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
  }

  save(): unknown {
    return {
      open: [...this.#open.values()].map((o) => ({ incident: o.incident, alerts: o.alerts, last: o.last, entities: [...o.entities] })),
      waiting: [...this.#waiting],
    };
  }

  load(state: unknown): void {
    const saved = state as { open: (Omit<Open, "entities" | "ids"> & { entities: [string, EntityRef][] })[]; waiting: [string, Alert[]][] };
    this.#open.clear();
    this.#byEntity.clear();
    this.#waiting.clear();
    for (const o of saved.open) {
      const open: Open = { ...o, entities: new Map(o.entities), ids: new Set(o.alerts.map((a) => a.id)) };
      this.#open.set(open.incident.id, open);
      for (const entity of open.entities.values()) this.#index(entity, open.incident.id);
    }
    for (const [key, alerts] of saved.waiting) this.#waiting.set(key, alerts);
  }

  #pick(entity: string, time: number): Open | undefined {
    let best: Open | undefined;
    for (const id of this.#byEntity.get(entity) ?? []) {
      const open = this.#open.get(id);
      if (open === undefined || time - open.last > JOIN_WITHIN || time - open.incident.start > MAX_SPAN) continue;
      if (best === undefined || open.incident.start < best.incident.start) best = open;
    }
    return best;
  }

  #start(first: Alert): Open {
    const open: Open = {
      incident: {
        id: contentId("incident", first.id),
        overBudget: false,
        title: "",
        summary: "",
        category: "suspicious",
        score: 0,
        start: first.time,
        end: first.time,
        entities: [],
        alerts: [],
        phases: [],
        mitre: [],
        iocs: [],
        evidence: [],
      },
      alerts: [],
      entities: new Map(),
      ids: new Set(),
      last: first.time,
    };
    this.#open.set(open.incident.id, open);
    return open;
  }

  #take(open: Open, alert: Alert): void {
    if (open.ids.has(alert.id)) return;
    open.ids.add(alert.id);
    open.alerts.push(alert);
    open.last = Math.max(open.last, alert.time);
    open.entities.set(alert.entity.id, alert.entity);
    this.#index(alert.entity, open.incident.id);
    // Own devices on the other side belong to the story; outside addresses are indicators, not entities that join others.
    alert.incident = open.incident.id;
    this.#dirty.add(open);
  }

  #merge(a: Open, b: Open): Open {
    const [keep, gone] = a.incident.start <= b.incident.start ? [a, b] : [b, a];
    this.#open.delete(gone.incident.id);
    this.#dirty.delete(gone);
    this.#merged.push(gone.incident.id);
    for (const entity of gone.entities.values()) this.#forget(entity, gone.incident.id);
    for (const alert of gone.alerts) this.#take(keep, alert);
    return keep;
  }

  /** Found by id and by address: peers are named by address. */
  #index(entity: EntityRef, incident: string): void {
    for (const key of entity.ip === undefined || entity.ip === entity.id ? [entity.id] : [entity.id, entity.ip]) {
      const set = this.#byEntity.get(key) ?? new Set();
      set.add(incident);
      this.#byEntity.set(key, set);
    }
  }

  #forget(entity: EntityRef, incident: string): void {
    for (const key of [entity.id, entity.ip]) {
      const set = key === undefined ? undefined : this.#byEntity.get(key);
      set?.delete(incident);
      if (set?.size === 0) this.#byEntity.delete(key ?? "");
    }
  }

  #close(before: number): void {
    for (const [id, open] of this.#open) {
      if (open.last >= before) continue;
      this.#open.delete(id);
      if (this.#dirty.delete(open)) describe(open);
      this.#changedWhenClosed.push(open.incident);
      this.#closed.push(open.incident);
      for (const entity of open.entities.values()) this.#forget(entity, id);
    }
  }
}

function peersOf(alert: Alert): string[] {
  const out: string[] = [];
  for (const peer of alert.peers) if (peer.ip !== undefined && peer.ip !== alert.entity.ip) out.push(peer.ip);
  return out;
}

/** Writes the incident's words and figures from its alerts: nothing here that no alert says. */
function describe(open: Open): void {
  const { incident } = open;
  const alerts = open.alerts.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  const top = alerts.reduce((best, a) => (a.score > best.score || (a.score === best.score && a.priority > best.priority) ? a : best));
  const models = [...new Set(alerts.map((a) => a.model))];
  incident.title = top.title;
  incident.start = alerts[0]?.time ?? incident.start;
  incident.end = alerts.at(-1)?.time ?? incident.end;
  incident.entities = [...open.entities.values()];
  incident.alerts = alerts.map((a) => a.id);
  incident.mitre = [...new Set(alerts.flatMap((a) => a.mitre))].sort();
  incident.phases = [...new Set(alerts.flatMap((a) => a.tags.filter((t) => t.startsWith("phase:")).map((t) => t.slice(6))))];
  // Different models agreeing on one entity is what makes a story; repeats of one add nothing.
  const rest = models.length - 1;
  incident.score = Math.min(100, Math.round(top.score + (100 - top.score) * (1 - 0.85 ** rest)));
  const worst = alerts.some((a) => a.category === "Critical") ? "critical" : alerts.every((a) => a.compliance) ? "compliance" : "suspicious";
  incident.category = worst;
  const who = incident.entities.map((e) => e.hostname ?? e.ip ?? e.id);
  incident.summary = `${models.length === 1 ? "One model" : `${models.length} models`} on ${who.length === 1 ? who[0] : `${who.length} entities (${who.slice(0, 5).join(", ")}${who.length > 5 ? ", ..." : ""})`}: ${models.join("; ")}.`;
  incident.evidence = alerts.slice(-50).map((a) => ({ claim: a.title, events: a.events.slice(0, 10).map((e) => eventId(e)) }));
  const iocs = new Map<string, { type: string; value: string }>();
  for (const alert of alerts) {
    for (const peer of alert.peers) {
      if (peer.hostname !== undefined) iocs.set(`host ${peer.hostname}`, { type: "hostname", value: peer.hostname });
      else if (peer.ip !== undefined && !open.entities.has(peer.ip)) iocs.set(`ip ${peer.ip}`, { type: "ip", value: peer.ip });
    }
  }
  incident.iocs = [...iocs.values()].slice(0, 100);
}
