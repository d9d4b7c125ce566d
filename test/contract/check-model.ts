import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkCases } from "../../src/detect/check-cases.ts";
import { parseModel } from "../../src/detect/parse-model.ts";
import { parseTechniques } from "../../src/detect/techniques.ts";

const root = fileURLToPath(new URL("../../content/", import.meta.url));

/** Every fault of one model file as "line: reason": it parses, its ATT&CK ids exist, all its cases do what they say. `path` is under content/models. */
export function checkModel(path: string, text = readFileSync(`${root}models/${path}`, "utf8")): string[] {
  const table = parseTechniques(readFileSync(`${root}mitre/techniques.yaml`, "utf8"), "content/mitre/techniques.yaml");
  if (!table.ok) return [`${table.error.file}:${table.error.line}: ${table.error.reason}`];
  const model = parseModel(text, path, { techniques: table.value.techniques });
  if (!model.ok) return [`${path}:${model.error.line}: ${model.error.reason}`];
  return checkCases(model.value).map((fault) => `${path}:${fault.line}: ${fault.reason}`);
}
