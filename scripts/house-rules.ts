import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./page.ts";
import { ownFiles } from "./repository.ts";

const MAX_LINES = 400;
const MAX_BYTES = 1_000_000;
/** A capture that shows something takes more. */
const MAX_DATA_BYTES = 2_500_000;
const CODE = /\.(?:tsx?|mjs|css)$/;
const GENERATED = /\.generated\.[a-z]+$|^docs\/reference\//;
/** Where the project's own small captures and recorded records may lie. */
const MAY_HOLD_DATA = /^demo\/|(?:^|\/)fixtures?\//;
const DATA = /\.(?:pcap|pcapng|cap|mmdb|parquet|duckdb|sqlite|db|evtx|zip|tar|tgz|gz|zst|xz|csv|eml|mbox|exe|bin)$/i;
const TEXT = /\.(?:tsx?|mjs|cjs|js|json|ya?ml|md|css|html|sh|txt)$|^\.(?!git\/)|^LICENSE$|\/run$/;
/** Absolute paths of somebody's machine. A test may invent one. */
const HOME = /(?:^|[\s"'`(=])(?:\/home\/[a-z]|\/Users\/[A-Za-z]|\/root\/|[A-Z]:\\Users)/m;
/** The place where the project happened to be written. */
const MACHINE = /(?:^|[\s"'`(=])\/work(?:space)?\/|\.\.\/shared\//m;
/** Places to download from (a bare name may stand among the names that made traffic asks for, or that mail hides behind). Packages come from npm and apt as the machine has them configured. */
const HOSTS =
  /(?:registry\.npmjs\.org|registry\.yarnpkg\.com|https?:\/\/(?:deb|security|snapshot)\.debian\.org|github\.com\/[^\s"]+\/(?:releases\/download|archive|raw)|raw\.githubusercontent\.com|https?:\/\/storage\.googleapis\.com|unpkg\.com|cdn\.jsdelivr\.net|fonts\.googleapis\.com)/;

/** What the house asks of a file, whatever it says: its length, its kind, and nothing of anybody's machine. */
export function faultsOfFile(path: string, bytes: number, text: string | undefined): string[] {
  const faults: string[] = [];
  if (DATA.test(path) && !MAY_HOLD_DATA.test(path)) faults.push(`${path}: data does not belong in the repository (fixtures and demo apart)`);
  const most = MAY_HOLD_DATA.test(path) ? MAX_DATA_BYTES : MAX_BYTES;
  if (bytes > most && path !== "package-lock.json") faults.push(`${path}: ${bytes} bytes; at most ${most}`);
  if (text === undefined) return faults;
  const lines = text.split("\n").length - 1;
  if (CODE.test(path) && !GENERATED.test(path) && lines > MAX_LINES) faults.push(`${path}: ${lines} lines; at most ${MAX_LINES}: two nouns are living in it`);
  if (path === "scripts/house-rules.ts" || path === "scripts/house-rules.test.ts") return faults;
  const machine = MACHINE.exec(text) ?? (/\.test\.tsx?$/.test(path) ? null : HOME.exec(text));
  if (machine !== null) faults.push(`${path}: names a path of somebody's machine: ${machine[0].trim()}`);
  const host = HOSTS.exec(text);
  if (host !== null) faults.push(`${path}: names a place to download from: ${host[0]}`);
  return faults;
}

/** Checks every file of the repository. */
export function houseRules(root: string): Finding {
  const files = ownFiles(root);
  const problems = files.flatMap((path) => {
    const file = join(root, path);
    return faultsOfFile(path, statSync(file).size, TEXT.test(path) ? readFileSync(file, "utf8") : undefined);
  });
  if (/"resolved":/.test(readFileSync(join(root, "package-lock.json"), "utf8"))) {
    problems.push("package-lock.json: names the registry it was made with; .npmrc has omit-lockfile-registry-resolved=true, so make it with that");
  }
  return { problems, note: `${files.length} files` };
}

/** What opens a connection or asks a name server, in code that ships. */
const OUTWARD =
  /\bfetch\(|\bnew (?:WebSocket|EventSource)\(|^(?:import|export) (?!type )[^;]*from "node:(?:https?|http2|net|tls|dgram|dns)(?:\/promises)?"|import\("node:(?:https?|http2|net|tls|dgram|dns)/m;

/** Whether code can open a connection of its own; a library that listens is not asked. */
export function usesNetwork(text: string): boolean {
  return OUTWARD.test(text.replace(/^\s*(?:\/\/|\*).*$/gm, ""));
}

/** Every file that could speak to another machine is named in docs/outward-connections.md, with what it does there. */
export function outwardConnections(root: string): Finding {
  const page = readFileSync(join(root, "docs/outward-connections.md"), "utf8");
  const files = ownFiles(root).filter((path) => /^src\/.*\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path));
  const speaking = files.filter((path) => usesNetwork(readFileSync(join(root, path), "utf8")));
  const problems = speaking
    .filter((path) => !page.includes(`\`${path}\``))
    .map((path) => `${path} uses the network: docs/outward-connections.md must name it and say what it does`);
  for (const match of page.matchAll(/`(src\/[^`]+)`/g))
    if (!speaking.includes(match[1] ?? "")) problems.push(`docs/outward-connections.md names ${match[1]}, which does not use the network`);
  return { problems, note: `${speaking.length} of ${files.length} files use the network` };
}
