import type { ActionTarget } from "../schema/action.ts";
import type { EntityKind } from "../schema/entity.ts";
import { type KindSpec, nameOf } from "./kind-spec.ts";

const DAY = 86_400;
const OF_MAIL: readonly EntityKind[] = ["sender", "user", "mailbox", "external"];

function messages(target: ActionTarget): string {
  const n = target.items?.length ?? 0;
  return n === 1 ? `The message of ${nameOf(target.entity)}` : `${n} messages of ${nameOf(target.entity)}`;
}

function verb(target: ActionTarget, one: string, more: string): string {
  return (target.items?.length ?? 0) === 1 ? one : more;
}

/** What can be done to messages. Ids are those that emails.ndjson has in `actions`. Items are Message-IDs; of links, their addresses. */
export const MAIL_KINDS: readonly KindSpec[] = [
  {
    id: "banner",
    label: "Add a banner",
    entities: OF_MAIL,
    reach: "messages",
    undo: "Undone by taking the banner away. Nobody misses a message.",
    seconds: DAY,
    severity: 1,
    title: (t) => `${messages(t)} ${verb(t, "bears", "bear")} a word of warning`,
    byHand: "Exchange: a transport rule that prepends a disclaimer for this sender; or warn the recipients yourself.",
  },
  {
    id: "lock-links",
    label: "Lock the links",
    entities: [...OF_MAIL],
    reach: "links",
    undo: "Undone by taking the addresses off the list. Who has opened one before is to be asked.",
    seconds: DAY,
    severity: 1,
    title: (t) => `${(t.items ?? []).length === 1 ? "A link" : `${(t.items ?? []).length} links`} of ${nameOf(t.entity)} cannot be opened`,
    byHand: "Microsoft 365 Defender: Tenant Allow/Block List, URLs; or the block list of your proxy and resolver.",
  },
  {
    id: "junk",
    label: "Move to junk",
    entities: OF_MAIL,
    reach: "messages",
    undo: "Undone by moving it back to the inbox. The recipient finds it among the junk.",
    seconds: DAY,
    severity: 2,
    title: (t) => `${messages(t)} ${verb(t, "goes", "go")} to the junk folder`,
    byHand: "Exchange: search by Message-ID (Microsoft 365 Defender, Explorer) and move to junk.",
  },
  {
    id: "hold",
    label: "Hold the message",
    entities: OF_MAIL,
    reach: "messages",
    undo: "Undone by releasing it: it is delivered late, never lost.",
    seconds: DAY,
    severity: 3,
    title: (t) => `${messages(t)} ${verb(t, "is", "are")} kept from the inbox`,
    byHand: "Exchange: search by Message-ID (Microsoft 365 Defender, Explorer) and soft-delete or quarantine, for every recipient.",
  },
];

/** What an endpoint product can do to a device, wherever it is. */
export const ENDPOINT_KINDS: readonly KindSpec[] = [
  {
    id: "isolate-endpoint",
    label: "Isolate by its endpoint product",
    entities: ["device"],
    reach: "entity",
    undo: "Undone by releasing it. It reaches nothing but its product's own cloud meanwhile, wherever it is.",
    seconds: 7_200,
    severity: 5,
    title: (t) => `${nameOf(t.entity)} is isolated by its endpoint product`,
    byHand: "Microsoft Defender: the device's page, Isolate device. CrowdStrike: Network contain. SentinelOne: Disconnect from network.",
  },
];
