import type { Result } from "../base/result.ts";
import { listOf, MapReader, textOf } from "./tree-reader.ts";
import { FaultError, type ModelFault, readTree } from "./yaml-tree.ts";

export interface Technique {
  id: string;
  name: string;
  /** Tactic ids, TA0001... */
  tactics: readonly string[];
}

/** Reads content/mitre/techniques.yaml: `tactics` id to name, `techniques` id to {name, tactics}. A sub-technique's parent must be there too. */
export function parseTechniques(text: string, file: string): Result<{ tactics: Map<string, string>; techniques: Map<string, Technique> }, ModelFault> {
  try {
    const map = new MapReader(readTree(text), "the technique table", ["tactics", "techniques"]);
    const tactics = new Map<string, string>();
    const tacticTree = map.get("tactics");
    if (tacticTree.kind !== "map") throw new FaultError(tacticTree.line, '"tactics" must be a map');
    for (const [id, { line, value }] of tacticTree.entries) {
      if (!/^TA\d{4}$/.test(id)) throw new FaultError(line, `"${id}" is no tactic id`);
      tactics.set(id, textOf(value, id, 60));
    }
    const techniques = new Map<string, Technique>();
    const tree = map.get("techniques");
    if (tree.kind !== "map") throw new FaultError(tree.line, '"techniques" must be a map');
    for (const [id, { line, value }] of tree.entries) {
      if (!/^T\d{4}(?:\.\d{3})?$/.test(id)) throw new FaultError(line, `"${id}" is no technique id`);
      const parent = id.split(".")[0] ?? id;
      if (parent !== id && !techniques.has(parent)) throw new FaultError(line, `${id} stands before or without its parent ${parent}`);
      const one = new MapReader(value, id, ["name", "tactics"]);
      const list = listOf(one.get("tactics"), '"tactics"', 6).map((item) => textOf(item, "a tactic", 10));
      const unknown = list.find((tactic) => !tactics.has(tactic));
      if (unknown !== undefined) throw new FaultError(line, `${id} names unknown tactic ${unknown}`);
      techniques.set(id, { id, name: one.text("name", { max: 100 }), tactics: list });
    }
    return { ok: true, value: { tactics, techniques } };
  } catch (error) {
    if (error instanceof FaultError) return { ok: false, error: { file, line: error.line, reason: error.message } };
    throw error;
  }
}
