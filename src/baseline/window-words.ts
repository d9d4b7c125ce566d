import type { Facts } from "../schema/observation.ts";
import type { Why } from "../schema/score.ts";
import type { Burst } from "./burst-table.ts";
import type { DeviceModels } from "./device-models.ts";
import { VOLUME_WORDS, VOLUMES } from "./features.ts";
import type { HourPopulationScore } from "./hour-population.ts";
import { type HourResult, RARITY, TIME } from "./hour-scorer.ts";
import { GROUP_NAMES } from "./peer-groups.ts";
import { bytesInWords, count, historyInWords, secondsInWords } from "./words.ts";

/** Volumes with a p below this are reasons of an hour. */
const REASON = -Math.log(0.1);
const MOST_REASONS = 4;

/** From this p on the view of the peer group is a reason of its own. */
const POPULATION_REASON = Math.log(0.01);

/** Reasons of an hour: its strangest volumes with their usual range as it was known before the hour, then hour, rarity and the peer group's view. */
export function hourWhy(result: HourResult, models: DeviceModels, population: HourPopulationScore): Why[] {
  const order = VOLUMES.map((_, v) => v)
    .filter((v) => (result.surprises[v] ?? 0) >= REASON)
    .sort((a, b) => (result.surprises[b] ?? 0) - (result.surprises[a] ?? 0))
    .slice(0, MOST_REASONS);
  const why: Why[] = order.map((v) => {
    const name = VOLUMES[v] ?? "connections";
    const inWords = name.startsWith("bytes") ? bytesInWords : count;
    const low = models.usualFrom(result.device, result.states, result.group, v, 0.95, result.hourOfWeek);
    const high = models.usualFrom(result.device, result.states, result.group, v, 0.05, result.hourOfWeek);
    const seen = result.volumes[v] ?? 0;
    const expected = `${inWords(low)}-${inWords(high)} an hour`;
    return {
      feature: name,
      observed: seen,
      expected,
      p: Math.exp(-(result.surprises[v] ?? 0)),
      text: `${inWords(seen)} ${name.startsWith("bytes") ? VOLUME_WORDS[name].replace("bytes ", "") : VOLUME_WORDS[name]} in the hour; usual for this device ${expected} (${historyInWords(result.historyHours)}).`,
      peers: groupWords(result, models, v),
    };
  });
  const time = known(result.families[TIME]);
  if (time >= REASON) {
    why.push({
      feature: "hourP",
      observed: `hour ${result.hourOfWeek % 24}`,
      expected: `active in ${Math.round(result.activeP * 100)} % of such hours`,
      p: Math.exp(-time),
      text: `Active at ${result.hourOfWeek % 24}:00; this device is active in about ${Math.round(result.activeP * 100)} % of such hours (${historyInWords(result.historyHours)}).`,
    });
  }
  const rarity = known(result.families[RARITY]);
  if (rarity >= REASON) {
    why.push({
      feature: "rarity",
      observed: "a rare value",
      expected: "values that it or its peers use",
      p: Math.exp(-rarity),
      text: `It used something rarer than in ${Math.round((1 - Math.exp(-rarity)) * 1_000) / 10} % of such hours (${historyInWords(result.historyHours)}).`,
    });
  }
  if (population.logP <= POPULATION_REASON) why.push(populationWhy(result.group, population));
  return why;
}

/** What few hours of the group reach; the state's own numbers as they stood before the hour. */
function populationWhy(group: number, population: HourPopulationScore): Why {
  const others = GROUP_NAMES[group] ?? "peers";
  const parts = population.unlike.map(({ volume, seen, high }) => {
    const name = VOLUMES[volume] ?? "connections";
    const inWords = name.startsWith("bytes") ? bytesInWords : count;
    return `${inWords(seen)} ${name.startsWith("bytes") ? VOLUME_WORDS[name].replace("bytes ", "") : VOLUME_WORDS[name]}, where 95 % of their hours stay below ${inWords(high)}`;
  });
  const p = Math.exp(population.logP);
  const what = parts.length === 0 ? "no single number stands out, their combination does" : parts.join("; ");
  return {
    feature: "population",
    observed: what,
    expected: `hours of ${others}`,
    p,
    text: `Unlike the hours of other ${others} (${historyInWords(population.groupHours)} of the group): ${what}.`,
  };
}

function known(surprise: number | undefined): number {
  return surprise === undefined || Number.isNaN(surprise) ? 0 : surprise;
}

function groupWords(result: HourResult, models: DeviceModels, v: number): string {
  const prior = models.prior(result.group, v);
  const name = VOLUMES[v] ?? "connections";
  const typical = Math.expm1(prior.mean);
  return `${GROUP_NAMES[result.group] ?? "peers"}: typically ${name.startsWith("bytes") ? bytesInWords(typical) : count(typical)} in hours that have any (${historyInWords(models.groupHours(result.group))} of the group)`;
}

export function burstWhy(burst: Burst): Why {
  const what = burst.scope === "edge" ? "between these two" : burst.scope === "source" ? "from this device" : "to this device";
  const expected = burst.expected < 1 ? `fewer than one a minute` : `about ${count(burst.expected)} a minute`;
  return {
    feature: "burst",
    observed: burst.count,
    expected,
    p: Math.exp(-burst.surprise),
    text: `${count(burst.count)} connections in one minute ${what}; usual is ${expected}.`,
  };
}

/** Reasons of a regular pair from its facts. */
export function beaconWhy(facts: Facts, name: string, users: number, of: number): Why[] {
  const period = Number(facts.period ?? 0);
  const spread = Number(facts.spread ?? 0);
  const contacts = Number(facts.contacts ?? 0);
  const hours = Number(facts.spanHours ?? 0);
  return [
    {
      feature: "beacon",
      observed: `every ${secondsInWords(period)}, give or take ${Math.round(spread * 100)} %`,
      expected: "people and most programs come at uneven times",
      text: `${count(contacts)} contacts with ${name} over ${secondsInWords(hours * 3_600)}, one about every ${secondsInWords(period)} (typical deviation ${Math.round(spread * 100)} %): regularity ${Number(facts.beacon ?? 0).toFixed(2)} of 1.`,
      peers: `${users} of ${of} own devices ${users === 1 ? "has" : "have"} contact with it`,
    },
    {
      feature: "rarity",
      observed: Math.round(Number(facts.rarity ?? 0)),
      expected: "0 = everybody uses it",
      text: `Rarity of the other end is ${Math.round(Number(facts.rarity ?? 0))} of 100: ${users} of ${of} own devices ${users === 1 ? "has" : "have"} contact with it.`,
    },
  ];
}
