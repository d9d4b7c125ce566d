import { HOUR } from "../../base/time.ts";
import type { AttackScript } from "../../generate/attacks/attack-content.ts";
import { playAttack } from "../../generate/attacks/play.ts";
import { networkTargetsOf } from "../../generate/attacks/targets.ts";
import type { Truth } from "../../generate/attacks/types.ts";
import type { World } from "../../generate/world/types.ts";
import type { NetEvent } from "../../schema/event.ts";
import { mailEventOf } from "../made/opened-mail.ts";
import { EventMaker } from "../network-attacks/made-honest.ts";

export interface LaidAttack {
  name: string;
  /** In order of time; their fileKey begins with ATTACK. */
  events: NetEvent[];
  /** Facts that began before the end. */
  truth: Truth[];
}

export interface LayOptions {
  /** ms: midnight of the day on which it begins, and when records end. */
  midnight: number;
  end: number;
  /** Tells draws apart: the same text gives the same attack. */
  draw: string;
  knobs: Readonly<Record<string, string>>;
}

export const ATTACK = "attack-";

/** A script played on the organisation from some moment of a working morning on, its records as events of the product's parsers; what reaches beyond `end` is cut off. */
export async function layScript(world: World, script: AttackScript, options: LayOptions): Promise<LaidAttack> {
  const draw = world.draw.fork(`bench/${script.name}/${options.draw}`);
  const start = options.midnight + (9.5 + draw.next() * 2) * HOUR;
  const played = playAttack(script, options.knobs, { draw, start, net: networkTargetsOf(world, world.calendar.dayOf(options.midnight)), world });
  const maker = new EventMaker(`${ATTACK}${script.name}`);
  const events: NetEvent[] = [];
  for (const record of played.network) {
    const event = maker.zeek(record);
    if (event !== undefined) events.push(event);
  }
  for (const item of played.emitted) {
    const event =
      "line" in item ? maker.line(item.file, item.line) : item.file.endsWith(".eml") ? await mailEventOf(item.bytes, `${ATTACK}${item.file}`) : undefined;
    if (event !== undefined) events.push(event);
  }
  events.sort((a, b) => a.time - b.time);
  return { name: script.name, events: events.filter((e) => e.time < options.end), truth: played.truth.filter((t) => t.start < options.end) };
}
