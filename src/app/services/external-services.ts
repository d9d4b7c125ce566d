import type { Services } from "../../api/ports.ts";
import { iso } from "../../base/time.ts";
import { externalOf } from "../../baseline/users/external-life.ts";
import type { SaasLane } from "../../lanes/saas/saas-lane.ts";
import type { Store } from "../../store/types.ts";
import { verdictsOf } from "../outside/alert-outside.ts";
import { devicesAt } from "../outside/devices-at.ts";
import type { Outside } from "../outside/set-up.ts";

export interface ExternalParts {
  lane: SaasLane;
  outside: Outside;
  store: Store;
  now(): number;
  /** How many own devices there are, and the name of one. */
  devices(): number;
  nameOf(device: string): string | undefined;
}

/** What is outside, as cloud records told and as records of the network name it, with what lists, registries and visits say. */
export function externalServices({ lane, outside, store, now, devices, nameOf }: ExternalParts): Pick<Services, "external"> {
  const { life } = lane;
  const devicesOf = async (id: string, kind: string, signal: AbortSignal) =>
    (kind === "address" || kind === "domain" ? await devicesAt(store, id, kind, signal) : []).map((d) => {
      const hostname = nameOf(d.id);
      return { ...d, ...(hostname === undefined ? {} : { hostname }) };
    });
  return {
    async external({ params, signal }) {
      const id = params.id.toLowerCase();
      const found = externalOf(life, lane.tenantIds, id, now());
      const place = found.kind === "address" ? life.options.place(id) : found.kind === "asn" ? life.options.place(found.members[0]?.id ?? "") : undefined;
      const host = id.slice(id.lastIndexOf("@") + 1);
      const named = found.kind === "domain" || found.kind === "user";
      const imitates = named ? life.options.imitates?.(host) : undefined;
      const seen = await devicesOf(id, found.kind, signal);
      const firsts = [found.first, ...seen.map((d) => d.first)].filter((t) => t !== undefined);
      const lasts = [found.last, ...seen.map((d) => d.last)].filter((t) => t !== undefined);
      const visited = found.kind === "domain" ? await outside.visits.lastUnder(host) : undefined;
      return {
        id,
        kind: found.kind,
        known: found.known || seen.length > 0,
        rarity:
          seen.length > 1 && !found.known
            ? Math.max(0, Math.round(100 * (1 - Math.log1p(seen.length - 1) / Math.log1p(Math.max(seen.length, devices())))))
            : found.rarity,
        users: found.users.map((u) => ({ ...u, first: iso(u.first) })),
        devices: seen.map(({ last: _, first, ...d }) => ({ ...d, first: iso(first) })),
        members: found.members.map((m) => ({ ...m, first: iso(m.first) })),
        verdicts: verdictsOf(outside, outside.intelligence.look(id, now())),
        ...(firsts.length === 0 ? {} : { firstSeen: iso(Math.min(...firsts)) }),
        ...(lasts.length === 0 ? {} : { lastSeen: iso(Math.max(...lasts)) }),
        ...(found.days === undefined ? {} : { days: found.days }),
        ...(place?.country === undefined ? {} : { country: place.country }),
        ...(place?.asn === undefined ? {} : { asn: place.asn }),
        ...(place?.asnName === undefined ? {} : { operator: place.asnName }),
        ...(imitates === undefined ? {} : { imitates }),
        ...(named ? { age: outside.ages.ageOf(host, now()) } : {}),
        ...(visited === undefined ? {} : { visit: visited }),
      };
    },
  };
}
