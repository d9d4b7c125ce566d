import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadModels } from "../src/app/content.ts";
import { checkResponse } from "../src/respond/check-response.ts";
import { isModel } from "../src/respond/modes.ts";
import { parseResponse } from "../src/respond/response-file.ts";
import { readContentFolder } from "../src/store/content-folder.ts";

const { files, faults } = readContentFolder(join(fileURLToPath(new URL("../content", import.meta.url)), "responses"), ".yaml");
const models = loadModels().models.map((m) => m.path);

describe("content/responses", () => {
  test("there are some, and none is unreadable", () => {
    expect(faults).toEqual([]);
    expect(files.length).toBeGreaterThan(4);
  });

  test.each(files.map((f) => [f.path, f.text]))("%s is sound, does what its cases say, and names models that exist", (path, text) => {
    const parsed = parseResponse(text, path);
    expect(parsed.ok ? [] : parsed.error).toEqual([]);
    if (!parsed.ok) return;
    expect(checkResponse(parsed.value)).toEqual([]);
    const { when } = parsed.value;
    const triggers = "any" in when ? when.any : "all" in when ? when.all : when.sequence;
    for (const { model } of triggers) {
      if (model !== undefined) expect([model, models.some((m) => isModel(model, m))]).toEqual([model, true]);
    }
  });
});
