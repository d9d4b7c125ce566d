import { SECOND } from "../../../base/time.ts";
import type { StepKind } from "../types.ts";
import { tell, wireOf } from "./tell.ts";

const SERVICES: Readonly<Record<string, readonly number[]>> = {
  windows: [445, 139, 135, 3_389, 5_985],
  web: [80, 443, 8_080, 8_443],
  common: [21, 22, 23, 25, 53, 80, 110, 135, 139, 143, 443, 445, 1_433, 3_306, 3_389, 5_432, 5_900, 5_985, 6_379, 8_080],
  ping: [],
};

/** A sweep of own networks (`hosts` addresses) on a set of ports, at `rate` probes a second, in order or not. */
export const scan: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "scan");
  const { foothold, setting } = stage;
  const ports = SERVICES[values.text("ports")] ?? [445];
  const [hosts, rate] = [Math.round(values.number("hosts")), values.number("rate")];
  const alive = new Map(setting.net.hosts.map((h) => [h.ip, h]));
  const near = foothold.ip.split(".").slice(0, 3).join(".");
  const prefixes = [near, ...setting.net.prefixes.filter((p) => p !== near)];
  const addresses: string[] = [];
  for (let n = 0; addresses.length < hosts && n < prefixes.length * 254; n++) {
    const address = `${prefixes[Math.floor(n / 254)]}.${1 + (n % 254)}`;
    if (address !== foothold.ip) addresses.push(address);
  }
  let probes = addresses.flatMap((ip) => (ports.length === 0 ? [{ ip, port: 0 }] : ports.map((port) => ({ ip, port }))));
  if (values.text("order") === "random") probes = draw.shuffled(probes);
  const first = stage.now;
  const before = wire.count;
  let open = 0;
  probes.forEach(({ ip, port }, i) => {
    const time = first + (i / rate) * SECOND + draw.between(0, 0.4 * (SECOND / rate));
    const host = alive.get(ip);
    if (port === 0) {
      wire.bare("conn", time, {
        uid: `C${draw.token(17)}`,
        "id.orig_h": foothold.ip,
        "id.orig_p": 8,
        "id.resp_h": ip,
        "id.resp_p": 0,
        proto: "icmp",
        duration: host === undefined ? undefined : 0.0012,
        orig_bytes: 56,
        resp_bytes: host === undefined ? 0 : 56,
        conn_state: "OTH",
        local_orig: true,
        local_resp: true,
        missed_bytes: 0,
        orig_pkts: 1,
        orig_ip_bytes: 84,
        resp_pkts: host === undefined ? 0 : 1,
        resp_ip_bytes: host === undefined ? 0 : 84,
      });
      return;
    }
    const listens = host !== undefined && draw.chance(host.windows && [135, 139, 445].includes(port) ? 0.9 : 0.12);
    if (listens) open++;
    wire.flow({
      time,
      src: foothold.ip,
      dst: ip,
      port,
      seconds: listens ? draw.between(0.001, 0.05) : 0.0004,
      out: 0,
      in: 0,
      state: listens ? "RSTO" : host === undefined ? "S0" : "REJ",
    });
  });
  stage.now = first + (probes.length / rate) * SECOND;
  tell(stage, "scan", values, {
    start: first,
    end: stage.now,
    entity: foothold.ip,
    ...(ports.length === 1 ? { port: ports[0] } : {}),
    what: `${probes.length} probes of ${addresses.length} addresses, ${open} open`,
    records: wire.count - before,
  });
};

/** Every port of one machine that answers, or as many as asked for. */
export const portScan: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "port-scan");
  const { foothold, setting } = stage;
  const target = draw.pick(setting.net.hosts.filter((h) => h.ip !== foothold.ip));
  const [count, rate] = [Math.round(values.number("ports")), values.number("rate")];
  const first = stage.now;
  const before = wire.count;
  const ports = draw.some(
    Array.from({ length: Math.max(count, 2_000) }, (_, i) => i + 1),
    count,
  );
  ports.forEach((port, i) => {
    const listens = [135, 139, 445].includes(port);
    wire.flow({ time: first + (i / rate) * SECOND, src: foothold.ip, dst: target.ip, port, seconds: 0.0004, out: 0, in: 0, state: listens ? "RSTO" : "REJ" });
  });
  stage.now = first + (count / rate) * SECOND;
  tell(stage, "port-scan", values, {
    start: first,
    end: stage.now,
    entity: foothold.ip,
    peer: target.ip,
    what: `${count} ports of one machine`,
    records: wire.count - before,
  });
};
