import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import { parseAll } from "../../test/contract/check-parser.ts";
import { fixture } from "../../test/support/fixture-files.ts";
import type { NetEvent } from "../schema/event.ts";
import { FAMILIES, FAMILY_NAMES } from "../schema/families.ts";
import { createEveParser } from "./eve.ts";
import { BLANK } from "./event-template.ts";
import { createZeekJsonParser } from "./zeek-json.ts";
import { createZeekTsvParser } from "./zeek-tsv.ts";

test.each(FAMILY_NAMES)("an empty %s event has every column, undefined, and no value of another event", (family) => {
  const event = BLANK[family]() as unknown as Record<string, unknown>;
  for (const column of Object.keys(FAMILIES[family].columns)) {
    expect(Object.hasOwn(event, column)).toBe(true);
    expect(event[column]).toBeUndefined();
  }
  expect(event).toMatchObject({ family, direction: "unknown" });
  expect(BLANK[family]()).not.toBe(event);
});

test("flows of all three formats have one hidden class", () => {
  setFlagsFromString("--allow-natives-syntax");
  const haveSameMap = new Function("a", "b", "return %HaveSameMap(a, b)") as (a: unknown, b: unknown) => boolean;
  setFlagsFromString("--no-allow-natives-syntax");
  const files: [typeof createZeekTsvParser, string][] = [
    [createZeekTsvParser, "zeek/conn.log"],
    [createZeekJsonParser, "zeek-json/conn.log"],
    [createEveParser, "eve/eve.json"],
  ];
  const flows = files
    .flatMap(([create, name]) => parseAll({ create, fixture: fixture(name) }, fixture(name)) as NetEvent[])
    .filter(({ family }) => family === "conn");
  expect(flows.length).toBeGreaterThan(12);
  for (const flow of flows) expect(haveSameMap(flow, flows[0])).toBe(true);
});
