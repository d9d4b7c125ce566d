import { HOUR } from "../../base/time.ts";
import type { EngineOptions, Model } from "../../detect/index.ts";
import type { Places } from "../../enrich/places.ts";
import { type AttackScript, readAttacks } from "../../generate/attacks/attack-content.ts";
import { playAttack } from "../../generate/attacks/play.ts";
import { networkTargetsOf } from "../../generate/attacks/targets.ts";
import type { Emitted, ZeekRecord } from "../../generate/emitted.ts";
import { livedHours } from "../../generate/hours.ts";
import { allLife } from "../../generate/lives.ts";
import { makeWorld } from "../../generate/world/make-world.ts";
import type { World } from "../../generate/world/types.ts";
import { organisationYaml } from "../../generate/write/org-yaml.ts";
import { makeCore } from "../../lanes/make-core.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import type { NetEvent } from "../../schema/event.ts";
import { inOrder, Logs } from "../live/lived-source.ts";
import { organisationFromText, rolesOf } from "../organisation.ts";
import { attackFolder } from "../places-of-files.ts";
import type { Change, Subject } from "./change.ts";
import { ForkedEngine, type Told } from "./forked-engine.ts";
import { forkOf, type Ground } from "./stored-days.ts";

const PEOPLE = 10;
/** Monday to Thursday are learned, Friday is attacked. */
const LEARNED_DAYS = 4;
const START = "2027-03-01";
const SEED = 41;
/** Each script is played by this many draws: other devices, other times. */
const DRAWS = 2;
/** Their records are mail, or take more days than are played. */
const LEFT_OUT = new Set(["mail-campaign", "supplier-compromise", "slow-ramp"]);
const SHORTER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  beacon: { hours: "8" },
  "exfiltration-slow": { hours: "8" },
  "lateral-movement": { pace: "steady" },
  "long-chain": { beaconHours: "3" },
};
/** An alert below this starts no incident: an attack that leaves no other counts as not told. */
const TELLING = 2;

interface Played {
  name: string;
  events: NetEvent[];
  /** Who takes part, as alerts name them: addresses and users; and as entities of the learned ground. */
  actors: Set<string>;
  subjects: Subject[];
}

/** What a change does to the attacks. */
export interface AttackReport {
  played: number;
  /** Told with what is in force now. */
  found: number;
  /** Of those, not told any more; names of their scripts. */
  hidden: number;
  names: string[];
  /** Not told now, told with the change. */
  gained: number;
}

/**
 * Attack scripts played against a made organisation of ten people that was learned for four days, to see which of them a change would hide. Whoever takes
 * part in an attack stands in for the entity that the change is about: it asks what could be done behind the exception, from a place that has it. Another end
 * that an exception names is left away, so the answer is the most that can be hidden. The ground is made once (some 20 s of one core) and kept.
 */
export class AttackGround {
  readonly #models: readonly Model[];
  readonly #ground: Ground;
  readonly #state: Uint8Array<ArrayBuffer>;
  readonly #attacks: Played[];

  private constructor(models: readonly Model[], ground: Ground, state: Uint8Array<ArrayBuffer>, attacks: Played[]) {
    this.#models = models;
    this.#ground = ground;
    this.#state = state;
    this.#attacks = attacks;
  }

  /** `progress` is told 0-1. */
  static make(models: readonly Model[], places: Places, progress: (share: number) => void): AttackGround {
    const world = makeWorld({ seed: SEED, people: PEOPLE, days: LEARNED_DAYS + 1, start: START });
    const ground = { ...organisationOf(world), places };
    const core = makeCore({ ...ground, models });
    core.mode = "history";
    const end = world.calendar.midnight(LEARNED_DAYS);
    const maker = new Maker("honest", world);
    for (const hour of livedHours(
      world.calendar,
      allLife(world).filter((l) => l.name !== "correspondence" && l.name !== "bulk mail"),
    )) {
      if (hour.from >= end) break;
      core.lane.process(maker.events(hour.zeek, hour.emitted));
      progress(Math.min(1, (hour.to - world.calendar.start) / (end - world.calendar.start)));
    }
    core.lane.advance(end);
    const attacks = readAttacks(attackFolder())
      .filter((s) => !LEFT_OUT.has(s.name))
      .flatMap((s) => Array.from({ length: DRAWS }, (_, draw) => playScript(world, s, end, draw, core)));
    return new AttackGround(models, ground, core.save(), attacks);
  }

