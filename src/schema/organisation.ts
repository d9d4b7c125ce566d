/** The organisation file (--org): all optional, defaults in app/config. */
export interface Organisation {
  networks: readonly string[];
  /** True when `networks` was not given and RFC 1918, ULA and link-local stand in. */
  defaultNetworks: boolean;
  domains: readonly string[];
  /** Names (authserv-ids, lower case) under which own receiving systems write Authentication-Results; `.example.com` = all below, "" = the form without a name. */
  receivers?: readonly string[];
  nat: readonly string[];
  proxies: readonly string[];
  vpn: readonly string[];
  protected: readonly string[];
  /** IANA name; hours of activity are read on this clock. */
  timezone: string;
  sites: readonly { name: string; networks: readonly string[]; timezone?: string }[];
  people: readonly { name: string; mail: string; department?: string; title?: string; manager?: string }[];
  roles: readonly { entity: string; role: string }[];
}
