import { contentId } from "../base/hash.ts";
import type { Result } from "../base/result.ts";
import type { Category, Priority } from "../schema/alert.ts";
import { readCombine, unusedComponents } from "./combine.ts";
import { readComponents } from "./component.ts";
import { readFilters, type Source } from "./filter.ts";
import type { About, Again, Component, Model, SharedKey } from "./model.ts";
import { readCases } from "./model-case.ts";
import { factKind, fieldKind } from "./names.ts";
import { needsOf } from "./reason.ts";
import { readScore } from "./score-spec.ts";
import { namesIn, readTemplate, type Template } from "./template.ts";
import { MapReader } from "./tree-reader.ts";
import { FaultError, type ModelFault, readTree } from "./yaml-tree.ts";

export interface ParseOptions {
  /** Ids of content/mitre; without it only the form of an id is checked. */
  techniques?: { has(id: string): boolean };
}

const KEYS = [
  "version",
  "description",
  "priority",
  "category",
  "compliance",
  "tags",
  "mitre",
  "entity",
  "components",
  "combine",
  "within",
  "shared",
  "apart",
  "joins",
  "delay",
  "throttle",
  "again",
  "growth",
  "exceptions",
  "score",
  "response",
  "title",
  "next",
  "gaps",
  "cases",
] as const;
const DAY = 86_400_000;
/** Growth is told once it is this many times what the last alert told. */
const DEFAULT_GROWTH = 2;
const PATH = /^[\p{L}\p{N}][\p{L}\p{N} ()'.,+-]*$/u;

/**
 * Reads one model file. `path` is its place under content/models with or without that prefix: "Device/New Thing.yaml" is the model "Device / New Thing".
 * Never throws on input; cost is bounded by the 256 kB that a file may have. The format is docs/guide/models.md.
 */
export function parseModel(text: string, path: string, options: ParseOptions = {}): Result<Model, ModelFault> {
  try {
    return { ok: true, value: readModel(text, path, options) };
  } catch (error) {
    if (error instanceof FaultError) return { ok: false, error: { file: path, line: error.line, reason: error.message } };
    throw error;
  }
}

/** "content/models/Device/New Thing.yaml" -> "Device / New Thing". */
export function screenPath(file: string): string | undefined {
  const parts = file.replace(/^.*?models\//, "").split("/");
  const last = parts.pop();
  if (last === undefined || !last.endsWith(".yaml") || parts.length === 0 || parts.length > 4) return undefined;
  parts.push(last.slice(0, -5));
  return parts.every((part) => part.length <= 80 && PATH.test(part)) ? parts.join(" / ") : undefined;
}

function readModel(text: string, file: string, options: ParseOptions): Model {
  const path = screenPath(file);
  if (path === undefined) throw new FaultError(1, "a model stands under a folder, spelled as on screen: Folder/Name.yaml");
  const map = new MapReader(readTree(text), "a model", KEYS);
  const about: About = map.has("entity") ? map.choice("entity", ["actor", "target", "either"]) : "actor";
  const components = readComponents(map.get("components"), about);
  const { combine, slots } = readCombine(map.get("combine"), components);
  const delay = map.has("delay") ? readDelay(map, components) : undefined;
  const unused = unusedComponents(combine, components.length).filter((i) => i !== delay?.cancel);
  const first = unused[0];
  if (first !== undefined) throw new FaultError(map.lineOf("components"), `component "${components[first]?.name}" stands neither in "combine" nor as "cancel"`);
  const joined = combine.op !== "one";
  if (joined && !map.has("within")) throw new FaultError(map.line, 'a model that joins components needs "within": how far apart they may be');
  const shared = map.has("shared") ? readShared(map) : [];
  const score = readScore(map.get("score"), components);
  const title = readTemplate(map.text("title", { max: 200 }), map.lineOf("title"));
  const needs = new Map<string, Source>();
  checkNames(title, components, undefined, map.lineOf("title"), needs);
  const joins = map.has("joins") ? map.texts("joins", 4).map((text) => readTemplate(text, map.lineOf("joins"))) : [];
  for (const join of joins) checkNames(join, components, undefined, map.lineOf("joins"), needs);
  for (const component of components) if (component.says !== undefined) checkNames(component.says, components, component, map.lineOf("components"), needs);
  for (const component of components) {
    for (const source of [...told(component), ...needsOf(component, (name) => findSource(name, [component]))]) needs.set(source.name, source);
  }
  for (const term of score.add) if (term.what === "fact" || term.what === "p") needs.set(term.source.name, term.source);
  return {
    path,
    file,
    digest: contentId("model", path, text),
    version: map.whole("version", 1, 1_000_000),
    description: map.text("description", { min: 20 }),
    priority: map.whole("priority", 0, 5) as Priority,
    category: map.choice<Category>("category", ["Informational", "Suspicious", "Critical"]),
    compliance: map.has("compliance") ? map.flag("compliance") : false,
    tags: map.has("tags") ? map.texts("tags", 20) : [],
    mitre: readTechniques(map, options),
    about,
    components,
    combine,
    within: map.has("within") ? map.duration("within", 0, 30 * DAY) : 0,
    slots,
    shared,
    apart: map.has("apart") ? readApart(map, components) : [],
    joins,
    delay,
    throttle: map.duration("throttle", 60_000, 90 * DAY),
    again: map.has("again") ? readAgain(map) : undefined,
    growth: map.has("growth") ? map.number("growth", 1, 100) : DEFAULT_GROWTH,
    exceptions: map.has("exceptions") ? readExceptions(map, components) : [],
    score,
    response: map.has("response") ? map.text("response", { max: 100 }) : undefined,
    next: map.text("next", { min: 20 }),
    gaps: map.text("gaps", { min: 20 }),
    title,
    needs: [...needs.values()],
    cases: readCases(map.get("cases")),
  };
}

/** Facts that a component asks about, and what its aggregate counts: kept with a hit, since reasons speak of them. */
function told(component: Component): Source[] {
  const sources: Source[] = component.aggregate?.op === "new" ? [component.aggregate.of] : [];
  for (const filter of component.where) if ("source" in filter && filter.source.from === "fact" && sources.length < 8) sources.push(filter.source);
  return sources;
}

function readTechniques(map: MapReader, options: ParseOptions): string[] {
  const ids = map.texts("mitre", 12);
  for (const id of ids) {
    if (!/^T\d{4}(?:\.\d{3})?$/.test(id)) throw new FaultError(map.lineOf("mitre"), `"${id.slice(0, 40)}" is no ATT&CK technique id`);
    if (options.techniques !== undefined && !options.techniques.has(id)) throw new FaultError(map.lineOf("mitre"), `${id} is not in content/mitre`);
  }
  return ids;
}

function readShared(map: MapReader, name = "shared"): SharedKey[] {
  return map.texts(name, 3).map((key) => {
    if (key !== "peer" && key !== "endpoint" && key !== "port") throw new FaultError(map.lineOf(name), `"${name}" lists peer, endpoint, port`);
    return key;
  });
}

/** Names that every kind of observation which the model watches has: something without them would be told together with everything else. */
function readApart(map: MapReader, components: readonly Component[]): Source[] {
  return map.texts("apart", 2).map((name) => {
    const sources = components.map((component) => findSource(name, [component]));
    const source = sources[0];
    if (source === undefined || sources.some((s) => s === undefined))
      throw new FaultError(map.lineOf("apart"), `"${name.slice(0, 60)}" is no field or fact of everything that the model watches`);
    return source;
  });
}

function readAgain(map: MapReader): Again {
  const again = new MapReader(map.get("again"), '"again"', ["same", "after"]);
  return { same: readShared(again, "same"), after: again.duration("after", 60_000, 90 * DAY) };
}

function readDelay(map: MapReader, components: readonly Component[]): { wait: number; cancel: number | undefined } {
  const delay = new MapReader(map.get("delay"), '"delay"', ["wait", "cancel"]);
  let cancel: number | undefined;
  if (delay.has("cancel")) {
    const name = delay.text("cancel");
    cancel = components.findIndex((c) => c.name === name);
    if (cancel < 0) throw new FaultError(delay.lineOf("cancel"), `no component "${name.slice(0, 60)}"`);
  }
  return { wait: delay.duration("wait", 1_000, DAY), cancel };
}

/** Exceptions are asked of every observation of the model, so their names must exist on all kinds that it watches. */
function readExceptions(map: MapReader, components: readonly Component[]): ReturnType<typeof readFilters> {
  const kinds = [...new Set(components.flatMap((c) => c.on))];
  return readFilters(map.get("exceptions"), '"exceptions"', kinds);
}

/** {value}, {count}... of a component, {entity}, {peer}, {port}, or a field or fact that at least one component's kind has. */
function checkNames(template: Template, components: readonly Component[], self: Component | undefined, line: number, needs: Map<string, Source>): void {
  for (const name of namesIn(template)) {
    if (name === "entity" || name === "peer" || name === "port") continue;
    const [head = "", part] = name.split(".");
    if (part !== undefined) {
      if (!components.some((c) => c.name === head)) throw new FaultError(line, `{${name}}: no component "${head}"`);
      continue;
    }
    if (self !== undefined && (name === "value" || name === "count" || name === "threshold" || name === "over")) continue;
    const source = findSource(name, self === undefined ? components : [self]);
    if (source === undefined) throw new FaultError(line, `{${name}}: no such field or fact on what the model watches`);
    needs.set(name, source);
  }
}

function findSource(name: string, components: readonly Component[]): Source | undefined {
  for (const component of components) {
    for (const on of component.on) {
      const fact = factKind(on, name);
      if (fact !== undefined) return { from: "fact", name, kind: fact };
      const field = fieldKind(on, name);
      if (field !== undefined) return { from: "field", name, kind: field };
    }
  }
  return undefined;
}
