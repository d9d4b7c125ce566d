import type { Evidence } from "./features.ts";
import { countMixed, foldText, randomness, scriptOf } from "./fold-text.ts";
import { hostParts } from "./host.ts";
import { labelOf } from "./lookups.ts";
import type { View } from "./view.ts";

const SIGNS = /[\p{Extended_Pictographic}\u2000-\u200a\u2010-\u2018\u201a-\u206f!$%*_#|\d]/u;
const PERSON = /^[\p{Lu}][\p{L}'.-]+(\s+[\p{Lu}][\p{L}'.-]*){1,3}$/u;

/** Who the sender claims to be, against the address that the mail bears. */
export function whoEvidence(view: View, e: Evidence): void {
  const { from, letter, brands } = view;
  const name = letter.name.trim();
  const isOwn = (brand: string): boolean => from.label === brand || (brand.length > 4 && from.label.startsWith(brand));
  e.brandInName = flag([...brands.name].some((b) => !isOwn(b)));
  e.brandInSubject = flag([...brands.subject].some((b) => !isOwn(b)));
  e.brandInText = flag([...brands.text].some((b) => !isOwn(b) && !view.links.some((l) => l.label === b)));
  e.brandInHost = flag(brandHidden(view, isOwn));
  e.addressInName = flag(/@|\b[a-z0-9-]+\.(com|net|org|info|io|co|[a-z]{2})\b/i.test(name) && from.domain !== "" && !view.name.includes(from.domain));
  e.freeMail = flag(view.free);
  e.department = flag(view.department);
  e.departmentAtFreeMail = flag(view.free && (view.department || brands.name.size > 0));
  e.randomMailbox = randomness(view.mailbox);
  e.randomDomain = randomness(from.label);
  e.hostedDomain = flag(from.hosted);
  e.senderNewTld = flag(from.newTld);
  e.hyphenDomain = flag((from.label.match(/[-\d]/g)?.length ?? 0) >= 2);
  e.invalidFrom = flag(!from.known);
  e.roleAddress = flag(view.lookups.roles.has(view.mailbox.split(/[+._-]/, 1)[0] ?? "") || view.lookups.roles.has(view.mailbox));
  e.noName = flag(name === "" || name.toLowerCase() === letter.address);
  e.oddName = flag(SIGNS.test(name) || countMixed(name) > 0);
  e.capitalName = flag(name.length > 5 && name === name.toUpperCase() && /[A-Z]/.test(name));
  const reply = letter.replyTo === "" ? "" : hostParts(letter.replyTo.slice(letter.replyTo.lastIndexOf("@") + 1)).domain;
  e.replyElsewhere = flag(reply !== "" && reply !== from.domain);
  e.replyToFree = flag(reply !== "" && reply !== from.domain && view.lookups.freeMail.has(reply) && !view.free);
  const script = scriptOf(name);
  e.nameScript = flag(script !== "none" && script !== "latin" && scriptOf(letter.text.slice(0, 2_000)) === "latin");
  honestSigns(view, e, name);
}

function honestSigns(view: View, e: Evidence, name: string): void {
  const words = view.name.split(/[^\p{L}\p{N}]+/u).filter((w) => w.length > 2);
  const mailbox = foldText(view.mailbox).replace(/[^a-z]/g, "");
  e.nameInMailbox = flag(words.some((w) => mailbox.includes(w) || (mailbox.length > 3 && w.startsWith(mailbox.slice(0, 4)))));
  e.nameIsDomain = flag(words.some((w) => w.length > 3 && view.from.label.includes(w)));
  e.personName = flag(PERSON.test(name) && !view.department && view.brands.name.size === 0);
  const called = [...words.filter((w) => w.length > 3), ...(view.from.label.length > 3 ? [view.from.label] : [])];
  e.brandLinked = flag(!view.free && view.links.length > 0 && called.some((w) => view.links.some((l) => l.label.includes(w))));
}

/** A brand's name inside a sender or link host that another registered: paypal.secure-login.example, paypa1-help.example. */
function brandHidden(view: View, isOwn: (brand: string) => boolean): boolean {
  const { brandLabels, ambiguousBrands } = view.lookups;
  for (const brand of brandLabels) {
    if (brand.length < 5 || ambiguousBrands.has(brand)) continue;
    if (!isOwn(brand) && view.from.label !== "" && looksLike(view.from.host, brand)) return true;
    for (const link of view.links) {
      if (link.label === brand || link.label.startsWith(brand) || brandLabels.has(link.label)) continue;
      if (looksLike(link.host, brand)) return true;
    }
  }
  return false;
}

function looksLike(host: string, brand: string): boolean {
  return host.includes(brand) || skeleton(host).includes(brand);
}

const skeletons = new Map<string, string>();

/** Digits and pairs that pass for letters made those letters, signs dropped. */
export function skeleton(host: string): string {
  let out = skeletons.get(host);
  if (out === undefined) {
    out = labelOf(host.replaceAll(".", " "))
      .replaceAll("0", "o")
      .replaceAll("1", "l")
      .replaceAll("rn", "m")
      .replaceAll("5", "s")
      .replaceAll("vv", "w")
      .replaceAll("3", "e");
    if (skeletons.size > 20_000) skeletons.clear();
    skeletons.set(host, out);
  }
  return out;
}

export function flag(value: boolean): number {
  return value ? 1 : 0;
}
