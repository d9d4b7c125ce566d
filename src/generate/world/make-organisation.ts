import { COUNTRIES, HOME_COUNTRIES } from "../lexicon/countries.ts";
import { INDUSTRIES } from "../lexicon/words.ts";
import type { Draw } from "./draw.ts";
import { addressIn, type NameMaker } from "./make-names.ts";
import type { Network, OrganisationLife, Site } from "./types.ts";

export function makeOrganisation(draw: Draw, names: NameMaker, people: number): OrganisationLife {
  const home = draw.weighted(
    COUNTRIES.filter((c) => HOME_COUNTRIES.includes(c.code)),
    (c) => c.share,
  );
  const { name, domain } = names.company(draw, home);
  const label = domain.split(".")[0] ?? "";
  const second = `${label}.${draw.pick(["com", "net", "eu", "org"].filter((t) => !domain.endsWith(`.${t}`)))}`;
  const siteCount = people < 25 ? 1 : people < 150 ? 2 : 3;
  const cities = draw.shuffled(home.cities);
  const base = draw.int(10, 200);
  const sites: Site[] = [];
  for (let i = 0; i < siteCount; i++) {
    const abroad =
      i === 2
        ? draw.weighted(
            COUNTRIES.filter((c) => c.code !== home.code),
            (c) => c.share,
          )
        : home;
    const city = i === 2 ? draw.pick(abroad.cities) : (cities[i] ?? home.cities[0] ?? "");
    sites.push(makeSite(city, abroad.code, abroad.timezone, base + i, i === 0, addressIn(draw, abroad.code)));
  }
  const edge = addressIn(draw, home.code).split(".").slice(0, 3).join(".");
  const last = draw.int(16, 200);
  const rid = () => draw.int(100_000_000, 4_000_000_000);
  return {
    name,
    domain,
    domains: [domain, second],
    adDomain: `ad.${domain}`,
    netbios: label.slice(0, 12).toUpperCase(),
    sid: `S-1-5-21-${rid()}-${rid()}-${rid()}`,
    tenantId: draw.uuid(),
    tenantDomain: `${label}.onmicrosoft.com`,
    country: home.code,
    language: home.language,
    timezone: home.timezone,
    sites,
    vpnGateway: `${edge}.${last + 2}`,
    vpnPool: `10.${base}.96.0/20`,
    publicAddresses: { mail: `${edge}.${last}`, web: `${edge}.${last + 1}`, vpn: `${edge}.${last + 2}` },
    industry: draw.pick(INDUSTRIES),
  };
}

function makeSite(city: string, country: string, timezone: string, second: number, main: boolean, egress: string): Site {
  const site = city;
  const network = (name: string, kind: Network["kind"], block: string): Network => ({
    name: `${city} ${name}`,
    cidr: `10.${second}.${block}`,
    kind,
    site,
    gateway: `10.${second}.${block.replace(/\.0\/\d+$/, ".1")}`,
  });
  const networks = [network("clients", "clients", "16.0/20"), network("things", "things", "8.0/22"), network("guests", "guests", "48.0/20")];
  if (main) networks.push(network("servers", "servers", "2.0/24"), network("dmz", "dmz", "4.0/24"), network("remote access", "vpn", "96.0/20"));
  // Where a part of the office moves within the period.
  networks.push(network("new floor", "clients", "64.0/20"));
  return { name: site, city, country, timezone, egress, networks };
}
