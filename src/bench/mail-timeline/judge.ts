import { seededRandom } from "../../base/random.ts";
import { decideMail, type MailStanding, type MailThresholds, type MailVerdict, mailScore } from "../../baseline/mail/mail-decision.ts";
import { TailRank } from "../../stats/tail-rank.ts";
import type { Judged } from "./stream.ts";

/** Content score of an honest mail when it gets the text that `draw` hands out; undefined = no text. */
export type DrawText = (judged: Judged, at: number, random: () => number) => number | undefined;

export interface Redraw {
  thresholds: MailThresholds;
  content: TailRank;
  standings: MailStanding[];
  held: number[];
  bannered: number[];
}

const WARM_UP = 3_000;
/** Ranks in the first half that set the thresholds. */
export const RANKS = { hold: 2, banner: 6 };

/** One drawing of the honest mails' texts: thresholds and calibration from the first half, verdicts on the second. */
export function redraw(honest: readonly Judged[], half: number, draw: DrawText, seed: number, ranks = RANKS): Redraw {
  const random = seededRandom(seed);
  const scores = honest.map((j, i) => draw(j, i, random));
  const content = new TailRank(20_000);
  for (let i = 0; i < half; i++) if (scores[i] !== undefined) content.learnOne(scores[i] as number);
  content.load(content.save());
  const standings = honest.map((j, i) => standingOf(j, scores[i], content));
  const first = standings
    .slice(WARM_UP, half)
    .map(mailScore)
    .sort((a, b) => b - a);
  const thresholds = { hold: first[ranks.hold - 1] ?? 0, banner: first[ranks.banner - 1] ?? 0 };
  const held: number[] = [];
  const bannered: number[] = [];
  for (let i = half; i < honest.length; i++) {
    const verdict = decideMail(standings[i] as MailStanding, thresholds);
    if (verdict === "hold") held.push(i);
    else if (verdict === "banner") bannered.push(i);
  }
  return { thresholds, content, standings, held, bannered };
}

export function standingOf(judged: Judged, score: number | undefined, content: TailRank): MailStanding {
  return {
    behaviour: judged.behaviour,
    lure: judged.lure,
    reader: judged.signals.reader.nats,
    name: judged.signals.name,
    content: score === undefined ? undefined : content.scoreOne(score),
  };
}

export function verdictOf(judged: Judged, score: number | undefined, r: Redraw): MailVerdict {
  return decideMail(standingOf(judged, score, r.content), r.thresholds);
}
