import type { Device } from "../../schema/entity.ts";

/** Last sight of each device, and the last of what is known of it, as the store has them. Memory: about 100 B a device. */
export class ChangedDevices {
  readonly #put = new Map<number, string>();

  /** Those that the store has not been told of as they are. */
  among(devices: readonly Device[]): Device[] {
    return devices.filter((d) => this.#put.get(d.index) !== stateOf(d));
  }

  /** The store has them: a full disk may have refused. */
  told(devices: readonly Device[]): void {
    for (const d of devices) this.#put.set(d.index, stateOf(d));
  }
}

/** What a product says of a device that is not on the wire just then changes its identity alone: names, user, operating system. */
function stateOf(d: Device): string {
  return `${d.lastSeen} ${d.identity.reduce((latest, fact) => Math.max(latest, fact.to), 0)}`;
}
