import { AttackLife, type TruthLine } from "../../generate/attack-life.ts";
import type { AttackScript } from "../../generate/attacks/attack-content.ts";
import { parseRequests } from "../../generate/attacks/knobs.ts";
import { livedHours } from "../../generate/hours.ts";
import { saasLife } from "../../generate/saas/index.ts";
import { makeWorld } from "../../generate/world/make-world.ts";
import type { World } from "../../generate/world/types.ts";
import { isRejected } from "../../parsers/record-parser.ts";
import { createJsonRecordsParser } from "../../parsers/saas/json-records.ts";
import type { NetEvent } from "../../schema/event.ts";

export interface TenantOptions {
  seed: number;
  people: number;
  days: number;
  /** As `wonted generate --attack`. */
  attacks: readonly string[];
  scripts: readonly AttackScript[];
}

export interface Tenant {
  world: World;
  truth: readonly TruthLine[];
  /** Records in order of time, hour by hour. */
  hours(): Generator<NetEvent[]>;
}

/** A generated tenant's life with attacks in it, as records that went through the parser like any file's. Synthetic; the same seed gives the same. */
export function makeTenant(options: TenantOptions): Tenant {
  const world = makeWorld({ seed: options.seed, people: options.people, days: options.days, start: "2027-02-01" });
  const attacks = new AttackLife(world, options.scripts, parseRequests([...options.attacks]));
  const parser = createJsonRecordsParser({ source: "bench", file: "tenant", fileKey: "tenant" });
  let line = 0;
  return {
    world,
    truth: attacks.truth,
    *hours() {
      for (const hour of livedHours(world.calendar, [...saasLife(world), attacks])) {
        const events: NetEvent[] = [];
        for (const item of hour.emitted) {
          if (!("line" in item) || !item.file.startsWith("m365/")) continue;
          const event = parser.parse(item.line, ++line, line);
          if (event !== undefined && !isRejected(event)) events.push(event);
        }
        yield events.sort((a, b) => a.time - b.time || a.line - b.line);
      }
    },
  };
}
