import { COUNTRIES } from "../lexicon/countries.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import { addressIn, drawCountry } from "../world/make-names.ts";
import type { Scene } from "./scene.ts";
import { talkPlain } from "./secure.ts";
import { Wire } from "./wire.ts";

/** Ports that the whole Internet is searched for, by how often; the rest is any port. Shares as on two real machines with public addresses. */
const SEARCHED: readonly (readonly [port: number, weight: number])[] = [
  [23, 140],
  [445, 44],
  [22, 30],
  [5_060, 14],
  [81, 14],
  [5_555, 16],
  [80, 18],
  [1_433, 13],
  [3_389, 14],
  [443, 12],
  [7_000, 12],
  [123, 7],
  [2_323, 8],
  [8_080, 14],
  [6_379, 8],
  [8_443, 6],
  [3_306, 6],
  [5_900, 6],
];
const PATHS = [
  "/",
  "/",
  "/robots.txt",
  "/.env",
  "/wp-login.php",
  "/.git/config",
  "/favicon.ico",
  "/boaform/admin/formLogin",
  "/actuator/health",
  "/cgi-bin/luci/",
  "/owa/auth/logon.aspx",
];
const SEARCHERS = [
  "Mozilla/5.0 zgrab/0.x",
  "Mozilla/5.0 (compatible; CensusBot/1.1; +https://census.wideglance.org)",
  "python-requests/2.31.0",
  "curl/7.88.1",
  "Go-http-client/1.1",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36",
];
const VISITORS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
  "Mozilla/5.0 (compatible; Bluebird-crawl/2.1; +http://www.bluebird-index.org/bot)",
];

