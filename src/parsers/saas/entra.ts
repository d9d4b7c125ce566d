import type { EventOf } from "../../schema/event.ts";
import { type JsonObject, number, object, objects, text, texts } from "../json-access.ts";
import { TEXT } from "../words.ts";
import { microsoftActivity } from "./activities.ts";
import { blankSaas, cloudTime, head, type Mapped, type Place, setClient, userOf, word } from "./cloud-record.ts";
import { brief, isGuestName } from "./fold.ts";

/** A sign-in as Graph's auditLogs/signIns gives it. */
export function isSignIn(record: JsonObject): boolean {
  const when = record.createdDateTime ?? record.CreatedDateTime;
  return (
    when !== undefined &&
    (record.userPrincipalName !== undefined || record.servicePrincipalId !== undefined) &&
    (record.ipAddress !== undefined || record.appDisplayName !== undefined) &&
    record.body === undefined
  );
}

/** A directory audit as Graph's auditLogs/directoryAudits gives it. */
export function isDirectoryAudit(record: JsonObject): boolean {
  return record.activityDisplayName !== undefined && record.activityDateTime !== undefined;
}

/** A detection of Entra ID Protection, or a user's risk. */
export function isRisk(record: JsonObject): boolean {
  return (
    (record.riskEventType !== undefined || record.riskState !== undefined) &&
    record.createdDateTime === undefined &&
    (record.userPrincipalName !== undefined || record.userId !== undefined)
  );
}

/** Error codes of a sign-in whose user refused, or never answered, the second factor (learn.microsoft.com, Entra error codes). */
const MFA_REFUSED: ReadonlySet<number> = new Set([500121, 50074, 50076, 50088, 50158, 53004]);

/** A sign-in of Entra. `type` says which log it came from. Fails without a time. */
export function mapSignIn(record: JsonObject, place: Place, type = "sign-in"): Mapped {
  const event = blankSaas();
  const problem = head(event, place, "microsoft", type, cloudTime(record.createdDateTime ?? record.CreatedDateTime ?? record.time), text(record.id));
  if (problem !== undefined) return problem;
  event.service = "Entra";
  event.operation = "Sign-in";
  event.activity = "sign-in";
  const upn = text(record.userPrincipalName);
  const isApp = upn === undefined && record.servicePrincipalId !== undefined && record.servicePrincipalId !== null;
  event.user = userOf(isApp ? (text(record.servicePrincipalName) ?? text(record.servicePrincipalId)) : (upn ?? text(record.userId)));
  event.userName = word(record.userDisplayName ?? record.servicePrincipalName);
  event.userId = text(record.userId)?.toLowerCase();
  const home = text(record.homeTenantId)?.toLowerCase();
  const here = text(record.resourceTenantId)?.toLowerCase();
  event.tenant = here;
  event.userTenant = home;
  event.userKind = isApp ? "application" : userKind(text(record.userType), upn, home, here);
  const status = object(record.status) ?? {};
  const code = number(status.errorCode);
  event.success = code === undefined ? !/fail/i.test(text(record.resultType) ?? "") : code === 0;
  event.status =
    text(status.failureReason) !== undefined && event.success === false
      ? `${code}: ${text(status.failureReason)}`
      : (code?.toString() ?? text(record.resultType));
  if (code !== undefined && MFA_REFUSED.has(code)) event.activity = "mfa-prompt";
  const mfa = object(record.mfaDetail);
  event.change = brief(text(status.additionalDetails) ?? text(mfa?.authMethod) ?? text(record.authenticationRequirement));
  setClient(event, record.ipAddress);
  event.app = word(record.appDisplayName) ?? word(record.appId);
  event.object = text(record.resourceDisplayName);
  event.userAgent = word(record.userAgent) ?? word(record.clientAppUsed);
  const device = object(record.deviceDetail) ?? {};
  event.os = word(device.operatingSystem);
  event.device = word(device.displayName);
  event.country = countryOf(record.location);
  const risk = text(record.riskLevelDuringSignIn) ?? text(record.riskLevelAggregated);
  event.risk = risk === undefined || risk === "none" || risk === "hidden" ? undefined : TEXT.get(risk);
  event.session = text(record.sessionId) ?? text(record.correlationId);
  return event;
}

function userKind(type: string | undefined, upn: string | undefined, home: string | undefined, here: string | undefined): string | undefined {
  if (type?.toLowerCase() === "guest" || (upn !== undefined && isGuestName(upn))) return "guest";
  if (home !== undefined && here !== undefined && home !== here) return "foreign";
  return type?.toLowerCase() === "member" ? "member" : undefined;
}

