import { fileURLToPath } from "node:url";
import { seededRandom } from "../base/random.ts";
import { CodedError } from "../base/result.ts";
import { type LinkLookups, readLinkLookups } from "../parsers/links/link-lookups.ts";
import { LookalikeIndex } from "../parsers/links/lookalike.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { honestNames } from "./honest-names.ts";
import { madeTypo, TYPO_KINDS } from "./made-typos.ts";
import { VERSION_OF_BENCH } from "./version.ts";

/** A domain that wrote so many messages is a correspondent: newcomers are compared with it too. */
const CUSTOMARY_MESSAGES = 50;
const TYPOS_PER_KIND = 300;
/** Shorter labels have too many honest neighbours: not imitated here, and said in the docs. */
const SHORTEST = 5;
const FLAGGED = 0.5;

interface Method {
  method: string;
  flags(host: string, known: readonly string[]): boolean;
}

async function run(options: BenchOptions): Promise<BenchResult> {
  if (options.data.length === 0) throw new CodedError("bad-option", "lookalike: --data PATH.. of honest mail and Zeek or EVE logs is needed", { exitCode: 2 });
  const lookups = readLinkLookups(fileURLToPath(new URL("../../content", import.meta.url)));
  const names = await honestNames(options.data);
  const customary = [...names].filter(([, messages]) => messages >= CUSTOMARY_MESSAGES).map(([name]) => name);
  const known = [...new Set([...lookups.lookalike.protected, ...customary])];
  const index = new LookalikeIndex(lookups.lookalike, known);
  const bare = new LookalikeIndex({ ...lookups.lookalike, owned: new Set() }, known);
  const labels = known.map((name) => name.slice(0, name.indexOf(".")));
  const methods: Method[] = [
    { method: "wonted", flags: (host) => (index.look(host)?.score ?? 0) >= FLAGGED },
    // The list holds names that somebody noticed because they had been flagged: what it hides in data of the same time is told apart.
    { method: "without the list of owned names", flags: (host) => (bare.look(host)?.score ?? 0) >= FLAGGED },
    { method: "edit distance 1", flags: (host) => withinEdits(host, labels, 1) },
    { method: "edit distance 2", flags: (host) => withinEdits(host, labels, 2) },
    { method: "control: never seen", flags: () => true },
  ];
  const strangers = [...names.keys()].filter((name) => !known.includes(name));
  options.print(
    `${names.size} registrable names, ${known.length} known (${customary.length} wrote ${CUSTOMARY_MESSAGES} messages), ${strangers.length} first contacts\n`,
  );
  const typos = makeTypos(known, lookups, options.seed);
  const figures: Figure[] = [{ name: "names", method: "wonted", value: names.size }];
  for (const { method, flags } of methods) {
    const wrong = strangers.filter((host) => flags(host, known));
    figures.push({ name: "falsePer1000", method, value: (wrong.length / strangers.length) * 1_000 });
    if (method === "wonted") for (const host of wrong) options.print(`  honest, flagged: ${host} as ${index.look(host)?.known} (${index.look(host)?.kind})\n`);
    let found = 0;
    for (const kind of TYPO_KINDS) {
      const of = typos.filter((t) => t.kind === kind);
      const hits = of.filter((t) => flags(t.host, known)).length;
      found += hits;
      figures.push({ name: `recall.${kind}`, method, value: hits / of.length });
    }
    figures.push({ name: "recall", method, value: found / typos.length, ...wilson(found, typos.length) });
  }
  return { bench: "lookalike", version: VERSION_OF_BENCH, figures };
}

function makeTypos(known: readonly string[], lookups: LinkLookups, seed: number): { host: string; kind: string }[] {
  const random = seededRandom(seed);
  const taken = new Set([...known, ...lookups.lookalike.owned]);
  const targets = known.filter((name) => name.indexOf(".") >= SHORTEST);
  const words = [...lookups.lookalike.words];
  const made: { host: string; kind: string }[] = [];
  for (const kind of TYPO_KINDS) {
    for (let n = 0, tries = 0; n < TYPOS_PER_KIND && tries < 20_000; tries++) {
      const host = madeTypo(targets[Math.floor(random() * targets.length)] ?? "", kind, words, random);
      if (host === undefined || taken.has(host)) continue;
      made.push({ host, kind });
      n++;
    }
  }
  return made;
}

/** Plain Levenshtein on the label, the same names known. */
function withinEdits(host: string, labels: readonly string[], most: number): boolean {
  const label = host.slice(0, host.indexOf("."));
  return labels.some(
    (other) => other.length >= SHORTEST && Math.abs(other.length - label.length) <= most && other !== label && levenshtein(label, other) <= most,
  );
}

function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

function wilson(hits: number, n: number): { low: number; high: number } {
  const z = 1.96;
  const p = hits / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Look-alike names found, honest first contacts flagged. */
export const lookalikeBench: Bench = {
  name: "lookalike",
  about: {
    what: "Registrable names of honest mail and traffic as first contacts, and names made from well-known ones by typing slips, characters that look alike and added words.",
    flaws: [
      "The weights, and which well-known names count as ordinary words, were chosen after looking at these honest names: that none is flagged is a fit and no forecast.",
    ],
    misses: ["A word added to a well-known name that is itself a word (outlook, office); letters left out in the middle of short names."],
  },
  goals: [
    { name: "recall", atLeast: 0.97, by: "value" },
    { name: "falsePer1000", atMost: 0.15 },
  ],
  run,
};
