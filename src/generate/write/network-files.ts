import type { ZeekRecord } from "../emitted.ts";
import type { World } from "../world/types.ts";
import type { OutFolder } from "./out-folder.ts";
import { zeekFooter, zeekHeader, zeekLine } from "./zeek-text.ts";

export const NETWORK_FORMATS = ["zeek"] as const;
export type NetworkFormat = (typeof NETWORK_FORMATS)[number];

/** Network records as the files of a sensor: one folder a day, one file a log. */
export class NetworkFiles {
  readonly #folder: OutFolder;
  readonly #world: World;
  #day = -1;

  constructor(folder: OutFolder, _format: NetworkFormat, world: World) {
    this.#folder = folder;
    this.#world = world;
  }

  write(records: readonly ZeekRecord[], day: number): void {
    const { calendar } = this.#world;
    if (day !== this.#day) {
      this.end();
      this.#day = day;
    }
    const at = calendar.midnight(day);
    const root = `zeek/${calendar.date(day)}/`;
    for (const record of records) this.#folder.append(`${root}${record.log}.log`, zeekLine(record), () => zeekHeader(record.log, at));
  }

  /** Ends the files of the day at hand. */
  end(): void {
    if (this.#day < 0) return;
    const close = zeekFooter(this.#world.calendar.midnight(this.#day + 1));
    const root = `zeek/${this.#world.calendar.date(this.#day)}/`;
    this.#folder.close(
      (file) => file.startsWith(root),
      () => close,
    );
  }
}
