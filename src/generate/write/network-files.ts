import { NetworkSet } from "../../base/ip.ts";
import type { ZeekRecord } from "../emitted.ts";
import type { World } from "../world/types.ts";
import { eveLines } from "./eve-text.ts";
import type { OutFolder } from "./out-folder.ts";
import { zeekFooter, zeekHeader, zeekLine } from "./zeek-text.ts";

export const NETWORK_FORMATS = ["zeek", "eve", "both"] as const;
/** `both`: Suricata watches one segment, Zeek the rest; nothing stands in both. */
export type NetworkFormat = (typeof NETWORK_FORMATS)[number];

/** Network records as the files of sensors: one folder a day, one file a log of Zeek, one eve.json of Suricata. */
export class NetworkFiles {
  readonly #folder: OutFolder;
  readonly #world: World;
  readonly #toEve: (record: ZeekRecord) => boolean;
  #day = -1;

  constructor(folder: OutFolder, format: NetworkFormat, world: World) {
    this.#folder = folder;
    this.#world = world;
    const segment = new NetworkSet(format === "both" ? segmentOf(world) : []);
    this.#toEve = format === "both" ? (record) => segment.has(String(record.fields["id.orig_h"] ?? record.fields.client_addr ?? "")) : () => format === "eve";
  }

  write(records: readonly ZeekRecord[], day: number): void {
    const { calendar } = this.#world;
    if (day !== this.#day) {
      this.end();
      this.#day = day;
    }
    const at = calendar.midnight(day);
    const date = calendar.date(day);
    for (const record of records) {
      if (this.#toEve(record)) for (const line of eveLines(record)) this.#folder.append(`eve/${date}/eve.json`, `${line}\n`);
      else this.#folder.append(`zeek/${date}/${record.log}.log`, zeekLine(record), () => zeekHeader(record.log, at));
    }
  }

  /** Ends the files of the day at hand. */
  end(): void {
    if (this.#day < 0) return;
    const { calendar } = this.#world;
    const close = zeekFooter(calendar.midnight(this.#day + 1));
    const date = calendar.date(this.#day);
    this.#folder.close(
      (file) => file.startsWith(`zeek/${date}/`) || file.startsWith(`eve/${date}/`),
      (file) => (file.startsWith("zeek/") ? close : ""),
    );
  }
}

/** The second site, or the machines nobody sits at where there is but one. */
function segmentOf(world: World): string[] {
  const { sites } = world.organisation;
  const second = sites[1];
  return (second?.networks ?? sites[0]?.networks.filter((n) => n.kind === "things" || n.kind === "guests") ?? []).map((n) => n.cidr);
}
