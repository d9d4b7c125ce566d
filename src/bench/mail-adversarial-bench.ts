import { readFileSync } from "node:fs";
import { type Random, seededRandom } from "../base/random.ts";
import { CodedError } from "../base/result.ts";
import { DAY } from "../base/time.ts";
import { shippedScore } from "../baseline/mail/content-model.ts";
import type { DomainNames } from "../baseline/mail/domain-names.ts";
import { mailScore } from "../baseline/mail/mail-decision.ts";
import { labelOf } from "../baseline/mail/mail-memory.ts";
import type { Behaviour } from "../baseline/mail/mail-rules.ts";
import { newContentRank } from "../lanes/email/content-rank.ts";
import { readEvidence } from "../lanes/email/evidence/evidence.ts";
import { FEATURE_NAMES } from "../lanes/email/evidence/features.ts";
import { kindOf } from "../lanes/email/evidence/kind.ts";
import { type View, viewOf } from "../lanes/email/evidence/view.ts";
import type { Letter } from "../lanes/email/letter.ts";
import { shippedNames } from "../lanes/email/mail-domains.ts";
import { shippedMailContent } from "../lanes/email/shipped-content.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { canonicalLetter, stripHeaders } from "./mail/canonical.ts";
import { filesBelow } from "./mail/corpus.ts";
import { decode } from "./mail/decode.ts";
import { type Correspondence, factsOf, madeCorrespondence } from "./mail/made-correspondence.ts";
import { TRICKS } from "./mail/tricks.ts";
import { VERSION_OF_BENCH } from "./version.ts";

/** Messages taken, evenly over the folder. */
const MOST = 600;
/** Of honest mail that may lie beyond the threshold. */
const FALSE_ALARMS = 0.01;
const KNOWN_DOMAINS: ReadonlySet<string> = new Set(["example.org"]);

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
  const names = shippedNames(lookups);
  const ground = madeCorrespondence(seededRandom(options.seed));
  const threshold = thresholdOf(ground, seededRandom(options.seed + 1));
  const contentOf = (letter: Letter) => {
    const { evidence } = readEvidence(letter, lookups);
    const view = viewOf(letter, lookups);
    const row = { evidence: FEATURE_NAMES.map((name) => evidence[name]), text: undefined, kind: kindOf(view) };
    return { view, nats: rank.nats(row.kind, shippedScore(row, weights)) };
  };
  const found = (letter: Letter, trick: string): { whole: boolean; content: boolean } => {
    const { view, nats } = contentOf(letter);
    const standing = { ...behaviourOf(letter, view, trick, names, ground), content: nats };
    return { whole: mailScore(standing) > threshold, content: nats > -Math.log(FALSE_ALARMS) };
  };
  const before = letters.map((letter) => found(letter, ""));
  const base = { whole: share(before.map((b) => b.whole)), content: share(before.map((b) => b.content)) };
  options.print(`${letters.length} messages; found as they are ${(100 * base.whole).toFixed(1)} %, by content alone ${(100 * base.content).toFixed(1)} %\n`);
  const figures: Figure[] = [
    { name: "recall.asTheyAre", method: "wonted", value: base.whole },
    { name: "recall.asTheyAre", method: "content alone", value: base.content },
  ];
  for (const [name, trick] of Object.entries(TRICKS)) {
    const random = seededRandom(options.seed);
    const after = letters.map((letter) => found(trick(letter, random, lookups), name));
    const whole = share(after.map((a) => a.whole));
    const content = share(after.map((a) => a.content));
    const lost = before.filter((was, i) => was.whole && after[i]?.whole === false).length;
    figures.push({ name: `lost.${name}`, method: "wonted", value: base.whole - whole });
    figures.push({ name: `lost.${name}`, method: "content alone", value: base.content - content });
    options.print(
      `${name}: found ${(100 * whole).toFixed(1)} %, ${lost} that were found before are missed; by content alone ${(100 * content).toFixed(1)} %\n`,
    );
  }
  return { bench: "mail-adversarial", version: VERSION_OF_BENCH, figures };
}

