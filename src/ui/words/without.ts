import type { Why } from "../client/types.ts";
import { featureName } from "./features.ts";
import { plain } from "./plain.ts";

const MOST = 3;

/** What the alert would be without its first reasons, a sentence each: "Without Outside host: 31." Empty for alerts made before this was known. */
export function withoutReasons(whole: number, reasons: readonly Why[]): string[] {
  const out: string[] = [];
  for (const why of reasons.slice(0, MOST)) {
    if (why.without === undefined) continue;
    const name = plain(featureName(why.feature), 40);
    if (why.without === 0) out.push(`Without ${name}: no alert.`);
    else if (Math.round(why.without) < Math.round(whole)) out.push(`Without ${name}: ${Math.round(why.without)}.`);
    else out.push(`Without ${name}: as it is.`);
  }
  const second = reasons[1];
  if (second?.withoutAll === 0 && reasons[0]?.without !== 0 && second.without !== 0) out.push("Without the first two: no alert.");
  else if (second?.withoutAll !== undefined && second.withoutAll > 0) out.push(`Without the first two: ${Math.round(second.withoutAll)}.`);
  return out;
}
