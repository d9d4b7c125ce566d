import { expect, test } from "vitest";
import { leftovers, rewriteUrls } from "./build.ts";

test("a worker named by URL beside its module becomes JavaScript like its module", () => {
  expect(rewriteUrls('new Worker(new URL("./store-worker.ts", import.meta.url))')).toBe('new Worker(new URL("./store-worker.js", import.meta.url))');
  expect(rewriteUrls('new URL("../../content/a.yaml", import.meta.url)')).toBe('new URL("../../content/a.yaml", import.meta.url)');
});

test("a specifier that still names TypeScript is found", () => {
  expect(leftovers('import("./a.js"); const worker = "./b.ts"; import { x } from "../c.tsx";')).toEqual(['"./b.ts"', '"../c.tsx"']);
  expect(leftovers('const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";')).toEqual([]);
});
