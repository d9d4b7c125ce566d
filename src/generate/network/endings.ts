import type { Draw } from "../world/draw.ts";

/** How a TCP connection went, in Zeek's words (conn_state), with the histories that sensors write for it, commonest first. */
export type TcpState = "SF" | "S0" | "S1" | "S2" | "S3" | "REJ" | "RSTO" | "RSTR" | "RSTOS0" | "RSTRH" | "SH" | "SHR" | "OTH";

const HISTORIES: Readonly<Record<TcpState, readonly string[]>> = {
  SF: ["ShADadFf", "ShADdafF", "ShADadfF", "ShADdaFf", "ShADadcfF", "ShADdfFa", "ShADadFfR", "ShADdcaFf", "ShADdaFfR", "ShADacdfF"],
  S0: ["S"],
  S1: ["ShADda", "ShADad", "ShADadc", "ShADdaT", "ShADadt"],
  S2: ["ShADdaF", "ShADadF", "ShADadcF"],
  S3: ["ShADdaf", "ShADadf", "ShADadcf"],
  REJ: ["Sr"],
  RSTO: ["ShADadR", "ShADdaR", "ShADadfR", "ShADadFR"],
  RSTR: ["ShADadr", "ShADdar", "ShADdFar", "ShADadcr"],
  RSTOS0: ["SR", "ShR"],
  RSTRH: ["^hr", "^r"],
  SH: ["SADF", "SAD", "SF"],
  SHR: ["^hf", "hadf", "^had"],
  OTH: ["DdA", "DadA", "Da", "^dA", "A"],
};

export function historyOf(draw: Draw, state: TcpState): string {
  const list = HISTORIES[state];
  // The first of the list about every second time, the next half of the rest, and so on.
  let i = 0;
  while (i < list.length - 1 && draw.chance(0.5)) i++;
  return list[i] ?? "";
}

export interface Odds {
  states: readonly TcpState[];
  /** Cumulative, last = 1. */
  upTo: readonly number[];
}

function odds(shares: Partial<Record<TcpState, number>>): Odds {
  const states = Object.keys(shares) as TcpState[];
  const total = states.reduce((sum, s) => sum + (shares[s] ?? 0), 0);
  let sum = 0;
  return {
    states,
    upTo: states.map((s) => {
      sum += (shares[s] ?? 0) / total;
      return sum;
    }),
  };
}

/** Connections of clients to the outside that carried data: sensors miss ends, browsers cut, servers forget. */
export const WEB_ENDS = odds({ SF: 660, S1: 105, S3: 68, S2: 62, RSTO: 62, RSTR: 22, OTH: 10, SH: 6, SHR: 5 });
/** Within the house hardly a packet is missed. */
export const INSIDE_ENDS = odds({ SF: 900, S1: 40, RSTO: 35, RSTR: 20, S3: 5 });

export function endOf(draw: Draw, of: Odds): TcpState {
  const x = draw.next();
  for (let i = 0; i < of.upTo.length; i++) if (x < (of.upTo[i] ?? 1)) return of.states[i] ?? "SF";
  return "SF";
}
