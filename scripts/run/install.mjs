// Installs from the lockfile when node_modules does not match it. Plain JavaScript for any Node >= 18; it may import nothing but Node's own.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const STAMP = "node_modules/.wonted-installed";
const LOCK = "node_modules/.wonted-installing";
/** Removing a dead holder's lock takes microseconds; a guard older than this is a leftover itself. */
const GUARD_MAX_AGE_MS = 10_000;

/**
 * What an install is made from: the lockfile's bytes, and the platform, since a folder shared between machines holds other binaries.
 * @param {string} root
 */
export function wantedStamp(root) {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(`\n${process.platform}-${process.arch}`)
    .digest("hex");
}

/**
 * @param {string} root
 * @returns {boolean} true when node_modules is missing or was made from another lockfile
 */
export function isStale(root) {
  const path = join(root, STAMP);
  return !existsSync(path) || readFileSync(path, "utf8") !== wantedStamp(root);
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * Takes the lock if it is free or its holder is dead.
 * @param {string} root
 * @returns {number | undefined} pid of the living holder; undefined when we hold it now
 */
export function tryLock(root) {
  const lock = join(root, LOCK);
  mkdirSync(join(root, "node_modules"), { recursive: true });
  try {
    writeFileSync(lock, `${process.pid}`, { flag: "wx" });
    return undefined;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
  }
  const holder = holderOf(lock);
  if (holder !== undefined && isAlive(holder)) return holder;
  removeDeadLock(lock);
  return tryLock(root);
}

/**
 * @param {string} lock
 * @returns {number | undefined}
 */
function holderOf(lock) {
  try {
    const pid = Number.parseInt(readFileSync(lock, "utf8"), 10);
    // Made but not yet written: its maker is alive.
    return Number.isNaN(pid) ? process.pid : pid;
  } catch {
    return undefined;
  }
}

/**
 * Only one of several waiters may remove a dead lock, else the second would remove the first one's fresh lock.
 * @param {string} lock
 */
function removeDeadLock(lock) {
  const guard = `${lock}.guard`;
  try {
    writeFileSync(guard, "", { flag: "wx" });
  } catch {
    try {
      if (Date.now() - statSync(guard).mtimeMs > GUARD_MAX_AGE_MS) rmSync(guard, { force: true });
    } catch {
      // Gone meanwhile: its holder is done.
    }
    return;
  }
  const holder = holderOf(lock);
  if (holder !== undefined && !isAlive(holder)) rmSync(lock, { force: true });
  rmSync(guard, { force: true });
}

/** @param {string} root */
export function unlock(root) {
  rmSync(join(root, LOCK), { force: true });
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** npm as it was called, else the one on the path. */
function npmCommand() {
  const path = process.env.npm_execpath;
  return path !== undefined && /npm-cli\.[cm]?js$/.test(path) ? { command: process.execPath, args: [path] } : { command: "npm", args: [] };
}

/**
 * Makes node_modules match the lockfile; does nothing when it does. A second caller waits for the first.
 * Everything it says goes to stderr, so that a command's output stays a command's output.
 * @param {string} root
 * @param {{ say?: (line: string) => void, install?: (root: string) => number }} [world]
 * @returns {Promise<number>} exit code; 0 when all is in place
 */
export async function ensureInstalled(root, world = {}) {
  const say = world.say ?? ((line) => process.stderr.write(`${line}\n`));
  const install = world.install ?? npmInstall;
  if (!isStale(root)) return 0;
  let told = false;
  for (let holder = tryLock(root); holder !== undefined; holder = tryLock(root)) {
    if (!told) say(`waiting for the install that process ${holder} runs`);
    told = true;
    await pause(200);
  }
  try {
    if (!isStale(root)) return 0;
    say("installing packages from package-lock.json (first run or a new lockfile)");
    const wanted = wantedStamp(root);
    const code = install(root);
    if (code !== 0) {
      say(`install-failed: npm ended with ${code}. The packages come from the npm registry that npm is configured for; nothing else is downloaded.`);
      return code;
    }
    writeFileSync(join(root, STAMP), wanted);
    return 0;
  } finally {
    unlock(root);
  }
}

/**
 * Options of an npm that we run under (`npm pack --dry-run --json`) reach its children as variables; they are not meant for the install.
 * What says where packages come from stays.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutCallersOptions(env) {
  const options =
    /^npm_config_(?:dry_run|json|global|location|prefix|local_prefix|package_lock_only|pack_destination|omit|include|production|only|workspaces?|long|parseable|silent|loglevel)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !options.test(name)));
}

/**
 * `npm ci` would refuse a lockfile made where other platforms' packages were not served; `npm install --no-save` gives the same versions and leaves the lockfile alone.
 * @param {string} root
 * @returns {number}
 */
function npmInstall(root) {
  const npm = npmCommand();
  const done = spawnSync(npm.command, [...npm.args, "install", "--no-save", "--ignore-scripts", "--include=dev", "--include=optional", "--loglevel=error"], {
    cwd: root,
    env: withoutCallersOptions(process.env),
    // npm's own words are not a command's output.
    stdio: ["ignore", 2, 2],
  });
  if (done.error !== undefined) process.stderr.write(`${done.error.message}\n`);
  return done.status ?? 1;
}
