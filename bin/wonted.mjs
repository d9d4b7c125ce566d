#!/usr/bin/env node
// The command of the installed package. The checkout's `npm run wonted` runs src/app/main.ts instead.
import { fileURLToPath } from "node:url";
import { endLike, follow } from "./follow.mjs";
import { chooseNode, packagedNode } from "./node24.mjs";

const choice = chooseNode({ version: process.versions.node, execPath: process.execPath, packaged: packagedNode(import.meta.url) });
if ("problem" in choice) {
  process.stderr.write(`${choice.problem}\n`);
  process.exitCode = 1;
} else {
  const main = fileURLToPath(new URL("../dist/app/main.js", import.meta.url));
  endLike(await follow(choice.path, ["--disable-warning=ExperimentalWarning", main, ...process.argv.slice(2)]));
}
