import { DEFAULT_OWN_NETWORKS } from "../base/ip.ts";
import type { Rule } from "./request.ts";

export type Family = "ip" | "ip6";
/** Sets of the table: flow, pair, port anywhere, port towards private addresses, outgoing, incoming, confined, allowed, pair that goes on. */
export const SETS = ["flows", "pairs", "ports", "held", "outgoing", "incoming", "confined", "allowed", "spared"] as const;
export type SetName = (typeof SETS)[number];

/** One element of one set: the form in which the kernel holds a rule. */
export interface Element {
  family: Family;
  set: SetName;
  /** As nft writes it: "10.0.0.5 . 10.0.0.9 . tcp . 445". */
  key: string;
}

/** The elements of a rule; without a protocol a port is meant over TCP and over UDP. */
export function elementsOf(rule: Rule, allow: boolean): Element[] {
  const { src, dst, port, proto } = rule;
  const family: Family = (src ?? dst ?? "").includes(":") ? "ip6" : "ip";
  const one = (set: SetName, ...parts: (string | number)[]): Element => ({ family, set, key: parts.join(" . ") });
  if (src === undefined) return [one("incoming", dst ?? "")];
  if (rule.confine === true) return [one("confined", src)];
  if (port === undefined) return [dst === undefined ? one("outgoing", src) : one(allow ? "spared" : "pairs", src, dst)];
  return (proto === undefined ? (["tcp", "udp"] as const) : [proto]).map((p) =>
    dst === undefined ? one(rule.inside === true ? "held" : "ports", src, p, port) : one(allow ? "allowed" : "flows", src, dst, p, port),
  );
}

export function nameOf(element: Element): string {
  return `${element.family} ${element.set} ${element.key}`;
}

const TYPES: Readonly<Record<SetName, (address: string) => string>> = {
  flows: (a) => `${a} . ${a} . inet_proto . inet_service`,
  pairs: (a) => `${a} . ${a}`,
  ports: (a) => `${a} . inet_proto . inet_service`,
  held: (a) => `${a} . inet_proto . inet_service`,
  outgoing: (a) => a,
  incoming: (a) => a,
  confined: (a) => a,
  allowed: (a) => `${a} . ${a} . inet_proto . inet_service`,
  spared: (a) => `${a} . ${a}`,
};

/** The sets of a table: the rules of elements come and go in them. */
export function setsText(family: Family): string {
  const address = family === "ip" ? "ipv4_addr" : "ipv6_addr";
  const inside = DEFAULT_OWN_NETWORKS.filter((n) => n.includes(":") === (family === "ip6"));
  return [
    ...SETS.map((set) => `set ${set} { type ${TYPES[set](address)}; flags timeout; counter; }`),
    `set inside { type ${address}; flags interval; elements = { ${inside.join(", ")} }; }`,
  ].join("\n  ");
}

/**
 * The table that we own, per version of IP. Rules only read sets, so that a change is one element and the kernel ends it by its timeout, whoever is dead.
 * A packet that must not pass is answered with a reset to its sender; of an open connection the other end is reset by the same packet, turned into a
 * reset on a copy (`dup`), since a reset alone would leave it half open until it speaks. `direction` is conntrack's: who began.
 */
export function tableText(family: Family, bothEnds: boolean): string {
  const s = `${family} saddr`;
  const d = `${family} daddr`;
  const there = `${s} . ${d} . meta l4proto . th dport`;
  const back = `${d} . ${s} . meta l4proto . th sport`;
  const reset = bothEnds ? `tcp flags set rst dup to ${d} tcp flags set ack reject with tcp reset` : "reject with tcp reset";
  return `add table ${family} wonted
flush table ${family} wonted
table ${family} wonted {
  ${setsText(family)}
  chain cut {
    tcp flags & rst == rst drop
    tcp flags & (syn | ack) == syn reject with tcp reset
    meta l4proto tcp ${reset}
    reject
  }
  chain confine {
    ${s} . ${d} @spared return
    ${d} . ${s} @spared return
    ct direction original ${there} != @allowed goto cut
    ct direction reply ${back} != @allowed goto cut
  }
  chain hold {
    ${s} . ${d} @spared return
    ${d} . ${s} @spared return
    ${there} @allowed return
    ${back} @allowed return
    goto cut
  }
  chain through {
    type filter hook forward priority filter - 5; policy accept;
    ${there} @flows goto cut
    ${back} @flows goto cut
    ${s} . ${d} @pairs goto cut
    ${d} . ${s} @pairs goto cut
    ${s} . meta l4proto . th dport @ports goto cut
    ${d} . meta l4proto . th sport @ports goto cut
    ${s} . meta l4proto . th dport @held ${d} @inside jump hold
    ${d} . meta l4proto . th sport @held ${s} @inside jump hold
    ${s} @outgoing ct direction original goto cut
    ${d} @outgoing ct direction reply goto cut
    ${d} @incoming ct direction original goto cut
    ${s} @incoming ct direction reply goto cut
    ${s} @confined jump confine
    ${d} @confined jump confine
  }
}
`;
}
