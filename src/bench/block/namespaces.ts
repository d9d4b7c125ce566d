import { run } from "./run-in.ts";

/** Three machines on two wires: clients, a gateway that enforces, servers; and on request a sensor that sees only copies of what the gateway forwards. */
export interface Wires {
  clients: string;
  gateway: string;
  servers: string;
  /** Address of the nth client device, from 0. */
  client(n: number): string;
  server: string;
  /** A second server, which nobody blocks. */
  other: string;
  /** The sensor at a mirror port, and its interface; it reaches the others through a wire of its own. */
  sensor: string | undefined;
  mirror: string;
  /** The same machines over IPv6. */
  client6(n: number): string;
  server6: string;
  close(): void;
}

/** Makes the namespaces; addresses are of the networks kept for benchmarks (RFC 2544), so that none is anybody's. */
export function makeWires(clients: number, mirrored = false): Wires {
  const tag = `wtd${process.pid}`;
  const wires: Wires = {
    clients: `${tag}c`,
    gateway: `${tag}g`,
    servers: `${tag}s`,
    client: (n) => `198.18.${1 + Math.floor(n / 200)}.${10 + (n % 200)}`,
    server: "198.19.0.10",
    other: "198.19.0.11",
    sensor: mirrored ? `${tag}t` : undefined,
    mirror: "mirror",
    client6: (n) => `fd00:18::${(16 + n).toString(16)}`,
    server6: "fd00:19::10",
    close() {
      for (const name of machinesOf(wires)) {
        try {
          run("ip", "netns", "del", name);
        } catch {
          // It was not made, or is gone already.
        }
      }
    },
  };
  try {
    for (const name of machinesOf(wires)) run("ip", "netns", "add", name);
    run("ip", "link", "add", "toward", "netns", wires.clients, "type", "veth", "peer", "name", "inside", "netns", wires.gateway);
    run("ip", "link", "add", "toward", "netns", wires.servers, "type", "veth", "peer", "name", "outside", "netns", wires.gateway);
    for (let n = 0; n < clients; n++) run("ip", "-n", wires.clients, "addr", "add", `${wires.client(n)}/16`, "dev", "toward");
    run("ip", "-n", wires.gateway, "addr", "add", "198.18.0.1/16", "dev", "inside");
    run("ip", "-n", wires.gateway, "addr", "add", "198.19.0.1/16", "dev", "outside");
    for (const address of [wires.server, wires.other]) run("ip", "-n", wires.servers, "addr", "add", `${address}/16`, "dev", "toward");
    for (let n = 0; n < clients; n++) run("ip", "-n", wires.clients, "-6", "addr", "add", `${wires.client6(n)}/64`, "dev", "toward", "nodad");
    run("ip", "-n", wires.servers, "-6", "addr", "add", `${wires.server6}/64`, "dev", "toward", "nodad");
    run("ip", "-n", wires.gateway, "-6", "addr", "add", "fd00:18::1/64", "dev", "inside", "nodad");
    run("ip", "-n", wires.gateway, "-6", "addr", "add", "fd00:19::1/64", "dev", "outside", "nodad");
    for (const [name, devices] of [
      [wires.clients, ["toward"]],
      [wires.servers, ["toward"]],
      [wires.gateway, ["inside", "outside"]],
    ] as const)
      for (const device of ["lo", ...devices]) run("ip", "-n", name, "link", "set", device, "up");
    run("ip", "-n", wires.clients, "route", "add", "default", "via", "198.18.0.1");
    run("ip", "-n", wires.servers, "route", "add", "default", "via", "198.19.0.1");
    run("ip", "-n", wires.clients, "-6", "route", "add", "default", "via", "fd00:18::1");
    run("ip", "-n", wires.servers, "-6", "route", "add", "default", "via", "fd00:19::1");
    run("ip", "netns", "exec", wires.gateway, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    if (wires.sensor !== undefined) addSensor(wires.gateway, wires.sensor, wires.mirror);
  } catch (error) {
    wires.close();
    throw error;
  }
  return wires;
}

function machinesOf(wires: Wires): string[] {
  return [wires.clients, wires.gateway, wires.servers, ...(wires.sensor === undefined ? [] : [wires.sensor])];
}

/** As a switch's mirror port: whatever comes in at either side is copied to the sensor. Its own packets go out over another wire. */
function addSensor(gateway: string, sensor: string, mirror: string): void {
  run("ip", "link", "add", mirror, "netns", sensor, "type", "veth", "peer", "name", "span", "netns", gateway);
  run("ip", "link", "add", "manage", "netns", sensor, "type", "veth", "peer", "name", "managed", "netns", gateway);
  run("ip", "-n", sensor, "addr", "add", "192.0.2.2/24", "dev", "manage");
  run("ip", "-n", gateway, "addr", "add", "192.0.2.1/24", "dev", "managed");
  run("ip", "-n", sensor, "-6", "addr", "add", "fd00:20::2/64", "dev", "manage", "nodad");
  run("ip", "-n", gateway, "-6", "addr", "add", "fd00:20::1/64", "dev", "managed", "nodad");
  for (const [name, device] of [
    [sensor, "lo"],
    [sensor, mirror],
    [sensor, "manage"],
    [gateway, "span"],
    [gateway, "managed"],
  ] as const)
    run("ip", "-n", name, "link", "set", device, "up");
  run("ip", "-n", sensor, "route", "add", "default", "via", "192.0.2.1");
  run("ip", "-n", sensor, "-6", "route", "add", "default", "via", "fd00:20::1");
  for (const side of ["inside", "outside"])
    run(
      "ip",
      ...["netns", "exec", gateway, "nft"],
      `add table netdev span; add chain netdev span ${side} { type filter hook ingress device "${side}" priority 0; }; add rule netdev span ${side} dup to "span"`,
    );
}
