import type { Evidence, Feature } from "./features.ts";
import { FEATURES } from "./features.ts";
import type { View } from "./view.ts";
import { flag } from "./who-evidence.ts";

const MONEY = /([$€£¥₩₽₹]|r\$|usd|eur|gbp)\s?\d|\d\s?([€$£¥₩₽₹元円원]|usd|eur|gbp|dollars|euro)/i;
/** Ten digits or more as people write a number to ring; not part of a longer run. */
const TELEPHONE = /(?<![\d.,#/-])\+?\(?\d{1,4}\)?(?:[ .\u00a0-]{1,2}\(?\d{2,5}\)?){2,4}(?![\d/,-])/;
/** Topics that mean little unless something must be done for them. */
const STRONG = ["credentials", "suspension", "payment", "tax", "prize", "parcel", "document", "voicemail", "payroll", "giftcard"];

/** What the text promises or threatens, in any language that content/lookups/mail/lures.yaml holds. Reads the other groups, so it comes last. */
export function lureEvidence(view: View, e: Evidence): void {
  for (const topic of view.lookups.lures) if (topic in FEATURES) e[topic as Feature] = flag(view.lures.has(topic));
  e.lureTopics = Math.log1p(view.lures.size);
  e.lureInSubject = view.subjectLures.size;
  e.greeting = flag(view.greeting);
  const strong = STRONG.some((topic) => view.lures.has(topic));
  e.lureElsewhere = flag(strong && e.callElsewhere > 0);
  // Money from strangers comes from free mailboxes; of a house with a domain of its own the word alone says little.
  e.lureAtFreeMail = flag((strong || view.lures.has("investment") || view.lures.has("extortion")) && view.free);
  e.lureHosted = flag(strong && (e.hosting > 0 || e.shortener > 0));
  e.lureReplyFree = flag(view.lures.size > 0 && e.replyToFree > 0);
  const borrowed = e.brandInText + e.brandInName + e.brandInSubject > 0;
  e.telephoneCall = flag(strong && view.free && borrowed && !view.threaded && TELEPHONE.test(view.read));
  e.threatDemand = flag(["credentials", "suspension", "urgency", "payment"].filter((t) => view.lures.has(t)).length >= 3);
  e.money = flag(MONEY.test(view.read));
  const { html, attachments } = view.letter;
  const pictures =
    html !== undefined && (html.images.some((src) => src.startsWith("cid:")) || attachments.some((a) => a.inline && a.type.startsWith("image/")));
  e.pictureCall = flag(pictures && view.lures.size > 0 && view.letter.links.length === 0 && view.letter.codes.length === 0);
  e.subjectNumber = flag(/[#:№]?\s?[a-z]{0,4}-?\d{5,}/i.test(view.subject));
}
