import { HOUR, SECOND } from "../../../base/time.ts";
import type { StepKind } from "../types.ts";
import { strangeHello } from "../wire.ts";
import { tell, wireOf } from "./tell.ts";

const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/103.0.0.0 Safari/537.36",
  "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
  "Microsoft-CryptoAPI/10.0",
  "Go-http-client/1.1",
  "python-requests/2.31.0",
];

/**
 * Calls to the control server: every `period` seconds, spread by `jitter` (share of the period, either way), `loss` of them not made.
 * Now and then the answer holds a task, and the machine sends its result.
 */
export const beacon: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "beacon");
  const { foothold, control, setting } = stage;
  const [period, jitter, loss, hours] = [values.number("period"), values.number("jitter"), values.number("loss"), values.number("hours")];
  const protocol = values.text("protocol");
  const port = protocol === "http" ? 80 : protocol === "https" ? 443 : draw.pick([4_443, 8_080, 8_443, 9_001, 1_337]);
  const named = protocol !== "tcp" || draw.chance(0.5);
  const client = strangeHello(draw);
  const agent = draw.pick(AGENTS);
  const path = `/${draw.token(6).toLowerCase()}/${draw.token(4).toLowerCase()}`;
  const median = { out: draw.between(180, 700), in: draw.between(120, 1_500) };
  const first = stage.now;
  const last = first + hours * HOUR;
  let asked = Number.NEGATIVE_INFINITY;
  let calls = 0;
  const before = wire.count;
  for (let at = first; at < last; at += period * SECOND * Math.max(0.05, 1 + jitter * draw.between(-1, 1))) {
    if (draw.chance(loss)) continue;
    if (named && at - asked > 300 * SECOND) {
      wire.dns(at - draw.between(5, 60), foothold.ip, setting.net.resolver, control.host, { answers: [control.ip], ttl: 300 });
      asked = at;
    }
    const task = draw.chance(0.02);
    const out = Math.round(draw.lognormal(median.out, 0.06) + (task ? draw.lognormal(6_000, 1) : 0));
    const back = Math.round(draw.lognormal(median.in, 0.06) + (task ? draw.lognormal(2_000, 0.6) : 0));
    const flow = { time: at, src: foothold.ip, dst: control.ip, port, seconds: draw.lognormal(0.25, 0.3), out, in: back };
    if (protocol === "http")
      wire.http(flow, {
        method: task ? "POST" : "GET",
        host: control.host,
        uri: path,
        agent,
        body: task ? out : 0,
        answer: back,
        mime: "application/octet-stream",
      });
    else if (protocol === "https") wire.tls(flow, control.host, client, draw.chance(0.0));
    else wire.flow(flow);
    calls++;
  }
  stage.now = last;
  tell(stage, "beacon", values, {
    start: first,
    end: last,
    entity: foothold.ip,
    peer: control.ip,
    ...(named ? { host: control.host } : {}),
    port,
    what: `${calls} calls over ${protocol}, every ${period} s with jitter ${jitter} and loss ${loss}`,
    records: wire.count - before,
  });
};
