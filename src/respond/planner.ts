import { contentId } from "../base/hash.ts";
import type { ActionTarget, FlowMatch } from "../schema/action.ts";
import type { Alert } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";
import { completes } from "./completes.ts";
import { flowsOf, isProven, itemsOf } from "./evidence.ts";
import type { KindSpec } from "./kind-spec.ts";
import type { KindRegistry } from "./kinds.ts";
import { LEARNED_DAYS, type Plan } from "./plan.ts";
import { type Customs, flowKey } from "./ports.ts";
import type { Response } from "./response-file.ts";
import { splitPlan } from "./split-plan.ts";

const KEEP = 64;
const RANK: Readonly<Record<Response["mode"], number>> = { autonomous: 0, confirm: 1, shadow: 2, off: 3 };
const MAX_ENTITIES = 50_000;
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
  /** Protected addresses: what a pattern of life must go on to reach and be reached by. Left out: there are none. */
  spared?(): readonly string[];
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
  readonly #seen = new Map<string, Alert[]>();

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
    this.#seen.set(alert.entity.id, [...list, alert].slice(-KEEP));
    if (this.#seen.size > MAX_ENTITIES) this.#seen.delete(this.#seen.keys().next().value as string);
  }

  /** Plans that this alert completes, the softest kind first; of one kind what would act before what asks, which then need not ask for the same. */
  plan(alert: Alert): Plan[] {
    this.remember(alert);
    const plans: Plan[] = [];
    for (const response of this.#responses) {
      if (response.mode === "off") continue;
      const with_ = completes(response.when, alert, this.#seen.get(alert.entity.id) ?? []);
      if (with_ === undefined) continue;
      for (const entity of response.on === "reached" ? this.#reached(with_) : [alert.entity]) {
        const plan = this.#make(response, alert, with_, entity);
        if (plan !== undefined) plans.push(...splitPlan(plan, this.#o.customs));
      }
    }
    return plans.sort((a, b) => a.kind.severity - b.kind.severity || RANK[a.mode] - RANK[b.mode] || (a.response < b.response ? -1 : 1));
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
    return { entity, flows, allowed: [...allowed.values(), ...this.#spared(addresses, kind.way)] };
  }

  /** Whatever goes on between the device and what is protected. */
  #spared(addresses: readonly string[], way: KindSpec["way"]): FlowMatch[] {
    const ends = this.#o.spared?.() ?? [];
    return addresses.flatMap((ip) =>
      ends
        .filter((end) => end !== ip && end.includes(":") === ip.includes(":"))
        .flatMap((end) =>
          way === "both"
            ? [
                { src: ip, dst: end },
                { src: end, dst: ip },
              ]
            : [{ src: ip, dst: end }],
        ),
    );
  }

  /** These ports inside, but for what is customary there to the device, or to many: whoever comes anew needs the file server too. */
  #portsOf(ports: readonly number[], entity: EntityRef, addresses: readonly string[], time: number): ActionTarget | undefined {
    const { customs } = this.#o;
    // Before, what is done every day is not customary yet, and all of it would be refused.
    if (customs.learnedDays(time) < LEARNED_DAYS) return undefined;
    const flows = addresses.flatMap((src) => ports.map((port) => ({ src, port, proto: "tcp" as const, inside: true as const })));
    const own = customs.usualOf(entity.id, time).filter((u) => u.proto === "tcp" && ports.includes(u.port) && addresses.includes(u.src));
    const common = customs.commonAt(ports, time);
    if (own.length === 0 && common.length === 0) return undefined;
    const list = [
      ...own,
      ...addresses.flatMap((src) => common.filter((c) => c.dst !== src && c.dst.includes(":") === src.includes(":")).map((c) => ({ ...c, src }))),
    ];
    const allowed = new Map(list.map(({ src, dst, port }) => [`${src} ${dst} ${port}`, { src, dst, port, proto: "tcp" as const }]));
    return { entity, flows, allowed: [...[...allowed.values()].slice(0, MAX_ALLOWED), ...this.#spared(addresses, "out")] };
  }
}

/** What the records say of the user counts before what is known otherwise: the same address may be a guest here and a stranger in chat. */
function userTags(chain: readonly Pick<Alert, "events">[], known: readonly string[]): readonly string[] {
  const said = chain.at(-1)?.events.find((e) => e.family === "saas");
  return said?.family === "saas" && said.userKind !== undefined ? [...known.filter((t) => t !== "foreign"), said.userKind] : known;
}
