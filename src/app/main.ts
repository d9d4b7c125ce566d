import { CodedError } from "../base/result.ts";
import { keepHeapNarrow } from "../sensors/narrow-heap.ts";
import { type Command, parseOptions, usage } from "./command-line.ts";
import { tokenCommand, userCommand } from "./commands/account-commands.ts";
import { configCommand } from "./commands/config-command.ts";
import { doctorCommand } from "./commands/doctor-command.ts";
import { exportCommand } from "./commands/export-command.ts";
import { generateCommand } from "./commands/generate-command.ts";
import { helperCommand } from "./commands/helper-command.ts";
import { modelCommand } from "./commands/model-command.ts";
import { replayCommand } from "./commands/replay-command.ts";
import { serveCommand } from "./commands/serve-command.ts";
import { VERSION } from "./version.ts";

/** Every command of the program; a test holds this list against docs/reference/commands.md. */
export const COMMANDS: readonly Command[] = [
  serveCommand,
  replayCommand,
  generateCommand,
  modelCommand,
  doctorCommand,
  configCommand,
  userCommand,
  tokenCommand,
  exportCommand,
  helperCommand,
];

/** Runs one command; returns the exit code. 2 = the caller asked for something impossible, 1 = it failed. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(usage(COMMANDS));
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "version") {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const command = COMMANDS.find((c) => c.name === name);
  if (command === undefined) {
    process.stderr.write(`wonted: there is no command "${name}". \`wonted help\` lists them.\n`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(usage([command]));
    return 0;
  }
  return await command.run(parseOptions(command, rest));
}

// Whoever reads what we write may have read enough (`| head`).
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

keepHeapNarrow();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof CodedError) {
    process.stderr.write(`wonted: ${error.message}${error.hint === undefined ? "" : `\n        ${error.hint}`} [${error.code}]\n`);
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(`wonted: a fault of the program itself:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 70;
  }
}
