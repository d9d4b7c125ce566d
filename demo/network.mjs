// A small organisation in network namespaces: a router, two own subnets and an outside, reached by nobody else and reaching nobody else.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const OFFICE = "10.20.1";
export const SERVERS = "10.20.2";

export const MACHINES = [
  { name: "anna", net: "office", address: `${OFFICE}.21`, mac: "02:0a:14:01:00:15", hostname: "ws-anna" },
  { name: "ben", net: "office", address: `${OFFICE}.22`, mac: "02:0a:14:01:00:16", hostname: "ws-ben" },
  { name: "cora", net: "office", address: `${OFFICE}.23`, mac: "02:0a:14:01:00:17", hostname: "ws-cora" },
  { name: "printer", net: "office", address: `${OFFICE}.40`, mac: "02:0a:14:01:00:28", hostname: "printer-2f" },
  { name: "names", net: "servers", address: `${SERVERS}.10`, mac: "02:0a:14:02:00:0a", hostname: "srv-names" },
  { name: "intranet", net: "servers", address: `${SERVERS}.20`, mac: "02:0a:14:02:00:14", hostname: "srv-intranet" },
  { name: "files", net: "servers", address: `${SERVERS}.30`, mac: "02:0a:14:02:00:1e", hostname: "srv-files" },
  { name: "build", net: "servers", address: `${SERVERS}.40`, mac: "02:0a:14:02:00:28", hostname: "srv-build" },
  {
    name: "outside",
    net: "outside",
    address: "198.51.100.10",
    mac: "02:c6:33:64:00:0a",
    more: ["198.51.100.20", "198.51.100.30", "203.0.113.66", "203.0.113.80"],
  },
];
const GATEWAYS = { office: `${OFFICE}.1`, servers: `${SERVERS}.1`, outside: "198.51.100.1" };

export class Network {
  #prefix;
  #children = new Set();
  constructor(prefix = `wd${process.pid}`) {
    this.#prefix = prefix;
  }

  space(name) {
    return `${this.#prefix}-${name}`;
  }

  up() {
    this.#ip("netns", "add", this.space("router"));
    this.#inside("router", "sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1");
    this.#ip("-n", this.space("router"), "link", "set", "lo", "up");
    for (const [net, gateway] of Object.entries(GATEWAYS)) {
      const bridge = `br-${net}`;
      this.#ip("-n", this.space("router"), "link", "add", bridge, "type", "bridge", "mcast_snooping", "0");
      this.#ip("-n", this.space("router"), "addr", "add", `${gateway}/24`, "dev", bridge);
      this.#ip("-n", this.space("router"), "link", "set", bridge, "up");
    }
    this.#ip("-n", this.space("router"), "route", "add", "203.0.113.0/24", "dev", "br-outside");
    for (const machine of MACHINES) this.#machine(machine);
  }

  #machine({ name, net, address, mac, more = [] }) {
    const space = this.space(name);
    const router = this.space("router");
    this.#ip("netns", "add", space);
    this.#inside(name, "sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1");
    this.#ip("-n", space, "link", "add", "eth0", "address", mac, "type", "veth", "peer", "name", `p-${name}`, "netns", router);
    // Packets as they would be on a wire, not the large ones that the kernel hands to itself.
    this.#ip("-n", space, "link", "set", "eth0", "gso_max_segs", "1", "up");
    this.#ip("-n", space, "link", "set", "lo", "up");
    for (const own of [address, ...more]) this.#ip("-n", space, "addr", "add", `${own}/${own === address ? 24 : 32}`, "dev", "eth0");
    this.#ip("-n", space, "route", "add", "default", "via", GATEWAYS[net], "dev", "eth0");
    this.#ip("-n", router, "link", "set", `p-${name}`, "master", `br-${net}`, "gso_max_segs", "1", "up");
  }

  /** Starts a program in a machine; it is ended by `down`. */
  start(machine, command, args, options = {}) {
    const child = spawn("ip", ["netns", "exec", this.space(machine), command, ...args], { stdio: "ignore", ...options });
    this.#children.add(child);
    child.on("close", () => this.#children.delete(child));
    return child;
  }

  /** Runs a program in a machine to its end. */
  async run(machine, command, args) {
    const child = this.start(machine, command, args);
    await once(child, "close");
  }

  /** Records what enters the router from each machine, so that each packet is recorded once; resolves to a function that stops and returns the files. */
  async record(dir, name) {
    const files = [];
    const dumps = MACHINES.map((machine) => {
      const file = join(dir, `${name}-${machine.name}.pcap`);
      files.push(file);
      return this.start("router", "tcpdump", ["-i", `p-${machine.name}`, "-Q", "in", "--immediate-mode", "-U", "-w", file, "-Z", "root", "-n", "not", "arp"]);
    });
    await sleep(1_500);
    return async () => {
      await sleep(500);
      const ends = dumps.map((dump) => once(dump, "close"));
      for (const dump of dumps) dump.kill("SIGINT");
      await Promise.all(ends);
      return files;
    };
  }

  async down() {
    const ends = [...this.#children].map((child) => once(child, "close"));
    for (const child of this.#children) child.kill("SIGTERM");
    await Promise.race([Promise.all(ends), sleep(3_000)]);
    for (const child of this.#children) child.kill("SIGKILL");
    for (const name of ["router", ...MACHINES.map((machine) => machine.name)]) {
      try {
        this.#ip("netns", "del", this.space(name));
      } catch {
        // was not made
      }
    }
  }

  #ip(...args) {
    execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
  }
  #inside(name, ...command) {
    execFileSync("ip", ["netns", "exec", this.space(name), ...command], { stdio: ["ignore", "ignore", "pipe"] });
  }
}
