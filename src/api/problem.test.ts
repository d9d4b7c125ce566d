import { expect, test } from "vitest";
import { CodedError } from "../base/result.ts";
import { answerOf } from "./problem.ts";

test("a search that took too long says so with its hint; what is not coded stays inside", () => {
  const slow = answerOf(new CodedError("store-query-timeout", "the query took too long", { hint: "Narrow the time range." }));
  expect([slow.status, slow.problem]).toEqual([504, { code: "store-query-timeout", message: "the query took too long", hint: "Narrow the time range." }]);
  expect(answerOf(new CodedError("search-query-invalid", "Character 3: no")).status).toBe(400);
  const inside = answerOf(new Error("/secret/path"));
  expect([inside.status, JSON.stringify(inside.problem).includes("secret")]).toEqual([500, false]);
});
