import type { EventOf } from "../../schema/event.ts";
import { integer, type JsonObject, object, objects, text, texts } from "../json-access.ts";
import { TEXT } from "../words.ts";
import { microsoftActivity } from "./activities.ts";
import { blankSaas, cloudTime, head, lower, type Mapped, type Place, pairsOf, setClient, setLinks, userOf, word } from "./cloud-record.ts";
import { brief, domainOfUser, isGuestName } from "./fold.ts";

/** A record of Microsoft 365's unified audit log, as the Management Activity API and Purview's AuditData hold it. */
export function isAudit(record: JsonObject): boolean {
  return (
    record.CreationTime !== undefined &&
    (record.Operation !== undefined || record.RecordType !== undefined) &&
    (record.UserId !== undefined || record.Workload !== undefined)
  );
}

/** UserType of the schema: who is no person. */
const KINDS: Readonly<Record<string, string>> = {
  "3": "system",
  "4": "system",
  "5": "application",
  "6": "application",
  "7": "system",
  "8": "system",
  "10": "guest",
  dcadmin: "system",
  system: "system",
  application: "application",
  serviceprincipal: "application",
  custompolicy: "system",
  systempolicy: "system",
  guest: "guest",
};
const HOSTED = /\/microsoft exchange hosted organizations\//i;
const REFUSED = /^(fail|failed|failure|false|error|denied)/i;

/**
 * One unified audit record as an event. Common schema and the parts of Entra, Exchange, SharePoint, Teams and Defender records
 * (learn.microsoft.com, Office 365 Management Activity API schema). Record types without a part of their own keep the common one.
 * Fails on a record without a time.
 */
export function mapAudit(record: JsonObject, place: Place): Mapped {
  const event = blankSaas();
  const operation = text(record.Operation) ?? `RecordType ${text(record.RecordType) ?? "unknown"}`;
  const problem = head(event, place, "microsoft", `audit-${text(record.RecordType) ?? "unknown"}`, cloudTime(record.CreationTime), text(record.Id));
  if (problem !== undefined) return problem;
  event.service = word(record.Workload) ?? "Microsoft 365";
  event.operation = TEXT.get(operation.trim());
  event.activity = microsoftActivity(operation);
  event.tenant = lower(record.OrganizationId);
  const rawUser = personOf(record) ?? text(record.UserId) ?? text(record.UserKey) ?? "";
  event.user = userOf(rawUser);
  event.userId = directoryId(record.UserKey) ?? directoryId(record.UserId);
  event.userKind = kindOf(record, rawUser, event.user);
  const status = text(record.ResultStatus);
  event.status = status;
  event.success = !(status !== undefined && REFUSED.test(status)) && !/LoginFailed$/.test(operation);
  setClient(event, record.ClientIP ?? record.ClientIPAddress ?? record.ActorIpAddress ?? record.SenderIp);
  const whole = brief(record.ObjectId, 500);
  // Exchange names a mailbox by its place in a tree; it is the user's.
  event.object = whole !== undefined && HOSTED.test(whole) ? userOf(whole) : whole;
  event.userAgent = word(record.UserAgent) ?? word(record.ClientInfoString);
  event.app = word(record.ApplicationDisplayName) ?? word(record.AppName) ?? word(record.ApplicationId) ?? word(record.ClientAppId) ?? word(record.AppId);
  const session = object(record.AppAccessContext)?.AADSessionId ?? record.SessionId;
  event.session = text(session);
  readDirectory(record, event);
  readParameters(record, event);
  readMail(record, event);
  readFile(record, event);
  if (record.ChatThreadId !== undefined || record.CommunicationType !== undefined || record.Members !== undefined) readTeams(record, event);
  return event;
}

/** Ids of Entra are GUIDs; what else stands there (PUIDs, addresses) joins nothing. */
function directoryId(value: unknown): string | undefined {
  return typeof value === "string" && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value) ? value.toLowerCase() : undefined;
}

/** Entra records may name the user by id; its address then stands among the actors (type 5 = UPN). */
function personOf(record: JsonObject): string | undefined {
  const id = text(record.UserId);
  if (id?.includes("@") === true) return id;
  return objects(record.Actor)
    .filter((a) => a.Type === 5)
    .map((a) => text(a.ID))
    .find((a) => a?.includes("@"));
}

