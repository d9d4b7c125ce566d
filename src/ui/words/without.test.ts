import { expect, test } from "vitest";
import { withoutReasons } from "./without.ts";

const why = (feature: string, without?: number, withoutAll?: number) => ({
  feature,
  observed: 1,
  expected: 1,
  text: "",
  ...(without === undefined ? {} : { without }),
  ...(withoutAll === undefined ? {} : { withoutAll }),
});

test("what an alert would be without its reasons", () => {
  expect(withoutReasons(60, [why("endpoint", 31, 31), why("port", 60, 0)])).toEqual([
    "Without Outside host: 31.",
    "Without Destination port: as it is.",
    "Without the first two: no alert.",
  ]);
  expect(withoutReasons(60, [why("endpoint", 0, 0), why("port", 45, 0)])).toEqual(["Without Outside host: no alert.", "Without Destination port: 45."]);
  expect(withoutReasons(60, [why("endpoint", 50, 50), why("port", 55, 40)])).toEqual([
    "Without Outside host: 50.",
    "Without Destination port: 55.",
    "Without the first two: 40.",
  ]);
  // An alert from before this was worked out says nothing.
  expect(withoutReasons(60, [why("endpoint")])).toEqual([]);
});
