import { PlannedResponses } from "../../lanes/planned-responses.ts";
import type { Response } from "../../respond/response-file.ts";
import type { NetEvent } from "../../schema/event.ts";
import { ActingResponses } from "../made/acting-responses.ts";
import { merged } from "../network-attacks/judge.ts";
import { fresh, type Ground } from "./ground.ts";
import type { LaidAttack } from "./lay.ts";
import { background, touchedBy } from "./trial.ts";

/** From a record to its rule: the slowest of a hundred that `bench block` measures. ms. */
const REACTION = 200;

export interface Hops {
  /** Machines taken beyond the foothold, in order, before the first hop that failed. */
  taken: number;
  asked: number;
  acted: number;
  /** Connections that honest machines lost on the way. */
  harmed: number;
}

/** Ports of sessions in which somebody works: what cuts one early takes the machine away from him again. Other tools have done their work once their calls are through. */
const WORKED_IN: ReadonlySet<number> = new Set([22, 3_389, 5_900]);
/** What is looked up before a hop belongs to it. ms. */
const BEFORE = 3_000;

/**
 * A chain of machines, one taken from the other, with responses at work: what an action covers does not take place from a fifth of a second after the
 * record that led to it. A hop has succeeded when all of its records got through and, where somebody works in a session, half of it did or the next
 * hop had begun; a hop that failed ends the chain, since the next machine acts only once it is taken. `standard` undefined: responses off.
 */
export function playHops(ground: Ground, laid: LaidAttack, responses: readonly Response[], standard: "autonomous" | "content" | undefined): Hops {
  const core = ground.coreAtMidnight();
  const planned = standard === undefined ? undefined : new PlannedResponses(core, ground.organisation, responses, { standard, book: ground.book });
  const acting = new ActingResponses(REACTION);
  const hops = laid.truth.filter((t) => t.step === "lateral").sort((a, b) => a.start - b.start);
  const hopAt = (time: number): number => hops.findLastIndex((h) => time >= h.start - BEFORE);
  const attack = new Set(laid.events);
  const sessions: { hop: number; event: NetEvent; until: number }[] = [];
  /** Index of the hop that failed; records of later ones do not exist. */
  let failed = hops.length;
  let harmed = 0;
  const touched = touchedBy(ground, laid);
  const last = laid.events.at(-1)?.time ?? 0;
  // Mail and cloud lead to no action on a connection; after the attack's last record nothing more is judged, what stands is only counted.
  const honest = background(ground, touched).filter((e) => touched.has(e.src ?? "") || touched.has(e.dst ?? ""));
  for (const event of merged(honest, laid.events)) {
    const hop = attack.has(event) ? hopAt(event.time) : -1;
    for (const s of sessions) if (s.hop < failed && s.until <= event.time && acting.cuts({ ...s.event, time: s.until }, true)) failed = s.hop;
    if (hop > failed) continue;
    if (acting.cuts(event, true)) {
      if (hop >= 0) failed = Math.min(failed, hop);
      else if (event.family === "conn") harmed++;
      continue;
    }
    if (hop >= 0 && event.family === "conn" && WORKED_IN.has(event.dstPort ?? 0)) {
      const half = event.time + ((event.duration ?? 0) * 1_000) / 2;
      sessions.push({ hop, event, until: Math.min(half, (hops[hop + 1]?.start ?? Number.POSITIVE_INFINITY) - BEFORE) });
    }
    if (planned === undefined || event.time > last) continue;
    const copy = fresh(event);
    const { alerts } = core.lane.process([copy]);
    // Customs need days before this one, so nothing of the day is learned: the book is the ground's, for all attacks.
    if (alerts.length > 0) acting.begin(planned.take(alerts));
  }
  for (const s of sessions) if (s.hop < failed && acting.cuts({ ...s.event, time: s.until }, true)) failed = s.hop;
  return { taken: failed, asked: acting.asked, acted: acting.actions, harmed };
}
