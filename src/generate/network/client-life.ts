import { DAY, MINUTE } from "../../base/time.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import type { Device, Person } from "../world/types.ts";
import { Background } from "./background.ts";
import { Browsing } from "./browse.ts";
import { Directory } from "./directory.ts";
import { NameCache } from "./names.ts";
import { type Scene, type Sitting, sittingOf } from "./scene.ts";
import { CertificateLog, talkPlain, talkTls } from "./secure.ts";
import { Shares } from "./shares.ts";
import { Wire } from "./wire.ts";

interface Client {
  device: Device;
  person: Person;
  cache: NameCache;
  background: Background;
  browsing: Browsing;
  sitting: Sitting | undefined;
  /** ms: its next reading of the domain's policies. */
  policies: number;
}

/** Everything that people's machines do on the network: start-up, programs of their own, browsing, shares, printing, SaaS, the intranet. */
export class ClientLife implements LifeSource {
  readonly name = "clients";
  readonly #scene: Scene;
  readonly #draw: Draw;
  readonly #directory: Directory;
  readonly #shares: Shares;
  readonly #certificates = new CertificateLog();
  readonly #clients: Client[] = [];
  #day = -1;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#draw = scene.world.draw.fork("clients");
    this.#directory = new Directory(scene);
    this.#shares = new Shares(scene, this.#directory);
    for (const device of scene.world.clients) {
      const person = device.owner === undefined ? undefined : scene.people.get(device.owner);
      if (person === undefined) continue;
      const background = new Background(scene, device, this.#draw.fork(`apps/${device.id}`), this.#certificates);
      this.#clients.push({
        device,
        person,
        cache: new NameCache(600),
        background,
        browsing: new Browsing(scene, { person, device }, this.#certificates),
        sitting: undefined,
        policies: 0,
      });
    }
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    const fresh = day !== this.#day;
    this.#day = day;
    for (const client of this.#clients) {
      if (fresh) client.sitting = sittingOf(this.#scene, client.device, day);
      const { sitting } = client;
      if (sitting === undefined || sitting.on >= to || sitting.off <= from) continue;
      const draw = this.#draw.fork(`${client.device.id}/${from}`);
      this.#hour(new Wire(draw, out), client, sitting, Math.max(from, sitting.on), Math.min(to, sitting.off), draw);
    }
  }

  #hour(wire: Wire, client: Client, sitting: Sitting, from: number, to: number, draw: Draw): void {
    const { device, person, cache } = client;
    const domain = device.os.family === "windows";
    if (!sitting.since && sitting.on >= from && sitting.on < to) {
      cache.clear();
      if (sitting.place === "office" && device.dhcp) this.#lease(wire, sitting, from);
      if (domain) this.#directory.startUp(wire, from, sitting.src, device, person);
      client.policies = from + draw.between(60, 120) * MINUTE;
    } else if (sitting.since && sitting.awake >= from && sitting.awake < to && domain)
      this.#directory.logOn(wire, sitting.awake, sitting.src, person.account, draw.chance(0.08) ? 1 : 0);
    if (domain)
      while (client.policies < to) {
        if (client.policies >= from) this.#directory.policies(wire, client.policies, sitting.src, this.#directory.controller(wire));
        client.policies = Math.max(from, client.policies) + draw.between(90, 120) * MINUTE;
      }
    if (sitting.internet) client.background.play(wire, sitting, cache, from, to);
    client.browsing.play(wire, sitting, cache, from, to, this.#draw);
    if (device.role === "phone" || sitting.awake === 0) return;
    this.#shares.play(wire, sitting, from, to);
    this.#inside(wire, client, sitting, from, to);
    if (sitting.internet) this.#services(wire, client, sitting, from, to);
  }

