export type EntityKind = "device" | "user" | "mailbox" | "sender" | "external";

/** An entity as every file and answer names it. A device carries its address at that time as `ip`. */
export interface EntityRef {
  kind: EntityKind;
  id: string;
  ip?: string;
  hostname?: string;
  user?: string;
}

/** One name or address that a device carried over a span of time. `by` says which record taught us. */
export interface IdentityFact {
  what: "ip" | "mac" | "hostname" | "user" | "os";
  value: string;
  from: number;
  to: number;
  by: string;
}

/** An own device. `index` is dense and process-local: learner states live in arrays under it. */
export interface Device {
  index: number;
  /** Stable: `mac:...` when DHCP named it first, else its first address (with `#n` when that address had other owners before). */
  id: string;
  ip: string | undefined;
  mac: string | undefined;
  hostname: string | undefined;
  firstSeen: number;
  lastSeen: number;
  /** Accepted roles from the organisation file, e.g. scanner, domain-controller, proxy. */
  roles: readonly string[];
  identity: IdentityFact[];
}

/** The other end of what an alert tells. */
export interface Peer {
  ip?: string;
  hostname?: string;
  port?: number;
}
