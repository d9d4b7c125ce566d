import { contentId } from "../base/hash.ts";
import type { ActionTarget } from "../schema/action.ts";
import type { Alert } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";
import { flowsOf, isProven, itemsOf } from "./evidence.ts";
import type { KindSpec } from "./kind-spec.ts";
import type { KindRegistry } from "./kinds.ts";
import { isModel } from "./modes.ts";
import { type Customs, flowKey } from "./ports.ts";
import type { Response, Trigger } from "./response-file.ts";

/** What should be done, before mode and safety have had their say. */
export interface Plan {
  /** The same alert leads to the same id, so that what is read again after a crash is planned once. */
  id: string;
  kind: KindSpec;
  target: ActionTarget;
  seconds: number;
  /** Seconds that a proposal waits for an answer. */
  offer: number;
  mode: Response["mode"];
  alert: string;
  model: string;
  response: string;
  reason: string;
  time: number;
  /** Its file lets it cut customary connections. */
  costly: boolean;
  /** At least one record proves that the entity itself spoke. */
  proven: boolean;
}

/** What is remembered of an alert, for responses over several. */
interface Seen {
  id: string;
  model: string;
  time: number;
  alert: Alert;
}

const KEEP = 64;
const MAX_ENTITIES = 50_000;
/** Days of customs without which ports of a device are not held. */
const LEARNED = 3;
/** Devices that one alert may lead to an action on, where those are meant that it reached. */
const MAX_REACHED = 8;
/** Peers' customs that a confined device keeps, beside its own. */
const MAX_ALLOWED = 512;

export interface PlannerOptions {
  kinds: KindRegistry;
  customs: Customs;
  /** Other addresses of the entity now. */
  addresses(ref: EntityRef): readonly string[];
  /** The own device behind an address now, for responses on what was reached. Left out: none is known. */
  deviceAt?(ip: string): EntityRef | undefined;
  /** Its roles and tags: some kinds are not for every user. Left out: none is known. */
  tags?(ref: EntityRef): readonly string[];
}

/**
 * Alerts in, plans out, by the files of content/responses. Pure: no clock, no disk. Holds the last 64 alerts of each of 50,000 entities for responses
 * over several of them. Cost: some 20 µs an alert.
 */
export class Planner {
  #responses: readonly Response[];
  readonly #o: PlannerOptions;
  readonly #seen = new Map<string, Seen[]>();

  constructor(responses: readonly Response[], options: PlannerOptions) {
    this.#responses = responses;
    this.#o = options;
  }

  get responses(): readonly Response[] {
    return this.#responses;
  }

  replace(responses: readonly Response[]): void {
    this.#responses = responses;
  }

  /** Alerts of before a restart: remembered, not planned for. */
  remember(alert: Alert): void {
    const list = this.#seen.get(alert.entity.id) ?? [];
    this.#seen.delete(alert.entity.id);
    this.#seen.set(alert.entity.id, [...list, { id: alert.id, model: alert.model, time: alert.time, alert }].slice(-KEEP));
    if (this.#seen.size > MAX_ENTITIES) this.#seen.delete(this.#seen.keys().next().value as string);
  }

  /** Plans that this alert completes, the softest kind first. */
  plan(alert: Alert): Plan[] {
    this.remember(alert);
    const plans: Plan[] = [];
    for (const response of this.#responses) {
      if (response.mode === "off") continue;
      const with_ = this.#completes(response, alert);
      if (with_ === undefined) continue;
      for (const entity of response.on === "reached" ? this.#reached(with_) : [alert.entity]) {
        const plan = this.#make(response, alert, with_, entity);
        if (plan !== undefined) plans.push(plan);
      }
    }
    return plans.sort((a, b) => a.kind.severity - b.kind.severity || (a.response < b.response ? -1 : 1));
  }

  /** The alerts that together complete the response, `alert` among them; undefined when they do not. */
  #completes(response: Response, alert: Alert): readonly Alert[] | undefined {
    const { when } = response;
    if ("any" in when) return when.any.some((t) => meets(t, alert)) ? [alert] : undefined;
    const list = (this.#seen.get(alert.entity.id) ?? []).filter((s) => alert.time - s.time <= when.within * 1_000 && s.time <= alert.time);
    if ("all" in when) {
      if (!when.all.some((t) => meets(t, alert))) return undefined;
      const found = when.all.map((t) => list.findLast((s) => meets(t, s.alert)));
      return found.every((s) => s !== undefined) && new Set(found.map((s) => s?.id)).size === found.length ? found.map((s) => s?.alert as Alert) : undefined;
    }
    const last = when.sequence.at(-1);
    if (last === undefined || !meets(last, alert)) return undefined;
    const chain: Alert[] = [alert];
    let before = list.length - 1;
    for (let step = when.sequence.length - 2; step >= 0; step--) {
      const trigger = when.sequence[step] as Trigger;
      while (before >= 0 && (chain.some((a) => a.id === list[before]?.id) || !meets(trigger, (list[before] as Seen).alert))) before--;
      if (before < 0) return undefined;
      chain.unshift((list[before] as Seen).alert);
      before--;
    }
    return chain;
  }

  /** Own devices towards which the alerts' entity began the connections that they cite. */
  #reached(chain: readonly Alert[]): EntityRef[] {
    const found = new Map<string, EntityRef>();
    for (const { entity, events } of chain) {
      for (const { src, dst } of events) {
        const device = dst === undefined || src === undefined || src !== entity.ip ? undefined : this.#o.deviceAt?.(dst);
        if (device !== undefined && device.id !== entity.id) found.set(device.id, device);
      }
    }
    return [...found.values()].slice(0, MAX_REACHED);
  }