  #lease(wire: Wire, sitting: Sitting, time: number): void {
    const { draw } = wire;
    const { device } = sitting;
    const server = this.#scene.server("domain-controller");
    const link = wire.flow({
      time: time - draw.between(50, 900),
      src: sitting.src,
      dst: server.ip,
      port: 67,
      srcPort: 68,
      proto: "udp",
      service: "dhcp",
      seconds: draw.between(0.001, 1.2),
      out: 300 * draw.int(1, 2),
      in: 300,
    });
    wire.bare("dhcp", link.time + 2, {
      uids: [link.uid],
      client_addr: sitting.src,
      server_addr: server.ip,
      mac: device.mac,
      host_name: device.hostname,
      client_fqdn: device.os.family === "windows" ? `${device.hostname}.${this.#scene.world.organisation.adDomain}` : undefined,
      domain: this.#scene.world.organisation.adDomain,
      requested_addr: sitting.src,
      assigned_addr: sitting.src,
      lease_time: (8 * DAY) / 1_000,
      msg_types: draw.chance(0.7) ? ["REQUEST", "ACK"] : ["DISCOVER", "OFFER", "REQUEST", "ACK"],
      duration: draw.between(0.001, 0.3),
    });
  }

  /** The intranet and the business system. */
  #inside(wire: Wire, client: Client, sitting: Sitting, from: number, to: number): void {
    const { draw } = wire;
    const { organisation } = this.#scene.world;
    const begin = Math.max(from, sitting.awake);
    const end = Math.min(to, sitting.asleep);
    if (begin >= end) return;
    const hours = (end - begin) / 3_600_000;
    const intranet = this.#scene.server("intranet");
    for (let i = draw.poisson(0.5 * hours); i > 0; i--) {
      const time = draw.between(begin, end);
      const name = `intranet.${organisation.adDomain}`;
      if (!client.cache.has(name, time, 600)) this.#scene.resolvers.resolveInside(wire, time - 30, sitting.src, name, intranet.ip);
      const host = this.#scene.web.hosts.host(name, organisation.country);
      talkTls(wire, {
        time,
        src: sitting.src,
        ip: intranet.ip,
        host,
        device: client.device,
        stack: "browser",
        day: sitting.day,
        certificates: this.#certificates,
        seconds: draw.lognormal(12, 1.2),
        out: draw.lognormal(3_000, 0.7),
        in: draw.lognormal(70_000, 1.2),
      });
    }
    const busy = ["Finance", "Purchasing", "Operations", "Sales"].includes(sitting.person.department);
    const erp = this.#scene.server("database");
    for (let i = draw.poisson((busy ? 1.1 : 0.08) * hours); i > 0; i--) {
      const time = draw.between(begin, end);
      if (draw.chance(0.4))
        this.#directory.ticket(wire, time - 20, sitting.src, sitting.person.account, `MSSQLSvc/${erp.hostname.toLowerCase()}.${organisation.adDomain}:1433`);
      wire.flow({
        time,
        src: sitting.src,
        dst: erp.ip,
        port: 1_433,
        service: draw.chance(0.5) ? "gssapi,krb" : undefined,
        seconds: draw.lognormal(300, 1.3),
        out: draw.lognormal(9_000, 1),
        in: draw.lognormal(60_000, 1.5),
      } as Parameters<Wire["flow"]>[0]);
    }
  }

  /** Providers that the person's work is kept at, and the office in the cloud. */
  #services(wire: Wire, client: Client, sitting: Sitting, from: number, to: number): void {
    const { draw } = wire;
    const { saas, organisation } = this.#scene.world;
    const begin = Math.max(from, sitting.awake);
    const end = Math.min(to, sitting.asleep);
    if (begin >= end) return;
    const hours = (end - begin) / 3_600_000;
    const reach = (name: string, time: number, seconds: number, sent: number, got: number): void => {
      const host = this.#scene.web.hosts.host(name);
      const known = client.cache.has(host.name, time, Math.min(host.ttl, 300));
      const { ip, at } = known ? { ip: host.ips[0] ?? "", at: time } : this.#scene.resolvers.resolve(wire, time, sitting.src, host, false);
      talkTls(wire, {
        time: at,
        src: sitting.src,
        ip,
        host,
        device: client.device,
        stack: "browser",
        day: sitting.day,
        certificates: this.#certificates,
        resumed: known,
        seconds,
        out: sent,
        in: got,
      });
    };
    for (const provider of saas) {
      if (!provider.users.includes(sitting.person.id)) continue;
      for (let i = draw.poisson(0.16 * hours); i > 0; i--) {
        const time = draw.between(begin, end);
        for (const part of ["app", "api", "static"])
          reach(`${part}.${provider.domain}`, time + draw.between(0, 2_500), draw.lognormal(25, 1.4), draw.lognormal(4_500, 1), draw.lognormal(22_000, 1.3));
      }
    }
    const tenant = organisation.tenantDomain.split(".")[0] ?? "";
    for (let i = draw.poisson(0.9 * sitting.person.activity.files * hours); i > 0; i--) {
      const up = draw.chance(0.3);
      const size = Math.min(2e9, draw.lognormal(120_000, 1.7));
      reach(`${tenant}.sharepoint.com`, draw.between(begin, end), draw.lognormal(20, 1.3), up ? size : draw.lognormal(5_000, 0.8), up ? 9_000 : size);
    }
    // Calls: one stream each way for as long as the meeting lasts.
    if (draw.chance(0.28 * hours)) {
      const seconds = draw.pick([600, 1_500, 1_800, 3_000, 3_600]) * draw.between(0.8, 1.1);
      const relay = this.#scene.web.hosts.host("worldaz.tr.teams.microsoft.com");
      const start = draw.between(begin, end);
      wire.flow({
        time: start,
        src: sitting.src,
        dst: relay.ips[0] ?? "",
        port: 3_478 + draw.int(0, 3),
        srcPort: draw.int(50_000, 50_059),
        proto: "udp",
        service: draw.chance(0.5) ? "stun" : undefined,
        seconds,
        out: seconds * draw.lognormal(60_000, 0.7),
        in: seconds * draw.lognormal(110_000, 0.7),
      } as Parameters<Wire["flow"]>[0]);
    }
    if (draw.chance(0.02 * hours)) {
      const host = this.#scene.web.hosts.host(`downloads.${this.#scene.web.site(draw.int(10, 400)).main.name.replace(/^www\./, "")}`);
      const found = this.#scene.resolvers.resolve(wire, draw.between(begin, end), sitting.src, host, false);
      const big = Math.min(4e9, draw.pareto(3_000_000, 0.8));
      talkPlain(wire, {
        time: found.at,
        src: sitting.src,
        ip: found.ip,
        host: host.name,
        uri: `/setup/${draw.token(6)}.exe`,
        agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Downloader/2.1",
        answer: Math.round(big),
        mime: "application/x-dosexec",
        seconds: big / 4e6 + 0.5,
      });
    }
  }
}
