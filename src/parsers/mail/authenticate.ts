import { authenticate as checkAll } from "mailauth";
import { registrableDomain } from "../../base/domain.ts";
import { DEFAULT_OWN_NETWORKS, NetworkSet } from "../../base/ip.ts";
import type { Authentication, AuthVerdict, OpenedMessage } from "./opened-message.ts";

/** DNS as mailauth asks for it: name and record type in, records or an error with a code out. Handed in: replay and tests ask nobody. */
export type Resolver = (name: string, type: string) => Promise<string[] | string[][]>;

export interface Envelope {
  /** Address that connected to the receiving system. */
  ip: string | undefined;
  helo: string | undefined;
  /** Envelope sender. */
  mailFrom: string | undefined;
}

/** The part of mailauth's answer that is read here. */
interface Checked {
  spf?: { status?: { result?: string }; domain?: string } | false;
  dkim?: { results?: { signingDomain?: string; status?: { result?: string; aligned?: string | false } }[] };
  dmarc?: Status;
  arc?: Status;
}

/** mailauth writes false where a check was left out. */
type Status = { status?: { result?: string } } | false;

/** An address that nobody sends from (RFC 5737), where none is known: what SPF says of it is dropped. */
const NOWHERE = "192.0.2.1";
const VERDICTS: ReadonlySet<string> = new Set(["pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror", "bestguesspass"]);
const NONE: Authentication = { by: "none", spf: "none", dkim: "none", dmarc: "none", arc: "none", dkimDomain: undefined, spfDomain: undefined, signedBy: [] };

/** Answers that no record exists, for every question: for checking without any DNS. */
export const noDns: Resolver = () => Promise.reject(Object.assign(new Error("no DNS"), { code: "ENOTFOUND" }));

/**
 * SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489) and ARC (RFC 8617) of a message, checked here with the resolver that is handed in; 4-8 ms. Without a connecting address SPF is
 * `none`. A pass is a fact about a domain and never a reason to leave a message unjudged. Never rejects: what cannot be checked is `temperror`.
 */
export async function authenticateMail(bytes: Buffer, envelope: Envelope, resolver: Resolver): Promise<Authentication> {
  let result: Checked;
  try {
    result = (await checkAll(bytes, {
      ip: envelope.ip ?? NOWHERE,
      ...(envelope.helo === undefined ? {} : { helo: envelope.helo }),
      ...(envelope.mailFrom === undefined ? {} : { sender: envelope.mailFrom }),
      mta: "wonted.invalid",
      resolver: resolver as never,
      disableBimi: true,
    } as never)) as Checked;
  } catch {
    return { ...NONE, by: "own", spf: "temperror", dkim: "temperror", dmarc: "temperror", arc: "temperror" };
  }
  const signatures = result.dkim?.results ?? [];
  const passed = signatures.filter((s) => s.status?.result === "pass");
  const best = passed.find((s) => s.status?.aligned !== undefined && s.status.aligned !== false) ?? passed[0] ?? signatures[0];
  const spf = result.spf === false || envelope.ip === undefined ? undefined : result.spf;
  const of = (status: Status | undefined): AuthVerdict => verdict(status === false ? undefined : status?.status?.result);
  return {
    by: "own",
    spf: of(spf),
    dkim: verdict(best?.status?.result),
    dmarc: of(result.dmarc),
    arc: of(result.arc),
    dkimDomain: best?.signingDomain?.toLowerCase(),
    spfDomain: spf?.domain?.toLowerCase(),
    signedBy: [...new Set(passed.map((s) => (s.signingDomain ?? "").toLowerCase()).filter((d) => d !== ""))],
  };
}

/**
 * What the receiving system wrote (RFC 8601): the topmost Authentication-Results or Received-SPF of a system in `trusted` (authserv-ids in lower case, `.own.example`
 * for all names below it, "" for Microsoft's form without one), and what else it wrote before the next outside hop. Headers of other systems, and
 * anything from further down, came with the message and are left out. With nothing in `trusted` the system that wrote the topmost one is believed to be the
 * receiver: a guess that a sender defeats where the receiver writes none. `by: "none"` when no such header stands.
 */
