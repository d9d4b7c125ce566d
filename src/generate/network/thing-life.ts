import { hash32 } from "../../base/hash.ts";
import { HOUR, MINUTE } from "../../base/time.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import type { Device } from "../world/types.ts";
import type { Scene } from "./scene.ts";
import { CertificateLog, talkTls } from "./secure.ts";
import { Wire } from "./wire.ts";

/** Machines that nobody sits at: cameras, printers, telephones, doors, screens, switches. Few peers, the same every day. */
export class ThingLife implements LifeSource {
  readonly name = "things";
  readonly #scene: Scene;
  readonly #draw: Draw;
  readonly #certificates = new CertificateLog();
  readonly #next = new Map<string, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#draw = scene.world.draw.fork("things");
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    for (const thing of this.#scene.world.things) {
      const wire = new Wire(this.#draw.fork(`${thing.id}/${from}`), out);
      switch (thing.role) {
        case "camera":
          this.#camera(wire, thing, from, to);
          break;
        case "printer":
          this.#every(wire, thing, "cloud", 14_400, 0.1, from, to, (time) => this.#cloud(wire, thing, time, day, "device.inkreach-services.com", 2_600, 1_800));
          break;
        case "telephone":
          this.#every(wire, thing, "register", 1_740, 0.02, from, to, (time) => this.#register(wire, thing, time));
          break;
        case "display":
          this.#every(wire, thing, "signage", 300, 0.03, from, to, (time) => this.#cloud(wire, thing, time, day, "player.wallboard-signs.com", 900, 2_400));
          break;
        case "door":
          this.#every(wire, thing, "events", 60, 0.01, from, to, (time) =>
            wire.flow({
              time,
              src: thing.ip,
              dst: this.#scene.server("intranet").ip,
              port: 4_051,
              seconds: wire.draw.between(0.02, 0.4),
              out: 64 + 48 * wire.draw.poisson(0.4),
              in: 32,
            }),
          );
          break;
        case "recorder":
          this.#every(wire, thing, "cloud", 600, 0.05, from, to, (time) => this.#cloud(wire, thing, time, day, "p2p.watchtide-cam.com", 500, 400));
          break;
        default:
          this.#every(wire, thing, "log", 1_800, 0.5, from, to, (time) =>
            wire.flow({
              time,
              src: thing.ip,
              dst: this.#scene.server("monitoring").ip,
              port: 514,
              proto: "udp",
              service: "syslog",
              seconds: wire.draw.between(0, 2),
              out: wire.draw.lognormal(260, 0.6),
              in: 0,
            }),
          );
      }
      if (thing.role !== "telephone")
        this.#every(wire, thing, "clock", 3_600, 0.05, from, to, (time) =>
          wire.flow({
            time,
            src: thing.ip,
            dst: this.#scene.server("domain-controller").ip,
            port: 123,
            srcPort: 123,
            proto: "udp",
            service: "ntp",
            seconds: wire.draw.lognormal(0.000_8, 0.5),
            out: 48,
            in: 48,
          }),
        );
    }
  }

  #every(wire: Wire, thing: Device, what: string, every: number, jitter: number, from: number, to: number, run: (time: number) => void): void {
    const key = `${thing.id}/${what}`;
    let next = this.#next.get(key) ?? from + (hash32(key) % (every * 1_000));
    while (next < to) {
      if (next >= from) run(next);
      next += every * 1_000 * (1 + jitter * (wire.draw.next() * 2 - 1));
    }
    this.#next.set(key, next);
  }

  /** A stream to the recorder of its site, which is cut into hours. Recorder and camera share a network: only a recorder elsewhere is seen. */
  #camera(wire: Wire, thing: Device, from: number, to: number): void {
    const recorders = this.#scene.world.things.filter((t) => t.role === "recorder");
    const recorder = recorders[0];
    if (recorder !== undefined && recorder.site !== thing.site) {
      const seconds = (to - from) / 1_000 - 2;
      wire.flow({
        time: from + (hash32(thing.id) % 1_000),
        src: recorder.ip,
        dst: thing.ip,
        port: 554,
        service: "rtsp",
        seconds,
        out: 60_000,
        in: seconds * wire.draw.lognormal(160_000, 0.2),
        state: "S1",
      } as Parameters<Wire["flow"]>[0]);
    }
    const day = this.#scene.world.calendar.hourOf(from);
    const busy = day > 7 && day < 19 ? 3 : 0.3;
    // Movement: a picture to the files of the house.
    for (let i = wire.draw.poisson((busy * (to - from)) / HOUR); i > 0; i--)
      wire.flow({
        time: wire.draw.between(from, to),
        src: thing.ip,
        dst: this.#scene.server("nas").ip,
        port: 445,
        service: "ntlm,smb",
        seconds: wire.draw.between(0.4, 14),
        out: wire.draw.lognormal(240_000, 0.6),
        in: 5_200,
      });
  }

  #register(wire: Wire, thing: Device, time: number): void {
    const { draw } = wire;
    const host = this.#scene.web.hosts.host("sip.voicefold-telecom.com", this.#scene.world.organisation.country);
    const link = wire.flow({
      time,
      src: thing.ip,
      dst: host.ips[0] ?? "",
      port: 5_060,
      srcPort: 5_060,
      proto: "udp",
      service: "sip",
      seconds: draw.between(0.05, 0.2),
      out: 1_150,
      in: 980,
    });
    const extension = thing.hostname.slice(-4);
    wire.on("sip", link, 0, {
      trans_depth: 0,
      method: "REGISTER",
      uri: `sip:${host.name}`,
      request_from: `<sip:${extension}@${host.name}>`,
      request_to: `<sip:${extension}@${host.name}>`,
      call_id: draw.hex(16),
      seq: `${draw.int(1, 9_000)} REGISTER`,
      user_agent: "DeskPhone T42 66.86.0.15",
      status_code: 200,
      status_msg: "OK",
      request_body_len: 0,
      response_body_len: 0,
    });
    const hour = this.#scene.world.calendar.hourOf(time);
    if (hour > 8 && hour < 18 && this.#scene.world.calendar.isWorkday(this.#scene.world.calendar.dayOf(time)) && draw.chance(0.25)) {
      const seconds = draw.lognormal(140, 1);
      wire.flow({
        time: time + draw.between(1, 20) * MINUTE,
        src: thing.ip,
        dst: host.ips[0] ?? "",
        port: draw.int(10_000, 20_000),
        srcPort: 11_780 + 2 * draw.int(0, 20),
        proto: "udp",
        service: "rtp",
        seconds,
        out: seconds * 8_600,
        in: seconds * 8_600,
      } as Parameters<Wire["flow"]>[0]);
    }
  }

  #cloud(wire: Wire, thing: Device, time: number, day: number, name: string, out: number, bytes: number): void {
    const { draw } = wire;
    const host = this.#scene.web.hosts.host(name);
    const { ip, at } = draw.chance(0.4) ? this.#scene.resolvers.resolve(wire, time, thing.ip, host, false) : { ip: host.ips[0] ?? "", at: time };
    talkTls(wire, {
      time: at,
      src: thing.ip,
      ip,
      host,
      device: thing,
      stack: "agent",
      day,
      certificates: this.#certificates,
      seconds: host.rtt * 4 + draw.lognormal(0.5, 0.8),
      out: draw.lognormal(out, 0.3),
      in: draw.lognormal(bytes, 0.3),
    });
  }
}
