import { HOUR, MINUTE } from "../../../base/time.ts";
import { freshDomain } from "../stage.ts";
import { freeAddress } from "../targets.ts";
import type { StepKind } from "../types.ts";
import { strangeHello } from "../wire.ts";
import { tell, wireOf } from "./tell.ts";

/** Data sent outside: `megabytes` in `uploads` parts over `hours`, to the control server or to a place of its own. */
export const exfiltrate: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "exfiltrate");
  const { foothold, setting } = stage;
  const [megabytes, hours, uploads] = [values.number("megabytes"), values.number("hours"), Math.round(values.number("uploads"))];
  const protocol = values.text("protocol");
  const own = values.text("destination") === "control";
  const peer = own ? stage.control : { host: freshDomain(draw), ip: freeAddress(draw) };
  const port = protocol === "ftp" ? 21 : protocol === "ssh" ? 22 : 443;
  const client = strangeHello(draw);
  const first = stage.now;
  const before = wire.count;
  const parts = Array.from({ length: uploads }, () => draw.between(0.6, 1.4));
  const total = parts.reduce((a, b) => a + b, 0);
  parts.forEach((part, i) => {
    const bytes = Math.round((megabytes * 1e6 * part) / total);
    const at = first + ((i + draw.between(0.05, 0.6)) / uploads) * hours * HOUR;
    if (protocol !== "ftp" || i === 0) wire.dns(at - draw.between(8, 50), foothold.ip, setting.net.resolver, peer.host, { answers: [peer.ip] });
    const seconds = Math.min((hours * HOUR) / uploads / 1_000, Math.max(0.4, bytes / draw.between(1.5e6, 9e6)));
    const flow = { time: at, src: foothold.ip, dst: peer.ip, port, seconds, out: bytes, in: Math.round(bytes * 0.004 + draw.between(900, 5_000)) };
    if (protocol === "https") wire.tls(flow, peer.host, client);
    else if (protocol === "ssh") {
      const link = wire.flow({ ...flow, service: "ssh" });
      wire.on("ssh", link, 0.2, {
        version: 2,
        auth_success: true,
        auth_attempts: 1,
        direction: "OUTBOUND",
        client: "SSH-2.0-OpenSSH_for_Windows_8.1",
        server: "SSH-2.0-OpenSSH_8.4p1",
        hassh: draw.hex(32),
      });
    } else {
      const control = wire.flow({ ...flow, service: "ftp", out: 300, in: 900 });
      wire.on("ftp", control, 0.5, {
        user: "upload",
        command: "STOR",
        arg: `ftp://${peer.ip}/${draw.token(8).toLowerCase()}.zip`,
        reply_code: 226,
        reply_msg: "Transfer complete",
      });
      wire.flow({ ...flow, time: at + 400, port: draw.int(40_000, 60_000), service: "ftp-data", in: 0 });
    }
  });
  stage.now = first + hours * HOUR + MINUTE;
  tell(stage, "exfiltrate", values, {
    start: first,
    end: stage.now,
    entity: foothold.ip,
    peer: peer.ip,
    host: peer.host,
    port,
    what: `${megabytes} MB in ${uploads} uploads over ${hours} h by ${protocol}`,
    records: wire.count - before,
  });
};

/** Uploads that begin within the custom of the machine and grow by a factor a day: poisons a baseline that learns without doubt. */
export const slowRamp: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "ramp");
  const { foothold, setting, control } = stage;
  const [days, from, to, perDay] = [
    Math.round(values.number("days")),
    values.number("fromMegabytes"),
    values.number("toMegabytes"),
    Math.round(values.number("uploadsPerDay")),
  ];
  const first = stage.now;
  const before = wire.count;
  const client = strangeHello(draw);
  for (let day = 0; day < days; day++) {
    const megabytes = from * (to / from) ** (days === 1 ? 1 : day / (days - 1));
    for (let i = 0; i < perDay; i++) {
      const at = first + day * 24 * HOUR + ((i + draw.next()) / perDay) * 8 * HOUR;
      wire.dns(at - draw.between(8, 50), foothold.ip, setting.net.resolver, control.host, { answers: [control.ip] });
      const out = Math.round(((megabytes * 1e6) / perDay) * draw.between(0.8, 1.2));
      wire.tls(
        { time: at, src: foothold.ip, dst: control.ip, port: 443, seconds: Math.max(0.5, out / 4e6), out, in: Math.round(out * 0.01 + 4_000) },
        control.host,
        client,
      );
    }
  }
  stage.now = first + days * 24 * HOUR;
  tell(stage, "slow-ramp", values, {
    start: first,
    end: stage.now,
    entity: foothold.ip,
    peer: control.ip,
    host: control.host,
    port: 443,
    what: `uploads that grow from ${from} to ${to} MB a day over ${days} days`,
    records: wire.count - before,
  });
};
