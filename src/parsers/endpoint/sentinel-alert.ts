import { type JsonObject, object, objects, text } from "../json-access.ts";
import { cloudTime, head, type Mapped, type Place } from "../saas/cloud-record.ts";
import { brief } from "../saas/fold.ts";
import { TEXT } from "../words.ts";
import { blankEndpoint, Evidence, nested, severityOf, techniquesOf } from "./alert-parts.ts";

/** A row of Sentinel's SecurityAlert table. */
export function isSentinelAlert(record: JsonObject): boolean {
  return record.SystemAlertId !== undefined || (record.AlertName !== undefined && record.TimeGenerated !== undefined);
}

/** An incident as the Security Insights API gives it (snake case or camel case properties). */
export function isSentinelIncident(record: JsonObject): boolean {
  return /Microsoft\.SecurityInsights\/Incidents$/i.test(text(record.type) ?? "");
}

/** `time` is when it began (StartTime), `reported` when the product made it. Entities are JSON with references inside (`$id`, `$ref`). */
export function mapSentinelAlert(record: JsonObject, place: Place): Mapped {
  const event = blankEndpoint();
  const reported = cloudTime(record.ProcessingEndTime ?? record.TimeGenerated);
  const start = cloudTime(record.StartTime ?? record.TimeGenerated);
  const problem = head(
    event,
    place,
    "microsoft",
    "security-alert",
    Number.isNaN(start) ? reported : start,
    text(record.SystemAlertId) ?? text(record.VendorOriginalId),
  );
  if (problem !== undefined) return problem;
  event.reported = Number.isNaN(reported) ? undefined : reported;
  event.title = TEXT.get(text(record.DisplayName) ?? text(record.AlertName) ?? "alert without title");
  event.severity = severityOf(record.AlertSeverity);
  event.category = TEXT.get(text(record.Tactics) ?? "");
  event.product = TEXT.get(text(record.ProductName) ?? text(record.ProviderName) ?? "");
  event.detector = TEXT.get(text(record.AlertType) ?? text(record.ProductComponentName) ?? "");
  event.status = TEXT.get(text(record.Status) ?? "");
  event.techniques = techniquesOf(record.Techniques, record.SubTechniques);
  event.description = brief(record.Description, 2_000);
  event.advice = brief(record.RemediationSteps, 2_000);
  event.link = text(record.AlertLink);
  const more = object(nested(record.ExtendedProperties)) ?? {};
  event.threat = TEXT.get(text(more.ThreatName) ?? "");
  event.threatFamily = TEXT.get(text(more.ThreatFamilyName) ?? "");
  event.actor = TEXT.get(text(more.ActorName) ?? actorOf(event.title ?? "") ?? "");
  event.incidentId = text(more.IncidentId);
  const found = new Evidence();
  for (const entity of objects(nested(record.Entities))) readEntity(entity, found);
  if (found.hosts.length === 0 && found.users.length === 0) {
    const named = text(record.CompromisedEntity);
    if (named?.includes("@") === true) found.user(named);
    else found.host(named);
  }
  found.user(text(more["User Account"]) ?? text(more.UserPrincipalName));
  found.fill(event);
  return event;
}

/** "NAME activity group": the vendor's title names who it is about. */
function actorOf(title: string): string | undefined {
  return /^(.{3,60}) activity group\b/.exec(title)?.[1];
}

function readEntity(entity: JsonObject, found: Evidence): void {
  switch ((text(entity.Type) ?? "").toLowerCase()) {
    case "host": {
      const name = text(entity.HostName) ?? text(entity.NetBiosName);
      const domain = text(entity.DnsDomain);
      found.host(
        text(entity.FQDN) ?? (name === undefined || domain === undefined || domain === "" ? name : `${name}.${domain}`),
        text(entity.MdatpDeviceId) ?? text(entity.AadDeviceId),
      );
      found.address(text(entity.LastIpAddress));
      for (const ip of objects(entity.IpInterfaces)) found.address(text(ip.Address));
      for (const user of objects(entity.LoggedOnUsers)) found.user(text(user.AccountName), text(user.DomainName));
      const os = [text(entity.OSFamily), text(entity.OSVersion)].filter((t) => t !== undefined).join(" ");
      if (os !== "") found.other("os", os);
      return;
    }
    case "account": {
      const upn = text(entity.UserPrincipalName) ?? text(entity.DisplayName);
      const suffix = text(entity.UPNSuffix);
      const name = text(entity.Name);
      found.user(upn?.includes("@") === true ? upn : name !== undefined && suffix !== undefined ? `${name}@${suffix}` : (name ?? upn), text(entity.DnsDomain));
      return;
    }
    case "mailbox":
      found.user(text(entity.MailboxPrimaryAddress) ?? text(entity.Upn));
      return;
    case "ip": {
      const ip = text(entity.Address);
      found.url(ip);
      found.country ??= text(object(entity.Location)?.CountryCode);
      return;
    }
    case "url":
      found.url(text(entity.Url));
      return;
    case "process":
      found.process(text(entity.CommandLine));
      return;
    case "file": {
      const folder = text(entity.Directory);
      const name = text(entity.Name);
      found.file(name === undefined ? undefined : folder === undefined ? name : `${folder}\\${name}`, text(objects(entity.FileHashes)[0]?.Value));
      return;
    }
    case "mailmessage":
      found.user(text(entity.Recipient));
      found.other("mail", text(entity.Subject));
      found.url(text(entity.SenderIP));
      found.other("sender", text(entity.Sender) ?? text(entity.P1Sender));
      return;
    default:
      found.other(text(entity.Type) ?? "entity", text(entity.Name) ?? text(entity.DisplayName) ?? text(entity.Value) ?? text(entity.Key));
  }
}

/** A Sentinel incident: what joins alerts, as an event of its own. */
export function mapSentinelIncident(record: JsonObject, place: Place): Mapped {
  const event = blankEndpoint();
  const inner = object(record.properties) ?? record;
  const reported = cloudTime(inner.created_time_utc ?? inner.createdTimeUtc);
  const first = cloudTime(inner.first_activity_time_utc ?? inner.firstActivityTimeUtc);
  const problem = head(event, place, "microsoft", "sentinel-incident", Number.isNaN(first) ? reported : first, text(record.name));
  if (problem !== undefined) return problem;
  event.reported = reported;
  event.title = TEXT.get(text(inner.title) ?? "incident");
  event.severity = severityOf(inner.severity);
  event.status = TEXT.get(text(inner.status) ?? "");
  event.product = "Microsoft Sentinel";
  event.description = brief(inner.description, 2_000);
  event.link = text(inner.incident_url) ?? text(inner.incidentUrl);
  event.incidentId = text(inner.incident_number) ?? text(inner.incidentNumber);
  return event;
}
