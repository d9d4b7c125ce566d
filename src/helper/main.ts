import { parseArgs } from "node:util";
import { systemClock } from "../base/clock.ts";
import { CodedError } from "../base/result.ts";
import { HelperDesk, readRootFile } from "./desk.ts";
import { Enforcer } from "./enforcer.ts";
import { requireTap } from "./tap.ts";

const USAGE = `wonted-helper --socket PATH --token FILE [--protected FILE] [--group GID] [--tap INTERFACE]

The small privileged program behind network enforcement. Takes validated tuples on a local socket and keeps them as nftables sets with
timeouts; imports nothing but addresses and clocks. --protected: a file of root's with one address or network a line.
--tap: this machine sees only what a mirror port copies to that interface; TCP connections are reset at both ends, nothing is held back.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { socket: { type: "string" }, token: { type: "string" }, protected: { type: "string" }, group: { type: "string" }, tap: { type: "string" } },
  });
  if (values.socket === undefined || values.token === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const log = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const list = values.protected === undefined ? "" : readRootFile(values.protected);
  const networks = list
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
  const tap = values.tap === undefined ? undefined : requireTap(values.tap);
  const enforcer = new Enforcer({ protected: networks, clock: systemClock, log, ...(tap === undefined ? {} : { tap }) });
  await enforcer.begin();
  const desk = new HelperDesk({
    socket: values.socket,
    token: readRootFile(values.token).trim(),
    enforcer,
    clock: systemClock,
    log,
    ...(values.group === undefined ? {} : { gid: Number(values.group) }),
  });
  await desk.listen();
  log(`ready on ${values.socket}; ${networks.length} protected`);
  const end = (): void => void desk.close().then(() => process.exit(0));
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`wonted-helper: ${error instanceof Error ? error.message : String(error)}${error instanceof CodedError ? ` [${error.code}]` : ""}\n`);
  process.exit(1);
}
