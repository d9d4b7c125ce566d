import { hash32 } from "../../base/hash.ts";
import { APPS, type App } from "../lexicon/apps.ts";
import type { Draw } from "../world/draw.ts";
import type { Device } from "../world/types.ts";
import type { WebHost } from "./hosts.ts";
import { CLIENT_TTL, type NameCache } from "./names.ts";
import type { Scene, Sitting } from "./scene.ts";
import { type CertificateLog, talkPlain, talkTls } from "./secure.ts";
import type { Wire } from "./wire.ts";

interface Running {
  app: App;
  host: WebHost;
  /** ms: its next contact. */
  next: number;
}

/** Sensors forget a connection that is silent for five minutes; what comes then on it stands as a new one without a beginning. */
const FORGOTTEN = 300;
/** Seconds: programs keep what they resolved for a while, whatever its time to live says. */
const LEAST_TTL = 400;

/** Programs of one machine that speak without being asked. */
export class Background {
  readonly #scene: Scene;
  readonly #running: Running[];
  readonly #certificates: CertificateLog;

  constructor(scene: Scene, device: Device, draw: Draw, certificates: CertificateLog) {
    this.#scene = scene;
    this.#certificates = certificates;
    const house = scene.world.draw;
    this.#running = APPS.filter(
      (app) =>
        app.families.includes(device.os.family) && (app.share < 0 ? house.fork(`app/${app.name.split(" ")[0]}`).chance(-app.share) : draw.chance(app.share)),
    ).map((app) => ({
      app,
      // What is gone was one machine somewhere, not a content network.
      host: scene.web.hosts.host(nameOf(app, device, scene.world.organisation.tenantDomain), app.dead === true ? "US" : undefined),
      next: 0,
    }));
  }

  /** What they do in [from, to). */
  play(wire: Wire, sitting: Sitting, cache: NameCache, from: number, to: number): void {
    for (const running of this.#running) {
      const { app } = running;
      const begin = Math.max(from, app.awake === true ? sitting.awake : sitting.on);
      const end = Math.min(to, app.awake === true ? sitting.asleep : sitting.off);
      if (begin >= end) continue;
      // After a pause of the machine they begin anew, soon after it wakes.
      if (running.next < begin - 1_000) running.next = begin + wire.draw.exponential(app.every < 1_000 ? 40_000 : Math.min(app.every * 300, 1_500_000));
      while (running.next < end) running.next = this.#contact(wire, sitting, cache, running, end);
    }
  }

  /** Returns when the next is due. */
  #contact(wire: Wire, sitting: Sitting, cache: NameCache, { app, host, next: time }: Running, end: number): number {
    const { draw } = wire;
    const due = time + gap(draw, app) * 1_000;
    const known = cache.has(host.name, time, Math.min(Math.max(host.ttl, LEAST_TTL), CLIENT_TTL));
    const found = known ? { ip: addressFor(host, sitting.device, time), at: time } : this.#scene.resolvers.resolve(wire, time, sitting.src, host, false);
    const { ip, at } = found;
    const base = {
      time: at + draw.between(0.2, 3),
      src: sitting.src,
      ip,
      host,
      device: sitting.device,
      stack: app.stack,
      day: sitting.day,
      certificates: this.#certificates,
    };
    if (app.dead === true) {
      talkTls(wire, { ...base, port: app.port ?? 443, state: "S0", seconds: 0, out: 0, in: 0 });
      return due;
    }
    if (app.datagram === true) {
      const link = wire.flow({
        time: base.time,
        src: base.src,
        dst: ip,
        port: app.port ?? 123,
        proto: "udp",
        service: app.port === 123 ? "ntp" : "stun",
        seconds: host.rtt,
        out: app.out,
        in: draw.chance(0.97) ? app.in : 0,
      });
      if (app.port === 123) wire.on("ntp", link, 0, { version: 4, mode: 3, stratum: 0, num_exts: 0 });
      return due;
    }
    if (app.agent !== undefined) {
      this.#converse(wire, base, app, host);
      return due;
    }
    if (app.push === true) return this.#hold(wire, base, app, end);
    const quick = draw.chance(0.62);
    talkTls(wire, {
      ...base,
      resumed: known,
      seconds:
        host.rtt * 3 +
        (quick ? draw.lognormal(0.25, 0.9) : draw.weighted([5, 15, 30, 60, 65, 100, 120, 240], (s) => (s < 100 ? 3 : 1)) + draw.exponential(0.6)),
      out: app.batch !== undefined && draw.chance(0.2) ? draw.lognormal(app.batch, 0.1) : draw.lognormal(app.out, 0.6),
      in: draw.lognormal(app.in, 0.55),
      port: app.port ?? 443,
    });
    return due;
  }

  /** Plain HTTP, in one request or several. */
  #converse(wire: Wire, base: { time: number; src: string; ip: string }, app: App, host: WebHost): void {
    const { draw } = wire;
    const large = app.in > 100_000;
    const parts = app.parts === undefined ? 1 : 1 + Math.floor(draw.exponential(app.parts));
    const uri = (app.path ?? "/").replace("{x}", draw.token(38));
    for (let i = 0, time = base.time; i < parts; i++, time += draw.exponential(1_500)) {
      const answer = app.in === 0 ? 0 : large ? Math.round(draw.lognormal(app.in, 1.2)) : app.in;
      talkPlain(wire, {
        time,
        src: base.src,
        ip: base.ip,
        host: host.name,
        uri,
        agent: app.agent === "-" ? undefined : app.agent,
        answer,
        status: answer === 0 ? 204 : draw.chance(0.85) ? (large ? 206 : 200) : 304,
        ...(app.mime === undefined ? {} : { mime: app.mime }),
        seconds: host.rtt * 2 + (large ? draw.lognormal(4, 1) * Math.max(1, answer / 3e6) : draw.weighted([0.01, 5, 15, 120], (s) => (s < 1 ? 6 : 1))),
      });
    }
  }

  /** One connection kept open for minutes to hours, with its signs of life. */
  #hold(wire: Wire, base: Omit<Parameters<typeof talkTls>[1], "seconds" | "out" | "in">, app: App, end: number): number {
    const { draw } = wire;
    const length = Math.min(draw.lognormal(2_400, 1.3), Math.max(60, (end - base.time) / 1_000 + draw.exponential(5_000)));
    const port = app.port ?? 443;
    const srcPort = draw.int(49_152, 65_535);
    if (app.every < FORGOTTEN) {
      const signs = length / app.every;
      talkTls(wire, {
        ...base,
        port,
        seconds: length,
        out: 1_400 + signs * app.out * draw.between(0.6, 1.4),
        in: 4_200 + signs * app.in * draw.between(0.6, 1.8),
      });
    } else {
      talkTls(wire, {
        ...base,
        port,
        srcPort,
        state: "S1",
        seconds: draw.lognormal(0.6, 0.8),
        out: draw.lognormal(1_500, 0.3),
        in: draw.lognormal(4_400, 0.3),
      });
      for (let t = app.every * draw.between(0.9, 1.1); t < length; t += app.every * (1 + app.jitter * draw.normal()))
        wire.flow({
          time: base.time + t * 1_000,
          src: base.src,
          dst: base.ip,
          port,
          srcPort,
          seconds: draw.lognormal(0.06, 0.8),
          out: app.out,
          in: app.in,
          state: "OTH",
          history: "DdA",
        });
    }
    return base.time + length * 1_000 + draw.exponential(12_000);
  }
}

function gap(draw: Draw, app: App): number {
  const { every, jitter } = app;
  if (jitter <= 0.3) return every * Math.max(0.1, 1 + jitter * draw.normal());
  return every * (1 - jitter) + draw.exponential(every * jitter);
}

/** The address that the machine's own memory holds for the host just now. */
function addressFor(host: WebHost, device: Device, time: number): string {
  return host.ips[hash32(`${device.id}/${host.name}/${Math.floor(time / 300_000)}`) % host.ips.length] ?? "";
}

function nameOf(app: App, device: Device, tenantDomain: string): string {
  return app.host.replace("{tenant}", tenantDomain.split(".")[0] ?? "").replace("{n}", String(1 + (hash32(`${device.id}/${app.name}`) % 12)));
}
