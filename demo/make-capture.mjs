// Makes demo/capture.pcap.gz: real programs talk in network namespaces of our own, tcpdump records them, editcap and mergecap lay the scenes
// on a calendar. See demo/README.md. Usage, as root: node demo/make-capture.mjs [--out FILE] [--tiny]
// Needs iproute2, tcpdump, wireshark-common, openssl, curl, openssh-client and openssh-server. Takes about eight minutes; --tiny, two scenes, half a minute.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
import { calendar } from "./calendar.mjs";
import { MACHINES, Network, SERVERS } from "./network.mjs";
import { night, odd, routine, ZONE } from "./scenes.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const tiny = process.argv.includes("--tiny");
const outAt = process.argv.indexOf("--out");
const out = outAt > 0 ? process.argv[outAt + 1] : join(here, "capture.pcap.gz");
const program = (name) => join(here, "programs", name);
const work = mkdtempSync(join(tmpdir(), "wonted-demo-"));
const network = new Network();
const VARIANTS = tiny ? { routine: 1, night: 1 } : { routine: 8, night: 4 };

function sh(command, ...args) {
  execFileSync(command, args, { cwd: work, stdio: ["ignore", "ignore", "pipe"] });
}

/** A certificate authority and certificates whose validity began long before the calendar. */
function makeCertificates() {
  const dir = join(work, "certs");
  mkdirSync(dir);
  writeFileSync(join(dir, "index.txt"), "");
  const config = join(dir, "ca.cnf");
  const section = `[ca]\ndefault_ca=d\n[d]\ndatabase=${dir}/index.txt\nnew_certs_dir=${dir}\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nunique_subject=no\ncopy_extensions=copy\n[p]\ncommonName=supplied\norganizationName=optional\n`;
  writeFileSync(config, section);
  const ec = (file) => sh("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", join(dir, file));
  ec("ca.key");
  sh(
    "openssl",
    "req",
    "-x509",
    "-new",
    "-key",
    join(dir, "ca.key"),
    "-subj",
    "/O=Vertrauenswerk/CN=Vertrauenswerk R1",
    "-days",
    "3650",
    "-out",
    join(dir, "ca.pem"),
  );
  for (const name of ["default", ...Object.keys(ZONE.names).filter((each) => !each.endsWith("lindenhof.example"))]) {
    const subject = name === "default" ? "default.example" : name;
    ec(`${name}.key`);
    sh(
      "openssl",
      "req",
      "-new",
      "-key",
      join(dir, `${name}.key`),
      "-subj",
      `/CN=${subject}`,
      "-addext",
      `subjectAltName=DNS:${subject}`,
      "-out",
      join(dir, "r.csr"),
    );
    const dates = ["-startdate", "20260301000000Z", "-enddate", "20270401000000Z"];
    sh(
      "openssl",
      "ca",
      "-batch",
      "-config",
      config,
      "-cert",
      join(dir, "ca.pem"),
      "-keyfile",
      join(dir, "ca.key"),
      "-in",
      join(dir, "r.csr"),
      "-out",
      join(dir, `${name}.pem`),
      "-notext",
      ...dates,
    );
  }
  return dir;
}

