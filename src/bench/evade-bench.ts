import { seededRandom } from "../base/random.ts";
import { DAY, HOUR } from "../base/time.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { benchModels } from "./bench-core.ts";
import { clientAddress, type Flow, honestFlows, SERVER } from "./evade/office.ts";
import { otherJudges } from "./evade/other-judges.ts";
import { OurJudge } from "./evade/our-judge.ts";
import { GOALS, type Goal, unfold, VICTIM } from "./evade/plan.ts";
import { gainBefore, search } from "./evade/search.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { VERSION_OF_BENCH } from "./version.ts";

/** A Monday. */
const START = Date.UTC(2026, 2, 2);
const HISTORY_DAYS = 21;
const CLIENTS = 12;
const NAMES: Readonly<Record<Goal, { name: string; unit: string; per: number }>> = {
  exfiltration: { name: "exfiltrated.MB", unit: "MB", per: 1e6 },
  spread: { name: "hosts.reached", unit: "", per: 1 },
  control: { name: "control.days", unit: "days", per: 1 },
};

function whole(options: BenchOptions, name: "trials" | "days", usual: number): number {
  const given = Number(options.given(name)[0] ?? usual);
  return Number.isInteger(given) && given > 0 ? given : usual;
}

async function run(options: BenchOptions): Promise<BenchResult> {
  const tries = whole(options, "trials", 20);
  const days = whole(options, "days", 30);
  const all = honestFlows({ clients: CLIENTS, start: START, days: HISTORY_DAYS + days, seed: options.seed });
  const begin = START + HISTORY_DAYS * DAY;
  const history = all.filter((f) => f.time < begin);
  const honest = all.filter((f) => f.time >= begin);
  const ours = new OurJudge(benchModels(), history, honest);
  const judges = [
    { name: "wonted", honestAlarms: ours.honestIncidents, detects: (attack: readonly Flow[]) => ours.detects(attack) },
    ...otherJudges(history, honest, ours.honestIncidents),
  ];
  options.print(
    `${CLIENTS} clients, ${HISTORY_DAYS} honest days learned, ${days} days watched, ${tries} tries a goal and method; honest life alone makes ${ours.honestIncidents} incidents within the budget, and every other method alarms as often\n`,
  );
  const figures: Figure[] = [];
  for (const goal of GOALS) {
    for (const judge of judges) {
      // The same draws for every method; each climbs from its own best.
      const random = seededRandom(options.seed * 31 + GOALS.indexOf(goal));
      const found = search(goal, tries, random, (plan) => {
        const { flows } = unfold(plan, begin, days, CLIENTS, options.seed);
        const at = judge.detects(flows);
        return { gain: gainBefore(flows, at), seen: at !== undefined };
      });
      const { name, unit, per } = NAMES[goal];
      figures.push({ name, method: judge.name, value: found.gain / per, ...(unit === "" ? {} : { unit }) });
      options.print(
        `  ${goal}, ${judge.name}: ${found.seen ? "seen in the end" : "never seen"}; knobs ${found.plan.knobs.map((k) => k.toFixed(2)).join(" ")}\n`,
      );
    }
  }
  for (const judge of judges) figures.push({ name: "honest.alarms", method: judge.name, value: judge.honestAlarms });
  figures.push({ name: "usualUpload.MB", method: "wonted", value: usualUpload(honest) / 1e6, unit: "MB" });
  figures.push({ name: "flooded.rank", method: "wonted", value: floodedRank(ours, begin) });
  return { bench: "evade", version: VERSION_OF_BENCH, figures };
}

/** Median of what the victim sends outside on a day on which it works. */
function usualUpload(honest: readonly Flow[]): number {
  const days = new Map<number, number>();
  for (const f of honest)
    if (f.src === clientAddress(VICTIM) && f.dst !== SERVER) days.set(Math.floor(f.time / DAY), (days.get(Math.floor(f.time / DAY)) ?? 0) + f.out);
  const sorted = [...days.values()].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** A loud theft (2 GB to a place that nobody met) on a day on which every other client scans the office to fill the budget: its incident's rank among the day's. */
function floodedRank(ours: OurJudge, begin: number): number {
  const attack: Flow[] = [];
  const morning = begin + 2 * DAY + 9 * HOUR;
  for (let client = 1; client < CLIENTS; client++) {
    for (let i = 0; i < 60; i++)
      attack.push({
        time: morning + client * 600_000 + i * 400,
        src: clientAddress(client),
        dst: `10.0.${2 + client}.${i + 1}`,
        port: 445,
        out: 0,
        in: 0,
        seconds: 0,
        answered: false,
      });
  }
  for (let i = 0; i < 20; i++)
    attack.push({
      time: morning + 5 * HOUR + i * 60_000,
      src: clientAddress(VICTIM),
      dst: "192.0.2.200",
      port: 443,
      out: 1e8,
      in: 3_000,
      seconds: 40,
      answered: true,
    });
  attack.sort((a, b) => a.time - b.time);
  const { incidents } = ours.watch(attack);
  const day = Math.floor(morning / DAY);
  const ofDay = incidents.filter((i) => Math.floor(i.start / DAY) === day || Math.floor(i.end / DAY) === day).sort((a, b) => b.score - a.score);
  const at = ofDay.findIndex((i) => i.entities.some((e) => e.ip === clientAddress(VICTIM)));
  return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
}

export const evadeBench: Bench = {
  name: "evade",
  makesOwn: true,
  goals: [{ name: "flooded.rank", atMost: 5 }],
  about: {
    what: "An attacker on one client of a small office who has our code, models, learned state, budget and scores, and searches: hours, volume, place (new, many new, one the victim uses, one that everybody uses), port, jitter, pace, number of flows, and how many of the days go into growing towards the full volume. Two thirds of the tries are drawn at random, the rest climb from the best. Reported is the most that he has before the first incident within the budget (5 a day) that honest life would not have made: MB sent out, hosts reached over administration ports, days with command and control. The other methods judge the same hours and alarm as often on honest days as we make incidents (`honest.alarms`; theirs is set on these very days, ours before them). `usualUpload.MB`: what the victim sends outside on a usual day. `flooded.rank`: place of a loud theft among the incidents of a day on which all other clients scan to fill the budget.",
    flaws: [
      "The office is simulated and small; its honest life is more even than people are, which makes every method look better than it is.",
      "Flows only: names, certificates, user agents, files and logins are not made, so that models which need them are blind here, and an attacker who must show them has it harder than this.",
      "A search of a few dozen tries finds a lower bound of what an attacker can do, for every method.",
    ],
    misses: [
      "What goes to places that everybody uses, in working hours, and adds up to less than six usual weeks in a week and five usual months in a month: nothing that looks at amounts alone tells it from a busy month.",
      "Control by a call or two a day to a shared service in working hours: no method here sees it.",
      "Tried and left: several large uploads in a week as an incident by itself (honest people do it twice a day in a made office of fifty); a Student-t tail of sums without calibration (nothing honest below 1e-3, and nothing dishonest either); calibrating a device's strange weeks into its own group at full weight (one thief in an office of twelve becomes one usual week in twelve).",
    ],
  },
  run,
};
