/** Groups of evidence: each is an indicator of its own on the page. */
export const EVIDENCE_GROUPS = {
  who: "who the sender claims to be",
  link: "where links lead",
  trick: "what is done to hide something",
  lure: "what the text promises or threatens",
  attachment: "what is attached, and what it hides",
  talk: "signs of an ordinary conversation or of the sender's own mail",
} as const;
export type EvidenceGroup = keyof typeof EVIDENCE_GROUPS;

interface FeatureSpec {
  group: EvidenceGroup;
  /** 1 = more of it speaks for deceit, -1 = for honesty. The sign is ours and fixed; only its strength is learned. */
  sign: 1 | -1;
  /** Depends on the year a collection was made in: printed with and without. */
  era?: boolean;
  says: string;
}

/** Every feature of the evidence: 0 = absent; flags 1; counts as log(1 + n). */
export const FEATURES = {
  brandInName: { group: "who", sign: 1, says: "a brand in the sender's name, from a domain that is not the brand's" },
  brandInSubject: { group: "who", sign: 1, says: "a brand in the subject, from a domain that is not the brand's" },
  brandInText: { group: "who", sign: 1, says: "a brand in the text and no link to its domain" },
  brandInHost: { group: "who", sign: 1, says: "a brand inside a host name that is not the brand's" },
  addressInName: { group: "who", sign: 1, says: "another address or domain in the sender's name" },
  freeMail: { group: "who", sign: 1, says: "sent from a free mailbox" },
  departmentAtFreeMail: { group: "who", sign: 1, says: "a department or brand that writes from a free mailbox" },
  department: { group: "who", sign: 1, says: "the sender's name is a department or an office" },
  randomMailbox: { group: "who", sign: 1, says: "mailbox name as made by a machine" },
  randomDomain: { group: "who", sign: 1, says: "sender's domain as made by a machine" },
  hostedDomain: { group: "who", sign: 1, era: true, says: "sender's domain is a customer of a hosting provider" },
  senderNewTld: { group: "who", sign: 1, era: true, says: "sender's domain under a recent suffix" },
  hyphenDomain: { group: "who", sign: 1, says: "several hyphens or digits in the sender's domain" },
  invalidFrom: { group: "who", sign: 1, says: "the sender's address has no valid domain" },
  roleAddress: { group: "who", sign: 1, says: "mailbox of a role, not of a person" },
  noName: { group: "who", sign: 1, says: "no sender name" },
  oddName: { group: "who", sign: 1, says: "signs, digits or disguised letters in the sender's name" },
  capitalName: { group: "who", sign: 1, says: "sender's name in capitals" },
  replyElsewhere: { group: "who", sign: 1, says: "answers go to another domain" },
  replyToFree: { group: "who", sign: 1, says: "answers go to a free mailbox, the mail came from elsewhere" },
  nameScript: { group: "who", sign: 1, says: "name in another script than the text" },
  textMismatch: { group: "link", sign: 1, says: "a link shows one domain and leads to another" },
  addressHost: { group: "link", sign: 1, says: "a link to a bare address" },
  userInfo: { group: "link", sign: 1, says: "a link with a user name or an odd port" },
  shortener: { group: "link", sign: 1, era: true, says: "a link through a shortener" },
  hosting: { group: "link", sign: 1, era: true, says: "a link to a place where anybody can put a page" },
  hostedForm: { group: "link", sign: 1, era: true, says: "a call to action that leads to a place where anybody can put a page" },
  redirect: { group: "link", sign: 1, era: true, says: "a link with another address inside" },
  knownRedirector: { group: "link", sign: 1, era: true, says: "a link through a well-known site that sends the visitor on" },
  randomHost: { group: "link", sign: 1, says: "a link to a host name as made by a machine" },
  deepHost: { group: "link", sign: 1, says: "a link to a host name of many parts" },
  linkNewTld: { group: "link", sign: 1, era: true, says: "a link under a recent suffix" },
  punycode: { group: "link", sign: 1, era: true, says: "a host name with letters beyond ASCII" },
  fragment: { group: "link", sign: 1, era: true, says: "a link with a long fragment" },
  oneElsewhere: { group: "link", sign: 1, says: "all links lead to one domain that is not the sender's" },
  allElsewhere: { group: "link", sign: 1, says: "no link leads to the sender's domain" },
  sameTarget: { group: "link", sign: 1, says: "many links, one target" },
  callElsewhere: { group: "link", sign: 1, says: "a call to action leads away from the sender's domain" },
  pictureCallElsewhere: { group: "link", sign: 1, says: "hardly any text, and a picture that leads away from the sender's domain" },
  mailtoCall: { group: "link", sign: 1, says: "links that write a mail with a text given" },
  imagesElsewhere: { group: "link", sign: 1, says: "images from a domain that nothing else leads to" },
  imageOnly: { group: "trick", sign: 1, says: "hardly any text, but an image" },
  activeContent: { group: "trick", sign: 1, says: "script or refresh in the mail" },
  passwordField: { group: "trick", sign: 1, says: "a form that asks for a password, or that leads away from the sender's domain" },
  hiddenText: { group: "trick", sign: 1, says: "text that is there and not shown" },
  unseenCharacters: { group: "trick", sign: 1, era: true, says: "characters that show nothing" },
  mixedScripts: { group: "trick", sign: 1, era: true, says: "words that mix scripts" },
  entities: { group: "trick", sign: 1, says: "letters written as numbers" },
  spacedWords: { group: "trick", sign: 1, era: true, says: "words with blanks between their letters" },
  oddSubject: { group: "trick", sign: 1, era: true, says: "pictures or disguised letters in the subject" },
  dataImage: { group: "trick", sign: 1, era: true, says: "an image inside the markup" },
  fakeReply: { group: "trick", sign: 1, says: "an answer by its subject, with nothing answered" },
  subjectAddress: { group: "trick", sign: 1, says: "an address or an unfilled blank in the subject" },
  lureInSubject: { group: "lure", sign: 1, says: "inducements in the subject" },
  lureTopics: { group: "lure", sign: 1, says: "different inducements in the text" },
  credentials: { group: "lure", sign: 1, says: "asks for a log-in or a confirmation" },
  suspension: { group: "lure", sign: 1, says: "threatens with a lock or an end" },
  urgency: { group: "lure", sign: 1, says: "presses for time" },
  payment: { group: "lure", sign: 1, says: "is about a payment" },
  tax: { group: "lure", sign: 1, says: "is about taxes" },
  document: { group: "lure", sign: 1, says: "a document that waits, was shared or released" },
  voicemail: { group: "lure", sign: 1, says: "a voice message" },
  parcel: { group: "lure", sign: 1, says: "a parcel" },
  payroll: { group: "lure", sign: 1, says: "pay or personnel matters" },
  giftcard: { group: "lure", sign: 1, says: "gift cards" },
  prize: { group: "lure", sign: 1, says: "a prize or a bargain" },
  investment: { group: "lure", sign: 1, says: "money from strangers, investments, coins" },
  extortion: { group: "lure", sign: 1, says: "a threat to expose" },
  vice: { group: "lure", sign: 1, says: "cures, dating, gambling" },
  greeting: { group: "lure", sign: 1, says: "greets nobody in person" },
  lureElsewhere: { group: "lure", sign: 1, says: "an inducement with a call to action away from the sender's domain" },
  lureAtFreeMail: { group: "lure", sign: 1, says: "an inducement from a free mailbox" },
  lureHosted: { group: "lure", sign: 1, says: "an inducement with a link to where anybody can put a page" },
  lureReplyFree: { group: "lure", sign: 1, says: "an inducement, and answers go to another's free mailbox" },
  telephoneCall: { group: "lure", sign: 1, says: "an inducement in the name of a brand and a number to ring, from a free mailbox" },
  threatDemand: { group: "lure", sign: 1, says: "threat, demand and haste together" },
  pictureCall: { group: "lure", sign: 1, says: "an inducement and pictures, and no link: what is to be done stands in a picture" },
  money: { group: "lure", sign: 1, says: "amounts of money" },
  subjectNumber: { group: "lure", sign: 1, says: "a long number in the subject" },
  htmlAttached: { group: "attachment", sign: 1, says: "a web page attached" },
  pdfAttached: { group: "attachment", sign: 1, says: "a PDF attached" },
  programAttached: { group: "attachment", sign: 1, says: "an archive, a program or a document with macros attached" },
  codeInside: { group: "attachment", sign: 1, era: true, says: "a QR code that holds a link" },
  attachmentLure: { group: "attachment", sign: 1, says: "hardly any text, an inducement and an attachment" },
  nameInMailbox: { group: "talk", sign: -1, says: "the sender's name stands in the mailbox name" },
  nameIsDomain: { group: "talk", sign: -1, says: "the sender's name stands in the domain" },
  personName: { group: "talk", sign: -1, says: "the name of a person" },
  ownLinks: { group: "talk", sign: -1, says: "links to the sender's own domain" },
  ownCall: { group: "talk", sign: -1, says: "calls to action lead to the sender's own domain" },
  brandLinked: { group: "talk", sign: -1, says: "what the mail calls itself stands in the domain of its links" },
  unsubscribe: { group: "talk", sign: -1, says: "offers to unsubscribe at the sender's own domain" },
  manyDomains: { group: "talk", sign: -1, says: "links to many different domains, as news has" },
} as const satisfies Record<string, FeatureSpec>;

export type Feature = keyof typeof FEATURES;
export const FEATURE_NAMES = Object.keys(FEATURES) as Feature[];
export type Evidence = Record<Feature, number>;

export function noEvidence(): Evidence {
  return Object.fromEntries(FEATURE_NAMES.map((name) => [name, 0])) as Evidence;
}
