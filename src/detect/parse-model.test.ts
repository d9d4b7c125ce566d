import { describe, expect, test } from "vitest";
import { modelOf, modelText } from "../../test/support/models.ts";
import { factsOf } from "../schema/facts.ts";
import { FAMILIES, type Family } from "../schema/families.ts";
import { checkCases } from "./check-cases.ts";
import { OBSERVATION_KINDS, unitOf } from "./names.ts";
import { parseModel, screenPath } from "./parse-model.ts";

const BASE = "components: {a: {on: conn}}\ncombine: a\n";

function reasonOf(body: string, path = "Test/Model.yaml"): string {
  const parsed = parseModel(modelText(body), path, { techniques: new Set(["T1046"]) });
  return parsed.ok ? "taken" : parsed.error.reason;
}

describe("a model file", () => {
  test.each([
    ["content/models/Device/New User Agent to Internal Server.yaml", "Device / New User Agent to Internal Server"],
    ["SaaS/Unusual Activity/Large Volume.yaml", "SaaS / Unusual Activity / Large Volume"],
    ["Alone.yaml", undefined],
    ["Device/Thing.yml", undefined],
    ["Device/../etc.yaml", undefined],
    ["Device/<b>.yaml", undefined],
  ])("%s is %s on screen", (file, path) => {
    expect(screenPath(file)).toBe(path);
  });

  test("whatever is not part of the format is refused, with the word that is wrong", () => {
    expect(reasonOf(BASE)).toBe("taken");
    expect(reasonOf(`${BASE}colour: red`)).toContain('no "colour"');
    expect(reasonOf("components: {a: {on: conn, were: []}}\ncombine: a")).toContain('no "were"');
    expect(reasonOf("components: {a: {on: flows}}\ncombine: a")).toContain('no observation "flows"');
    expect(reasonOf("components: {a: {on: conn, where: [{field: colour, equals: red}]}}\ncombine: a")).toContain('no field "colour" on conn');
    expect(reasonOf("components: {a: {on: conn, where: [{fact: userAgentNewness, atLeast: 1}]}}\ncombine: a")).toContain('no fact "userAgentNewness" on conn');
    expect(reasonOf("components: {a: {on: conn, where: [{fact: constructor, exists: true}]}}\ncombine: a")).toContain("no fact");
    expect(reasonOf("components: {a: {on: [conn, http], where: [{field: userAgent, exists: true}]}}\ncombine: a")).toContain('no field "userAgent" on conn');
    expect(reasonOf("components: {a: {on: conn, where: [{field: bytesOut, matches: x}]}}\ncombine: a")).toContain("reads text");
    expect(reasonOf("components: {a: {on: conn, where: [{field: service, atLeast: 3}]}}\ncombine: a")).toContain("compares numbers");
    expect(reasonOf("components: {a: {on: conn, where: [{field: service, equals: 3}]}}\ncombine: a")).toContain("is text");
    expect(reasonOf("components: {a: {on: conn, where: [{field: dst, network: nowhere}]}}\ncombine: a")).toContain("not a network");
    expect(reasonOf("components: {a: {on: conn, unusual: {fact: userAgentNovelty, atMost: 0.1}}}\ncombine: a")).toContain("is no p");
    expect(reasonOf("components: {a: {on: conn}, b: {on: conn}}\ncombine: a")).toContain('component "b" stands neither');
    expect(reasonOf("components: {a: {on: conn}, b: {on: conn}}\ncombine: {all: [a, b]}")).toContain('"within"');
    expect(reasonOf("components: {a: {on: conn}}\ncombine: {none: [a]}\nwithin: 1m")).toContain("absence alone");
    expect(reasonOf(`${BASE}title: '{colour} of {entity}'`)).toContain("{colour}");
    expect(reasonOf(`${BASE}title: '{a.size}'`)).toContain("no name");
    expect(reasonOf(`${BASE}title: '{entity'`)).toContain("not closed");
    expect(reasonOf(`${BASE}priority: 6`)).toContain("0 to 5");
    expect(reasonOf(`${BASE}category: Bad`)).toContain("Informational, Suspicious, Critical");
    expect(reasonOf(`${BASE}mitre: [T1046]`)).toBe("taken");
    expect(reasonOf(`${BASE}mitre: [T9999]`)).toContain("T9999 is not in content/mitre");
    expect(reasonOf(`${BASE}mitre: [Scanning]`)).toContain("no ATT&CK technique");
    expect(reasonOf(`${BASE}next: too short`)).toContain("20 characters");
    expect(reasonOf(`${BASE}cases: [{name: a, expect: fires, observations: [{on: conn}]}]`)).toContain("near miss");
    expect(reasonOf(`${BASE}cases: [{name: a, expect: silent, observations: [{on: conn}]}]`)).toContain("must fire");
  });

  test("knobs need the unit of what they are compared with", () => {
    const where = (filter: string): string => reasonOf(`components: {a: {on: conn, where: [${filter}]}}\ncombine: a`);
    expect(where("{field: bytesOut, atLeast: 5000000}")).toContain("5 MB");
    expect(where("{field: bytesOut, atLeast: 5m}")).toContain("size");
    expect(where("{fact: historyHours, atLeast: 24}")).toContain("1h");
    expect(where("{fact: historyHours, atLeast: 0}")).toBe("taken");
    expect(where("{field: dstPort, atLeast: 5s}")).toContain("bare number");
    expect(reasonOf(`${BASE}throttle: 60`)).toContain("needs its unit");
    expect(reasonOf(`${BASE}throttle: 1s`)).toContain("out of range");
  });

  test("a pattern is RE2 and at most 500 characters", () => {
    const pattern = (text: string): string => reasonOf(`components: {a: {on: conn, where: [{field: service, matches: '${text}'}]}}\ncombine: a`);
    expect(pattern("^(a+)+$")).toBe("taken");
    expect(pattern("(?=look)ahead")).toContain("pattern");
    expect(pattern("(a)\\1")).toContain("pattern");
    expect(pattern("x".repeat(501))).toContain("500 characters");
  });

  test("a fault names file, line and reason", () => {
    const text = `${modelText(BASE)}tags: [a]\ncolour: red\n`;
    const parsed = parseModel(text, "content/models/Test/Model.yaml");
    expect(parsed).toMatchObject({ ok: false, error: { file: "content/models/Test/Model.yaml", line: text.split("\n").indexOf("colour: red") + 1 } });
  });

  test("a pattern that would hang a backtracking engine takes no time", () => {
    const model = modelOf(
      "components: {a: {on: http, where: [{field: uri, matches: '^(a+)+$'}]}}\ncombine: a\ncases: [{name: a, expect: fires, observations: [{on: http, fields: {uri: aaaa}}]}, {name: b, expect: silent, observations: [{on: http, fields: {uri: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab}}]}]",
    );
    const start = performance.now();
    expect(checkCases(model)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe("cases", () => {
  const withCases = (cases: string): string[] =>
    checkCases(modelOf(`components: {a: {on: conn, where: [{field: dstPort, equals: 22}]}}\ncombine: a\ntitle: '{entity} to {peer}'\ncases: [${cases}]`)).map(
      (f) => f.reason,
    );
  const fires = "{name: f, expect: fires, observations: [{on: conn, fields: {dstPort: 22}}]}";
  const silent = "{name: s, expect: silent, observations: [{on: conn, fields: {dstPort: 23}}]}";

  test("that say what happens are quiet, others are told with what happened", () => {
    expect(withCases(`${fires}, ${silent}`)).toEqual([]);
    expect(withCases(`${fires}, {name: s, expect: silent, observations: [{on: conn, fields: {dstPort: 22}}]}`)[0]).toContain("must be silent, but fired");
    expect(withCases(`{name: f, expect: fires, observations: [{on: conn, fields: {dstPort: 23}}]}, ${silent}`)[0]).toContain("must fire, but was silent");
    expect(withCases(`{name: f, expect: fires, score: {atLeast: 60}, observations: [{on: conn, fields: {dstPort: 22}}]}, ${silent}`)[0]).toContain(
      "score is 50, under 60",
    );
    expect(withCases(`{name: f, expect: fires, title: x, observations: [{on: conn, fields: {dstPort: 22}, peer: {ip: 10.0.0.9}}]}, ${silent}`)[0]).toContain(
      'title is "10.0.0.5 to 10.0.0.9"',
    );
    expect(withCases(`{name: f, expect: fires, alerts: 2, observations: [{on: conn, fields: {dstPort: 22}, times: 5, every: 1m}]}, ${silent}`)[0]).toContain(
      "must raise 2 alerts, raised 1",
    );
    expect(withCases(`${fires}, {name: s, expect: silent, observations: [{on: http, fields: {dstPort: 22}}]}`)[0]).toContain("no observation of a kind");
  });
});

test("every fact and field whose name speaks of hours, days, minutes, seconds or bytes needs its unit", () => {
  const named = /(?:Hours|Days|Minutes|Seconds|[bB]ytes\w*)$/;
  const names = OBSERVATION_KINDS.flatMap((kind) => [
    ...Object.keys(factsOf(kind)),
    ...(kind in FAMILIES ? Object.keys(FAMILIES[kind as Family].columns) : []),
  ]);
  const counted = [...new Set(names)].filter((name) => named.test(name) && !/(?:P|Times)$/.test(name));
  expect(counted.length).toBeGreaterThan(8);
  expect(counted.filter((name) => unitOf(name) === undefined)).toEqual([]);
});
