import { CodedError } from "../base/result.ts";
import { makeWorld } from "../generate/world/make-world.ts";
import type { Bench, BenchOptions, FurtherOption } from "./bench.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { type Counts, countsOf, tellDays, tellWhat } from "./month/counts.ts";
import { HonestMonth } from "./month/honest-month.ts";
import { VERSION_OF_BENCH } from "./version.ts";

const PEOPLE = 400;
const DAYS = 30;
const SEEDS = 3;
const BUDGET = 5;
/** Other methods have no line before, and neither does our own knowledge of noisy models. */
const SETTLED = 7;

async function run(options: BenchOptions): Promise<BenchResult> {
  const number = (name: FurtherOption, usual: number, least: number): number => {
    const value = Number(options.given(name)[0] ?? usual);
    if (!(value >= least)) throw new CodedError("bad-option", `month: --${name} is to be ${least} or more`, { exitCode: 2 });
    return value;
  };
  const people = number("people", PEOPLE, 1);
  const days = number("days", DAYS, 1);
  const learned = number("learned", 0, 0);
  const seeds = number("seeds", SEEDS, 1);
  const thin = number("thin", 1, 0.001);
  const only = options.given("only")[0];
  if (only !== undefined && only !== "cloud") throw new CodedError("bad-option", `month: --only is cloud, not ${only}`, { exitCode: 2 });
  if (learned >= days) throw new CodedError("bad-option", "month: --learned leaves no day to watch", { exitCode: 2 });
  const counts: Counts[] = [];
  const figures: Figure[] = [];
  const totals = { network: 0, personDays: 0, deviceDays: 0, cut: 0, actions: 0, cutAll: 0, actionsAll: 0, asked: 0, cpu: 0, rss: 0 };
  for (let i = 0; i < seeds; i++) {
    const seed = options.seed + i;
    const world = makeWorld({ seed, people, days, start: "2027-03-01" });
    options.print(
      `seed ${seed}: ${world.organisation.name} (synthetic), ${people} people, ${world.clients.length + world.servers.length + world.things.length} machines${only === undefined ? "" : "; records of cloud services alone, no network, mail or endpoints"}\n`,
    );
    const cpu = process.cpuUsage();
    const progress = (day: number, month: HonestMonth): void => {
      const used = process.cpuUsage(cpu);
      options.print(
        `  day ${day + 1}: ${month.events.toLocaleString("en-GB")} events, ${month.alerts.size} alerts, ${month.incidents().length} incidents, ${Math.round((used.user + used.system) / 1e6)} s of CPU\n`,
      );
    };
    const month = new HonestMonth({ world, learned, budget: BUDGET, thin, cloudOnly: only === "cloud", seed, progress });
    await month.run();
    const count = countsOf(month, world.calendar.start, learned, days);
    counts.push(count);
    for (const line of [...tellDays(count, learned), ...tellWhat(month)]) options.print(line);
    const used = process.cpuUsage(cpu);
    totals.cpu += (used.user + used.system) / 1e6;
    totals.network += month.network;
    totals.personDays += people * days;
    totals.deviceDays += month.deviceDays;
    totals.cut += month.harm.byContent.cut;
    totals.actions += month.harm.byContent.acting.actions;
    totals.asked += month.harm.byContent.acting.asked;
    totals.cutAll += month.harm.allAct.cut;
    totals.actionsAll += month.harm.allAct.acting.actions;
  }
  figures.push(...figuresOf(counts));
  figures.push(
    { name: "eventsPerPersonDay", method: "wonted", value: totals.network / totals.personDays },
    { name: "deviceDays", method: "wonted", value: totals.deviceDays },
    { name: "honestFlowsCut", method: "wonted", value: totals.cut },
    { name: "honestFlowsCut", method: "every response let act", value: totals.cutAll },
    { name: "actionsByItself", method: "wonted", value: totals.actions },
    { name: "actionsByItself", method: "every response let act", value: totals.actionsAll },
    { name: "actionsAsked", method: "wonted", value: totals.asked },
    { name: "cpuSeconds", method: "wonted", value: totals.cpu },
    { name: "memory.rssBytes", method: "wonted", value: process.resourceUsage().maxRSS * 1_024 },
  );
  return { bench: "month", version: VERSION_OF_BENCH, figures };
}

function figuresOf(counts: readonly Counts[]): Figure[] {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  const figures: Figure[] = [];
  const add = (name: string, method: string, pick: (c: Counts) => readonly (number | undefined)[]): void => {
    const perSeed = counts.map((c) => mean(pick(c).filter((n) => n !== undefined)));
    const low = Math.min(...perSeed);
    const high = Math.max(...perSeed);
    figures.push({ name, method, value: mean(perSeed), ...(counts.length > 1 ? { low, high } : {}) });
  };
  const parts: [name: string, from: number, to: number][] = [
    ["perDay", 0, Number.POSITIVE_INFINITY],
    ["perDay.firstWeek", 0, SETTLED],
    ["perDay.afterWeek", SETTLED, Number.POSITIVE_INFINITY],
  ];
  for (const [name, from, to] of parts) {
    if ((counts[0]?.all.length ?? 0) <= from) continue;
    add(`incidents.${name}`, "wonted", (c) => c.all.slice(from, to));
    add(`incidents.${name}`, "control: entities with an alert", (c) => c.named.slice(from, to));
    if (from > 0 || (counts[0]?.others[0]?.byDay[0] !== undefined && to > SETTLED))
      for (const [i, { name: method }] of (counts[0]?.others ?? []).entries())
        add(`incidents.${name}`, method, (c) => c.others[i]?.byDay.slice(from, to) ?? []);
    add(`shown.${name}`, "wonted", (c) => c.shown.slice(from, to));
    add(`overBudget.${name}`, "wonted", (c) => c.all.map((n, i) => n - (c.shown[i] ?? 0)).slice(from, to));
    add(`critical.${name}`, "wonted", (c) => c.critical.slice(from, to));
    add(`compliance.${name}`, "wonted", (c) => c.compliance.slice(from, to));
    add(`waitingAlerts.${name}`, "wonted", (c) => c.waiting.slice(from, to));
    add(`alerts.${name}`, "wonted", (c) => c.alerts.slice(from, to));
  }
  figures.push({ name: "incidents.worstDay", method: "wonted", value: Math.max(...counts.flatMap((c) => c.all)) });
  figures.push({ name: "critical.total", method: "wonted", value: counts.flatMap((c) => c.critical).reduce((a, b) => a + b, 0) });
  return figures;
}

export const monthBench: Bench = {
  name: "month",
  goals: [
    { name: "incidents.perDay", atMost: 5, by: "value", reach: 2 },
    { name: "critical.total", atMost: 0 },
    { name: "honestFlowsCut", atMost: 0 },
  ],
  about: {
    what: "Honest life of the synthetic organisation, judged by every lane from its first hour: incidents a day, all of them and those within the budget of five, critical ones, alerts; what responses would have done by themselves and which honest connections that would have cut. Beside it every device or user with an alert of priority 2 or more, and other methods on hours of devices whose line is what would have shown five devices a day over the week before. Interval: least and most of the seeds.",
    flaws: ["The organisation is made by the same project. What its life holds, its makers thought of; what a real one holds beyond that is not here."],
    misses: [
      "An attack of which one kind of alert tells, at a score that honest life reaches daily: its alert waits (`waitingAlerts`) until a second kind agrees.",
      "The first day of an organisation: what is new to it is new to us, and the first few of each kind are heard.",
    ],
  },
  run,
};