function kindOf(record: JsonObject, raw: string, user: string | undefined): string | undefined {
  const said = KINDS[String(record.UserType ?? "").toLowerCase()];
  if (said !== undefined) return said;
  if (isGuestName(raw)) return "guest";
  if (/^serviceprincipal_|^app@|^certificate$|^nt authority|^nt service|^s-1-5-(18|19|20)$|\(microsoft\./i.test(raw)) return "system";
  if (user === undefined) return undefined;
  const home = text(record.UserTenantId)?.toLowerCase();
  // Where our user writes in a chat that another tenant holds, the resource is theirs and the user is still ours.
  const here = (text(record.OrganizationId) ?? text(record.ResourceTenantId))?.toLowerCase();
  if (home !== undefined && here !== undefined && home !== here) return "foreign";
  return undefined;
}

/** Entra: what was changed, to whom, which role. */
function readDirectory(record: JsonObject, event: EventOf<"saas">): void {
  const details = pairsOf(record.ExtendedProperties);
  const more = details.get("additionaldetails");
  if (event.userAgent === undefined) {
    const agent = details.get("useragent") ?? (more === undefined ? undefined : /"User-Agent":"([^"]{1,300})"/.exec(more)?.[1]);
    event.userAgent = agent === undefined ? undefined : TEXT.get(agent);
  }
  if (text(record.LogonError) !== undefined) event.status = text(record.LogonError);
  const device = pairsOf(record.DeviceProperties);
  event.os = word(device.get("os"));
  event.device = word(device.get("displayname"));
  event.session ??= device.get("sessionid");
  const changes = objects(record.ModifiedProperties);
  if (changes.length > 0) {
    const said: string[] = [];
    for (const change of changes) {
      const name = text(change.Name) ?? text(change.DisplayName) ?? "";
      const value = text(change.NewValue);
      if (name === "Role.DisplayName" && value !== undefined) event.role = TEXT.get(value.replaceAll('"', ""));
      // "Add owner to application." has the person as its target, and the application only here.
      if (/^(Application|ServicePrincipal)\.DisplayName$/.test(name) && value !== undefined && /^app-/.test(event.activity ?? ""))
        event.app = TEXT.get(value.replaceAll('"', ""));
      if (name === "ConsentAction.Permissions" && value !== undefined) event.role = scopesOf(value) ?? event.role;
      if (name === "DelegatedPermissionGrant.Scope" && value !== undefined) event.role = TEXT.get(value.trim());
      if (name === "AppRole.Value" && value !== undefined) event.role = TEXT.get(value.replaceAll('"', ""));
      if (name === "Included Updated Properties" && value !== undefined && /StrongAuthentication/.test(value) && event.activity === "user-changed")
        event.activity = "mfa-changed";
      if (said.length < 8 && value !== undefined && value !== "" && value !== "[]") said.push(`${name}: ${value.replaceAll(/[\r\n]+/g, " ").slice(0, 120)}`);
    }
    event.change = brief(said.join("; "));
    if (event.activity === "app-changed" && changes.some((c) => /^(KeyDescription|PasswordCredentials|KeyCredentials)$/.test(text(c.Name) ?? "")))
      event.activity = "app-secret-added";
  }
  const targets = objects(record.Target);
  if (targets.length === 0) return;
  const named = targets.map((t) => text(t.ID)).filter((t) => t !== undefined);
  const person = named.find((n) => n.includes("@"));
  if (person !== undefined) event.target = userOf(person);
  if (/^app-/.test(event.activity ?? "")) {
    const app = targets.find((t) => t.Type === 1 || t.Type === 4) ?? {};
    event.app = word(app.ID) ?? event.app;
  }
}

/** Scopes of a consent: "... Scope: openid profile Mail.Read, CreatedDateTime..." */
function scopesOf(value: string): string | undefined {
  const scopes = [...value.matchAll(/Scope:\s*([^,\]]{1,300})/g)].map((m) => (m[1] ?? "").trim()).filter((s) => s !== "");
  return scopes.length === 0 ? undefined : TEXT.get(scopes[scopes.length - 1] ?? "");
}

const FORWARD = [
  "forwardto",
  "redirectto",
  "forwardasattachmentto",
  "forwardingsmtpaddress",
  "forwardingaddress",
  "blindcopyto",
  "redirectmessageto",
  "copyto",
  "journalemailaddress",
];

