import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempFolder } from "../../test/support/temp-folder.ts";
import { couldMakeFolder, makeFolder } from "./make-folder.ts";

test("folders above are made too, with the mode asked for, and the topmost new one is named", () => {
  const home = tempFolder();
  expect(makeFolder(join(home, "a", "b", "c"), 0o700)).toBe(join(home, "a"));
  expect(statSync(join(home, "a", "b")).mode & 0o777).toBe(0o700);
  expect(makeFolder(join(home, "a", "b", "c"))).toBeUndefined();
});

test("trying leaves nothing behind, and what was there before stays", () => {
  const home = tempFolder();
  couldMakeFolder(join(home, "x", "y"));
  expect(readdirSync(home)).toEqual([]);
  makeFolder(join(home, "kept"));
  couldMakeFolder(join(home, "kept", "new"));
  couldMakeFolder(join(home, "kept"));
  expect(existsSync(join(home, "kept"))).toBe(true);
  expect(readdirSync(join(home, "kept"))).toEqual([]);
});

test.each(["/proc/no-such-place", "/proc/no-such-place/deeper"])("%s is refused at once, not tried for ever", (folder) => {
  if (!existsSync("/proc/self")) return;
  expect(() => makeFolder(folder)).toThrow(/ENOENT|EACCES|EPERM/);
});

test("a file in the way is an error", () => {
  const home = tempFolder();
  writeFileSync(join(home, "file"), "");
  chmodSync(join(home, "file"), 0o600);
  expect(() => makeFolder(join(home, "file", "under"))).toThrow(/ENOTDIR|EEXIST/);
});
