import { systemClock } from "../base/clock.ts";
import { terminalText } from "../base/escape.ts";
import { CodedError } from "../base/result.ts";
import { DAY, iso } from "../base/time.ts";
import { type BacktestReport, createBacktest, type Model, ModelEngine } from "../detect/index.ts";
import { Places } from "../enrich/places.ts";
import { makeCore } from "../lanes/make-core.ts";
import type { Alert } from "../schema/alert.ts";
import { openStore } from "../store/index.ts";
import { readConfig } from "./config.ts";
import { loadModels, readModelFile } from "./content.ts";
import { requireDataFolder } from "./data-folder.ts";
import { readOrganisation, rolesOf } from "./organisation.ts";
import { countryTable } from "./places-table.ts";
import type { AttackReport } from "./preview/attack-ground.ts";
import { storedEvents } from "./preview/stored-event.ts";

export interface BacktestOptions {
  file: string;
  days: number;
  data: string;
  org: string | undefined;
  site: string | undefined;
  json: boolean;
  /** Play the attack scripts too: some half a minute. */
  attacks: boolean;
}

/** What the model changes against the one of the same path that is in force; undefined when there is none. */
interface Against {
  hidden: number;
  added: number;
}

/**
 * How often, and on which devices, a model would have fired on the stored events: they go through a fresh pattern of life in event time,
 * days before the asked ones serving as history. Where a model of its path is in force, also how many of that one's alerts it hides or adds; and what
 * becomes of the attack scripts. Prints the report; exit code 0 also when it never fired.
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
        count(told, alerts);
        return o.time >= from ? alerts : [];
      },
      advance(time) {
        const alerts = engine.advance(time);
        count(told, alerts);
        return alerts;
      },
    }));
    const core = makeCore({ organisation, roles: rolesOf(organisation), models: others, places: new Places([countryTable()]) });
    const inForce = content.models.find((m) => m.path === parsed.value.path);
    const told = new Set<string>();
    const toldBefore = new Set<string>();
    const before = inForce === undefined ? undefined : new ModelEngine([inForce]);
    const count = (into: Set<string>, alerts: readonly Alert[]): void => {
      for (const a of alerts) if (a.time >= from) into.add(a.id);
    };
    core.lane.tap((o) => {
      test.observe(o);
      if (before !== undefined) count(toldBefore, before.observe(o));
    });
    for await (const events of storedEvents(store, 0, newest + 1)) core.lane.process(events);
    test.advance(newest + DAY);
    if (before !== undefined) count(toldBefore, before.advance(Number.POSITIVE_INFINITY));
    const against =
      inForce === undefined
        ? undefined
        : { hidden: [...toldBefore].filter((id) => !told.has(id)).length, added: [...told].filter((id) => !toldBefore.has(id)).length };
    const attacks = options.attacks ? await playAttacks(content.models, parsed.value) : undefined;
    print(parsed.value.path, options, from, test.report(), against, attacks);
    return 0;
  } finally {
    await store.close();
  }
}

/** Only who asks for it carries the generator. */
async function playAttacks(models: readonly Model[], edited: Model): Promise<AttackReport> {
  const { AttackGround } = await import("./preview/attack-ground.ts");
  const ground = AttackGround.make(models, new Places([countryTable()]), () => undefined);
  return ground.judge({ kind: "model", path: edited.path, text: "" }, edited, () => undefined);
}

function print(
  path: string,
  options: BacktestOptions,
  from: number,
  report: BacktestReport,
  against: Against | undefined,
  attacks: AttackReport | undefined,
): void {
  if (options.json) {
    const more = { ...(against === undefined ? {} : { against }), ...(attacks === undefined ? {} : { attacks }) };
    process.stdout.write(`${JSON.stringify({ model: path, from: iso(from), ...report, ...more, examples: report.examples.map((a) => a.title) })}\n`);
    return;
  }
  process.stdout.write(
    `${path}: ${report.alerts} alerts on ${report.entities} entities in the ${options.days} days from ${iso(from)} (${report.perDay.toFixed(2)} a day)\n`,
  );
  for (const row of report.rows.slice(0, 20))
    process.stdout.write(`  ${iso(row.day).slice(0, 10)}  ${terminalText(row.entity)}  ${row.alerts} alerts, highest score ${Math.round(row.highest)}\n`);
  for (const alert of report.examples.slice(0, 5)) process.stdout.write(`  e.g. ${iso(alert.time)}  ${terminalText(alert.title)}\n`);
  if (against === undefined) process.stdout.write("No model of this path is in force: all of them would be new\n");
  else process.stdout.write(`Against the model in force it hides ${against.hidden} alerts of these days and adds ${against.added}\n`);
  if (attacks !== undefined) {
    const names = attacks.names.length === 0 ? "" : ` (${attacks.names.join(", ")})`;
    process.stdout.write(
      `It hides ${attacks.hidden} of ${attacks.found} attack scripts that are told now${names}, and tells ${attacks.gained} that are not; ${attacks.played} were played\n`,
    );
  }
}
