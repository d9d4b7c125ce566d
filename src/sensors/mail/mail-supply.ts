import type { TimedMail } from "./read-mail-file.ts";

/** A message that a source holds and that was not taken yet. */
export interface SuppliedMail extends TimedMail {
  /** Its identity: see mail-identity.ts. */
  key: number;
  /** What people call it: path, `path#n` in a mailbox file, `imaps://.../INBOX#uid`. */
  name: string;
}

/** Where the reader of one file or mailbox stands. Plain JSON in `rest`; `offset` never goes back while the file is the same. */
export interface SupplyPosition {
  name: string;
  offset: number;
  rest: Record<string, unknown>;
}

/** Messages of a folder, a mailbox file or a server, as they come. */
export interface MailSupply {
  /** The next messages that `isDone` does not know, within `most` and about `bytes`; empty when nothing more is there now. */
  next(most: number, bytes: number, isDone: (key: number) => boolean): Promise<SuppliedMail[]>;
  /** Where files and mailboxes stand of which everything up to there was supplied. */
  positions(): SupplyPosition[];
  outage(): string | undefined;
  count(): number;
  wait(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
