// Builds the web UI when its inputs have changed since the last build.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** What the bundle is made from: the page's own room and the rooms it may import, the build's configuration and the packages. */
const INPUTS = ["src/ui", "src/contract", "src/schema", "src/base", "vite.config.ts", "package-lock.json"];
const STAMP = "dist/.ui-inputs";

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !/\.test\.tsx?$/.test(entry.name))
      .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]))
      .sort();
  } catch {
    return [path];
  }
}

/**
 * @param {string} root
 * @returns {string} hash over names and bytes of everything the bundle is made from
 */
export function uiInputs(root) {
  const hash = createHash("sha256");
  for (const input of INPUTS) {
    for (const file of filesUnder(join(root, input)))
      hash
        .update(`${relative(root, file)}\n`)
        .update(readFileSync(file))
        .update("\n");
  }
  return hash.digest("hex");
}

/**
 * @param {string} root
 * @returns {boolean}
 */
export function isUiStale(root) {
  const stamp = join(root, STAMP);
  return !existsSync(join(root, "dist/ui/index.html")) || !existsSync(stamp) || readFileSync(stamp, "utf8") !== uiInputs(root);
}

/**
 * Builds src/ui into dist/ui if it is stale.
 * @param {string} root
 * @param {(script: string, args: string[]) => Promise<number>} node runs a script of node_modules, quietly, and gives its exit code
 * @param {(line: string) => void} [say]
 * @returns {Promise<number>} exit code
 */
export async function ensureUi(root, node, say = (line) => process.stderr.write(`${line}\n`)) {
  if (!existsSync(join(root, "src/ui/index.html"))) {
    say("web-ui-absent: src/ui has no index.html; going on without the web UI");
    return 0;
  }
  if (!isUiStale(root)) return 0;
  say("building the web UI");
  const inputs = uiInputs(root);
  // Built aside and moved into place: two builds at once, or a server that is reading the old files, must not meet half a build.
  const aside = join(root, `dist/.ui-${process.pid}`);
  const code = await node("node_modules/vite/bin/vite.js", ["build", "--outDir", aside, "--emptyOutDir", "--logLevel", "warn"]);
  if (code !== 0) {
    rmSync(aside, { recursive: true, force: true });
    say(`web-ui-build-failed: vite ended with ${code}`);
    return code;
  }
  rmSync(join(root, "dist/ui"), { recursive: true, force: true });
  try {
    renameSync(aside, join(root, "dist/ui"));
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Another build was moved there in between: it is as good as ours.
    if (!existsSync(join(root, "dist/ui/index.html"))) throw error;
  }
  writeFileSync(join(root, STAMP), inputs);
  return 0;
}
