import type { BenchResult, Goal } from "./figures.ts";

export interface BenchOptions {
  data: readonly string[];
  org: readonly string[];
  truth: string | undefined;
  seed: number;
  /** How many events a bench that makes its own should make; each has its default. */
  events: number | undefined;
  /** Learned before the data, never scored. */
  history: readonly string[];
  /** Folder for what the figures were counted from. */
  units: string | undefined;
  /** Any further option of FURTHER_OPTIONS, in the order given; empty when it was not. */
  given(name: FurtherOption): readonly string[];
  print(text: string): void;
}

/** Options of single benches; each may be repeated. A bench that lacks one which it needs says so (CodedError `bad-option`, exit code 2). */
export const FURTHER_OPTIONS = [
  "honest",
  "honest-org",
  "phish",
  "ham",
  "spam",
  "timeline",
  "mbox",
  "labels",
  "runs",
  "seeds",
  "people",
  "days",
  "devices",
  "trials",
  "only",
  "learned",
  "thin",
  "variants",
  "response",
] as const;
export type FurtherOption = (typeof FURTHER_OPTIONS)[number];

/** What stands beside the figures on the page of detection quality. */
export interface BenchAbout {
  /** What is measured, on what, for whom: one paragraph. */
  what: string;
  /** Known flaws of the data, as their critics found them. */
  flaws: readonly string[];
  /** What our models do not see there, and what was tried. */
  misses: readonly string[];
}

export interface Bench {
  name: string;
  /** Floors: below one of them the command ends with 1. */
  goals: readonly Goal[];
  about?: BenchAbout;
  /** Makes its own data, so that it runs anywhere: `bench all` runs it without being given a folder. */
  makesOwn?: true;
  /** Options for the folder of public data that `bench all --shared DIR` is given; undefined when what it needs is not in there. */
  shared?(folder: string): Partial<BenchOptions> | undefined;
  run(options: BenchOptions): Promise<BenchResult>;
}
