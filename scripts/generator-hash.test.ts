import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { tempFolder } from "../test/support/temp-folder.ts";
import { generatorHash } from "./generator-hash.ts";

const PAGE = fileURLToPath(new URL("../docs/decisions/0007-synthetic-organisation.md", import.meta.url));

test("the generator is what the decision froze, or the decision says that it is not frozen", () => {
  const [, said = ""] = /^\*\*Frozen:\*\* (not yet|`[0-9a-f]{64}`)/m.exec(readFileSync(PAGE, "utf8")) ?? [];
  expect(["not yet", `\`${generatorHash()}\``]).toContain(said);
});

test("a changed byte, a renamed file and a new script change the hash; a test does not", () => {
  const root = `${tempFolder()}/`;
  const put = (path: string, text: string): void => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put("src/generate/a.ts", "1");
  put("content/attacks/x.yaml", "1");
  const seen = [generatorHash(root)];
  put("src/generate/a.test.ts", "1");
  expect(generatorHash(root)).toBe(seen[0]);
  put("src/generate/a.ts", "2");
  seen.push(generatorHash(root));
  put("content/attacks/y.yaml", "");
  seen.push(generatorHash(root));
  put("src/generate/b.ts", "");
  seen.push(generatorHash(root));
  expect(new Set(seen).size).toBe(4);
});
