import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { codesOf, errorsPage } from "./errors-page.ts";

const made: string[] = [];
afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
});

test("codes are found in the ways that the source gives them", () => {
  const source = `
    throw new CodedError("disk-full", \`\${path}: no room | left\`, { exitCode: 1 });
    return fail(
      "half-line",
      "the last line has no end",
    );
    reply.send({ code: "not-found", message: "nothing has this id" });
    column("user-agent", "not an error");
  `;
  expect(codesOf("src/store/a.ts", source)).toEqual([
    { code: "disk-full", text: "…: no room | left" },
    { code: "half-line", text: "the last line has no end" },
    { code: "not-found", text: "nothing has this id" },
  ]);
  const line = "say(`install-failed: npm ended with $" + "{code}`)";
  expect(codesOf("scripts/run.mjs", line)).toEqual([{ code: "install-failed", text: "npm ended with …" }]);
});

test("the page must have every code and no other, and writing it keeps what a person wrote", () => {
  const root = mkdtempSync(join(tmpdir(), "wonted-errors-"));
  made.push(root);
  mkdirSync(join(root, "src/store"), { recursive: true });
  mkdirSync(join(root, "docs/reference"), { recursive: true });
  const source = join(root, "src/store/a.ts");
  const page = join(root, "docs/reference/errors.md");
  writeFileSync(source, 'fail("disk-full", "no room");');
  expect(errorsPage(root, false).problems).toEqual([expect.stringContaining("lacks `disk-full` (store)")]);
  expect(errorsPage(root, true).problems).toEqual([]);
  writeFileSync(page, readFileSync(page, "utf8").replace("no room", "The disk is full: make room; input waits."));
  writeFileSync(source, 'fail("disk-full", "no room"); fail("half-line", "no end");');
  expect(errorsPage(root, true).problems).toEqual([]);
  expect(readFileSync(page, "utf8")).toContain("The disk is full: make room; input waits.");
  writeFileSync(source, 'fail("half-line", "no end"); new CodedError("mute-code", message);');
  expect(errorsPage(root, false).problems).toEqual([
    expect.stringContaining("lacks `mute-code`"),
    expect.stringContaining("explains `disk-full`, which no source gives"),
  ]);
  expect(errorsPage(root, true).problems).toEqual([expect.stringContaining("does not say what `mute-code` (store) means")]);
});
