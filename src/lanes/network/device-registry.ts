import type { Device, EntityRef, IdentityFact } from "../../schema/entity.ts";
import type { NetEvent } from "../../schema/event.ts";
import { roleName } from "../../schema/roles.ts";

export interface RegistryOptions {
  /** Is this address on one of our own networks? */
  isOwn(ip: string): boolean;
  /** Accepted roles by entity id, address or host name (lower case), from the organisation file. */
  roles: ReadonlyMap<string, readonly string[]>;
}

export interface RegistrySnapshot {
  devices: Device[];
  owners: [string, number][];
}

/** Identity facts kept per device: the newest of each kind matter, so the oldest are dropped first. */
const MAX_FACTS = 64;
/** A host name claimed by more machines than this at once names nobody ("localhost", a vendor's default name). */
const GENERIC_NAME_OWNERS = 2;

/** Not an own address. */
export const FOREIGN = -2;
/** An own address from which nothing was ever seen to come. */
export const UNPROVEN = -1;

/**
 * Which own device stood behind an address at which time.
 *
 * An address belongs to the device that DHCP last gave it to; without DHCP, to the device first seen there. A hardware
 * address names a machine over all its addresses; a machine name from a successful log-in (NTLM, Kerberos machine account)
 * joins a second address to the machine unless several machines claim it. State moves forward only: a lease that we learn of
 * late does not rewrite what was attributed before it.
 *
 * Memory: about 500 B a device plus 120 B an address. Blind: a static address taken over without DHCP or log-in, and
 * machines behind NAT, which look like one device.
 */
