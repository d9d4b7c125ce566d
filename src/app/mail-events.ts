import { recordOf } from "../lanes/email/mail-record.ts";
import { readLinkLookups } from "../parsers/links/link-lookups.ts";
import type { OpenedMessage } from "../parsers/mail/opened-message.ts";
import type { NetEvent, Rejected } from "../schema/event.ts";
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

function withFromTime(opened: OpenedMessage, message: MailBytes): OpenedMessage {
  if (opened.received === undefined && message.fromTime !== undefined) opened.received = message.fromTime;
  return opened;
}
