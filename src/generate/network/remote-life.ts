import { MINUTE } from "../../base/time.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import { type Scene, sittingOf } from "./scene.ts";
import { Wire } from "./wire.ts";

/** People at home and on the road: the tunnel to the gate, cut and taken up again through the day. */
export class RemoteLife implements LifeSource {
  readonly name = "remote access";
  readonly #scene: Scene;
  readonly #draw: Draw;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#draw = scene.world.draw.fork("remote");
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    const { world } = this.#scene;
    for (const device of world.clients) {
      if (device.vpnIp === undefined) continue;
      const sitting = sittingOf(this.#scene, device, day);
      if (sitting === undefined || sitting.place === "office" || sitting.on < from || sitting.on >= to) continue;
      const draw = this.#draw.fork(`${device.id}/${day}`);
      const wire = new Wire(draw, out);
      const egress = world.calendar.personDay(sitting.person, day).egress;
      const heavy = this.#scene.fullTunnel ? 60 : 1;
      for (let time = sitting.on - MINUTE; time < sitting.off; ) {
        const seconds = Math.min((sitting.off - time) / 1_000, draw.lognormal(9_000, 1));
        const gate = world.organisation.vpnGateway;
        const control = wire.flow({
          time,
          src: egress,
          dst: gate,
          port: 443,
          service: "ssl",
          seconds,
          out: 9_000 + seconds * 3,
          in: 14_000 + seconds * 3,
          state: "SF",
        });
        wire.on("ssl", control, 0.05, {
          version: "TLSv12",
          cipher: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          curve: "secp256r1",
          server_name: `vpn.${world.organisation.domain}`,
          resumed: false,
          established: true,
          ssl_history: "CsxkniI",
          ja3: "6e7a1c3c4f1d52b80e5e27a4c59a0f21",
          ja3s: "ec74a5c51106f0419184d0dd08fb05bc",
        });
        wire.flow({
          time: time + draw.between(900, 3_000),
          src: egress,
          dst: gate,
          port: 443,
          proto: "udp",
          service: "dtls",
          seconds: Math.max(5, seconds - 4),
          out: seconds * draw.lognormal(500, 0.8) * heavy ** 0.7,
          in: seconds * draw.lognormal(900, 0.9) * heavy,
        } as Parameters<Wire["flow"]>[0]);
        time += seconds * 1_000 + draw.exponential(4 * MINUTE);
      }
    }
  }
}
