import { HOUR, MINUTE } from "../../base/time.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import { addressOf } from "../world/addressing.ts";
import type { Draw } from "../world/draw.ts";
import { addressIn } from "../world/make-names.ts";
import type { Device, OrgEvent, Person } from "../world/types.ts";
import { Directory } from "./directory.ts";
import { type Scene, type Sitting, sittingOf } from "./scene.ts";
import { CertificateLog, talkTls } from "./secure.ts";
import { Wire } from "./wire.ts";

/** What administrators do: sessions on servers, the weekly scan, help at the desk, roll-outs, patches, and the announced test of a hired firm. */
export class ItLife implements LifeSource {
  readonly name = "administration";
  readonly #scene: Scene;
  readonly #draw: Draw;
  readonly #directory: Directory;
  readonly #certificates = new CertificateLog();
  readonly #testers: string;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#draw = scene.world.draw.fork("administration");
    this.#directory = new Directory(scene);
    this.#testers = addressIn(this.#draw.fork("testers"), scene.world.organisation.country);
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    const { world } = this.#scene;
    for (const person of world.people) {
      if (!person.admin) continue;
      const device = world.clients.find((c) => c.owner === person.id && c.role !== "phone");
      const sitting = device === undefined ? undefined : sittingOf(this.#scene, device, day);
      if (sitting !== undefined && sitting.awake > 0) this.#administer(new Wire(this.#draw.fork(`${person.id}/${from}`), out), sitting, person, from, to);
    }
    const wire = new Wire(this.#draw.fork(`hour/${from}`), out);
    // Sundays at two: every address of the house is looked at, on the ports that matter.
    if (world.calendar.weekday(day) === 6 && Math.floor(world.calendar.hourOf(from)) === 2)
      this.#scan(wire, this.#scene.server("scanner").ip, from, day, [22, 80, 135, 139, 443, 445, 631, 3_389, 5_985, 8_080, 9_100], 2.2);
    for (const event of world.events) if (event.end > from && event.start < to) this.#event(wire, event, from, to, day);
  }

  #administer(wire: Wire, sitting: Sitting, person: Person, from: number, to: number): void {
    const { draw } = wire;
    const begin = Math.max(from, sitting.awake);
    const end = Math.min(to, sitting.asleep);
    if (begin >= end) return;
    const account = person.adminAccount ?? person.account;
    const { servers } = this.#scene.world;
    for (let i = draw.poisson((0.8 * (end - begin)) / HOUR); i > 0; i--) {
      const server = draw.weighted(servers, (s) => (s.role === "hypervisor" || s.role === "vpn" ? 0.5 : 1));
      this.#session(wire, draw.between(begin, end), sitting.src, sitting.device, account, server, draw.lognormal(700, 1.1));
    }
  }

