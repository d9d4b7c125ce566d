import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { CodedError, type Result } from "../base/result.ts";
import { checkCases, type Model, type ModelFault, parseModel, parseTechniques, type Technique } from "../detect/index.ts";
import { readContentFolder } from "../store/content-folder.ts";
import { contentFolder } from "./places-of-files.ts";

export interface Content {
  models: Model[];
  faults: ModelFault[];
  techniques: ReadonlyMap<string, Technique>;
  tactics: ReadonlyMap<string, string>;
}

/**
 * The models of content/, and over them the owner's in SITE/models: a file of the same path stands in for ours.
 * A faulty file is left out and told with file, line and reason; the others are unharmed. Throws only when our own table of techniques is broken.
 */
export function loadModels(site?: string): Content {
  const file = join(contentFolder(), "mitre", "techniques.yaml");
  const table = parseTechniques(readFileSync(file, "utf8"), file);
  if (!table.ok) throw new CodedError("content-broken", `${table.error.file}:${table.error.line}: ${table.error.reason}`);
  const byPath = new Map<string, Model>();
  const faults: ModelFault[] = [];
  for (const folder of [join(contentFolder(), "models"), ...(site === undefined ? [] : [join(site, "models")])]) {
    const { files, faults: unreadable } = readContentFolder(folder, ".yaml");
    faults.push(...unreadable);
    for (const { path, file: shown, text } of files) {
      const model = parseModel(text, path, { techniques: table.value.techniques });
      if (model.ok) byPath.set(model.value.path, { ...model.value, file: shown });
      else faults.push({ ...model.error, file: shown });
    }
  }
  return { models: [...byPath.values()], faults, techniques: table.value.techniques, tactics: table.value.tactics };
}

/**
 * One model file, wherever it stands: its path on screen is what follows `models/`, else its folder and name.
 * Throws CodedError `model-unreadable` (exit code 2) when the file cannot be read; a faulty one is a value.
 */
export function readModelFile(file: string, content: Content): Result<Model, ModelFault> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CodedError("model-unreadable", `${file}: cannot be read: ${(error as Error).message}`, { exitCode: 2 });
  }
  const full = resolve(file);
  const inside = full.lastIndexOf(`${sep}models${sep}`);
  const path = inside < 0 ? join(basename(dirname(full)), basename(full)) : full.slice(inside + 8);
  return parseModel(text, path, { techniques: content.techniques });
}

/** The models of content/ as a run needs them: faulty ones are an error, since a run that quietly watches less is worse than none. */
export function requireModels(site: string | undefined): Content {
  const content = loadModels(site);
  const fault = content.faults[0];
  if (fault !== undefined)
    throw new CodedError("model-faulty", `${fault.file}:${fault.line}: ${fault.reason}`, { exitCode: 2, hint: "`wonted model test` names every fault." });
  return content;
}

/** Every case of every model; empty when all do what they say. */
export function checkModels(content: Content): ModelFault[] {
  return content.models.flatMap((model) => checkCases(model).map((f) => ({ ...f, file: model.file })));
}
