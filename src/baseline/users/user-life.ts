import type { ZoneClock } from "../../base/time.ts";
import type { EventOf } from "../../schema/event.ts";
import type { Facts, FactValue } from "../../schema/observation.ts";
import { unusualFromP, type Why } from "../../schema/score.ts";
import { combineHarmonic } from "../../stats/combine.ts";
import { chatFacts, type Imitates } from "./chat-facts.ts";
import { learnTenant, type TenantState, tenantFacts, tenantKey } from "./tenants.ts";
import {
  ADDRESS,
  APP,
  appOf,
  CLIENT,
  type CloudEvent,
  CORRESPONDENT,
  COUNTRY,
  clientOf,
  FEATURE_COUNT,
  FEATURE_NAMES,
  hasClientPlace,
  isOwnClient,
  LINK_DOMAIN,
  NETWORK,
  networkOf,
  OPERATION,
  RESOURCE,
  ROLE,
  resourceOf,
  TENANT,
  volumeOf,
} from "./user-features.ts";
import { type Known, rarityOf, UserRarity } from "./user-rarity.ts";
import { UserRollBack, type UserRolledBack } from "./user-roll-back.ts";
import { restoreLife, type Saved, saveLife } from "./user-saving.ts";
import { isAdminActivity, newUser, type Scored, type UserState } from "./user-state.ts";
import { UserVolumes, volumeFacts } from "./user-volumes.ts";
import { userWhy } from "./user-words.ts";

export interface UserLifeOptions {
  zone: ZoneClock;
  place: (ip: string) => { country?: string; asn?: number; asnName?: string } | undefined;
  /** Is the address on a network that the organisation names as its own, its VPN, NAT or proxy? */
  isOwnEgress: (ip: string) => boolean;
  /** Roles that the organisation file gives a user. */
  rolesOf: (user: string) => readonly string[];
  /** Does a domain look like one of ours, a partner's or a brand's without being it? Left out, nobody is asked. */
  imitates?: Imitates;
  /** Users remembered; the longest silent go first. */
  capacity?: number;
}

const HOUR = 3_600_000;
const DAY = 86_400_000;
const MINUTE = 60_000;
const MOST_CHATS = 200_000;
/** A network on which this many users are known says nothing of one of them. */
const SHARED_BY = 5;
/** A user of another tenant counts as new for this long. */
const NEW_FOR = 7 * DAY;
/** Before this long everybody is new. */
const SETTLED = 3 * DAY;

/**
 * The pattern of life of every user of cloud services, of departments and of the organisation, and of everybody outside who takes part.
 * For every event in order of time `score` (facts before learning), then `learn`; `why` in between. Late events are judged at their own
 * time against what is known now. The facts object is one and the same for every event.
 * Memory: about 6 kB a user and 150 B a value that anybody uses; bounded by `capacity` users (default 100,000). Cost: about 6 us a
 * record. Does not see: what one user does under another's name from the same place, at the same hours, in the same amounts.
 */
export class UserLife {
  readonly options: UserLifeOptions;
  readonly users = new Map<string, UserState>();
  readonly tenants = new Map<string, TenantState>();
  readonly rarity = new UserRarity();
  readonly volumes = new UserVolumes();
  readonly #rollBack = new UserRollBack();
  readonly #chats = new Map<string, readonly string[]>();
  /** Addresses from which users of other tenants, new to us, wrote: until when they count. */
  readonly #senderPlaces = new Map<string, number>();
  readonly #facts: Record<string, FactValue> = {};
  readonly scored: Scored = {
    event: undefined,
    user: undefined,
    isNew: false,
    known: new Array<Known | undefined>(FEATURE_COUNT).fill(undefined),
    volume: -1,
    people: [],
    network: undefined,
  };
  first = Number.POSITIVE_INFINITY;

  constructor(options: UserLifeOptions) {
    this.options = options;
  }

  /** What a directory says of a person. */
  describe(event: EventOf<"directory">): void {
    const id = event.user;
    if (id === undefined) return;
    const user = this.#user(id, event.userKind ?? "member", event.time);
    user.name = event.displayName ?? user.name;
    user.title = event.title ?? user.title;
    user.manager = event.manager ?? user.manager;
    if (event.department !== undefined) this.place(user, event.department);
  }

  place(user: UserState, group: string): void {
    if (user.group === group) return;
    this.rarity.moved(user.uses, user.group, group);
    user.group = group;
  }

  user(id: string): UserState | undefined {
    return this.users.get(id);
  }

