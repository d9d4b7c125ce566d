import { join } from "node:path";
import { recordOf } from "../../lanes/email/mail-record.ts";
import { readLinkLookups } from "../../parsers/links/link-lookups.ts";
import { isRejected } from "../../parsers/record-parser.ts";
import type { NetEvent } from "../../schema/event.ts";
import { MailOpener } from "../../sensors/mail/open-pool.ts";
import { HOME } from "../bench-core.ts";

let opener: MailOpener | undefined;

/** A made message as an event, every layer opened in a process with limits as the product does it; undefined when it bears no time. The process ends with this one. */
export async function mailEventOf(bytes: Buffer, file: string): Promise<NetEvent | undefined> {
  opener ??= new MailOpener({ lookups: readLinkLookups(join(HOME, "content")) });
  const record = recordOf(await opener.open(bytes, file), bytes, { source: "made", file, fileKey: file, line: 1, offset: 0 });
  if (isRejected(record)) return undefined;
  record.raw = "";
  return record;
}
