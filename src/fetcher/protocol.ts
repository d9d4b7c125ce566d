/** With what the visitor shows itself. */
export interface Face {
  userAgent: string;
  language: string;
}

export interface Limits {
  /** Redirects that are followed. */
  redirects: number;
  /** Whole look, ms. */
  ms: number;
  /** Decoded bytes of a body. */
  bytes: number;
}

/** What the program is told first, once. It holds no secret. */
export interface Settings {
  kind: "settings";
  /** http://host:port or https://host:port of the operator's egress proxy. */
  proxy: string;
  /** The organisation's networks and the platform's own addresses: never visited. */
  own: readonly string[];
  /** Name servers; none: those of the machine. */
  nameServers: readonly string[];
  /** Words of links that do something when they are opened. */
  unsafe: readonly string[];
  /** First look, second look. */
  faces: readonly Face[];
  limits: Limits;
}

/** visit: a page, with every face. document: a registry's answer, with the first face and a valid certificate. */
export type Request = { kind: "visit"; id: number; url: string } | { kind: "document"; id: number; url: string; accept: string };
export type ToFetcher = Settings | Request;

export interface Hop {
  url: string;
  /** Address that was connected to. */
  address?: string;
  status?: number;
  /** The certificate is valid for the name; absent without TLS. */
  valid?: boolean;
}

export interface Look {
  state: "visited" | "refused" | "failed";
  /** Of a look that was refused or failed: a code. */
  reason?: string;
  hops: Hop[];
  status?: number;
  type?: string;
  bytes?: number;
  cut?: boolean;
  body?: Uint8Array;
}

export interface FromFetcher {
  id: number;
  /** One for each face, in their order; the second is left out when the first was refused. */
  looks: Look[];
}
