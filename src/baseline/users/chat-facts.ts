import type { Facts } from "../../schema/observation.ts";
import { type CloudEvent, CORRESPONDENT } from "./user-features.ts";
import type { UserRarity } from "./user-rarity.ts";
import { burstOf, CHATS, LINK_DOMAINS, LINKS, MESSAGES, NEW_PEOPLE, PEOPLE, slowOf, type UserState } from "./user-state.ts";

/** Which name a domain looks like without being it, 0-1. */
export type Imitates = (domain: string) => { of: string; score: number } | undefined;

const MINUTE = 60_000;
const DAY = 86_400_000;
const BURST_FACT_NAMES = [
  "burstMessages",
  "burstChats",
  "burstRecipients",
  "burstNewRecipients",
  "burstLinks",
  "burstLinkDomains",
  "burstMinutes",
  "slowMessages",
  "slowRecipients",
  "slowNewRecipients",
  "slowLinks",
];

/** What a chat message of a user adds up to within half an hour, and of a stranger within three days. */
export function chatFacts(
  facts: Facts,
  event: CloudEvent,
  user: UserState,
  isOurs: boolean,
  people: readonly string[],
  rarity: UserRarity,
  imitates: Imitates | undefined,
): void {
  const isMessage = event.activity === "message";
  const oneToOne = event.chat !== undefined && (event.chatKind === "OneOnOne" || (event.chatKind === undefined && people.length === 1));
  facts.oneToOne = event.chat === undefined ? undefined : oneToOne;
  lookalike(facts, event, user, isOurs, imitates);
  if (!isMessage || event.chat === undefined || event.message === undefined) {
    for (const name of BURST_FACT_NAMES) facts[name] = undefined;
    return;
  }
  const correspondents = user.uses.values[CORRESPONDENT];
  const toNew = people.filter((p) => {
    const value = rarity.find(CORRESPONDENT, p);
    const use = value === undefined ? undefined : correspondents?.get(value);
    return use === undefined || event.time - use.first < 3 * DAY;
  });
  const said = {
    time: event.time,
    values: [[`${event.chat}/${event.message}`], oneToOne ? [event.chat] : [], people, toNew, event.links ?? [], event.linkDomains ?? []],
  };
  const burst = burstOf(user);
  burst.add(said);
  facts.burstMessages = burst.distinct(MESSAGES);
  facts.burstChats = burst.distinct(CHATS);
  facts.burstRecipients = burst.distinct(PEOPLE);
  facts.burstNewRecipients = burst.distinct(NEW_PEOPLE);
  facts.burstLinks = burst.distinct(LINKS);
  facts.burstLinkDomains = burst.distinct(LINK_DOMAINS);
  facts.burstMinutes = Math.max(0, (event.time - (burst.since ?? event.time)) / MINUTE);
  if (isOurs) {
    facts.slowMessages = undefined;
    facts.slowRecipients = undefined;
    facts.slowNewRecipients = undefined;
    facts.slowLinks = undefined;
    return;
  }
  const slow = slowOf(user);
  slow.add(oneToOne ? said : { time: said.time, values: [said.values[0] ?? [], [], [], [], said.values[4] ?? [], said.values[5] ?? []] });
  facts.slowMessages = slow.distinct(MESSAGES);
  facts.slowRecipients = slow.distinct(PEOPLE);
  facts.slowNewRecipients = slow.distinct(NEW_PEOPLE);
  facts.slowLinks = slow.distinct(LINKS);
}

function lookalike(facts: Facts, event: CloudEvent, user: UserState, isOurs: boolean, imitates: Imitates | undefined): void {
  facts.lookalike = undefined;
  facts.lookalikeScore = undefined;
  if (imitates === undefined) return;
  const names = [...(event.linkDomains ?? [])];
  if (!isOurs && user.id.includes("@")) names.push(user.id.slice(user.id.lastIndexOf("@") + 1));
  for (const name of names) {
    const found = imitates(name);
    if (found !== undefined && found.score > ((facts.lookalikeScore as number | undefined) ?? 0)) {
      facts.lookalike = found.of;
      facts.lookalikeScore = found.score;
    }
  }
}
