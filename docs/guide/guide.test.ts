import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../../src/app/config.ts";
import { readOrganisation } from "../../src/app/organisation.ts";
import { checkResponse } from "../../src/respond/check-response.ts";
import { parseResponse } from "../../src/respond/response-file.ts";
import { parseQuery } from "../../src/schema/query/parse-query.ts";
import { fieldNamed } from "../../src/schema/query/query-fields.ts";
import { checkModel } from "../../test/contract/check-model.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "wonted-guide-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Block {
  page: string;
  kind: string;
  text: string;
}

const pages = ["README.md", "CONTRIBUTING.md", ...readdirSync(join(ROOT, "docs/guide")).map((name) => join("docs/guide", name))].filter((path) =>
  path.endsWith(".md"),
);
const blocks: Block[] = pages.flatMap((page) =>
  [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, kind = "", text = ""]) => ({ page, kind, text })),
);

function yamlBlocks(kind: string): [string, string][] {
  return blocks.filter((block) => block.kind === `yaml ${kind}`).map((block) => [block.page, block.text]);
}

function fileOf(text: string): string {
  const path = join(folder, "block.yaml");
  writeFileSync(path, text);
  return path;
}

test.each(yamlBlocks("configuration"))("the configuration in %s is sound", (_page, text) => {
  expect(readConfig(fileOf(text), folder).sources.length).toBeGreaterThan(0);
});

test.each(yamlBlocks("organisation"))("the organisation in %s is sound", (_page, text) => {
  expect(readOrganisation(fileOf(text)).defaultNetworks).toBe(false);
});

test.each(yamlBlocks("model"))("a model in %s is sound and its cases do what they say", (_page, text) => {
  expect(checkModel("Guide/Example.yaml", text)).toEqual([]);
});

test.each(yamlBlocks("response"))("a response in %s is sound and its cases do what they say", (_page, text) => {
  const parsed = parseResponse(text, "Guide/Example.yaml");
  expect(parsed.ok ? checkResponse(parsed.value) : parsed.error).toEqual([]);
});

test("every YAML block is read by one of the tests above, and there are some", () => {
  const kinds = blocks.map((block) => block.kind).filter((kind) => kind.startsWith("yaml"));
  expect([...new Set(kinds)].sort()).toEqual(["yaml configuration", "yaml model", "yaml organisation", "yaml response"]);
});

test("every query of the guide is one, and every field that it lists is known", () => {
  const queries = blocks.filter((block) => block.kind === "query").flatMap((block) => block.text.trim().split("\n"));
  expect(queries.length).toBeGreaterThan(5);
  expect(queries.map((query) => [query, parseQuery(query)] as const).filter(([, parsed]) => !parsed.ok)).toEqual([]);
  const listed = /Fields that every record has: ([^.]*)\./.exec(readFileSync(join(ROOT, "docs/guide/10-search.md"), "utf8"))?.[1] ?? "";
  const names = listed.replaceAll(/\([^)]*\)/g, "").split(",");
  expect(names.length).toBeGreaterThan(10);
  expect(names.map((name) => name.trim()).filter((name) => fieldNamed(name)?.common !== true)).toEqual([]);
});

test("every npm command in the guide exists", () => {
  const scripts = Object.keys(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts);
  const used = blocks.flatMap((block) => [...block.text.matchAll(/^npm (?:run (?:--silent )?)?([a-z]+)/gm)].map((match) => match[1] ?? ""));
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((name) => !scripts.includes(name))).toEqual([]);
});
