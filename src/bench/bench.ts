import type { BenchResult, Goal } from "./figures.ts";

export interface BenchOptions {
  data: readonly string[];
  org: readonly string[];
  truth: string | undefined;
  seed: number;
  /** How many events a bench that makes its own should make; each has its default. */
  events: number | undefined;
  print(text: string): void;
}

export interface Bench {
  name: string;
  goals: readonly Goal[];
  run(options: BenchOptions): Promise<BenchResult>;
}
