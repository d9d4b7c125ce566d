import type { EventOf } from "./event.ts";

/** deliver: goes to the inbox. banner: with a word of warning. hold: kept from the inbox. */
export type MailVerdict = "deliver" | "banner" | "hold";

/** One visible reason of its own, 0-100. */
export interface MailIndicator {
  name:
    | "newSender"
    | "unusualReader"
    | "unusualPlace"
    | "unexpectedAttachment"
    | "unexpectedLink"
    | "strangeDomain"
    | "domainAge"
    | "pretence"
    | "inducement"
    | "concealment";
  score: number;
  /** What was seen, each in one sentence. */
  says: string[];
}

export interface MailUrl {
  url: string;
  stage: "link" | "qr" | "attachment";
  source: string;
}

/** What one message was judged to be. Columns of the event say the same in short. */
export interface MailJudgement {
  event: EventOf<"mail">;
  /** Where it came from: file, or file#n in a mailbox file. */
  path: string;
  score: number;
  verdict: MailVerdict;
  tags: string[];
  actions: string[];
  indicators: MailIndicator[];
  urls: MailUrl[];
  places: { domain: string; connection: string; author: string };
  /** The message with its layers (parsers/mail), of one that would be held or marked: for whoever keeps its text. Never part of what is written down here. */
  opened?: unknown;
}