  #session(wire: Wire, time: number, src: string, device: Device, account: string, server: Device, seconds: number): void {
    const { draw } = wire;
    const has = (port: number): boolean => server.services.some((s) => s.port === port && s.proto === "tcp");
    if (has(3_389) && draw.chance(0.75)) this.#desktop(wire, time, src, device, account, server, seconds);
    else if (has(22)) {
      const link = wire.flow({
        time,
        src,
        dst: server.ip,
        port: 22,
        service: "ssh",
        seconds,
        out: 3_000 + seconds * draw.lognormal(14, 0.8),
        in: 4_000 + seconds * draw.lognormal(60, 1),
      });
      wire.on("ssh", link, 0.3, {
        version: 2,
        auth_success: true,
        auth_attempts: draw.chance(0.9) ? 1 : 2,
        client: device.os.family === "windows" ? "SSH-2.0-OpenSSH_for_Windows_9.5" : "SSH-2.0-OpenSSH_9.6",
        server:
          server.os.name === "ESXi"
            ? "SSH-2.0-OpenSSH_9.1"
            : server.os.name === "Ubuntu"
              ? "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10"
              : "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3",
        cipher_alg: "chacha20-poly1305@openssh.com",
        mac_alg: "umac-64-etm@openssh.com",
        compression_alg: "none",
        kex_alg: "curve25519-sha256",
        host_key_alg: "ssh-ed25519",
      });
    } else if (has(5_985))
      wire.flow({
        time,
        src,
        dst: server.ip,
        port: 5_985,
        service: "http",
        seconds: Math.min(seconds, 60),
        out: draw.lognormal(16_000, 0.8),
        in: draw.lognormal(22_000, 1),
      });
    else if (has(443))
      talkTls(wire, {
        time,
        src,
        ip: server.ip,
        host: this.#scene.web.hosts.host(`${server.hostname.toLowerCase()}.${this.#scene.world.organisation.adDomain}`),
        device,
        stack: "browser",
        day: 0,
        certificates: this.#certificates,
        seconds: Math.min(seconds, 900),
        out: draw.lognormal(9_000, 0.8),
        in: draw.lognormal(120_000, 1),
      });
  }

  #desktop(wire: Wire, time: number, src: string, device: Device, account: string, server: Device, seconds: number): void {
    const { draw } = wire;
    const { adDomain } = this.#scene.world.organisation;
    this.#directory.ticket(wire, time - 40, src, account, `TERMSRV/${server.hostname.toLowerCase()}.${adDomain}`);
    const link = wire.flow({
      time,
      src,
      dst: server.ip,
      port: 3_389,
      service: "ssl,rdp",
      seconds,
      out: 12_000 + seconds * draw.lognormal(220, 0.6),
      in: 60_000 + seconds * draw.lognormal(2_400, 0.9),
    });
    wire.on("rdp", link, 0.1, { cookie: account.slice(0, 9), result: "encrypted", security_protocol: "HYBRID_EX", cert_count: 0 });
    wire.on("ssl", link, 0.2, {
      version: "TLSv12",
      cipher: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
      curve: "x25519",
      resumed: false,
      established: true,
      ssl_history: "CsxkniI",
      subject: `CN=${server.hostname.toLowerCase()}.${adDomain}`,
      issuer: `CN=${server.hostname.toLowerCase()}.${adDomain}`,
      validation_status: "self signed certificate",
      ja3: "3f2fba0262b1a22b739126dfb2fe7a7d",
      ja3s: "ae4edc6faf64d08308082ad26be60767",
    });
    void device;
  }

  /** One machine looks at every address and port of the house; most are silent. @param gap mean ms between two looks */
  #scan(wire: Wire, src: string, start: number, day: number, ports: readonly number[], gap: number): void {
    const { draw } = wire;
    const { world } = this.#scene;
    let time = start + draw.between(0, 4 * MINUTE);
    for (const target of [...world.servers, ...world.things, ...world.clients]) {
      if (target.role === "phone" || target.ip === src) continue;
      const on = target.owner === undefined || sittingOf(this.#scene, target, day)?.since === true;
      for (const port of ports) {
        time += draw.exponential(gap * 1_000);
        const service = target.services.find((s) => s.port === port && s.proto === "tcp");
        const state = service !== undefined && on ? "RSTO" : on ? "REJ" : "S0";
        wire.flow({
          time,
          src,
          dst: addressOf(target, day),
          port,
          ...(state === "RSTO" && service !== undefined ? { service: service.service } : {}),
          seconds: draw.between(0.01, 1.4),
          out: draw.int(0, 900),
          in: draw.int(40, 3_000),
          state,
        });
      }
    }
  }

  #event(wire: Wire, event: OrgEvent, from: number, to: number, day: number): void {
    const { draw } = wire;
    const { world } = this.#scene;
    const starts = event.start >= from && event.start < to;
    const clients = world.clients.filter((c) => c.role !== "phone");
    if (event.kind === "help-desk-session" && starts) {
      const [helper, helped] = event.people.map((id) => clients.find((c) => c.owner === id));
      const there = helped === undefined ? undefined : sittingOf(this.#scene, helped, day);
      const here = helper === undefined ? undefined : sittingOf(this.#scene, helper, day);
      if (there === undefined || here === undefined || helped === undefined) return;
      const admin = here.person.adminAccount ?? here.person.account;
      if (helped.os.family === "windows" && draw.chance(0.6))
        this.#desktop(wire, event.start, here.src, here.device, admin, { ...helped, ip: there.src }, (event.end - event.start) / 1_000);
      if (helped.os.family === "windows" && draw.chance(0.5)) {
        const link = this.#directory.session(
          wire,
          event.start + MINUTE,
          here.src,
          here.device,
          admin,
          { ...helped, ip: there.src },
          "C$",
          draw.between(60, 700),
          draw.lognormal(3e6, 1.5),
          90_000,
          draw.chance(0.3),
        );
        wire.on("smb_files", link, 0.4, {
          action: "SMB::FILE_OPEN",
          path: `\\\\${helped.hostname}\\C$`,
          name: `Windows\\Temp\\${draw.pick(["drvsetup.exe", "repair.msi", "printfix.zip"])}`,
          size: Math.round(draw.lognormal(2e6, 1)),
        });
      }
    }
    if (event.kind === "software-rollout" || event.kind === "patch-day") {
      // Each machine takes it at a time of its own within the event, from the house's own server.
      const source = this.#scene.server("file-server");
      const size = event.kind === "patch-day" ? 3e8 : draw.fork("size").lognormal(9e7, 0.7);
      for (const id of event.devices) {
        const fork = world.draw.fork(`take/${event.id}/${id}`);
        const time = event.start + fork.next() * (event.end - event.start);
        if (time < from || time >= to) continue;
        const device = clients.find((c) => c.id === id);
        const sitting = device === undefined ? undefined : sittingOf(this.#scene, device, day);
        if (device === undefined || sitting === undefined || time < sitting.on || time > sitting.off || device.os.family !== "windows") continue;
        const link = this.#directory.session(wire, time, sitting.src, device, `${device.hostname}$`, source, "Software$", size / 3e7, 60_000, size);
        wire.on("smb_files", link, 0.2, {
          action: "SMB::FILE_OPEN",
          path: `\\\\${source.hostname.toLowerCase()}.${world.organisation.adDomain}\\Software$`,
          name: event.kind === "patch-day" ? `Patches\\${world.calendar.date(day).slice(0, 7)}\\cumulative.msu` : `Packages\\${event.id}\\setup.msi`,
          size: Math.round(size),
        });
      }
    }
    if (event.kind === "penetration-test") {
      const hour = Math.floor((from - event.start) / HOUR);
      if (starts)
        this.#scan(
          wire,
          this.#scene.server("jump-host").ip,
          event.start,
          day,
          [21, 22, 23, 80, 135, 139, 389, 443, 445, 1_433, 3_306, 3_389, 5_900, 5_985, 8_080, 8_443],
          0.05,
        );
      const office = world.calendar.hourOf(from);
      if (hour >= 1 && office >= 9 && office < 17)
        for (let i = draw.int(3, 20); i > 0; i--) {
          const target = draw.pick(world.servers);
          const service = target.services[0];
          if (service !== undefined)
            wire.flow({
              time: draw.between(from, to),
              src: this.#scene.server("jump-host").ip,
              dst: target.ip,
              port: service.port,
              proto: service.proto,
              service: service.service,
              seconds: draw.lognormal(3, 1),
              out: draw.lognormal(900, 1),
              in: draw.lognormal(2_000, 1),
            });
        }
      for (const target of Object.values(world.organisation.publicAddresses))
        for (let i = draw.int(0, 60); i > 0; i--)
          wire.flow({
            time: draw.between(from, to),
            src: this.#testers,
            dst: target,
            port: draw.pick([25, 80, 443, 443, 8_443, 22]),
            seconds: draw.between(0.1, 4),
            out: draw.int(100, 3_000),
            in: draw.int(0, 5_000),
          });
    }
  }
}
