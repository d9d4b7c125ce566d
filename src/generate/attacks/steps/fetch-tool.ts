import { SECOND } from "../../../base/time.ts";
import { freshDomain } from "../stage.ts";
import { freeAddress } from "../targets.ts";
import type { StepKind } from "../types.ts";
import { tell, wireOf } from "./tell.ts";

/** A program fetched over HTTP from a host that nobody had asked before. */
export const fetchTool: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "fetch");
  const { foothold, setting } = stage;
  const source = { host: freshDomain(draw), ip: freeAddress(draw) };
  const bare = values.text("host") === "address";
  const size = Math.round(values.number("kilobytes") * 1_000);
  const name = draw.pick(["update", "setup", "svc", "agent", draw.token(6).toLowerCase()]);
  const first = stage.now;
  const before = wire.count;
  if (!bare) wire.dns(first - 40, foothold.ip, setting.net.resolver, source.host, { answers: [source.ip] });
  const agent = draw.pick([
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4648",
    "curl/8.4.0",
    "CertUtil URL Agent",
    "Microsoft BITS/7.8",
  ]);
  wire.http(
    { time: first, src: foothold.ip, dst: source.ip, port: 80, seconds: Math.max(0.3, size / 3e6) },
    {
      method: "GET",
      host: bare ? source.ip : source.host,
      uri: `/${draw.token(4).toLowerCase()}/${name}.exe`,
      agent,
      body: 0,
      answer: size,
      mime: "application/x-dosexec",
    },
  );
  stage.now = first + 20 * SECOND;
  tell(stage, "fetch-tool", values, {
    start: first,
    end: stage.now,
    entity: foothold.ip,
    peer: source.ip,
    host: bare ? source.ip : source.host,
    port: 80,
    what: `${name}.exe of ${size} bytes fetched with ${agent.split("/")[0]}`,
    records: wire.count - before,
  });
};
