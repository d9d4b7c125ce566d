import type { TenantIds } from "./tenant-ids.ts";
import { ADDRESS, CORRESPONDENT, LINK_DOMAIN, TENANT } from "./user-features.ts";
import type { UserLife } from "./user-life.ts";
import { faded, type Value } from "./user-rarity.ts";

export type ExternalKind = "address" | "domain" | "user" | "asn" | "tenant";

export interface External {
  kind: ExternalKind;
  known: boolean;
  first: number | undefined;
  last: number | undefined;
  days: number | undefined;
  /** 0-100; 100 = at most one user ever had to do with it. */
  rarity: number;
  users: { id: string; first: number; hours: number }[];
  /** Addresses of an autonomous system, users of a tenant or a tenant's domain. */
  members: { id: string; first: number; users: number }[];
}

const MOST = 200;
const HOUR = 3_600_000;

/** AS64500, a directory's id (GUID), an address, a mail address, else a domain. */
export function externalKind(id: string): ExternalKind {
  if (/^as\d{1,10}$/.test(id)) return "asn";
  if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id)) return "tenant";
  if (id.includes("@")) return "user";
  return /^[\d.]+$|:/.test(id) ? "address" : "domain";
}

/** Who had to do with an outsider, and since when, as cloud records told. Walks all users, of an ASN all addresses too: 10 ms in 10,000 users. */
export function externalOf(life: UserLife, tenants: TenantIds, id: string, now: number): External {
  const kind = externalKind(id);
  const members = membersOf(life, tenants, kind, id);
  const values = valuesOf(life, kind, id, members);
  const held = new Map<string, { id: string; first: number; hours: number }>();
  let last = Number.NEGATIVE_INFINITY;
  let days = 0;
  for (const user of life.users.values()) {
    for (const value of values) {
      const use = user.uses.values[value.feature]?.get(value);
      if (use === undefined) continue;
      const known = held.get(user.id);
      const hours = faded(use, Math.floor(now / HOUR));
      held.set(user.id, { id: user.id, first: Math.min(known?.first ?? use.first, use.first), hours: (known?.hours ?? 0) + hours });
      // A use keeps the hour of its last record: within the first hour that is the first record.
      last = Math.max(last, use.first, use.hour * HOUR);
      days = Math.max(days, use.days);
    }
  }
  const self = kind === "user" ? life.user(id) : undefined;
  const tenant = kind === "domain" ? life.tenants.get(id) : kind === "tenant" ? tenants.get(id) : undefined;
  const firsts = [...values.map((v) => v.first), ...[self, tenant].filter((s) => s !== undefined).map((s) => s.first)];
  const lasts = [self?.last, tenant?.last, last].filter((t) => t !== undefined && Number.isFinite(t)) as number[];
  const users = [...held.values()].map((u) => ({ ...u, hours: Math.round(u.hours * 10) / 10 }));
  const total = Math.max(1, life.rarity.entities);
  return {
    kind,
    known: firsts.length > 0,
    first: firsts.length === 0 ? undefined : Math.min(...firsts),
    last: lasts.length === 0 ? undefined : Math.max(...lasts),
    // Days of several users may be the same ones or not: only one user's are counted.
    days: self?.days ?? tenant?.days ?? (held.size === 1 && values.length === 1 ? days : undefined),
    rarity: users.length <= 1 ? 100 : Math.max(0, Math.round(100 * (1 - Math.log1p(users.length - 1) / Math.log1p(Math.max(users.length, total))))),
    users: users.sort((a, b) => b.hours - a.hours || (a.id < b.id ? -1 : 1)).slice(0, MOST),
    members: members.sort((a, b) => b.users - a.users || (a.id < b.id ? -1 : 1)).slice(0, MOST),
  };
}

function membersOf(life: UserLife, tenants: TenantIds, kind: ExternalKind, id: string): External["members"] {
  if (kind === "asn") {
    const asn = Number(id.slice(2));
    const out: External["members"] = [];
    for (const value of life.rarity.all(ADDRESS))
      if (life.options.place(value.text)?.asn === asn) out.push({ id: value.text, first: value.first, users: value.users });
    return out;
  }
  const correspondents = (user: string): number => life.rarity.find(CORRESPONDENT, user)?.users ?? 0;
  if (kind === "tenant") return [...(tenants.get(id)?.users ?? [])].map(([user, first]) => ({ id: user, first, users: correspondents(user) }));
  if (kind !== "domain" || !life.tenants.has(id)) return [];
  return [...life.users.values()].filter((u) => u.days > 0 && u.id.endsWith(`@${id}`)).map((u) => ({ id: u.id, first: u.first, users: correspondents(u.id) }));
}

/** What users' tables hold of it. */
function valuesOf(life: UserLife, kind: ExternalKind, id: string, members: External["members"]): Value[] {
  const find = (feature: number, text: string): Value | undefined => life.rarity.find(feature, text);
  const found =
    kind === "address"
      ? [find(ADDRESS, id)]
      : kind === "user"
        ? [find(CORRESPONDENT, id)]
        : kind === "domain"
          ? [find(LINK_DOMAIN, id), find(TENANT, id)]
          : members.map((m) => find(kind === "asn" ? ADDRESS : CORRESPONDENT, m.id));
  return found.filter((v) => v !== undefined);
}
