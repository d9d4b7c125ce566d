// Every npm script comes through here: node scripts/run.mjs NAME ARGUMENTS.
// Plain JavaScript for any Node >= 18. It installs what is missing, then runs the real work on Node 24.
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { endLike, follow } from "../bin/follow.mjs";
import { chooseNode, packagedNode } from "../bin/node24.mjs";
import { ensureInstalled } from "./run/install.mjs";
import { ensureUi } from "./run/web-ui.mjs";

/** @typedef {{ script: string, ui?: boolean, args?: (given: string[]) => string[] }} Command */

/** @type {Record<string, Command>} */
export const COMMANDS = {
  start: { script: "src/app/main.ts", ui: true, args: serveArguments },
  wonted: { script: "src/app/main.ts" },
  bench: { script: "src/bench/main.ts" },
  stories: { script: "scripts/stories.ts", ui: true },
  test: { script: "scripts/test.ts", ui: true },
  check: { script: "scripts/check.ts" },
  new: { script: "scripts/new.ts" },
  build: { script: "scripts/build.ts", ui: true },
};

/**
 * `serve` with the defaults of a checkout, where the caller did not say otherwise.
 * @param {string[]} given
 * @returns {string[]}
 */
export function serveArguments(given) {
  /** @param {string} name */
  const has = (name) => given.some((argument) => argument === name || argument.startsWith(`${name}=`));
  return ["serve", ...(has("--data") ? [] : ["--data", "./data"]), ...(has("--port") ? [] : ["--port", "8470"]), ...given];
}

/**
 * @param {string} root of the checkout
 * @param {string[]} argv
 * @returns {Promise<{ code: number, signal: NodeJS.Signals | null }>}
 */
export async function run(root, argv) {
  const [name = "", ...given] = argv;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return refuse(`unknown-script: ${name || "(nothing)"} is not one of ${Object.keys(COMMANDS).join(", ")}`, 2);
  if (!existsSync(join(root, command.script))) return refuse(`not-yet: npm run ${name} needs ${command.script}, which this version does not have yet`, 2);
  const installed = await ensureInstalled(root);
  if (installed !== 0) return { code: installed, signal: null };

  const node = chooseNode({ version: process.versions.node, execPath: process.execPath, packaged: packagedNode(pathToFileURL(join(root, "package.json"))) });
  if ("problem" in node) return refuse(node.problem, 1);
  // Children that say "node" must find the same one.
  const env = { ...process.env, PATH: [dirname(node.path), join(root, "node_modules/.bin"), process.env.PATH ?? ""].join(delimiter) };
  if (command.ui === true) {
    const built = await ensureUi(root, async (script, args) => (await follow(node.path, [script, ...args], { cwd: root, env, stdio: ["ignore", 2, 2] })).code);
    if (built !== 0) return { code: built, signal: null };
  }
  const args = command.args === undefined ? given : command.args(given);
  // The flag silences Node's word on node:sqlite only; deprecations and our own warnings stay.
  return follow(node.path, ["--disable-warning=ExperimentalWarning", join(root, command.script), ...args], { env });
}

/**
 * @param {string} line
 * @param {number} code
 */
function refuse(line, code) {
  process.stderr.write(`${line}\n`);
  return { code, signal: null };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  endLike(await run(fileURLToPath(new URL("..", import.meta.url)), process.argv.slice(2)));
}
