import type { Evidence } from "./features.ts";
import { randomness } from "./fold-text.ts";
import { hostParts, linkParts } from "./host.ts";
import type { View, ViewLink } from "./view.ts";
import { flag } from "./who-evidence.ts";

const IMAGE_FILE = /\.(png|jpe?g|gif|svg|webp)($|\?)/i;
const SHOWN_HOST = /^(?:https?:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?:]|$)/i;

/** Where links lead, against what they show and who sent them. */
export function linkEvidence(view: View, e: Evidence): void {
  const { links, elsewhere, from } = view;
  e.textMismatch = flag(links.some(isMismatch));
  e.addressHost = flag(links.some((l) => l.isIp));
  e.userInfo = flag(links.some((l) => l.url.username !== "" || (l.url.port !== "" && !/^(80|443)$/.test(l.url.port))));
  e.shortener = flag(links.some((l) => view.lookups.shorteners.has(l.domain)));
  const hosted = elsewhere.filter((l) => isHosted(view, l));
  e.hosting = flag(hosted.length > 0);
  e.hostedForm = flag(hosted.some((l) => l.call || l.image));
  e.redirect = flag(links.some((l) => /https?(:|%3a)(\/|%2f){2}/i.test(l.url.pathname + l.url.search)));
  e.knownRedirector = flag(links.some((l) => view.lookups.redirectors.some((r) => `${l.host}${l.url.pathname}`.includes(r))));
  e.randomHost = Math.max(0, ...links.map((l) => randomness(l.label) + (randomness(l.sub) > 1 ? 1 : 0)));
  e.deepHost = flag(links.some((l) => l.sub.split(".").filter((p) => p !== "").length >= 3));
  e.linkNewTld = flag(links.some((l) => l.newTld));
  e.punycode = flag(links.some((l) => l.host.includes("xn--")) || from.host.includes("xn--"));
  e.fragment = flag(links.some((l) => l.url.hash.length > 8));
  const owners = new Set(links.map((l) => l.owner));
  const allAway = links.length > 0 && elsewhere.length === links.length;
  e.allElsewhere = flag(allAway);
  e.oneElsewhere = flag(links.length >= 2 && owners.size === 1 && allAway);
  e.sameTarget = flag(links.length >= 3 && mostFrequent(links.map((l) => l.url.href)) >= 0.6 * links.length);
  const calls = links.filter((l) => l.call);
  const away = elsewhere.filter((l) => l.call).length;
  e.callElsewhere = calls.length === 0 ? 0 : away / calls.length;
  e.mailtoCall = flag(view.mailto.some((l) => /subject=|body=/i.test(l.href)));
  e.ownLinks = links.length === 0 ? 0 : (links.length - elsewhere.length) / links.length;
  e.ownCall = flag(calls.length > 0 && away === 0);
  e.unsubscribe = flag(view.unsubscribe);
  e.manyDomains = Math.log1p(Math.max(0, owners.size - 3));
  imageEvidence(view, e);
}

function isMismatch(link: ViewLink): boolean {
  if (link.plain) return false;
  const shown = SHOWN_HOST.exec(link.text.trim())?.[1];
  if (shown === undefined) return false;
  const parts = hostParts(shown.toLowerCase());
  return parts.known && parts.domain !== link.domain;
}

function isHosted(view: View, link: ViewLink): boolean {
  const { hosting } = view.lookups;
  return (link.hosted || hosting.has(link.domain) || hosting.has(link.host)) && !IMAGE_FILE.test(link.url.pathname);
}

function imageEvidence(view: View, e: Evidence): void {
  const images = view.letter.html?.images ?? [];
  e.dataImage = flag(images.some((src) => /^\s*data:/i.test(src)));
  const domains = new Set<string>();
  for (const src of images) {
    const parts = /^\s*(https?:)?\/\//i.test(src) ? linkParts(src) : undefined;
    if (parts !== undefined) domains.add(parts.domain);
  }
  const known = (domain: string): boolean => domain === view.from.domain || view.links.some((l) => l.domain === domain);
  e.imagesElsewhere = flag(view.links.length > 0 && domains.size > 0 && ![...domains].some(known));
}

function mostFrequent(texts: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}
