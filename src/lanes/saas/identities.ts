import type { EventOf } from "../../schema/event.ts";

const MOST = 200_000;
/** Records of a domain, and its share of all, before it counts as the tenant's own without having been named. */
const OWN_LEAST = 5;
const OWN_SHARE = 0.1;
/** Messages before the directory that most of them come from counts as ours. */
const SENDERS_LEAST = 20;
const MOST_SENDERS = 10_000;
const MOST_OWN_TENANTS = 100;

/**
 * Who a record's user is: several names of one person joined, and is it one of ours.
 *
 * Joined: a directory id with the address it stood beside, the aliases that a directory lists, an address that followed another on the
 * same id (renamed). Ours: domains that the organisation named; without them those whose users the records themselves call members,
 * else those that make up a tenth of the records of services which only members use. Memory: about 150 B a name, at most 200,000 names.
 */
export class Identities {
  readonly #named: ReadonlySet<string>;
  readonly #aliases = new Map<string, string>();
  readonly #addressOf = new Map<string, string>();
  readonly #members = new Map<string, number>();
  readonly #seen = new Map<string, number>();
  /** Directories whose own log was read, and by how many messages each is known as a sender's. */
  readonly #ownTenants = new Set<string>();
  readonly #senders = new Map<string, number>();
  #total = 0;

  constructor(domains: readonly string[]) {
    this.#named = new Set(domains.map((d) => d.toLowerCase()));
  }

  /** Names a person that the directory knows. */
  describe(event: EventOf<"directory">): void {
    const id = event.user;
    if (id === undefined) return;
    if (event.objectId !== undefined) this.#remember(this.#addressOf, event.objectId, id);
    for (const alias of event.aliases ?? []) if (alias !== id && !alias.includes("#")) this.#remember(this.#aliases, alias, id);
  }

  /** Canonical id of the user of a record; undefined when the record names nobody. `renamed` tells what it was called before. */
  resolve(event: EventOf<"saas">): { id: string; renamed: string | undefined } | undefined {
    const raw = event.user;
    if (raw === undefined) return undefined;
    const { userId } = event;
    if (!raw.includes("@")) {
      const address = this.#addressOf.get(raw) ?? (userId === undefined ? undefined : this.#addressOf.get(userId));
      return { id: address ?? raw, renamed: undefined };
    }
    const id = this.#aliases.get(raw) ?? raw;
    if (userId === undefined || userId === raw) return { id, renamed: undefined };
    const before = this.#addressOf.get(userId);
    if (before === id) return { id, renamed: undefined };
    this.#remember(this.#addressOf, userId, id);
    if (before === undefined) return { id, renamed: undefined };
    this.#remember(this.#aliases, before, id);
    return { id, renamed: before };
  }

  /** The canonical form of an address that stands elsewhere in a record. */
  canonical(address: string): string {
    return this.#aliases.get(address) ?? this.#addressOf.get(address) ?? address;
  }

