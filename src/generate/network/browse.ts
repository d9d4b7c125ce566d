import { MINUTE } from "../../base/time.ts";
import type { Draw } from "../world/draw.ts";
import { browserAgent } from "./agents.ts";
import type { WebHost } from "./hosts.ts";
import { CLIENT_TTL, type NameCache } from "./names.ts";
import type { Scene, Sitting } from "./scene.ts";
import { type CertificateLog, type Talk, talkPlain, talkTls } from "./secure.ts";
import type { WebSite } from "./web.ts";
import type { Wire } from "./wire.ts";

/** Sites that close an idle connection, after so many seconds. */
const IDLE = [5, 10, 15, 20, 30, 60, 60, 75, 90, 115, 120, 180, 240, 240, 240, 300, 320, 350];

/** What every connection of a visit has in common. */
type PageTalk = Pick<Talk, "time" | "src" | "ip" | "host" | "device" | "stack" | "day" | "certificates">;

interface Visit {
  time: number;
  site: WebSite;
}

/** How one person uses the web on one machine. Holds the favourites, the day's visits and which connections are open. */
export class Browsing {
  readonly #scene: Scene;
  readonly #favourites: readonly WebSite[];
  readonly #certificates: CertificateLog;
  readonly #share: number;
  #day = -1;
  #visits: Visit[] = [];
  #done = 0;
  readonly #open = new Map<string, number>();

