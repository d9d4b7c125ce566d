import type { Alert } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";

/** Keys under which an entity is found: its id, its address (peers are named by it), its name, its user. */
export function keysOf(entity: EntityRef): string[] {
  const keys = new Set<string>([entity.id]);
  if (entity.ip !== undefined) keys.add(entity.ip);
  if (entity.hostname !== undefined) keys.add(`host:${entity.hostname.toLowerCase()}`);
  const user = entity.user ?? (entity.kind === "user" ? entity.id : undefined);
  if (user !== undefined) keys.add(`user:${user.toLowerCase()}`);
  return [...keys];
}

/** Keys by which an alert may join what others tell: the other ends that it names, the odd values that it bears. Not those of its own entity. */
export function linksOf(alert: Alert): { peers: string[]; values: string[] } {
  const own = new Set(keysOf(alert.entity));
  const peers = new Set<string>();
  for (const peer of alert.peers) {
    if (peer.ip !== undefined && !own.has(peer.ip)) peers.add(peer.ip);
    const name = peer.hostname === undefined ? undefined : `host:${peer.hostname.toLowerCase()}`;
    if (name !== undefined && !own.has(name)) peers.add(name);
  }
  return { peers: [...peers], values: (alert.joins ?? []).map((v) => `value:${v}`) };
}
