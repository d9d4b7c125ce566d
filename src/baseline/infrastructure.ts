import { parseIpv4 } from "../base/ip.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { ownText, readArray, readTexts, writeTexts } from "./columns.ts";

/** Neighbouring addresses, in blocks of 1,024 (a /22): about what one owner announces. */
const BLOCK = 1_024;
const NEIGHBOURS_LEAST = 2;
/** Domains and blocks kept; what comes later is not counted and so looks rare. */
const MOST = 200_000;
const MANY = "";

/**
 * Which outside ends belong together, learned from what own devices use: by registrable domain, and for a bare address by its
 * neighbours, when all those with a name bear the same domain. A rented machine has neighbours of many names and belongs to nobody.
 * About 100 B a domain and a block, at most 200,000 of each.
 */
export class Infrastructure {
  readonly #endpoints = new Map<string, number>();
  /** Block -> the one domain of its named addresses ("" when they have several), and how many there are. */
  readonly #owners = new Map<number, { domain: string; named: number }>();
  readonly #domainOf: (host: string) => string | undefined;

  constructor(domainOf: (host: string) => string | undefined) {
    this.#domainOf = domainOf;
  }

  get bytes(): number {
    return (this.#endpoints.size + this.#owners.size) * 100;
  }

  /** An outside end that an own device used for the first time in the organisation. */
  learnEndpoint(name: string): void {
    const domain = this.#domainOf(name);
    if (domain === undefined) return;
    const count = this.#endpoints.get(domain);
    if (count !== undefined) this.#endpoints.set(domain, count + 1);
    else if (this.#endpoints.size < MOST) this.#endpoints.set(ownText(domain), 1);
  }

  /** An address that answered to a name for the first time. */
  learnName(ip: string, name: string): void {
    const value = parseIpv4(ip);
    const domain = this.#domainOf(name);
    if (value === undefined || domain === undefined) return;
    const block = Math.floor(value / BLOCK);
    const owner = this.#owners.get(block);
    if (owner === undefined) {
      if (this.#owners.size < MOST) this.#owners.set(block, { domain: ownText(domain), named: 1 });
      return;
    }
    owner.named++;
    if (owner.domain !== domain) owner.domain = MANY;
  }

  /** Outside ends of the same owner that own devices use, beside this one. */
  siblings(name: string): number {
    const domain = this.#domainOf(name);
    if (domain !== undefined) return Math.max(0, (this.#endpoints.get(domain) ?? 1) - 1);
    const value = parseIpv4(name);
    const owner = value === undefined ? undefined : this.#owners.get(Math.floor(value / BLOCK));
    if (owner === undefined || owner.domain === MANY || owner.named < NEIGHBOURS_LEAST) return 0;
    return this.#endpoints.get(owner.domain) ?? owner.named;
  }

  save(out: ByteWriter): void {
    writeTexts(out, [...this.#endpoints.keys()]);
    out.array(Float64Array.from(this.#endpoints.values()));
    out.array(Float64Array.from([...this.#owners].flatMap(([block, owner]) => [block, owner.named])));
    writeTexts(
      out,
      [...this.#owners.values()].map((owner) => owner.domain),
    );
  }

  load(reader: ByteReader): void {
    const domains = readTexts(reader);
    const counts = readArray(reader, Float64Array);
    domains.forEach((domain, i) => {
      this.#endpoints.set(domain ?? "", counts[i] ?? 0);
    });
    const blocks = readArray(reader, Float64Array);
    readTexts(reader).forEach((domain, i) => {
      this.#owners.set(blocks[i * 2] ?? 0, { domain: domain ?? MANY, named: blocks[i * 2 + 1] ?? 0 });
    });
  }
}
