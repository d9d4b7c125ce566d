import type { ReaderSurprise } from "./reader-habits.ts";

/** What the memory of correspondence reads of one message: headers and places, no text. */
export interface MailFacts {
  time: number;
  /** Lower case. */
  address: string;
  /** Registrable domain of the address. */
  domain: string;
  /** Display name as sent. */
  name: string;
  /** The domain gives mailboxes to anybody. */
  free: boolean;
  /** The domain is the organisation's own. */
  own: boolean;
  recipients: readonly string[];
  /** Those of them that are the organisation's own. */
  ownRecipients: readonly string[];
  messageId: string;
  inReplyTo: string;
  subject: string;
  /** The connecting server's network (first two parts of its address), "" unknown. */
  network: string;
  /** Country of the connecting server, "" unknown. */
  connectionCountry: string;
  /** Country of the author's own program or first hop, "" unknown. */
  clientCountry: string;
  /** Mail program without its version. */
  software: string;
  /** Offset of the Date header as written, "+0100". */
  offset: string;
  /** Hour of the day on the author's clock, 0-23. */
  hour: number;
  /** A signature of the sender's own domain that holds. */
  signed: boolean;
  /** SPF or DKIM said fail. */
  failed: boolean;
  /** Inducements in the subject. */
  lures: number;
  /** The name is a department or an office. */
  department: boolean;
  /** 2 = a link behind a code inside an attachment, 1 = behind a code elsewhere, 0 = none. */
  payload: number;
  /** It leads to a domain that no mail seen here led to. */
  freshLink: boolean;
  /** Nats of the sender's registered name among names seen here, if it looks drawn by lot; else 0. */
  drawnName: number;
  /** The same of the strangest of the domains that no mail led to. */
  drawnLink: number;
  /** Days since the sender's domain was registered, as its registry says; undefined = unknown, which counts for nothing. */
  registeredDays: number | undefined;
  /** The same of the youngest domain that it leads to. */
  linkRegisteredDays: number | undefined;
}

/** What the memory knows about one message before it learns it. Everything 0 or false = nothing unusual. */
export interface MailSignals {
  /** Mails of this address seen before. */
  fromAddress: number;
  fromDomain: number;
  /** Mails of this address to one of these recipients. */
  relation: number;
  /** Mails that the organisation wrote to this address. */
  wroteTo: number;
  /** 0 no answer, 1 answers something unknown, 2 answers a mail that we know, 3 and its subject too. */
  thread: number;
  /** Calls itself an answer and answers nothing. */
  fakeReply: boolean;
  /** 3 = name of own staff from elsewhere, 2 = name of a known correspondent from a new address, 1 = the same at his own domain. */
  impersonation: number;
  /** 3 = one letter or look-alike letter from a known domain, 2 = close or extended, 1 = a short label under another suffix. */
  lookalike: number;
  lookalikeOf: string;
  department: boolean;
  free: boolean;
  own: boolean;
  /** The connecting network: 0 known or no history, 1 new to the sender, 2 new to the domain too, 3 new person's network new to the domain. */
  newNetwork: number;
  /** The author's country: 2 = never seen of this sender who showed his three times, 1 = a first show by an old sender. */
  newCountry: number;
  /** Country never seen of this domain, which showed ten. */
  newCountryOfDomain: boolean;
  /** Author's country differs from the connection's, of a domain hardly known. */
  authorElsewhere: boolean;
  /** 2 = unsigned though 99 % of the domain's mail is, 1 = though 90 %. */
  unsigned: number;
  failed: boolean;
  newSoftware: number;
  newOffset: number;
  newHour: number;
  lures: number;
  payload: number;
  freshLink: boolean;
  /** Nats of the stranger of the sender's name and of one that no mail led to, if drawn by lot and rarer than one in a hundred names here; 0 of who was written to. */
  name: number;
  /** The domain was registered: 2 = within a day, 1 = within 30 days, 0 = before, or unknown. */
  registered: number;
  linkRegistered: number;
  /** What such a mail is to the reader who is used to them most. */
  reader: ReaderSurprise;
  /** In a thread in which he wrote before: 2 = with a program that he never used, 1 = with another than in this thread. */
  threadSoftware: number;
  /** His clock's offset in this thread was another. */
  threadClock: boolean;
  /** Nobody ever addressed him in a mail that was seen. */
  neverAddressed: boolean;
  /** Domain first seen less than 14 days ago. */
  young: boolean;
  /** Other new senders of the same domain within 72 hours. */
  siblings: number;
  /** Own recipients that a young domain has reached so far. */
  youngReach: number;
}
