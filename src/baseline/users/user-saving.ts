import type { Said } from "./sliding-sets.ts";
import type { TenantState } from "./tenants.ts";
import { FEATURE_COUNT, FEATURE_NAMES } from "./user-features.ts";
import type { Use, UserRarity } from "./user-rarity.ts";
import { type Approach, burstOf, newUser, slowOf, type UserState } from "./user-state.ts";
import { newVolumes, type UserVolumes } from "./user-volumes.ts";

export interface SavedUser {
  id: string;
  kind: string;
  name?: string;
  group: string;
  title?: string;
  manager?: string;
  numbers: number[];
  clock: number[];
  uses: [number, string, number, number, number, number, number][];
  rates: number[];
  volumes: { state: number[]; day: number; today: number[] };
  country?: string;
  burst?: Said[];
  slow?: Said[];
  approach?: Approach;
}

/** See UserRollBack: a user as learned at a time, ms, and the incident for which it was put back. */
export interface RolledBackCopy {
  time: number;
  user: SavedUser;
  undone?: string;
}

/** A learned state as plain JSON; features by name, so that a later program with more of them reads it. */
export interface Saved {
  version: 1;
  features: string[];
  first: number | null;
  users: SavedUser[];
  tenants: [string, TenantState][];
  rarity: ReturnType<UserRarity["save"]>;
  volumes: number[];
  chats: [string, readonly string[]][];
  places: [string, number][];
  /** Left out by states that were saved before it was. */
  rollBack?: RolledBackCopy[];
}

/** What of a life is saved. */
export interface LifeParts {
  users: Map<string, UserState>;
  tenants: Map<string, TenantState>;
  rarity: UserRarity;
  volumes: UserVolumes;
  first: number;
}

/** Place of `countryTime` in `numbers`. */
export const COUNTRY_TIME = 8;

/** What JSON cannot hold is written as null. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : -1;
}

export function saveUser(u: UserState): SavedUser {
  const uses: SavedUser["uses"] = [];
  u.uses.values.forEach((table, f) => {
    for (const [value, use] of table) uses.push([f, value.text, use.hours, use.hour, use.first, use.days, use.day]);
  });
  return {
    id: u.id,
    kind: u.kind,
    ...(u.name === undefined ? {} : { name: u.name }),
    group: u.group,
    ...(u.title === undefined ? {} : { title: u.title }),
    ...(u.manager === undefined ? {} : { manager: u.manager }),
    numbers: [u.first, u.last, u.days, u.day, u.adminDays, u.adminDay, u.activeHours, u.hour, finite(u.countryTime), finite(u.clicked)],
    clock: [...u.clock],
    uses,
    rates: [...u.uses.rate, ...u.uses.counted, ...u.uses.hours],
    volumes: { state: [...u.volumes.state], day: u.volumes.day, today: [...u.volumes.today] },
    ...(u.country === undefined ? {} : { country: u.country }),
    ...(u.burst === undefined ? {} : { burst: u.burst.all() }),
    ...(u.slow === undefined ? {} : { slow: u.slow.all() }),
    ...(u.approach === undefined ? {} : { approach: u.approach }),
  };
}

export function saveLife(life: LifeParts, chats: ReadonlyMap<string, readonly string[]>, places: ReadonlyMap<string, number>): Saved {
  return {
    version: 1,
    features: [...FEATURE_NAMES],
    first: Number.isFinite(life.first) ? life.first : null,
    users: [...life.users.values()].map(saveUser),
    tenants: [...life.tenants],
    rarity: life.rarity.save(),
    volumes: life.volumes.save(),
    chats: [...chats].slice(-20_000),
    places: [...places],
  };
}

/** What a user did and used, into a state whose `uses` hold nothing yet. */
export function fillUser(user: UserState, s: SavedUser, rarity: UserRarity): void {
  const n = s.numbers;
  [user.first, user.last, user.days, user.day, user.adminDays, user.adminDay, user.activeHours, user.hour] = n as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  user.countryTime = (n[COUNTRY_TIME] ?? -1) < 0 ? Number.NEGATIVE_INFINITY : (n[COUNTRY_TIME] ?? 0);
  user.clicked = (n[9] ?? -1) < 0 ? Number.NEGATIVE_INFINITY : (n[9] ?? 0);
  user.clock.set(s.clock);
  user.country = s.country;
  user.approach = s.approach;
  user.volumes = newVolumes();
  user.volumes.state.set(s.volumes.state);
  user.volumes.day = s.volumes.day;
  user.volumes.today.set(s.volumes.today);
  for (const [f, text, hours, hour, first, days, day] of s.uses)
    rarity.restore(user.uses, user.group, f, text, { hours, hour, first, days, day } satisfies Use);
  for (let f = 0; f < FEATURE_COUNT; f++) {
    user.uses.rate[f] = s.rates[f] ?? 0.5;
    user.uses.counted[f] = s.rates[FEATURE_COUNT + f] ?? 0;
    user.uses.hours[f] = s.rates[2 * FEATURE_COUNT + f] ?? 0;
  }
  for (const said of s.burst ?? []) burstOf(user).add(said);
  for (const said of s.slow ?? []) slowOf(user).add(said);
}

/** Into a life that has learned nothing. */
export function restoreLife(saved: Saved, life: LifeParts, chats: Map<string, readonly string[]>, places: Map<string, number>): void {
  if (saved.features.join() !== FEATURE_NAMES.join()) return;
  life.first = saved.first ?? Number.POSITIVE_INFINITY;
  life.rarity.load(saved.rarity);
  life.volumes.load(saved.volumes);
  for (const [domain, tenant] of saved.tenants) life.tenants.set(domain, tenant);
  for (const [chat, people] of saved.chats) chats.set(chat, people);
  for (const [place, until] of saved.places) places.set(place, until);
  for (const s of saved.users) {
    const user = newUser(s.id, s.kind, s.numbers[0] ?? 0);
    user.name = s.name;
    user.group = s.group;
    user.title = s.title;
    user.manager = s.manager;
    life.users.set(user.id, user);
    life.rarity.joined(user.group);
    fillUser(user, s, life.rarity);
  }
}