function countryOf(location: unknown): string | undefined {
  const country = text(object(location)?.countryOrRegion) ?? (typeof location === "string" && location.length === 2 ? location : undefined);
  return country?.toUpperCase();
}

/** A directory audit of Entra or Intune. Fails without a time. */
export function mapDirectoryAudit(record: JsonObject, place: Place): Mapped {
  const event = blankSaas();
  const problem = head(event, place, "microsoft", "directory-audit", cloudTime(record.activityDateTime ?? record.time), text(record.id));
  if (problem !== undefined) return problem;
  const operation = text(record.activityDisplayName) ?? text(record.operationName) ?? "unknown";
  event.service = word(record.loggedByService) ?? "Entra";
  event.operation = TEXT.get(operation);
  event.activity = microsoftActivity(operation);
  const result = text(record.result);
  event.success = !/fail|timeout/i.test(result ?? "");
  event.status = text(record.resultReason) ?? result;
  const by = object(record.initiatedBy) ?? {};
  const user = object(by.user);
  const app = object(by.app);
  event.user = userOf(text(user?.userPrincipalName) ?? text(user?.id) ?? text(app?.displayName) ?? text(app?.servicePrincipalName));
  event.userKind = user === undefined ? (app === undefined ? undefined : "application") : isGuestName(text(user.userPrincipalName) ?? "") ? "guest" : undefined;
  event.userName = word(user?.displayName);
  event.userId = text(user?.id)?.toLowerCase();
  setClient(event, user?.ipAddress);
  readTargets(record, event);
  for (const detail of objects(record.additionalDetails)) {
    if (text(detail.key) === "User-Agent") event.userAgent = word(detail.value);
    else if (text(detail.key) === "AppId") event.app ??= word(detail.value);
  }
  return event;
}

function readTargets(record: JsonObject, event: EventOf<"saas">): void {
  const said: string[] = [];
  const people: string[] = [];
  for (const target of objects(record.targetResources)) {
    const type = (text(target.type) ?? text(target.Type) ?? "").toLowerCase();
    const upn = text(target.userPrincipalName);
    const name = text(target.displayName);
    if (upn?.includes("@") === true) people.push(userOf(upn) ?? upn);
    if (type === "role" && name !== undefined) event.role = TEXT.get(name);
    if (/serviceprincipal|application/.test(type) && name !== undefined) event.app = TEXT.get(name);
    event.object ??= name ?? text(target.id);
    for (const change of objects(target.modifiedProperties)) {
      const what = text(change.displayName) ?? "";
      const value = text(change.newValue)?.replaceAll('"', "");
      if (what === "Role.DisplayName" && value !== undefined) event.role = TEXT.get(value);
      if (what === "ConsentAction.Permissions" && value !== undefined)
        event.role = TEXT.get(/Scope:\s*([^,\]]{1,300})/.exec(value)?.[1]?.trim() ?? value.slice(0, 200));
      if (/^StrongAuthentication/.test(what) && event.activity === "user-changed") event.activity = "mfa-changed";
      if (/^(KeyDescription|PasswordCredentials|KeyCredentials)$/.test(what) && event.activity === "app-changed") event.activity = "app-secret-added";
      if (said.length < 8 && value !== undefined && value !== "") said.push(`${what}: ${value.slice(0, 120)}`);
    }
  }
  event.change = brief(said.join("; "));
  if (people.length > 0) {
    event.targets = [...new Set(people)];
    event.target = event.targets[0];
  }
}

/** A risk that Entra ID Protection saw. */
export function mapRisk(record: JsonObject, place: Place): Mapped {
  const event = blankSaas();
  const when = record.activityDateTime ?? record.detectedDateTime ?? record.riskLastUpdatedDateTime ?? record.lastUpdatedDateTime ?? record.time;
  const problem = head(event, place, "microsoft", "risk", cloudTime(when), text(record.id));
  if (problem !== undefined) return problem;
  event.service = "Entra ID Protection";
  event.operation = TEXT.get(text(record.riskEventType) ?? text(record.riskState) ?? "risk");
  event.activity = "alert";
  event.user = userOf(text(record.userPrincipalName) ?? text(record.userId));
  event.userName = word(record.userDisplayName);
  event.success = true;
  event.status = text(record.riskState);
  event.risk = word(record.riskLevel);
  event.change = brief(record.riskDetail);
  setClient(event, record.ipAddress);
  event.country = countryOf(record.location);
  event.app = texts(record.riskEventTypes)[0];
  return event;
}
