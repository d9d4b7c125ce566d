import { ADDRESS, APP, CLIENT, CORRESPONDENT, COUNTRY, NETWORK, OPERATION, TENANT } from "./user-features.ts";
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
