import { ADDRESS, APP, CLIENT, CORRESPONDENT, COUNTRY, LINK_DOMAIN, NETWORK, OPERATION, TENANT } from "./user-features.ts";
import type { UserLife } from "./user-life.ts";
import { faded } from "./user-rarity.ts";
import type { UserState } from "./user-state.ts";
import { VOLUME_NAMES } from "./user-volumes.ts";

export interface Used {
  value: string;
  hours: number;
  days: number;
  first: number;
  /** Other users known with it. */
  others: number;
}

const MOST = 50;
const MOST_USERS = 200;

/** What a user used of one feature, most used first, 50 at most. */
export function usedBy(user: UserState, feature: number, now: number): Used[] {
  const hour = Math.floor(now / 3_600_000);
  return [...(user.uses.values[feature] ?? [])]
    .map(([value, use]) => ({
      value: value.text,
      hours: Math.round(faded(use, hour) * 10) / 10,
      days: use.days,
      first: use.first,
      others: Math.max(0, value.users - 1),
    }))
    .sort((a, b) => b.hours - a.hours || (a.value < b.value ? -1 : 1))
    .slice(0, MOST);
}

export function profileOfUser(life: UserLife, user: UserState, now: number) {
  const of = (feature: number): Used[] => usedBy(user, feature, now);
  return {
    countries: of(COUNTRY),
    networks: of(NETWORK),
    addresses: of(ADDRESS),
    apps: of(APP),
    clients: of(CLIENT),
    operations: of(OPERATION),
    correspondents: of(CORRESPONDENT),
    tenants: of(TENANT),
    volumes: VOLUME_NAMES.map((activity, v) => ({
      activity,
      today: user.volumes.today[v] ?? 0,
      high: Math.round(life.volumes.high(user.volumes, v) * 10) / 10,
    })).filter((v) => v.today > 0 || v.high >= 0.5),
  };
}

export interface External {
  kind: "address" | "domain" | "user";
  known: boolean;
  first: number | undefined;
  last: number | undefined;
  days: number | undefined;
  rarity: number;
  users: { id: string; first: number; hours: number }[];
}

/** Who had to do with an address, a domain (of a link or another tenant) or a user of another tenant. Walks all users: 10 ms in 10,000. */
export function externalOf(life: UserLife, id: string, now: number): External {
  const kind = id.includes("@") ? "user" : /^[\d.]+$|:/.test(id) ? "address" : "domain";
  const features = kind === "address" ? [ADDRESS] : kind === "user" ? [CORRESPONDENT] : [LINK_DOMAIN, TENANT];
  const values = features.map((f) => life.rarity.find(f, id)).filter((v) => v !== undefined);
  const users: External["users"] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const user of life.users.values()) {
    for (const value of values) {
      const use = user.uses.values[value.feature]?.get(value);
      if (use === undefined) continue;
      users.push({ id: user.id, first: use.first, hours: Math.round(faded(use, Math.floor(now / 3_600_000)) * 10) / 10 });
      last = Math.max(last, use.hour * 3_600_000);
      break;
    }
  }
  const self = kind === "user" ? life.user(id) : undefined;
  const tenant = kind === "domain" ? life.tenants.get(id) : undefined;
  const firsts = [...values.map((v) => v.first), ...(self === undefined ? [] : [self.first]), ...(tenant === undefined ? [] : [tenant.first])];
  const total = Math.max(1, life.rarity.entities);
  return {
    kind,
    known: firsts.length > 0,
    first: firsts.length === 0 ? undefined : Math.min(...firsts),
    last: self?.last ?? tenant?.last ?? (Number.isFinite(last) ? last : undefined),
    days: self?.days ?? tenant?.days,
    rarity: users.length <= 1 ? 100 : Math.max(0, Math.round(100 * (1 - Math.log1p(users.length - 1) / Math.log1p(Math.max(users.length, total))))),
    users: users.sort((a, b) => b.hours - a.hours || (a.id < b.id ? -1 : 1)).slice(0, MOST_USERS),
  };
}
