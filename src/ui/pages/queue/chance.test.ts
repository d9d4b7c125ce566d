import { expect, test } from "vitest";
import { chanceWords } from "./chance.ts";

test("the false share is told in numbers that a reader can picture, and not at all in the first week", () => {
  expect([undefined, 0, 0.1, 0.25, 0.5, 0.72, 1].map(chanceWords)).toEqual([
    "share of chance: from the second week",
    "hardly one of today's would be chance",
    "about 1 in 10 of today's would be chance",
    "about 1 in 4 of today's would be chance",
    "about 5 in 10 of today's would be chance",
    "about 7 in 10 of today's would be chance",
    "as many as today's would be chance",
  ]);
});
