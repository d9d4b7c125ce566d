import type { Entity } from "../client/types.ts";

/** The name that people use: host name, else address, else id. */
export function entityName(entity: Entity): string {
  return entity.hostname ?? entity.user ?? entity.ip ?? entity.id;
}

export function endpoint(address: string | undefined, port: number | undefined): string {
  if (address === undefined) return "";
  if (port === undefined) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