  #make(response: Response, alert: Alert, chain: readonly Alert[], entity: EntityRef): Plan | undefined {
    const kind = this.#o.kinds.get(response.action);
    if (kind === undefined || !kind.entities.includes(entity.kind)) return undefined;
    const tags = this.tagsOf(entity, chain);
    if (kind.notFor?.(entity, tags) !== undefined) return undefined;
    const target = this.target(kind, entity, alert.time, chain, response.scope);
    if (target === undefined) return undefined;
    const asks = response.mode === "autonomous" && response.asks.some((role) => tags.includes(role));
    const others = chain.filter((a) => a.id !== alert.id).map((a) => a.model);
    return {
      id: entity === alert.entity ? contentId("action", alert.id, kind.id, response.path) : contentId("action", alert.id, kind.id, response.path, entity.id),
      kind,
      target,
      seconds: response.duration ?? kind.seconds,
      offer: response.offer,
      mode: asks ? "confirm" : response.mode,
      alert: alert.id,
      model: alert.model,
      response: response.path,
      reason: `${alert.title}${others.length === 0 ? "" : ` (after ${others.join(", ")})`}`,
      time: alert.time,
      costly: response.costly,
      proven: chain.some(isProven),
    };
  }

  /** What is known of an entity: its roles, and of a user what the latest record says of it. */
  tagsOf(entity: EntityRef, alerts: readonly Pick<Alert, "events">[]): readonly string[] {
    return userTags(alerts, this.#o.tags?.(entity) ?? []);
  }

  /** What a kind would touch of an entity; undefined when there is nothing that it could. Persons' actions are made by it too. */
  target(
    kind: KindSpec,
    entity: EntityRef,
    time: number,
    alerts: readonly Pick<Alert, "events" | "peers">[],
    scope: Response["scope"],
  ): ActionTarget | undefined {
    if (kind.reach === "flows") {
      const flows = new Map(alerts.flatMap((a) => flowsOf(a, entity, scope)).map((f) => [flowKey(f), f]));
      return flows.size === 0 ? undefined : { entity, flows: [...flows.values()] };
    }
    if (kind.reach === "messages" || kind.reach === "links") {
      const items = itemsOf(alerts, kind.reach);
      return items.length === 0 ? undefined : { entity, items };
    }
    if (kind.reach === "entity" && kind.way === undefined) return { entity };
    const addresses = this.#o.addresses(entity);
    if (addresses.length === 0 && (entity.kind === "device" || entity.kind === "external")) return undefined;
    if (kind.ports !== undefined) return this.#portsOf(kind.ports, entity, addresses, time);
    const flows = addresses.flatMap((ip) => [...(kind.way === "in" ? [] : [{ src: ip }]), ...(kind.way === "out" ? [] : [{ dst: ip }])]);
    if (kind.reach === "entity") return { entity, flows };
    const { customs } = this.#o;
    const usual = [...customs.usualOf(entity.id, time)];
    if (kind.id === "enforce-group-pattern") {
      // A peer's habit is allowed to this device from its own address.
      for (const f of customs.usualOfPeers(entity.id, time))
        for (const src of addresses) if (src.includes(":") === f.dst.includes(":")) usual.push({ ...f, src });
    }
    if (usual.length === 0) return undefined;
    const allowed = new Map(usual.slice(0, MAX_ALLOWED).map(({ src, dst, port, proto }) => [flowKey({ src, dst, port, proto }), { src, dst, port, proto }]));
    return { entity, flows, allowed: [...allowed.values()] };
  }

  /** These ports inside, but for what is customary there to the device, or to many: whoever comes anew needs the file server too. */
  #portsOf(ports: readonly number[], entity: EntityRef, addresses: readonly string[], time: number): ActionTarget | undefined {
    const { customs } = this.#o;
    // Before, what is done every day is not customary yet, and all of it would be refused.
    if (customs.learnedDays(time) < LEARNED) return undefined;
    const flows = addresses.flatMap((src) => ports.map((port) => ({ src, port, proto: "tcp" as const, inside: true as const })));
    const own = customs.usualOf(entity.id, time).filter((u) => u.proto === "tcp" && ports.includes(u.port) && addresses.includes(u.src));
    const common = customs.commonAt(ports, time);
    if (own.length === 0 && common.length === 0) return undefined;
    const list = [
      ...own,
      ...addresses.flatMap((src) => common.filter((c) => c.dst !== src && c.dst.includes(":") === src.includes(":")).map((c) => ({ ...c, src }))),
    ];
    const allowed = new Map(list.map(({ src, dst, port }) => [`${src} ${dst} ${port}`, { src, dst, port, proto: "tcp" as const }]));
    return { entity, flows, allowed: [...allowed.values()].slice(0, MAX_ALLOWED) };
  }
}

/** What the records say of the user counts before what is known otherwise: the same address may be a guest here and a stranger in chat. */
function userTags(chain: readonly Pick<Alert, "events">[], known: readonly string[]): readonly string[] {
  const said = chain.at(-1)?.events.find((e) => e.family === "saas");
  return said?.family === "saas" && said.userKind !== undefined ? [...known.filter((t) => t !== "foreign"), said.userKind] : known;
}

export function meets(trigger: Trigger, alert: Alert): boolean {
  const { model, minScore, minPriority, tag, family, entity, userKind } = trigger;
  return (
    (model === undefined || isModel(model, alert.model)) &&
    (minScore === undefined || alert.score >= minScore) &&
    (minPriority === undefined || alert.priority >= minPriority) &&
    (tag === undefined || alert.tags.includes(tag)) &&
    (family === undefined || alert.events.some((e) => e.family === family)) &&
    (entity === undefined || alert.entity.kind === entity) &&
    (userKind === undefined || alert.events.some((e) => e.family === "saas" && e.userKind === userKind))
  );
}
