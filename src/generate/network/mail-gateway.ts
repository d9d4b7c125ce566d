import type { Emitted } from "../emitted.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import type { World } from "../world/types.ts";
import { HostBook } from "./hosts.ts";
import { ask, NameCache } from "./names.ts";
import { Wire } from "./wire.ts";

/** What the head of a message tells of its last hop. */
const HOP = /^Received: from (\S+) \(\S+ \[([\d.]+)\]\)\r\n([\s\S]*?)for <([^>]*)>/m;
const SENDER = /^Return-Path: <([^>]*)>/m;
const HOUR = 3_600;

/**
 * The mail gateway as the network's sensor meets it: one connection to port 25 for every message that comes in or goes out, with what is looked up
 * beside. The text of the messages is hidden by TLS, as it is nearly everywhere. Messages between own people do not pass.
 */
export class MailGateway {
  readonly #world: World;
  readonly #draw: Draw;
  readonly #hosts: HostBook;
  readonly #cache = new NameCache(5_000);
  readonly #inside: string;
  readonly #resolver: string;
  readonly #exchangers = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    this.#draw = world.draw.fork("mail-gateway");
    this.#hosts = new HostBook(this.#draw, world.calendar.start);
    this.#inside = world.servers.find((s) => s.role === "mail-gateway")?.ip ?? world.organisation.publicAddresses.mail;
    this.#resolver = world.servers.find((s) => s.role === "domain-controller")?.ip ?? "";
    for (const partner of world.partners) this.#exchangers.set(partner.domain, partner.mailServers[0]?.ip ?? "");
  }

  /** The same source, with its messages on the wire too. */
  watching(source: LifeSource): LifeSource {
    return {
      name: source.name,
      play: (from, to, day, out) =>
        source.play(from, to, day, {
          zeek: (record) => out.zeek(record),
          emit: (item) => {
            if ("bytes" in item && item.file.endsWith(".eml")) this.#pass(item, out);
            out.emit(item);
          },
        }),
    };
  }

  #pass(item: Extract<Emitted, { bytes: Buffer }>, out: LifeOutput): void {
    const head = item.bytes.toString("latin1", 0, 2_048);
    const [, helo = "", ip = "", middle = "", recipient = ""] = HOP.exec(head) ?? [];
    if (ip === "") return;
    const wire = new Wire(this.#draw.fork(item.file), out);
    const size = item.bytes.length;
    if (middle.includes("using TLS")) this.#comesIn(wire, item.time, helo, ip, SENDER.exec(head)?.[1] ?? "", size);
    else this.#goesOut(wire, item.time, recipient.slice(recipient.indexOf("@") + 1).toLowerCase(), size);
  }

  #comesIn(wire: Wire, taken: number, helo: string, ip: string, sender: string, size: number): void {
    const { draw } = wire;
    const seconds = Math.min(60, draw.lognormal(1.6, 0.8) + size / 400_000);
    const time = taken - seconds * 800;
    const link = wire.flow({
      time,
      src: ip,
      dst: this.#world.organisation.publicAddresses.mail,
      port: 25,
      service: "smtp,ssl",
      seconds,
      out: size * 1.02 + draw.int(900, 1_400),
      in: draw.int(4_200, 5_400),
      state: draw.chance(0.97) ? "SF" : "RSTO",
    });
    wire.on("smtp", link, 0.1, {
      trans_depth: 1,
      helo,
      last_reply: "220 2.0.0 Ready to start TLS",
      path: [this.#world.organisation.publicAddresses.mail, ip],
      tls: true,
      is_webmail: false,
    });
    this.#look(wire, time + 60, `${ip.split(".").reverse().join(".")}.in-addr.arpa`, "PTR", [helo]);
    const domain = sender.slice(sender.indexOf("@") + 1);
    if (domain !== "") this.#look(wire, time + 300, domain, "TXT", [`v=spf1 ip4:${ip} -all`]);
    if (domain !== "") this.#look(wire, time + 420, `_dmarc.${domain}`, "TXT", ["v=DMARC1; p=none"]);
  }

  #goesOut(wire: Wire, time: number, domain: string, size: number): void {
    const { draw } = wire;
    const { organisation } = this.#world;
    if (domain === "" || [...organisation.domains, organisation.tenantDomain].some((own) => domain === own || domain.endsWith(`.${own}`))) return;
    const host = this.#hosts.host(`mx.${domain}`);
    const ip = this.#exchangers.get(domain) || host.ips[0] || "";
    this.#look(wire, time + 200, domain, "MX", [host.name]);
    const seconds = Math.min(90, draw.lognormal(2.2, 0.8) + size / 400_000);
    const link = wire.flow({
      time: time + draw.between(400, 3_000),
      src: this.#inside,
      dst: ip,
      port: 25,
      service: "smtp,ssl",
      seconds,
      out: size * 1.02 + draw.int(900, 1_400),
      in: draw.int(4_000, 6_500),
    });
    wire.on("smtp", link, 0.1, {
      trans_depth: 1,
      helo: `mx1.${organisation.domain}`,
      last_reply: "220 2.0.0 Ready to start TLS",
      path: [ip, this.#inside],
      tls: true,
      is_webmail: false,
    });
  }

  #look(wire: Wire, time: number, query: string, type: "PTR" | "TXT" | "MX", answers: readonly string[]): void {
    if (this.#cache.has(`${type}/${query}`, time, HOUR)) return;
    ask(wire, { time, src: this.#inside, server: this.#resolver, query, type, answers, ttl: HOUR, seconds: wire.draw.lognormal(0.02, 0.8) });
  }
}
