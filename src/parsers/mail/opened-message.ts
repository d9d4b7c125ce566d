/**
 * One mail message with every layer opened: plain data that survives JSON and a process boundary. Nothing in it is judged. Every text is hostile: show it
 * through base/escape. Lists are cut at the numbers of limits.ts; whatever was cut, refused or not opened stands in `limits`.
 */
export interface OpenedMessage {
  /** Where it came from: `file` or `file#n`. */
  ref: string;
  /** Bytes as received. */
  size: number;
  /** In the order of the message, topmost first. At most 500. */
  headers: MailHeader[];
  /** First address of From; undefined when there is none that can be read. */
  from: MailAddress | undefined;
  /** All of From when it names several. */
  fromAll: MailAddress[];
  sender: MailAddress | undefined;
  replyTo: MailAddress[];
  to: MailAddress[];
  cc: MailAddress[];
  /** Decoded; "" when missing. */
  subject: string;
  /** With angle brackets; "" when missing. */
  messageId: string;
  inReplyTo: string[];
  references: string[];
  /** Epoch milliseconds of Date. */
  date: number | undefined;
  /** Epoch milliseconds of the topmost Received; of a mailbox file's From line where there is none. */
  received: number | undefined;
  /** Topmost (the receiver's own) first. */
  hops: MailHop[];
  /** Authentication-Results as they stand in the message: whether to believe them is the caller's decision. */
  stated: StatedAuthentication[];
  /** X-Originating-IP and its relatives: where the author's program was, as its service says. */
  originatingIp: string | undefined;
  /** Author's program: User-Agent or X-Mailer. */
  software: string | undefined;
  /** Verdict headers of other filters, lower-case name to text (x-forefront-antispam-report, x-spam-status...). */
  native: Record<string, string>;
  text: MailText;
  html: HtmlFacts | undefined;
  /** Writing systems of subject and visible text, share of letters, largest first (names of Unicode: Latin, Han, Arabic ...). */
  scripts: { script: string; share: number }[];
  attachments: OpenedAttachment[];
  urls: FoundUrl[];
  codes: FoundCode[];
  /** What was walked through, outermost first, as one chain each: `["mail", "document", "qr", "link"]`. Distinct. */
  stages: Stage[][];
  /** 64-bit similarity hashes as 16 hex digits; undefined when there is too little text. Distance in bits = how different. */
  simhash: { text: string | undefined; structure: string | undefined };
  limits: LimitHit[];
  errors: MailError[];
  /** Microseconds of processor time by step, for the curious; never part of a decision or of stored bytes. */
  cost?: Record<string, number>;
}

export interface MailHeader {
  /** Lower case. */
  name: string;
  /** Unfolded, undecoded, bytes as latin1. At most 16 KiB. */
  raw: string;
  /** RFC 2047 words and stray 8-bit text decoded. */
  text: string;
}

export interface MailAddress {
  /** Display name, decoded; "". */
  name: string;
  /** Lower case, domain in ASCII (punycode) form; "" when what stands there is no address. */
  address: string;
  local: string;
  /** ASCII form. */
  domain: string;
  /** What the domain looks like; equal to `domain` when it is plain. */
  unicodeDomain: string;
}

export interface MailHop {
  /** Name that the sending side gave (HELO) or that the receiver looked up. */
  from: string | undefined;
  by: string | undefined;
  /** Address of the sending side, as written by the receiving side. */
  ip: string | undefined;
  /** Epoch milliseconds. */
  time: number | undefined;
  /** esmtp, http, mapi ... in lower case. */
  with: string | undefined;
}

export type AuthVerdict = "pass" | "fail" | "softfail" | "neutral" | "none" | "policy" | "temperror" | "permerror" | "bestguesspass";

export interface StatedAuthentication {
  /** authserv-id, lower case; "" where the header has none (Microsoft's inbound form). */
  server: string;
  /** Header it stood in: authentication-results, arc-authentication-results, received-spf ... */
  header: string;
  /** Position among all headers, 0 = topmost. */
  at: number;
  results: { method: string; result: AuthVerdict | string; domain: string | undefined; ip: string | undefined }[];
}

/** What authenticate.ts says, by own checking or taken from a trusted header. */
export interface Authentication {
  by: "own" | "trusted-header" | "none";
  spf: AuthVerdict;
  dkim: AuthVerdict;
  dmarc: AuthVerdict;
  arc: AuthVerdict;
  /** Domain of the signature that passed and is aligned if any, else of the first that passed, else of the first. */
  dkimDomain: string | undefined;
  /** Domain of the envelope sender (or HELO) that SPF spoke about. */
  spfDomain: string | undefined;
  /** Domains whose signature verified. */
  signedBy: string[];
}

export interface MailText {
  /** The plain body, or "" when there is none. At most 256 Ki characters. */
  plain: string;
  /** What a reader of the message sees: of the HTML body where there is one, else the plain body. At most 256 Ki characters. */
  visible: string;
}

