import { canonicalIp, NetworkSet } from "../base/ip.ts";

export type IntelKind = "address" | "network" | "domain" | "url" | "hash" | "mail";
export type IntelVerdict = "malicious" | "suspicious" | "benign" | "unknown";

export interface IntelEntry {
  kind: IntelKind;
  /** Canonical: lower case, addresses as base/ip writes them. */
  value: string;
  verdict: IntelVerdict;
  /** 0-100, as the feed says. */
  confidence?: number;
  /** Valid from and until, ms. */
  since?: number;
  until?: number;
  description?: string;
}
export type IntelHit = IntelEntry & { feed: string };

const MOST_ENTRIES = 1_000_000;

/**
 * What lists and feeds say of addresses, domains, links, hashes and mail addresses. A verdict is shown beside what we found and decides nothing: no lane
 * asks this. Memory: about 250 B an entry, at most a million over all feeds; what is beyond is counted in `refused`.
 */
export class Intelligence {
  readonly #feeds = new Map<string, { entries: Map<string, IntelEntry>; networks: Map<string, { entry: IntelEntry; set: NetworkSet }> }>();
  #refused = 0;

  get feeds(): number {
    return this.#feeds.size;
  }

  get entries(): number {
    let sum = 0;
    for (const { entries, networks } of this.#feeds.values()) sum += entries.size + networks.size;
    return sum;
  }

  get refused(): number {
    return this.#refused;
  }

  /** What a feed holds from now on: all of it. */
  replace(feed: string, entries: Iterable<IntelEntry>): number {
    this.#feeds.delete(feed);
    this.#feeds.set(feed, { entries: new Map(), networks: new Map() });
    return this.merge(feed, entries);
  }

  /** Adds to a feed; a later entry of one value takes the place of the earlier. Answers how many it holds. */
  merge(feed: string, entries: Iterable<IntelEntry>): number {
    const held = this.#feeds.get(feed) ?? { entries: new Map<string, IntelEntry>(), networks: new Map<string, { entry: IntelEntry; set: NetworkSet }>() };
    this.#feeds.set(feed, held);
    let room = MOST_ENTRIES - this.entries;
    for (const entry of entries) {
      if (room <= 0) {
        this.#refused++;
        continue;
      }
      if (entry.kind === "network") held.networks.set(entry.value, { entry, set: new NetworkSet([entry.value]) });
      else {
        if (!held.entries.has(keyOf(entry.kind, entry.value))) room--;
        held.entries.set(keyOf(entry.kind, entry.value), entry);
      }
    }
    return held.entries.size + held.networks.size;
  }

  /** Takes values out of a feed: revoked ones. */
  remove(feed: string, entries: Iterable<Pick<IntelEntry, "kind" | "value">>): void {
    const held = this.#feeds.get(feed);
    for (const { kind, value } of entries) {
      held?.entries.delete(keyOf(kind, value));
      if (kind === "network") held?.networks.delete(value);
    }
  }

  /** What is said of a value that is valid at that time; of a domain also what is said of the domains above it. At most 50. */
  look(text: string, now: number): IntelHit[] {
    const hits: IntelHit[] = [];
    const ip = canonicalIp(text);
    const keys = ip === undefined ? keysOf(text) : [keyOf("address", ip)];
    for (const [feed, { entries, networks }] of this.#feeds) {
      for (const key of keys) {
        const entry = entries.get(key);
        if (entry !== undefined && isValid(entry, now)) hits.push({ feed, ...entry });
      }
      if (ip !== undefined) for (const { entry, set } of networks.values()) if (set.has(ip) && isValid(entry, now)) hits.push({ feed, ...entry });
      if (hits.length >= 50) return hits.slice(0, 50);
    }
    return hits;
  }
}

function isValid(entry: IntelEntry, now: number): boolean {
  return (entry.since === undefined || entry.since <= now) && (entry.until === undefined || now < entry.until);
}

function keyOf(kind: IntelKind, value: string): string {
  return `${kind} ${value}`;
}

/** A text as the values that it may stand for. */
function keysOf(text: string): string[] {
  const lower = text.toLowerCase();
  if (/^[0-9a-f]{32,128}$/.test(lower)) return [keyOf("hash", lower)];
  if (text.includes("://")) {
    const keys = [keyOf("url", text)];
    try {
      const url = new URL(text);
      keys.push(keyOf("url", url.href), keyOf("url", `${url.origin}${url.pathname}`), ...keysOf(url.hostname));
      const ip = canonicalIp(url.hostname.replace(/^\[|\]$/g, ""));
      if (ip !== undefined) keys.push(keyOf("address", ip));
    } catch {
      // No link after all: nothing is said of it.
    }
    return [...new Set(keys)];
  }
  const at = lower.lastIndexOf("@");
  const labels = lower.slice(at + 1).split(".");
  const domains = labels.slice(0, -1).map((_, i) => keyOf("domain", labels.slice(i).join(".")));
  return at < 0 ? domains : [keyOf("mail", lower), ...domains];
}

/** One value of a list as what it is; undefined for what is none of these. Defanged forms (hxxp, [.]) are read. */
export function intelValue(text: string): Pick<IntelEntry, "kind" | "value"> | undefined {
  const plain = text.trim().replaceAll("[.]", ".").replaceAll("(.)", ".").replaceAll("[@]", "@").replace(/^hxxp/i, "http");
  const ip = canonicalIp(plain);
  if (ip !== undefined) return { kind: "address", value: ip };
  if (/^[0-9a-fA-F.:]+\/\d{1,3}$/.test(plain)) {
    try {
      return { kind: "network", value: new NetworkSet([plain]).texts[0] ?? plain };
    } catch {
      return undefined;
    }
  }
  if (/^https?:\/\//i.test(plain)) {
    try {
      return { kind: "url", value: new URL(plain).href };
    } catch {
      return undefined;
    }
  }
  if (/^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128})$/.test(plain)) return { kind: "hash", value: plain.toLowerCase() };
  if (/^[^\s@]{1,64}@[a-z0-9.-]{3,253}$/i.test(plain)) return { kind: "mail", value: plain.toLowerCase() };
  const domain = plain
    .toLowerCase()
    .replace(/^\*?\./, "")
    .replace(/\.$/, "");
  return /^(?=.{3,253}$)(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{1,62}$/u.test(domain)
    ? { kind: "domain", value: domain }
    : undefined;
}
