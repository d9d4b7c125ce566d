import { CodedError } from "../../base/result.ts";
import type { Standpoint } from "../saas/standpoint.ts";
import type { Draw } from "../world/draw.ts";
import type { Person, World } from "../world/types.ts";
import type { Stage } from "./types.ts";

/** The world of the stage; over a capture there is none. Throws `attack-needs-people`. */
export function worldOf(stage: Stage): World {
  const { world } = stage.setting;
  if (world === undefined) throw new CodedError("attack-needs-people", `attack ${stage.attack} needs mailboxes and accounts; a capture of a network has none`);
  return world;
}

/** People employed at the stage's moment. */
export function employed(stage: Stage): Person[] {
  const world = worldOf(stage);
  const day = world.calendar.dayOf(stage.now);
  return world.people.filter((p) => p.joins <= day && day <= p.leaves);
}

export function victim(stage: Stage): Person {
  if (stage.person === undefined) throw new CodedError("attack-needs-people", `attack ${stage.attack} found nobody employed`);
  return stage.person;
}

/** Where the attacker sits at his screen. */
export function attackerPlace(stage: Stage, draw: Draw): Standpoint {
  const major = draw.int(118, 129);
  return {
    ...stage.place,
    device: undefined,
    agent: draw.pick([
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`,
      "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
      "axios/1.7.2",
      "python-requests/2.31.0",
    ]),
    os: draw.pick(["Windows10", "Linux"]),
    browser: `Chrome ${major}.0.0`,
  };
}
