import { ContentRank } from "../../baseline/mail/content-rank.ts";
import { EVIDENCE_GROUPS, type EvidenceGroup, FEATURE_NAMES, FEATURES } from "./evidence/features.ts";
import type { MailKind } from "./evidence/kind.ts";

const BELIEF: Readonly<Record<MailKind, { middle: number; spread: number }>> = {
  conversation: { middle: -4.4, spread: 0.45 },
  letter: { middle: -4.2, spread: 0.55 },
  notice: { middle: -3.6, spread: 0.7 },
  bulk: { middle: -4, spread: 0.9 },
};

/** Ranks of content as they begin, before any mail was seen. */
export function newContentRank(): ContentRank {
  return new ContentRank(BELIEF, Object.keys(EVIDENCE_GROUPS));
}

/** Weighted evidence of each group: what the indicators show. */
export function groupScores(evidence: ArrayLike<number>, weights: readonly number[]): Record<EvidenceGroup, number> {
  const out = { who: 0, link: 0, trick: 0, lure: 0, attachment: 0, talk: 0 };
  FEATURE_NAMES.forEach((name, j) => {
    out[FEATURES[name].group] += (weights[j] ?? 0) * (evidence[j] ?? 0);
  });
  return out;
}
