import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { HOUR } from "../../base/time.ts";
import { HostAlertsLife } from "../../generate/endpoint/host-alerts-life.ts";
import { livedHours } from "../../generate/hours.ts";
import type { World } from "../../generate/world/types.ts";

/** Alerts of each host and clock hour that has any: how many, and of how many kinds; and the share of hours that have any. */
export interface AlertHours {
  counts: number[];
  kinds: number[];
  share: number;
}

class Hours {
  readonly #hours = new Map<string, Map<string, number>>();
  readonly #hosts = new Set<string>();
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  add(host: string, time: number, kind: string): void {
    const hour = Math.floor(time / HOUR);
    this.#from = Math.min(this.#from, hour);
    this.#to = Math.max(this.#to, hour);
    this.#hosts.add(host);
    const key = `${host}/${hour}`;
    const own = this.#hours.get(key) ?? new Map<string, number>();
    own.set(kind, (own.get(kind) ?? 0) + 1);
    this.#hours.set(key, own);
  }

  end(): AlertHours {
    const all = [...this.#hours.values()];
    return {
      counts: all.map((h) => [...h.values()].reduce((a, b) => a + b, 0)),
      kinds: all.map((h) => h.size),
      share: all.length / Math.max(1, this.#hosts.size * (this.#to - this.#from + 1)),
    };
  }
}

/** Tables `*_alerts.csv[.gz]` with time,name,ip,host,short,time_label,event_label; lines of attacks (any label) are left out. */
export function readAlertHours(folder: string): AlertHours[] {
  return readdirSync(folder)
    .filter((f) => /_alerts\.csv(\.gz)?$/.test(f))
    .map((file) => {
      const bytes = readFileSync(join(folder, file));
      const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
      const hours = new Hours();
      for (const line of text.split("\n").slice(1)) {
        const cells = line.split(",");
        if (cells.length < 7 || cells.at(-1)?.trim() !== "-") continue;
        hours.add(cells.at(-4) ?? "", Number(cells[0]) * 1_000, cells.slice(1, -5).join(","));
      }
      return hours.end();
    });
}

export function madeAlertHours(world: World): AlertHours {
  const hours = new Hours();
  for (const hour of livedHours(world.calendar, [new HostAlertsLife(world)])) {
    for (const item of hour.emitted) {
      if (!("line" in item)) continue;
      const record = JSON.parse(item.line) as { host: string; title: string };
      hours.add(record.host, item.time, record.title);
    }
  }
  return hours.end();
}
