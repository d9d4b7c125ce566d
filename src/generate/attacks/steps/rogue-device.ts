import { MINUTE, SECOND } from "../../../base/time.ts";
import type { StepKind } from "../types.ts";
import { tell, wireOf } from "./tell.ts";

/** A machine that nobody brought in on purpose: it takes an address, looks round (name broadcasts) and becomes the foothold of what follows. */
export const rogueDevice: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "rogue");
  const { net } = stage.setting;
  const near = stage.foothold.ip.split(".").slice(0, 3).join(".");
  const used = new Set(net.hosts.map((h) => h.ip));
  let ip = `${near}.${draw.int(100, 250)}`;
  for (let i = 0; used.has(ip) && i < 200; i++) ip = `${near}.${draw.int(2, 253)}`;
  const kind = values.text("machine");
  const [vendor, hostname] =
    kind === "raspberry"
      ? ["dc:a6:32", "raspberrypi"]
      : kind === "kali"
        ? ["08:00:27", "kali"]
        : ["00:e0:4c", `DESKTOP-${draw.token(7, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")}`];
  const mac = `${vendor}:${draw.hex(2)}:${draw.hex(2)}:${draw.hex(2)}`;
  const first = stage.now;
  const before = wire.count;
  const server = `${near}.1`;
  const link = wire.flow({
    time: first,
    src: "0.0.0.0",
    dst: "255.255.255.255",
    port: 67,
    sourcePort: 68,
    proto: "udp",
    service: "dhcp",
    seconds: 0.05,
    out: 600,
    in: 0,
  });
  wire.bare("dhcp", first + 40, {
    uids: [link.uid],
    client_addr: ip,
    server_addr: server,
    mac,
    host_name: hostname,
    client_fqdn: kind === "windows" ? hostname : undefined,
    domain: net.domain,
    requested_addr: ip,
    assigned_addr: ip,
    lease_time: 86_400,
    msg_types: ["DISCOVER", "OFFER", "REQUEST", "ACK"],
    duration: 0.04,
  });
  for (let i = 0; i < draw.int(4, 12); i++) {
    const time = first + draw.between(1, 90) * SECOND;
    wire.flow({
      time,
      src: ip,
      dst: "224.0.0.251",
      port: 5_353,
      sourcePort: 5_353,
      proto: "udp",
      service: "dns",
      seconds: 0.4,
      out: draw.int(120, 900),
      in: 0,
      state: "S0",
    });
  }
  for (const name of draw.some(["connectivity-check.ubuntu.com", "http.kali.org", "deb.debian.org", "pool.ntp.org", "www.msftconnecttest.com"], 3)) {
    wire.dns(first + draw.between(2, 60) * SECOND, ip, net.resolver, name, {
      answers: [`${draw.int(34, 190)}.${draw.int(2, 250)}.${draw.int(2, 250)}.${draw.int(2, 250)}`],
    });
  }
  stage.foothold = { ip, hostname, mac, roles: [], windows: kind === "windows" };
  stage.taken = [stage.foothold];
  stage.now = first + values.number("settle") * MINUTE;
  tell(stage, "rogue-device", values, {
    start: first,
    end: stage.now,
    entity: ip,
    host: hostname,
    what: `${hostname} (${mac}) takes ${ip}`,
    records: wire.count - before,
  });
};
