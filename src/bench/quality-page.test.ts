import { expect, test } from "vitest";
import type { Bench } from "./bench.ts";
import type { BenchResult } from "./figures.ts";
import { qualitySection, withSection } from "./quality-page.ts";

const bench: Bench = {
  name: "some-bench",
  goals: [{ name: "share", atLeast: 0.5, reach: 0.9 }],
  about: { what: "Shares of a thing.", flaws: ["Simulated."], misses: ["Slow ones."] },
  run: () => Promise.reject(new Error("not run here")),
};
const result: BenchResult = {
  bench: "some-bench",
  version: "1.2.3",
  figures: [
    { name: "share", method: "control: a|b", value: 0.1 },
    { name: "share", method: "wonted", value: 0.75, low: 0.6, high: 0.8 },
  ],
};

test("E35 a section holds figures, floor, controls, flaws and misses", () => {
  const section = qualitySection(bench, result, "npm run bench -- some-bench");
  expect(section).toContain("| share | 0.750 (0.600-0.800) | 0.100 | >= 0.500 met; reach 0.900 |");
  expect(section).toContain("control: a\\|b");
  expect(section).toContain("- Simulated.");
  expect(section).toContain("- Slow ones.");
});

test("E35 a later run replaces its own section and touches nothing else", () => {
  const first = withSection("", "a", "<!-- bench a -->\none\n<!-- end of bench a -->");
  const two = withSection(first, "b", "<!-- bench b -->\ntwo\n<!-- end of bench b -->");
  const again = withSection(`${two}own words\n`, "a", "<!-- bench a -->\nthree\n<!-- end of bench a -->");
  expect(again).toContain("# Detection quality");
  expect(again.match(/bench a/g)).toHaveLength(2);
  expect(again).not.toContain("one\n<!-- end");
  expect(again.indexOf("three")).toBeLessThan(again.indexOf("two"));
  expect(again.endsWith("own words\n")).toBe(true);
});
