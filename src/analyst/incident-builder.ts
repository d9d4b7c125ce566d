import { contentId } from "../base/hash.ts";
import { DAY, HOUR } from "../base/time.ts";
import type { Alert, Incident } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";
import { DayBudget } from "./day-budget.ts";
import { describeIncident } from "./describe-incident.ts";
import { IncidentIndex } from "./incident-index.ts";
import { keysOf, linksOf } from "./links.ts";
import { kindOf, ModelNoise, pairKind } from "./model-noise.ts";
import { type SavedBuilder, savedBuilder } from "./saved-builder.ts";
import { type Judged, type Verdict, Verdicts } from "./verdicts.ts";

/** Alerts further apart than this do not join by themselves: a campaign that pauses for a night still does. */
const JOIN_WITHIN = 12 * HOUR;
/** What bears the same odd value does over a night too. */
const VALUE_WITHIN = 36 * HOUR;
/** What a throttle held back is told up to a day later, with the time at which it was so: its incident waits for it. */
const LATE = DAY;
/** An incident older than this takes no further alerts, so that a noisy device does not grow one for ever. */
const MAX_SPAN = 7 * DAY;
/** What more incidents than this are known under (a proxy, a DNS server, an administrator) joins nothing any more. */
const MAX_FAN_IN = 4;
const MOST_WAITING = 50;

export interface OpenIncident {
  incident: Incident;
  alerts: Alert[];
  ids: Set<string>;
  entities: Map<string, EntityRef>;
  last: number;
}

/** What happened to incidents since the last call. */
export interface Settled {
  /** New, grown, or with another place in the day's ranking. */
  changed: Incident[];
  /** Ids that went into older incidents: their alerts are there. */
  gone: string[];
}

/**
 * Alerts become incidents. An alert joins the open incident of its entity, of an entity that it names or that named it, of its user, or of
 * those that bear the same odd value (within 36 hours; all else within 12); what joins two merges the younger into the older, with all that it holds.
 * An incident starts with an alert of priority 2 or more whose model is neither noisy (see ModelNoise) nor was judged benign there; others wait, and
 * come along when a second model agrees or something stronger comes. No alert is lost: what waits stays an alert.
 *
 * Memory: alerts of open incidents, closed ones for as long as `keepClosedFor` says (default: all). Cost: about 10 us an alert.
 */
export class IncidentBuilder {
  readonly #index = new IncidentIndex<OpenIncident>();
  readonly #open = new Map<string, OpenIncident>();
  readonly #waiting = new Map<string, Alert[]>();
  readonly #noise = new ModelNoise();
  readonly #verdicts = new Verdicts();
  readonly #day = new DayBudget();
  #closed: Incident[] = [];
  #dirty = new Set<OpenIncident>();
  #changed = new Set<Incident>();
  #gone: string[] = [];
  /** Incidents that a person took apart: nothing joins them again by itself. Pairs of ids. */
  readonly #apart = new Set<string>();
  #keep = Number.POSITIVE_INFINITY;
  #budget = 5;
  #now = Number.NEGATIVE_INFINITY;

  /** Closed incidents are forgotten this long after their day; the live platform has them in its store. */
  keepClosedFor(ms: number): void {
    this.#keep = ms;
  }

  /** Incidents a day that the organisation wants to see: from it follows what is noisy. */
  set budget(perDay: number) {
    this.#budget = perDay;
  }

