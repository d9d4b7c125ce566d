import type { EventOf } from "../../schema/event.ts";
import { USER_FEATURES, type UserFeature } from "../../schema/facts.ts";

export type CloudEvent = EventOf<"saas">;

export const FEATURE_NAMES = Object.keys(USER_FEATURES) as UserFeature[];
export const FEATURE_COUNT = FEATURE_NAMES.length;
export const COUNTRY = FEATURE_NAMES.indexOf("country");
export const NETWORK = FEATURE_NAMES.indexOf("network");
export const ADDRESS = FEATURE_NAMES.indexOf("address");
export const APP = FEATURE_NAMES.indexOf("app");
export const CLIENT = FEATURE_NAMES.indexOf("client");
export const OPERATION = FEATURE_NAMES.indexOf("operation");
export const RESOURCE = FEATURE_NAMES.indexOf("resource");
export const CORRESPONDENT = FEATURE_NAMES.indexOf("correspondent");
export const TENANT = FEATURE_NAMES.indexOf("tenant");
export const ROLE = FEATURE_NAMES.indexOf("role");
export const LINK_DOMAIN = FEATURE_NAMES.indexOf("linkDomain");

/** Activities whose volumes are learned by day and user, each by itself. */
export const VOLUME_ACTIVITIES = [
  "message",
  "file-download",
  "file-read",
  "file-written",
  "file-deleted",
  "share",
  "mail-read",
  "mail-sent",
  "mail-deleted",
  "secret-read",
  "search",
  "read",
  "role-granted",
  "sign-in",
] as const;
const VOLUME_INDEX = new Map<string, number>(VOLUME_ACTIVITIES.map((name, i) => [name, i]));
/** Refused sign-ins are a volume of their own. */
const FAILED_SIGN_IN = VOLUME_ACTIVITIES.length;
export const VOLUME_COUNT = VOLUME_ACTIVITIES.length + 1;

/** Index of the volume that an event counts in, or -1. */
export function volumeOf(event: CloudEvent): number {
  if ((event.activity === "sign-in" || event.activity === "mfa-prompt") && event.success === false) return FAILED_SIGN_IN;
  return VOLUME_INDEX.get(event.activity ?? "") ?? -1;
}

/**
 * Changes of a directory bear the address of the vendor's own back end as often as that of who asked: places are read from what a client does.
 */
const CLIENT_ACTIVITIES = new Set(
  "sign-in mfa-prompt session message message-edited message-deleted chat-created chat-read link-clicked file-download file-deleted share anonymous-link mail-read mail-sent mail-sent-as mail-deleted inbox-rule mail-forwarding page-read search read secret-read role-assumed remote-command compute-started key-created".split(
    " ",
  ),
);

export function hasClientPlace(event: CloudEvent): boolean {
  if (event.src === undefined) return false;
  return CLIENT_ACTIVITIES.has(event.activity ?? "") || event.sensor !== "microsoft";
}

const OWN_CLIENT = new Set(["sign-in", "mfa-prompt", "session", "message", "chat-created", "chat-read", "role-assumed", "read", "link-clicked"]);

/** Mail and files are fetched for the user by servers of the vendor as often as by the user's own client: only what is surely the latter says where a user is. */
export function isOwnClient(event: CloudEvent): boolean {
  return OWN_CLIENT.has(event.activity ?? "");
}

/** The network of an address: /24 of IPv4, /48 of IPv6. */
export function networkOf(ip: string): string {
  if (!ip.includes(":")) return `${ip.slice(0, ip.lastIndexOf("."))}.0/24`;
  const groups = ip.split("::")[0]?.split(":") ?? [];
  return `${groups.slice(0, 3).join(":")}::/48`;
}

const clients = new Map<string, string>();

/** A client by kind and system, without versions, so that an update is no news: "Mozilla (Windows NT; Win; x) Chrome". */
export function clientOf(agent: string): string {
  const known = clients.get(agent);
  if (known !== undefined) return known;
  const folded = agent
    .replaceAll(/[0-9]+(?:[._][0-9a-zA-Z]+)*/g, "")
    .replaceAll(/[/;:,]+/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 120);
  if (clients.size > 20_000) clients.clear();
  clients.set(agent, folded);
  return folded;
}

/** Where a file lies, coarse enough to be met again: site and library of a web address, bucket, or the owner's mailbox. */
export function resourceOf(event: CloudEvent): string | undefined {
  if (event.owner !== undefined && event.owner !== event.user) return `mailbox of ${event.owner}`;
  const object = event.object;
  if (object === undefined || !/^file-|^share$|^anonymous|^page-|^secret|^read$/.test(event.activity ?? "")) return undefined;
  if (!object.includes("://")) return object.slice(0, 120);
  return object.split("/").slice(0, 6).join("/").slice(0, 160);
}

/** Applications that only carry a record are none: ids of cmdlets and of the service itself. */
export function appOf(event: CloudEvent): string | undefined {
  return event.app === undefined || /^0{8}-/.test(event.app) ? undefined : event.app;
}
