import type { AuditEntry } from "../api/ports.ts";
import type { MailIndicator, MailVerdict } from "../schema/mail.ts";

interface Page {
  limit?: number;
  offset?: number;
}
/** Kept in the transaction of the look. */
interface Audited {
  audit: AuditEntry;
}

/** One judged message as it is kept. People stand in it by address only on the way in; the rows hold their numbers. */
export interface MailToStore {
  /** Id of its event. */
  id: string;
  time: number;
  traffic: string;
  sender: string;
  senderName: string;
  senderDomain: string;
  /** The sender is one of ours, and so a person. */
  own: boolean;
  recipients: { address: string; name: string }[];
  verdict: MailVerdict;
  score: number;
  /** The filter before us called it clean, and we would not deliver it. */
  missed: boolean;
  /** Read as history. */
  learned: boolean;
  campaign: string | undefined;
  language: string;
  author: string;
  subject: string;
  attachments: string[];
  linkDomains: string[];
  tags: string[];
  body: MailBody;
  /** What was kept of its text, sealed by whoever has the key; undefined of honest mail. */
  letter: Uint8Array | undefined;
}

/** The rest of a row: shown, never searched. */
export interface MailBody {
  replyTo: string;
  messageId: string;
  software: string;
  source: string;
  file: string;
  rule: string;
  indicators: MailIndicator[];
  authentication: { spf: string; dkim: string; dmarc: string };
  places: { domain: string; connection: string; author: string };
  addresses: { connection: string; author: string };
  native: string;
  stages: string[];
  hashes: string[];
  limits: string[];
}

export interface MailRow extends MailBody {
  id: string;
  time: number;
  traffic: string;
  sender: string;
  senderName: string;
  senderDomain: string;
  own: boolean;
  readers: string[];
  readerCount: number;
  verdict: MailVerdict;
  score: number;
  missed: boolean;
  learned: boolean;
  campaign: string | undefined;
  language: string;
  subject: string;
  attachments: string[];
  linkDomains: string[];
  tags: string[];
}

export interface CampaignRow {
  id: string;
  messages: number;
  senders: number;
  recipients: number;
  days: number;
  first: number;
  last: number;
  pattern: string;
  shared: readonly string[];
  topName: string;
  topSubject: string;
  topAttachment: string;
  linkDomain: string;
  held: number;
  worst: number;
  bySender: [string, number][];
  subjects: [string, number][];
  names: [string, number][];
  files: [string, number][];
  links: [string, number][];
}

/** Times in ms; from <= time < to. */
export interface MailFilter extends Page {
  from?: number;
  to?: number;
  text?: string;
  verdict?: MailVerdict | "acted" | "all";
  traffic?: string;
  tag?: string;
  sender?: string;
  /** Pseudonym. */
  reader?: string;
  campaign?: string;
  missed?: boolean;
  minScore?: number;
  group?: "campaign" | "none";
  sort?: "time" | "score";
}

export interface MailDetailRow extends MailRow {
  letter: Uint8Array | undefined;
  /** A letter was kept once and has gone with its retention. */
  expired: boolean;
  before: { sender: number; domain: number; sentTo: number; days: number };
  usual: { reader: string; mails: number; languages: [string, number][]; places: [string, number][]; files: [string, number][] } | undefined;
  alerts: MailAlertRow[];
  campaignOf: (CampaignRow & { place: number }) | undefined;
}
export interface MailAlertRow {
  id: string;
  model: string;
  title: string;
  score: number;
}
export interface Person {
  /** P-12 */
  id: string;
  address: string;
  name: string;
}

/** Requests of the mail tables. */
export interface MailRequests {
  /** Mails whose id is there already are left alone. `campaigns` replace those of their ids; `joined` names mails that belong to them. */
  putMails: {
    input: { mails: readonly MailToStore[]; campaigns: readonly CampaignRow[]; joined: readonly { campaign: string; mails: readonly string[] }[] };
    output: { fresh: number };
  };
  mails: {
    input: MailFilter;
    output: {
      rows: { mail: MailRow; campaign: CampaignRow | undefined; matching: number }[];
      total: number;
      counts: { hold: number; banner: number; deliver: number; missed: number };
      stored: number;
      oldest: number | undefined;
    };
  };
  mail: { input: { id: string }; output: MailDetailRow };
  /** The sealed letter alone. */
  mailLetter: { input: { id: string }; output: { letter: Uint8Array | undefined; readers: string[] } };
  /** Stored mails before a time that led to each of these domains. */
  mailsLeadingTo: { input: { domains: readonly string[]; before: number }; output: Record<string, number> };
  mailCampaigns: { input: Page; output: { campaigns: CampaignRow[]; total: number } };
  mailCampaign: {
    input: { id: string };
    output: CampaignRow & {
      mails: { id: string; time: number; sender: string; verdict: MailVerdict; score: number }[];
      languages: [string, number][];
      hashes: [string, string][];
      alerts: MailAlertRow[];
    };
  };
  /** Who the people of a mail are; leaves its row in the audit log. */
  peopleOfMail: { input: { id: string } & Audited; output: Person[] };
  /** The pseudonym of an address; leaves its row whether or not there is one. */
  personOf: { input: { address: string } & Audited; output: { id: string } };
  /** Pseudonyms of addresses, for replacing them; asks nobody, tells nobody. */
  pseudonyms: { input: { addresses: readonly string[] }; output: Record<string, string> };
}
