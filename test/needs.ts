/**
 * What some tests need and a machine may lack. A test that cannot run says why, and the runner repeats it at the end:
 *
 *   test("reads a capture through Suricata", (context) => {
 *     needs(context, suricata());
 *     ...
 *   });
 *
 * A skip without a reason fails the suite's CI form.
 */
import { spawnSync } from "node:child_process";

/** undefined = it stands; else why not, in words for whoever reads the end of the run. */
export type Lack = string | undefined;

/** Skips the test for the first thing that lacks. */
export function needs(context: { skip: (note?: string) => unknown }, ...lacks: Lack[]): void {
  const lack = lacks.find((each) => each !== undefined);
  if (lack !== undefined) context.skip(lack);
}

/** Output of a command that shows its version; undefined when there is no such command. */
export function versionOf(command: string, ...args: string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` } });
  return done.error === undefined ? `${done.stdout}${done.stderr}` : undefined;
}

const SYSTEM = "WONTED_SYSTEM=1 npm test installs it, as root on Debian";

/** Suricata of the 7 line. */
export function suricata(): Lack {
  const version = versionOf("suricata", "-V");
  if (version === undefined) return `needs Suricata 7: not installed (${SYSTEM})`;
  return /version 7\./.test(version) ? undefined : `needs Suricata 7: this is ${version.trim()}`;
}

export function chromium(): Lack {
  return versionOf("chromium", "--version") === undefined ? `needs Chromium: not installed (${SYSTEM})` : undefined;
}

/** Any other program, by name. */
export function program(name: string, versionFlag = "--version"): Lack {
  return versionOf(name, versionFlag) === undefined ? `needs ${name}: not installed (${SYSTEM})` : undefined;
}

export function root(): Lack {
  return process.getuid?.() === 0 ? undefined : "needs root";
}

/** Network namespaces: root, and a kernel or container that lets it make one. */
export function namespaces(): Lack {
  if (root() !== undefined) return "needs root, to make network namespaces";
  return spawnSync("unshare", ["-n", "true"]).status === 0 ? undefined : "needs permission to make network namespaces: unshare -n is refused here";
}

/** A package registry to install from: CI and --all say that there is one. The main run of CI has no route out, on purpose. */
export function registry(): Lack {
  if (process.env.WONTED_NO_ROUTE === "1") return "needs a package registry, and this run has no route out: it ran apart from this run";
  return process.env.WONTED_REGISTRY === "1" ? undefined : "needs a package registry: npm test -- --all or CI asks one";
}
