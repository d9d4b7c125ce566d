import type { Evidence } from "./evidence/features.ts";
import type { MailKind } from "./evidence/kind.ts";

/** What was read of a message's content. */
export interface Content {
  evidence: Evidence;
  row: Float64Array;
  kind: MailKind;
  score: number;
  nats: number;
  lures: ReadonlySet<string>;
  words: readonly string[];
  language: string;
  text: string;
}
