// Runs a command in a network namespace that has loopback and nothing else. Usage (root): node scripts/no-route.ts COMMAND ARGUMENTS
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { endLike, follow } from "../bin/follow.mjs";

/** The words to put before a command so that it runs with no route out; or why that cannot be done here. */
export function routeless(): { prefix: string[] } | { lack: string } {
  if (process.getuid?.() !== 0) return { lack: "needs root, to make a network namespace" };
  if (spawnSync("unshare", ["-n", "true"]).status !== 0) return { lack: "unshare -n is refused here" };
  return { prefix: ["unshare", "-n", "sh", "-c", 'PATH="$PATH:/usr/sbin:/sbin"; ip link set lo up && exec "$@"', "no-route"] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wall = routeless();
  const [command = "true", ...args] = "prefix" in wall ? [...wall.prefix, ...process.argv.slice(2)] : ["false"];
  if ("lack" in wall) process.stderr.write(`no-route: ${wall.lack}\n`);
  endLike(await follow(command, args));
}
