import type { LifeOutput, LifeSource } from "../life.ts";
import type { Device, World } from "../world/types.ts";

export const HOST_ALERT_FILE = "host-ids/alerts.ndjson";

/** What a host sensor reports on servers day by day; `level` 1-15 as such sensors grade, `weight` how common. */
const KINDS: readonly { name: string; level: number; weight: number; family: "any" | "linux" | "windows" }[] = [
  { name: "Authentication success", level: 3, weight: 30, family: "any" },
  { name: "Integrity checksum changed", level: 7, weight: 9, family: "any" },
  { name: "Web server 400 error code", level: 5, weight: 10, family: "linux" },
  { name: "TLS invalid record", level: 3, weight: 10, family: "any" },
  { name: "Package manager ran", level: 3, weight: 4, family: "linux" },
  { name: "Virus database update", level: 3, weight: 5, family: "any" },
  { name: "New event type in the log", level: 4, weight: 4, family: "any" },
  { name: "User login failed", level: 5, weight: 4, family: "any" },
  { name: "Service stopped", level: 5, weight: 2, family: "windows" },
  { name: "Several errors from one source", level: 10, weight: 2, family: "linux" },
  { name: "Name of high entropy asked for", level: 6, weight: 2, family: "any" },
  { name: "New address in the name server's log", level: 4, weight: 2, family: "any" },
  { name: "Privilege used", level: 4, weight: 3, family: "windows" },
  { name: "Scheduled task ran with an error", level: 4, weight: 2, family: "windows" },
];

/**
 * Alerts of a host sensor on servers. Each server has its own few kinds; about six hours in ten have any; counts are heavy-tailed
 * (shape as measured on three simulated enterprises: median 2 kinds and 6 alerts an hour that has any, one hour in ten above 170 alerts).
 */
export class HostAlertsLife implements LifeSource {
  readonly name = "host alerts";
  readonly #world: World;
  constructor(world: World) {
    this.#world = world;
  }

  play(from: number, to: number, _day: number, out: LifeOutput): void {
    for (const server of this.#world.servers) {
      if (server.os.family === "firmware") continue;
      const draw = this.#world.draw.fork(`host-alert/${server.id}/${from}`);
      const habit = this.#world.draw.fork(`host-alert/${server.id}`);
      const own = habit.some(
        KINDS.filter((k) => k.family === "any" || k.family === server.os.family),
        habit.int(5, 11),
      );
      const busy = habit.chance(0.28) ? 34 : 1.5;
      if (!draw.chance(habit.between(0.35, 0.8))) continue;
      const kinds = Math.min(own.length, 1 + draw.poisson(0.95) + (draw.chance(0.07) ? draw.int(2, 6) : 0));
      for (const kind of draw.some(own, kinds)) {
        const count = Math.min(400, Math.max(1, Math.round(draw.lognormal(busy * (kind.weight / 8), 1.4))));
        for (let i = 0; i < count; i++) out.emit(this.#alert(server, kind, Math.floor(draw.between(from, to)), draw.uuid()));
      }
    }
  }

  #alert(server: Device, kind: (typeof KINDS)[number], time: number, id: string): { time: number; file: string; line: string } {
    return {
      time,
      file: HOST_ALERT_FILE,
      line: JSON.stringify({
        time: new Date(time).toISOString(),
        id,
        product: "host sensor",
        title: kind.name,
        severity: kind.level >= 10 ? "high" : kind.level >= 7 ? "medium" : "low",
        level: kind.level,
        host: server.hostname,
        ip: server.ip,
      }),
    };
  }
}