/** The score that one in a hundred honest mails passes: what behaviour says of the made ones, and content in nats, which are exponential of honest mail by what they mean. */
function thresholdOf(ground: Correspondence, random: Random): number {
  const scores = ground.judged.flatMap((judged) => Array.from({ length: 10 }, () => mailScore({ ...judged, content: -Math.log(1 - random()), lure: 0 })));
  return scores.sort((a, b) => b - a)[Math.floor(scores.length * FALSE_ALARMS)] ?? Number.POSITIVE_INFINITY;
}

/** How the message comes: out of the blue from who it says, or as its trick has it. */
function behaviourOf(
  letter: Letter,
  view: View,
  trick: string,
  names: DomainNames,
  { memory, rules, known, end }: Correspondence,
): { behaviour: Behaviour; reader: number; name: number; lure: number } {
  const layer = memory.layer();
  const thread = trick === "taken-over mailbox in a real thread";
  const about = {
    name: thread ? known.name : letter.name,
    address: thread ? known.address : letter.address,
    domain: thread ? known.domain : view.from.domain,
    free: !thread && view.free,
  };
  if (trick === "sender warmed up")
    for (let day = 1; day <= 3; day++) {
      const warm = factsOf({ time: end + day * DAY, ...about, subject: `a harmless matter ${day}`, messageId: `<w${day}@made.example>` });
      const signals = layer.signals(warm);
      rules.score(signals);
      layer.learn(warm);
    }
  const drawn = (domain: string): number => {
    const look = names.look(labelOf(domain));
    return look.drawn ? look.nats : 0;
  };
  const facts = factsOf({
    time: end + 5 * DAY,
    ...about,
    subject: letter.subject,
    messageId: "<made@made.example>",
    inReplyTo: thread ? known.thread : "",
    department: view.department,
    payload: letter.codes.some((c) => c.inAttachment) ? 2 : letter.codes.length > 0 ? 1 : 0,
    freshLink: view.links.some((l) => !KNOWN_DOMAINS.has(l.domain)),
    drawnName: about.free ? 0 : drawn(about.domain),
    drawnLink: Math.max(0, ...view.links.filter((l) => !KNOWN_DOMAINS.has(l.domain)).map((l) => drawn(l.domain))),
    lures: Math.min(2, view.subjectLures.size),
  });
  const signals = layer.signals(facts);
  return { behaviour: rules.score(signals), reader: signals.reader.nats, name: signals.name, lure: rules.lure(facts.lures) };
}

function share(values: readonly boolean[]): number {
  return values.filter(Boolean).length / Math.max(1, values.length);
}

export const mailAdversarialBench: Bench = {
  name: "mail-adversarial",
  goals: Object.keys(TRICKS).map((name) => ({ name: `lost.${name}`, atMost: 0.1 })),
  about: {
    what: "Phish that was changed as somebody would who knows filters, judged as the product does: hand-set weights of content, and how it comes (stranger, warmed up without an answer, taken over inside a thread) in a correspondence that the bench makes. The threshold is the score that one honest mail in a hundred passes. Share found before, less share found after; beside it the same by content alone.",
    flaws: [
      "The correspondence is made: senders and domains never seen as often as measured on one organisation, links to domains never seen and inducements in subjects as often as assumed, names that look drawn by lot as often as their rank means.",
      "Content of honest mail is what is believed of it before any was seen, not an organisation's own, and taken to be independent of how it comes.",
    ],
    misses: [
      "A code split over images that no decoder joined.",
      "A link that is honest until after delivery, in a message without other signs.",
      "A taken-over mailbox in a real thread whose text asks in words that no list holds.",
      "Tried against paraphrase: how random names are and what the reader usually gets; too few of these names look drawn, and all readers of a made correspondence have one habit.",
    ],
  },
  run,
};
