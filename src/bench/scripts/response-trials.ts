import { seededRandom } from "../../base/random.ts";
import type { AttackScript } from "../../generate/attacks/attack-content.ts";
import { makeWorld } from "../../generate/world/make-world.ts";
import { PROTECTED_ROLES } from "../../respond/safety.ts";
import { roleName } from "../../schema/roles.ts";
import type { BenchOptions } from "../bench.ts";
import { benchModels } from "../bench-core.ts";
import type { Figure } from "../figures.ts";
import { benchResponses } from "../made/bench-responses.ts";
import { HonestMonth } from "../month/honest-month.ts";
import { shareOf } from "./figures-of-trials.ts";
import { BUDGET, Ground } from "./ground.ts";
import { type LaidAttack, layScript } from "./lay.ts";
import { type Hops, playHops } from "./stopped.ts";

/** Two hops: the foothold, a second machine, and the third that must not be reached. */
const HOPS = { hops: "2", order: "chain" };
const HONEST_DAYS = 10;

interface Work {
  options: BenchOptions;
  script: AttackScript;
  variants: readonly Readonly<Record<string, string>>[];
  seeds: number;
  people: number;
  response: "on" | "off";
}

/** How far a chain over three machines gets with responses off, with those acting whose files say so, and with all of them let act; and what honest life loses to them. */
export async function responseTrials({ options, script, variants, seeds, people, response }: Work): Promise<Figure[]> {
  const models = benchModels();
  const responses = benchResponses();
  const chains: readonly Readonly<Record<string, string>>[] = [
    ...new Map(variants.map((v) => ({ ...v, ...HOPS })).map((v) => [JSON.stringify(v), v])).values(),
  ];
  const settings = [
    ["responses off", undefined],
    ...(response === "on"
      ? ([
          ["wonted", "content"],
          ["every response let act", "autonomous"],
        ] as const)
      : []),
  ] as const;
  /** Chains through a machine that responses never touch. */
  const spared = new Set<Hops>();
  const by = new Map<string, Hops[][]>(settings.map(([name]) => [name, []]));
  for (let i = 0; i < seeds; i++) {
    const ground = await Ground.make(options.seed + i, people, models);
    for (const lists of by.values()) lists.push([]);
    for (const [n, knobs] of chains.entries()) {
      if (n % seeds !== i) continue;
      const laid = await layScript(ground.world, script, { midnight: ground.midnight, end: ground.end, draw: `hops ${n}`, knobs });
      if (laid.truth.filter((t) => t.step === "lateral").length < 2) continue;
      for (const [name, standard] of settings) {
        const hops = playHops(ground, laid, responses, standard);
        by.get(name)?.at(-1)?.push(hops);
        if (passesProtected(ground, laid)) spared.add(hops);
        if (standard === "content" && hops.taken >= 2)
          options.print(`  third machine reached: ${tellChain(ground, laid)}, ${knobs.tool}, ${knobs.pace}: ${hops.acted} actions, ${hops.asked} asked\n`);
      }
    }
    options.print(
      `seed ${options.seed + i}: ${settings
        .map(
          ([name]) =>
            `${name} ${
              by
                .get(name)
                ?.at(-1)
                ?.filter((h) => h.taken < 2).length
            } of ${by.get(name)?.at(-1)?.length} stopped`,
        )
        .join(", ")}\n`,
    );
  }
  const random = seededRandom(options.seed);
  const figures: Figure[] = [];
  for (const [name] of settings) {
    const hops = by.get(name) ?? [];
    figures.push(
      { name: "secondHopStopped", method: name, ...shareOf(hops, (h) => h.taken < 2, random) },
      {
        name: "secondHopStopped.noProtectedMachine",
        method: name,
        ...shareOf(
          hops.map((list) => list.filter((h) => !spared.has(h))),
          (h) => h.taken < 2,
          random,
        ),
      },
      { name: "chains.noProtectedMachine", method: name, value: hops.flat().filter((h) => !spared.has(h)).length },
      { name: "firstHopStopped", method: name, ...shareOf(hops, (h) => h.taken < 1, random) },
      { name: "chains", method: name, value: hops.flat().length },
      { name: "besideTheAttack.flowsCut", method: name, value: hops.flat().reduce((sum, h) => sum + h.harmed, 0) },
    );
  }
  if (response === "on") figures.push(...(await honestLife(options, people, Math.max(1, Number(options.given("days")[0] ?? HONEST_DAYS)))));
  return figures;
}

/** The machines of a chain by what they are: which are spared by any response tells why it was not stopped. */
function tellChain(ground: Ground, laid: LaidAttack): string {
  const what = (ip: string | undefined): string => ground.world.servers.find((d) => d.ip === ip)?.role ?? "workstation";
  const hops = laid.truth.filter((t) => t.step === "lateral").sort((a, b) => a.start - b.start);
  return [hops[0]?.entity, ...hops.map((h) => h.peer)].map(what).join(" to ");
}

function passesProtected(ground: Ground, laid: LaidAttack): boolean {
  return laid.truth.some(({ step, peer }) => {
    if (step !== "lateral" || peer === undefined) return false;
    const server = ground.world.servers.find((d) => d.ip === peer);
    return ground.organisation.protected.includes(peer) || [server?.role ?? "", ...(server?.also ?? [])].some((role) => PROTECTED_ROLES.has(roleName(role)));
  });
}

/** Honest life on other days and another seed: what responses would have cut. Device-days = machines that spoke, times their days. */
async function honestLife(options: BenchOptions, people: number, days: number): Promise<Figure[]> {
  const world = makeWorld({ seed: options.seed + 1_000, people, days, start: "2027-03-01" });
  const month = new HonestMonth({ world, learned: 0, budget: BUDGET, thin: 1, seed: options.seed, progress: () => undefined });
  await month.run();
  const { byContent, allAct } = month.harm;
  options.print(
    `honest life: ${month.deviceDays} device-days, ${byContent.acting.actions} actions by content, ${allAct.acting.actions} with every response let act\n`,
  );
  return [
    { name: "honestDeviceDays", method: "wonted", value: month.deviceDays },
    { name: "honestFlowsCut", method: "wonted", value: byContent.cut },
    { name: "honestFlowsCut", method: "every response let act", value: allAct.cut },
    { name: "honestActions", method: "wonted", value: byContent.acting.actions },
    { name: "honestActions", method: "every response let act", value: allAct.acting.actions },
  ];
}
