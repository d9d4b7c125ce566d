import { authenticate as checkAll } from "mailauth";
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
 * What the receiving system wrote, if it is one that the operator trusts: the topmost Authentication-Results whose authserv-id is in `trusted` (lower case), or
 * with "" in it the topmost without an id (Microsoft's form). Only as good as the receiving system's removal of forged ones (RFC 8601 section 5).
 * `by: "none"` when there is no such header.
 */
export function statedVerdicts(message: Pick<OpenedMessage, "stated" | "headers">, trusted: ReadonlySet<string>): Authentication {
  const stated = message.stated.find((s) => s.header === "authentication-results" && trusted.has(s.server));
  if (stated === undefined) return NONE;
  const of = (method: string): { result: string; domain: string | undefined } | undefined =>
    stated.results.find((r) => r.method === method && r.result === "pass") ?? stated.results.find((r) => r.method === method);
  const passed = stated.results.filter((r) => r.method === "dkim" && r.result === "pass" && r.domain !== undefined);
  return {
    by: "trusted-header",
    spf: verdict(of("spf")?.result),
    dkim: verdict(of("dkim")?.result),
    dmarc: verdict(of("dmarc")?.result),
    arc: verdict(of("arc")?.result),
    dkimDomain: of("dkim")?.domain,
    spfDomain: of("spf")?.domain,
    signedBy: [...new Set(passed.map((r) => r.domain as string))],
  };
}

function verdict(text: string | undefined): AuthVerdict {
  const plain = text === "hardfail" ? "fail" : (text ?? "none");
  return VERDICTS.has(plain) ? (plain as AuthVerdict) : "none";
}
