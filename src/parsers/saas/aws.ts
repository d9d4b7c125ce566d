import { flag, type JsonObject, object, objects, text } from "../json-access.ts";
import { TEXT } from "../words.ts";
import { awsActivity } from "./activities.ts";
import { blankSaas, cloudTime, head, type Mapped, type Place, setClient, userOf } from "./cloud-record.ts";
import { brief } from "./fold.ts";

/** A CloudTrail record, management, data or insight. */
export function isCloudTrail(record: JsonObject): boolean {
  return record.eventVersion !== undefined && record.awsRegion !== undefined
    ? record.eventName !== undefined || record.insightDetails !== undefined || record.eventType !== undefined
    : typeof record.eventSource === "string" && /\.amazon(aws)?\.com$/.test(record.eventSource) && record.eventName !== undefined;
}

/**
 * CloudTrail record contents, version 1.05 and later (docs.aws.amazon.com, CloudTrail record contents). The user is the IAM user's name,
 * of an assumed role its session name where that is an address, else `role/session`, else the service that called. Fails without a time.
 */
export function mapCloudTrail(record: JsonObject, place: Place): Mapped {
  const event = blankSaas();
  const problem = head(
    event,
    place,
    "aws",
    text(record.eventType) ?? "cloudtrail",
    cloudTime(record.eventTime ?? record.p_event_time),
    text(record.eventID) ?? text(record.sharedEventID),
  );
  if (problem !== undefined) return problem;
  const insight = object(record.insightDetails);
  event.service = TEXT.get(text(record.eventSource) ?? text(insight?.eventSource) ?? "aws");
  event.operation = TEXT.get(text(record.eventName) ?? text(insight?.eventName) ?? "Insight");
  event.activity = insight === undefined ? awsActivity(event.operation ?? "") : "alert";
  const who = object(record.userIdentity) ?? {};
  const type = text(who.type) ?? "";
  event.user = userOf(personOf(who, type));
  event.userKind =
    /^AWSService$/.test(type) || (text(who.invokedBy) ?? "").endsWith(".amazonaws.com")
      ? "system"
      : type === "AssumedRole" && event.user?.includes("@") !== true
        ? "application"
        : type === "AWSAccount"
          ? "foreign"
          : "member";
  event.userTenant = text(who.accountId);
  event.tenant = text(record.recipientAccountId) ?? text(who.accountId);
  const error = text(record.errorCode);
  const response = object(record.responseElements);
  const login = text(response?.ConsoleLogin);
  event.success = error === undefined && login !== "Failure";
  event.status =
    error === undefined
      ? (login ?? text(record.errorMessage))
      : `${error}${text(record.errorMessage) === undefined ? "" : `: ${text(record.errorMessage)}`}`.slice(0, 300);
  setClient(event, record.sourceIPAddress);
  event.userAgent = TEXT.get(text(record.userAgent) ?? "");
  const more = object(record.additionalEventData);
  if (event.operation === "ConsoleLogin") event.change = `MFAUsed: ${text(more?.MFAUsed) ?? "unknown"}`;
  const asked = object(record.requestParameters);
  event.change ??= brief(asked);
  event.object = objectOf(asked) ?? text(objects(record.resources)[0]?.ARN);
  const target = text(asked?.userName);
  if (target !== undefined) event.target = userOf(target);
  event.role = TEXT.get(text(asked?.policyArn) ?? text(asked?.roleArn) ?? text(asked?.policyName) ?? "");
  event.app = event.service;
  event.session = text(who.accessKeyId);
  if (flag(record.readOnly) === true && event.activity === "other") event.activity = "read";
  return event;
}

function personOf(who: JsonObject, type: string): string | undefined {
  const name = text(who.userName);
  const arn = text(who.arn) ?? "";
  if (type === "Root") return `root@${text(who.accountId) ?? "account"}`;
  if (type === "AssumedRole" || type === "FederatedUser") {
    const session = arn.slice(arn.lastIndexOf("/") + 1);
    if (session.includes("@")) return session;
    const issuer = text(object(object(who.sessionContext)?.sessionIssuer)?.userName);
    // A session's name changes from call to call where a service makes it; the role is who acts.
    return issuer === undefined
      ? arn.split("/").slice(-2).join("/")
      : /^(i-[0-9a-f]+|\d+|[0-9a-f-]{20,}|.*-session.*|botocore.*|aws-.*)$/i.test(session)
        ? issuer
        : `${issuer}/${session}`;
  }
  return name ?? (arn === "" ? (text(who.invokedBy) ?? text(who.principalId) ?? text(who.accountId)) : arn.slice(arn.lastIndexOf("/") + 1));
}

const NAMES = [
  "bucketName",
  "functionName",
  "secretId",
  "name",
  "roleName",
  "groupName",
  "groupId",
  "instanceId",
  "snapshotId",
  "imageId",
  "trailName",
  "dBInstanceIdentifier",
  "keyId",
  "userName",
  "modelId",
];

function objectOf(asked: JsonObject | undefined): string | undefined {
  if (asked === undefined) return undefined;
  for (const name of NAMES) {
    const value = text(asked[name]);
    if (value !== undefined) return value;
  }
  return undefined;
}
