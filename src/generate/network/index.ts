import type { LifeSource } from "../life.ts";
import type { World } from "../world/types.ts";
import { ClientLife } from "./client-life.ts";
import { ItLife } from "./it-life.ts";
import { OutsideLife } from "./outside-life.ts";
import { RemoteLife } from "./remote-life.ts";
import { makeScene } from "./scene.ts";
import { ServerLife } from "./server-life.ts";
import { ThingLife } from "./thing-life.ts";

/** The network's life: about 5,000 records a person and working day, and 40,000 a day of the machines among themselves. */
export function networkLife(world: World): LifeSource[] {
  const scene = makeScene(world);
  return [new ClientLife(scene), new ServerLife(scene), new ThingLife(scene), new RemoteLife(scene), new ItLife(scene), new OutsideLife(scene)];
}
