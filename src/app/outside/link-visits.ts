import { createHash } from "node:crypto";
import type { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { registrableDomain } from "../../base/domain.ts";
import { DAY, iso } from "../../base/time.ts";
import type { visit } from "../../contract/index.ts";
import type { FromFetcher, Look } from "../../fetcher/protocol.ts";
import { comparePages, type PageFacts, type SeenPage } from "../../parsers/links/landing-page.ts";
import type { Rewriter } from "../../parsers/links/unwrap.ts";
import type { Alert } from "../../schema/alert.ts";
import type { Store } from "../../store/types.ts";
import { foundLinks } from "./found-links.ts";

export type Visit = z.infer<typeof visit>;

/** The two programs, as this needs them. */
export interface Visiting {
  look(url: string): Promise<FromFetcher | undefined>;
  read(page: { bytes: Uint8Array; type: string; url: string }): Promise<PageFacts | undefined>;
}

export interface LinkVisitsOptions {
  /** Undefined: visiting is off. */
  visiting: Visiting | undefined;
  store: Store;
  clock: Clock;
  rewriters: readonly Rewriter[];
  /** A visit came to an end: pages may ask again. */
  changed(): void;
  log(level: "info" | "warn" | "error", message: string): void;
}

/** Visits kept; the oldest go first. */
const MOST_KEPT = 2_000;
const MOST_WAITING = 500;
/** Links of one alert that are visited, and of one domain among them. */
const PER_ALERT = 6;
const PER_DOMAIN = 2;
const AT_ONCE = 4;
/** What was visited is not visited again for so long, unless an analyst asks. */
const FRESH = DAY;
/** Links of alerts about what happened longer ago are left alone: old logs being read in are no reason to knock at doors. */
const RECENT = 7 * DAY;
const INDEX = "visits";

const WORDS: Readonly<Record<string, string>> = {
  "inner-address": "it leads to an inner address",
  "own-address": "it leads to an address of our own",
  "not-an-address": "its name has no proper address",
  "inner-name": "its name is one of inner networks",
  "port-refused": "it leads to another port than the web's",
  "credentials-refused": "it carries a name and password",
  "not-a-web-address": "it leads to something that is no web page",
  "unsafe-link": "opening it would do something (unsubscribe, confirm, reset)",
  loop: "it redirects in a circle",
  "too-many-hops": "it redirects too often",
  "timed-out": "it did not answer in time",
  "broken-answer": "its answer is no web page",
  "name-unknown": "its name has no address",
  "tls-failed": "no secure connection came about",
  "proxy-refused": "the egress proxy did not let it through",
  "proxy-unreachable": "the egress proxy does not answer",
  "queue-full": "too many links wait",
  "fetcher-ended": "the visiting program ended meanwhile",
};

/** Links of alerts visited by the program behind the proxy, their pages read by another one, and what was found kept by link. Detection does not wait for it. */
export class LinkVisits {
  readonly #o: LinkVisitsOptions;
  readonly #known = new Map<string, Visit>();
  readonly #waiting = new Map<string, ((found: Visit) => void)[]>();
  /** Keys in the store, oldest first. */
  #index: { key: string; domain: string }[] = [];
  #running = 0;
  #closed = false;
  readonly counts = { visited: 0, refused: 0, failed: 0 };

  constructor(options: LinkVisitsOptions) {
    this.#o = options;
  }

  get on(): boolean {
    return this.#o.visiting !== undefined;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  async open(): Promise<void> {
    const index = await this.#o.store.ask("setting", { key: INDEX });
    if (Array.isArray(index)) this.#index = index as { key: string; domain: string }[];
  }

  /** Looks at what an alert's records carry; returns at once. */
  take(alerts: readonly Alert[]): void {
    if (!this.on || this.#closed) return;
    const now = this.#o.clock.now();
    for (const alert of alerts) {
      if (now - alert.time > RECENT) continue;
      const records = alert.events.map((event) => ({ family: event.family, fields: event as unknown as Record<string, unknown> }));
      const perDomain = new Map<string, number>();
      let taken = 0;
      for (const { url, domain } of foundLinks(records, this.#o.rewriters)) {
        const count = perDomain.get(domain) ?? 0;
        if (taken >= PER_ALERT || count >= PER_DOMAIN) continue;
        perDomain.set(domain, count + 1);
        taken++;
        void this.#want(url).catch((error: unknown) => this.#o.log("error", `visit of a link failed: ${String(error)}`));
      }
    }
  }

  /** What is known of a link now. */
  async visitOf(url: string): Promise<Visit> {
    if (this.#waiting.has(url)) return { state: "waiting", text: "The destination is being visited." };
    const known = await this.#kept(url);
    if (known !== undefined) return known;
    return { state: "off", text: this.on ? "Destination not visited." : "Destination not visited: visiting links is off." };
  }

  /** The last visit of a destination of a registrable domain. */
  async lastUnder(domain: string): Promise<(Visit & { url: string }) | undefined> {
    const key = this.#index.findLast((each) => each.domain === domain)?.key;
    return key === undefined ? undefined : ((await this.#o.store.ask("setting", { key })) as Visit & { url: string });
  }

  /** Visits a link now, whatever is known of it. Undefined when visiting is off. */
  async again(url: string): Promise<Visit | undefined> {
    if (!this.on) return undefined;
    this.#known.delete(url);
    return await this.#queued(url);
  }

  close(): void {
    this.#closed = true;
  }

  async #want(url: string): Promise<void> {
    if (this.#waiting.has(url)) return;
    const known = await this.#kept(url);
    const proxyFault = known?.reason === "proxy-unreachable" || known?.reason === "fetcher-ended";
    if (known?.time !== undefined && !proxyFault && this.#o.clock.now() - Date.parse(known.time) < FRESH) return;
    await this.#queued(url);
  }

  #queued(url: string): Promise<Visit> {
    const others = this.#waiting.get(url);
    if (others !== undefined) return new Promise((done) => others.push(done));
    if (this.#waiting.size >= MOST_WAITING) return Promise.resolve(this.#ended("failed", "queue-full"));
    return new Promise((done) => {
      this.#waiting.set(url, [done]);
      this.#feed();
    });
  }

  #feed(): void {
    let skip = this.#running;
    for (const url of this.#waiting.keys()) {
      if (this.#running >= AT_ONCE || this.#closed) return;
      if (skip > 0) {
        skip--;
        continue;
      }
      this.#running++;
      void this.#one(url);
    }
  }

  async #one(url: string): Promise<void> {
    let found: Visit;
    try {
      found = await this.#visit(url);
      this.counts[found.state as "visited" | "refused" | "failed"]++;
      if (!this.#closed) await this.#keep(url, found);
    } catch (error) {
      found = this.#ended("failed", "fetcher-ended");
      if (!this.#closed) this.#o.log("error", `what a visit found was not kept: ${String(error)}`);
    }
    const waiting = this.#waiting.get(url) ?? [];
    this.#waiting.delete(url);
    this.#running--;
    for (const done of waiting) done(found);
    if (!this.#closed) {
      this.#o.changed();
      this.#feed();
    }
  }

  async #visit(url: string): Promise<Visit> {
    const answer = await this.#o.visiting?.look(url);
    const [first, second] = answer?.looks ?? [];
    if (first === undefined) return this.#ended("failed", "fetcher-ended");
    const page = await this.#seen(first);
    const other = second === undefined ? undefined : comparePages(page, await this.#seen(second));
    const { facts } = page;
    return {
      ...this.#ended(first.state, first.reason, first),
      hops: first.hops.map(({ url: at, address, status }) => ({
        url: at.slice(0, 500),
        ...(address === undefined ? {} : { address }),
        ...(status === undefined ? {} : { status }),
      })),
      ...(first.status === undefined ? {} : { status: first.status }),
      ...(first.type === undefined ? {} : { type: first.type }),
      ...(first.bytes === undefined ? {} : { bytes: first.bytes }),
      ...(first.cut === undefined ? {} : { cut: first.cut }),
      ...(facts === undefined ? {} : { title: facts.title, forms: facts.forms, credentialFields: facts.credentialFields, brands: facts.brands }),
      ...(facts?.language === undefined ? {} : { language: facts.language }),
      ...(other === undefined ? {} : { otherFace: other }),
    };
  }

  async #seen(look: Look): Promise<SeenPage> {
    const url = look.hops.at(-1)?.url ?? "";
    const facts = look.body === undefined ? undefined : await this.#o.visiting?.read({ bytes: look.body, type: look.type ?? "", url });
    return { state: look.state, status: look.status, url, facts };
  }

  #ended(state: Look["state"], reason: string | undefined, look?: Look): Visit {
    const at = { time: iso(this.#o.clock.now()), ...(reason === undefined ? {} : { reason }) };
    if (state === "visited") {
      const to = look?.hops.at(-1)?.url ?? "";
      const hops = (look?.hops.length ?? 1) - 1;
      return {
        state,
        text: `Visited${hops === 0 ? "" : `, ${hops} ${hops === 1 ? "redirect" : "redirects"}`}: ended at ${hostOf(to)} with status ${look?.status ?? "none"}.`,
        ...at,
      };
    }
    const word = WORDS[reason ?? ""] ?? "it could not be reached";
    return { state, text: state === "refused" ? `Destination not visited: ${word}.` : `Destination not seen: ${word}.`, ...at };
  }

  async #kept(url: string): Promise<Visit | undefined> {
    const here = this.#known.get(url);
    if (here !== undefined) return here;
    const key = keyOf(url);
    if (!this.#index.some((each) => each.key === key)) return undefined;
    const stored = (await this.#o.store.ask("setting", { key })) as Visit | undefined;
    if (stored !== undefined) this.#remember(url, stored);
    return stored;
  }

  async #keep(url: string, found: Visit): Promise<void> {
    const { store } = this.#o;
    this.#remember(url, found);
    const key = keyOf(url);
    await store.ask("putSetting", { key, value: { ...found, url } });
    const domain = registrableDomain(hostOf(url)) ?? hostOf(url);
    this.#index = [...this.#index.filter((each) => each.key !== key), { key, domain }];
    while (this.#index.length > MOST_KEPT) await store.ask("putSetting", { key: this.#index.shift()?.key ?? "", value: undefined });
    await store.ask("putSetting", { key: INDEX, value: this.#index });
  }

  #remember(url: string, found: Visit): void {
    if (this.#known.size >= MOST_KEPT) for (const oldest of this.#known.keys()) if (this.#known.delete(oldest)) break;
    this.#known.set(url, found);
  }
}

function keyOf(url: string): string {
  return `visit:${createHash("sha256").update(url).digest("hex").slice(0, 32)}`;
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url.slice(0, 100);
  }
}
