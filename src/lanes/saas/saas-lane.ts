import { TenantIds } from "../../baseline/users/tenant-ids.ts";
import { UserLife, type UserLifeOptions } from "../../baseline/users/user-life.ts";
import type { EntityRef } from "../../schema/entity.ts";
import type { EventOf, NetEvent } from "../../schema/event.ts";
import type { Family } from "../../schema/families.ts";
import type { Facts } from "../../schema/observation.ts";
import { IdTable } from "../id-table.ts";
import { ADVANCE_STEP, emptyResult, type Lane, type LaneResult, type Models, WEIGHT_AFTER_ALERT } from "../lane.ts";
import { EventObservation, match, raise, readSaved } from "../tell-models.ts";
import { Identities } from "./identities.ts";

export interface SaasLaneOptions extends UserLifeOptions {
  models: Models;
  mode(): "watch" | "history";
  /** Mail domains of the organisation; none = learned from the records. */
  domains: readonly string[];
  /** The own device behind an address at a time; undefined when the address is not ours. */
  deviceAt?: (ip: string, time: number) => number | undefined;
  weight?: (event: NetEvent) => number;
  latest?: () => number;
}

/** Which record told a message first, whether it brought links, and by whom where that is an id that nobody's name is known of. */
interface Told {
  type: string;
  id: string;
  links: boolean;
  by?: string;
  to?: string | undefined;
}

const MOST_MESSAGES = 200_000;
/** Days of history before a first is news. */
const ESTABLISHED_DAYS = 5;

/**
 * Records of cloud services on their way: who is it -> a copy? -> the same message of another sensor? -> score -> models -> learn.
 * Late records are scored at their own time. Copies by id stop before they are judged; a message that another sensor told before is kept
 * and not counted.
 */
export class SaasLane implements Lane {
  readonly name = "saas";
  readonly families: readonly Family[] = ["saas", "directory"];
  readonly life: UserLife;
  readonly identities: Identities;
  readonly tenantIds = new TenantIds();
  readonly #o: SaasLaneOptions;
  readonly #ids = new IdTable();
  /** Messages by chat and id: which record told it first, and did it bring links. */
  readonly #messages = new Map<string, Told>();
  #clock = Number.NEGATIVE_INFINITY;
  #advanced = Number.NEGATIVE_INFINITY;
  #mode: "watch" | "history" = "history";

  constructor(options: SaasLaneOptions) {
    this.#o = options;
    this.life = new UserLife(options);
    this.identities = new Identities(options.domains);
  }

  get eventTime(): number {
    return this.#clock;
  }

  process(events: readonly NetEvent[]): LaneResult {
    const result = emptyResult(events.length);
    const latest = this.#o.latest?.() ?? Number.POSITIVE_INFINITY;
    const mode = this.#o.mode();
    // What was learned as history may stand in the data again: it is judged there, once.
    if (mode === "watch" && this.#mode === "history") this.#ids.clear();
    this.#mode = mode;
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as NetEvent;
      if (event.family === "directory") {
        this.identities.describe(event);
        this.life.describe(event);
        result.unusual[i] = Number.NaN;
      } else if (event.family === "saas") result.unusual[i] = event.time > latest ? this.#ahead(result) : this.#one(event, result);
    }
    return result;
  }

