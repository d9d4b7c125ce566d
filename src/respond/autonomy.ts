import { CodedError } from "../base/result.ts";
import { DAY } from "../base/time.ts";
import type { Action } from "../schema/action.ts";
import type { Autonomy } from "./modes.ts";

/** Days that a kind of action is watched in shadow before anybody may let it act by itself. */
export const SHADOW_DAYS = 14;

/** What a kind of action would have done by itself, from its shadow. */
export interface AutonomyReport {
  kind: string;
  since: number;
  days: number;
  /** Days still wanted before it may be switched on; 0 = now. */
  daysLeft: number;
  on?: { by: string; at: number; why: string };
  /** Actions that it would have begun. */
  actions: number;
  devices: number;
  /** Connections that it would have refused, and how many of them were customary before: honest work. */
  refused: number;
  honest: number;
  /** Each of them, the dearest in honest work first; at most 200. */
  list: readonly Action[];
}

export function reportOf(kind: string, autonomy: Autonomy | undefined, actions: readonly Action[], now: number): AutonomyReport {
  const since = autonomy?.since ?? now;
  const days = Math.max(0, (now - since) / DAY);
  const shadow = actions.filter((a) => a.kind === kind && a.created >= since && a.mode !== "manual");
  return {
    kind,
    since,
    days,
    daysLeft: Math.max(0, Math.ceil(SHADOW_DAYS - days)),
    ...(autonomy?.on === undefined ? {} : { on: autonomy.on }),
    actions: shadow.length,
    devices: new Set(shadow.map((a) => a.target.entity.id)).size,
    refused: shadow.reduce((sum, a) => sum + a.tally.count, 0),
    honest: shadow.reduce((sum, a) => sum + a.tally.honest, 0),
    list: [...shadow].sort((a, b) => b.tally.honest - a.tally.honest || b.created - a.created).slice(0, 200),
  };
}

/** The word of a named person that a kind may act by itself. Throws CodedError `autonomy-conflict` before its fourteen days are over. */
export function switchOn(autonomy: Autonomy | undefined, kind: string, by: string, why: string, now: number): Autonomy {
  const since = autonomy?.since ?? now;
  const left = Math.ceil(SHADOW_DAYS - (now - since) / DAY);
  if (left > 0)
    throw new CodedError("autonomy-conflict", `This kind of action has been watched for ${Math.floor((now - since) / DAY)} of ${SHADOW_DAYS} days.`, {
      hint: `Its report is complete in ${left} days.`,
    });
  return { kind, since, on: { by, at: now, why } };
}

/** It only proposes again; its watch goes on, so that it need not be earned anew. */
export function switchOff(autonomy: Autonomy | undefined, kind: string, now: number): Autonomy {
  return { kind, since: autonomy?.since ?? now };
}