/** Exchange cmdlets: `Parameters` as name and value. */
function readParameters(record: JsonObject, event: EventOf<"saas">): void {
  if (record.Parameters === undefined && record.OperationProperties === undefined) return;
  const given = pairsOf(record.Parameters);
  if (given.size > 0)
    event.change = brief(
      [...given]
        .filter(([k]) => k !== "identity" && k !== "domaincontroller")
        .map(([k, v]) => `${k}: ${v}`)
        .join("; "),
    );
  const forward = FORWARD.map((name) => given.get(name)).find((v) => v !== undefined && v !== "" && v !== "$null");
  if (event.activity === "mailbox-changed") {
    if (forward !== undefined) event.activity = "mail-forwarding";
    else if (given.has("grantsendonbehalfto")) event.activity = "mailbox-permission";
    else if (given.get("auditenabled")?.toLowerCase() === "false") event.activity = "audit-disabled";
  }
  if (event.activity === "audit-config" && given.get("unifiedauditlogingestionenabled")?.toLowerCase() === "false") event.activity = "audit-disabled";
  if (event.activity === "audit-disabled" && given.get("auditbypassenabled")?.toLowerCase() === "false") event.activity = "audit-config";
  const whom = forward ?? given.get("user") ?? given.get("trustee") ?? given.get("grantsendonbehalfto") ?? given.get("member");
  const address = whom === undefined ? undefined : /[^\s:;,<>"']+@[^\s:;,<>"']+/.exec(whom)?.[0];
  if (address !== undefined) event.target = userOf(address);
  else if (whom !== undefined) event.target = userOf(whom);
  const rights = given.get("accessrights");
  if (rights !== undefined) event.role = TEXT.get(rights);
  const role = given.get("role");
  if (role !== undefined) event.role = TEXT.get(role);
  if (record.OperationProperties === undefined) return;
  const rules = pairsOf(record.OperationProperties);
  const actions = rules.get("ruleactions");
  if (actions !== undefined) {
    event.change = brief(actions);
    const to = /[\w.+-]+@[\w.-]+\.\w+/.exec(actions)?.[0];
    if (to !== undefined) event.target = userOf(to);
  }
}

/** Exchange: whose mailbox, how many messages. */
function readMail(record: JsonObject, event: EventOf<"saas">): void {
  const owner = text(record.MailboxOwnerUPN);
  if (owner !== undefined) event.owner = userOf(owner);
  const items = integer(record.OperationCount);
  const affected = Array.isArray(record.AffectedItems) ? record.AffectedItems.length : undefined;
  event.items = items ?? affected;
  const item = object(record.Item);
  if (item !== undefined) {
    event.message = text(item.InternetMessageId);
    event.object ??= brief(item.Subject, 300);
    event.size = integer(item.SizeInBytes);
  }
  if (record.NetworkMessageId !== undefined) {
    event.message = text(record.InternetMessageId) ?? text(record.NetworkMessageId);
    event.object ??= brief(record.Subject ?? record.Url, 300);
    const to = texts(record.Recipients)
      .map((r) => userOf(r))
      .filter((r) => r !== undefined);
    if (to.length > 0) event.targets = to;
  }
  const url = text(record.Url);
  if (url !== undefined) setLinks(event, [url]);
}

/** SharePoint and OneDrive. */
function readFile(record: JsonObject, event: EventOf<"saas">): void {
  if (record.SiteUrl === undefined && record.SourceFileName === undefined && record.TargetUserOrGroupName === undefined) return;
  event.size ??= integer(record.FileSizeBytes);
  const whom = text(record.TargetUserOrGroupName);
  if (whom !== undefined) event.target = userOf(whom);
  if (text(record.TargetUserOrGroupType) === "Guest" && event.activity === "group-member-added") event.activity = "share";
  event.device ??= word(record.DeviceDisplayName);
  event.os ??= word(record.Platform);
  event.change ??= brief(record.EventData);
}

/** Teams: chat, members, link addresses, and whether somebody of another tenant takes part. */
function readTeams(record: JsonObject, event: EventOf<"saas">): void {
  event.chat = text(record.ChatThreadId) ?? text(record.TeamGuid);
  event.chatKind = word(record.CommunicationType);
  const name = text(record.ChatName) ?? text(record.ItemName) ?? text(record.TeamName);
  if (name !== undefined && name !== event.chat && !/^19:/.test(name)) event.chatName = TEXT.get(name);
  event.message = text(record.MessageId);
  event.size = integer(record.MessageSizeInBytes);
  setLinks(event, texts(record.MessageURLs));
  const here = event.tenant;
  const members: string[] = [];
  for (const member of objects(record.Members)) {
    const upn = userOf(text(member.UPN));
    if (upn === undefined) continue;
    const home = text(member.OrganizationId)?.toLowerCase();
    if (upn === event.user) {
      event.userName = word(member.DisplayName);
      event.userTenant = home;
      if (event.userKind === undefined && home !== undefined && here !== undefined) event.userKind = home === here ? "member" : "foreign";
    } else members.push(upn);
  }
  event.userTenant ??= text(record.UserTenantId)?.toLowerCase();
  if (members.length > 0) {
    event.targets = [...new Set(members)];
    if (event.targets.length === 1) event.target = event.targets[0];
  }
  const who = object(record.ParticipantInfo);
  if (who !== undefined) {
    event.foreignTenant = who.HasForeignTenantUsers === true;
    event.guests = who.HasGuestUsers === true || who.HasOtherGuestUsers === true;
    event.unauthenticated = who.HasUnauthenticatedUsers === true;
    event.tenants = texts(who.ParticipatingTenantIds).map((t) => t.toLowerCase());
    event.domains = texts(who.ParticipatingDomains).map((d) => d.toLowerCase());
  }
  const client = pairsOf(record.ExtraProperties);
  event.country = client.get("country")?.toUpperCase();
  event.os = word(client.get("osname")) ?? event.os;
  event.userAgent ??= word(client.get("clientname"));
  event.userName ??= domainOfUser(event.user) === undefined ? word(record.UserDisplayName) : undefined;
}