  #ahead(result: LaneResult): number {
    result.ahead++;
    return Number.NaN;
  }

  #one(event: EventOf<"saas">, result: LaneResult): number {
    if (event.native !== undefined && this.#ids.seen(event.native)) {
      event.duplicateOf = event.native;
      result.copies++;
      return Number.NaN;
    }
    if (event.time > this.#clock) this.#forward(event.time, result);
    const who = this.identities.resolve(event);
    if (who === undefined) return Number.NaN;
    if (who.renamed !== undefined) this.life.rename(who.renamed, who.id);
    event.user = who.id;
    if (event.target !== undefined) event.target = this.identities.canonical(event.target);
    if (event.service === "Exchange" && event.object !== undefined) event.object = this.identities.canonical(event.object);
    if (event.targets !== undefined) event.targets = event.targets.map((t) => this.identities.canonical(t));
    const kind = this.identities.kindOf(event, who.id);
    event.userKind = kind;
    if (event.src !== undefined) event.srcDevice = this.#o.deviceAt?.(event.src, event.time);
    if (this.#isToldAlready(event)) {
      result.duplicates++;
      return Number.NaN;
    }
    const at = event.target?.lastIndexOf("@") ?? -1;
    const targetIsOurs = at < 0 ? undefined : this.identities.isOwnDomain(event.target?.slice(at + 1).toLowerCase() ?? "");
    const facts = this.life.score(event, who.id, kind, this.identities.isOurs(kind), targetIsOurs);
    const unusual = typeof facts.unusual === "number" ? facts.unusual : 0;
    let weight = this.#o.weight?.(event) ?? 1;
    const peer = event.src === undefined ? undefined : { ip: event.src };
    const observation = new EventObservation(event, { kind: "user", id: who.id }, peer, facts, this.life);
    if (this.#mode === "history") this.#o.models.learn(observation);
    else {
      const before = result.alerts.length;
      match(observation, this.#o.models, result.alerts);
      if (result.alerts.length > before) {
        weight *= WEIGHT_AFTER_ALERT;
        this.life.alerted(event);
      }
      this.#notice(event, who.id, kind, facts, unusual, result);
    }
    if (weight > 0) this.life.learn(event, weight);
    if (event.userTenant !== undefined && !this.identities.isOurs(kind)) this.tenantIds.learn(event.userTenant.toLowerCase(), who.id, event.time);
    return unusual;
  }

  /** The audit log and the chat itself tell of one message: whichever comes second only adds what the first lacked. */
  #isToldAlready(event: EventOf<"saas">): boolean {
    if (event.activity !== "message" || event.chat === undefined || event.message === undefined) return false;
    const key = `${event.chat}/${event.message}`;
    let before = this.#messages.get(key);
    const links = (event.links?.length ?? 0) > 0;
    const user = event.user ?? "";
    if (before?.by !== undefined && before.by !== user && user.includes("@")) {
      this.#named(before.by, user);
      if (before.to !== undefined && event.targets?.length === 1 && event.target?.includes("@") === true) this.identities.join(before.to, event.target);
      before = undefined;
    }
    if (before !== undefined && (before.links || !links)) {
      event.duplicateOf = before.id;
      return before.type !== event.type || event.operation === "MessageSent";
    }
    if (this.#messages.size >= MOST_MESSAGES) for (const oldest of this.#messages.keys()) if (this.#messages.delete(oldest)) break;
    this.#messages.set(key, { type: event.type, id: `${event.fileKey}-${event.line}`, links, ...(user.includes("@") ? {} : { by: user, to: event.target }) });
    return false;
  }

  /** The chat told of an id, the log tells of whom. What was said under the id is told anew under the name, so it is not counted twice. */
  #named(id: string, name: string): void {
    if (this.identities.canonical(id) === name) return;
    this.identities.join(id, name);
    this.life.rename(id, name);
    const user = this.life.user(name);
    if (user === undefined) return;
    user.burst = undefined;
    user.slow = undefined;
  }

  #notice(event: EventOf<"saas">, id: string, kind: string, facts: Facts, unusual: number, result: LaneResult): void {
    const entity: EntityRef = { kind: "user", id };
    const say = (feature: string, text: string): void => {
      result.notices.push({ event, entity, feature, text, unusual });
    };
    if (this.life.scored.isNew && (kind === "foreign" || kind === "guest") && (facts.learnedDays as number) > 1)
      say("firstSeen", `New external user ${id}${(facts.tenantDays as number) === 0 ? ", of a tenant never seen before" : ""}.`);
    if ((facts.actorDays as number) < ESTABLISHED_DAYS || kind === "system") return;
    if (facts.countryNovelty !== undefined && (facts.countryNovelty as number) > 0 && facts.networkShared === false)
      say("country", `First activity of ${id} from ${this.life.scored.known[0]?.text ?? "this country"} in ${facts.actorDays} active days.`);
    else if (facts.appNovelty === 3) say("app", `${id} used an application that nobody here used before: ${event.app ?? ""}.`);
  }

  /** Event time passes: models tell what a throttle or a delay held back, also where no other lane has events. */
  #forward(time: number, result: LaneResult): void {
    this.#clock = time;
    if (this.#mode !== "watch" || time - this.#advanced < ADVANCE_STEP) return;
    this.#advanced = time;
    for (const alert of this.#o.models.advance(time)) raise(alert, this.#o.models, result.alerts);
  }

  advance(): LaneResult {
    return emptyResult();
  }

  save(): Uint8Array<ArrayBuffer> {
    const state = {
      version: 1,
      clock: Number.isFinite(this.#clock) ? this.#clock : null,
      life: this.life.save(),
      identities: this.identities.save(),
      tenantIds: this.tenantIds.save(),
      ids: this.#ids.save(),
      messages: [...this.#messages].slice(-20_000),
    };
    return new TextEncoder().encode(JSON.stringify(state));
  }

  load(bytes: Uint8Array): void {
    const state = readSaved<{
      version: number;
      clock: number | null;
      life: ReturnType<UserLife["save"]>;
      identities: unknown;
      tenantIds?: unknown;
      ids: number[];
      messages: [string, Told][];
    }>(bytes, "the learned state of cloud services");
    this.#clock = state.clock ?? Number.NEGATIVE_INFINITY;
    this.life.load(state.life);
    this.identities.load(state.identities);
    this.tenantIds.load(state.tenantIds);
    this.#ids.load(state.ids);
    for (const [key, value] of state.messages) this.#messages.set(key, value);
    this.#mode = this.#o.mode();
  }
}
