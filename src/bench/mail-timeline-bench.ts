import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../base/random.ts";
import { CodedError } from "../base/result.ts";
import { mailScore } from "../baseline/mail/mail-decision.ts";
import { countryTable } from "../enrich/country-table.ts";
import { Places } from "../enrich/places.ts";
import type { Evidence } from "../lanes/email/evidence/features.ts";
import { shippedMailContent } from "../lanes/email/shipped-content.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { type MailRow, readCorpus } from "./mail/corpus.ts";
import { decode } from "./mail/decode.ts";
import { formatControl } from "./mail-timeline/format-control.ts";
import { type DrawText, type Redraw, redraw, verdictOf } from "./mail-timeline/judge.ts";
import { KIND_NAMES, KINDS, type Kind } from "./mail-timeline/kinds.ts";
import { madePhish } from "./mail-timeline/made-phish.ts";
import { CONDITIONS, type Condition, type InjectedCampaign, type Judged, runStream } from "./mail-timeline/stream.ts";
import { evidenceWith, senderEvidence, TextPool } from "./mail-timeline/texts.ts";
import { readMaybeGzip, readTimeline, TimelineReader } from "./mail-timeline/timeline-rows.ts";
import { VERSION_OF_BENCH } from "./version.ts";

/** Honest mails that are judged; those before set thresholds. */
const JUDGED = 11_918;
const REDRAWS = 20;
/** Redraws whose thresholds the injected mails are held against. */
const AGAINST = 5;
const TEXT_SHARE = 0.5;
/** Kinds in which the attacker's own sender stands. */
const OWN_SENDER: ReadonlySet<Kind> = new Set(["a", "f", "g"]);
const ALARMS = [1, 4, 12, 40, 120];

