import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Reader, type Response } from "maxmind";
import type { PlaceTable } from "../../enrich/places.ts";

/** Countries of addresses, from the same table as the product's own: benches may not import what composes it. */
export function worldPlaces(): PlaceTable {
  const root = dirname(createRequire(import.meta.url).resolve("@ip-location-db/geo-whois-asn-country-mmdb/package.json"));
  const reader = new Reader<Response>(readFileSync(join(root, "geo-whois-asn-country.mmdb")));
  return {
    lookup(ip) {
      const row = reader.get(ip) as { country_code?: string } | null;
      return row?.country_code === undefined ? undefined : { country: row.country_code };
    },
  };
}
