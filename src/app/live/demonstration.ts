import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { CodedError } from "../../base/result.ts";
import { DAY, HOUR, MINUTE } from "../../base/time.ts";
import { AttackLife } from "../../generate/attack-life.ts";
import { readAttacks } from "../../generate/attacks/attack-content.ts";
import { parseRequests } from "../../generate/attacks/knobs.ts";
import { endpointLife } from "../../generate/endpoint/index.ts";
import { mailLife } from "../../generate/mail/index.ts";
import { networkLife } from "../../generate/network/index.ts";
import { saasLife } from "../../generate/saas/index.ts";
import { makeWorld } from "../../generate/world/make-world.ts";
import type { World } from "../../generate/world/types.ts";
import { organisationYaml } from "../../generate/write/org-yaml.ts";
import { openAllLayers, openForLearning } from "../mail-events.ts";
import { attackFolder, homeFolder } from "../places-of-files.ts";
import type { LiveSource } from "./live-source.ts";
import { livedSource } from "./lived-source.ts";
import { playSource } from "./played-source.ts";

/** Something to watch without a network of one's own. Labelled synthetic wherever it shows. */
export interface Demonstration {
  /** Name on the pages. */
  name: string;
  organisation: string;
  source(): Promise<LiveSource>;
}

/** Makes the demonstration in the data folder that it begins afresh in. */
export type MakeDemonstration = (dir: string, clock: Clock) => Demonstration;

/** The capture that this project recorded itself: a week, the last day of it strange; played once, as fast as it can be read. */
export const recordedCapture: MakeDemonstration = (_dir, clock) => ({
  name: "Synthetic capture",
  organisation: join(homeFolder(), "demo", "org.yaml"),
  source: () => playSource("synthetic-capture", join(homeFolder(), "demo", "eve.json.gz"), clock.now()),
});

const PEOPLE = 12;
const HISTORY_DAYS = 5;
const DAYS_AHEAD = 30;

/** What happens once the watching begins, by minutes of the organisation's time after that. */
const ATTACKS: readonly (readonly [request: string, minutes: number])[] = [
  ["internal-scan:rate=60", 4],
  ["lateral-movement:pace=steady", 30],
  ["beacon:period=60,hours=8", 55],
  ["dns-tunnel", 100],
  ["teams-burst", 45],
  ["mail-campaign", 20],
];

/**
 * The synthetic organisation: five days of it are learned as fast as the machine can, then a working day with attacks is played at `speed` times
 * its pace until it meets the clock, and from there on it lives as time goes by, for thirty days. Nothing of it ever lies in the future.
 */
export function livingOrganisation(speed: number, seed = 4): MakeDemonstration {
  return (dir, clock) => {
    const now = clock.now();
    const draft = makeWorld({ seed, people: PEOPLE, days: 1, start: dateOf(now) });
    const watch = lastMorning(draft, now);
    const days = HISTORY_DAYS + Math.ceil((now - watch) / DAY) + DAYS_AHEAD;
    const world = makeWorld({ seed, people: PEOPLE, days, start: draft.calendar.date(draft.calendar.dayOf(watch) - HISTORY_DAYS) });
    const scripts = readAttacks(attackFolder());
    const requests = ATTACKS.map(([text]) => text).flatMap((text) => parseRequests([text]));
    const attacks = new AttackLife(
      world,
      scripts,
      requests,
      ATTACKS.map(([, minutes]) => watch + minutes * MINUTE),
    );
    const organisation = join(dir, "organisation.yaml");
    try {
      writeFileSync(organisation, organisationYaml(world));
    } catch (error) {
      throw new CodedError("demo-folder", `${dir}: cannot be written: ${(error as Error).message}`, { exitCode: 2, cause: error });
    }
    return {
      name: `${world.organisation.name} (synthetic)`,
      organisation,
      source: async () =>
        livedSource({
          id: "synthetic-organisation",
          world,
          sources: [...networkLife(world), ...mailLife(world), ...saasLife(world), ...endpointLife(world), attacks],
          watch,
          speed,
          clock,
          open: openAllLayers,
          openHistory: openForLearning,
        }),
    };
  };
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Ten o'clock on the last working day that is three hours old or more, by the organisation's clock. */
function lastMorning(world: World, now: number): number {
  const { calendar } = world;
  for (let day = calendar.dayOf(now); ; day--) {
    const ten = calendar.at(day, 10);
    if (calendar.isWorkday(day) && ten <= now - 3 * HOUR) return ten;
  }
}
