import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { CodedError } from "../../base/result.ts";

/** Alerts of one host in one clock hour (UTC), as the data name them. */
export interface Unit {
  network: string;
  host: string;
  /** Hours since 1970. */
  hour: number;
  types: Map<string, number>;
  alerts: number;
  /** Attack steps whose own alerts are in the unit: `event_label`. */
  steps: Set<string>;
  /** No alert bears a step, but some fall into the time of one: neither right nor wrong to show. */
  unsure: boolean;
  /** After the first 24 hours of its network. */
  scored: boolean;
}

export interface Network {
  name: string;
  units: Unit[];
  alerts: number;
  /** Alerts after the warm-up: what an operator would have had on the screen. */
  scoredAlerts: number;
  /** Clock days (UTC) with a scored unit. */
  days: number[];
  /** Steps of scored units. */
  steps: string[];
}

const WARM_UP = 24 * 3_600;
const HONEST = "false_positive";

/** Every network of a folder: NAME_alerts.csv[.gz] with `time,name,ip,host,short,time_label,event_label`, and phases.json beside them. */
export async function readNetworks(folder: string): Promise<Network[]> {
  const files = readdirSync(folder)
    .filter((f) => /_alerts\.csv(\.gz)?$/.test(f))
    .sort();
  if (files.length === 0) throw new CodedError("bad-option", `endpoint-alerts: no *_alerts.csv[.gz] in ${folder}`, { exitCode: 2 });
  const phases = readPhases(join(folder, "phases.json"));
  const networks: Network[] = [];
  for (const file of files) {
    const name = file.replace(/_alerts\.csv(\.gz)?$/, "");
    if (!phases.has(name)) throw new CodedError("bad-option", `endpoint-alerts: phases.json says nothing about ${name}`, { exitCode: 2 });
    networks.push(await readNetwork(join(folder, file), name));
  }
  return networks;
}

function readPhases(path: string): Set<string> {
  try {
    return new Set(Object.keys(JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>));
  } catch (error) {
    throw new CodedError("bad-option", `endpoint-alerts: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { exitCode: 2 });
  }
}

async function readNetwork(path: string, name: string): Promise<Network> {
  const stream = createReadStream(path);
  const lines = createInterface({ input: path.endsWith(".gz") ? stream.pipe(createGunzip()) : stream, crlfDelay: Number.POSITIVE_INFINITY });
  const units = new Map<string, Unit & { first: number }>();
  let start = Number.POSITIVE_INFINITY;
  let alerts = 0;
  for await (const line of lines) {
    const row = parseAlert(line);
    if (row === undefined) continue;
    alerts++;
    start = Math.min(start, row.time);
    const hour = Math.floor(row.time / 3_600);
    const key = `${hour} ${row.host}`;
    let unit = units.get(key);
    if (unit === undefined) {
      unit = { network: name, host: row.host, hour, types: new Map(), alerts: 0, steps: new Set(), unsure: false, scored: false, first: row.time };
      units.set(key, unit);
    }
    unit.first = Math.min(unit.first, row.time);
    unit.alerts++;
    unit.types.set(row.type, (unit.types.get(row.type) ?? 0) + 1);
    if (row.step !== undefined) unit.steps.add(row.step);
    else if (row.inPhase) unit.unsure = true;
  }
  const sorted = [...units.values()].sort((a, b) => a.hour - b.hour || (a.host < b.host ? -1 : 1));
  for (const unit of sorted) {
    unit.scored = unit.first >= start + WARM_UP;
    if (unit.steps.size > 0) unit.unsure = false;
  }
  const scored = sorted.filter((u) => u.scored);
  return {
    name,
    units: sorted,
    alerts,
    scoredAlerts: scored.reduce((sum, u) => sum + u.alerts, 0),
    days: [...new Set(scored.filter((u) => !u.unsure).map((u) => Math.floor(u.hour / 24)))],
    steps: [...new Set(scored.flatMap((u) => [...u.steps]))].sort(),
  };
}

/** The name of an alert may hold commas: the other columns are counted from both ends. */
function parseAlert(line: string): { time: number; host: string; type: string; inPhase: boolean; step: string | undefined } | undefined {
  const cells = line.split(",");
  const n = cells.length;
  const time = Number(cells[0]);
  const [host, type, phase, label] = [cells[n - 4], cells[n - 3], cells[n - 2], cells[n - 1]?.trim()];
  if (n < 7 || !Number.isFinite(time) || host === undefined || type === undefined || label === undefined) return undefined;
  return { time, host, type, inPhase: phase !== HONEST, step: label === "-" || label === "" ? undefined : label };
}
