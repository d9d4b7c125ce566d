import { registrableDomain } from "../../base/domain.ts";
import type { Authentication, OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { NetEvent, RecordRef, Rejected } from "../../schema/event.ts";
import { mailEvent } from "./mail-event.ts";

/** The event of an opened message, or why it is none. */
export function recordOf(opened: OpenedMessage, bytes: Buffer, ref: RecordRef): NetEvent | Rejected {
  const event = mailEvent(opened, authOf(opened), ref);
  if (event !== undefined) return event;
  const excerpt = bytes.subarray(0, 200).toString("latin1");
  const { source, file, line } = ref;
  return { source, file, line, reason: "message without Received, From line or Date: it cannot be placed in time", excerpt };
}

const NONE: Authentication = { by: "none", spf: "none", dkim: "none", dmarc: "none", arc: "none", dkimDomain: undefined, spfDomain: undefined, signedBy: [] };
const VERDICTS = new Set(["pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror", "bestguesspass"]);

/**
 * What the receiving system wrote: the topmost header that speaks of each method, since whatever stands below came with the message. In a replay nothing is
 * asked of the DNS, so nothing else can be known.
 */
export function authOf(m: OpenedMessage): Authentication {
  const auth: Authentication = { ...NONE, signedBy: [] };
  const from = registrableDomain(m.from?.domain ?? "");
  const seen = new Set<string>();
  for (const stated of [...m.stated].sort((a, b) => a.at - b.at)) {
    if (stated.header.startsWith("arc-")) continue;
    const methods = new Set<string>();
    for (const { method, result, domain } of stated.results) {
      if (seen.has(method) || !VERDICTS.has(result)) continue;
      methods.add(method);
      auth.by = "trusted-header";
      if (method === "spf") {
        auth.spf = result as Authentication["spf"];
        auth.spfDomain = domain;
      } else if (method === "dmarc") auth.dmarc = result as Authentication["dmarc"];
      else if (method === "arc") auth.arc = result as Authentication["arc"];
      else if (method === "dkim") takeDkim(auth, result as Authentication["dkim"], domain, from);
    }
    for (const method of methods) seen.add(method);
  }
  return auth;
}

/** Several signatures: one that passed for the sender's own domain counts most, then any that passed. */
function takeDkim(auth: Authentication, result: Authentication["dkim"], domain: string | undefined, from: string | undefined): void {
  const aligned = domain !== undefined && from !== undefined && registrableDomain(domain) === from;
  if (result === "pass" && domain !== undefined) auth.signedBy.push(domain);
  const better = auth.dkim === "none" || (result === "pass" && (auth.dkim !== "pass" || aligned));
  if (!better) return;
  auth.dkim = result;
  auth.dkimDomain = domain;
}
