import { registrableDomain } from "../base/domain.ts";
import { mailEvent } from "../lanes/email/mail-event.ts";
import { readLinkLookups } from "../parsers/links/link-lookups.ts";
import type { Authentication, OpenedMessage } from "../parsers/mail/opened-message.ts";
import type { NetEvent, RecordRef, Rejected } from "../schema/event.ts";
import { type MailBytes, type MailKindOfFile, readMailFile } from "../sensors/mail/mail-files.ts";
import { MailOpener } from "../sensors/mail/open-pool.ts";
import { contentFolder } from "./places-of-files.ts";

let opener: MailOpener | undefined;

/** Opens one message. Never throws on what its bytes are. */
export type OpenMail = (bytes: Buffer, ref: string) => Promise<OpenedMessage>;

/** Every layer, in a process with limits on time and memory. The process is started at the first message and ends with this one. */
export const openAllLayers: OpenMail = (bytes, ref) => {
  opener ??= new MailOpener({ lookups: readLinkLookups(contentFolder()) });
  return opener.open(bytes, ref);
};

export interface MailInput {
  path: string;
  file: string;
  kind: MailKindOfFile;
  gzip: boolean;
  source: string;
  fileKey: string;
}

/** Events of a file of mail in time order; a message without any time is refused with that reason. */
export async function* readMail(input: MailInput, open: OpenMail): AsyncGenerator<{ events: NetEvent[]; rejected: Rejected[] }> {
  const { source, file, fileKey } = input;
  for (const message of await readMailFile(input.path, input.kind, input.gzip)) {
    const line = message.ordinal ?? 1;
    const opened = await open(message.bytes, message.ordinal === undefined ? file : `${file}#${message.ordinal}`);
    const record = recordOf(withFromTime(opened, message), message.bytes, { source, file, fileKey, line, offset: message.offset });
    yield "family" in record ? { events: [record], rejected: [] } : { events: [], rejected: [record] };
  }
}

/** The event of an opened message, or why it is none. */
export function recordOf(opened: OpenedMessage, bytes: Buffer, ref: RecordRef): NetEvent | Rejected {
  const event = mailEvent(opened, authOf(opened), ref);
  if (event !== undefined) return event;
  const excerpt = bytes.subarray(0, 200).toString("latin1");
  const { source, file, line } = ref;
  return { source, file, line, reason: "message without Received, From line or Date: it cannot be placed in time", excerpt };
}

function withFromTime(opened: OpenedMessage, message: MailBytes): OpenedMessage {
  if (opened.received === undefined && message.fromTime !== undefined) opened.received = message.fromTime;
  return opened;
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