export function statedVerdicts(message: Pick<OpenedMessage, "stated" | "headers" | "hops" | "from">, trusted: readonly string[]): Authentication {
  const auth: Authentication = { ...NONE, signedBy: [] };
  const all = message.stated.filter((s) => !s.header.startsWith("arc-")).sort((a, b) => a.at - b.at);
  const first = all.find((s) => trusted.length === 0 || isTrusted(s.server, trusted));
  if (first === undefined) return auth;
  const end = nextOutsideHop(message, first.at);
  const from = registrableDomain(message.from?.domain ?? "");
  const seen = new Set<string>();
  for (const stated of all) {
    if (stated.at < first.at || stated.at > end) continue;
    if (trusted.length === 0 ? stated.server !== first.server : !isTrusted(stated.server, trusted)) continue;
    const methods = new Set<string>();
    for (const { method, result, domain } of stated.results) {
      if (seen.has(method) || !METHODS.has(method)) continue;
      methods.add(method);
      auth.by = "trusted-header";
      const told = verdict(result);
      if (method === "spf") {
        auth.spf = told;
        auth.spfDomain = domain;
      } else if (method === "dmarc") auth.dmarc = told;
      else if (method === "arc") auth.arc = told;
      else takeDkim(auth, told, domain, from);
    }
    for (const method of methods) seen.add(method);
  }
  return auth;
}

const METHODS: ReadonlySet<string> = new Set(["spf", "dkim", "dmarc", "arc"]);
/** With the addresses that providers share among customers (RFC 6598). */
const NOT_OUTSIDE = new NetworkSet([...DEFAULT_OWN_NETWORKS, "100.64.0.0/10", "127.0.0.0/8", "::1/128"]);

function isTrusted(server: string, trusted: readonly string[]): boolean {
  return trusted.some((id) => (id.startsWith(".") ? server.endsWith(id) : server === id));
}

/** Position of the first Received below `at` that names an address from outside, or none at all: what stands below it is the sender's. */
function nextOutsideHop(message: Pick<OpenedMessage, "headers" | "hops">, at: number): number {
  let hop = 0;
  for (let i = 0; i < message.headers.length; i++) {
    if (message.headers[i]?.name !== "received") continue;
    const ip = message.hops[hop++]?.ip;
    if (i > at && (ip === undefined || !NOT_OUTSIDE.has(ip))) return i;
  }
  return Number.POSITIVE_INFINITY;
}

/** Several signatures: one that passed for the sender's own domain counts most, then any that passed. */
function takeDkim(auth: Authentication, result: AuthVerdict, domain: string | undefined, from: string | undefined): void {
  const aligned = domain !== undefined && from !== undefined && registrableDomain(domain) === from;
  if (result === "pass" && domain !== undefined && !auth.signedBy.includes(domain)) auth.signedBy.push(domain);
  const better = auth.dkim === "none" || (result === "pass" && (auth.dkim !== "pass" || aligned));
  if (!better) return;
  auth.dkim = result;
  auth.dkimDomain = domain;
}

/** Where the message came from, by what the receiving system wrote: the newest hop from outside, and Return-Path. */
export function envelopeOf(message: Pick<OpenedMessage, "headers" | "hops">, isOwn: (ip: string) => boolean = () => false): Envelope {
  const hop = message.hops.find((h) => h.ip !== undefined && !NOT_OUTSIDE.has(h.ip) && !isOwn(h.ip));
  const path = message.headers.find((h) => h.name === "return-path")?.raw;
  const mailFrom = path === undefined ? undefined : /<([^<>\s]+@[^<>\s]+)>/.exec(path)?.[1];
  return { ip: hop?.ip, helo: hop?.from, mailFrom };
}

function verdict(text: string | undefined): AuthVerdict {
  const plain = text === "hardfail" ? "fail" : (text ?? "none");
  return VERDICTS.has(plain) ? (plain as AuthVerdict) : "none";
}
