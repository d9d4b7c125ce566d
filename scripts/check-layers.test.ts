import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { checkLayers } from "./check-layers.ts";

const made: string[] = [];

function houseOf(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "wonted-layers-"));
  made.push(root);
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "package.json"), '{"name":"house","type":"module","dependencies":{}}');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
});

const VALUE = "export const value = 1;\nexport interface Shape { a: number }\n";

const PLANTED: [string, string, Record<string, string>][] = [
  [
    "a lane that imports another lane",
    "lanes-strangers",
    { "src/lanes/network/a.ts": 'import { value } from "../email/b.ts"; export const x = value;', "src/lanes/email/b.ts": VALUE },
  ],
  [
    "a vendor that imports another vendor",
    "connectors-strangers",
    { "src/connectors/acme/a.ts": 'import { value } from "../other/b.ts"; export const x = value;', "src/connectors/other/b.ts": VALUE },
  ],
  [
    "stats that import baseline",
    "stats-imports",
    { "src/stats/a.ts": 'import { value } from "../baseline/b.ts"; export const x = value;', "src/baseline/b.ts": VALUE },
  ],
  ["ui that imports the store", "ui-imports", { "src/ui/a.tsx": 'import { value } from "../store/b.ts"; export const x = value;', "src/store/b.ts": VALUE }],
  ["detect that reads the disk", "detect-uses-no-node", { "src/detect/a.ts": 'import { readFileSync } from "node:fs"; export const x = readFileSync;' }],
  ["detect that names a type of the disk", "detect-uses-no-node", { "src/detect/a.ts": 'import type { Stats } from "node:fs"; export type X = Stats;' }],
  [
    "detect that reads the disk without the node: prefix",
    "detect-uses-no-node",
    { "src/detect/a.ts": 'import { readFileSync } from "fs"; export const x = readFileSync;' },
  ],
  [
    "a connector that imports respond by value",
    "connectors-types-only",
    { "src/connectors/acme/a.ts": 'import { value } from "../../respond/b.ts"; export const x = value;', "src/respond/b.ts": VALUE },
  ],
  ["api that imports detect", "api-imports", { "src/api/a.ts": 'import { value } from "../detect/b.ts"; export const x = value;', "src/detect/b.ts": VALUE }],
  [
    "a schema that names a type from above",
    "schema-imports",
    { "src/schema/a.ts": 'import type { Shape } from "../detect/b.ts"; export type X = Shape;', "src/detect/b.ts": VALUE },
  ],
  [
    "two files that import each other",
    "no-loops",
    { "src/base/a.ts": 'import { b } from "./b.ts"; export const a = () => b;', "src/base/b.ts": 'import { a } from "./a.ts"; export const b = () => a;' },
  ],
  [
    "a loop of types",
    "no-loops",
    {
      "src/base/a.ts": 'import type { B } from "./b.ts"; export type A = B[];',
      "src/base/b.ts": 'import type { A } from "./a.ts"; export interface B { a: A }',
    },
  ],
  ["an import on demand", "stats-imports", { "src/stats/a.ts": 'export const x = () => import("../baseline/b.ts");', "src/baseline/b.ts": VALUE }],
  ["a re-export from above", "base-imports", { "src/base/a.ts": 'export { value } from "../stats/b.ts";', "src/stats/b.ts": VALUE }],
  ["a folder that the table does not name", "room-not-in-table", { "src/cellar/a.ts": VALUE, "src/base/b.ts": VALUE }],
  ["a package that package.json does not list", "unresolved", { "src/base/a.ts": 'import x from "no-such-package-here"; export const y = x;' }],
  [
    "code that imports a script",
    "src-stands-alone",
    { "src/app/a.ts": 'import { value } from "../../scripts/b.ts"; export const x = value;', "scripts/b.ts": VALUE },
  ],
  [
    "code that imports a test",
    "tests-stay-tests",
    { "src/base/a.ts": 'import { value } from "./b.test.ts"; export const x = value;', "src/base/b.test.ts": VALUE },
  ],
];

describe("the layering check finds what is planted", () => {
  test.each(PLANTED)("%s breaks %s", async (_what, rule, files) => {
    const report = await checkLayers(houseOf(files));
    expect([...new Set(report.faults.map((fault) => fault.rule))]).toEqual([rule]);
  });
});

test("a connector may implement respond's port by type, and a test may read files", async () => {
  const report = await checkLayers(
    houseOf({
      "src/connectors/acme/a.ts": 'import type { Shape } from "../../respond/b.ts"; export const x: Shape = { a: 1 };',
      "src/respond/b.ts": VALUE,
      "src/respond/b.test.ts": 'import { readFileSync } from "node:fs"; import { value } from "./b.ts"; export const x = [readFileSync, value];',
    }),
  );
  expect(report.faults).toEqual([]);
  expect(report.modules).toBe(3);
});

test("looking at no module is a failure, not a pass", async () => {
  await expect(checkLayers(houseOf({}))).rejects.toThrow("no-modules");
  await expect(checkLayers(houseOf({ "src/base/readme.txt": "nothing to look at" }))).rejects.toThrow("no-modules");
});