  /** Plays them all once more, with the change and without it. */
  judge(change: Change, edited: Model | undefined, progress: (share: number) => void): AttackReport {
    const report: AttackReport = { played: this.#attacks.length, found: 0, hidden: 0, names: [], gained: 0 };
    this.#attacks.forEach((attack, i) => {
      const { before, after } = this.#play(attack, change, edited);
      if (before) report.found++;
      if (before && !after) {
        report.hidden++;
        if (!report.names.includes(attack.name)) report.names.push(attack.name);
      }
      if (!before && after) report.gained++;
      progress((i + 1) / this.#attacks.length);
    });
    return report;
  }

  #play(attack: Played, change: Change, edited: Model | undefined): { before: boolean; after: boolean } {
    const engines: ForkedEngine[] = [];
    const makeEngine = (models: readonly Model[], options: EngineOptions): ForkedEngine => {
      const made = new ForkedEngine(models, options, forkOf(change, attack.subjects, models, edited));
      engines.push(made);
      return made;
    };
    const core = makeCore({ ...this.#ground, models: this.#models, makeEngine });
    core.load(this.#state);
    core.mode = "watch";
    core.lane.process(attack.events.map(fresh));
    core.lane.advance((attack.events.at(-1)?.time ?? 0) + HOUR);
    const [engine] = engines;
    return { before: tells(engine?.told, attack.actors), after: tells(engine?.toldWithChange, attack.actors) };
  }
}

/** Is one of those who take part told of, or named as the other end? */
function tells(told: ReadonlyMap<string, Told> | undefined, actors: ReadonlySet<string>): boolean {
  for (const { entity, peers, priority } of told?.values() ?? []) {
    if (priority < TELLING) continue;
    const names = [entity.ip, entity.user?.toLowerCase(), entity.id.toLowerCase(), ...peers.map((p) => p.ip)];
    if (names.some((n) => n !== undefined && actors.has(n))) return true;
  }
  return false;
}

/** The script played on the day after midnight; `draw` picks other devices and another hour. */
export function playScript(world: World, script: AttackScript, midnight: number, draw: number, core: PlatformCore): Played {
  const day = world.calendar.dayOf(midnight);
  const yielded = playAttack(script, SHORTER[script.name] ?? {}, {
    draw: world.draw.fork(`preview/${script.name}/${draw}`),
    start: midnight + (9.5 + draw) * HOUR,
    net: networkTargetsOf(world, day),
    world,
  });
  const events = new Maker(`attack-${script.name}-${draw}`, world).events(yielded.network, yielded.emitted);
  const actors = new Set(yielded.truth.map((t) => t.entity.toLowerCase()));
  const subjects = [...actors].map((actor) => {
    const device = core.devices.find(actor);
    return { id: device?.id ?? actor, ...(device?.ip === undefined ? {} : { ip: device.ip }) };
  });
  return { name: script.name, events, actors, subjects };
}

/** What the generator says, as events, through the product's own parsers. Mail is left out. */
export class Maker {
  readonly #logs: Logs;

  constructor(key: string, world: World) {
    this.#logs = new Logs(key, { now: () => world.calendar.start }, world.calendar.start);
  }

  events(network: readonly ZeekRecord[], emitted: readonly Emitted[]): NetEvent[] {
    const out: NetEvent[] = [];
    for (const record of inOrder(network, emitted)) if (!("bytes" in record)) this.#logs.take(record, out, []);
    for (const event of out) event.raw = "";
    return out.sort((a, b) => a.time - b.time);
  }
}

/** A copy as the parser gave it: a lane writes on its events, and an attack is played again and again. */
function fresh(event: NetEvent): NetEvent {
  return { ...event, direction: "unknown", srcDevice: undefined, dstDevice: undefined, duplicateOf: undefined };
}

/** What the administrator of the made organisation would tell of it, as an `--org` file would. */
export function organisationOf(world: World): Pick<Ground, "organisation" | "roles"> {
  const organisation = organisationFromText(organisationYaml(world), "the made organisation");
  return { organisation, roles: rolesOf(organisation) };
}
