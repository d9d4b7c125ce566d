// Checks the imports of src/ against the table in rooms.ts with dependency-cruiser. Usage: node scripts/check-layers.ts [ROOT]
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";
import { ROOMS, type Room } from "./rooms.ts";

/** Tests may use Node and the helpers in test/; otherwise they keep to the room's imports. */
const TEST = "\\.test\\.tsx?$";
const TYPE_ONLY = ["type-only", "type-import"] as const;

export interface LayerFault {
  rule: string;
  from: string;
  to: string;
}

export interface LayerReport {
  modules: number;
  dependencies: number;
  faults: LayerFault[];
}

function anyOf(rooms: readonly string[]): string {
  return rooms.length === 0 ? "^src/(?!.)" : `^src/(?:${rooms.join("|")})/`;
}

function rulesOfRoom(name: string, room: Room): IForbiddenRuleType[] {
  const from = `^src/${name}/`;
  const typesOf = room.typesOf ?? [];
  const rules: IForbiddenRuleType[] = [
    {
      name: `${name}-imports`,
      severity: "error",
      comment: `${name} may import ${room.imports.join(", ") || "no other room"}${typesOf.length > 0 ? `, and types of ${typesOf.join(", ")}` : ""}`,
      from: { path: from },
      to: { path: "^src/", pathNot: [from, anyOf(room.imports), anyOf(typesOf)] },
    },
  ];
  if (typesOf.length > 0) {
    rules.push({
      name: `${name}-types-only`,
      severity: "error",
      comment: `${name} may name types of ${typesOf.join(", ")}, by import type`,
      from: { path: from },
      to: { path: anyOf(typesOf), dependencyTypesNot: [...TYPE_ONLY] },
    });
  }
  if (room.node === "none") {
    rules.push({
      name: `${name}-uses-no-node`,
      severity: "error",
      comment: `${name} uses no module of Node's own`,
      from: { path: from, pathNot: TEST },
      to: { dependencyTypes: ["core"] },
    });
  }
  if (room.strangers === true) {
    rules.push({
      name: `${name}-strangers`,
      severity: "error",
      comment: `folders of ${name} do not import each other`,
      from: { path: `^src/${name}/([^/]+)/` },
      to: { path: `^src/${name}/[^/]+/`, pathNot: [`^src/${name}/$1/`, `^src/${name}/common/`] },
    });
  }
  return rules;
}

/** The rules of dependency-cruiser that the table says. */
export function layerRules(rooms: Readonly<Record<string, Room>>): IForbiddenRuleType[] {
  return [
    ...Object.entries(rooms).flatMap(([name, room]) => rulesOfRoom(name, room)),
    { name: "no-loops", severity: "error", from: {}, to: { circular: true } },
    {
      name: "src-stands-alone",
      severity: "error",
      comment: "what ships imports only src",
      from: { path: "^src/", pathNot: TEST },
      to: { path: "^(?:test|scripts|bin|docs|dist)/" },
    },
    { name: "tests-stay-tests", severity: "error", comment: "nothing imports a test file", from: {}, to: { path: TEST } },
    { name: "unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    { name: "unlisted-package", severity: "error", from: { path: "^src/" }, to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] } },
    {
      name: "dev-package-at-run-time",
      severity: "error",
      comment: "the bundle of ui is built before it ships; everything else needs its packages when it runs",
      from: { path: "^src/", pathNot: ["^src/ui/", TEST] },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: [...TYPE_ONLY] },
    },
  ];
}

/** Folders of src/ that the table does not name. */
export function unknownRooms(root: string, rooms: Readonly<Record<string, Room>>): string[] {
  return readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() || !Object.hasOwn(rooms, entry.name))
    .map((entry) => entry.name);
}

/** Looks at every module under src/ of a checkout. Throws when it has looked at none: a check of nothing must not pass. */
export async function checkLayers(root: string, rooms: Readonly<Record<string, Room>> = ROOMS): Promise<LayerReport> {
  if (!existsSync(join(root, "src"))) throw new Error(`no-modules: ${root} has no src folder`);
  const options: ICruiseOptions = {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: layerRules(rooms) },
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
      mainFields: ["module", "main"],
    },
  };
  const { output } = await cruise(["src"], options);
  const result = output as ICruiseResult;
  const modules = result.modules.filter((module) => /^src\/.*\.tsx?$/.test(module.source)).length;
  if (modules === 0) throw new Error("no-modules: dependency-cruiser looked at no module of src, so its silence proves nothing");
  const faults = result.summary.violations.map((violation) => ({ rule: violation.rule.name, from: violation.from, to: violation.to }));
  for (const room of unknownRooms(root, rooms)) faults.push({ rule: "room-not-in-table", from: `src/${room}`, to: "scripts/rooms.ts" });
  return { modules, dependencies: result.summary.totalDependenciesCruised ?? 0, faults };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url));
  try {
    const report = await checkLayers(root);
    const comments = new Map(layerRules(ROOMS).map((rule) => [rule.name, rule.comment]));
    for (const fault of report.faults) {
      const comment = comments.get(fault.rule);
      process.stdout.write(`${fault.rule}: ${fault.from} -> ${fault.to}${comment === undefined ? "" : `\n    ${comment}`}\n`);
    }
    process.stdout.write(`${report.modules} modules, ${report.dependencies} imports, ${report.faults.length} faults\n`);
    process.exitCode = report.faults.length === 0 ? 0 : 1;
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
