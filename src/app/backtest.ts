import { systemClock } from "../base/clock.ts";
import { terminalText } from "../base/escape.ts";
import { CodedError } from "../base/result.ts";
import { DAY, iso } from "../base/time.ts";
import { type BacktestReport, createBacktest, ModelEngine } from "../detect/index.ts";
import { Places } from "../enrich/places.ts";
import { makeCore } from "../lanes/make-core.ts";
import type { NetEvent } from "../schema/event.ts";
import { FAMILIES, FAMILY_NAMES } from "../schema/families.ts";
import { openStore } from "../store/index.ts";
import type { StoredEvent } from "../store/types.ts";
import { readConfig } from "./config.ts";
import { loadModels, readModelFile } from "./content.ts";
import { requireDataFolder } from "./data-folder.ts";
import { readOrganisation, rolesOf } from "./organisation.ts";
import { countryTable } from "./places-table.ts";

export interface BacktestOptions {
  file: string;
  days: number;
  data: string;
  org: string | undefined;
  site: string | undefined;
  json: boolean;
}

/**
 * How often, and on which devices, a model would have fired on the stored events: they go through a fresh pattern of life in event time,
 * days before the asked ones serving as history. Prints the report; exit code 0 also when it never fired.
 * Models over other models' alerts see the alerts of the models in force.
 */
export async function backtestFile(options: BacktestOptions): Promise<number> {
  const config = readConfig(undefined, options.data);
  const content = loadModels(options.site ?? config.site);
  const parsed = readModelFile(options.file, content);
  if (!parsed.ok) throw new CodedError("model-faulty", `${options.file}:${parsed.error.line}: ${parsed.error.reason}`, { exitCode: 2 });
  const organisation = readOrganisation(options.org ?? config.organisation);
  requireDataFolder(options.data);
  const store = await openStore({ dir: options.data, clock: systemClock });
  try {
    const stats = await store.ask("familyStats", {});
    const newest = Math.max(...stats.map((s) => s.newest));
    if (!Number.isFinite(newest)) throw new CodedError("store-empty", `${options.data}: no events are stored`, { exitCode: 2 });
    const from = newest - options.days * DAY;
    const others = content.models.filter((m) => m.path !== parsed.value.path);
    const engine = new ModelEngine([parsed.value]);
    const test = createBacktest(() => ({
      observe(o) {
        const alerts = engine.observe(o);
        return o.time >= from ? alerts : [];
      },
      advance: (time) => engine.advance(time),
    }));
    const core = makeCore({ organisation, roles: rolesOf(organisation), models: others, places: new Places([countryTable()]) });
    core.lane.tap((o) => test.observe(o));
    for await (const events of storedEvents(store, newest)) core.lane.process(events);
    test.advance(newest + DAY);
    print(parsed.value.path, options, from, test.report());
    return 0;
  } finally {
    await store.close();
  }
}

async function* storedEvents(store: Awaited<ReturnType<typeof openStore>>, newest: number): AsyncGenerator<NetEvent[]> {
  let after: string | undefined;
  do {
    const page = await store.ask("scan", { from: 0, to: newest + 1, families: FAMILY_NAMES, limit: 5_000, ...(after === undefined ? {} : { after }) });
    yield page.events.map(toEvent);
    after = page.next;
  } while (after !== undefined);
}

/** A stored event as the lane takes it; what the lane sets itself is left to it. */
function toEvent(stored: StoredEvent): NetEvent {
  const { fields, id: _id, raw, srcDevice: _src, dstDevice: _dst, unusual: _unusual, ...rest } = stored;
  const columns = Object.fromEntries(Object.keys(FAMILIES[stored.family].columns).map((k) => [k, undefined]));
  const extra = stored.family === "other" ? { extra: fields } : fields;
  return { ...rest, ...columns, ...extra, raw: raw ?? "", srcDevice: undefined, dstDevice: undefined, duplicateOf: undefined } as unknown as NetEvent;
}

function print(path: string, options: BacktestOptions, from: number, report: BacktestReport): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ model: path, from: iso(from), ...report, examples: report.examples.map((a) => a.title) })}\n`);
    return;
  }
  process.stdout.write(
    `${path}: ${report.alerts} alerts on ${report.entities} entities in the ${options.days} days from ${iso(from)} (${report.perDay.toFixed(2)} a day)\n`,
  );
  for (const row of report.rows.slice(0, 20))
    process.stdout.write(`  ${iso(row.day).slice(0, 10)}  ${terminalText(row.entity)}  ${row.alerts} alerts, highest score ${Math.round(row.highest)}\n`);
  for (const alert of report.examples.slice(0, 5)) process.stdout.write(`  e.g. ${iso(alert.time)}  ${terminalText(alert.title)}\n`);
}
