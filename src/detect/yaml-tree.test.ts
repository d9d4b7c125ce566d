import { describe, expect, test } from "vitest";
import { modelText } from "../../test/support/models.ts";
import { parseModel } from "./parse-model.ts";
import { FaultError, readTree } from "./yaml-tree.ts";

const good = modelText("components: {a: {on: conn}}\ncombine: a");

function faultOf(text: string): { line: number; reason: string } {
  const parsed = parseModel(text, "Test/Model.yaml");
  if (parsed.ok) throw new Error("was taken");
  return parsed.error;
}

describe("content files that are hostile (S13)", () => {
  const laughs = `a: &a [x, x, x, x, x, x, x, x, x]\n${"bcdefghij"
    .split("")
    .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[i]}`).join(", ")}]`)
    .join("\n")}\n`;

  test.each([
    ["an alias bomb", laughs],
    ["an alias bomb inside a model", `${good}${laughs}`],
    ["a thousand open brackets", `${good}tags: ${"[".repeat(100_000)}`],
    ["deep maps in one line", `${good}x: ${"{a: ".repeat(50_000)}`],
    ["deep lists in one line", `${good}x:\n  ${"- ".repeat(100_000)}y`],
    ["deep indentation", Array.from({ length: 600 }, (_, i) => `${" ".repeat(i)}k:`).join("\n")],
    ["forty thousand keys", Array.from({ length: 36_000 }, (_, i) => `k${i}: 1`).join("\n")],
    ["a file of 300 kB", `${good}# ${"x".repeat(300_000)}`],
    ["a file over the limit in bytes, not in characters", `${good}# ${"ä".repeat(130_000)}`],
    ["a merge key", `${good}<<: {priority: 5}\n`],
  ])("%s is refused within 100 ms", (_name, text) => {
    // The least of three: what the file costs, not what else this machine is doing.
    const took = [0, 1, 2].map(() => {
      const start = performance.now();
      expect(parseModel(text, "Test/Model.yaml").ok).toBe(false);
      return performance.now() - start;
    });
    expect(Math.min(...took)).toBeLessThan(100);
  });

  test.each([
    ["tags", "a: !!binary aGk=", /tag/i],
    ["unknown tags, of which the parser only warns", "a: !thing 1", /tag/i],
    ["directives", "%YAML 1.1\n---\na: yes", /directive/],
    ["anchors", "a: &b 1", /anchor/],
    ["a second document", "a: 1\n---\nb: 2", /document/i],
    ["a key that stands twice", "a: 1\nb: 2\na: 3", /"a" stands twice/],
    ["a map as a key", "? {a: 1}\n: 2", /key must be text/],
    ["nothing", "# only a comment", /empty/],
  ])("%s are refused", (_name, text, reason) => {
    expect(() => readTree(text)).toThrow(FaultError);
    expect(() => readTree(text)).toThrow(reason);
  });

  test("a fault tells its line", () => {
    expect(faultOf(`${good}\n\ncolour: red\n`).line).toBe(good.split("\n").length + 2);
    expect(faultOf(`${good}tags: [a\nb: {`).line).toBeGreaterThan(1);
  });

  test("random bytes never throw", () => {
    for (let i = 0; i < good.length; i += 7) {
      const broken = `${good.slice(0, i)}\u0000{*&!%${good.slice(i + 3)}`;
      expect(typeof parseModel(broken, "Test/Model.yaml").ok).toBe("boolean");
      expect(typeof parseModel(good.slice(0, i), "Test/Model.yaml").ok).toBe("boolean");
    }
  });
});
