import { canonicalIp } from "../base/ip.ts";
import type { Directory } from "../respond/ports.ts";
import type { EntityRef } from "../schema/entity.ts";
import type { PlatformCore } from "./platform-core.ts";

/** Who is who, from the registry of devices and the organisation's list of people. */
export function directoryOf(core: PlatformCore, protectedTexts: readonly string[]): Directory {
  const { devices } = core;
  const owner = (ip: string): string | undefined => devices.holder(ip)?.id;
  const protectedNames = new Set(protectedTexts.map((t) => t.toLowerCase()));
  return {
    entity(ref) {
      if (ref.kind !== "device") return ref;
      const device = devices.find(ref.id);
      return device === undefined ? undefined : devices.ref(device.index);
    },
    addresses: (ref) => addressesOf(core, ref),
    owner,
    deviceAt(ip) {
      const device = devices.holder(ip);
      return device === undefined ? undefined : devices.ref(device.index);
    },
    tags(ref) {
      const roles = ref.kind === "device" ? (devices.find(ref.id)?.roles ?? []) : [];
      const users = ref.kind === "device" ? [] : protectedNames.has(ref.id.toLowerCase()) ? ["protected"] : [];
      return [...roles, ...users].map((r) => r.toLowerCase());
    },
    devices: () => devices.all().map((d) => devices.ref(d.index)),
    fleet: () => devices.size,
  };
}

/** Every address that the entity has now, the one it spoke from last first. */
function addressesOf(core: PlatformCore, ref: EntityRef): readonly string[] {
  if (ref.kind === "external") return canonicalIp(ref.id) === undefined ? [] : [ref.id];
  if (ref.kind !== "device") return [];
  const device = core.devices.find(ref.id);
  if (device === undefined) return [];
  const known = device.identity.filter((f) => f.what === "ip").map((f) => f.value);
  const list = new Set([...(device.ip === undefined ? [] : [device.ip]), ...known]);
  return [...list].filter((ip) => core.devices.holder(ip)?.index === device.index);
}