async function run(options: BenchOptions): Promise<BenchResult> {
  const [timeline] = options.given("timeline");
  const [mbox] = options.given("mbox");
  if (timeline === undefined || mbox === undefined) throw new CodedError("bad-option", "mail-timeline: --timeline F --mbox F are needed", { exitCode: 2 });
  const { lookups, weights } = shippedMailContent();
  const rows = readTimeline(timeline);
  const half = Math.max(Math.floor(rows.length / 2), rows.length - JUDGED);
  const reader = new TimelineReader(rows, new Places([countryTable()]), lookups);
  const folder = mkdtempSync(join(tmpdir(), "wonted-mail-"));
  let texts: MailRow[];
  try {
    splitMbox(mbox, folder);
    const made = options.given("phish").length > 0 ? [...options.given("phish")] : [madePhish(join(folder, "made"))];
    texts = (await readCorpus({ phish: made, ham: [join(folder, "own")], decode, lookups })).rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const random = seededRandom(options.seed);
  const phish = texts.filter((r) => r.phish);
  const bare = phish.filter((r) => r.bare);
  options.print(
    `${rows.length} mails, the last ${rows.length - half} judged; ${texts.length - phish.length} honest texts, ${phish.length} of phish, ${bare.length} of them plain talk\n`,
  );
  const campaigns = Number(options.given("trials")[0] ?? 120);
  const streamed = runStream({
    rows,
    half,
    reader,
    lookups,
    phish: new TextPool(phish, random),
    plain: new TextPool(bare, random),
    campaigns,
    seed: options.seed,
  });
  const draw = drawerOf(streamed.honest, half, texts, lookups, weights);
  const draws = Array.from({ length: REDRAWS }, (_, k) => redraw(streamed.honest, half, draw, 1_000 * options.seed + k));
  const scoreOf = (mail: Judged, text: MailRow, kind: Kind): number => {
    const sender = OWN_SENDER.has(kind) ? undefined : senderEvidence(mail.row.name, mail.row.from, lookups);
    return weighed(evidenceWith(text, sender, "keepsSubject" in mail.row && mail.row.keepsSubject === true), weights);
  };
  const figures = [
    ...honestFigures(options, draws, streamed.honest, rows.length - half),
    ...kindFigures(streamed.injected, draws, scoreOf),
    ...controls(streamed.honest, half, streamed.injected),
    ...KIND_NAMES.map(
      (kind): Figure => ({
        name: `kind.${kind}.formatControl.auc`,
        method: "wonted",
        value: formatControl(kind, streamed.injected, streamed.honest, half, reader),
      }),
    ),
    ...manyContacts(streamed.honest, half, streamed.injected, draws[0] as Redraw, scoreOf),
  ];
  return { bench: "mail-timeline", version: VERSION_OF_BENCH, figures };
}

function weighed(evidence: Float64Array, weights: { bias: number; weights: readonly number[] }): number {
  return weights.weights.reduce((sum, w, j) => sum + w * (evidence[j] ?? 0), weights.bias);
}

function splitMbox(path: string, folder: string): void {
  const own = join(folder, "own");
  mkdirSync(own, { recursive: true });
  const parts = readMaybeGzip(path)
    .toString("latin1")
    .split(/^From (?=\S+@\S+ (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )/m)
    .slice(1);
  parts.forEach((part, i) => {
    writeFileSync(join(own, `own-${String(i).padStart(6, "0")}.eml`), Buffer.from(part.slice(part.indexOf("\n") + 1), "latin1"));
  });
}

/** Honest texts for half of the honest mails: an answer gets the text of an answer, and the halves share none. */
function drawerOf(
  honest: readonly Judged[],
  half: number,
  texts: readonly MailRow[],
  lookups: Parameters<typeof senderEvidence>[2],
  weights: { bias: number; weights: readonly number[] },
): DrawText {
  const isAnswer = (subject: string): boolean => /^\s*re:/i.test(subject);
  const pool = { answer: [[], []] as MailRow[][], other: [[], []] as MailRow[][] };
  for (const [i, r] of texts.filter((t) => !t.phish).entries()) pool[isAnswer(r.subject) ? "answer" : "other"][i % 2]?.push(r);
  const senders: Evidence[] = honest.map((j) => senderEvidence(j.row.name, j.row.from, lookups));
  return (judged, at, random) => {
    if (random() >= TEXT_SHARE) return undefined;
    const list = pool[isAnswer(judged.row.subject) ? "answer" : "other"][at >= half ? 1 : 0] ?? [];
    const text = list[Math.floor(random() * list.length)];
    return text === undefined ? undefined : weighed(evidenceWith(text, senders[at]), weights);
  };
}

function honestFigures(options: BenchOptions, draws: readonly Redraw[], honest: readonly Judged[], judged: number): Figure[] {
  const held = draws.map((d) => d.held.length);
  const bannered = draws.map((d) => d.bannered.length);
  const first = draws[0] as Redraw;
  for (const i of [...first.held, ...first.bannered]) {
    const j = honest[i] as Judged;
    options.print(
      `  ${first.held.includes(i) ? "held    " : "bannered"} ${j.behaviour.nats.toFixed(1)} ${j.behaviour.rule ?? "no rule"}; content ${first.standings[i]?.content?.toFixed(1) ?? "none"}\n`,
    );
  }
  const of = (name: string, counts: readonly number[]): Figure[] => [
    { name, method: "wonted", value: mean(counts) },
    { name: `${name}.90%`, method: "wonted", value: [...counts].sort((a, b) => a - b)[Math.ceil(counts.length * 0.9) - 1] ?? 0 },
  ];
  return [
    ...of("held", held),
    ...of("bannered", bannered),
    { name: "heldPer1000", method: "wonted", value: (1_000 * mean(held)) / judged },
    { name: "bannerPer1000", method: "wonted", value: (1_000 * mean(bannered)) / judged },
  ];
}

function kindFigures(injected: readonly InjectedCampaign[], draws: readonly Redraw[], scoreOf: (mail: Judged, text: MailRow, kind: Kind) => number): Figure[] {
  const out: Figure[] = [];
  const against = draws.slice(0, AGAINST);
  for (const kind of KIND_NAMES)
    for (const condition of CONDITIONS) {
      const campaigns = injected.filter((c) => c.kind === kind && c.condition === condition);
      if (campaigns.length === 0) continue;
      const verdicts = campaigns.map((c) => against.map((r) => c.mails.map((m) => verdictOf(m, contentOf(c, m, condition, scoreOf), r))));
      const share = (test: (v: string[]) => boolean): Figure["value"] => mean(verdicts.flatMap((each) => each.map((v) => (test(v) ? 1 : 0))));
      const name = `kind.${kind}.${condition}`;
      const acted = share((v) => v[0] !== "deliver");
      const error = 1.96 * Math.sqrt((acted * (1 - acted)) / campaigns.length);
      out.push({ name: `${name}.acted`, method: "wonted", value: acted, low: Math.max(0, acted - error), high: Math.min(1, acted + error) });
      out.push({ name: `${name}.held`, method: "wonted", value: share((v) => v[0] === "hold") });
      if (kind === "a" || kind === "b" || kind === "d")
        for (const n of [2, 3])
          out.push({ name: `${name}.actedByMail${n}`, method: "wonted", value: share((v) => v.slice(0, n).some((x) => x !== "deliver")) });
      if (kind === "a" && condition === "text") out.push({ name: "campaigns.firstMailHeldShare", method: "wonted", value: share((v) => v[0] === "hold") });
    }
  return out;
}

function contentOf(c: InjectedCampaign, m: Judged, condition: Condition, scoreOf: (mail: Judged, text: MailRow, kind: Kind) => number): number | undefined {
  return (condition === "text" || condition === "plain") && c.text !== undefined ? scoreOf(m, c.text, c.kind) : undefined;
}

/** What a filter that knows only first contacts does on the same mails, and content alone at as many false alarms. */
function controls(honest: readonly Judged[], half: number, injected: readonly InjectedCampaign[]): Figure[] {
  const judged = honest.slice(half);
  const rules: [string, (j: Judged) => boolean][] = [
    ["control: address never seen", (j) => j.signals.fromAddress === 0],
    ["control: domain never seen", (j) => j.signals.fromAddress === 0 && j.signals.fromDomain === 0],
  ];
  return rules.flatMap(([method, rule]) => [
    { name: "bannered", method, value: judged.filter(rule).length },
    { name: "bannerPer1000", method, value: (1_000 * judged.filter(rule).length) / judged.length },
    ...KIND_NAMES.map((kind) => {
      const mails = injected.filter((c) => c.kind === kind && c.condition === "text").map((c) => c.mails[0] as Judged);
      return { name: `kind.${kind}.text.acted`, method, value: mean(mails.map((m) => (rule(m) ? 1 : 0))) };
    }),
  ]);
}

/** As if ten times as many honest first contacts came out of the blue: the same thresholds in false alarms, and what is then still acted on. */
function manyContacts(
  honest: readonly Judged[],
  half: number,
  injected: readonly InjectedCampaign[],
  r: Redraw,
  scoreOf: (mail: Judged, text: MailRow, kind: Kind) => number,
): Figure[] {
  const scores: number[] = [];
  honest.forEach((j, i) => {
    if (i < half) return;
    const s = r.standings[i];
    if (s === undefined) return;
    const times = j.signals.fromAddress === 0 && j.signals.thread < 2 ? 10 : 1;
    for (let k = 0; k < times; k++) scores.push(mailScore(s) - (times > 1 ? Math.log(times) : 0));
  });
  scores.sort((a, b) => b - a);
  const out: Figure[] = [];
  for (const alarms of ALARMS) {
    const threshold = scores[alarms] ?? 0;
    for (const kind of ["a", "f"] as const) {
      const campaigns = injected.filter((c) => c.kind === kind && c.condition === "text");
      if (campaigns.length === 0) continue;
      const acted = campaigns.map((c) => {
        const m = c.mails[0] as Judged;
        const content = c.text === undefined ? 0 : r.content.scoreOne(scoreOf(m, c.text, kind));
        return mailScore({ behaviour: m.behaviour, content, lure: m.lure, reader: m.signals.reader.nats, name: m.signals.name }) - Math.log(10) > threshold
          ? 1
          : 0;
      });
      out.push({ name: `tenfold.${kind}.text.acted@${alarms}`, method: "wonted", value: mean(acted) });
    }
  }
  return out;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}

const GOALS = [
  { name: "held", atMost: 2, reach: 1 },
  { name: "bannered", atMost: 12, reach: 9 },
  ...(["b", "c"] as const).flatMap((k) => [
    { name: `kind.${k}.text.acted`, atLeast: 0.95 },
    { name: `kind.${k}.none.acted`, atLeast: 0.95 },
  ]),
  { name: "kind.h.text.acted", atLeast: 0.95 },
  { name: "kind.h.none.acted", atLeast: 0.75 },
  ...(["a", "f"] as const).flatMap((k) => [
    { name: `kind.${k}.text.acted`, atLeast: 0.85, reach: 0.95 },
    { name: `kind.${k}.text.held`, atLeast: 0.6, reach: 0.9 },
  ]),
  { name: "kind.a.none.actedByMail2", atLeast: 0.95 },
  ...(["d", "i"] as const).flatMap((k) => [
    { name: `kind.${k}.text.acted`, atLeast: 0.7, reach: 0.85 },
    { name: `kind.${k}.plain.acted`, atLeast: 0.25, reach: 0.5 },
  ]),
  { name: "kind.e.text.acted", atLeast: 0.6, reach: 0.75 },
  { name: "kind.e.plain.acted", atLeast: 0.1, reach: 0.3 },
  { name: "kind.g.text.acted", atLeast: 0.8, reach: 0.92 },
  ...(["a", "d", "e", "f", "g", "i"] as const).map((k) => ({ name: `kind.${k}.none.acted`, atMost: 0.05 })),
  ...KIND_NAMES.map((k) => ({ name: `kind.${k}.formatControl.auc`, atMost: 0.6 })),
];

export const mailTimelineBench: Bench = {
  name: "mail-timeline",
  goals: GOALS.map((g) => ({ ...g, by: "value" as const })),
  about: {
    what: `A real organisation's correspondence, mail by mail, with nine kinds of attack laid in: ${KIND_NAMES.map((k) => `${k} ${KINDS[k]}`).join("; ")}. Each copies an honest mail of the same situation whole and changes only what the kind is about. Half of the honest mails get the text of an honest mail of the same organisation, drawn anew twenty times.`,
    flaws: [
      "The list is a closed circle with few first contacts.",
      "Honest inbound text is drawn, not real.",
      "Country and software of takeovers are assumed.",
      "The headers hold no links and no registrations, and the attackers' domains are made of words: what names and ages find is not measured here, only that names of honest senders cost nothing.",
    ],
    misses: [
      "A first contact without text and without inducement.",
      "Plain talk inside a running conversation.",
      "Tried: a reader's habit as a summand of its own, at half and a quarter of its nats: honest mail's tail grew, and warmed-up senders and plain talk were lost; it now adds a quarter to what content or inducements say, at most as much as they say.",
      "Tried: a name drawn by lot of a domain never seen as a rule: honest houses are named so now and then (1 of 218 here came out of the blue), and held mails rose from 0.9 to 1.2; it now adds to content as a reader's habit does.",
      "Tried: a reader's rank without regard to what is usual here: everybody is a stranger at first, and the tail grew with it.",
    ],
  },
  run,
};
