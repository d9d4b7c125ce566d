import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { BehaviourGroups } from "./behaviour-groups.ts";
import { grown, readArray } from "./columns.ts";

export const CLIENTS = 0;
export const SERVERS = 1;
/** Groups found by behaviour have letters; what marks one stands on the pages of its devices. */
export const GROUP_NAMES: readonly string[] = ["clients", "servers", ...["C", "D", "E", "F", "G", "H"].map((letter) => `devices of group ${letter}`)];
/** Active hours in a row that a device must look like the other group before it is moved. */
const PATIENCE = 24;
const STEP = 1 / 24;
const ROLES_OF_SERVERS: ReadonlySet<string> = new Set(["server", "domain-controller", "proxy", "dns-server", "file-server", "mail-server"]);

/**
 * Peer groups: clients and servers, told by whether others' TCP connections are answered in most active hours. A device moves
 * after 24 active hours in a row that say so. Within each, groups by behaviour (BehaviourGroups), where enough devices are clearly apart.
 * Groups are small numbers below MOST_GROUPS. 32 B a device.
 */
export class PeerGroups {
  readonly behaviour = new BehaviourGroups();
  #share = new Float32Array(64);
  #against = new Uint8Array(64);
  #group = new Uint8Array(64);
  /** First initiator served (hash, 0 none), whether there was a second, hours in which it served, the last of them. */
  #firstClient = new Uint32Array(64);
  #many = new Uint8Array(64);
  #servedHours = new Uint16Array(64);
  #servedHour = new Int32Array(64).fill(-1);

  get bytes(): number {
    return this.#share.length * 20 + this.behaviour.bytes;
  }

  of(device: number): number {
    return this.behaviour.of(device) || this.kindOf(device);
  }

  /** CLIENTS or SERVERS. */
  kindOf(device: number): number {
    return this.#group[device] ?? CLIENTS;
  }

  ensure(device: number, roles: readonly string[]): void {
    if (device < this.#share.length && this.#known(device)) return;
    const count = device + 1;
    this.#share = grown(this.#share, count);
    this.#against = grown(this.#against, count);
    this.#group = grown(this.#group, count);
    this.#firstClient = grown(this.#firstClient, count);
    this.#many = grown(this.#many, count);
    this.#servedHours = grown(this.#servedHours, count);
    this.#servedHour = grown(this.#servedHour, count, -1);
    if (this.#servedHour[device] === -1) this.#servedHour[device] = -2;
    if (roles.some((role) => ROLES_OF_SERVERS.has(role))) {
      this.#group[device] = SERVERS;
      this.#share[device] = 1;
    }
  }

  #known(device: number): boolean {
    return (this.#servedHour[device] ?? -1) !== -1;
  }

  /** The device answered a connection of `client` (a hash). */
  served(device: number, client: number, hour: number): void {
    const first = this.#firstClient[device] ?? 0;
    if (first === 0) this.#firstClient[device] = client;
    else if (first !== client) this.#many[device] = 1;
    if (this.#servedHour[device] !== hour) {
      this.#servedHour[device] = hour;
      this.#servedHours[device] = Math.min(65_535, (this.#servedHours[device] ?? 0) + 1);
    }
  }

  /** It answers others: two different initiators, or in two different hours, or the organisation says so. */
  isServer(device: number): boolean {
    return this.#group[device] === SERVERS || this.#many[device] === 1 || (this.#servedHours[device] ?? 0) >= 2;
  }

  /** After an active hour: the new group when the device moves, else undefined. */
  closeHour(device: number, hour: number): number | undefined {
    const served = this.#servedHour[device] === hour ? 1 : 0;
    const share = (this.#share[device] ?? 0) + STEP * (served - (this.#share[device] ?? 0));
    this.#share[device] = share;
    const group = this.kindOf(device);
    const wish = share > 0.5 ? SERVERS : share < 0.2 ? CLIENTS : group;
    if (wish === group) {
      this.#against[device] = 0;
      return undefined;
    }
    const against = (this.#against[device] ?? 0) + 1;
    this.#against[device] = against;
    if (against < PATIENCE) return undefined;
    this.#against[device] = 0;
    this.#group[device] = wish;
    this.behaviour.reset(device);
    return wish;
  }

  save(out: ByteWriter): void {
    for (const array of [this.#share, this.#against, this.#group, this.#firstClient, this.#many, this.#servedHours, this.#servedHour]) out.array(array);
  }

  load(reader: ByteReader): void {
    this.#share = readArray(reader, Float32Array);
    this.#against = readArray(reader, Uint8Array);
    this.#group = readArray(reader, Uint8Array);
    this.#firstClient = readArray(reader, Uint32Array);
    this.#many = readArray(reader, Uint8Array);
    this.#servedHours = readArray(reader, Uint16Array);
    this.#servedHour = readArray(reader, Int32Array);
  }
}
