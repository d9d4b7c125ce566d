import { fileURLToPath } from "node:url";
import type { Clock } from "../../base/clock.ts";
import { registrableDomain } from "../../base/domain.ts";
import { canonicalIp } from "../../base/ip.ts";
import { Intelligence } from "../../enrich/intelligence.ts";
import type { FromFetcher, Settings } from "../../fetcher/protocol.ts";
import { EmailLane } from "../../lanes/email/email-lane.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import { SaasLane } from "../../lanes/saas/saas-lane.ts";
import { readLinkLookups } from "../../parsers/links/link-lookups.ts";
import type { Rewriter } from "../../parsers/links/unwrap.ts";
import { readVisitingLookups } from "../../parsers/links/visiting-lookups.ts";
import type { Organisation } from "../../schema/organisation.ts";
import type { Store } from "../../store/types.ts";
import type { Config } from "../config.ts";
import { contentFolder } from "../places-of-files.ts";
import { ownAddresses } from "../response/own-addresses.ts";
import { ChildProgram } from "./child-program.ts";
import { DomainAges } from "./domain-ages.ts";
import { Feeds } from "./feeds.ts";
import { LinkVisits, type Visiting } from "./link-visits.ts";
import type { PageAnswer, PageRequest, PageSettings } from "./page-worker.ts";

export interface OutsideParts {
  config: Pick<Config, "links" | "intelligence">;
  organisation: Organisation;
  core: PlatformCore;
  store: Store;
  clock: Clock;
  changed(): void;
  log(level: "info" | "warn" | "error", message: string): void;
}

/** What is known of the outside beside what the lanes learned: visits of links, ages of domains, lists and feeds. */
export interface Outside {
  visits: LinkVisits;
  ages: DomainAges;
  intelligence: Intelligence;
  feeds: Feeds;
  rewriters: readonly Rewriter[];
  start(): void;
  close(): Promise<void>;
}

type Fetcher = ChildProgram<{ kind: "visit"; url: string } | { kind: "document"; url: string; accept: string }, FromFetcher>;

/** Wall time for one request of a program beyond the looks' own limits: it then hangs, and is ended. */
const GRACE = 20_000;
/** Data segment of each program: V8 does not begin below 0.75 GB; its heap's limit is a quarter. */
const MEMORY = 1_073_741_824;

/** Puts visiting, registries and lists together as configured. Nothing is started, and nobody asked, before there is something to ask. */
export async function setUpOutside(parts: OutsideParts): Promise<Outside> {
  const { config, organisation, core, store, clock } = parts;
  const { proxy, visit, registry, registryList, nameServers } = config.links;
  const lookups = readLinkLookups(contentFolder());
  const visiting = readVisitingLookups(contentFolder());
  const limits = visiting.limits;
  const settings: Settings = {
    kind: "settings",
    proxy: proxy ?? "",
    own: [...ownNetworks(organisation), ...ownAddresses(), ...hostOf(proxy)],
    nameServers,
    unsafe: visiting.unsafe,
    faces: visiting.faces,
    limits,
  };
  const fetcher: Fetcher = new ChildProgram({
    program: fileURLToPath(new URL("../../fetcher/main.ts", import.meta.url)),
    settings,
    wallMs: limits.ms * visiting.faces.length * 4 + GRACE,
    memoryBytes: MEMORY,
  });
  const readerSettings: PageSettings = {
    kind: "settings",
    brands: brandsOf(lookups.lookalike.protected, organisation.domains),
    credentialFields: visiting.credentialFields,
  };
  const reader = new ChildProgram<PageRequest, PageAnswer>({
    program: fileURLToPath(new URL("./page-worker.ts", import.meta.url)),
    settings: readerSettings,
    wallMs: GRACE,
    memoryBytes: MEMORY,
  });
  const programs: Visiting = {
    look: (url) => fetcher.ask({ kind: "visit", url }),
    read: async (page) => (await reader.ask({ kind: "page", ...page }))?.facts,
  };
  const visits = new LinkVisits({
    visiting: proxy !== undefined && visit ? programs : undefined,
    store,
    clock,
    rewriters: lookups.rewriters,
    changed: parts.changed,
    log: parts.log,
  });
  const ages = new DomainAges({
    get: proxy !== undefined && registry ? (url, accept) => documentOf(fetcher, url, accept) : undefined,
    list: registryList,
    store,
    clock,
    firstSeen: (domain) => firstSeen(core, domain),
    changed: parts.changed,
  });
  const intelligence = new Intelligence();
  const feeds = new Feeds(config.intelligence, intelligence, clock, parts.changed);
  await visits.open();
  await ages.open();
  core.part(EmailLane).askAges((domain) => ages.registeredAt(domain));
  return {
    visits,
    ages,
    intelligence,
    feeds,
    rewriters: lookups.rewriters,
    start: () => feeds.start(),
    async close() {
      feeds.close();
      ages.close();
      visits.close();
      await Promise.all([fetcher.close(), reader.close()]);
    },
  };
}

async function documentOf(fetcher: Fetcher, url: string, accept: string): Promise<string | undefined> {
  const [look] = (await fetcher.ask({ kind: "document", url, accept }))?.looks ?? [];
  return look?.state === "visited" && look.status === 200 && look.cut !== true && look.body !== undefined ? Buffer.from(look.body).toString("utf8") : undefined;
}

/** When a domain was first seen by any lane: in a link, as a tenant, in mail. */
function firstSeen(core: PlatformCore, domain: string): number | undefined {
  const seen = [core.part(SaasLane).life.firstSeenOf(domain), core.part(EmailLane).firstSeen(domain)].filter((t) => t !== undefined);
  return seen.length === 0 ? undefined : Math.min(...seen);
}

function ownNetworks(organisation: Organisation): string[] {
  const named = [...organisation.nat, ...organisation.proxies, ...organisation.vpn].filter((text) => canonicalIp(text.split("/", 1)[0] ?? "") !== undefined);
  return [...organisation.networks, ...named];
}

function hostOf(proxy: string | undefined): string[] {
  const ip = proxy === undefined ? undefined : canonicalIp(new URL(proxy).hostname.replace(/^\[|\]$/g, ""));
  return ip === undefined ? [] : [ip];
}

/** Labels of well-known domains and of our own; short ones are words of every page. */
function brandsOf(known: readonly string[], own: readonly string[]): { word: string; of: string }[] {
  return [...known, ...own].flatMap((name) => {
    const domain = registrableDomain(name) ?? name;
    const word = domain.slice(0, domain.indexOf("."));
    return word.length >= 4 ? [{ word, of: domain }] : [];
  });
}
