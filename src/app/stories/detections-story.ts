import { appendFileSync, mkdirSync } from "node:fs";
import type { z } from "zod";
import { DAY, HOUR, iso, MINUTE } from "../../base/time.ts";
import type { alertSummary } from "../../contract/index.ts";
import { type GraphAlert, graphAlertLine } from "./graph-alert.ts";
import { StoryPlatform } from "./story-platform.ts";
import type { Table } from "./table.ts";

type Alert = z.infer<typeof alertSummary>;

export const DETECTION_ROWS = ["D18", "D21", "D22"] as const;
const DAYS = 77;
const HOSTS = 80;
const START = Date.UTC(2026, 0, 5);
const FOLDER = "Security Integration / ";
/** Models that tell deviations; the others of the folder show every detection by its severity. */
const DEVIATIONS = [
  "First Detection of Its Kind",
  "New Type of Detection on the Device",
  "Unusual Number of Detections",
  "Unusual Hour of Detections",
  "Detection at an Unusual Hour",
  "New Combination of Detections",
].map((name) => FOLDER + name);

interface Deviation {
  kind: string;
  host: string;
  from: number;
  to: number;
  /** Models of which one has to tell it. */
  by: readonly string[];
}

/** Eleven weeks of an endpoint product's everyday words on eighty machines, with deviations of each kind laid in after nine of them. */
export async function tellDetections(table: Table, say: (line: string) => void): Promise<void> {
  say("eleven weeks of an endpoint product's detections on eighty machines, with deviations laid in");
  const platform = new StoryPlatform(START, say);
  try {
    mkdirSync(platform.path("exports"));
    platform.put("org.yaml", "domains: [works.example]\n");
    platform.put("wonted.yaml", "version: 1\norganisation: org.yaml\nsources:\n  - {id: defender, kind: cloud, path: exports}\n");
    await platform.start();
    const { lines, deviations } = stream();
    let next = 0;
    for (let day = 1; day <= DAYS; day++) {
      const until = START + day * DAY;
      let text = "";
      for (let one = lines[next]; one !== undefined && one.reported < until; one = lines[++next]) text += graphAlertLine(one);
      if (text !== "") appendFileSync(platform.path("exports", "alerts.ndjson"), text);
      await platform.passTo(until);
    }
    await tell(table, platform, lines, deviations);
  } finally {
    await platform.close();
  }
}

const hostOf = (n: number): string => `pc-${n + 1}.works.example`;

function stream(): { lines: GraphAlert[]; deviations: Deviation[] } {
  const lines: GraphAlert[] = [];
  const put = (time: number, title: string, severity: GraphAlert["severity"], host: string): void => {
    lines.push({ time, reported: time + 3 * MINUTE, title, severity, host });
  };
  // A generator of its own: the same stream at every run.
  let state = 7;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let day = 0; day < DAYS; day++)
    for (let host = 0; host < HOSTS; host++) {
      const morning = START + day * DAY + 8 * HOUR;
      if (new Date(morning).getUTCDay() % 6 === 0) continue;
      for (let i = 0; i < 4; i++) if (draw() < 0.7) put(morning + draw() * 9 * HOUR, "Unwanted software was prevented", "low", hostOf(host));
      if (host >= 8 && host < 12 && draw() < 0.4) put(morning + draw() * 9 * HOUR, "Suspicious script from the build server", "medium", hostOf(host));
      if (host >= 12 && host < 16 && draw() < 0.4) put(morning + draw() * 9 * HOUR, "Macro in a mailed document was blocked", "medium", hostOf(host));
      if (host === 7 && draw() < 0.5) put(morning + draw() * 2 * HOUR, "Credential prompt by the backup agent", "medium", hostOf(host));
    }
  const deviations: Deviation[] = [];
  const lay = (
    kind: string,
    day: number,
    hour: number,
    host: number,
    by: readonly string[],
    titles: readonly (readonly [string, GraphAlert["severity"], number])[],
  ): void => {
    const from = START + day * DAY + hour * HOUR;
    for (const [title, severity, minute] of titles) put(from + minute * MINUTE, title, severity, hostOf(host));
    const last = titles.at(-1)?.[2] ?? 0;
    deviations.push({ kind, host: hostOf(host), from: from - MINUTE, to: from + (last + 90) * MINUTE, by: by.map((name) => FOLDER + name) });
  };
  const [first, fresh] = ["First Detection of Its Kind", "New Type of Detection on the Device"];
  for (const [i, day] of [63, 70].entries()) {
    lay("first type in the organisation", day, 10, i, [first], [[`Tampering with the sensor ${i}`, "high", 0]]);
    lay("new to the device, common elsewhere", day + 1, 11, 2 + i, [fresh], [["Suspicious script from the build server", "medium", 0]]);
    lay("unusual for its peers", day + 2, 14, 5 + i, [fresh, first], [["Credential prompt by the backup agent", "medium", 0]]);
    const burst = Array.from({ length: 24 }, (_, n) => ["Unwanted software was prevented", "low", n * 4] as const);
    lay("unusual number", day + 3, 10, 4 + i, ["Unusual Number of Detections"], burst);
    lay("unusual hour", day + 3, 3, 8 + i, ["Detection at an Unusual Hour", "Unusual Hour of Detections"], [["Unwanted software was prevented", "low", 0]]);
    lay(
      "new combination",
      day + 4,
      9,
      i === 0 ? 7 : 9,
      ["New Combination of Detections"],
      [
        [i === 0 ? "Credential prompt by the backup agent" : "Suspicious script from the build server", "medium", 0],
        [i === 0 ? "Suspicious script from the build server" : "Macro in a mailed document was blocked", "medium", 12],
      ],
    );
  }
  return { lines: lines.sort((a, b) => a.reported - b.reported), deviations };
}

