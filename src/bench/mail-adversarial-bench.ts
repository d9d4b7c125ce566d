import { readFileSync } from "node:fs";
import { seededRandom } from "../base/random.ts";
import { CodedError } from "../base/result.ts";
import { shippedScore } from "../baseline/mail/content-model.ts";
import { newContentRank } from "../lanes/email/content-rank.ts";
import { readEvidence } from "../lanes/email/evidence/evidence.ts";
import { FEATURE_NAMES } from "../lanes/email/evidence/features.ts";
import { kindOf } from "../lanes/email/evidence/kind.ts";
import { viewOf } from "../lanes/email/evidence/view.ts";
import type { Letter } from "../lanes/email/letter.ts";
import { shippedMailContent } from "../lanes/email/shipped-content.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { canonicalLetter, stripHeaders } from "./mail/canonical.ts";
import { filesBelow } from "./mail/corpus.ts";
import { decode } from "./mail/decode.ts";
import { TRICKS } from "./mail/tricks.ts";
import { VERSION_OF_BENCH } from "./version.ts";

/** Messages taken, evenly over the folder. */
const MOST = 600;
/** One in a hundred honest mails of a kind lies beyond, by what is believed of honest mail before any was seen. */
const THRESHOLD = -Math.log(0.01);

async function run(options: BenchOptions): Promise<BenchResult> {
  if (options.data.length === 0) throw new CodedError("bad-option", "mail-adversarial: --data DIR of phish is needed", { exitCode: 2 });
  const { lookups, weights } = shippedMailContent();
  const files = options.data.flatMap(filesBelow);
  const step = Math.max(1, Math.ceil(files.length / MOST));
  const letters: Letter[] = [];
  for (let i = 0; i < files.length; i += step) {
    const { bytes, recipients } = stripHeaders(readFileSync(files[i] as string));
    const decoded = await decode(bytes);
    if (decoded !== undefined) letters.push(canonicalLetter(decoded.letter, recipients));
  }
  const rank = newContentRank();
  const found = (letter: Letter): boolean => {
    const { evidence } = readEvidence(letter, lookups);
    const row = { evidence: FEATURE_NAMES.map((name) => evidence[name]), text: undefined, kind: kindOf(viewOf(letter, lookups)) };
    return rank.nats(row.kind, shippedScore(row, weights)) > THRESHOLD;
  };
  const before = letters.map(found);
  const base = share(before);
  options.print(`${letters.length} messages; found as they are ${(100 * base).toFixed(1)} %\n`);
  const figures: Figure[] = [{ name: "recall.asTheyAre", method: "wonted", value: base }];
  for (const [name, trick] of Object.entries(TRICKS)) {
    const random = seededRandom(options.seed);
    const after = letters.map((letter) => found(trick(letter, random, lookups)));
    const lost = before.filter((was, i) => was && after[i] === false).length;
    figures.push({ name: `lost.${name}`, method: "wonted", value: base - share(after) });
    options.print(`${name}: found ${(100 * share(after)).toFixed(1)} %, ${lost} that were found before are missed\n`);
  }
  return { bench: "mail-adversarial", version: VERSION_OF_BENCH, figures };
}

function share(values: readonly boolean[]): number {
  return values.filter(Boolean).length / Math.max(1, values.length);
}

export const mailAdversarialBench: Bench = {
  name: "mail-adversarial",
  goals: Object.keys(TRICKS).map((name) => ({ name: `lost.${name}`, atMost: 0.1 })),
  about: {
    what: "Phish that was changed as somebody would who knows filters, judged by content alone with the hand-set weights: share found before, less share found after. Behaviour (a sender never seen, a place, a domain's age) is not counted here.",
    flaws: ["The threshold is what is believed of honest mail before any was seen, not an organisation's own."],
    misses: [
      "A code split over images that no decoder joined.",
      "A link that is honest until after delivery, in a message without other signs.",
      "A taken-over mailbox in a real thread whose text asks in words that no list holds.",
    ],
  },
  run,
};
