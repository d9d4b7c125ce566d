import type { Facts, FactValue } from "../schema/observation.ts";
import type { Why } from "../schema/score.ts";
import { OUTFLOW_WINDOWS, type Outflow, type OutflowWindow } from "./outflow.ts";
import { bytesInWords } from "./words.ts";

/** Names of the facts of a window, in the order: bytes sent, usual bytes, how many times that, p, p against the group. */
const NAMES: Readonly<Record<OutflowWindow, string>> = { day: "sentDay", week: "sentWeek", month: "sentMonth" };
/** From this p on what was sent over days is a reason by itself. */
const REASON = -Math.log(0.01);
const WORDS: Readonly<Record<OutflowWindow, string>> = { day: "today", week: "in 7 days", month: "in 30 days" };

export type JudgeOutflow = (window: OutflowWindow) => Outflow | undefined;

const VALUES: readonly { suffix: string; of: (o: Outflow) => FactValue }[] = [
  { suffix: "", of: (o) => o.sent },
  { suffix: "Usual", of: (o) => o.usual },
  { suffix: "Times", of: (o) => (o.usual > 0 ? o.sent / o.usual : undefined) },
  { suffix: "P", of: (o) => Math.exp(-o.surprise) },
  { suffix: "PeersP", of: (o) => Math.exp(-o.groupSurprise) },
];

/** Defines the facts of what was sent over days: worked out when read, since few observations are asked. */
export function defineOutflowFacts<T extends Facts>(facts: T, judge: (facts: T, window: OutflowWindow) => Outflow | undefined): void {
  for (const window of OUTFLOW_WINDOWS) {
    for (const { suffix, of } of VALUES) {
      Object.defineProperty(facts, `${NAMES[window]}${suffix}`, {
        enumerable: true,
        get(this: T) {
          const outflow = judge(this, window);
          return outflow === undefined ? undefined : of(outflow);
        },
      });
    }
  }
}

/** What was sent over days, where it is strange or asked for: the numbers are the ledger's own. */
export function outflowWhy(judge: JudgeOutflow, group: string, features?: readonly string[]): Why[] {
  const out: Why[] = [];
  for (const window of OUTFLOW_WINDOWS) {
    const name = NAMES[window];
    if (features !== undefined && !features.some((f) => f.startsWith(name))) continue;
    const outflow = judge(window);
    if (outflow === undefined || (features === undefined && outflow.surprise < REASON)) continue;
    const { sent, usual, surprise, groupSurprise, days } = outflow;
    const words = window !== "day" && days < (window === "week" ? 7 : 30) ? `in the ${days} day${days === 1 ? "" : "s"} it is known` : WORDS[window];
    out.push({
      feature: name,
      observed: sent,
      expected: `about ${bytesInWords(usual)}`,
      p: Math.exp(-surprise),
      text: `${bytesInWords(sent)} sent outside ${words}; its usual level is ${bytesInWords(usual)}, ${times(sent, usual)}.`,
      peers: `so much or more is expected of ${shareInWords(Math.exp(-groupSurprise))} of ${group}`,
    });
  }
  return out;
}

function times(sent: number, usual: number): string {
  if (!(usual > 0)) return "next to nothing";
  const ratio = sent / usual;
  return ratio < 10 ? `${ratio.toFixed(1)} times as much` : `${Math.round(ratio)} times as much`;
}

function shareInWords(p: number): string {
  return p >= 0.01 ? `${Math.round(p * 100)} %` : p >= 0.0001 ? `${(p * 100).toFixed(2)} %` : "fewer than 0.01 %";
}
