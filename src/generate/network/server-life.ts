import { hash32 } from "../../base/hash.ts";
import { HOUR, MINUTE } from "../../base/time.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import { addressIn } from "../world/make-names.ts";
import type { Device } from "../world/types.ts";
import { Directory } from "./directory.ts";
import type { WebHost } from "./hosts.ts";
import { ask, NameCache } from "./names.ts";
import type { Scene } from "./scene.ts";
import { CertificateLog, talkPlain, talkTls } from "./secure.ts";
import { Wire } from "./wire.ts";

interface Task {
  /** Seconds between two runs, and by how much they scatter. */
  every: number;
  jitter: number;
  /** ms. */
  next: number;
  run(wire: Wire, time: number): void;
}

/** Servers among themselves and with the outside: replication, time, updates, watching, backups, databases. Regular by nature. */
export class ServerLife implements LifeSource {
  readonly name = "servers";
  readonly #scene: Scene;
  readonly #draw: Draw;
  readonly #tasks: Task[] = [];
  readonly #certificates = new CertificateLog();
  readonly #caches = new Map<string, NameCache>();
  #day = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#draw = scene.world.draw.fork("servers");
    this.#plan();
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    this.#day = day;
    const draw = this.#draw.fork(String(from));
    const wire = new Wire(draw, out);
    for (const task of this.#tasks) {
      if (task.next === 0) task.next = from + draw.between(0, task.every) * 1_000;
      while (task.next < to) {
        if (task.next >= from) task.run(wire, task.next);
        task.next += task.every * (1 + task.jitter * (draw.next() * 2 - 1)) * 1_000;
      }
    }
    const hour = this.#scene.world.calendar.hourOf(from);
    if (Math.floor(hour) === 22) this.#backups(wire, from);
  }

  #plan(): void {
    const { things, servers } = this.#scene.world;
    const add = (every: number, jitter: number, run: Task["run"]): void => {
      this.#tasks.push({ every, jitter, next: 0, run });
    };
    const directory = new Directory(this.#scene);
    const controllers = this.#scene.servers("domain-controller");
    const [first, second] = controllers;
    if (first !== undefined && second !== undefined) {
      add(900, 0.2, (wire, time) => {
        directory.ticket(wire, time - 30, first.ip, `${first.hostname}$`, `ldap/${second.hostname.toLowerCase()}.${this.#scene.world.organisation.adDomain}`);
        directory.pipes(wire, time, first.ip, second, ["drsuapi", "DRSBind", "DRSReplicaSync", "DRSGetNCChanges"]);
      });
      add(1_024, 0.01, (wire, time) => this.#clock(wire, time, first.ip, `ntp${1 + (hash32(first.id) % 3)}.timewell.org`));
    }
    const monitor = this.#scene.server("monitoring");
    for (const target of [...servers, ...things.filter((t) => t.role === "printer" || t.role === "switch" || t.role === "recorder")]) {
      if (target === monitor) continue;
      add(300, 0.02, (wire, time) => {
        if (!this.#down(target, time)) wire.ping(time, monitor.ip, target.ip);
        else wire.ping(time, monitor.ip, target.ip, false);
      });
      const service = target.services[hash32(target.id) % Math.max(1, target.services.length)];
      if (service !== undefined)
        add(target.role === "switch" || target.role === "printer" ? 600 : 300, 0.02, (wire, time) => this.#check(wire, time, monitor, target, service));
    }
    const hosts = servers.filter((s) => s.role !== "hypervisor" && s.role !== "vpn");
    for (const server of hosts) {
      const windows = server.os.family === "windows";
      if (windows) {
        add(5_400, 0.2, (wire, time) => directory.policies(wire, time, server.ip, directory.controller(wire)));
        add(640, 0.6, (wire, time) => this.#outside(wire, time, server, "v10.events.data.microsoft.com", 4_200, 1_100));
        add(1_700, 0.4, (wire, time) => this.#outside(wire, time, server, "settings-win.data.microsoft.com", 1_600, 4_039));
        add(20_000, 0.3, (wire, time) =>
          this.#plain(
            wire,
            time,
            server,
            "ctldl.windowsupdate.com",
            "Microsoft-CryptoAPI/10.0",
            "/msdownload/update/v3/static/trustedr/en/authrootstl.cab",
            4_700,
            "application/vnd.ms-cab-compressed",
          ),
        );
        add(75_000, 0.1, (wire, time) => this.#outside(wire, time, server, "slscr.update.microsoft.com", 3_900, 900_000));
      } else {
        const agent = server.os.name === "Ubuntu" ? "Debian APT-HTTP/1.3 (2.4.12)" : "Debian APT-HTTP/1.3 (2.6.1)";
        const name = server.os.name === "Ubuntu" ? "archive.ubuntu.com" : "deb.debian.org";
        add(43_200, 0.2, (wire, time) => this.#plain(wire, time, server, name, agent, "/dists/stable-updates/InRelease", 55_000, "text/plain"));
        add(1_024, 0.05, (wire, time) => this.#clock(wire, time, server.ip, `${hash32(server.id) % 4}.pool.timewell.org`));
      }
      add(900, 0.05, (wire, time) => this.#outside(wire, time, server, "agent.stocktally.io", 1_900, 800));
      if (server.role !== "monitoring")
        add(600, 0.4, (wire, time) =>
          wire.flow({
            time,
            src: server.ip,
            dst: monitor.ip,
            port: 514,
            srcPort: 514,
            proto: "udp",
            service: "syslog",
            seconds: wire.draw.between(0, 20),
            out: wire.draw.lognormal(700, 0.9),
            in: 0,
          }),
        );
    }
    const esx = this.#scene.servers("hypervisor");
    const jump = this.#scene.server("jump-host");
    for (const host of esx)
      add(120, 0.05, (wire, time) =>
        talkTls(wire, {
          time,
          src: jump.ip,
          ip: host.ip,
          host: this.#scene.web.hosts.host(`${host.hostname}.${this.#scene.world.organisation.adDomain}`),
          device: jump,
          stack: "java",
          day: this.#day,
          certificates: this.#certificates,
          seconds: wire.draw.lognormal(3, 0.8),
          out: wire.draw.lognormal(3_500, 0.4),
          in: wire.draw.lognormal(14_000, 0.6),
        }),
      );
    const build = this.#scene.server("build");
    for (const name of ["git.codelark.dev", "registry.codelark.dev", "pkgs.loamstack.io"])
      add(3_300, 0.8, (wire, time) => this.#outside(wire, time, build, name, 5_000, wire.draw.pareto(40_000, 0.9)));
    const erp = this.#scene.server("database");
    for (const partner of this.#scene.world.partners.filter((p) => p.kind === "customer").slice(0, 3))
      add(3_600, 0.01, (wire, time) => this.#outside(wire, time, erp, `edi.${partner.domain}`, wire.draw.lognormal(40_000, 1.2), 2_500));
    const report = addressIn(this.#draw, "IE");
    for (const server of hosts.slice(0, 4))
      add(86_400, 0.002, (wire, time) =>
        wire.flow({
          time,
          src: server.ip,
          dst: report,
          port: 443,
          service: "ssl",
          seconds: wire.draw.lognormal(2, 0.5),
          out: wire.draw.lognormal(60_000, 0.6),
          in: 4_000,
        }),
      );
  }

  /** Whether an outage of the world lies on the machine just now. */
  #down(device: Device, time: number): boolean {
    return this.#scene.world.events.some((e) => e.kind === "outage" && e.devices.includes(device.id) && e.start <= time && time < e.end);
  }

  #check(wire: Wire, time: number, monitor: Device, target: Device, service: Device["services"][number]): void {
    const { draw } = wire;
    const down = this.#down(target, time);
    if (service.proto === "udp") {
      wire.flow({
        time,
        src: monitor.ip,
        dst: target.ip,
        port: service.port,
        proto: "udp",
        service: service.service,
        seconds: draw.lognormal(0.004, 0.6),
        out: 260,
        in: down ? 0 : 310,
      });
      return;
    }
    const link = wire.flow({
      time,
      src: monitor.ip,
      dst: target.ip,
      port: service.port,
      service: service.service,
      seconds: draw.lognormal(0.02, 0.7),
      out: draw.int(80, 600),
      in: draw.int(200, 4_000),
      ...(down ? { state: "S0" as const } : {}),
    });
    if (service.service === "ssh" && !down)
      wire.on("ssh", link, 0.01, { version: 2, auth_attempts: 0, client: "SSH-2.0-check_1.4", server: "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3" });
  }

  #find(wire: Wire, time: number, server: Device, name: string): { ip: string; at: number; host: WebHost } {
    const host = this.#scene.web.hosts.host(name);
    let cache = this.#caches.get(server.id);
    if (cache === undefined) {
      cache = new NameCache(200);
      this.#caches.set(server.id, cache);
    }
    if (cache.has(name, time, host.ttl)) return { ip: host.ips[Math.floor(time / HOUR) % host.ips.length] ?? "", at: time, host };
    return { ...this.#scene.resolvers.resolve(wire, time, server.ip, host, false), host };
  }

  #outside(wire: Wire, time: number, server: Device, name: string, out: number, bytes: number): void {
    const { draw } = wire;
    const { ip, at, host } = this.#find(wire, time, server, name);
    talkTls(wire, {
      time: at,
      src: server.ip,
      ip,
      host,
      device: server,
      stack: server.os.family === "windows" ? "system" : "go",
      day: this.#day,
      certificates: this.#certificates,
      seconds: host.rtt * 4 + draw.lognormal(0.4, 1.1),
      out: draw.lognormal(out, 0.35),
      in: draw.lognormal(bytes, 0.4),
    });
  }

  #plain(wire: Wire, time: number, server: Device, name: string, agent: string, uri: string, answer: number, mime: string): void {
    const { ip, at } = this.#find(wire, time, server, name);
    talkPlain(wire, {
      time: at,
      src: server.ip,
      ip,
      host: name,
      uri,
      agent,
      answer,
      mime,
      status: wire.draw.chance(0.6) ? 200 : 304,
      seconds: wire.draw.lognormal(0.4, 1),
    });
  }

  #clock(wire: Wire, time: number, src: string, name: string): void {
    const { draw } = wire;
    const host = this.#scene.web.hosts.host(name);
    const link = wire.flow({ time, src, dst: host.ips[0] ?? "", port: 123, srcPort: 123, proto: "udp", service: "ntp", seconds: host.rtt, out: 48, in: 48 });
    wire.on("ntp", link, 0, { version: 4, mode: 3, stratum: 0, poll: 1_024, precision: 0.000_001, root_delay: 0, root_disp: 0, ref_id: "NTP", num_exts: 0 });
    wire.on("ntp", link, host.rtt, {
      version: 4,
      mode: 4,
      stratum: 2,
      poll: 1_024,
      precision: 0.000_001,
      root_delay: 0.01,
      root_disp: 0.02,
      ref_id: host.ips[0] ?? "",
      num_exts: 0,
    });
    if (draw.chance(0.05)) ask(wire, { time: time - 50, src, server: this.#scene.upstream[0] ?? "", query: name, type: "A", answers: host.ips });
  }

  /** Each night from ten: every server to the backup, one after the other; the whole on Fridays. */
  #backups(wire: Wire, from: number): void {
    const { draw } = wire;
    const backup = this.#scene.server("backup");
    const nas = this.#scene.server("nas");
    const full = this.#scene.world.calendar.weekday(this.#day) === 4;
    let time = from + draw.between(1, 4) * MINUTE;
    for (const server of this.#scene.world.servers) {
      if (server === backup || server.role === "vpn") continue;
      const size = draw.lognormal(full ? 9e9 : 6e8, 0.6) * (0.3 + (hash32(server.id) % 100) / 50);
      const seconds = size / draw.between(6e7, 1.1e8);
      wire.flow({
        time,
        src: backup.ip,
        dst: server.ip,
        port: server.os.family === "windows" ? 6_160 : 22,
        ...(server.os.family === "windows" ? {} : { service: "ssh" }),
        seconds: 20 + seconds * 0.1,
        out: 40_000,
        in: 90_000,
        state: "SF",
      });
      wire.flow({ time: time + 8_000, src: server.ip, dst: backup.ip, port: 2_500 + draw.int(0, 50), seconds, out: size, in: size / 900, state: "SF" });
      time += seconds * 1_000 * draw.between(0.5, 1) + 30_000;
    }
    wire.flow({
      time: time + 5 * MINUTE,
      src: backup.ip,
      dst: nas.ip,
      port: 2_049,
      service: "nfs",
      seconds: 2_400,
      out: draw.lognormal(4e9, 0.5),
      in: 4e6,
      state: "SF",
    } as Parameters<Wire["flow"]>[0]);
  }
}