export interface HtmlFacts {
  /** The markup itself, at most 1 Mi characters: for safe rendering and for benches. */
  source: string;
  links: HtmlLink[];
  forms: { action: string; method: string; passwords: number; fields: number }[];
  images: HtmlImage[];
  /** Text that is there and not shown (display, size, colour, off the page), at most 16 Ki characters. */
  hiddenText: string;
  hiddenCharacters: number;
  /** Characters of comments. */
  comments: number;
  scripts: number;
  /** Targets of meta refresh. */
  refreshes: string[];
  /** base href, if any. */
  base: string | undefined;
  /** Letters and digits written as numeric entities. */
  entities: number;
  /** Zero-width, soft hyphen and other unseen characters inside words. */
  unseenInWords: number;
  /** Number of each element, lower case. */
  tags: Record<string, number>;
  /** style attributes and style elements, characters. */
  styleCharacters: number;
  /** Tables or runs of block characters that are drawn as a code. */
  drawnCodes: number;
}

export interface HtmlLink {
  href: string;
  /** What the reader sees of it, white space folded; "" for an image alone. At most 300 characters. */
  text: string;
  kind: "anchor" | "area" | "form" | "refresh" | "button";
  /** Holds an image. */
  image: boolean;
}

export interface HtmlImage {
  /** Without the data of data: URLs (only their media type stays). */
  src: string;
  kind: "remote" | "inline" | "data";
  width: number | undefined;
  height: number | undefined;
  alt: string;
}

export type AttachmentFlag =
  | "macro"
  | "auto-macro"
  | "ole"
  | "external-relation"
  | "template-injection"
  | "dde"
  | "embedded-object"
  | "encrypted"
  | "opened-with-password"
  | "html-smuggling"
  | "script"
  | "form"
  | "nested-archive"
  | "executable"
  | "disk-image"
  | "shortcut"
  | "double-extension"
  | "type-mismatch"
  | "bidi-name"
  | "pdf-javascript"
  | "pdf-launch"
  | "pdf-embedded-file"
  | "not-opened";

export interface OpenedAttachment {
  /** Decoded; "" when none was given. */
  name: string;
  /** Content-Type as declared, lower case, without parameters. */
  declaredType: string;
  /** Media type by content; "application/octet-stream" when unknown. */
  trueType: string;
  /** Short word for the true type: pdf, docx, zip, exe, html ... ; "" when unknown. */
  kind: string;
  size: number;
  sha256: string;
  /** Content-Disposition inline, or named by a cid: of the HTML. */
  inline: boolean;
  contentId: string | undefined;
  /** Containers around it, outermost first: [] for a part of the message itself, ["invoice.zip"] for a file inside. */
  path: string[];
  flags: AttachmentFlag[];
  /** Words of the message that were tried as password; 0 when it is not encrypted. */
  passwordsTried: number;
  /** Text of the document's first pages, at most 16 Ki characters; "" when none was read. */
  text: string;
  /** Files inside that have a line of their own. */
  children: number;
}

export type UrlStage = "link" | "qr" | "attachment";

export interface FoundUrl {
  /** Canonical form after unwrapping rewriters. */
  url: string;
  /** As it stood, when that differs. */
  original?: string;
  stage: UrlStage;
  /** Where: text, html, form, calendar, pdf-annotation, pdf-text, office-relation, office-field, qr, archive ... */
  source: string;
  /** Layers it was found under, outermost first: [] in the body, ["contract.docx", "word/media/image1.png"]. */
  path: string[];
  /** Lower case ASCII. "" for a URL without a host. */
  host: string;
  /** Registrable domain, customers of hosting providers apart; "" for an address. */
  domain: string;
  /** What the reader sees of it, where it had a text of its own. */
  text?: string;
  /** Rewriters taken off, outermost first: ["safelinks"]. */
  unwrapped?: string[];
}

export interface FoundCode {
  /** At most 4 KiB. */
  text: string;
  /** QRCode, Aztec, DataMatrix, PDF417 ... */
  format: string;
  path: string[];
  /** Where: inline-image, attachment, remote-data, office-image, pdf-page, html-table, block-characters, joined-images. */
  source: string;
  /** PNG of the code as found, at most 96 x 96, base64; undefined when beyond the budget of the message. */
  thumbnail: string | undefined;
}

export type Stage = "mail" | "nested-mail" | "document" | "archive" | "image" | "page" | "calendar" | "qr" | "link";

/** A limit that was reached or a refusal: the name is stable and becomes a tag. */
export interface LimitHit {
  limit: LimitName;
  /** Layers, joined by " > "; "" for the message itself. */
  where: string;
}

export type LimitName =
  | "message-size"
  | "header-size"
  | "header-count"
  | "part-count"
  | "nesting"
  | "body-size"
  | "archive-entries"
  | "archive-ratio"
  | "archive-bytes"
  | "archive-depth"
  | "xml-bomb"
  | "image-pixels"
  | "image-count"
  | "pdf-pages"
  | "url-count"
  | "code-count"
  | "decode-work"
  | "attachment-count"
  | "time"
  | "memory"
  | "crash"
  | "encrypted"
  | "format-not-opened";

export interface MailError {
  code: string;
  reason: string;
  where: string;
}
