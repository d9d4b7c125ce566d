import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CodedError } from "../../base/result.ts";
import type { Command, ParsedOptions } from "../command-line.ts";

/** The helper's own program beside ours: TypeScript in a checkout, JavaScript in the package. */
function program(): string {
  const found = ["main.ts", "main.js"].map((name) => fileURLToPath(new URL(`../../helper/${name}`, import.meta.url))).find((path) => existsSync(path));
  if (found === undefined)
    throw new CodedError("helper-not-installed", "the helper's program is not where it should be: install Wonted again", { exitCode: 2 });
  return found;
}

/** Becomes the helper: the process with root's rights holds that program alone, and nothing of the platform's. */
async function run(options: ParsedOptions): Promise<number> {
  const args = ["socket", "token", "protected", "group", "tap"].flatMap((name) => {
    const value = options.text(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  for (const name of ["socket", "token"])
    if (options.text(name) === undefined)
      throw new CodedError("bad-option", `helper: --${name} is missing`, { exitCode: 2, hint: `wonted ${helperCommand.synopsis}` });
  if (process.execve === undefined)
    throw new CodedError("helper-not-started", "this system cannot replace a process: the helper is for Linux", { exitCode: 2 });
  process.execve(process.execPath, [process.execPath, "--disable-warning=ExperimentalWarning", program(), ...args], process.env as Record<string, string>);
  return 1;
}

export const helperCommand: Command = {
  name: "helper",
  synopsis: "helper --socket PATH --token FILE [--protected FILE] [--group GID] [--tap INTERFACE]",
  summary: "becomes the small program with root's rights that keeps the rules of nftables; the platform speaks to it over the socket",
  options: {
    socket: { type: "string", value: "PATH", help: "where the platform reaches it" },
    token: { type: "string", value: "FILE", help: "secret that the platform says first; root's file" },
    protected: { type: "string", value: "FILE", help: "addresses and networks that no rule may name, one a line; root's file" },
    group: { type: "string", value: "GID", help: "number of the group that may connect (default: root alone)" },
    tap: { type: "string", value: "INTERFACE", help: "a mirror port feeds this interface: connections are reset, nothing is held back" },
  },
  words: [0, 0],
  run,
};
