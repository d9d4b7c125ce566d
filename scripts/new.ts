// Writes a new thing and its test, both green. Usage: npm run new -- KIND NAME
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { estimator } from "./new/estimator.ts";
import { feature } from "./new/feature.ts";
import { type Kind, nameOf } from "./new/kind.ts";
import { model } from "./new/model.ts";
import { page } from "./new/page.ts";
import { parser } from "./new/parser.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

export const KINDS: Readonly<Record<string, Kind>> = { model, feature, estimator, parser, page };

/** Kinds whose room is not built yet. */
const LATER: Readonly<Record<string, string>> = {
  connector: "a connector lives in src/connectors, a room that does not exist yet",
  action: "an action lives in its vendor's folder of src/connectors, a room that does not exist yet",
};

/** Writes the files of one new thing under `root`; refuses rather than overwrite. */
export function makeNew(root: string, kindName: string, given: string): { written: string[]; next: string } | { problem: string } {
  const later = LATER[kindName];
  if (later !== undefined) return { problem: `no-such-room: ${later}` };
  const kind = Object.hasOwn(KINDS, kindName) ? KINDS[kindName] : undefined;
  if (kind === undefined) return { problem: `no-such-kind: ${kindName || "(nothing)"} is not one of ${Object.keys(KINDS).join(", ")}` };
  const name = nameOf(given);
  const refused = kind.refuses(name);
  if (refused !== undefined) return { problem: `bad-name: ${refused}; for example ${kind.example}` };
  const files = kind.files(name);
  const taken = files.find((file) => existsSync(join(root, file.path)));
  if (taken !== undefined) return { problem: `already-there: ${taken.path}` };
  const edits = (kind.registers?.(name) ?? []).map(({ path, edit }) => {
    const before = readFileSync(join(root, path), "utf8");
    return { path, before, text: edit(before) };
  });
  const untouched = edits.find((edit) => edit.text === edit.before);
  if (untouched !== undefined) return { problem: `list-not-found: ${untouched.path} no longer has the list that a new ${kindName} is added to` };
  for (const file of [...files, ...edits]) {
    mkdirSync(dirname(join(root, file.path)), { recursive: true });
    writeFileSync(join(root, file.path), file.text);
  }
  const written = [...files, ...edits].map((file) => file.path);
  const code = written.filter((path) => /\.tsx?$/.test(path));
  // Where a line breaks depends on the name's length.
  if (code.length > 0) spawnSync(process.execPath, [join(root, "node_modules/@biomejs/biome/bin/biome"), "check", "--write", ...code], { cwd: root });
  return { written, next: kind.next };
}

function main(argv: readonly string[]): number {
  const [kind = "", ...rest] = argv;
  const made = makeNew(ROOT, kind, rest.join(" "));
  if ("problem" in made) {
    process.stderr.write(`${made.problem}\nnpm run new -- KIND NAME\n`);
    for (const [name, each] of Object.entries(KINDS)) process.stderr.write(`  ${name} ${each.example}\n`);
    return 2;
  }
  for (const path of made.written) process.stdout.write(`${path}\n`);
  process.stdout.write(`${made.next}\n`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
