import { COUNTRY } from "./user-features.ts";
import type { UserRarity } from "./user-rarity.ts";
import { COUNTRY_TIME, fillUser, type RolledBackCopy, type SavedUser, saveUser } from "./user-saving.ts";
import type { UserState } from "./user-state.ts";

const HOUR = 3_600_000;
/** As for devices: alerts of one story share the state from before it. */
const APART = 12 * HOUR;
const MOST_OF_USER = 4;
const MOST = 500;
const KEEP = 30 * 24 * HOUR;

/** A user whose state was put back, or could be, and as it stood when, ms. */
export interface UserRolledBack {
  user: string;
  since: number;
}

/**
 * What users had learned before they were alerted on: places, networks, applications, operations, correspondents, hours, amounts. At the first alert on a
 * user in 12 hours they are copied, without values first met in the hour of that alert. When the incident is called an attack the copy comes back, so that an
 * intruder's country and programs are as strange as they were; what was put aside is kept for the way back.
 *
 * Limits: what was learned before the first alert stays, and the user's lawful habits since then go too; calibrators keep what they learned; tenants and chats
 * stay known. Name, department, title and manager are as they are now. Memory: at most 500 copies of 2 to 30 kB, four a user, for 30 days.
 * Source: learning.md §4.10.
 */
export class UserRollBack {
  #copies: RolledBackCopy[] = [];

  /** An alert on the user was made at this event time, before what it is made of is learned. */
  alerted(user: UserState, time: number): void {
    const own = this.#copies.filter((copy) => copy.user.id === user.id);
    const newest = own.at(-1);
    if (newest !== undefined && time - newest.time < APART) return;
    const dropped = own.length >= MOST_OF_USER ? own[0] : this.#copies.length >= MOST ? this.#copies[0] : undefined;
    this.#copies = this.#copies.filter((copy) => copy !== dropped && time - copy.time < KEEP);
    const saved = saveUser(user);
    saved.uses = saved.uses.filter(([, , , , first]) => first < time - HOUR);
    this.#copies.push({ time, user: withKnownCountry(saved) });
  }

  renamed(from: string, to: string): void {
    for (const copy of this.#copies) if (copy.user.id === from) copy.user.id = to;
  }

  /** Users of an incident whose state can be put back, and to when: the copy nearest before its start, else the first one within it. */
  possible(incident: string, users: readonly string[], start: number, end: number): UserRolledBack[] {
    return users.flatMap((user) => {
      const copy = this.#find(incident, user, start, end);
      return copy === undefined ? [] : [{ user, since: copy.time }];
    });
  }

  /** Puts back what the users knew before the incident. Doing it twice changes nothing. */
  undo(users: ReadonlyMap<string, UserState>, rarity: UserRarity, incident: string, ids: readonly string[], start: number, end: number): UserRolledBack[] {
    return ids.flatMap((id) => {
      const copy = this.#find(incident, id, start, end);
      const user = users.get(id);
      if (copy === undefined || user === undefined) return [];
      if (copy.undone === undefined) swap(copy, user, rarity, incident);
      return [{ user: id, since: copy.time }];
    });
  }

  /** The judgement was taken back: what was put aside stands again. */
  redo(users: ReadonlyMap<string, UserState>, rarity: UserRarity, incident: string): UserRolledBack[] {
    return this.#copies.flatMap((copy) => {
      const user = users.get(copy.user.id);
      if (copy.undone !== incident || user === undefined) return [];
      swap(copy, user, rarity, undefined);
      return [{ user: user.id, since: copy.time }];
    });
  }

  #find(incident: string, user: string, start: number, end: number): RolledBackCopy | undefined {
    const own = this.#copies.filter((copy) => copy.user.id === user && (copy.undone === undefined || copy.undone === incident));
    return (
      own.find((copy) => copy.undone === incident) ??
      own.findLast((copy) => copy.time <= start && start - copy.time < APART) ??
      own.find((copy) => copy.time >= start && copy.time <= end)
    );
  }

  save(): RolledBackCopy[] {
    return this.#copies;
  }

  load(saved: readonly RolledBackCopy[] | undefined): void {
    this.#copies = [...(saved ?? [])];
  }
}

/** The country of the last activity may be what the intruder brought along: then it is the one of those left that was used last. */
function withKnownCountry(saved: SavedUser): SavedUser {
  const left = saved.uses.filter(([feature]) => feature === COUNTRY);
  if (saved.country === undefined || left.some(([, text]) => text === saved.country)) return saved;
  const [last] = left.sort((a, b) => b[3] - a[3]);
  const { country: _, ...rest } = saved;
  const numbers = [...saved.numbers];
  numbers[COUNTRY_TIME] = last === undefined ? -1 : last[3] * HOUR;
  return { ...rest, numbers, ...(last === undefined ? {} : { country: last[1] }) };
}

function swap(copy: RolledBackCopy, user: UserState, rarity: UserRarity, incident: string | undefined): void {
  const now = saveUser(user);
  rarity.forgetUses(user.uses, user.group);
  user.burst = undefined;
  user.slow = undefined;
  fillUser(user, copy.user, rarity);
  rarity.countHours(user.uses);
  copy.user = now;
  if (incident === undefined) delete copy.undone;
  else copy.undone = incident;
}
