import type { Why } from "../../schema/score.ts";
import { count, quoted } from "../words.ts";
import { ADDRESS, COUNTRY, FEATURE_NAMES } from "./user-features.ts";
import { faded, type Known } from "./user-rarity.ts";
import type { Scored, UserState } from "./user-state.ts";
import { type UserVolumes, VOLUME_NAMES } from "./user-volumes.ts";

const ONE: Readonly<Record<string, string>> = {
  country: "country",
  network: "network",
  address: "address",
  app: "application",
  client: "client",
  operation: "operation",
  resource: "resource",
  correspondent: "person on the other side",
  tenant: "other tenant",
  role: "permission",
  linkDomain: "link domain",
};
const MOST = 6;
/** 5 %. */
const REASON = 3;

/** Reasons of an event: what is new or rare for the user, strangest first, then amount and first sight. */
export function userWhy(scored: Scored, volumes: UserVolumes): Why[] {
  const { user, event } = scored;
  if (user === undefined || event === undefined) return [];
  const found: { feature: number; known: Known; rank: number }[] = [];
  scored.known.forEach((known, feature) => {
    if (known !== undefined && (known.novelty > 0 || known.calibrated >= REASON)) found.push({ feature, known, rank: known.novelty * 10 + known.calibrated });
  });
  found.sort((a, b) => b.rank - a.rank || a.feature - b.feature);
  const why = found.slice(0, MOST).map(({ feature, known }) => featureWhy(event.time, user, feature, known));
  const amount = volumeWhy(scored, volumes, user);
  if (amount !== undefined) why.push(amount);
  why.push(firstWhy(user, event.time));
  return why;
}

function featureWhy(time: number, user: UserState, feature: number, known: Known): Why {
  const name = FEATURE_NAMES[feature] ?? "";
  const word = ONE[name] ?? name;
  const others = `${count(known.users)} of ${count(known.of)} others use it${user.group === "" ? "" : `, ${count(known.groupUsers)} of ${count(known.groupOf)} in ${user.group}`}`;
  const before = usualOf(time, user, feature);
  const why: Why = {
    feature: name,
    observed: known.text,
    expected: known.novelty > 0 ? (before === "" ? `no ${word} known yet` : `so far ${before}`) : `used on ${count(known.ownDays)} days`,
    text:
      known.novelty > 0
        ? `First ${word} ${quoted(known.text)} of this user${before === "" ? ", of whom none is known yet" : `, known so far with ${before} over ${count(Math.max(1, known.total))} hours of use`}; ${others}.`
        : `${word} ${quoted(known.text)}, seldom for this user: ${count(Math.max(1, known.own))} of ${count(Math.max(1, known.total))} hours of use; ${others}.`,
    peers: others,
  };
  if (known.calibrated > 0) why.p = Math.exp(-known.calibrated);
  return why;
}

/** The values that a user is known for, most used first: three at most. */
function usualOf(time: number, user: UserState, feature: number): string {
  const hour = Math.floor(time / 3_600_000);
  const uses = [...(user.uses.values[feature] ?? [])].map(([value, use]) => ({
    text: value.text,
    hours: faded(use, hour),
    isOld: Math.floor(use.first / 3_600_000) < hour,
  }));
  const old = uses.filter((u) => u.isOld).sort((a, b) => b.hours - a.hours || (a.text < b.text ? -1 : 1));
  if (old.length === 0) return "";
  const shown = old.slice(0, feature === COUNTRY || feature === ADDRESS ? 3 : 2).map((u) => quoted(u.text));
  return shown.join(", ") + (old.length > shown.length ? ` and ${old.length - shown.length} more` : "");
}

function volumeWhy(scored: Scored, volumes: UserVolumes, user: UserState): Why | undefined {
  const { volume, event } = scored;
  if (volume < 0 || event === undefined) return undefined;
  const today = (user.volumes.today[volume] ?? 0) + (event.items ?? 1);
  const surprise = volumes.surprise(user.volumes, volume, today);
  if (surprise < REASON) return undefined;
  const high = volumes.high(user.volumes, volume);
  const what = VOLUME_NAMES[volume] ?? "activity";
  return {
    feature: "activity",
    observed: today,
    expected: `at most ${count(high)} on 95 % of days`,
    p: Math.exp(-surprise),
    text: `${count(today)} times "${what}" today; on 95 % of this user's days at most ${count(high)} (${count(user.days)} active days known).`,
  };
}

function firstWhy(user: UserState, time: number): Why {
  const days = Math.max(0, (time - user.first) / 86_400_000);
  const seen = days < 1 / 24 ? "just now" : days < 1 ? "today" : `${count(days)} days ago`;
  return {
    feature: "firstSeen",
    observed: seen,
    expected: "a user with a history",
    text: `This user was first seen ${seen} and has been active on ${count(Math.max(1, user.days))} day${user.days > 1 ? "s" : ""}${user.kind === "foreign" ? "; it belongs to another tenant" : ""}.`,
  };
}
