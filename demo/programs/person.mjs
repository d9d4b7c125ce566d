// One machine's steps in a scene: each step looks its names up at the name server and then starts curl or ssh, as a person's programs would.
// Usage: person.mjs STEPS.json, a list of {at (s), do: "get"|"put"|"names"|"ssh"|"connect"|"tunnel"|"beacon", ...}
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import dns from "node:dns/promises";
import { readFileSync } from "node:fs";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const { server, steps } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const resolver = new dns.Resolver({ timeout: 800, tries: 1 });
resolver.setServers([server]);

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "ignore" });
    const limit = setTimeout(() => child.kill("SIGKILL"), 20_000);
    child.on("close", () => {
      clearTimeout(limit);
      resolve();
    });
  });
}

async function curl(url, args) {
  const { hostname, protocol, port } = new URL(url);
  const more = [];
  if (!net.isIP(hostname)) {
    const [address] = await resolver.resolve4(hostname).catch(() => []);
    await resolver.resolve6(hostname).catch(() => undefined);
    if (address === undefined) return;
    more.push("--resolve", `${hostname}:${port || (protocol === "https:" ? 443 : 80)}:${address}`);
  }
  await run("curl", ["-s", "-k", "-o", "/dev/null", "--max-time", "10", ...more, ...args, url]);
}

const DO = {
  get: ({ url, agent, args = [] }) => curl(url, ["-A", agent, ...args]),
  put: ({ url, agent, file }) => curl(url, ["-A", agent, "-T", file]),
  async names({ names }) {
    for (const name of names) await resolver.resolve4(name).catch(() => undefined);
  },
  ssh: ({ to, key }) =>
    run("ssh", [
      "-i",
      key,
      "-F",
      "none",
      "-o",
      "BatchMode=yes",
      "-o",
      "IdentitiesOnly=yes",
      "-o",
      "StrictHostKeyChecking=no",
      "-o",
      "UserKnownHostsFile=/dev/null",
      `root@${to}`,
      "true",
    ]),
  async connect({ hosts, ports, pause }) {
    for (const host of hosts) {
      for (const port of ports) {
        const socket = net.connect({ host, port });
        socket.on("error", () => undefined);
        socket.on("connect", () => socket.destroy());
        setTimeout(() => socket.destroy(), 400);
        await sleep(pause);
      }
    }
  },
  async tunnel({ domain, count }) {
    for (let i = 0; i < count; i++) {
      const part = () => randomBytes(20).toString("hex");
      await resolver.resolveTxt(`${part()}.${part()}.${i}.${domain}`).catch(() => undefined);
      await sleep(60);
    }
  },
  async beacon({ url, agent, every, seconds }) {
    const end = Date.now() + seconds * 1_000;
    for (let next = Date.now(); next < end; ) {
      await curl(url, ["-A", agent, "-d", `id=7f3a&s=${Math.floor(Math.random() * 10)}`]);
      next += every * 1_000 * (0.95 + Math.random() * 0.1);
      await sleep(Math.max(0, next - Date.now()));
    }
  },
};

const start = Date.now();
for (const step of steps) {
  await sleep(Math.max(0, start + step.at * 1_000 - Date.now()));
  await DO[step.do](step);
}
process.exit(0);
