/** What is known of one directory (tenant) by its id. */
export interface TenantIdState {
  first: number;
  last: number;
  days: number;
  day: number;
  /** Its users who acted here, at most 200: first sight. */
  users: Map<string, number>;
}

const MOST = 20_000;
const MOST_USERS = 200;
const DAY = 86_400_000;

/** Tenants by id, as records of their users bear it. Memory: about 200 B a tenant and 80 B a user, at most 20,000; the one unseen longest goes first. */
export class TenantIds {
  readonly #known = new Map<string, TenantIdState>();

  get(id: string): TenantIdState | undefined {
    return this.#known.get(id);
  }

  learn(id: string, user: string, time: number): void {
    let state = this.#known.get(id);
    if (state === undefined) {
      if (this.#known.size >= MOST) this.#forget();
      state = { first: time, last: time, days: 0, day: -1, users: new Map() };
      this.#known.set(id, state);
    }
    state.first = Math.min(state.first, time);
    state.last = Math.max(state.last, time);
    const day = Math.floor(time / DAY);
    if (day !== state.day) {
      state.day = day;
      state.days++;
    }
    const before = state.users.get(user);
    if (before !== undefined) state.users.set(user, Math.min(before, time));
    else if (state.users.size < MOST_USERS) state.users.set(user, time);
  }

  #forget(): void {
    let oldest: string | undefined;
    let last = Number.POSITIVE_INFINITY;
    for (const [id, state] of this.#known) if (state.last < last) [oldest, last] = [id, state.last];
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  save(): unknown {
    return [...this.#known].map(([id, s]) => [id, s.first, s.last, s.days, s.day, [...s.users]]);
  }

  load(saved: unknown): void {
    if (!Array.isArray(saved)) return;
    for (const [id, first, last, days, day, users] of saved as [string, number, number, number, number, [string, number][]][])
      this.#known.set(id, { first, last, days, day, users: new Map(users) });
  }
}