export class DeviceRegistry {
  readonly #options: RegistryOptions;
  readonly #devices: Device[] = [];
  readonly #refs: EntityRef[] = [];
  readonly #byId = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();
  readonly #byMac = new Map<string, number>();
  readonly #byName = new Map<string, number[]>();
  readonly #foreign = new Set<string>();
  /** Roles that people accepted on the pages, by device id. */
  #accepted: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#devices.length;
  }

  all(): readonly Device[] {
    return this.#devices;
  }

  get(index: number): Device {
    const device = this.#devices[index];
    if (device === undefined) throw new RangeError(`no device ${index}`);
    return device;
  }

  /** The entity object of a device as of now; rebuilt only when its address or name changes, so it may be kept by reference. */
  ref(index: number): EntityRef {
    const ref = this.#refs[index];
    if (ref === undefined) throw new RangeError(`no device ${index}`);
    return ref;
  }

  /** Roles that people accepted, by device id, in the place of those before; they count as the organisation file's do. */
  accept(roles: ReadonlyMap<string, readonly string[]>): void {
    const before = this.#accepted;
    this.#accepted = roles;
    for (const id of new Set([...before.keys(), ...roles.keys()])) {
      const device = this.find(id);
      if (device !== undefined) device.roles = this.#rolesOf(device);
    }
  }

  find(idOrAddress: string): Device | undefined {
    const index = this.#byId.get(idOrAddress) ?? this.#byAddress.get(idOrAddress);
    return index === undefined ? undefined : this.#devices[index];
  }

  /** The device that holds an address now. Not `find`: an id may be an address that its device gave up long ago and another one holds. */
  holder(ip: string): Device | undefined {
    const index = this.#byAddress.get(ip);
    return index === undefined ? undefined : this.#devices[index];
  }

  /**
   * Index of the own device behind an address; FOREIGN when the address is not ours, UNPROVEN when it is ours but nothing has
   * ever sent from it (a scan of dead addresses makes no devices). With `proven` a new device is made. Cost about 0.1 µs.
   */
  lookup(ip: string, time: number, proven: boolean): number {
    const known = this.#byAddress.get(ip);
    if (known !== undefined) {
      const device = this.#devices[known];
      if (device !== undefined && proven) {
        if (time > device.lastSeen) device.lastSeen = time;
        if (device.ip !== ip) this.#setAddress(device, ip);
      }
      return known;
    }
    if (this.#foreign.has(ip)) return FOREIGN;
    if (!this.#options.isOwn(ip)) {
      // Only a cache: an Internet-facing server meets millions of addresses once.
      if (this.#foreign.size >= 100_000) this.#foreign.clear();
      this.#foreign.add(ip);
      return FOREIGN;
    }
    if (!proven) return UNPROVEN;
    const device = this.#create(ip, undefined, time);
    this.#own(device, ip, time, "first seen");
    return device.index;
  }

  #resolve(ip: string, time: number): number | undefined {
    const index = this.lookup(ip, time, true);
    return index < 0 ? undefined : index;
  }

  /** Take what a record says about who is who. Call before resolving the addresses of the same record. */
  learn(event: NetEvent): void {
    switch (event.family) {
      case "dhcp":
        if (event.mac !== undefined && event.assigned !== undefined) this.#lease(event.mac, event.assigned, event.hostname, event.time);
        break;
      case "ntlm":
        if (event.clientName !== undefined && event.src !== undefined && event.success !== false)
          this.#named(event.src, event.clientName, event.time, "ntlm", event.success === true);
        if (event.serverName !== undefined && event.dst !== undefined) this.#named(event.dst, event.serverName, event.time, "ntlm", false);
        if (event.username !== undefined && event.success === true) this.#user(event.src, event.username, event.time, "ntlm");
        break;
      case "kerberos": {
        const principal = event.client?.split(/[/@]/, 1)[0];
        if (principal === undefined || principal === "" || event.success !== true) break;
        if (principal.endsWith("$")) this.#named(event.src, principal.slice(0, -1), event.time, "kerberos", true);
        else this.#user(event.src, principal, event.time, "kerberos");
        break;
      }
      case "smb":
        if (event.clientName !== undefined) this.#named(event.src, event.clientName, event.time, "smb", false);
        break;
      case "rdp":
        if (event.clientName !== undefined) this.#named(event.src, event.clientName, event.time, "rdp", false);
        break;
      case "known":
        if (event.mac !== undefined && event.src !== undefined) this.#hardware(event.src, event.mac, event.time, "known devices");
        break;
      case "dns":
        if (event.query !== undefined && event.answers !== undefined && (event.queryType === "A" || event.queryType === "AAAA")) {
          for (const answer of event.answers) if (this.#byAddress.has(answer)) this.#named(answer, event.query, event.time, "dns", false);
        }
        break;
      default:
    }
  }

  #lease(mac: string, address: string, hostname: string | undefined, time: number): void {
    if (!this.#options.isOwn(address)) return;
    const holder = this.#byAddress.get(address);
    const known = this.#byMac.get(mac);
    const current = holder === undefined ? undefined : this.#devices[holder];
    if (known !== undefined) {
      const device = this.get(known);
      if (holder !== known) this.#own(device, address, time, "dhcp");
      else this.#extend(device, "ip", address, time, "dhcp");
      this.#name(device, hostname, time, "dhcp");
      return;
    }
    // The first lease that we see for an address whose user never showed a hardware address is its renewal, not a new machine.
    const device = current !== undefined && current.mac === undefined ? current : this.#create(address, mac, time);
    this.#setMac(device, mac, time, "dhcp");
    if (this.#byAddress.get(address) !== device.index) this.#own(device, address, time, "dhcp");
    this.#name(device, hostname, time, "dhcp");
  }

  #hardware(address: string, mac: string, time: number, by: string): void {
    const index = this.#resolve(address, time);
    if (index === undefined) return;
    const known = this.#byMac.get(mac);
    if (known === index) return;
    if (known !== undefined) {
      this.#own(this.get(known), address, time, by);
      return;
    }
    const device = this.get(index);
    if (device.mac === undefined) this.#setMac(device, mac, time, by);
  }

  #named(address: string | undefined, name: string, time: number, by: string, proven: boolean): void {
    if (address === undefined || name === "" || name === "*") return;
    const index = this.#resolve(address, time);
    if (index === undefined) return;
    const device = this.get(index);
    const canonical = name.toLowerCase().split(".", 1)[0] ?? "";
    if (proven) {
      const other = this.#byName.get(canonical)?.find((i) => i !== index);
      const owners = this.#byName.get(canonical)?.length ?? 0;
      // A machine that proves its name from a second, nameless address has two addresses.
      if (other !== undefined && owners < GENERIC_NAME_OWNERS && device.hostname === undefined && device.mac === undefined) {
        this.#own(this.get(other), address, time, by);
        return;
      }
    }
    this.#name(device, name, time, by);
  }

  #name(device: Device, name: string | undefined, time: number, by: string): void {
    if (name === undefined || name === "") return;
    const lower = name.toLowerCase();
    const short = lower.split(".", 1)[0] ?? lower;
    const owners = this.#byName.get(short) ?? [];
    if (!owners.includes(device.index) && owners.length <= 8) this.#byName.set(short, [...owners, device.index]);
    this.#extend(device, "hostname", lower, time, by);
    // A full name beats a short one; a name by log-in or lease beats one from DNS, which may point at a load balancer.
    const current = device.hostname;
    if (current === undefined || (by !== "dns" && current !== lower && !current.startsWith(`${lower}.`))) {
      device.hostname = lower;
      this.#rebuild(device);
    }
  }

  #user(address: string | undefined, user: string, time: number, by: string): void {
    const index = address === undefined ? undefined : this.#resolve(address, time);
    if (index !== undefined) this.#extend(this.get(index), "user", user.toLowerCase(), time, by);
  }

  #create(address: string | undefined, mac: string | undefined, time: number): Device {
    const index = this.#devices.length;
    let id = mac === undefined ? (address ?? `device-${index}`) : `mac:${mac}`;
    if (mac === undefined) for (let n = 2; this.#byId.has(id); n++) id = `${address}#${n}`;
    const device: Device = { index, id, ip: address, mac: undefined, hostname: undefined, firstSeen: time, lastSeen: time, roles: [], identity: [] };
    this.#devices.push(device);
    this.#byId.set(id, index);
    this.#refs.push({ kind: "device", id });
    this.#rebuild(device);
    return device;
  }

  #own(device: Device, address: string, time: number, by: string): void {
    const before = this.#byAddress.get(address);
    if (before !== undefined && before !== device.index) {
      const old = this.#devices[before];
      if (old?.ip === address) {
        old.ip = undefined;
        this.#rebuild(old);
      }
    }
    this.#byAddress.set(address, device.index);
    this.#extend(device, "ip", address, time, by);
    this.#setAddress(device, address);
  }

  #setAddress(device: Device, address: string): void {
    device.ip = address;
    this.#rebuild(device);
  }

  #setMac(device: Device, mac: string, time: number, by: string): void {
    device.mac = mac;
    this.#byMac.set(mac, device.index);
    this.#extend(device, "mac", mac, time, by);
    this.#rebuild(device);
  }

  #extend(device: Device, what: IdentityFact["what"], value: string, time: number, by: string): void {
    for (let i = device.identity.length - 1; i >= 0; i--) {
      const fact = device.identity[i];
      if (fact !== undefined && fact.what === what && fact.value === value) {
        if (time > fact.to) fact.to = time;
        return;
      }
    }
    if (device.identity.length >= MAX_FACTS) device.identity.shift();
    device.identity.push({ what, value, from: time, to: time, by });
  }

  #rebuild(device: Device): void {
    const ref: EntityRef = { kind: "device", id: device.id };
    if (device.ip !== undefined) ref.ip = device.ip;
    if (device.hostname !== undefined) ref.hostname = device.hostname;
    this.#refs[device.index] = ref;
    device.roles = this.#rolesOf(device);
  }

  #rolesOf(device: Device): readonly string[] {
    const { roles } = this.#options;
    const accepted = this.#accepted.get(device.id);
    if (roles.size === 0 && accepted === undefined) return [];
    const out = new Set<string>(accepted);
    for (const key of [device.id, device.ip, device.mac, device.hostname, device.hostname?.split(".", 1)[0]])
      for (const role of key === undefined ? [] : (roles.get(key) ?? [])) out.add(roleName(role));
    return [...out];
  }

  /**
   * The device that somebody else names: by hardware address, by a name that one device bears, by an address as it was held at that time.
   * Undefined when none of these is known here. Cost: a look-up; for an address that has changed hands, a walk over all devices.
   */
  locate(named: { name?: string | undefined; mac?: string | undefined; addresses?: readonly string[] }, time: number): number | undefined {
    const byMac = named.mac === undefined ? undefined : this.#byMac.get(named.mac);
    if (byMac !== undefined) return byMac;
    const lower = named.name?.toLowerCase();
    const owners = lower === undefined ? [] : (this.#byName.get(lower.split(".", 1)[0] ?? lower) ?? []);
    if (owners.length === 1) return owners[0];
    const held = (named.addresses ?? []).map((ip) => this.#holder(ip, time)).filter((i) => i !== undefined);
    if (owners.length > 1) return owners.find((i) => held.includes(i)) ?? owners.find((i) => this.#devices[i]?.hostname === lower);
    return held[0];
  }

  /** Who held an address at a time: whoever took it last before that; who holds it now when that is further back than is remembered. */
  #holder(ip: string, time: number): number | undefined {
    const taken = (device: Device): number =>
      device.identity.find((f) => f.what === "ip" && f.value === ip && f.from <= time)?.from ?? Number.NEGATIVE_INFINITY;
    const now = this.#byAddress.get(ip);
    const current = now === undefined ? undefined : this.#devices[now];
    if (current !== undefined && Number.isFinite(taken(current))) return now;
    let holder = now;
    let latest = Number.NEGATIVE_INFINITY;
    for (const device of this.#devices) {
      const from = taken(device);
      if (from > latest) [holder, latest] = [device.index, from];
    }
    return holder;
  }

  /** What an endpoint product says of a device that is known here, with its provenance. */
  describe(index: number, said: { name?: string | undefined; user?: string | undefined; os?: string | undefined }, time: number, by: string): void {
    const device = this.#devices[index];
    if (device === undefined) return;
    if (said.name !== undefined) this.#name(device, said.name, time, by);
    if (said.user !== undefined) this.#extend(device, "user", said.user.toLowerCase(), time, by);
    if (said.os !== undefined) this.#extend(device, "os", said.os, time, by);
  }

  save(): RegistrySnapshot {
    return { devices: structuredClone(this.#devices), owners: [...this.#byAddress] };
  }

  load(snapshot: RegistrySnapshot): void {
    this.#devices.length = 0;
    this.#refs.length = 0;
    this.#byId.clear();
    this.#byAddress.clear();
    this.#byMac.clear();
    this.#byName.clear();
    for (const device of structuredClone(snapshot.devices)) {
      this.#devices.push(device);
      this.#byId.set(device.id, device.index);
      this.#refs.push({ kind: "device", id: device.id });
      if (device.mac !== undefined) this.#byMac.set(device.mac, device.index);
      for (const fact of device.identity) {
        if (fact.what !== "hostname") continue;
        const short = fact.value.split(".", 1)[0] ?? fact.value;
        const owners = this.#byName.get(short) ?? [];
        if (!owners.includes(device.index) && owners.length <= 8) this.#byName.set(short, [...owners, device.index]);
      }
      this.#rebuild(device);
    }
    for (const [address, index] of snapshot.owners) this.#byAddress.set(address, index);
  }
}