  /** A user bears a new address from now on; what was learned goes with it. */
  rename(from: string, to: string): void {
    const user = this.users.get(from);
    if (user === undefined || this.users.has(to)) return;
    this.users.delete(from);
    user.id = to;
    this.users.set(to, user);
    this.#rollBack.renamed(from, to);
  }

  /** An alert was made of the event that was scored last; call before `learn`. */
  alerted(event: CloudEvent): void {
    const { scored } = this;
    if (scored.event === event && scored.user !== undefined) this.#rollBack.alerted(scored.user, event.time);
  }

  canRollBack(incident: string, users: readonly string[], start: number, end: number): UserRolledBack[] {
    return this.#rollBack.possible(incident, users, start, end);
  }

  /** Users of an incident that was called an attack forget what they learned since its first alert; see UserRollBack. */
  undoLearning(incident: string, users: readonly string[], start: number, end: number): UserRolledBack[] {
    return this.#rollBack.undo(this.users, this.rarity, incident, users, start, end);
  }

  redoLearning(incident: string): UserRolledBack[] {
    return this.#rollBack.redo(this.users, this.rarity, incident);
  }

  #user(id: string, kind: string, time: number): UserState {
    let user = this.users.get(id);
    if (user === undefined) {
      if (this.users.size >= (this.options.capacity ?? 100_000)) this.#forget();
      user = newUser(id, kind, time);
      this.users.set(id, user);
      this.rarity.joined("");
    }
    return user;
  }

  #forget(): void {
    const old = [...this.users.values()].sort((a, b) => a.last - b.last).slice(0, Math.ceil(this.users.size / 10));
    for (const user of old) this.users.delete(user.id);
  }

  /** Facts of an event, before it is learned. `kind` and `isOurs` are the lane's word on the user. */
  score(event: CloudEvent, id: string, kind: string, isOurs: boolean, targetIsOurs?: boolean): Facts {
    const { scored, options } = this;
    const facts = this.#facts;
    const time = event.time;
    if (time < this.first) this.first = time;
    const user = this.#user(id, kind, time);
    // Whom the directory named before is no less new: nothing of it was seen.
    scored.isNew = user.days === 0;
    if (scored.isNew) {
      user.first = time;
      user.last = time;
    }
    user.kind = kind;
    if (event.userName !== undefined) user.name = event.userName;
    scored.event = event;
    scored.user = user;
    scored.people = this.#people(event, id);
    const day = Math.floor(time / DAY);
    this.volumes.turn(user.volumes, day);
    this.#values(event, user);
    facts.actorKind = kind;
    facts.actorIsOurs = isOurs;
    facts.targetIsOurs = targetIsOurs;
    facts.actorRoles = options.rolesOf(id);
    facts.historyHours = user.activeHours;
    facts.actorAgeDays = Math.max(0, (time - user.first) / DAY);
    facts.actorDays = user.day === day ? user.days - 1 : user.days;
    facts.adminDays = user.adminDay === day ? user.adminDays - 1 : user.adminDays;
    facts.operationDays = scored.known[OPERATION]?.ownDays;
    facts.idleDays = scored.isNew ? undefined : Math.max(0, (time - user.last) / DAY);
    facts.learnedDays = Math.max(0, (time - this.first) / DAY);
    facts.hourP = this.#hourShare(user, time);
    tenantFacts(facts, isOurs ? undefined : this.#tenantOf(id), isOurs, time);
    this.#placeFacts(facts, event, user);
    scored.volume = volumeOf(event);
    volumeFacts(facts, this.volumes, user.volumes, scored.volume, event.items ?? 1);
    chatFacts(facts, event, user, isOurs, scored.people, this.rarity, options.imitates);
    facts.unusual = this.#unusual();
    return facts;
  }

  /** Learns the event that was scored last. */
  learn(event: CloudEvent, weight: number): void {
    const { scored } = this;
    const user = scored.user;
    if (scored.event !== event || user === undefined) return;
    const { time } = event;
    const hour = Math.floor(time / HOUR);
    const day = Math.floor(time / DAY);
    if (user.hour < hour) {
      user.hour = hour;
      user.activeHours++;
      const local = this.options.zone.hourOfWeek(time) % 24;
      user.clock[local] = (user.clock[local] ?? 0) + 1;
    }
    if (user.day < day) {
      user.day = day;
      user.days++;
    }
    if (isAdminActivity(event.activity) && user.adminDay < day) {
      user.adminDay = day;
      user.adminDays++;
    }
    if (time < user.first) user.first = time;
    if (time > user.last) user.last = time;
    const home = event.userTenant?.toLowerCase();
    const tenant = user.kind === "member" ? undefined : tenantKey(this.tenants, user.id, home);
    if (tenant !== undefined) learnTenant(this.tenants, tenant, home, time);
    if (scored.volume >= 0 && user.volumes.day === day) user.volumes.today[scored.volume] = (user.volumes.today[scored.volume] ?? 0) + (event.items ?? 1);
    const country = scored.known[COUNTRY]?.text;
    if (country !== undefined && isOwnClient(event) && !this.isShared(event.src)) {
      user.country = country;
      user.countryTime = Math.max(user.countryTime, time);
    }
    if (weight > 0)
      for (let f = 0; f < FEATURE_COUNT; f++) {
        const known = scored.known[f];
        if (known !== undefined) this.rarity.learn(user.uses, user.group, f, known, time, Math.min(1, weight));
      }
    if (event.activity === "message" && user.kind === "foreign" && this.#isStranger(user, time)) this.#approach(event, user);
    if (event.activity === "link-clicked" && user.approach !== undefined) {
      if ((event.linkDomains ?? []).some((d) => user.approach?.domains.includes(d))) user.clicked = time;
    }
  }

  why(event: CloudEvent): Why[] {
    return this.scored.event === event ? userWhy(this.scored, this.volumes) : [];
  }

  /** Several users share the address's network, or the organisation named it. */
  isShared(ip: string | undefined): boolean {
    if (ip === undefined) return true;
    return this.options.isOwnEgress(ip) || (this.rarity.find(NETWORK, this.#network(ip))?.users ?? 0) >= SHARED_BY;
  }

  #network(ip: string): string {
    const asn = this.options.place(ip)?.asn;
    return asn === undefined ? networkOf(ip) : `AS${asn}`;
  }

  /** Everybody else in the chat, or whom the operation concerns. */
  #people(event: CloudEvent, id: string): readonly string[] {
    const given = event.targets ?? (event.target === undefined ? undefined : [event.target]);
    const { chat } = event;
    if (chat === undefined) return given ?? [];
    if (given !== undefined) {
      if (this.#chats.size >= MOST_CHATS) for (const key of this.#chats.keys()) if (this.#chats.delete(key) && this.#chats.size < MOST_CHATS * 0.9) break;
      this.#chats.set(chat, [...given, id]);
      return given;
    }
    return (this.#chats.get(chat) ?? []).filter((p) => p !== id);
  }

  #values(event: CloudEvent, user: UserState): void {
    const { scored } = this;
    const known = scored.known;
    known.fill(undefined);
    scored.network = undefined;
    const measure = (feature: number, text: string | undefined): void => {
      if (text !== undefined && text !== "") known[feature] = this.rarity.measure(user.uses, user.group, feature, text, event.time);
    };
    if (hasClientPlace(event) && event.src !== undefined && event.success !== false) {
      scored.network = this.#network(event.src);
      measure(ADDRESS, event.src);
      measure(NETWORK, scored.network);
      measure(COUNTRY, this.options.place(event.src)?.country ?? (this.options.isOwnEgress(event.src) ? "own network" : undefined));
    } else if (event.src !== undefined && hasClientPlace(event)) {
      // A refused attempt is measured, so that models may ask, but `learn` must not take an attacker's place for the user's.
      scored.network = this.#network(event.src);
    }
    measure(APP, appOf(event));
    if (event.userAgent !== undefined) measure(CLIENT, clientOf(event.userAgent));
    measure(OPERATION, event.operation === undefined ? undefined : `${event.service ?? ""}: ${event.operation}`);
    measure(RESOURCE, resourceOf(event));
    measure(CORRESPONDENT, scored.people[0]);
    measure(TENANT, event.foreignTenant === true ? event.domains?.find((d) => !user.id.endsWith(`@${d}`)) : undefined);
    measure(ROLE, event.role);
    measure(LINK_DOMAIN, event.linkDomains?.[0]);
    const facts = this.#facts;
    for (let f = 0; f < FEATURE_COUNT; f++) {
      const one = known[f];
      const name = FEATURE_NAMES[f] ?? "";
      facts[`${name}Novelty`] = one?.novelty;
      facts[`${name}Rarity`] = one === undefined ? undefined : rarityOf(one);
      facts[`${name}P`] = one === undefined ? undefined : Math.exp(-one.calibrated);
    }
  }

  #hourShare(user: UserState, time: number): number | undefined {
    if (user.activeHours < 20) return undefined;
    const hour = this.options.zone.hourOfWeek(time) % 24;
    let near = 0;
    for (const h of [hour, (hour + 1) % 24, (hour + 23) % 24]) near += user.clock[h] ?? 0;
    return near / user.activeHours;
  }

  /** What is known of the tenant of the user of the event that was scored last. */
  #tenantOf(user: string): TenantState | undefined {
    const key = tenantKey(this.tenants, user, this.scored.event?.userTenant?.toLowerCase());
    return key === undefined ? undefined : this.tenants.get(key);
  }

  #placeFacts(facts: Facts, event: CloudEvent, user: UserState): void {
    const { scored } = this;
    const value = scored.network === undefined ? undefined : this.rarity.find(NETWORK, scored.network);
    const own = value !== undefined && user.uses.values[NETWORK]?.has(value) === true ? 1 : 0;
    facts.networkUsers = scored.network === undefined ? undefined : (value?.users ?? 0) - own;
    const shared = event.src !== undefined && this.isShared(event.src);
    facts.networkShared = scored.network === undefined ? undefined : shared;
    const address = scored.network === undefined || event.src === undefined ? undefined : this.rarity.find(ADDRESS, event.src);
    facts.addressKnown = scored.network === undefined ? undefined : address !== undefined && user.uses.values[ADDRESS]?.has(address) === true;
    const country = event.src === undefined ? undefined : this.options.place(event.src)?.country;
    const elsewhere = country !== undefined && hasClientPlace(event) && !shared && user.country !== undefined && user.country !== country;
    facts.otherCountry = elsewhere ? user.country : undefined;
    facts.otherCountryMinutes = elsewhere ? Math.max(0, (event.time - user.countryTime) / MINUTE) : undefined;
    facts.claimedCountry = event.country !== undefined && country !== undefined && event.country !== country && !shared ? event.country : undefined;
    const until = this.#senderPlaces.get(event.src ?? "") ?? 0;
    facts.senderPlace = until > event.time;
    const approach = user.approach;
    facts.approachedHours = approach === undefined ? undefined : Math.max(0, (event.time - approach.time) / HOUR);
    facts.approachedBy = approach?.by;
    facts.clickedHours = Number.isFinite(user.clicked) ? Math.max(0, (event.time - user.clicked) / HOUR) : undefined;
  }

  /** New to us, of a tenant that is new to us, and we have been looking long enough for that to mean something. */
  #isStranger(user: UserState, time: number): boolean {
    const tenant = this.#tenantOf(user.id);
    return time - user.first <= NEW_FOR && time - (tenant?.first ?? time) <= 2 * NEW_FOR && time - this.first >= SETTLED;
  }

  #approach(event: CloudEvent, by: UserState): void {
    const network = event.src === undefined ? undefined : this.#network(event.src);
    for (const person of this.scored.people) {
      const user = this.users.get(person);
      if (user === undefined) continue;
      const domains = user.approach?.by === by.id ? user.approach.domains : [];
      for (const domain of event.linkDomains ?? []) if (!domains.includes(domain) && domains.length < 20) domains.push(domain);
      user.approach = { time: event.time, by: by.id, address: event.src, network, domains };
    }
    if (event.src === undefined || this.isShared(event.src)) return;
    if (this.#senderPlaces.size > 10_000) this.#senderPlaces.clear();
    this.#senderPlaces.set(event.src, event.time + 14 * DAY);
  }

  /** 0-100 of the event alone. */
  #unusual(): number {
    const surprises: number[] = [];
    for (const known of this.scored.known) if (known !== undefined) surprises.push(known.calibrated);
    return surprises.length === 0 ? 0 : unusualFromP(Math.exp(-combineHarmonic(surprises)));
  }

  /** First sight of a domain in a link of a chat, or as another tenant's, ms. */
  firstSeenOf(domain: string): number | undefined {
    const seen = [this.rarity.find(LINK_DOMAIN, domain)?.first, this.tenants.get(domain)?.first].filter((t) => t !== undefined);
    return seen.length === 0 ? undefined : Math.min(...seen);
  }

  save(): Saved {
    return { ...saveLife(this, this.#chats, this.#senderPlaces), rollBack: this.#rollBack.save() };
  }

  load(saved: Saved): void {
    restoreLife(saved, this, this.#chats, this.#senderPlaces);
    this.#rollBack.load(saved.rollBack);
  }
}
