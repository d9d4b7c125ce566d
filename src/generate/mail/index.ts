import type { LifeSource } from "../life.ts";
import type { World } from "../world/types.ts";
import { BulkLife } from "./bulk-life.ts";
import { CorrespondenceLife } from "./correspondence-life.ts";

/** The mail that passes the organisation's gateway, inward, outward and between its own people; one .eml a message, about ten a person and working day. */
export function mailLife(world: World): LifeSource[] {
  return [new CorrespondenceLife(world), new BulkLife(world)];
}