  /** The incident that took the alert, or undefined while it is too weak to make one. Sets `alert.incident`. */
  add(alert: Alert): Incident | undefined {
    this.#now = Math.max(this.#now, alert.time);
    this.#close(this.#now - JOIN_WITHIN - LATE);
    const kind = kindOf(alert);
    this.#noise.watch(alert.time);
    const doubtful = alert.priority < 2 || this.#noise.isNoisy(kind, alert.score, this.#budget) || this.#verdicts.weight(alert) < 1;
    this.#day.watch(alert.time);
    let target = this.#find(keysOf(alert.entity), alert.time);
    // What is doubtful begins nothing and brings no two together, but goes along with what names it.
    if (!doubtful || (target === undefined && alert.priority >= 2)) {
      const links = linksOf(alert);
      const others = [...links.peers, ...links.values, ...keysOf(alert.entity).map((k) => `named:${k}`)];
      for (const key of others) {
        const other = this.#find([key], alert.time, links.values.includes(key) ? VALUE_WITHIN : JOIN_WITHIN);
        if (other === undefined || other === target || (target !== undefined && (doubtful || this.#isApart(target, other)))) continue;
        target = target === undefined ? other : this.#merge(target, other);
      }
    }
    // Counted is what would begin an incident: what goes into one that is there takes no attention of its own.
    if (alert.priority >= 2 && target === undefined) this.#noise.learn(kind, alert);
    if (target === undefined) {
      const waiting = (this.#waiting.get(alert.entity.id) ?? []).filter((a) => a.time >= alert.time - JOIN_WITHIN);
      const agreed = this.#agree(alert, kind, waiting);
      if (doubtful && !agreed) {
        this.#waiting.set(alert.entity.id, [...waiting, alert].slice(-MOST_WAITING));
        return undefined;
      }
      this.#waiting.delete(alert.entity.id);
      target = this.#start(contentId("incident", (waiting[0] ?? alert).id), waiting[0] ?? alert);
      for (const earlier of waiting) this.#take(target, earlier);
    }
    this.#take(target, alert);
    return target.incident;
  }

  /** Another model waits on the same entity, and the two do not come together as often as one alone may come. */
  #agree(alert: Alert, kind: string, waiting: readonly Alert[]): boolean {
    if (alert.priority < 2) return false;
    let agreed = false;
    const others = new Map(waiting.filter((a) => a.priority >= 2 && a.model !== alert.model).map((a) => [kindOf(a), a]));
    for (const [other, earlier] of others) {
      const pair = pairKind(kind, other);
      const score = Math.min(100, alert.score + earlier.score);
      if (!this.#noise.isNoisy(pair, score, this.#budget)) agreed = true;
      this.#noise.learn(pair, { score, time: alert.time, entity: alert.entity });
    }
    return agreed;
  }

  /** Puts alerts of an open incident into one of their own; undefined when it is not open or would keep none. Nothing is lost: together they hold what it held. */
  split(id: string, alerts: readonly string[]): Incident | undefined {
    const open = this.#open.get(id);
    const out = open?.alerts.filter((a) => alerts.includes(a.id)) ?? [];
    const [first] = out;
    if (open === undefined || first === undefined || out.length === open.alerts.length) return undefined;
    const rest = open.alerts.filter((a) => !out.includes(a));
    const apart = this.#start(contentId("incident", first.id, id), first);
    this.#apart.add(pairOf(id, apart.incident.id));
    this.#index.forget(open);
    open.alerts = [];
    open.ids = new Set();
    open.entities = new Map();
    for (const alert of rest) this.#take(open, alert);
    for (const alert of out) this.#take(apart, alert);
    return apart.incident;
  }

  /** Joins one open incident into another, with all that it holds; undefined when one of them is not open, or they are one. */
  join(id: string, other: string): Incident | undefined {
    const into = this.#open.get(id);
    const from = this.#open.get(other);
    if (into === undefined || from === undefined || into === from) return undefined;
    this.#apart.delete(pairOf(id, other));
    return this.#merge(into, from, into).incident;
  }

  #isApart(a: OpenIncident, b: OpenIncident): boolean {
    return this.#apart.has(pairOf(a.incident.id, b.incident.id));
  }

  /** It still takes alerts. */
  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  /** An analyst's judgement of an incident, open or long closed; `undefined` takes it back. Changes weights from now on and the score of open incidents. */
  judge(id: string, judged: Omit<Judged, "incident"> | undefined): void {
    const before = this.#verdicts.of(id);
    this.#verdicts.set(id, judged);
    const isOver = !this.#open.has(id);
    // Incidents are part of chance from their end on: an attack never is.
    if (isOver && judged !== undefined && judged.verdict === "attack" && before !== "attack") this.#day.learn(judged, this.#now, -1);
    if (isOver && before === "attack" && judged !== undefined && judged.verdict !== "attack") this.#day.learn(judged, this.#now);
    for (const open of this.#open.values()) this.#dirty.add(open);
  }

  verdict(id: string): Verdict | undefined {
    return this.#verdicts.of(id);
  }

  /** Writes what changed, ranks the days anew, and says which incidents are other than at the last call. */
  settle(perDay: number): Settled {
    const all = this.list(perDay);
    const changed = all.filter((i) => this.#changed.has(i));
    const gone = this.#gone;
    this.#changed = new Set();
    this.#gone = [];
    this.#forget();
    return { changed, gone };
  }

  /** All incidents that are held, oldest first; those beyond `perDay` on their day by score are marked over budget. */
  list(perDay: number): Incident[] {
    for (const open of this.#dirty) this.#describe(open);
    this.#dirty.clear();
    const all = [...this.#closed, ...[...this.#open.values()].map((o) => o.incident)];
    const before = new Map(all.map((i) => [i, i.overBudget]));
    this.#day.mark(all, perDay);
    for (const incident of all) if (before.get(incident) !== incident.overBudget) this.#changed.add(incident);
    return all.sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
  }

  /** Expected share of chance among the incidents of a day that are within the budget, 0-1; undefined in the first week or when there is none. */
  falseShare(scores: readonly number[]): number | undefined {
    return this.#day.falseShare(scores);
  }

  save(): SavedBuilder {
    for (const open of this.#dirty) this.#describe(open);
    this.#dirty.clear();
    return {
      open: [...this.#open.values()].map((o) => ({ incident: o.incident, alerts: o.alerts, last: o.last, entities: [...o.entities] })),
      waiting: [...this.#waiting],
      closed: Number.isFinite(this.#keep) ? this.#closed : [],
      noise: this.#noise.save(),
      verdicts: this.#verdicts.save(),
      chance: this.#day.save(),
      now: Number.isFinite(this.#now) ? this.#now : null,
      apart: [...this.#apart],
    };
  }

  /** States of earlier versions lack what these did not know; nothing of what they hold is lost. */
  load(state: unknown): void {
    const saved = savedBuilder(state);
    this.#open.clear();
    this.#index.clear();
    this.#waiting.clear();
    for (const o of saved.open) {
      const open: OpenIncident = { ...o, entities: new Map(o.entities), ids: new Set(o.alerts.map((a) => a.id)) };
      this.#open.set(open.incident.id, open);
      for (const alert of open.alerts) this.#indexAlert(open, alert);
    }
    for (const [key, alerts] of saved.waiting) this.#waiting.set(key, alerts);
    this.#closed = saved.closed;
    this.#noise.load(saved.noise);
    this.#verdicts.load(saved.verdicts);
    if (saved.chance !== undefined) this.#day.load(saved.chance);
    this.#now = saved.now ?? Number.NEGATIVE_INFINITY;
    this.#apart.clear();
    for (const pair of saved.apart ?? []) this.#apart.add(pair);
  }

  #describe(open: OpenIncident): void {
    describeIncident(open.incident, open.alerts, open.entities, (a) => this.#verdicts.weight(a));
    this.#changed.add(open.incident);
  }

  #find(keys: readonly string[], time: number, within = JOIN_WITHIN): OpenIncident | undefined {
    return this.#index.oldest(keys, MAX_FAN_IN, (o) => time - o.last <= within && o.incident.start - time <= within && time - o.incident.start <= MAX_SPAN);
  }

  #start(id: string, first: Alert): OpenIncident {
    const incident: Incident = {
      id,
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
    };
    const open: OpenIncident = { incident, alerts: [], ids: new Set(), entities: new Map(), last: first.time };
    this.#open.set(id, open);
    return open;
  }

  #take(open: OpenIncident, alert: Alert): void {
    if (open.ids.has(alert.id)) return;
    open.ids.add(alert.id);
    open.alerts.push(alert);
    open.last = Math.max(open.last, alert.time);
    open.entities.set(alert.entity.id, alert.entity);
    this.#indexAlert(open, alert);
    alert.incident = open.incident.id;
    this.#dirty.add(open);
  }

  /** Own devices on the other side belong to the story; outside addresses are indicators, which join nobody unless an alert says that they are odd. */
  #indexAlert(open: OpenIncident, alert: Alert): void {
    const links = linksOf(alert);
    for (const key of keysOf(alert.entity)) this.#index.put(key, open);
    for (const key of links.values) this.#index.put(key, open);
    for (const key of links.peers) this.#index.put(`named:${key}`, open);
  }

  #merge(a: OpenIncident, b: OpenIncident, into?: OpenIncident): OpenIncident {
    const [keep, gone] = into === a || (into === undefined && a.incident.start <= b.incident.start) ? [a, b] : [b, a];
    this.#open.delete(gone.incident.id);
    this.#dirty.delete(gone);
    this.#changed.delete(gone.incident);
    this.#gone.push(gone.incident.id);
    this.#index.forget(gone);
    for (const alert of gone.alerts) this.#take(keep, alert);
    return keep;
  }

  #close(before: number): void {
    for (const [id, open] of this.#open) {
      if (open.last >= before) continue;
      this.#open.delete(id);
      if (this.#dirty.delete(open)) this.#describe(open);
      this.#closed.push(open.incident);
      if (this.#verdicts.of(id) !== "attack") this.#day.learn(open.incident, open.last);
      this.#index.forget(open);
      for (const pair of this.#apart) if (pair.includes(id)) this.#apart.delete(pair);
    }
    for (const [entity, alerts] of this.#waiting) if ((alerts.at(-1)?.time ?? 0) < before) this.#waiting.delete(entity);
  }

  #forget(): void {
    if (!Number.isFinite(this.#keep)) return;
    this.#closed = this.#closed.filter((i) => this.#now - i.start <= this.#keep || this.#now - i.end <= this.#keep);
  }
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
