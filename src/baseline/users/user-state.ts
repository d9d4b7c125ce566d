import { SlidingSets } from "./sliding-sets.ts";
import type { CloudEvent } from "./user-features.ts";
import { type Known, newUses, type Uses } from "./user-rarity.ts";
import { newVolumes, type Volumes } from "./user-volumes.ts";

export const MESSAGES = 0;
export const CHATS = 1;
export const PEOPLE = 2;
export const NEW_PEOPLE = 3;
export const LINKS = 4;
export const LINK_DOMAINS = 5;
const DIMENSIONS = 6;
const MINUTE = 60_000;
const DAY = 86_400_000;
export const BURST = 30 * MINUTE;
export const SLOW = 3 * DAY;

/** A user as learned. `kind` is the last that a record told or the lane decided. */
export interface UserState {
  id: string;
  kind: string;
  name: string | undefined;
  group: string;
  title: string | undefined;
  manager: string | undefined;
  first: number;
  last: number;
  days: number;
  day: number;
  adminDays: number;
  adminDay: number;
  activeHours: number;
  hour: number;
  /** Active hours by hour of the day on the organisation's clock. */
  clock: Float32Array;
  uses: Uses;
  volumes: Volumes;
  /** Country of the last activity with a place of its own, and when. */
  country: string | undefined;
  countryTime: number;
  burst: SlidingSets | undefined;
  slow: SlidingSets | undefined;
  /** By whom, new to us and of another tenant, this user was written to last. */
  approach: Approach | undefined;
  clicked: number;
}

export interface Approach {
  time: number;
  by: string;
  address: string | undefined;
  network: string | undefined;
  domains: string[];
}

export function newUser(id: string, kind: string, time: number): UserState {
  return {
    id,
    kind,
    name: undefined,
    group: "",
    title: undefined,
    manager: undefined,
    first: time,
    last: time,
    days: 0,
    day: -1,
    adminDays: 0,
    adminDay: -1,
    activeHours: 0,
    hour: -1,
    clock: new Float32Array(24),
    uses: newUses(),
    volumes: newVolumes(),
    country: undefined,
    countryTime: Number.NEGATIVE_INFINITY,
    burst: undefined,
    slow: undefined,
    approach: undefined,
    clicked: Number.NEGATIVE_INFINITY,
  };
}

export function burstOf(user: UserState): SlidingSets {
  user.burst ??= new SlidingSets(DIMENSIONS, BURST);
  return user.burst;
}

export function slowOf(user: UserState): SlidingSets {
  user.slow ??= new SlidingSets(DIMENSIONS, SLOW, 2_000);
  return user.slow;
}

/** Activities that administrators do: that a user did them on earlier days says what kind of user it is. */
const ADMIN = new Set(
  "role-granted role-removed app-consented app-created app-secret-added app-owner-added app-role-granted policy-changed federation-changed transport-rule user-created user-deleted user-disabled password-changed group-member-added audit-config audit-disabled mailbox-changed mailbox-permission tenant-changed guest-invited protection-disabled network-opened role-created".split(
    " ",
  ),
);

export function isAdminActivity(activity: string | undefined): boolean {
  return activity !== undefined && ADMIN.has(activity);
}

/** What one event was found to be; valid until the next. */
export interface Scored {
  event: CloudEvent | undefined;
  user: UserState | undefined;
  isNew: boolean;
  known: (Known | undefined)[];
  volume: number;
  people: readonly string[];
  network: string | undefined;
}
