import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CodedError } from "../base/result.ts";
import { type Model, parseModel, parseTechniques } from "../detect/index.ts";
import { Places } from "../enrich/places.ts";
import { NetworkCore } from "../lanes/network/network-core.ts";
import type { Organisation } from "../schema/organisation.ts";
import { readContentFolder } from "../store/content-folder.ts";

export const HOME = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** All models of content/; a faulty one ends the bench, since a figure with fewer models would flatter. */
export function benchModels(): Model[] {
  const table = join(HOME, "content", "mitre", "techniques.yaml");
  const techniques = parseTechniques(readFileSync(table, "utf8"), table);
  if (!techniques.ok) throw new CodedError("content-broken", techniques.error.reason);
  const { files, faults } = readContentFolder(join(HOME, "content", "models"), ".yaml");
  if (faults[0] !== undefined) throw new CodedError("content-broken", `${faults[0].file}: ${faults[0].reason}`);
  return files.map((f) => {
    const model = parseModel(f.text, f.path, { techniques: techniques.value.techniques });
    if (!model.ok) throw new CodedError("content-broken", `${f.file}:${model.error.line}: ${model.error.reason}`);
    return model.value;
  });
}

export const MADE_ORGANISATION: Organisation = {
  networks: ["10.0.0.0/8"],
  defaultNetworks: false,
  domains: [],
  nat: [],
  proxies: [],
  vpn: [],
  protected: [],
  timezone: "UTC",
  sites: [],
  people: [],
  roles: [],
};

export function benchCore(models: readonly Model[]): NetworkCore {
  return new NetworkCore({ organisation: MADE_ORGANISATION, roles: new Map(), models, places: new Places([]) });
}