/** Those outside who come: visitors of the web site, and the searching and guessing that every public address gets all day and night. */
export class OutsideLife implements LifeSource {
  readonly name = "outside";
  readonly #scene: Scene;
  readonly #draw: Draw;
  readonly #searchers: readonly string[];

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#draw = scene.world.draw.fork("outside");
    const fork = this.#draw.fork("searchers");
    this.#searchers = Array.from({ length: 400 }, () =>
      addressIn(fork, fork.weighted(COUNTRIES, (c) => c.share + (c.code === "CN" || c.code === "US" ? 20 : 0)).code),
    );
  }

  play(from: number, to: number, _day: number, out: LifeOutput): void {
    const draw = this.#draw.fork(String(from));
    const wire = new Wire(draw, out);
    const { publicAddresses } = this.#scene.world.organisation;
    const share = (to - from) / 3_600_000;
    for (const target of [publicAddresses.mail, publicAddresses.web, publicAddresses.vpn])
      for (let i = draw.poisson(150 * share); i > 0; i--) this.#search(wire, target, draw.between(from, to));
    // A sweep of one searcher over many ports, now and then.
    if (draw.chance(0.07)) {
      const src = draw.pick(this.#searchers);
      const target = draw.pick([publicAddresses.mail, publicAddresses.web]);
      const start = draw.between(from, to);
      for (let i = draw.int(40, 400); i > 0; i--)
        wire.flow({
          time: start + i * draw.between(20, 400),
          src,
          dst: target,
          port: draw.int(1, 10_000),
          seconds: 0,
          out: 0,
          in: 0,
          state: draw.chance(0.8) ? "S0" : "REJ",
        });
    }
    this.#visitors(wire, from, to);
    if (draw.chance(0.25)) this.#guess(wire, draw.between(from, to));
  }

  #search(wire: Wire, target: string, time: number): void {
    const { draw } = wire;
    const { organisation } = this.#scene.world;
    const src = draw.chance(0.45) ? draw.pick(this.#searchers) : addressIn(draw, draw.weighted(COUNTRIES, (c) => c.share + (c.code === "CN" ? 25 : 0)).code);
    const port = draw.chance(0.28) ? draw.weighted(SEARCHED, ([, weight]) => weight)[0] : draw.int(1, 65_535);
    const open =
      (target === organisation.publicAddresses.web && (port === 80 || port === 443)) ||
      (target === organisation.publicAddresses.mail && port === 25) ||
      (target === organisation.publicAddresses.vpn && port === 443);
    if (port === 5_060 || port === 123 || (port > 10_000 && draw.chance(0.08))) {
      wire.flow({ time, src, dst: target, port, proto: "udp", seconds: 0, out: draw.int(20, 420), in: 0 });
      return;
    }
    if (!open) {
      wire.flow({ time, src, dst: target, port, seconds: 0, out: 0, in: 0, state: draw.chance(0.93) ? "S0" : "REJ" });
      return;
    }
    if (port === 80) this.#page(wire, time, src, draw.pick(PATHS), draw.pick(SEARCHERS), false);
    else if (draw.chance(0.6))
      wire.flow({
        time,
        src,
        dst: target,
        port,
        seconds: draw.between(0.05, 3),
        out: draw.int(60, 700),
        in: draw.int(300, 4_500),
        ...(port === 443 ? { service: "ssl" } : { service: "smtp" }),
      });
    else wire.flow({ time, src, dst: target, port, seconds: draw.between(0.05, 0.5), out: 0, in: 0, state: "RSTOS0" });
  }

  #visitors(wire: Wire, from: number, to: number): void {
    const { draw } = wire;
    const { world } = this.#scene;
    const { organisation } = world;
    const hour = world.calendar.hourOf(from);
    const rate = (2 + world.people.length / 12) * (hour > 7 && hour < 23 ? 1 : 0.15);
    for (let i = draw.poisson(rate); i > 0; i--) {
      const src = addressIn(draw, drawCountry(draw, organisation.country, 0.65).code);
      const start = draw.between(from, to);
      const pages = 1 + Math.floor(draw.exponential(2.5));
      if (draw.chance(0.15))
        for (let p = 0; p < pages; p++)
          this.#page(
            wire,
            start + p * draw.lognormal(12_000, 0.9),
            src,
            p === 0 ? "/" : `/${draw.pick(["products", "contact", "about", "jobs", "news"])}`,
            draw.pick(VISITORS),
            true,
          );
      else
        for (let p = 0; p < Math.min(6, pages + 1); p++) {
          const link = wire.flow({
            time: start + p * 60,
            src,
            dst: organisation.publicAddresses.web,
            port: 443,
            service: "ssl",
            seconds: draw.lognormal(9, 1.2),
            out: draw.lognormal(2_400, 0.6),
            in: draw.lognormal(48_000, 1.1),
          });
          wire.on("ssl", link, 0.05, {
            version: "TLSv13",
            cipher: "TLS_AES_256_GCM_SHA384",
            curve: "x25519",
            server_name: `www.${organisation.domain}`,
            resumed: p > 0,
            established: true,
            ssl_history: "CsiI",
            ja3: draw.hex(32),
            ja3s: "f4febc55ea12b31ae17cfb7e614afda8",
          });
        }
    }
  }

  #page(wire: Wire, time: number, src: string, uri: string, agent: string, known: boolean): void {
    const { organisation } = this.#scene.world;
    talkPlain(wire, {
      time,
      src,
      ip: organisation.publicAddresses.web,
      host: known ? `www.${organisation.domain}` : organisation.publicAddresses.web,
      uri,
      agent,
      answer: known || uri === "/" ? 178 : 162,
      status: known || uri === "/" ? 301 : 404,
      mime: "text/html",
      seconds: wire.draw.lognormal(0.2, 1),
    });
  }

  /** A guesser at the mail gateway's log-in: some tries over an hour, all refused. */
  #guess(wire: Wire, time: number): void {
    const { draw } = wire;
    const src = draw.pick(this.#searchers);
    for (let i = draw.int(3, 40), t = time; i > 0; i--, t += draw.exponential(45_000))
      wire.flow({
        time: t,
        src,
        dst: this.#scene.world.organisation.publicAddresses.mail,
        port: 25,
        service: "smtp",
        seconds: draw.between(0.4, 6),
        out: draw.int(60, 140),
        in: draw.int(180, 320),
        state: draw.chance(0.6) ? "SF" : "RSTR",
      });
  }
}
