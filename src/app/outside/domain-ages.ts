import type { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { registeredDomain } from "../../base/domain.ts";
import { DAY, HOUR, iso } from "../../base/time.ts";
import type { domainAge } from "../../contract/index.ts";
import type { Store } from "../../store/types.ts";

export type DomainAge = z.infer<typeof domainAge>;

/** Gets a document as text, or undefined. */
export type GetDocument = (url: string, accept: string) => Promise<string | undefined>;

export interface DomainAgesOptions {
  /** Undefined: registries are not asked. */
  get: GetDocument | undefined;
  /** Which registry answers for which suffix (RFC 9224). */
  list: string;
  store: Store;
  clock: Clock;
  /** When a domain was first seen here, ms. */
  firstSeen(domain: string): number | undefined;
  changed(): void;
}

interface Known {
  since: number | null;
  asked: number;
}

const SETTING = "registries";
const MOST = 5_000;
const MOST_WAITING = 200;
/** An answer of the registry stays true; that there was none is asked again. */
const AGAIN_AFTER_NONE = DAY;
const LIST_FRESH = DAY;
const LIST_AGAIN = HOUR;
const MOST_TEXT = 4_000_000;

/**
 * Since when a domain exists: the registry's date of registration (RDAP, RFC 9082 and 9083), asked once and kept; without it, since when it was seen here.
 * Asks one registry at a time; answers at once with what is known. Memory: about 100 B a domain, at most 5,000.
 */
export class DomainAges {
  readonly #o: DomainAgesOptions;
  readonly #known = new Map<string, Known>();
  readonly #waiting = new Set<string>();
  #list: { asked: number; bases: Map<string, string> } | undefined;
  #working = false;
  #closed = false;

  constructor(options: DomainAgesOptions) {
    this.#o = options;
  }

  get on(): boolean {
    return this.#o.get !== undefined;
  }

  get known(): number {
    return this.#known.size;
  }

  async open(): Promise<void> {
    const saved = await this.#o.store.ask("setting", { key: SETTING });
    if (!Array.isArray(saved)) return;
    for (const [domain, known] of saved as [string, Known][]) this.#known.set(domain, known);
  }

  /** Age at a time. Asks the registry, if that is configured, for the next time. */
  ageOf(host: string, at: number): DomainAge {
    const domain = registeredDomain(host);
    if (domain === undefined) return { source: "unknown", text: "It is no registered domain." };
    this.want(domain);
    const known = this.#known.get(domain);
    if (known?.since !== undefined && known.since !== null)
      return {
        source: "registry",
        since: iso(known.since),
        days: daysOf(known.since, at),
        asked: iso(known.asked),
        text: `Registered ${ago(known.since, at)}, says its registry.`,
      };
    const first = this.#o.firstSeen(host) ?? this.#o.firstSeen(domain);
    const why = !this.on ? "registries are not asked" : known === undefined ? "its registry has not answered yet" : "its registry tells no date";
    if (first === undefined) return { source: "unknown", text: `Never seen here before; ${why}.` };
    return { source: "first-seen", since: iso(first), days: daysOf(first, at), text: `First seen here ${ago(first, at)}; ${why}.` };
  }

  /** When its registry says that it was registered, ms; undefined while that is not known. Asks for the next time. */
  registeredAt(host: string): number | undefined {
    const domain = registeredDomain(host);
    if (domain === undefined) return undefined;
    this.want(domain);
    return this.#known.get(domain)?.since ?? undefined;
  }

  /** Asks the registry unless it was asked. Returns at once. */
  want(host: string): void {
    const domain = registeredDomain(host);
    if (domain === undefined || !this.on || this.#closed) return;
    const known = this.#known.get(domain);
    if (known !== undefined && (known.since !== null || this.#o.clock.now() - known.asked < AGAIN_AFTER_NONE)) return;
    if (this.#waiting.size >= MOST_WAITING) return;
    this.#waiting.add(domain);
    if (!this.#working) {
      this.#working = true;
      void this.#work().finally(() => {
        this.#working = false;
      });
    }
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
  }

  async #work(): Promise<void> {
    for (const domain of this.#waiting) {
      const since = await this.#ask(domain);
      this.#waiting.delete(domain);
      if (this.#closed) return;
      if (this.#known.size >= MOST) for (const oldest of this.#known.keys()) if (this.#known.delete(oldest)) break;
      this.#known.set(domain, { since: since ?? null, asked: this.#o.clock.now() });
      // The learned age is worth little: a full disk must not end anything here.
      await this.#o.store.ask("putSetting", { key: SETTING, value: [...this.#known] }).catch(() => undefined);
      this.#o.changed();
    }
  }

  async #ask(domain: string): Promise<number | undefined> {
    const base = (await this.#bases()).get(domain.slice(domain.lastIndexOf(".") + 1));
    if (base === undefined) return undefined;
    const answer = jsonOf(await this.#o.get?.(`${base.endsWith("/") ? base : `${base}/`}domain/${encodeURIComponent(domain)}`, "application/rdap+json"));
    return registrationOf(answer, domain, this.#o.clock.now());
  }

  async #bases(): Promise<Map<string, string>> {
    const now = this.#o.clock.now();
    const fresh = this.#list !== undefined && now - this.#list.asked < (this.#list.bases.size > 0 ? LIST_FRESH : LIST_AGAIN);
    if (!fresh) {
      const bases = basesOf(jsonOf(await this.#o.get?.(this.#o.list, "application/json")));
      // An answer that cannot be read does not take away the one before.
      this.#list = { asked: now, bases: bases.size > 0 ? bases : (this.#list?.bases ?? bases) };
    }
    return this.#list?.bases ?? new Map();
  }
}

function jsonOf(text: string | undefined): unknown {
  if (text === undefined || text.length > MOST_TEXT) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 9224 section 3: services = [[suffixes], [base addresses]]; the first https one is taken. */
function basesOf(list: unknown): Map<string, string> {
  const bases = new Map<string, string>();
  const services = (list as { services?: unknown } | undefined)?.services;
  if (!Array.isArray(services)) return bases;
  for (const service of services) {
    if (!Array.isArray(service) || !Array.isArray(service[0]) || !Array.isArray(service[1])) continue;
    const base = service[1].find((b) => typeof b === "string" && b.startsWith("https://"));
    if (base !== undefined) for (const suffix of service[0]) if (typeof suffix === "string") bases.set(suffix.toLowerCase(), base);
  }
  return bases;
}

/** RFC 9083 section 4.5: the event "registration". An answer about another name, or a date to come, is none. */
function registrationOf(answer: unknown, domain: string, now: number): number | undefined {
  const { events, ldhName } = (answer ?? {}) as { events?: unknown; ldhName?: unknown };
  if (typeof ldhName === "string" && ldhName.toLowerCase().replace(/\.$/, "") !== domain) return undefined;
  if (!Array.isArray(events)) return undefined;
  for (const event of events as ({ eventAction?: unknown; eventDate?: unknown } | null)[]) {
    if (event?.eventAction !== "registration" || typeof event.eventDate !== "string") continue;
    const time = Date.parse(event.eventDate);
    if (Number.isFinite(time) && time > 0 && time <= now + DAY) return time;
  }
  return undefined;
}

function daysOf(since: number, at: number): number {
  return Math.max(0, Math.floor((at - since) / DAY));
}

function ago(since: number, at: number): string {
  const days = daysOf(since, at);
  if (days === 0) return "within a day before";
  return days < 730 ? `${days} ${days === 1 ? "day" : "days"} before` : `${Math.floor(days / 365.25)} years before`;
}
