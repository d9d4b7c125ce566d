// The hash under which docs/decisions freezes the synthetic organisation. Usage: node scripts/generator-hash.ts
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** SHA-256 over paths and contents of what decides the made bytes: src/generate without its tests, and the attack scripts. */
export function generatorHash(root = ROOT): string {
  const hash = createHash("sha256");
  const files = ["src/generate", "content/attacks"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll("\\", "/")),
  );
  for (const file of files.sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${generatorHash()}\n`);
