import { canonicalHost } from "../base/domain.ts";
import { parseIpv4 } from "../base/ip.ts";
import type { NetEvent } from "../schema/event.ts";
import { adminProtocolOf } from "./admin-protocol.ts";
import { DOMAIN, ENDPOINT, HASSH, ISSUER, JA3, JA4, USER_AGENT } from "./features.ts";

const MOST_VALUES = 16;

/** The text values of one event by feature; reused for every event. Address-like features (country, ASN, port) are read by number elsewhere. */
export class EventValues {
  count = 0;
  readonly feature = new Uint8Array(MOST_VALUES);
  readonly text: string[] = new Array<string>(MOST_VALUES).fill("");
  /** Outside host name that the event carries (Host, SNI, DNS query), lower case, or undefined. */
  host: string | undefined;
  domain: string | undefined;
  hostIsAddress = false;
  admin: string | undefined;
  credential: string | undefined;

  clear(): void {
    this.count = 0;
    this.host = undefined;
    this.domain = undefined;
    this.hostIsAddress = false;
    this.admin = undefined;
    this.credential = undefined;
  }

  add(feature: number, text: string | undefined): void {
    if (text === undefined || text === "" || this.count >= MOST_VALUES) return;
    this.feature[this.count] = feature;
    this.text[this.count++] = text.length > 512 ? text.slice(0, 512) : text;
  }
}

export interface ReaderOptions {
  /** Names of our own organisation are not outside endpoints. */
  isOwnName(host: string): boolean;
  domainOf(host: string): string | undefined;
}

/** Reads what learning wants out of events: one switch, no allocation but for host names not seen lately. */
export class EventReader {
  readonly #options: ReaderOptions;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  read(event: NetEvent, into: EventValues): void {
    into.clear();
    switch (event.family) {
      case "conn":
        break;
      case "http":
        this.#host(event.host, into, true);
        into.add(USER_AGENT, event.userAgent);
        into.credential = event.username;
        break;
      case "tls":
        this.#host(event.serverName, into, true);
        into.add(JA3, event.ja3);
        into.add(JA4, event.ja4);
        into.add(ISSUER, event.issuer);
        break;
      case "dns":
        if (event.isAnswer !== true || event.sensor === "zeek" || event.answers !== undefined) this.#host(event.query, into, false);
        break;
      case "ssh":
        into.add(HASSH, event.hassh ?? event.client);
        break;
      case "ntlm":
        if (event.success !== false) into.credential = event.username;
        break;
      case "kerberos":
        if (event.success !== false && event.requestType !== "AS") into.credential = event.client;
        break;
      case "rdp":
        into.credential = event.cookie;
        break;
      case "smb":
        into.credential = event.username;
        break;
      case "ftp":
        into.credential = event.username;
        break;
      default:
        break;
    }
    into.admin = adminProtocolOf(event);
  }

  #host(text: string | undefined, into: EventValues, contact: boolean): void {
    if (text === undefined || text === "") return;
    const host = needsCanonical(text) ? canonicalHost(text) : text;
    if (host === undefined || host.length > 255) return;
    if (parseIpv4(host) !== undefined || host.indexOf(":") >= 0) {
      into.hostIsAddress = true;
      return;
    }
    if (this.#options.isOwnName(host)) return;
    const domain = this.#options.domainOf(host);
    if (domain === undefined || isSpecialUse(domain)) return;
    into.host = host;
    into.domain = domain;
    if (contact) into.add(ENDPOINT, host);
    into.add(DOMAIN, domain);
  }
}

function needsCanonical(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if ((c >= 65 && c <= 90) || c <= 32 || c === 58 || c === 91) return true;
  }
  return text.charCodeAt(text.length - 1) === 46;
}

const SPECIAL_USE = new Set(["arpa", "local", "localhost", "lan", "home", "internal", "localdomain", "test", "invalid"]);

/** Names that live on the own network only (RFC 6761, RFC 6762, and the suffixes that routers hand out). */
function isSpecialUse(domain: string): boolean {
  return SPECIAL_USE.has(domain.slice(domain.lastIndexOf(".") + 1));
}
