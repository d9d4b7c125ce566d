import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { screenPath } from "../src/detect/parse-model.ts";
import { checkModel } from "./contract/check-model.ts";

const folder = fileURLToPath(new URL("../content/models/", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".yaml"))
  .sort();

describe("models of content/", () => {
  test("there are at least 22, among them the one that D29 names", () => {
    expect(files.length).toBeGreaterThanOrEqual(22);
    expect(files.map(screenPath)).toContain("Device / New User Agent to Internal Server");
  });

  test.each(files)("%s: fires where it must, is silent on the near miss", (file) => {
    expect(checkModel(file)).toEqual([]);
  });
});
