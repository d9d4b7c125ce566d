import { type JsonObject, object, text } from "../json-access.ts";
import { TEXT } from "../words.ts";
import { microsoftActivity } from "./activities.ts";
import { blankSaas, cloudTime, head, type Mapped, type Place, setClient, userOf } from "./cloud-record.ts";
import { isDirectoryAudit, mapDirectoryAudit, mapRisk, mapSignIn } from "./entra.ts";
import { brief } from "./fold.ts";

/** A record as Azure's diagnostic settings write it: envelope with `category`, `operationName`, and the record in `properties`. */
export function isAzureLog(record: JsonObject): boolean {
  // Logs of storage accounts may come without a category.
  const named = text(record.category) !== undefined || (record.resourceId !== undefined && record.operationName !== undefined);
  return named && (record.operationName !== undefined || record.resourceId !== undefined) && (record.time !== undefined || record.properties !== undefined);
}

/** Sign-ins, directory audits and risks as Graph gives them; Intune, Graph activity and Azure activity by what the envelope says. */
export function mapAzureLog(record: JsonObject, place: Place): Mapped {
  const category = text(record.category) ?? "";
  const inner = object(record.properties) ?? {};
  const when = record.time;
  const properties: JsonObject = { time: when, ...inner };
  if (/SignInLogs$/i.test(category) || text(record.operationName) === "Sign-in activity") {
    const signIn: JsonObject = { ...properties, createdDateTime: properties.createdDateTime ?? when };
    signIn.id = inner.id ?? record.correlationId;
    signIn.ipAddress = inner.ipAddress ?? record.callerIpAddress;
    signIn.location = inner.location ?? record.location;
    signIn.userDisplayName = inner.userDisplayName ?? record.identity;
    signIn.resultType = record.resultType;
    signIn.resourceTenantId = inner.resourceTenantId ?? record.tenantId;
    if (object(signIn.status) === undefined && /^\d+$/.test(text(record.resultType) ?? ""))
      signIn.status = { errorCode: Number(record.resultType), failureReason: record.resultDescription };
    return mapSignIn(signIn, place, category === "" ? "sign-in" : category);
  }
  if (/Risk/i.test(category)) return mapRisk(properties, place);
  if (isDirectoryAudit({ activityDateTime: when, ...inner })) return mapDirectoryAudit({ activityDateTime: when, ...properties }, place);
  return mapEnvelope(record, inner, place);
}

function mapEnvelope(record: JsonObject, inner: JsonObject, place: Place): Mapped {
  const event = blankSaas();
  const category = text(record.category) ?? providerOf(text(record.resourceId)) ?? "unknown";
  // Intune writes a time that is none ("2025-04-11:21:02.3Z") beside one that is.
  const times = [record.time, inner.timeGenerated, inner.ActivityDate, record.p_event_time].map(cloudTime);
  const time = times.find((t) => !Number.isNaN(t)) ?? Number.NaN;
  const problem = head(
    event,
    place,
    "microsoft",
    category,
    time,
    text(record.correlationId) === undefined ? undefined : `${text(record.correlationId)}/${text(inner.requestId) ?? text(inner.AuditEventId) ?? place.line}`,
  );
  if (problem !== undefined) return problem;
  const operation = text(record.operationName) ?? category;
  event.service = TEXT.get(providerOf(text(record.resourceId)) ?? category);
  event.operation = TEXT.get(
    category === "MicrosoftGraphActivityLogs" ? `${text(inner.requestMethod) ?? ""} ${pathOf(text(inner.requestUri))}`.trim() : operation,
  );
  event.activity = microsoftActivity(operation);
  if (/\/(LISTKEYS|LISTACCOUNTSAS|LISTSECRETS)\/ACTION$|SecretGet$/i.test(operation)) event.activity = "secret-read";
  else if (/DIAGNOSTICSETTINGS\/DELETE$/i.test(operation)) event.activity = "audit-disabled";
  else if (/ROLEASSIGNMENTS\/WRITE$/i.test(operation)) event.activity = "role-granted";
  const actor = object(inner.Actor);
  const identity = object(record.identity);
  const claims = object(identity?.claims);
  const caller =
    text(record.caller) ??
    text(claims?.["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"]) ??
    text(claims?.["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"]);
  event.user = userOf(text(actor?.UPN) ?? caller ?? text(inner.userPrincipalName) ?? text(inner.UPN) ?? text(record.identity) ?? text(inner.userId));
  event.tenant = text(record.tenantId)?.toLowerCase();
  const result = text(record.resultType) ?? text(inner.ActivityResultStatus) ?? text(record.resultSignature) ?? text(inner.metricResponseType);
  event.success = !/fail|denied|AuthenticationError|^4\d\d$|^5\d\d$/i.test(result ?? "");
  event.status = result;
  setClient(event, inner.ipAddress ?? record.callerIpAddress);
  event.userAgent = TEXT.get(text(inner.userAgent) ?? text(inner.userAgentHeader) ?? "");
  event.app = TEXT.get(text(actor?.ApplicationName) ?? text(inner.appId) ?? "");
  event.object = text(inner.objectKey) ?? text(record.resourceId) ?? text(inner.DeviceName);
  event.device = TEXT.get(text(inner.DeviceName) ?? "");
  event.change = brief(inner.Targets ?? record.resultDescription);
  return event;
}

function providerOf(resource: string | undefined): string | undefined {
  return /\/providers\/([^/]+)/i.exec(resource ?? "")?.[1]?.toLowerCase();
}

/** A request's path without the ids in it, so that it can be learned. */
function pathOf(uri: string | undefined): string {
  if (uri === undefined) return "";
  return uri
    .replace(/^https?:\/\/[^/]+/, "")
    .replace(/\?.*$/, "")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, "{id}")
    .slice(0, 120);
}
