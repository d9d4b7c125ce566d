import { hash32 } from "../../base/hash.ts";
import { HOUR, MINUTE } from "../../base/time.ts";
import { addressOf } from "../world/addressing.ts";
import { addressIn } from "../world/make-names.ts";
import type { Device, DeviceRole, Partner, Person, World } from "../world/types.ts";
import { Resolvers } from "./names.ts";
import { Web } from "./web.ts";

/** The stage on which the network's life plays: the world, the web outside and the name servers between. */
export interface Scene {
  world: World;
  web: Web;
  resolvers: Resolvers;
  /** Outside name servers that the house's own ask. */
  upstream: readonly string[];
  people: ReadonlyMap<string, Person>;
  /** Everything from a machine at home goes through the house; otherwise only what is inside does. */
  fullTunnel: boolean;
  server(role: DeviceRole): Device;
  servers(role: DeviceRole): readonly Device[];
  partnersOf(person: Person): readonly Partner[];
}

export function makeScene(world: World): Scene {
  const draw = world.draw.fork("scene");
  const controllers = world.servers.filter((s) => s.role === "domain-controller");
  const upstream = [addressIn(draw, world.organisation.country), addressIn(draw, "US")];
  const byRole = new Map<DeviceRole, Device[]>();
  for (const server of world.servers) byRole.set(server.role, [...(byRole.get(server.role) ?? []), server]);
  const owners = new Map<string, Partner[]>();
  for (const partner of world.partners) for (const id of partner.owners) owners.set(id, [...(owners.get(id) ?? []), partner]);
  return {
    world,
    web: new Web(world),
    upstream,
    resolvers: new Resolvers(
      controllers.map((c) => c.ip),
      upstream,
    ),
    people: new Map(world.people.map((p) => [p.id, p])),
    fullTunnel: draw.chance(0.4),
    server(role) {
      const found = byRole.get(role)?.[0];
      if (found === undefined) throw new RangeError(`the world has no ${role}`);
      return found;
    },
    servers: (role) => byRole.get(role) ?? [],
    partnersOf: (person) => owners.get(person.id) ?? [],
  };
}

/** A machine that is on, as the sensor meets it. */
export interface Sitting {
  device: Device;
  person: Person;
  day: number;
  /** Its address inside; undefined while it is elsewhere without a tunnel. */
  src: string;
  place: "office" | "home" | "travel";
  /** ms. */
  on: number;
  off: number;
  /** When its person works, ms; both 0 when the machine is on by itself. */
  awake: number;
  asleep: number;
  lunchStart: number;
  lunchEnd: number;
  /** Its way to the outside passes the sensor. */
  internet: boolean;
  /** It was on before the day began: no start-up. */
  since: boolean;
}

/** Some desk machines are never switched off. */
function neverOff(device: Device): boolean {
  return device.role === "workstation" && hash32(`${device.id}/power`) % 10 < 4;
}

/** How the machine spends the day in the house or in its tunnel; undefined when the sensor cannot meet it. */
export function sittingOf(scene: Scene, device: Device, day: number): Sitting | undefined {
  const { calendar } = scene.world;
  const person = device.owner === undefined ? undefined : scene.people.get(device.owner);
  if (person === undefined || day < device.joins || day > device.leaves) return undefined;
  const today = calendar.personDay(person, day);
  const midnight = calendar.midnight(day);
  const next = calendar.midnight(day + 1);
  const { start, end } = today;
  const always = neverOff(device);
  if (start === undefined || end === undefined || (today.state !== "office" && device.vpnIp === undefined)) {
    if (!always) return undefined;
    return {
      device,
      person,
      day,
      src: addressOf(device, day),
      place: "office",
      on: midnight,
      off: next,
      awake: 0,
      asleep: 0,
      lunchStart: 0,
      lunchEnd: 0,
      internet: true,
      since: day !== 0,
    };
  }
  const place = today.state === "office" ? "office" : today.state === "travel" ? "travel" : "home";
  const times = { awake: start, asleep: end, lunchStart: today.lunchStart ?? 0, lunchEnd: today.lunchEnd ?? 0 };
  if (place === "office") {
    const span = always ? { on: midnight, off: next, since: day !== 0 } : { on: start - 3 * MINUTE, off: Math.min(next, end + 4 * MINUTE), since: false };
    return { device, person, day, src: addressOf(device, day), place, internet: true, ...span, ...times };
  }
  if (device.role === "phone" || device.vpnIp === undefined) return undefined;
  // At home the tunnel is up from the first need of something inside, and on travel for some hours.
  const on = start + 2 * MINUTE;
  const off = Math.min(next, place === "travel" ? Math.min(end, on + 3 * HOUR) : end);
  return { device, person, day, src: device.vpnIp, place, internet: scene.fullTunnel, on, off, since: false, ...times };
}
