import { endpointLife } from "./endpoint/index.ts";
import type { LifeSource } from "./life.ts";
import { mailLife } from "./mail/index.ts";
import { networkLife } from "./network/index.ts";
import { saasLife } from "./saas/index.ts";
import type { World } from "./world/types.ts";

/** Every kind of life that the organisation has, in the order in which equal times stand in the files. */
export function allLife(world: World): LifeSource[] {
  return [...networkLife(world), ...mailLife(world), ...saasLife(world), ...endpointLife(world)];
}
