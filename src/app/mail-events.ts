import { recordOf } from "../lanes/email/mail-record.ts";
import { readLinkLookups } from "../parsers/links/link-lookups.ts";
import { authenticateMail, envelopeOf, type Resolver, statedVerdicts } from "../parsers/mail/authenticate.ts";
import { readHeaders } from "../parsers/mail/header-block.ts";
import { LimitLog } from "../parsers/mail/limits.ts";
import { messageOfHeaders } from "../parsers/mail/mail-head.ts";
import type { Authentication, OpenedMessage } from "../parsers/mail/opened-message.ts";
import type { NetEvent, RecordRef, Rejected } from "../schema/event.ts";
import type { Organisation } from "../schema/organisation.ts";
import { MailOpener } from "../sensors/mail/open-pool.ts";
import { readMailInOrder, type TimedMail } from "../sensors/mail/read-mail-file.ts";
import { contentFolder } from "./places-of-files.ts";

let opener: MailOpener | undefined;

/** Opens one message; `size` is how large it was when `bytes` were cut. Never throws on what its bytes are. */
export type OpenMail = (bytes: Buffer, ref: string, size?: number) => Promise<OpenedMessage>;

/** Every layer, in a process with limits on time and memory. The process is started at the first message and ends with this one. */
export const openAllLayers: OpenMail = (bytes, ref, size) => theOpener().open(bytes, ref, size);

/** As openAllLayers, for mail that is learned from and not judged: codes that are hard to read are not tried for. */
export const openForLearning: OpenMail = (bytes, ref, size) => theOpener().open(bytes, ref, size, true);

function theOpener(): MailOpener {
  opener ??= new MailOpener({ lookups: readLinkLookups(contentFolder()) });
  return opener;
}

/** What a message's headers say, and nothing of what is in it. */
export const openHeaders: OpenMail = async (bytes, ref, size = bytes.length) => {
  const { headers } = readHeaders(bytes, 0, bytes.length, new LimitLog());
  return messageOfHeaders(headers, ref, size);
};

/** Says who vouches for a message. `whole`: no byte of it is missing. */
export type Authenticate = (opened: OpenedMessage, bytes: Buffer, whole: boolean) => Promise<Authentication>;

/**
 * What a receiving system that the organisation names (`receivers`) wrote; else, with a resolver, SPF, DKIM, DMARC and ARC checked here; else what the topmost
 * header says. A signature over a message that was cut cannot be checked: such a one is left with what was written.
 */
export function authenticatorOf(organisation: Pick<Organisation, "receivers">, isOwn: (ip: string) => boolean, resolver?: Resolver): Authenticate {
  const trusted = organisation.receivers ?? [];
  return async (opened, bytes, whole) => {
    const stated = statedVerdicts(opened, trusted);
    if (resolver === undefined || !whole || (trusted.length > 0 && stated.by !== "none")) return stated;
    return await authenticateMail(bytes, envelopeOf(opened, isOwn), resolver);
  };
}

export interface MailInput {
  path: string;
  file: string;
  source: string;
  fileKey: string;
}

/** Messages that are opened while earlier ones are judged. */
const AHEAD = 4;

/**
 * Events of a file of mail in time order as far as its reader's window goes; a message without any time is refused with that reason, and so is the rest of a file
 * that cannot be read on. Memory: the reader's window and five messages.
 */
export async function* readMail(input: MailInput, open: OpenMail, auth: Authenticate): AsyncGenerator<{ events: NetEvent[]; rejected: Rejected[] }> {
  const { source, file, fileKey } = input;
  const ready: Promise<NetEvent | Rejected>[] = [];
  const batch = async (): Promise<{ events: NetEvent[]; rejected: Rejected[] }> => {
    const record = (await ready.shift()) as NetEvent | Rejected;
    return "family" in record ? { events: [record], rejected: [] } : { events: [], rejected: [record] };
  };
  let last = 0;
  let trouble: unknown;
  try {
    for await (const mail of readMailInOrder(input.path)) {
      const mailbox = mail.fromLine !== undefined;
      ready.push(openOne(mail, { source, file, fileKey, line: mail.index, offset: mail.offset }, mailbox ? `${file}#${mail.index}` : file, open, auth));
      last = Math.max(last, mail.index);
      if (ready.length > AHEAD) yield await batch();
    }
  } catch (error) {
    trouble = error;
  }
  while (ready.length > 0) yield await batch();
  if (trouble !== undefined) yield { events: [], rejected: [{ source, file, line: last + 1, reason: whyUnreadable(trouble), excerpt: "" }] };
}

/** Opens a message as it lay in a file and says who vouches for it. */
export async function openOne(mail: TimedMail, ref: RecordRef, name: string, open: OpenMail, auth: Authenticate): Promise<NetEvent | Rejected> {
  const opened = await open(mail.bytes, name, mail.size);
  if (opened.received === undefined && mail.fromTime !== undefined) opened.received = mail.fromTime;
  return recordOf(opened, mail.bytes, ref, await auth(opened, mail.bytes, mail.size === mail.bytes.length));
}

/** Why a file could be read no further, for people. */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "Z_BUF_ERROR") return "gzip file is cut off: what came before was read";
  if (code.startsWith("Z_")) return `gzip file is damaged (${code}): what came before was read`;
  return `cannot be read on (${code === "" ? String(error instanceof Error ? error.message : error) : code})`;
}
