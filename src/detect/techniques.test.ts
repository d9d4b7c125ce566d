import { expect, test } from "vitest";
import { parseTechniques } from "./techniques.ts";

test("the table is read; a technique without parent or with an unknown tactic is refused with its line", () => {
  const read = (techniques: string) => parseTechniques(`tactics: {TA0007: Discovery}\ntechniques:\n${techniques}`, "t.yaml");
  const good = read("  T1046: {name: Network Service Discovery, tactics: [TA0007]}");
  expect(good.ok && good.value.techniques.get("T1046")).toEqual({ id: "T1046", name: "Network Service Discovery", tactics: ["TA0007"] });
  expect(read("  T1087.002: {name: Domain Account, tactics: [TA0007]}")).toMatchObject({ ok: false, error: { line: 3 } });
  expect(read("  T1046: {name: x, tactics: [TA0099]}")).toMatchObject({ ok: false, error: { file: "t.yaml" } });
  expect(read("  1046: {name: x, tactics: []}").ok).toBe(false);
});
