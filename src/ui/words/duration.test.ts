import { expect, test } from "vitest";
import { countdownText, durationWords } from "./duration.ts";

test.each([
  [7_200, "2 h"],
  [5_400, "90 min"],
  [45, "45 s"],
  [-5, "0 s"],
])("%d seconds in words", (seconds, text) => expect(durationWords(seconds)).toBe(text));

test.each([
  [5_688_000, "1:34:48"],
  [249_000, "4:09"],
  [999, "0:01"],
  [-1, "0:00"],
])("%d ms as a countdown", (ms, text) => expect(countdownText(ms)).toBe(text));
