import { seededRandom } from "../../base/random.ts";
import { Forest } from "../../stats/forest.ts";
import { aucOf } from "../statistics.ts";
import { foldsOf } from "./scores.ts";

/** Shape and style of a canonicalised message: what must not tell guilt. */
export interface Shape {
  phish: boolean;
  group: number;
  html: boolean;
  language: string;
  /** ln(1 + characters that a reader sees). */
  visible: number;
  /** ln(1 + characters of markup). */
  markup: number;
  attachments: number;
  inlineImages: boolean;
  /** Counts of ways of writing HTML: capitals, font, style=, tables, media queries, doctype... */
  style: readonly number[];
}

const VISIBLE_CALIPER = 0.5;
const MARKUP_CALIPER = 0.7;
const PROPENSITY_CALIPER = 0.7;

function rowOf(s: Shape, languages: readonly string[]): number[] {
  return [
    s.html ? 1 : 0,
    Math.min(3, s.attachments),
    s.inlineImages ? 1 : 0,
    s.markup,
    s.visible,
    s.html ? s.visible - s.markup : 0,
    ...languages.map((l) => (l === s.language ? 1 : 0)),
    ...s.style.map(Math.log1p),
  ];
}

/** Log-odds of being phish by shape and style alone, each message judged by a forest that saw none of its group. */
export function propensities(shapes: readonly Shape[], seed: number): number[] {
  const random = seededRandom(seed);
  const languages = [...new Set(shapes.map((s) => s.language))].sort();
  const rows = shapes.map((s) => rowOf(s, languages));
  const labels = shapes.map((s) => (s.phish ? 1 : 0));
  const folds = foldsOf(
    shapes.map((s) => s.group),
    labels,
    5,
    random,
  );
  const out = new Array<number>(shapes.length).fill(0);
  for (let k = 0; k < 5; k++) {
    const train = shapes.map((_, i) => i).filter((i) => folds[i] !== k);
    const forest = new Forest(
      train.map((i) => rows[i] as number[]),
      train.map((i) => labels[i] ?? 0),
      { trees: 120, leaf: 3, tried: 0.3, random },
    );
    shapes.forEach((_, i) => {
      if (folds[i] !== k) return;
      const p = forest.score(rows[i] as number[]);
      out[i] = Math.log((p + 0.02) / (1.02 - p));
    });
  }
  return out;
}

/**
 * Pairs of phish and honest mail of equal HTML and language within calipers of length, markup and propensity (mail-scoring.md §1): nearest first, then
 * augmenting paths, so that as many as possible find a partner.
 */
export function matchPairs(shapes: readonly Shape[], propensity: readonly number[]): [phish: number, honest: number][] {
  const cells = new Map<string, { phish: number[]; honest: number[] }>();
  shapes.forEach((s, i) => {
    const key = `${s.html}|${s.language}`;
    const cell = cells.get(key) ?? { phish: [], honest: [] };
    (s.phish ? cell.phish : cell.honest).push(i);
    cells.set(key, cell);
  });
  const pairs: [number, number][] = [];
  for (const { phish, honest } of cells.values()) pairs.push(...matchCell(shapes, propensity, phish, honest));
  return pairs;
}

function matchCell(shapes: readonly Shape[], propensity: readonly number[], phish: readonly number[], honest: readonly number[]): [number, number][] {
  const edges: { p: number; h: number; cost: number }[] = [];
  const near = new Map<number, number[]>();
  for (const p of phish) {
    const a = shapes[p] as Shape;
    const mine: { h: number; cost: number }[] = [];
    for (const h of honest) {
      const b = shapes[h] as Shape;
      const v = Math.abs(a.visible - b.visible) / VISIBLE_CALIPER;
      const m = Math.abs(a.markup - b.markup) / MARKUP_CALIPER;
      const q = Math.abs((propensity[p] ?? 0) - (propensity[h] ?? 0)) / PROPENSITY_CALIPER;
      if (v <= 1 && m <= 1 && q <= 1) mine.push({ h, cost: v + m + q });
    }
    mine.sort((x, y) => x.cost - y.cost);
    near.set(
      p,
      mine.map((e) => e.h),
    );
    for (const e of mine) edges.push({ p, ...e });
  }
  edges.sort((x, y) => x.cost - y.cost || x.p - y.p || x.h - y.h);
  const ofHonest = new Map<number, number>();
  const ofPhish = new Map<number, number>();
  for (const { p, h } of edges) {
    if (ofPhish.has(p) || ofHonest.has(h)) continue;
    ofPhish.set(p, h);
    ofHonest.set(h, p);
  }
  const augment = (p: number, seen: Set<number>): boolean => {
    for (const h of near.get(p) ?? []) {
      if (seen.has(h)) continue;
      seen.add(h);
      const holder = ofHonest.get(h);
      if (holder === undefined || augment(holder, seen)) {
        ofHonest.set(h, p);
        ofPhish.set(p, h);
        return true;
      }
    }
    return false;
  };
  for (const p of phish) if (!ofPhish.has(p)) augment(p, new Set());
  return [...ofPhish];
}

/**
 * The strict control: can a forest on shape and style alone tell matched phish from honest mail? Tested on whole groups; trained on pairs of which
 * neither member is in a tested group, so that neither a near-duplicate nor the matched twin is seen. 0.5 = it cannot.
 */
export function strictControl(shapes: readonly Shape[], pairs: readonly (readonly [number, number])[], seeds = 3): number {
  const members = pairs.flat();
  const languages = [...new Set(members.map((i) => shapes[i]?.language ?? ""))].sort();
  const rows = members.map((i) => rowOf(shapes[i] as Shape, languages));
  const labels = members.map((i) => (shapes[i]?.phish === true ? 1 : 0));
  const groups = members.map((i) => shapes[i]?.group ?? 0);
  let sum = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const random = seededRandom(seed);
    const folds = foldsOf(groups, labels, 5, random);
    const scores = new Array<number>(members.length).fill(0);
    for (let k = 0; k < 5; k++) {
      const clean = members.map((_, i) => i).filter((i) => folds[i] !== k && folds[i ^ 1] !== k);
      const forest = new Forest(
        clean.map((i) => rows[i] as number[]),
        clean.map((i) => labels[i] ?? 0),
        { trees: 200, leaf: 3, tried: 0.3, random },
      );
      for (let i = 0; i < members.length; i++) if (folds[i] === k) scores[i] = forest.score(rows[i] as number[]);
    }
    sum += aucOf(scores, labels);
  }
  return sum / seeds;
}