function makeSsh() {
  for (const name of ["host", "user", "wrong"]) sh("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "demo", "-f", join(work, name));
  const file = join(work, "sshd.cnf");
  const lines = [
    `HostKey ${work}/host`,
    `AuthorizedKeysFile ${work}/user.pub`,
    "StrictModes no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
  ];
  lines.push("PermitRootLogin yes", "UsePAM no", "PidFile none", "MaxStartups 50", "ForceCommand seq 1 200");
  writeFileSync(file, `${lines.join("\n")}\n`);
  mkdirSync("/run/sshd", { recursive: true });
  chmodSync(work, 0o755);
  return file;
}

function startServers(certs, sshd) {
  const zone = join(work, "zone.json");
  writeFileSync(zone, JSON.stringify(ZONE));
  const node = process.execPath;
  network.start("names", node, [program("dns-server.mjs"), `${SERVERS}.10`, zone]);
  network.start("names", node, [program("dhcp.mjs"), "serve", `${SERVERS}.10`]);
  network.start("intranet", node, [program("web-server.mjs"), certs, `${SERVERS}.20:80:http`]);
  network.start("files", node, [program("web-server.mjs"), certs, `${SERVERS}.30:80:http`]);
  network.start("printer", node, [program("web-server.mjs"), certs, "10.20.1.40:631:http"]);
  const outside = ["198.51.100.10:443:tls1.2", "198.51.100.10:80:http", "198.51.100.20:443:tls1.3", "198.51.100.30:80:http"];
  network.start("outside", node, [program("web-server.mjs"), certs, ...outside, "203.0.113.66:80:http", "203.0.113.80:80:http"]);
  for (const machine of ["intranet", "files", "build"]) network.start(machine, "/usr/sbin/sshd", ["-D", "-f", sshd]);
}

/** Plays one scene, records it and leaves one capture in time order. */
async function play(name, steps) {
  const stop = await network.record(work, name);
  await Promise.all(
    Object.entries(steps).map(async ([machine, list]) => {
      if (list.length === 0) return;
      const file = join(work, `${name}-${machine}.json`);
      writeFileSync(file, JSON.stringify({ server: `${SERVERS}.10`, steps: list }));
      await network.run(machine, process.execPath, [program("person.mjs"), file]);
    }),
  );
  return finish(name, await stop());
}

async function morning() {
  const stop = await network.record(work, "morning");
  for (const { name, net, address, mac, hostname } of MACHINES) {
    if (net !== "office") continue;
    await network.run(name, process.execPath, [program("dhcp.mjs"), "renew", `${SERVERS}.10`, address, mac, hostname]);
  }
  return finish("morning", await stop());
}

function finish(name, files) {
  const merged = join(work, `${name}.pcap`);
  sh("mergecap", "-F", "pcap", "-w", merged, ...files);
  process.stderr.write(`${name}: ${statSync(merged).size} bytes\n`);
  return merged;
}

function firstTime(pcap) {
  const head = readFileSync(pcap);
  return head.length < 32 ? undefined : head.readUInt32LE(24) + head.readUInt32LE(28) / 1e6;
}

function lay(scenes) {
  const all = calendar(VARIANTS);
  const placed = tiny ? [...scenes.keys()].map((scene) => all.find((each) => each.scene === scene)) : all;
  const parts = placed.map(({ scene, at }, index) => {
    const source = scenes.get(scene);
    const first = firstTime(source);
    if (first === undefined) throw new Error(`scene ${scene} recorded nothing`);
    const part = join(work, `part-${index}.pcap`);
    sh("editcap", "-F", "pcap", "-t", (at - first).toFixed(6), source, part);
    return part;
  });
  // mergecap holds one file handle a part.
  const whole = join(work, "whole.pcap");
  sh("mergecap", "-F", "pcap", "-w", whole, ...parts);
  return readFileSync(whole);
}

try {
  if (process.getuid?.() !== 0) throw new Error("make-capture: needs root, to make network namespaces");
  const certs = makeCertificates();
  const sshd = makeSsh();
  network.up();
  startServers(certs, sshd);
  await sleep(2_000);
  const scenes = new Map();
  const key = join(work, "user");
  for (let i = 0; i < VARIANTS.routine; i++) scenes.set(`routine-${i}`, await play(`routine-${i}`, routine(i, key)));
  for (let i = 0; i < VARIANTS.night; i++) scenes.set(`night-${i}`, await play(`night-${i}`, night(i, key)));
  scenes.set("morning", await morning());
  if (!tiny) {
    const upload = join(work, "archiv.bin");
    // Large for its day, small in the repository.
    writeFileSync(upload, Buffer.alloc(3_000_000, "Lindenhof Archiv "));
    for (const [name, steps] of Object.entries(odd(key, join(work, "wrong"), upload))) scenes.set(`odd-${name}`, await play(`odd-${name}`, steps));
  }
  const bytes = lay(scenes);
  writeFileSync(out, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
  process.stderr.write(`${out}: ${bytes.length} bytes of pcap, ${statSync(out).size} compressed\n`);
} finally {
  await network.down();
  rmSync(work, { recursive: true, force: true });
}
