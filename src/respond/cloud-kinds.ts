import type { EntityRef } from "../schema/entity.ts";
import { type KindSpec, nameOf } from "./kind-spec.ts";

const TWO_HOURS = 7_200;
const DAY = 86_400;

function foreign(tags: readonly string[]): boolean {
  return tags.includes("foreign");
}

function notOurs(entity: EntityRef, tags: readonly string[]): string | undefined {
  return foreign(tags) ? `${nameOf(entity)} belongs to another tenant: there is no account of ours to act on` : undefined;
}

function notForeign(entity: EntityRef, tags: readonly string[]): string | undefined {
  return foreign(tags) ? undefined : `${nameOf(entity)} has an account with us: end its sessions or disable it instead`;
}

function domainOf(id: string): string {
  return id.slice(id.lastIndexOf("@") + 1);
}

/**
 * What can be done to users of cloud services. A user of another tenant has no account here that could be disabled, and ending sessions does not reach
 * it: what there is, is the block list of external access.
 */
export const CLOUD_KINDS: readonly KindSpec[] = [
  {
    id: "revoke-sessions",
    label: "End the sessions of the user",
    entities: ["user"],
    reach: "entity",
    undo: "Nothing to undo: the user signs in again. It takes some minutes until every service has noticed.",
    seconds: TWO_HOURS,
    severity: 1,
    title: (t) => `${nameOf(t.entity)} is signed out everywhere and must sign in again`,
    byHand: "Microsoft Entra: Users, the user, Revoke sessions. Google: Users, Security, Reset sign-in cookies. Okta: More actions, Clear user sessions.",
    notFor: notOurs,
  },
  {
    id: "withdraw-consent",
    label: "Withdraw the application's consent",
    entities: ["user"],
    reach: "entity",
    undo: "Undone by consenting again. Whoever works with the application cannot until then.",
    seconds: DAY,
    severity: 2,
    title: (t) => `What ${nameOf(t.entity)} granted to an application is taken back`,
    byHand: "Microsoft Entra: Enterprise applications, the application, Permissions: review and revoke; remove secrets and owners that were added.",
    notFor: notOurs,
  },
  {
    id: "disable-rule",
    label: "Disable the mail rule",
    entities: ["user", "mailbox"],
    reach: "entity",
    undo: "Undone by enabling the rule again. Mail that it has moved or forwarded stays where it is.",
    seconds: DAY,
    severity: 1,
    title: (t) => `The mail rules of ${nameOf(t.entity)} that hide or forward are switched off`,
    byHand:
      "Exchange: Get-InboxRule -Mailbox, then Disable-InboxRule; forwarding: Set-Mailbox -ForwardingSmtpAddress $null; transport rules: Disable-TransportRule.",
    notFor: notOurs,
  },
  {
    id: "block-external-user",
    label: "Block the external user in chat",
    entities: ["user"],
    reach: "entity",
    undo: "Undone by taking the user off the block list. It cannot be disabled: its account belongs to another tenant.",
    seconds: DAY,
    severity: 2,
    title: (t) => `${nameOf(t.entity)}, of another tenant, can no longer write to anybody here`,
    byHand: "Teams admin center: External access, block specific users; or the Tenant Allow/Block List. Remove its chats: it stays in those that exist.",
    notFor: notForeign,
  },
  {
    id: "block-external-domain",
    label: "Block the external user's domain in chat",
    entities: ["user"],
    reach: "entity",
    undo: "Undone by taking the domain off the block list. Every user of that domain is kept out, honest ones as well.",
    seconds: DAY,
    severity: 3,
    title: (t) => `Nobody of ${domainOf(t.entity.id)} can write to anybody here`,
    byHand: "Teams admin center: External access, block specific external domains.",
    notFor: notForeign,
  },
  {
    id: "disable-user",
    label: "Disable the user",
    entities: ["user"],
    reach: "entity",
    undo: "Undone by enabling the account again. The person cannot work meanwhile; sessions are to be ended as well.",
    seconds: TWO_HOURS,
    severity: 3,
    title: (t) => `${nameOf(t.entity)} cannot sign in`,
    byHand:
      "Microsoft Entra: Users, the user, Account status: disable, then Revoke sessions (a guest too has its account here). Google: Suspend user. Okta: Suspend.",
    notFor: notOurs,
  },
];