  constructor(scene: Scene, sitting: { person: Sitting["person"]; device: Sitting["device"] }, certificates: CertificateLog) {
    this.#scene = scene;
    this.#certificates = certificates;
    this.#share = sitting.device.role === "phone" ? 0.3 : 1;
    this.#favourites = scene.web.favourites(
      sitting.person,
      scene.partnersOf(sitting.person).map((p) => p.domain),
    );
  }

  play(wire: Wire, sitting: Sitting, cache: NameCache, from: number, to: number, draw: Draw): void {
    if (sitting.awake === 0 || !sitting.internet) return;
    if (sitting.day !== this.#day) this.#plan(sitting, draw.fork(`visits/${sitting.device.id}/${sitting.day}`));
    for (; this.#done < this.#visits.length; this.#done++) {
      const visit = this.#visits[this.#done];
      if (visit === undefined || visit.time >= to) break;
      if (visit.time >= from) this.#visit(wire, sitting, cache, visit);
    }
  }

  /** Visits come in bouts: some sites one after the other, then nothing for a while; more of them about noon. */
  #plan(sitting: Sitting, draw: Draw): void {
    this.#day = sitting.day;
    this.#open.clear();
    this.#visits = [];
    this.#done = 0;
    const hours = (sitting.asleep - sitting.awake) / 3_600_000;
    const wanted = Math.min(350, Math.round(draw.lognormal(20, 0.6) * (0.4 + 0.6 * sitting.person.activity.web) * this.#share * (hours / 9)));
    while (this.#visits.length < wanted) {
      let time =
        draw.chance(0.16) && sitting.lunchStart > 0
          ? draw.between(sitting.lunchStart - 5 * MINUTE, sitting.lunchEnd + 15 * MINUTE)
          : draw.between(sitting.awake, sitting.asleep);
      for (let n = 1 + Math.floor(draw.exponential(3.5)); n > 0 && time < sitting.asleep; n--) {
        this.#visits.push({ time, site: this.#choose(draw) });
        time += draw.lognormal(70_000, 1.1);
      }
    }
    this.#visits.sort((a, b) => a.time - b.time);
  }

  #choose(draw: Draw): WebSite {
    if (draw.chance(0.76)) {
      // The first of one's own sites more than the last.
      const i = Math.floor(this.#favourites.length * draw.next() ** 2.2);
      const site = this.#favourites[i];
      if (site !== undefined) return site;
    }
    return this.#scene.web.site(this.#scene.web.drawRank(draw));
  }

  #visit(wire: Wire, sitting: Sitting, cache: NameCache, { time, site }: Visit): void {
    const { draw } = wire;
    const pages = 1 + Math.floor(draw.exponential(1.6));
    const reading = pages * draw.lognormal(18, 0.9);
    const plain = site.kind === "business" && site.main.version === "TLSv12" && draw.chance(0.12);
    if (plain) this.#plain(wire, sitting, cache, site, time, pages);
    else
      this.#connect(
        wire,
        sitting,
        cache,
        site.main,
        time,
        reading,
        draw.lognormal(1_700, 0.6) * pages ** 0.7,
        site.bytes * draw.lognormal(1, 0.9) * pages ** 0.7,
      );
    // A page calls for its parts in waves: what stands in the page at once, then what its scripts ask for.
    const waves = [draw.between(120, 400), draw.between(300, 900), draw.between(700, 2_500)];
    const soon = (): number => time + draw.pick(waves) + draw.exponential(7);
    for (const host of site.assets)
      this.#connect(wire, sitting, cache, host, soon(), reading * 0.8, draw.lognormal(1_400, 0.5) * pages ** 0.5, this.#sizeOf(draw, 30_000));
    for (const host of site.third)
      if (draw.chance(0.7)) this.#connect(wire, sitting, cache, host, soon(), reading * draw.next(), draw.lognormal(1_350, 0.5), this.#sizeOf(draw, 2_600));
    if (draw.chance(0.02)) this.#leaveOpen(wire, sitting, cache, time + 3_000);
    if (site.kind === "video" && draw.chance(0.35)) {
      const host = site.assets[0] ?? site.main;
      const { ip, at } = this.#find(wire, sitting, cache, host, time + 2_000);
      const parts = draw.int(1, 4);
      for (let i = 0; i < parts; i++)
        talkTls(wire, {
          ...this.#talk(sitting, host, ip, at + i * draw.between(500, 90_000)),
          seconds: draw.lognormal(130, 1),
          out: draw.lognormal(24_000, 1),
          in: Math.min(3e9, draw.pareto(1_500_000, 0.95)),
        });
    }
  }

  #sizeOf(draw: Draw, median: number): number {
    return draw.chance(0.06) ? Math.min(4e8, draw.pareto(median * 8, 1.05)) : draw.lognormal(median, 1.1);
  }

  #connect(wire: Wire, sitting: Sitting, cache: NameCache, host: WebHost, time: number, active: number, out: number, bytes: number): void {
    const { draw } = wire;
    // A connection that is open is used again: what passes then is part of the record it will have.
    const until = this.#open.get(host.name) ?? 0;
    if (until > time && draw.chance(0.85)) return;
    const { ip, at } = this.#find(wire, sitting, cache, host, time);
    if (draw.chance(0.1)) {
      const state = draw.weighted(["S0", "REJ", "RSTOS0"] as const, (x) => ({ S0: 7, REJ: 1, RSTOS0: 2 })[x]);
      talkTls(wire, { ...this.#talk(sitting, host, ip, at), state, seconds: 0, out: 0, in: 0 });
      return;
    }
    const quick = draw.chance(0.5);
    const seconds = quick
      ? host.rtt * 3 + draw.lognormal(0.24, 0.9)
      : active * draw.next() + (draw.chance(0.5) ? draw.exponential(6) : draw.pick(IDLE) * draw.between(1, 1.02));
    this.#spare(wire, this.#talk(sitting, host, ip, at), host);
    this.#open.set(host.name, at + seconds * 1_000);
    const modern = (sitting.device.browser?.name === "Chrome" || sitting.device.browser?.name === "Edge") && host.quic;
    if (modern && draw.chance(0.06)) {
      // No answer: the browser goes on over TCP.
      wire.flow({ time: at, src: sitting.src, dst: ip, port: 443, proto: "udp", seconds: draw.between(0.3, 4), out: 1_250 * draw.int(1, 4), in: 0 });
    } else if (modern && draw.chance(0.75)) {
      const link = wire.flow({
        time: at,
        src: sitting.src,
        dst: ip,
        port: 443,
        proto: "udp",
        service: "quic,ssl",
        seconds,
        out: out + 2_400,
        in: bytes + 3_000,
      });
      wire.on("quic", link, host.rtt, {
        version: "1",
        client_initial_dcid: draw.hex(16),
        server_scid: draw.hex(16),
        server_name: host.name,
        client_protocol: "h3",
        history: "ISishIHhHh",
      });
      return;
    }
    talkTls(wire, {
      ...this.#talk(sitting, host, ip, at),
      resumed: until > 0,
      seconds,
      out: quick ? Math.min(out, 2_600) : out,
      in: quick ? bytes * 0.5 : bytes,
    });
  }

  /** Connections that browsers open beside the one they need: in case, or in a race; many carry a handshake and nothing more. */
  #spare(wire: Wire, talk: PageTalk, host: WebHost): void {
    const { draw } = wire;
    const count = draw.chance(0.34) ? 1 : draw.chance(0.08) ? draw.int(2, 5) : 0;
    for (let i = 0; i < count; i++) {
      const used = draw.chance(0.35);
      talkTls(wire, {
        ...talk,
        time: talk.time + draw.exponential(2.5),
        resumed: true,
        seconds: host.rtt * 3 + (draw.chance(0.6) ? draw.lognormal(0.12, 1) : draw.pick(IDLE)),
        out: used ? draw.lognormal(1_300, 0.3) : draw.pick([0, 517, 680, 1_171, 1_192, 1_222]),
        in: used ? draw.lognormal(603, 0.9) : draw.pick([0, 170, 503, 503, 576, 3_098]),
      });
    }
  }

  /** A page left open whose script calls its server again and again and is not let in. */
  #leaveOpen(wire: Wire, sitting: Sitting, cache: NameCache, time: number): void {
    const { draw } = wire;
    const host = this.#scene.web.hosts.host(`sock${draw.int(1, 400)}.pushmoor-live.com`);
    const every = draw.pick([4, 8, 12, 25]);
    const until = Math.min(sitting.asleep, time + draw.lognormal(1_100_000, 0.9));
    for (let t = time; t < until; t += every * 1_000 * (1 + 0.02 * draw.normal())) {
      const { ip, at } = this.#find(wire, sitting, cache, host, t);
      talkTls(wire, {
        ...this.#talk(sitting, host, ip, at),
        state: "SF",
        seconds: host.rtt * 4 * draw.between(0.98, 1.1),
        out: 1_192 + draw.int(0, 2) * 15,
        in: 503,
      });
    }
  }

  #talk(sitting: Sitting, host: WebHost, ip: string, time: number): PageTalk {
    return { time, src: sitting.src, ip, host, device: sitting.device, stack: "browser", day: sitting.day, certificates: this.#certificates };
  }

  #find(wire: Wire, sitting: Sitting, cache: NameCache, host: WebHost, time: number): { ip: string; at: number } {
    const ttl = Math.min(host.ttl, CLIENT_TTL);
    const chromium = sitting.device.browser?.name === "Chrome" || sitting.device.browser?.name === "Edge";
    if (!cache.has(host.name, time, ttl)) return this.#scene.resolvers.resolve(wire, time, sitting.src, host, chromium && wire.draw.chance(0.45));
    return { ip: host.ips[Math.floor(time / 600_000) % host.ips.length] ?? "", at: time };
  }

  /** The last sites without TLS. */
  #plain(wire: Wire, sitting: Sitting, cache: NameCache, site: WebSite, time: number, pages: number): void {
    const { draw } = wire;
    const { ip, at } = this.#find(wire, sitting, cache, site.main, time);
    const agent = browserAgent(sitting.device, sitting.day);
    for (let i = 0; i < pages * 2; i++) {
      const image = i % 2 === 1;
      talkPlain(wire, {
        time: at + (i >> 1) * draw.lognormal(15_000, 0.8) + (image ? draw.between(80, 900) : 0),
        src: sitting.src,
        ip,
        host: site.main.name,
        uri: image ? `/img/${draw.token(8)}.jpg` : `/${draw.token(6, "abcdefghilmnoprstu")}/`,
        agent,
        answer: Math.round(draw.lognormal(image ? 30_000 : 12_000, 1)),
        mime: image ? "image/jpeg" : "text/html",
        status: draw.chance(0.9) ? 200 : draw.pick([304, 404, 301]),
        seconds: draw.weighted([0.2, 5, 15, 60], (s) => 6 / (1 + s)) + draw.exponential(0.3),
        ...(image ? { referrer: `http://${site.main.name}/` } : {}),
      });
    }
  }
}
