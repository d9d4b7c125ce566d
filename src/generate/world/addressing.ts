import { hash32 } from "../../base/hash.ts";
import type { Calendar } from "./calendar.ts";
import type { Device, Person } from "./types.ts";

/**
 * The machine's address in the house on that day. Leases outlast weekends mostly; about one machine in ten comes back on Monday with its other
 * address, and one that moved keeps the new network.
 */
export function addressOf(device: Device, day: number): string {
  if (device.moves !== undefined && day >= device.moves.day) return device.moves.ip;
  if (!device.dhcp || device.otherIp === undefined) return device.ip;
  const week = Math.floor(day / 7);
  return hash32(`${device.id}/${week}`, 0x51ed270b) % 10 === 0 ? device.otherIp : device.ip;
}

/** Address under which inside servers see the machine: in the house, or in the remote-access pool; undefined when it is elsewhere without VPN. */
export function insideAddress(calendar: Calendar, device: Device, owner: Person, day: number): string | undefined {
  const { state } = calendar.personDay(owner, day);
  if (state === "office") return addressOf(device, day);
  return state === "home" || state === "travel" ? device.vpnIp : undefined;
}
