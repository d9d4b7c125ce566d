/** What evidence reads of one message: the part of an opened message that is judged, the same for every source. Texts are as decoded, not folded. */
export interface Letter {
  name: string;
  /** Lower case; empty when From is unreadable. */
  address: string;
  replyTo: string;
  subject: string;
  /** What a reader sees: of the HTML body when there is one, else the plain text. */
  text: string;
  html: LetterHtml | undefined;
  links: readonly LetterLink[];
  attachments: readonly LetterAttachment[];
  /** Decoded codes, wherever they stood. */
  codes: readonly { text: string; inAttachment: boolean }[];
}

export interface LetterHtml {
  /** Characters that are there and not shown. */
  hidden: number;
  forms: number;
  passwords: number;
  scripts: number;
  refreshes: number;
  /** Characters in comments. */
  comments: number;
  /** Letters and digits written as numeric entities. */
  entities: number;
  /** Sources of images. */
  images: readonly string[];
}

export interface LetterLink {
  href: string;
  /** What the reader sees of it; the address itself in plain text. */
  text: string;
  /** Stands in plain text, not in markup. */
  plain: boolean;
  /** Holds an image. */
  image: boolean;
  /** Where a form sends what is filled in. */
  form?: boolean;
}

export interface LetterAttachment {
  name: string;
  /** True type by content where known, else as declared. */
  type: string;
  inline: boolean;
}
