import { IncidentBuilder } from "../../analyst/incident-builder.ts";
import { contentId } from "../../base/hash.ts";
import { HOUR } from "../../base/time.ts";
import type { HostHourScore } from "../../baseline/endpoint-types.ts";
import type { Alert } from "../../schema/alert.ts";
import type { Network, Unit } from "./alert-files.ts";

/** An incident of the product's own grouping, over host-hours. */
export interface UnitIncident {
  units: Unit[];
  score: number;
}

/** A host-hour becomes an alert when fewer than this share of host-hours are as strange: one in 200, about one a day of a small network. */
const LINE = Math.log(0.005);
const UNUSUAL = "Endpoint / Unusual Alerts of a Host";
const QUIET = "Endpoint / Alert of a Quiet Host";
/** A type of the hour this surprising (nats, of at most 6) joins hosts that show it. */
const ODD = 4;
/** A host lifted by another's strangeness belongs to it. */
const LENT = 0.5;

/** Host-hours beyond the line become alerts, and alerts incidents, as the endpoint lane hands them to the analyst. Strangest first. */
export function groupUnits(network: Network, scored: readonly HostHourScore[]): UnitIncident[] {
  const builder = new IncidentBuilder();
  const byAlert = new Map<string, { unit: Unit; score: number }>();
  network.units.forEach((unit, i) => {
    const score = scored[i];
    if (score === undefined || !unit.scored) return;
    for (const [model, logP] of [
      [UNUSUAL, score.logP],
      [QUIET, score.quietLogP],
    ] as const) {
      if (logP > LINE) continue;
      const alert = alertOf(network.name, unit, score, model, lenderOf(network, scored, i));
      byAlert.set(alert.id, { unit, score: score.score });
      builder.add(alert);
    }
  });
  return builder
    .list(Number.POSITIVE_INFINITY)
    .map((incident) => {
      const parts = incident.alerts.map((id) => byAlert.get(id)).filter((p) => p !== undefined);
      return { units: [...new Set(parts.map((p) => p.unit))], score: Math.max(...parts.map((p) => p.score)) };
    })
    .sort((a, b) => b.score - a.score);
}

/** The strangest other host of this hour and the two before: who lent the context. */
function lenderOf(network: Network, scored: readonly HostHourScore[], at: number): string | undefined {
  const mine = scored[at];
  if (mine === undefined || mine.context < LENT) return undefined;
  let best: HostHourScore | undefined;
  for (let i = at; i >= 0 && (network.units[i]?.hour ?? 0) >= mine.hour - 2; i--) {
    const one = scored[i];
    if (one !== undefined && one !== mine && one.host !== mine.host && (best === undefined || one.own > best.own)) best = one;
  }
  for (let i = at + 1; i < scored.length && network.units[i]?.hour === mine.hour; i++) {
    const one = scored[i];
    if (one !== undefined && one.host !== mine.host && (best === undefined || one.own > best.own)) best = one;
  }
  return best?.host;
}

function alertOf(network: string, unit: Unit, score: HostHourScore, model: string, lender: string | undefined): Alert {
  const time = unit.hour * HOUR;
  return {
    id: contentId(model, network, unit.host, unit.hour),
    time,
    created: time,
    model,
    modelVersion: 1,
    category: "Suspicious",
    compliance: false,
    priority: 3,
    score: Math.min(100, score.score),
    entity: { kind: "device", id: unit.host, hostname: unit.host },
    peers: lender === undefined ? [] : [{ hostname: lender }],
    joins: score.types.filter((t) => -Math.log(t.pInCompany) >= ODD).map((t) => `type:${t.type}`),
    mitre: [],
    tags: [],
    title: `${unit.host} raised alerts that it seldom raises`,
    why: [],
    events: [],
    eventCount: unit.alerts,
  };
}
