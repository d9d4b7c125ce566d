import { MINUTE } from "../../base/time.ts";
import type { Draw } from "../world/draw.ts";
import type { WebHost } from "./hosts.ts";
import type { Wire } from "./wire.ts";

const QTYPES = { A: 1, NS: 2, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, HTTPS: 65 } as const;
export type QueryType = keyof typeof QTYPES;

export interface Question {
  time: number;
  src: string;
  server: string;
  query: string;
  type: QueryType;
  answers?: readonly string[];
  ttl?: number;
  /** NOERROR when left out. */
  code?: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
  seconds?: number;
}

const CODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 } as const;

/** One question and its answer, each on a flow of its own as resolvers of clients do. Returns when it was answered, ms. */
export function ask(wire: Wire, question: Question): number {
  const { draw } = wire;
  const { query, answers = [], ttl = 300, code = "NOERROR" } = question;
  const seconds = question.seconds ?? draw.lognormal(0.004, 1.2);
  const size = query.length + 18;
  const link = wire.flow({
    time: question.time,
    src: question.src,
    dst: question.server,
    port: 53,
    proto: "udp",
    service: "dns",
    seconds,
    out: size + 11 * draw.int(0, 1),
    in: size + answers.reduce((sum, a) => sum + Math.min(16, a.length) + 12, 0) + (answers.length === 0 ? 60 : 0),
  });
  wire.on("dns", link, 0, {
    proto: "udp",
    trans_id: Math.floor(draw.next() * 65_536),
    rtt: seconds,
    query,
    qclass: 1,
    qclass_name: "C_INTERNET",
    qtype: QTYPES[question.type],
    qtype_name: question.type,
    rcode: CODES[code],
    rcode_name: code,
    AA: false,
    TC: false,
    RD: true,
    RA: true,
    Z: 0,
    answers: answers.length === 0 ? undefined : answers,
    TTLs: answers.length === 0 ? undefined : answers.map(() => ttl),
    rejected: false,
  });
  return question.time + seconds * 1_000;
}

/** What a resolver remembers: a name is asked for again when its time to live is over. Bounded: the oldest half goes at `limit` names. */
export class NameCache {
  readonly #until = new Map<string, number>();
  readonly #limit: number;
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True when it is remembered; else it is from now on. */
  has(name: string, now: number, ttl: number): boolean {
    const until = this.#until.get(name);
    if (until !== undefined && until > now) return true;
    if (this.#until.size >= this.#limit) {
      let rest = this.#limit / 2;
      for (const key of this.#until.keys()) {
        if (rest-- <= 0) break;
        this.#until.delete(key);
      }
    }
    this.#until.delete(name);
    this.#until.set(name, now + ttl * 1_000);
    return false;
  }

  clear(): void {
    this.#until.clear();
  }
}

/** The name servers of the house: they answer clients and ask the world for what they do not remember. */
export class Resolvers {
  readonly #servers: readonly string[];
  readonly #upstream: readonly string[];
  readonly #cache = new NameCache(20_000);

  constructor(servers: readonly string[], upstream: readonly string[]) {
    this.#servers = servers;
    this.#upstream = upstream;
  }

  /** The first server mostly, the second when a client's turn changes. */
  server(draw: Draw): string {
    return (draw.chance(0.9) ? this.#servers[0] : this.#servers[this.#servers.length - 1]) ?? "";
  }

  /**
   * Looks a host up for a client that does not remember it: A, and what its software asks beside. Returns the address and when it is known;
   * the address is one of the host's by turns, so that a content network is met under many.
   */
  resolve(client: Wire, time: number, src: string, host: WebHost, modern: boolean): { ip: string; at: number } {
    // What other clients asked decides what must be asked again: that may not change the client's own luck.
    const wire = client.apart(`${src}/${time}/${host.name}`);
    const { draw } = wire;
    const server = this.server(draw);
    const first = Math.floor(draw.next() * host.ips.length);
    const count = Math.min(host.ips.length, 4);
    const addresses = Array.from({ length: count }, (_, i) => host.ips[(first + i) % host.ips.length] ?? "");
    const answers = host.alias === undefined ? addresses : [host.alias, ...addresses];
    const known = this.#cache.has(host.name, time, host.ttl);
    const seconds = known ? draw.lognormal(0.000_9, 0.7) : host.rtt + draw.lognormal(0.012, 0.8);
    const at = ask(wire, { time, src, server, query: host.name, type: "A", answers, ttl: known ? draw.int(1, host.ttl) : host.ttl, seconds });
    if (modern) ask(wire, { time: time + draw.between(0, 1.5), src, server, query: host.name, type: "HTTPS", seconds: seconds * draw.between(0.8, 1.4) });
    else if (draw.chance(0.3))
      ask(wire, {
        time: time + draw.between(0, 1.5),
        src,
        server,
        query: host.name,
        type: "AAAA",
        answers: host.alias === undefined ? [] : [host.alias],
        seconds,
      });
    if (!known) {
      const upstream = draw.pick(this.#upstream);
      ask(wire, { time: time + 0.4, src: server, server: upstream, query: host.name, type: "A", answers, ttl: host.ttl, seconds: seconds * 0.9 });
      if (modern) ask(wire, { time: time + 1.1, src: server, server: upstream, query: host.name, type: "HTTPS", seconds });
    }
    return { ip: addresses[0] ?? "", at };
  }

  /** A name of the house. */
  resolveInside(wire: Wire, time: number, src: string, name: string, ip: string): number {
    return ask(wire, { time, src, server: this.server(wire.draw), query: name, type: "A", answers: [ip], ttl: 1_200 });
  }
}

/** How long a client's own memory holds a name at most. */
export const CLIENT_TTL = (10 * MINUTE) / 1_000;
