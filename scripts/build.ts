// Makes what `npm pack` carries: JavaScript of src in dist/, beside the web UI that the runner has built. Node refuses to strip types under node_modules.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");

/** tsc rewrites import specifiers; a worker or a file named by URL beside its module it leaves alone. */
export function rewriteUrls(text: string): string {
  return text.replace(/new URL\((["'])(\.{1,2}\/[^"']+)\.ts\1,\s*import\.meta\.url\)/g, "new URL($1$2.js$1, import.meta.url)");
}

/** Specifiers that would look for TypeScript in the package; a line that chooses by its own ending knows both. */
export function leftovers(text: string): string[] {
  const lines = text.split("\n").filter((line) => !line.includes('import.meta.url.endsWith(".ts")'));
  return [...lines.join("\n").matchAll(/["']\.{1,2}\/[^"'\s]+\.tsx?["']/g)].map((match) => match[0]);
}

function scripts(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return path === join(DIST, "ui") ? [] : scripts(path);
    return entry.name.endsWith(".js") ? [path] : [];
  });
}

function build(): number {
  for (const entry of existsSync(DIST) ? readdirSync(DIST) : []) {
    if (entry !== "ui" && entry !== ".ui-inputs") rmSync(join(DIST, entry), { recursive: true });
  }
  const done = spawnSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", join(ROOT, "tsconfig.build.json")], {
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) {
    process.stderr.write("build-failed: tsc found faults\n");
    return 1;
  }
  const files = scripts(DIST);
  const faults: string[] = [];
  for (const path of files) {
    const before = readFileSync(path, "utf8");
    const after = rewriteUrls(before);
    if (after !== before) writeFileSync(path, after);
    faults.push(...leftovers(after).map((left) => `${path}: still names ${left}`));
  }
  for (const fault of faults) process.stderr.write(`build-names-typescript: ${fault}\n`);
  process.stderr.write(`built ${files.length} modules into dist\n`);
  return faults.length === 0 && files.length > 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = build();
