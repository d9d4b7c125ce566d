import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

export interface Counts {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string | undefined }[];
}

function fullName(test: TestCase): string {
  return `${test.module.relativeModuleId}: ${test.fullName}`;
}

/** Counts a run's tests; a failed module without tests counts as one failure. */
export function countsOf(modules: readonly TestModule[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: [] };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") counts.passed += 1;
      else if (result.state === "failed") counts.failed += 1;
      else counts.skipped.push({ name: fullName(test), reason: result.state === "skipped" ? result.note : undefined });
    }
    counts.failed += module.errors().length;
  }
  return counts;
}

/** Writes the counts, and what was skipped and why, to the file named by WONTED_COUNTS; scripts/test.ts prints them after all runs. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const path = process.env.WONTED_COUNTS;
    if (path === undefined) return;
    const counts = countsOf(modules);
    counts.failed += unhandled.length;
    writeFileSync(path, JSON.stringify(counts));
  }
}
