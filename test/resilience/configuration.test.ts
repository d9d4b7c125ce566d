import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { MINUTE } from "../../src/base/time.ts";
import { liveLab } from "../support/live-lab.ts";
import { madeOffice, writeOffice } from "../support/made-office.ts";
import { modelText } from "../support/models.ts";
import { until, wonted } from "../support/run-wonted.ts";
import { put, tempFolder } from "../support/temp-folder.ts";

vi.setConfig({ testTimeout: 180_000 });

const FAULTS: readonly [string, string, RegExp][] = [
  ["broken YAML", "version: 1\nsources: [\n", /wonted\.yaml:\d+: /],
  ["an unknown key", "version: 1\nname: X\nsauces: []\n", /wonted\.yaml:3: .*sauces/],
  ["a wrong type", "version: 1\nbudget: many\n", /wonted\.yaml:2: budget: /],
  [
    "a bad source",
    "version: 1\nsources:\n  - id: a\n    kind: zeek\n    path: x\n  - id: Big Name\n    kind: zeek\n    path: x\n",
    /wonted\.yaml:6: sources\.1\.id: /,
  ],
  ["two sources of one id", "version: 1\nsources: [{id: a, kind: zeek, path: x}, {id: a, kind: zeek, path: y}]\n", /two sources are called a/],
  ["a newer version", "version: 99\n", /version 99; this program reads up to version 1/],
  ["no version", "name: X\n", /wonted\.yaml:1: version: /],
  ["an organisation file that is not there", "version: 1\norganisation: nowhere.yaml\n", /nowhere\.yaml/],
];

test("mistakes in the configuration: file, line, reason, exit 2, by config check and by serve alike", async () => {
  const checks = FAULTS.map(async ([what, text, message]) => {
    const data = tempFolder();
    put(data, "wonted.yaml", text);
    const ended = await wonted(["config", "check", "--data", data]);
    expect({ what, code: ended.code, err: ended.err }).toMatchObject({ what, code: 2, err: expect.stringMatching(message) });
    expect(ended.err).not.toMatch(/\n\s+at /);
  });
  await Promise.all(checks);
  const data = tempFolder();
  put(data, "wonted.yaml", FAULTS[1]?.[1] ?? "");
  expect(await wonted(["serve", "--data", data, "--port", "0"])).toMatchObject({ code: 2, err: expect.stringMatching(/wonted\.yaml:3: /) });
  put(data, "wonted.yaml", "version: 1\norganisation: org.yaml\n");
  put(data, "org.yaml", "networks: [10.0.0.0/8]\ntimezone: Mars/Olympus\n");
  expect(await wonted(["config", "check", "--data", data])).toMatchObject({ code: 2, err: expect.stringMatching(/org\.yaml:2: timezone: /) });
  // Paths are relative to the file, not to where the program was started.
  put(data, "org.yaml", "networks: [10.0.0.0/8]\ntimezone: Europe/Vienna\n");
  expect(await wonted(["config", "check", "--data", data])).toMatchObject({ code: 0, out: expect.stringContaining("Europe/Vienna") });
});

interface Row {
  path: string;
  version: number;
  enabled: boolean;
  priority: number;
  error?: { line: number; reason: string };
}

test("models of the owner while the platform runs: one that breaks keeps its old form and is told, a mended one counts at once, one of our path stands in for ours", async () => {
  const office = madeOffice(2, false);
  const lab = await liveLab(office.end - 6 * MINUTE, "site: site\n");
  writeOffice(lab.logs, office);
  const components = "components:\n  a: {on: conn}\ncombine: a\nscore: {base: 50}\n";
  put(lab.folder, "site/models/Device/Network Scan.yaml", modelText(`version: 77\npriority: 1\n${components}`));
  const mine = (version: number): string => modelText(`version: ${version}\n${components}`);
  put(lab.folder, "site/models/Mine/Own Model.yaml", mine(5));
  await lab.start();
  const models = (): Promise<Row[]> => lab.get<Row[]>("/api/v1/models");
  const of = (rows: Row[], path: string): Row[] => rows.filter((r) => r.path.includes(path));
  const first = await models();
  expect(of(first, "Device / Network Scan")).toMatchObject([{ version: 77, priority: 1, enabled: true }]);
  expect(of(first, "Own Model")).toMatchObject([{ path: "Mine / Own Model", version: 5, enabled: true }]);

  put(lab.folder, "site/models/Mine/Own Model.yaml", mine(6).replace("on: conn", "on: nothing-known"));
  put(lab.folder, "site/models/Device/Network Scan.yaml", "version: [\n");
  const broken = await until(models, (rows) => rows.filter((r) => r.error !== undefined).length === 2);
  // What was in force stays in force, ours does not slip in.
  expect(of(broken, "Mine / Own Model")).toMatchObject([{ version: 5, enabled: true }]);
  expect(of(broken, "Device / Network Scan")).toMatchObject([{ version: 77, enabled: true }]);
  const fault = broken.find((r) => r.path.endsWith("Own Model.yaml"));
  expect(fault).toMatchObject({ enabled: false, error: { line: expect.any(Number), reason: expect.stringContaining("nothing-known") } });
  expect(lab.said.join("\n")).toMatch(/Own Model\.yaml:\d+: .*nothing-known.*stays/);
  const { blindSpots } = await lab.get<{ blindSpots: { what: string }[] }>("/api/v1/overview");
  expect(blindSpots.map((b) => b.what)).toContain("2 model files were refused");

  put(lab.folder, "site/models/Mine/Own Model.yaml", mine(7));
  rmSync(join(lab.folder, "site/models/Device/Network Scan.yaml"));
  const mended = await until(models, (rows) => rows.every((r) => r.error === undefined));
  expect(of(mended, "Own Model")).toMatchObject([{ version: 7, enabled: true }]);
  expect(of(mended, "Device / Network Scan")).toMatchObject([{ enabled: true }]);
  expect(of(mended, "Device / Network Scan")[0]?.version).not.toBe(77);
});
