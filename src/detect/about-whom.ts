import type { EntityRef, Peer } from "../schema/entity.ts";
import type { Observation } from "../schema/observation.ts";
import type { Hit, KeyState } from "./key-state.ts";
import type { About } from "./model.ts";

/** Whom an alert is on, and what of it where the model tells several things of one entity apart. */
export function thingOf(state: KeyState): string {
  return state.entity.id + state.apart;
}

export function entityOf(about: About, o: Observation, target: (o: Observation) => EntityRef | undefined): EntityRef | undefined {
  if (about === "actor" || (about === "either" && o.entity.kind === "device")) return o.entity;
  return target(o);
}

/** For who was reached, the other end is who did it; the port stays the one that was reached. */
export function actorAsPeer(o: Observation): Peer {
  const peer: Peer = { ip: o.entity.ip ?? o.entity.id };
  if (o.entity.hostname !== undefined) peer.hostname = o.entity.hostname;
  if (o.peer?.port !== undefined) peer.port = o.peer.port;
  return peer;
}

/** The other end of what matched last: the one that an alert names first. */
export function latestPeer(state: KeyState): Peer | undefined {
  let latest: Hit | undefined;
  for (const hit of state.hits) if (hit !== undefined && (latest === undefined || hit.order > latest.order)) latest = hit;
  return latest?.peer;
}
