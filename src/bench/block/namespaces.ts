import { run } from "./run-in.ts";

/** Three machines on two wires: clients, a gateway that enforces, servers. */
export interface Wires {
  clients: string;
  gateway: string;
  servers: string;
  /** Address of the nth client device, from 0. */
  client(n: number): string;
  server: string;
  /** A second server, which nobody blocks. */
  other: string;
  close(): void;
}

/** Makes the namespaces; addresses are of the networks kept for benchmarks (RFC 2544), so that none is anybody's. */
export function makeWires(clients: number): Wires {
  const tag = `wtd${process.pid}`;
  const wires: Wires = {
    clients: `${tag}c`,
    gateway: `${tag}g`,
    servers: `${tag}s`,
    client: (n) => `198.18.${1 + Math.floor(n / 200)}.${10 + (n % 200)}`,
    server: "198.19.0.10",
    other: "198.19.0.11",
    close() {
      for (const name of [wires.clients, wires.gateway, wires.servers]) {
        try {
          run("ip", "netns", "del", name);
        } catch {
          // It was not made, or is gone already.
        }
      }
    },
  };
  try {
    for (const name of [wires.clients, wires.gateway, wires.servers]) run("ip", "netns", "add", name);
    run("ip", "link", "add", "toward", "netns", wires.clients, "type", "veth", "peer", "name", "inside", "netns", wires.gateway);
    run("ip", "link", "add", "toward", "netns", wires.servers, "type", "veth", "peer", "name", "outside", "netns", wires.gateway);
    for (let n = 0; n < clients; n++) run("ip", "-n", wires.clients, "addr", "add", `${wires.client(n)}/16`, "dev", "toward");
    run("ip", "-n", wires.gateway, "addr", "add", "198.18.0.1/16", "dev", "inside");
    run("ip", "-n", wires.gateway, "addr", "add", "198.19.0.1/16", "dev", "outside");
    for (const address of [wires.server, wires.other]) run("ip", "-n", wires.servers, "addr", "add", `${address}/16`, "dev", "toward");
    for (const [name, devices] of [
      [wires.clients, ["toward"]],
      [wires.servers, ["toward"]],
      [wires.gateway, ["inside", "outside"]],
    ] as const)
      for (const device of ["lo", ...devices]) run("ip", "-n", name, "link", "set", device, "up");
    run("ip", "-n", wires.clients, "route", "add", "default", "via", "198.18.0.1");
    run("ip", "-n", wires.servers, "route", "add", "default", "via", "198.19.0.1");
    run("ip", "netns", "exec", wires.gateway, "sysctl", "-qw", "net.ipv4.ip_forward=1");
  } catch (error) {
    wires.close();
    throw error;
  }
  return wires;
}
