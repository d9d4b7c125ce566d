import { MINUTE } from "../../../base/time.ts";
import { freshDomain } from "../stage.ts";
import type { StepKind } from "../types.ts";
import { tell, wireOf } from "./tell.ts";

const ALPHABETS: Readonly<Record<string, string>> = {
  hex: "0123456789abcdef",
  base32: "abcdefghijklmnopqrstuvwxyz234567",
  base64: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

/** Data in the names asked for and in the answers: `perMinute` questions for `minutes`, each name with `label` characters of payload. */
export const dnsTunnel: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "tunnel");
  const { foothold, setting } = stage;
  const [perMinute, minutes, length] = [values.number("perMinute"), values.number("minutes"), Math.round(values.number("label"))];
  const type = values.text("type");
  const alphabet = ALPHABETS[values.text("encoding")] ?? "0123456789abcdef";
  const zone = `${draw.pick(["t", "ns", "d", "x1", "c"])}.${freshDomain(draw)}`;
  const first = stage.now;
  const before = wire.count;
  const end = first + minutes * MINUTE;
  let questions = 0;
  for (let at = first; at < end; at += Math.max(2, draw.exponential(MINUTE / perMinute))) {
    const labels: string[] = [];
    for (let rest = length; rest > 0; rest -= 60) labels.push(draw.token(Math.min(rest, 60), alphabet));
    const name = [...labels, zone].join(".");
    const answer = type === "A" ? `${draw.int(1, 223)}.${draw.int(0, 255)}.${draw.int(0, 255)}.${draw.int(1, 254)}` : draw.token(draw.int(20, 180), alphabet);
    wire.dns(at, foothold.ip, setting.net.resolver, name, { type, answers: [type === "CNAME" ? `${answer.slice(0, 60)}.${zone}` : answer], ttl: 0 });
    questions++;
  }
  stage.now = end;
  tell(stage, "dns-tunnel", values, {
    start: first,
    end,
    entity: foothold.ip,
    peer: setting.net.resolver,
    host: zone,
    port: 53,
    what: `${questions} questions under ${zone}`,
    records: wire.count - before,
  });
};
