import { type JsonObject, object, objects, text, texts } from "../json-access.ts";
import { cloudTime, head, type Mapped, type Place } from "../saas/cloud-record.ts";
import { brief } from "../saas/fold.ts";
import { TEXT } from "../words.ts";
import { blankEndpoint, Evidence, severityOf, techniquesOf } from "./alert-parts.ts";
import { productName } from "./product-name.ts";

/** An alert of Graph's security/alerts_v2, or the older Defender API's, or an incident of either. */
export function isGraphAlert(record: JsonObject): boolean {
  if (/security\.(alert|incident)$/.test(text(record["@odata.type"]) ?? "")) return true;
  if (record.alertCreationTime !== undefined && record.title !== undefined) return true;
  return (
    record.title !== undefined &&
    record.severity !== undefined &&
    record.createdDateTime !== undefined &&
    (Array.isArray(record.evidence) || record.serviceSource !== undefined || record.detectionSource !== undefined || record.alertWebUrl !== undefined)
  );
}

/**
 * learn.microsoft.com, resource type microsoft.graph.security.alert. `time` is the first activity where the alert says it; `reported`
 * when the product raised it. Fails without any time.
 */
export function mapGraphAlert(record: JsonObject, place: Place): Mapped {
  const event = blankEndpoint();
  const reported = cloudTime(record.createdDateTime ?? record.alertCreationTime ?? record.lastUpdateDateTime);
  const first = cloudTime(record.firstActivityDateTime ?? record.firstEventTime);
  const isIncident = /incident$/.test(text(record["@odata.type"]) ?? "");
  const problem = head(
    event,
    place,
    "microsoft",
    isIncident ? "graph-incident" : "graph-alert",
    Number.isNaN(first) ? reported : first,
    text(record.id) ?? text(record.providerAlertId),
  );
  if (problem !== undefined) return problem;
  event.reported = Number.isNaN(reported) ? undefined : reported;
  event.title = TEXT.get(text(record.title) ?? text(record.displayName) ?? "alert without title");
  event.severity = severityOf(record.severity);
  event.category = TEXT.get(text(record.category) ?? "");
  event.product = TEXT.get(productName(text(record.productName) ?? text(record.serviceSource) ?? "Microsoft Defender"));
  event.detector = TEXT.get(text(record.detectionSource) ?? text(record.detectorId) ?? "");
  event.status = TEXT.get(text(record.status) ?? "");
  event.actor = TEXT.get(text(record.actorDisplayName) ?? "");
  event.threat = TEXT.get(text(record.threatDisplayName) ?? text(record.threatName) ?? "");
  event.threatFamily = TEXT.get(text(record.threatFamilyName) ?? "");
  event.techniques = techniquesOf(record.mitreTechniques);
  event.description = brief(record.description, 2_000);
  event.advice = brief(record.recommendedActions, 2_000);
  event.link = text(record.alertWebUrl) ?? text(record.incidentWebUrl);
  event.incidentId = text(record.incidentId);
  const found = new Evidence();
  found.host(text(record.computerDnsName), text(record.machineId));
  for (const one of objects(record.evidence)) readEvidence(one, found);
  found.fill(event);
  return event;
}

function readEvidence(one: JsonObject, found: Evidence): void {
  const kind = (text(one["@odata.type"]) ?? text(one.at_sign_odata_type) ?? text(one.entityType) ?? "")
    .replace(/^#?microsoft\.graph\.security\./, "")
    .replace(/Evidence$/, "");
  const account = object(one.userAccount) ?? object(object(one.processEvidence)?.userAccount);
  if (account !== undefined) found.user(text(account.userPrincipalName) ?? text(account.accountName), text(account.domainName));
  switch (kind) {
    case "device":
      found.host(text(one.deviceDnsName) ?? text(one.hostName), text(one.mdeDeviceId) ?? text(one.azureAdDeviceId));
      for (const ip of texts(one.ipInterfaces)) found.address(ip);
      found.address(text(one.lastIpAddress));
      found.mac(text(one.macAddress));
      for (const user of objects(one.loggedOnUsers)) found.user(text(user.accountName), text(user.domainName));
      if (text(one.osPlatform) !== undefined)
        found.other("os", [text(one.osPlatform), text(one.version), text(one.osBuild)].filter((t) => t !== undefined).join(" "));
      return;
    case "process":
      found.process(text(one.processCommandLine) ?? text(object(one.imageFile)?.fileName));
      readFile(object(one.imageFile), found);
      return;
    case "file":
      readFile(object(one.fileDetails), found);
      return;
    case "ip":
      found.url(text(one.ipAddress));
      found.country ??= text(one.countryLetterCode);
      return;
    case "url":
      found.url(text(one.url));
      return;
    case "mailbox":
    case "user":
      if (account === undefined) found.user(text(one.primaryAddress) ?? text(one.userPrincipalName) ?? text(one.accountName));
      return;
    default: {
      const value = text(one.displayName) ?? text(one.subject) ?? text(one.registryKey) ?? text(one.appId) ?? text(one.ipAddress) ?? text(one.url);
      found.other(kind === "" ? "evidence" : kind, value);
      readFile(object(one.fileDetails) ?? object(one.imageFile), found);
      found.process(text(one.processCommandLine));
    }
  }
}

function readFile(file: JsonObject | undefined, found: Evidence): void {
  if (file === undefined) return;
  const name = text(file.fileName);
  const folder = text(file.filePath);
  found.file(name === undefined ? undefined : folder === undefined ? name : `${folder}\\${name}`, text(file.sha256) ?? text(file.sha1));
}
