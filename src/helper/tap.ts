import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { CodedError } from "../base/result.ts";
import { type Family, setsText } from "./elements.ts";

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/;

/**
 * The interface that a mirror port feeds, as nft may print it. Throws CodedError `tap-interface-refused`: what its table drops must be nobody's traffic, so
 * an interface that bears an address is not taken.
 */
export function requireTap(name: string): string {
  if (!NAME.test(name)) throw new CodedError("tap-interface-refused", "the tap is the name of an interface");
  const addresses = (networkInterfaces()[name] ?? []).filter((a) => !a.address.toLowerCase().startsWith("fe80:"));
  if (addresses.length > 0)
    throw new CodedError("tap-interface-refused", `${name} bears the address ${addresses[0]?.address}: a mirror port's interface has none of its own`);
  // An interface without carrier is not among those; what is routed over it is.
  if (routed(name)) throw new CodedError("tap-interface-refused", `${name} has routes: a mirror port's interface is nobody's way`);
  return name;
}

function routed(name: string): boolean {
  try {
    return readFileSync("/proc/net/route", "utf8")
      .split("\n")
      .some((line) => line.split("\t", 1)[0] === name);
  } catch {
    return false;
  }
}

/** Copies of frames are addressed to others: only what is marked as ours goes on to where addresses can be matched. TCP alone can be reset. */
export function mirrorText(tap: string): string {
  return `add table netdev wonted_tap
flush table netdev wonted_tap
table netdev wonted_tap {
  chain mirror {
    type filter hook ingress device "${tap}" priority 0; policy accept;
    meta l4proto tcp meta pkttype set host
  }
}
`;
}

/**
 * The table for a machine that only sees copies. Nothing can be held back here; each copy that falls under a rule is answered to who sent it with a
 * reset in the name of the other end. Its sequence number is the one that the sender acknowledged just now, which is the only one that a careful
 * receiver takes (RFC 5961 section 3.2). Since data one way are acknowledged the other way, both ends are reset within one round trip.
 * Who began a connection is not known for what was open before, so a rule of a whole address cuts both ways, and what is allowed is allowed from either end.
 * Before routing and tracking (priority raw): a mirror of a busy network must not fill the table of connections.
 */
export function tapTableText(family: Family, tap: string): string {
  const s = `${family} saddr`;
  const d = `${family} daddr`;
  const there = `${s} . ${d} . meta l4proto . th dport`;
  const back = `${d} . ${s} . meta l4proto . th sport`;
  return `add table ${family} wonted_tap
flush table ${family} wonted_tap
table ${family} wonted_tap {
  ${setsText(family)}
  chain cut {
    tcp flags & rst == rst drop
    meta l4proto tcp reject with tcp reset
  }
  chain confine {
    ${s} . ${d} @spared drop
    ${d} . ${s} @spared drop
    ${there} @allowed drop
    ${back} @allowed drop
    goto cut
  }
  chain copies {
    type filter hook prerouting priority raw; policy accept;
    iifname != "${tap}" accept
    ${there} @flows goto cut
    ${back} @flows goto cut
    ${s} . ${d} @pairs goto cut
    ${d} . ${s} @pairs goto cut
    ${s} . meta l4proto . th dport @ports goto cut
    ${d} . meta l4proto . th sport @ports goto cut
    ${s} . meta l4proto . th dport @held ${d} @inside goto confine
    ${d} . meta l4proto . th sport @held ${s} @inside goto confine
    ${s} @outgoing goto cut
    ${d} @incoming goto cut
    ${s} @confined goto confine
    ${d} @confined goto confine
    drop
  }
}
`;
}
