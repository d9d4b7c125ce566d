// Installs the system packages that the whole suite needs; run by `npm test` when WONTED_SYSTEM=1, as root on Debian. Installs only what is missing.
// Usage: node scripts/system-packages.mjs [--list]
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { backportsStanza, parseDeb822, parseOneLine } from "./run/apt.mjs";

/** @typedef {{ name: string, probe: string[], version: RegExp, why: string, fromBackports?: boolean }} SystemPackage */

/** The probe must print a version that matches: a program that starts is worth more than a package database that says so. @type {SystemPackage[]} */
export const SYSTEM_PACKAGES = [
  { name: "suricata", probe: ["suricata", "-V"], version: /Suricata version 7\./, why: "pcap in, demo capture", fromBackports: true },
  { name: "chromium", probe: ["chromium", "--version"], version: /Chromium \d+/, why: "screens" },
  { name: "nftables", probe: ["nft", "--version"], version: /nftables v1\./, why: "blocking" },
  { name: "iproute2", probe: ["ip", "-V"], version: /iproute2/, why: "network namespaces" },
  { name: "util-linux", probe: ["unshare", "--version"], version: /util-linux 2\./, why: "the suite with no route out" },
  { name: "tcpdump", probe: ["tcpdump", "--version"], version: /tcpdump version 4\./, why: "captures" },
  { name: "tshark", probe: ["tshark", "--version"], version: /TShark.* [34]\./, why: "a second opinion on captures" },
  { name: "wireshark-common", probe: ["editcap", "--version"], version: /Editcap.* [34]\./, why: "cutting and merging captures" },
  { name: "openssh-client", probe: ["ssh", "-V"], version: /OpenSSH_/, why: "a capture of real programs" },
  { name: "openssh-server", probe: ["sshd", "-V"], version: /OpenSSH_/, why: "a capture of real programs" },
  { name: "curl", probe: ["curl", "--version"], version: /^curl \d/, why: "a capture of real programs" },
  { name: "openssl", probe: ["openssl", "version"], version: /^OpenSSL/, why: "a capture of real programs" },
  { name: "dovecot-imapd", probe: ["dovecot", "--version"], version: /^2\.[3-9]/, why: "a mail server to read mailboxes from" },
];

/** @param {SystemPackage} wanted */
function stands(wanted) {
  const [command = "", ...args] = wanted.probe;
  const done = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` } });
  return done.error === undefined && wanted.version.test(`${done.stdout}${done.stderr}`);
}

/** @returns {import("./run/apt.mjs").Stanza[]} */
function machineSources() {
  const folder = "/etc/apt/sources.list.d";
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  return ["/etc/apt/sources.list", ...files]
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const text = readFileSync(file, "utf8");
      if (file.endsWith(".sources")) return parseDeb822(text);
      return file.endsWith(".list") ? parseOneLine(text) : [];
    });
}

/** @param {string[]} args */
function apt(args) {
  const done = spawnSync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", ...args], {
    stdio: ["ignore", 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return done.status ?? 1;
}

const POLICY = "/usr/sbin/policy-rc.d";

/**
 * Installs, and starts none of the services that come with it: a machine that runs our suite must not answer on port 22 or 143 for it. They are started
 * by tests, in namespaces of their own.
 * @param {string[]} args
 */
function install(args) {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return apt(["install", "-y", "--no-install-recommends", ...args]);
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}

/** @param {string} name */
function candidateMajor(name) {
  const done = spawnSync("apt-cache", ["policy", name], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  return Number.parseInt(/Candidate: (?:\d+:)?(\d+)\./.exec(done.stdout)?.[1] ?? "0", 10);
}

/** @param {(line: string) => void} say */
function addBackports(say) {
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1]?.replaceAll('"', "") ?? "";
  const stanza = backportsStanza(machineSources(), codename);
  if ("problem" in stanza) {
    say(stanza.problem);
    return undefined;
  }
  if ("text" in stanza) {
    // Backports have priority 100: the list alone changes no installed package.
    writeFileSync("/etc/apt/sources.list.d/wonted-backports.sources", stanza.text);
    if (apt(["update"]) !== 0) return undefined;
  }
  return `${codename}-backports`;
}

/**
 * Installs what does not stand yet.
 * @param {(line: string) => void} [say]
 * @returns {string[]} names of what still does not stand
 */
export function installSystemPackages(say = (line) => process.stderr.write(`${line}\n`)) {
  const missing = SYSTEM_PACKAGES.filter((wanted) => !stands(wanted));
  if (missing.length === 0) return [];
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    say(`system-packages: cannot install ${missing.map((wanted) => wanted.name).join(", ")}: this needs root and apt`);
    return missing.map((wanted) => wanted.name);
  }
  say(`system-packages: installing ${missing.map((wanted) => wanted.name).join(", ")}`);
  // A stale list is no reason to stop: what is wanted may be in it.
  apt(["update"]);
  const plain = missing.filter((wanted) => wanted.fromBackports !== true).map((wanted) => wanted.name);
  if (plain.length > 0) install(plain);
  for (const wanted of missing.filter((each) => each.fromBackports === true)) {
    const from = candidateMajor(wanted.name) >= 7 ? [] : ["-t", addBackports(say) ?? ""];
    if (!from.includes("")) install([...from, wanted.name]);
  }
  return missing.filter((wanted) => !stands(wanted)).map((wanted) => wanted.name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--list")) {
    for (const wanted of SYSTEM_PACKAGES) process.stdout.write(`${stands(wanted) ? "stands " : "missing"}  ${wanted.name}  (${wanted.why})\n`);
  } else {
    const left = installSystemPackages();
    if (left.length > 0) {
      process.stderr.write(`system-packages-missing: ${left.join(", ")}\n`);
      process.exitCode = 1;
    }
  }
}
