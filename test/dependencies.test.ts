import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Manifest {
  license?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

interface LockEntry {
  version: string;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
  license?: string;
  link?: boolean;
}

/** docs/decisions/0003-dependencies.md says why these. */
const ALLOWED = new Set([
  "Apache-2.0",
  "MIT",
  "MIT-0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "ISC",
  "BlueOak-1.0.0",
  "Unlicense",
  "CC0-1.0",
  "OFL-1.1",
  "MPL-2.0",
  "LGPL-3.0-or-later",
]);
/** Packages that may run a script at install time: none, and npm is told so too. */
const MAY_RUN_SCRIPTS: string[] = [];

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8")) as T;
}

const lock = Object.entries(readJson<{ packages: Record<string, LockEntry> }>("package-lock.json").packages).filter(([path]) => path !== "");
const manifest = readJson<Manifest>("package.json");
const named = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

/** "MIT OR Apache-2.0" needs one of them, "MIT AND BSD-3-Clause" all. */
function isAllowed(license: string | undefined): boolean {
  if (license === undefined) return false;
  const plain = license.replace(/[()]/g, "");
  return plain.split(" OR ").some((choice) => choice.split(" AND ").every((one) => ALLOWED.has(one)));
}

test("S19: every locked package has an integrity hash, names no registry, and runs no script at install", () => {
  expect(lock.length).toBeGreaterThan(200);
  expect(lock.filter(([, entry]) => !/^sha512-/.test(entry.integrity ?? "")).map(([path]) => path)).toEqual([]);
  expect(lock.filter(([, entry]) => entry.resolved !== undefined || entry.link === true).map(([path]) => path)).toEqual([]);
  expect(lock.filter(([path, entry]) => entry.hasInstallScript === true && !MAY_RUN_SCRIPTS.includes(path)).map(([path]) => path)).toEqual([]);
});

test("S19: what is installed says the same as the lockfile, and its licence is on the list", () => {
  const installed = lock.filter(([path]) => existsSync(join(ROOT, path, "package.json")));
  // The rest are other platforms' builds.
  expect(installed.length).toBeGreaterThan(150);
  const faults = installed.flatMap(([path, entry]) => {
    const own = readJson<Manifest & { version: string; licenses?: unknown }>(`${path}/package.json`);
    const out: string[] = [];
    if (own.version !== entry.version) out.push(`${path}: ${own.version} is installed, ${entry.version} is locked`);
    if (!isAllowed(own.license ?? entry.license)) out.push(`${path}: licence ${own.license ?? entry.license ?? "not said"}`);
    for (const script of ["preinstall", "install", "postinstall"]) {
      if (own.scripts?.[script] !== undefined && !MAY_RUN_SCRIPTS.includes(path)) out.push(`${path}: has a ${script} script`);
    }
    return out;
  });
  expect(faults).toEqual([]);
  expect(lock.filter(([, entry]) => !isAllowed(entry.license)).map(([path, entry]) => `${path}: ${entry.license}`)).toEqual([]);
});

test("the licence list refuses what it should", () => {
  expect(["GPL-3.0-only", "AGPL-3.0-only", "MIT AND GPL-2.0-only", "SEE LICENSE IN x", undefined].filter(isAllowed)).toEqual([]);
  expect(["(MIT OR GPL-2.0-only)", "MIT AND ISC"].filter((each) => !isAllowed(each))).toEqual([]);
});

test("package.json names exact versions, and the page on dependencies gives each its line and its licence", () => {
  expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
  const page = readFileSync(join(ROOT, "docs/decisions/0003-dependencies.md"), "utf8");
  const rows = Object.fromEntries(
    [...page.matchAll(/^\| (@?[a-z0-9][^ |]*) \| [^|]+ \| ([^|]+) \|$/gm)]
      .map(([, name = "", license = ""]) => [name, license])
      .filter(([name]) => name !== "package"),
  );
  const licences = new Map(lock.map(([path, entry]) => [path, entry.license]));
  expect(rows).toEqual(Object.fromEntries(Object.keys(named).map((name) => [name, licences.get(`node_modules/${name}`)])));
});

test("the web app's packages are bundled, not installed with the product", () => {
  for (const name of ["react", "react-dom", "@tanstack/react-router", "@tanstack/react-query"]) {
    expect([name, manifest.dependencies?.[name], typeof manifest.devDependencies?.[name]]).toEqual([name, undefined, "string"]);
  }
});
