import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempFolder } from "../../../test/support/temp-folder.ts";
import { OutFolder } from "./out-folder.ts";

test("nothing stands in its place before everything does", () => {
  const dir = join(tempFolder(), "out");
  const out = new OutFolder(dir);
  out.append("a/b.log", "one\n", () => "head\n");
  out.append("a/b.log", "two\n", () => "head\n");
  out.file("c.eml", Buffer.from([0, 255]));
  expect(readdirSync(dir)).toEqual([".part"]);
  out.finish();
  expect(readdirSync(dir).sort()).toEqual(["a", "c.eml"]);
  expect(readFileSync(join(dir, "a/b.log"), "utf8")).toBe("head\none\ntwo\n");
  expect(readFileSync(join(dir, "c.eml"))).toEqual(Buffer.from([0, 255]));
});

test("what fails takes everything away, and the folder too if it was made for it", () => {
  const root = tempFolder();
  const made = join(root, "made", "deep");
  const out = new OutFolder(made);
  out.append("a", "x");
  // A file cannot be a folder as well: the disk refuses.
  expect(() => out.file("a/b", "y")).toThrow(expect.objectContaining({ code: "generate-write", exitCode: 2 }));
  out.abandon();
  expect(existsSync(made)).toBe(false);

  const given = join(root, "given");
  mkdirSync(given);
  const other = new OutFolder(given);
  other.append("a", "x");
  other.abandon();
  expect(readdirSync(given)).toEqual([]);
});

test("a folder that holds anything is refused and left as it is", () => {
  const dir = tempFolder();
  writeFileSync(join(dir, "mine"), "kept");
  expect(() => new OutFolder(dir)).toThrow(expect.objectContaining({ code: "generate-out", exitCode: 2 }));
  expect(readFileSync(join(dir, "mine"), "utf8")).toBe("kept");
});
