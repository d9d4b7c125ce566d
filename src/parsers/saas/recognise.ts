import { isEndpointAlert, mapEndpointAlert } from "../endpoint/endpoint-alert.ts";
import { isGraphAlert, mapGraphAlert } from "../endpoint/graph-alert.ts";
import { huntingTable, mapHunting } from "../endpoint/hunting.ts";
import { isSentinelAlert, isSentinelIncident, mapSentinelAlert, mapSentinelIncident } from "../endpoint/sentinel-alert.ts";
import { isWindows, mapWindows } from "../endpoint/windows.ts";
import type { JsonObject } from "../json-access.ts";
import { isAudit, mapAudit } from "./audit.ts";
import { isCloudTrail, mapCloudTrail } from "./aws.ts";
import { isAzureLog, mapAzureLog } from "./azure-log.ts";
import { isChatMessage, mapChatMessage } from "./chat.ts";
import type { Mapped, Place } from "./cloud-record.ts";
import { isDirectoryUser, mapDirectoryUser } from "./directory.ts";
import { isDirectoryAudit, isRisk, isSignIn, mapDirectoryAudit, mapRisk, mapSignIn } from "./entra.ts";
import { isWorkspace, mapWorkspace } from "./google.ts";
import { isOkta, mapOkta } from "./okta.ts";

export type Mapping = (record: JsonObject, place: Place) => Mapped;

/** Sources by what only they have, told apart in this order. */
const KINDS: readonly { is: (record: JsonObject) => boolean; map: Mapping }[] = [
  { is: isAudit, map: mapAudit },
  { is: (r) => huntingTable(r) !== undefined && !isSentinelAlert(r), map: (r, p) => mapHunting(r, huntingTable(r) ?? "", p) },
  { is: isAzureLog, map: mapAzureLog },
  { is: isChatMessage, map: mapChatMessage },
  { is: isGraphAlert, map: mapGraphAlert },
  { is: isSentinelAlert, map: mapSentinelAlert },
  { is: isSentinelIncident, map: mapSentinelIncident },
  { is: isSignIn, map: (r, p) => mapSignIn(r, p) },
  { is: isDirectoryAudit, map: mapDirectoryAudit },
  { is: isCloudTrail, map: mapCloudTrail },
  { is: isOkta, map: mapOkta },
  { is: isWorkspace, map: mapWorkspace },
  { is: isDirectoryUser, map: mapDirectoryUser },
  { is: isRisk, map: mapRisk },
  { is: isWindows, map: mapWindows },
  { is: isEndpointAlert, map: mapEndpointAlert },
];

/** How a record is mapped, by its own fields; undefined for what is none of ours. */
export function recognise(record: JsonObject): Mapping | undefined {
  for (const kind of KINDS) if (kind.is(record)) return kind.map;
  return undefined;
}

/** Names in the spelling of Microsoft's schema, for collectors that store every key in lower case. */
const SPELLING = new Map(
  (
    "CreationTime Id Operation OrganizationId OrganizationName RecordType ResultStatus UserKey UserType Workload UserId ClientIP ClientIPAddress ObjectId Parameters ExtendedProperties " +
    "ModifiedProperties Actor Target ActorIpAddress ApplicationId ClientAppId AppId ExternalAccess OriginatingServer SessionId MailboxOwnerUPN ClientInfoString OperationProperties Members " +
    "operationName callerIpAddress correlationId resultType resultSignature resourceId tenantId " +
    "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode errorMessage requestParameters responseElements requestID " +
    "eventID eventType recipientAccountId managementEvent eventCategory additionalEventData readOnly sharedEventID"
  )
    .split(" ")
    .map((name) => [name.toLowerCase(), name] as const),
);

/** The same record, unpacked from what collectors wrap it in: Purview's AuditData, keys in lower case. */
export function unwrapped(record: JsonObject): JsonObject {
  const inside = record.AuditData ?? record.auditData;
  if (typeof inside === "string" && inside.startsWith("{")) {
    try {
      return JSON.parse(inside) as JsonObject;
    } catch {
      return record;
    }
  }
  if (typeof inside === "object" && inside !== null && !Array.isArray(inside)) return inside as JsonObject;
  if (record.creationtime !== undefined || record.operationname !== undefined || record.eventsource !== undefined) {
    const out: JsonObject = {};
    for (const [key, value] of Object.entries(record)) out[SPELLING.get(key) ?? key] = value;
    if (out.time === undefined && out.operationName !== undefined) out.time = record.p_event_time;
    return out;
  }
  return record;
}

/** Keys that stand on an array of records in an answer or export. */
export const ARRAY_KEYS: ReadonlySet<string> = new Set(["value", "Records", "records", "Results", "results", "items"]);

/** What a sniffer looks for in a first record that is cut off: pairs of keys that no other source has together. */
export function looksLikeCloudRecord(start: string): boolean {
  const has = (key: string): boolean => start.includes(`"${key}"`);
  return (
    (has("CreationTime") && (has("Operation") || has("RecordType"))) ||
    has("AuditData") ||
    (has("eventVersion") && has("eventSource")) ||
    has("SystemAlertId") ||
    (has("AlertName") && has("TimeGenerated")) ||
    start.includes('"AdvancedHunting-') ||
    (has("operationName") && has("category")) ||
    (has("createdDateTime") && (has("userPrincipalName") || has("severity") || has("chatId"))) ||
    (has("userPrincipalName") && (has("accountEnabled") || has("jobTitle") || has("department") || has("userType"))) ||
    (has("activityDateTime") && has("activityDisplayName")) ||
    (has("eventType") && has("published")) ||
    start.includes('"admin#reports#activity"') ||
    (has("EventID") && (has("Channel") || has("System"))) ||
    has("winlog") ||
    (has("Timestamp") && (has("DeviceId") || has("AlertId")))
  );
}