async function tell(table: Table, platform: StoryPlatform, lines: readonly GraphAlert[], deviations: readonly Deviation[]): Promise<void> {
  const alerts: Alert[] = [];
  for (let offset = 0; ; offset += 500) {
    const page = await platform.get<{ alerts: Alert[]; total: number }>(`/api/v1/alerts?state=all&sort=time&limit=500&offset=${offset}`);
    alerts.push(...page.alerts);
    if (alerts.length >= page.total || page.alerts.length === 0) break;
  }
  const since = iso(START + 63 * DAY);
  const deviating = alerts.filter((a) => a.time >= since && DEVIATIONS.includes(a.model));
  const during = (a: Alert, d: Deviation): boolean => nameOf(a) === d.host && Date.parse(a.time) >= d.from && Date.parse(a.time) <= d.to;
  const foundBy = (d: Deviation): Alert | undefined => deviating.find((a) => d.by.includes(a.model) && during(a, d));

  await table.check("D22", "each kind of deviation is told by its own model", () => {
    const missed = deviations.filter((d) => foundBy(d) === undefined).map((d) => d.kind);
    if (missed.length > 0) throw new Error(`missed: ${missed.join(", ")}`);
    return [...new Set(deviations.map((d) => `${d.kind}: ${foundBy(d)?.model.slice(FOLDER.length)}`))].join("; ");
  });
  await table.check("D21", "deviations told, everyday detections not, against an alert for every detection", () => {
    const right = deviating.filter((a) => deviations.some((d) => during(a, d))).length;
    const recall = deviations.filter((d) => deviating.some((a) => during(a, d))).length / deviations.length;
    const precision = right / Math.max(1, deviating.length);
    const late = lines.filter((l) => l.time >= START + 63 * DAY);
    const naive = late.filter((l) => deviations.some((d) => l.host === d.host && l.time >= d.from && l.time <= d.to)).length / late.length;
    const said = `precision ${precision.toFixed(2)} (${right} of ${deviating.length} alerts), recall ${recall.toFixed(2)} of ${deviations.length}; an alert each: precision ${naive.toFixed(2)}, recall 1`;
    if (precision <= naive || recall < 0.9) throw new Error(said);
    return said;
  });
  await table.check("D18", "what a device shows for weeks is told once, the first of its kind at once and high", async () => {
    const title = "Unwanted software was prevented";
    const query = new URLSearchParams({ q: `family:endpoint host:${hostOf(0)} title:"${title}"`, limit: "500" });
    const shown = (await platform.get<{ hits: unknown[] }>(`/api/v1/search?${query}`)).hits.length;
    const noise = alerts.filter((a) => a.model.endsWith("Severity Detection") && nameOf(a) === hostOf(0) && a.title.includes(title));
    const strange = alerts.filter((a) => a.model === `${FOLDER}First Detection of Its Kind` && a.time >= since);
    const [high, low] = [Math.min(...strange.map((a) => a.score)), Math.max(...noise.map((a) => a.score))];
    const said = `${shown} times in ${DAYS} days: ${noise.length} alerts of at most ${low}; ${strange.length} first of their kind: ${high} or more`;
    if (shown < 50 || noise.length > 3 || strange.length !== 2 || high <= 2 * low) throw new Error(said);
    return said;
  });
}

function nameOf(alert: Alert): string {
  return alert.entity.hostname ?? alert.entity.id;
}
