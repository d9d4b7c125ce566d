import { COUNTRIES } from "../lexicon/countries.ts";
import type { Draw } from "../world/draw.ts";
import { drawCountry, NameMaker } from "../world/make-names.ts";
import type { OrganisationLife, Person, World } from "../world/types.ts";
import { HostBook, type WebHost } from "./hosts.ts";

export interface WebSite {
  main: WebHost;
  /** Its own further hosts: images, scripts, interface. */
  assets: WebHost[];
  /** Others' hosts that its pages call: measurement, advertising, fonts, players. */
  third: WebHost[];
  /** Median bytes of a page's main connection. */
  bytes: number;
  kind: "news" | "shop" | "reference" | "business" | "video" | "forum";
}

const SITES = 6_000;
const THIRD_PARTIES = 140;

/**
 * The web outside: sites in the order of their popularity (which falls as 1 / rank, as measured on real logs of names), and third parties that many
 * sites call, the first of them nearly all. All names are invented. Sites are made when first visited.
 */
export class Web {
  readonly hosts: HostBook;
  readonly #draw: Draw;
  readonly #names = new NameMaker();
  readonly #labels: string[] = [];
  readonly #third: WebHost[] = [];
  readonly #sites = new Map<number, WebSite>();
  readonly #organisation: OrganisationLife;

  constructor(world: World) {
    this.#draw = world.draw.fork("web");
    this.#organisation = world.organisation;
    this.hosts = new HostBook(this.#draw, world.calendar.start);
    const labels = this.#draw.fork("labels");
    for (let i = 0; i < SITES; i++) this.#labels.push(this.#names.label(labels));
    const third = this.#draw.fork("third");
    for (let i = 0; i < THIRD_PARTIES; i++) {
      const label = this.#names.label(third);
      this.#third.push(
        this.hosts.host(
          `${third.pick(["cdn", "js", "pixel", "tag", "static", "api", "fonts", "ads", "collect", "sync", "img"])}.${label}-${third.pick(["metrics", "media", "ads", "cdn", "tags", "data"])}.${third.pick(["com", "net", "io"])}`,
        ),
      );
    }
  }

  site(rank: number): WebSite {
    let site = this.#sites.get(rank);
    if (site === undefined) {
      site = this.#make(this.#draw.fork(`site/${rank}`), rank);
      this.#sites.set(rank, site);
    }
    return site;
  }

  /** A rank with odds 1 / (rank + 3): half the visits go to the first seventy, and there is always a new one. */
  drawRank(draw: Draw): number {
    return Math.min(SITES - 1, Math.floor(3 * ((SITES + 3) / 3) ** draw.next()) - 3);
  }

  /** What one person comes back to: some sites of the many, and those of the firms it deals with. */
  favourites(person: Person, partners: readonly string[]): WebSite[] {
    const draw = this.#draw.fork(`favourites/${person.id}`);
    const ranks = new Set<number>();
    const count = Math.min(60, Math.round(8 + draw.lognormal(14, 0.6)));
    while (ranks.size < count) ranks.add(this.drawRank(draw));
    return [...[...ranks].map((r) => this.site(r)), ...partners.map((domain) => this.siteOf(domain))];
  }

  /** The site of a firm by its domain: small, on its own. */
  siteOf(domain: string): WebSite {
    const draw = this.#draw.fork(`firm/${domain}`);
    return {
      main: this.hosts.host(`www.${domain}`),
      assets: [],
      third: draw.some(this.#third.slice(0, 25), draw.int(0, 5)),
      bytes: draw.lognormal(60_000, 0.8),
      kind: "business",
    };
  }

  #make(draw: Draw, rank: number): WebSite {
    const country = draw.chance(0.3) ? drawCountry(draw, this.#organisation.country, 0.8) : draw.weighted(COUNTRIES, (c) => c.share);
    const tld = draw.chance(0.45) ? "com" : draw.chance(0.2) ? draw.pick(["org", "net", "io", "app"]) : country.tld;
    const domain = `${this.#labels[rank] ?? `site${rank}`}.${tld}`;
    const kind = draw.pick(["news", "shop", "reference", "reference", "business", "business", "video", "forum"] as const);
    const big = rank < 150;
    const place = big ? undefined : country.code;
    const assets = Array.from({ length: draw.poisson(big ? 3 : 0.8) }, (_, i) =>
      this.hosts.host(`${draw.pick(["img", "static", "cdn", "api", "assets", "media"])}${i === 0 ? "" : i}.${domain}`, draw.chance(0.5) ? place : undefined),
    );
    const calls = kind === "news" ? draw.int(8, 30) : kind === "shop" ? draw.int(5, 18) : draw.int(0, 9);
    const third = new Set<WebHost>();
    for (let i = 0; i < calls; i++) {
      const host = this.#third[Math.floor(2 * ((THIRD_PARTIES + 2) / 2) ** draw.next()) - 2];
      if (host !== undefined) third.add(host);
    }
    return { main: this.hosts.host(draw.chance(0.75) ? `www.${domain}` : domain, place), assets, third: [...third], bytes: draw.lognormal(45_000, 1), kind };
  }
}
