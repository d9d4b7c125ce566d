import type { Draw } from "../world/draw.ts";
import { addressIn } from "../world/make-names.ts";

/** A name outside that clients reach. */
export interface WebHost {
  name: string;
  ips: readonly string[];
  /** Names that its answer passes through, for a content network. */
  alias?: string;
  ttl: number;
  version: "TLSv12" | "TLSv13";
  cipher: string;
  issuer: string;
  subject: string;
  ja3s: string;
  /** Round trip, seconds. */
  rtt: number;
  quic: boolean;
  /** ms: validity of its certificate. */
  notBefore: number;
  notAfter: number;
  serial: string;
}

const ISSUERS: readonly [issuer: string, days: number, weight: number][] = [
  ["CN=R10,O=Let's Encrypt,C=US", 90, 30],
  ["CN=E5,O=Let's Encrypt,C=US", 90, 14],
  ["CN=DigiCert Global G2 TLS RSA SHA256 2020 CA1,O=DigiCert Inc,C=US", 397, 16],
  ["CN=Amazon RSA 2048 M02,O=Amazon,C=US", 395, 12],
  ["CN=WE1,O=Google Trust Services,C=US", 90, 14],
  ["CN=Sectigo RSA Domain Validation Secure Server CA,O=Sectigo Limited,L=Salford,ST=Greater Manchester,C=GB", 397, 10],
  ["CN=GlobalSign RSA OV SSL CA 2018,O=GlobalSign nv-sa,C=BE", 397, 4],
];
const MICROSOFT = "CN=Microsoft Azure RSA TLS Issuing CA 07,O=Microsoft Corporation,C=US";

/** Places of servers that serve the world, by how often. */
const HOSTING = ["US", "US", "US", "IE", "NL", "DE", "DE", "FR", "GB"];

/**
 * Names outside and what stands behind them, made when first asked for and the same whoever asks first.
 * Memory: about 600 B a name that was met.
 */
export class HostBook {
  readonly #draw: Draw;
  readonly #start: number;
  readonly #hosts = new Map<string, WebHost>();
  readonly #networks: readonly string[];

  constructor(draw: Draw, start: number) {
    this.#draw = draw;
    this.#start = start;
    const fork = draw.fork("content-networks");
    this.#networks = Array.from({ length: 12 }, () => addressIn(fork, fork.pick(HOSTING)).split(".").slice(0, 2).join("."));
  }

  /** @param country where it is hosted; left out: on a content network, or where servers stand */
  host(name: string, country?: string): WebHost {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      host = this.#make(this.#draw.fork(`host/${name}`), name, country);
      this.#hosts.set(name, host);
    }
    return host;
  }

  #make(draw: Draw, name: string, country: string | undefined): WebHost {
    const shared = country === undefined && draw.chance(0.55);
    const block = draw.pick(this.#networks);
    const count = shared ? draw.int(2, 8) : draw.chance(0.3) ? 2 : 1;
    const place = country ?? draw.pick(HOSTING);
    const ips = Array.from({ length: count }, () => (shared ? `${block}.${draw.int(0, 255)}.${draw.int(1, 254)}` : addressIn(draw, place)));
    const microsoft = /(microsoft|office|office365|live|windowsupdate|sharepoint|msedge|microsoftonline|skype|azure)\.(com|net)$/.test(name);
    const [issuer, days] = microsoft ? [MICROSOFT, 330] : draw.weighted(ISSUERS, ([, , weight]) => weight);
    const modern = draw.chance(microsoft ? 0.6 : 0.78);
    const notBefore = this.#start - draw.between(1, days * 0.8) * 86_400_000;
    const far = !shared && ["CN", "JP", "KR", "IN", "AU", "BR", "SG", "VN"].includes(place);
    return {
      name,
      ips,
      ...(shared ? { alias: `${draw.hex(12)}.${draw.pick(["edge-lattice", "fleetcache", "nearside"])}.net` } : {}),
      ttl: draw.pick([30, 60, 60, 300, 300, 300, 300, 600, 1_800, 3_600]),
      version: modern ? "TLSv13" : "TLSv12",
      cipher: modern
        ? draw.pick(["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"])
        : draw.pick(["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]),
      issuer,
      subject: microsoft
        ? `CN=*.${name.split(".").slice(-2).join(".")},O=Microsoft Corporation,L=Redmond,ST=WA,C=US`
        : `CN=${draw.chance(0.4) ? `*.${name.split(".").slice(-2).join(".")}` : name}`,
      ja3s: draw.pick([
        "eb1d94daa7e0344597e756a1fb6e7054",
        "f4febc55ea12b31ae17cfb7e614afda8",
        "907bf3ecef1c987c889946b737b43de8",
        "2b0648ab686ee45e0e7c35fcfb0eea7e",
        "15af977ce25de452b96affa2addb1036",
      ]),
      rtt: far ? draw.between(0.15, 0.3) : shared ? draw.between(0.004, 0.03) : draw.between(0.012, 0.12),
      quic: shared && draw.chance(0.35),
      notBefore,
      notAfter: notBefore + days * 86_400_000,
      serial: draw.hex(32).toUpperCase(),
    };
  }
}
