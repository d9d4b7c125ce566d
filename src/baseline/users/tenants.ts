import type { Facts } from "../../schema/observation.ts";

const DAY = 86_400_000;

/** When anybody of another mail domain was first seen, on how many days, and when last. */
export interface TenantState {
  /** The directory that bore the domain first; undefined until a record told. */
  id?: string;
  first: number;
  last: number;
  days: number;
  day: number;
}

/**
 * Under which key what is known of a user's tenant stands: its mail domain; a second directory whose users bear the same domain (a sister
 * company, an impostor) stands by itself and is as new as it is. `home` is the directory that the record names, in lower case.
 */
export function tenantKey(tenants: ReadonlyMap<string, TenantState>, user: string, home: string | undefined): string | undefined {
  const at = user.lastIndexOf("@");
  if (at < 0) return undefined;
  const domain = user.slice(at + 1);
  const first = tenants.get(domain)?.id;
  return home === undefined || first === undefined || first === home ? domain : `${domain} ${home}`;
}

/** Days since the tenant was first seen and days on which it was, before today; undefined for our own users. */
export function tenantFacts(facts: Facts, tenant: TenantState | undefined, isOurs: boolean, time: number): void {
  const day = Math.floor(time / DAY);
  facts.tenantAgeDays = isOurs ? undefined : tenant === undefined ? 0 : Math.max(0, (time - tenant.first) / DAY);
  facts.tenantDays = isOurs ? undefined : tenant === undefined ? 0 : tenant.day === day ? tenant.days - 1 : tenant.days;
}

/** Somebody of the tenant under `key` did something; `home` is the directory that the record named. */
export function learnTenant(tenants: Map<string, TenantState>, key: string, home: string | undefined, time: number): void {
  const tenant: TenantState = tenants.get(key) ?? { first: time, last: time, days: 0, day: -1 };
  if (home !== undefined) tenant.id ??= home;
  const day = Math.floor(time / DAY);
  if (tenant.day < day) {
    tenant.day = day;
    tenant.days++;
  }
  tenant.first = Math.min(tenant.first, time);
  tenant.last = Math.max(tenant.last, time);
  tenants.set(key, tenant);
}
