import type { LifeSource } from "../life.ts";
import type { World } from "../world/types.ts";
import { DefenderLife } from "./defender-life.ts";
import { HostAlertsLife } from "./host-alerts-life.ts";
import { WindowsLife } from "./windows-life.ts";

/** What the machines say of themselves: Windows' Security logs, Defender's tables and alerts, a host sensor on servers. */
export function endpointLife(world: World): LifeSource[] {
  return [new WindowsLife(world), new DefenderLife(world), new HostAlertsLife(world)];
}
