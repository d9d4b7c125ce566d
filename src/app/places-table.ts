import { readFileSync } from "node:fs";
import { Reader, type Response } from "maxmind";
import { CodedError } from "../base/result.ts";
import type { PlaceTable } from "../enrich/places.ts";

export { countryTable } from "../enrich/country-table.ts";

interface AsnRow {
  autonomous_system_number?: number;
  autonomous_system_organization?: string;
}

/** Autonomous systems from the operator's own table in MaxMind format. */
export function asnTable(path: string): PlaceTable {
  let reader: Reader<Response>;
  try {
    reader = new Reader<Response>(readFileSync(path));
  } catch (error) {
    throw new CodedError("asn-table-unreadable", `${path}: not a readable table of autonomous systems: ${(error as Error).message}`, { exitCode: 2 });
  }
  return {
    lookup(ip) {
      const row = reader.get(ip) as AsnRow | null;
      if (row?.autonomous_system_number === undefined) return undefined;
      const name = row.autonomous_system_organization;
      return name === undefined ? { asn: row.autonomous_system_number } : { asn: row.autonomous_system_number, asnName: name };
    },
  };
}
