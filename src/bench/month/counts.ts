import { DAY } from "../../base/time.ts";
import type { Incident } from "../../schema/alert.ts";
import type { HonestMonth } from "./honest-month.ts";

const MOST_LINES = 12;

/** Counts of the watched days of one organisation, one entry a day, zeros too. */
export interface Counts {
  all: number[];
  shown: number[];
  critical: number[];
  compliance: number[];
  /** Alerts of priority 2 or more that are in no incident: their model says so too often for its word alone. */
  waiting: number[];
  alerts: number[];
  named: number[];
  others: { name: string; byDay: (number | undefined)[] }[];
}

export function countsOf(month: HonestMonth, start: number, learned: number, days: number): Counts {
  // Days of UTC, named by noon of the organisation's first; what lies before or after belongs to the day at that end, so that nothing is left out.
  const first = Math.floor((start + (learned + 0.5) * DAY) / DAY);
  const list = Array.from({ length: days - learned }, (_, i) => first + i);
  const at = (day: number): number => Math.min(list.length - 1, Math.max(0, day - first));
  const summed = (byDay: Iterable<readonly [number, number]>): number[] => {
    const out = list.map(() => 0);
    for (const [day, n] of byDay) out[at(day)] = (out[at(day)] ?? 0) + n;
    return out;
  };
  const incidents = month.incidents();
  const by = (of: readonly Incident[]): number[] => summed(of.map((x) => [Math.floor(x.start / DAY), 1] as const));
  return {
    all: by(incidents),
    shown: by(incidents.filter((x) => !x.overBudget)),
    critical: by(incidents.filter((x) => x.category === "critical")),
    compliance: by(incidents.filter((x) => x.category === "compliance")),
    waiting: summed(month.waitingByDay()),
    alerts: summed(month.alertsByDay),
    named: summed(month.namedByDay()),
    others: month.others.items().map(({ name, byDay }) => ({ name, byDay: list.map((day) => byDay.get(day)) })),
  };
}

/** Day by day, so that the learning of the first ones is visible. */
export function tellDays(counts: Counts, learned: number): string[] {
  return counts.all.map((all, i) => {
    const shown = counts.shown[i] ?? 0;
    const critical = counts.critical[i] ?? 0;
    const compliance = counts.compliance[i] ?? 0;
    return `  day ${learned + i + 1}: ${all} incidents, ${shown} shown and ${all - shown} over budget, ${critical} critical, ${all - critical - compliance} suspicious, ${compliance} compliance; ${counts.waiting[i]} of ${counts.alerts[i]} alerts are of priority 2 or more and in none\n`;
  });
}

/** Which models make them: what to mend. */
export function tellWhat(month: HonestMonth): string[] {
  const lines: string[] = [];
  const most = (of: ReadonlyMap<string, number>): [string, number][] => [...of].sort((a, b) => b[1] - a[1]).slice(0, MOST_LINES);
  lines.push("  alerts by model:\n", ...most(month.alertsByModel).map(([model, n]) => `    ${n}  ${model}\n`));
  const lead = new Map<string, number>();
  for (const incident of month.incidents()) {
    const models = [
      ...new Set(
        incident.alerts
          .map((id) => month.alerts.get(id))
          .filter((a) => a !== undefined && a.priority >= 2)
          .map((a) => a?.model ?? ""),
      ),
    ];
    const key = models.sort().join(" + ");
    lead.set(key, (lead.get(key) ?? 0) + 1);
  }
  lines.push("  incidents by their models of priority 2 and above:\n", ...most(lead).map(([models, n]) => `    ${n}  ${models}\n`));
  for (const x of month
    .incidents()
    .filter((i) => i.category === "critical")
    .slice(0, MOST_LINES)) {
    const why = x.alerts
      .map((id) => month.alerts.get(id))
      .filter((a) => a?.category === "Critical")
      .map((a) => `${a?.model}: ${a?.title}`);
    lines.push(`  critical on ${new Date(x.start).toISOString()}: ${x.title} (${[...new Set(why)].slice(0, 3).join("; ")})\n`);
  }
  return lines;
}