  /** Other names of the same person: aliases, earlier addresses, directory ids; at most 50. Walks all names. */
  namesOf(id: string): string[] {
    const out = new Set<string>();
    for (const map of [this.#aliases, this.#addressOf]) for (const [name, of] of map) if (of === id && name !== id && out.size < 50) out.add(name);
    return [...out];
  }

  /** member, guest, foreign, application, system... from what the record says and what is known of the domain. */
  kindOf(event: EventOf<"saas">, id: string): string {
    const at = id.lastIndexOf("@");
    const domain = at < 0 ? undefined : id.slice(at + 1);
    const said = event.userKind;
    if (domain !== undefined) this.#learn(event, domain, said);
    this.#learnTenant(event);
    if (said !== undefined && said !== "member") return said;
    // Graph's chat messages name the sender by ids alone.
    if (said === undefined && at < 0 && event.userTenant !== undefined) return this.#isOwnTenant(event.userTenant) ? "member" : "foreign";
    if (said === "member" || domain === undefined) return said ?? "member";
    if (this.isOwnDomain(domain)) return "member";
    if (this.#named.size === 0 && !this.#knowsAny()) return "member";
    return event.foreignTenant === true || event.activity === "message" || event.activity === "chat-created" ? "foreign" : "guest";
  }

  isOurs(kind: string): boolean {
    return kind === "member" || kind === "application" || kind === "system";
  }

  isOwnDomain(domain: string): boolean {
    if (this.#named.has(domain)) return true;
    const members = this.#members.get(domain) ?? 0;
    if (members >= 1) return true;
    if (this.#named.size > 0) return domain.endsWith(".onmicrosoft.com") && (this.#seen.get(domain) ?? 0) >= OWN_LEAST;
    return (this.#seen.get(domain) ?? 0) >= Math.max(OWN_LEAST, OWN_SHARE * this.#total);
  }

  /** A second name of the user of that id, told by another record of the same act. */
  join(id: string, address: string): void {
    this.#remember(this.#addressOf, id, address);
  }

  /** A log is the tenant's own; without any, the directory that most messages come from, once there are enough. */
  #isOwnTenant(tenant: string): boolean {
    if (this.#ownTenants.size > 0) return this.#ownTenants.has(tenant.toLowerCase());
    let [total, most] = [0, 0];
    for (const n of this.#senders.values()) [total, most] = [total + n, Math.max(most, n)];
    return total < SENDERS_LEAST || (this.#senders.get(tenant.toLowerCase()) ?? 0) >= most / 2;
  }

  #learnTenant(event: EventOf<"saas">): void {
    if (event.tenant !== undefined && event.type.startsWith("audit-") && this.#ownTenants.size < MOST_OWN_TENANTS)
      this.#ownTenants.add(event.tenant.toLowerCase());
    if (event.type !== "chat-message" || event.userTenant === undefined) return;
    const sender = event.userTenant.toLowerCase();
    if (this.#senders.has(sender) || this.#senders.size < MOST_SENDERS) this.#senders.set(sender, (this.#senders.get(sender) ?? 0) + 1);
  }

  #knowsAny(): boolean {
    if (this.#members.size > 0) return true;
    for (const count of this.#seen.values()) if (count >= Math.max(OWN_LEAST, OWN_SHARE * this.#total)) return true;
    return false;
  }

  #learn(event: EventOf<"saas">, domain: string, said: string | undefined): void {
    if (said === "member" && event.userTenant !== undefined && event.userTenant === event.tenant)
      this.#members.set(domain, (this.#members.get(domain) ?? 0) + 1);
    // In chats, shares and mail strangers act; signing in and keeping mail is for members.
    if (said === undefined && (event.service === "AzureActiveDirectory" || event.service === "Exchange" || event.service === "Entra")) {
      this.#total++;
      this.#seen.set(domain, (this.#seen.get(domain) ?? 0) + 1);
    }
  }

  #remember(map: Map<string, string>, key: string, value: string): void {
    if (map.size >= MOST) for (const oldest of map.keys()) if (map.delete(oldest)) break;
    map.set(key, value);
  }

  save(): unknown {
    return {
      aliases: [...this.#aliases],
      addresses: [...this.#addressOf],
      members: [...this.#members],
      seen: [...this.#seen],
      total: this.#total,
      tenants: [...this.#ownTenants],
      senders: [...this.#senders],
    };
  }

  load(saved: unknown): void {
    const s = saved as {
      aliases: [string, string][];
      addresses: [string, string][];
      members: [string, number][];
      seen: [string, number][];
      total: number;
      tenants?: string[];
      senders?: [string, number][];
    };
    for (const [k, v] of s.aliases) this.#aliases.set(k, v);
    for (const [k, v] of s.addresses) this.#addressOf.set(k, v);
    for (const [k, v] of s.members) this.#members.set(k, v);
    for (const [k, v] of s.seen) this.#seen.set(k, v);
    this.#total = s.total;
    for (const tenant of s.tenants ?? []) this.#ownTenants.add(tenant);
    for (const [k, v] of s.senders ?? []) this.#senders.set(k, v);
  }
}
