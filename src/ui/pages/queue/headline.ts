import type { Incident, Overview } from "../../client/types.ts";
import { counted, numberWord, opening } from "../../words/numbers.ts";

/** The sentence that opens the queue: how much stands above the line, and whether something cannot be seen. */
export function queueHeadline(incidents: readonly Incident[], overview: Overview): string {
  const above = incidents.filter((i) => !i.overBudget && i.state === "open");
  const acute = overview.blindSpots.filter((b) => b.kind === "acute").length;
  const blind = acute === 0 ? "" : `; ${numberWord(acute)} ${acute === 1 ? "blind spot" : "blind spots"} ${acute === 1 ? "is" : "are"} open`;
  if (above.length > 0) {
    const far = above.filter((i) => i.score >= 85).length;
    const how = far === 0 ? "above the usual" : far === above.length ? "far above the usual" : `above the usual, ${numberWord(far)} of them far`;
    return `${opening(above.length, "incident")} ${above.length === 1 ? "stands" : "stand"} ${how}${blind}.`;
  }
  if (overview.learning > 0 && overview.learning >= overview.devices / 2)
    return `Nothing stands above the line yet; ${counted(overview.learning, "device")} ${overview.learning === 1 ? "is" : "are"} still being learned${blind}.`;
  return `Nothing stands above the line${blind}.`;
}
