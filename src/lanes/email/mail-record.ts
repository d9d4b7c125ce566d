import { statedVerdicts } from "../../parsers/mail/authenticate.ts";
import type { Authentication, OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { NetEvent, RecordRef, Rejected } from "../../schema/event.ts";
import { mailEvent } from "./mail-event.ts";

/** Largest message whose bytes stay beside its layers while it is judged, so that they can be kept should it be held. */
const MOST_BYTES = 1_048_576;

/** An opened message with its bytes as received. */
export type WholeMessage = OpenedMessage & { bytes?: Uint8Array };

/** The event of an opened message, or why it is none. Without `auth` what the receiving system seems to have written is taken. */
export function recordOf(opened: OpenedMessage, bytes: Buffer, ref: RecordRef, auth: Authentication = statedVerdicts(opened, [])): NetEvent | Rejected {
  if (bytes.length <= MOST_BYTES) (opened as WholeMessage).bytes = bytes;
  const event = mailEvent(opened, auth, ref);
  if (event !== undefined) return event;
  const excerpt = bytes.subarray(0, 200).toString("latin1");
  const { source, file, line } = ref;
  return { source, file, line, reason: "message without Received, From line or Date: it cannot be placed in time", excerpt };
}
