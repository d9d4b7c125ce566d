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

/**
 * A chain of machines, one taken from the other, with responses at work: what an action covers does not take place from a fifth of a second after the
 * record that led to it. A hop has succeeded when its last record got through; a hop that failed ends the chain, since the next machine acts only
 * once it is taken. `standard` undefined: responses off.
 */
export function playHops(ground: Ground, laid: LaidAttack, responses: readonly Response[], standard: "autonomous" | "content" | undefined): Hops {
  const core = ground.coreAtMidnight();
  const planned = standard === undefined ? undefined : new PlannedResponses(core, ground.organisation, responses, { standard, book: ground.book });
  const acting = new ActingResponses(REACTION);
  const hops = laid.truth.filter((t) => t.step === "lateral").sort((a, b) => a.start - b.start);
  const attack = new Set(laid.events);
  /** Index of the hop that failed; records of later ones do not exist. */
  let failed = hops.length;
  let harmed = 0;
  const hopOf = (event: NetEvent): number =>
    hops.findIndex((h, i) => event.time <= (hops[i + 1]?.start ?? Number.POSITIVE_INFINITY) - 3_000 && (i === hops.length - 1 || event.time <= h.end + 60_000));
  for (const event of merged(background(ground, touchedBy(ground, laid)), laid.events)) {
    const ours = attack.has(event);
    if (ours && hopOf(event) > failed) continue;
    if (acting.cuts(event, true)) {
      if (!ours) {
        if (event.family === "conn") harmed++;
        continue;
      }
      const hop = hops.findIndex((h) => event.src === h.entity && event.dst === h.peer && event.time >= h.start - 1_000);
      if (hop >= 0) failed = Math.min(failed, hop);
      continue;
    }
    const copy = fresh(event);
    const { alerts } = core.lane.process([copy]);
    if (planned === undefined) continue;
    if (alerts.length > 0) acting.begin(planned.take(alerts));
    planned.see([copy]);
  }
  return { taken: failed, asked: acting.asked, acted: acting.actions, harmed };
}
