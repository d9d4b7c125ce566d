import { contentId } from "../base/hash.ts";
import { CodedError } from "../base/result.ts";
import { HOUR } from "../base/time.ts";
import type { AttackScript } from "./attacks/attack-content.ts";
import type { AttackRequest } from "./attacks/knobs.ts";
import { playAttack } from "./attacks/play.ts";
import { networkTargetsOf } from "./attacks/targets.ts";
import type { AttackYield, Truth } from "./attacks/types.ts";
import type { LifeOutput, LifeSource } from "./life.ts";
import type { World } from "./world/types.ts";

/** One line of truth.ndjson: what was done, for whoever judges alerts. Times in ms. */
export interface TruthLine extends Truth {
  id: string;
}

/** Attacks laid on the organisation's days, each on a working day of the last third of the period, so that there is something to learn before. */
export class AttackLife implements LifeSource {
  readonly name = "attacks";
  readonly truth: TruthLine[] = [];
  readonly #yields: { played: AttackYield; network: number; emitted: number }[] = [];

  /**
   * @param starts ms: when each begins; left out, by lot
   * Throws `unknown-attack` (exit 2) when there is no script of a name, and what playing throws.
   */
  constructor(world: World, scripts: readonly AttackScript[], requests: readonly AttackRequest[], starts: readonly number[] = []) {
    requests.forEach((request, i) => {
      const script = scripts.find((s) => s.name === request.name);
      if (script === undefined)
        throw new CodedError("unknown-attack", `there is no attack "${request.name}"`, {
          exitCode: 2,
          hint: `There are: ${scripts.map((s) => s.name).join(", ")}`,
        });
      const draw = world.draw.fork(`attack/${request.name}/${i}`);
      const start = starts[i] ?? whenOf(world, draw.next(), draw.next());
      const played = playAttack(script, request.values, { draw, start, net: networkTargetsOf(world, world.calendar.dayOf(start)), world });
      this.#yields.push({ played, network: 0, emitted: 0 });
      for (const fact of played.truth) this.truth.push({ id: contentId("truth", request.name, i, fact.step, fact.start, this.truth.length), ...fact });
    });
    this.truth.sort((a, b) => a.start - b.start);
  }

  play(from: number, to: number, _day: number, out: LifeOutput): void {
    for (const state of this.#yields) {
      const { network, emitted } = state.played;
      for (; state.network < network.length; state.network++) {
        const record = network[state.network];
        if (record === undefined || record.time >= to) break;
        if (record.time >= from) out.zeek(record);
      }
      for (; state.emitted < emitted.length; state.emitted++) {
        const item = emitted[state.emitted];
        if (item === undefined || item.time >= to) break;
        if (item.time >= from) out.emit(item);
      }
    }
  }
}

function whenOf(world: World, a: number, b: number): number {
  const { calendar } = world;
  const workdays: number[] = [];
  for (let day = 0; day < calendar.days; day++) if (calendar.isWorkday(day)) workdays.push(day);
  const late = workdays.slice(Math.floor(workdays.length * 0.66));
  const day = late[Math.floor(a * late.length)] ?? Math.floor(calendar.days * 0.66);
  return calendar.at(day, 9.5) + b * 4 * HOUR;
}
