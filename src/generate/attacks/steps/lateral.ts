import { SECOND } from "../../../base/time.ts";
import type { Draw } from "../../world/draw.ts";
import type { Stage, StepKind, TargetHost } from "../types.ts";
import { made, traceLogin } from "./host-traces.ts";
import { LATERAL_TOOLS, nameFor } from "./lateral-tools.ts";
import { tell, wireOf } from "./tell.ts";

const ORDERS = ["chain", "star", "tree"];
const PACES = ["burst", "steady", "human", "slow"];
const NAMES = ["default", "random", "disguised"];

/**
 * From machine to machine: `hops` of them, by a tool, in an order (chain: always on from the last one; star: all from the foothold;
 * tree: from any that is taken), at a pace, with failed log-ins before a success as `failures` says.
 */
export const lateral: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "lateral");
  const { net } = stage.setting;
  const tool = LATERAL_TOOLS[values.text("tool")];
  if (tool === undefined) throw new RangeError(`no tool ${values.text("tool")}`);
  const hops = Math.round(values.number("hops"));
  const free = draw.shuffled(net.hosts.filter((h) => !stage.taken.some((t) => t.ip === h.ip) && (h.windows || !tool.windowsLogin)));
  const look = values.text("look");
  for (const to of free.slice(0, hops)) {
    const before = made(stage);
    const from = origin(stage, values.text("order"), draw);
    if (look === "names") wire.dns(stage.now - 2 * SECOND, from.ip, net.resolver, `${to.hostname}.${net.domain}`.toLowerCase(), { answers: [to.ip] });
    else if (look === "ping")
      wire.flow({ time: stage.now - 1.5 * SECOND, src: from.ip, dst: to.ip, port: tool.port, seconds: 0.002, out: 0, in: 0, state: "RSTO" });
    const login = {
      wire,
      draw,
      from,
      to,
      account: stage.account,
      netbios: net.netbios,
      domain: net.domain,
      auth: values.text("auth") === "ntlm" ? ("ntlm" as const) : ("kerberos" as const),
      controller: net.domainControllers[0],
    };
    const start = stage.now;
    for (let i = 0; i < Math.round(values.number("failures")); i++) {
      tool.run({ ...login, time: stage.now, success: false }, "");
      traceLogin(stage, draw, stage.now, from, to, values.text("tool"), login.auth === "ntlm", false, "");
      stage.now += draw.between(1, 6) * SECOND;
    }
    const name = nameFor(values.text("name"), values.text("tool"), draw);
    tool.run({ ...login, time: stage.now, success: true }, name);
    traceLogin(stage, draw, stage.now, from, to, values.text("tool"), login.auth === "ntlm", true, name);
    tell(stage, "lateral", values, {
      technique: tool.technique,
      start,
      end: stage.now + 5 * SECOND,
      entity: from.ip,
      peer: to.ip,
      host: to.hostname,
      port: tool.port,
      what: `from ${from.hostname} to ${to.hostname} by ${values.text("tool")} as ${stage.account}`,
      records: made(stage) - before,
    });
    stage.taken.push(to);
    stage.now += gap(values.text("pace"), draw) * SECOND;
  }
};

function origin(stage: Stage, order: string, draw: Draw): TargetHost {
  if (order === "star") return stage.foothold;
  return order === "tree" ? draw.pick(stage.taken) : (stage.taken.at(-1) ?? stage.foothold);
}

function gap(pace: string, draw: Draw): number {
  if (pace === "burst") return draw.between(3, 40);
  if (pace === "steady") return draw.between(280, 320);
  return pace === "human" ? draw.lognormal(420, 0.9) : draw.between(2_400, 9_000);
}

/** Every combination of the knobs of lateral movement that differs on the wire: some hundreds. */
export function lateralVariants(): Record<string, string>[] {
  const out: Record<string, string>[] = [];
  for (const [tool, { named, windowsLogin }] of Object.entries(LATERAL_TOOLS)) {
    for (const order of ORDERS)
      for (const pace of PACES)
        for (const auth of windowsLogin ? ["ntlm", "kerberos"] : ["ntlm"])
          for (const name of named ? NAMES : ["default"]) out.push({ tool, order, pace, auth, name });
  }
  return out;
}
