import { BLANK } from "../event-template.ts";
import { integer, type JsonObject, number, object, objects, text } from "../json-access.ts";
import { blankSaas, cloudTime, head, lower, type Mapped, type Place, setClient, setLinks, userOf, word } from "../saas/cloud-record.ts";
import { brief, CLIENT_ADDRESS } from "../saas/fold.ts";
import { MAC, TEXT } from "../words.ts";
import { blankEndpoint, Evidence, nested, severityOf, techniquesOf } from "./alert-parts.ts";
import { productName } from "./product-name.ts";

/** Tables that are read; each row says in its envelope, its `Type`, or by its columns which it is of. */
const TABLES =
  /^(Alert(Info|Evidence)|Device\w+|Identity\w+|Email\w+|Message\w+|UrlClickEvents|CloudAppEvents|Cloud\w+Events|AADSignInEventsBeta|AADSpnSignInEventsBeta|BehaviorInfo|BehaviorEntities)$/;

/** The table of a row of Advanced Hunting; undefined when it is none. */
export function huntingTable(record: JsonObject): string | undefined {
  const category = text(record.category);
  if (category?.startsWith("AdvancedHunting-") === true) return category.slice("AdvancedHunting-".length);
  const named = text(record.Type) ?? text(record.TableName) ?? text(record.$table);
  if (named !== undefined && TABLES.test(named)) return named;
  if (record.Timestamp === undefined && record.TimeGenerated === undefined)
    return record.CveId !== undefined && record.DeviceId !== undefined ? "DeviceTvmSoftwareVulnerabilities" : undefined;
  if (record.AlertId !== undefined) return record.EntityType === undefined ? "AlertInfo" : "AlertEvidence";
  if (record.CveId !== undefined) return "DeviceTvmSoftwareVulnerabilities";
  if (record.MacAddress !== undefined || record.IPAddresses !== undefined) return "DeviceNetworkInfo";
  if (record.OSPlatform !== undefined && record.DeviceId !== undefined && record.ActionType === undefined) return "DeviceInfo";
  if (record.TeamsMessageId !== undefined) return record.Url === undefined ? "MessageEvents" : "MessageUrlInfo";
  if (record.NetworkMessageId !== undefined)
    return record.AccountUpn === undefined ? (record.Url === undefined ? "EmailEvents" : "EmailUrlInfo") : "UrlClickEvents";
  if (record.LogonType !== undefined)
    return record.DeviceId === undefined || record.TargetDeviceName !== undefined ? "IdentityLogonEvents" : "DeviceLogonEvents";
  if (record.DeviceId !== undefined) return "DeviceEvents";
  return record.RawEventData !== undefined ? "CloudAppEvents" : undefined;
}

/** A row of Advanced Hunting in one of its envelopes: Event Hub (`properties`), Sentinel table (`TimeGenerated`), or a query's result. Fails without a time. */
export function mapHunting(record: JsonObject, table: string, place: Place): Mapped {
  const row = object(record.properties) ?? record;
  const time = cloudTime(row.Timestamp ?? row.TimeGenerated ?? record.time ?? row.LastSeenTime);
  if (table === "AlertInfo" || table === "AlertEvidence" || table === "BehaviorInfo") return mapAlert(row, table, time, place);
  if (/Logon|SignIn|Identity(Query|Directory)/.test(table)) return mapLogon(row, table, time, place);
  if (/^(Email|Message|UrlClick|Cloud)/.test(table)) return mapCloud(row, table, time, place);
  if (table === "IdentityInfo" || table === "IdentityAccountInfo") return mapIdentity(row, time, place);
  return mapHost(row, table, time, place);
}

function native(row: JsonObject, table: string): string | undefined {
  const id = text(row.ReportId);
  return id === undefined ? undefined : `${table}/${text(row.DeviceId) ?? ""}/${id}/${text(row.Timestamp) ?? text(row.TimeGenerated) ?? ""}`;
}

/** AlertInfo and AlertEvidence are several rows of one alert: they share `incidentId`, and keep rows of their own. */
function mapAlert(row: JsonObject, table: string, time: number, place: Place): Mapped {
  const event = blankEndpoint();
  const id = text(row.AlertId) ?? text(row.BehaviorId);
  const more = object(nested(row.AdditionalFields)) ?? {};
  const mark =
    table === "AlertEvidence"
      ? `/${text(row.EntityType) ?? ""}/${text(more.MergeByKeyHex) ?? text(row.RemoteUrl) ?? text(row.DeviceId) ?? text(row.AccountObjectId) ?? ""}`
      : "";
  const problem = head(event, place, "microsoft", table, time, id === undefined ? undefined : `${id}${mark}`);
  if (problem !== undefined) return problem;
  event.reported = time;
  event.title = TEXT.get(text(row.Title) ?? text(row.Description) ?? "alert without title");
  event.severity = severityOf(row.Severity);
  event.category = word(row.Category) ?? word((nested(row.Categories) as unknown[] | undefined)?.[0]);
  event.product = word(productName(text(row.ServiceSource) ?? ""));
  event.detector = word(row.DetectionSource);
  event.threatFamily = word(row.ThreatFamily);
  event.techniques = techniquesOf(row.AttackTechniques);
  event.incidentId = id;
  const found = new Evidence();
  found.host(text(row.DeviceName), text(row.DeviceId));
  found.address(text(row.LocalIP) ?? text(more.LastIpAddress));
  found.user(text(row.AccountUpn) ?? text(row.AccountName), text(row.AccountDomain));
  found.file(text(row.FileName), text(row.SHA256) ?? text(row.SHA1));
  found.process(text(row.ProcessCommandLine));
  found.url(text(row.RemoteUrl) ?? text(row.RemoteIP));
  found.other("mail", text(row.EmailSubject));
  found.other("registry key", text(row.RegistryKey));
  found.other("application", text(row.Application));
  found.fill(event);
  return event;
}

function mapLogon(row: JsonObject, table: string, time: number, place: Place): Mapped {
  const event = BLANK.logon();
  const problem = head(event, place, "microsoft", table, time, native(row, table));
  if (problem !== undefined) return problem;
  event.action = word(row.ActionType) ?? word(row.QueryType) ?? table;
  event.computer = lower(row.DestinationDeviceName) ?? lower(row.TargetDeviceName) ?? lower(row.DeviceName);
  event.user = userOf(text(row.AccountUpn) ?? text(row.AccountName));
  event.domain = lower(row.AccountDomain);
  event.success = !/fail/i.test(event.action ?? "") && text(row.FailureReason) === undefined;
  event.status = text(row.FailureReason);
  event.workstation = lower(row.RemoteDeviceName) ?? (text(row.DestinationDeviceName) === undefined ? undefined : lower(row.DeviceName));
  event.package = word(row.Protocol);
  event.process = word(row.InitiatingProcessFileName);
  event.command = brief(row.InitiatingProcessCommandLine);
  event.object = brief(row.Query ?? row.QueryTarget ?? row.Application);
  const type = number(row.LogonType);
  if (type !== undefined) event.logonType = type;
  event.src = CLIENT_ADDRESS.get(text(row.RemoteIP) ?? text(row.IPAddress) ?? "");
  event.dst = CLIENT_ADDRESS.get(text(row.LocalIP) ?? text(row.DestinationIPAddress) ?? "");
  return event;
}

/** Mail, chat, clicks and cloud applications. */
function mapCloud(row: JsonObject, table: string, time: number, place: Place): Mapped {
  const event = blankSaas();
  const problem = head(event, place, "microsoft", table, time, native(row, table) ?? text(row.NetworkMessageId));
  if (problem !== undefined) return problem;
  const action = text(row.ActionType) ?? text(row.OperationName) ?? table;
  event.service = word(row.Application) ?? word(row.Workload) ?? table;
  event.operation = TEXT.get(action);
  event.success = !/block|fail/i.test(action);
  event.userAgent = word(row.UserAgent);
  event.country = text(row.CountryCode)?.toUpperCase();
  setClient(event, row.IPAddress ?? row.SenderIPv4 ?? row.SenderIPv6);
  const url = text(row.Url);
  if (url !== undefined) setLinks(event, [url]);
  if (table.startsWith("Message")) {
    event.service = "MicrosoftTeams";
    event.activity = table === "MessageEvents" ? "message" : "message-link";
    event.user = userOf(text(row.SenderEmailAddress));
    event.userName = word(row.SenderDisplayName);
    event.foreignTenant = row.IsExternalThread === true;
    event.chat = text(row.ThreadId);
    event.chatName = word(row.ThreadName);
    event.message = text(row.MessageId) ?? /\/messages\/(\d+)/.exec(text(row.TeamsMessageId) ?? "")?.[1];
    event.chat ??= /\/chats\/([^/]+)\//.exec(text(row.TeamsMessageId) ?? "")?.[1];
    const to = objects(row.RecipientDetails)
      .map((r) => userOf(text(r.RecipientSmtpAddress)))
      .filter((r) => r !== undefined) as string[];
    if (to.length > 0) event.targets = to;
    if (to.length === 1) event.target = to[0];
  } else if (table.startsWith("Email")) {
    event.activity = table === "EmailEvents" ? "mail-delivered" : "mail-part";
    event.user = userOf(text(row.SenderFromAddress));
    event.target = userOf(text(row.RecipientEmailAddress));
    event.message = text(row.InternetMessageId) ?? text(row.NetworkMessageId);
    event.object = brief(row.Subject ?? row.FileName);
    event.userKind = "foreign";
    event.status = text(row.DeliveryAction);
  } else if (table === "UrlClickEvents") {
    event.activity = "link-clicked";
    event.user = userOf(text(row.AccountUpn));
  } else {
    const inside = object(nested(row.RawEventData));
    event.activity = "other";
    event.user = userOf(text(inside?.UserId) ?? text(row.Account) ?? text(row.AccountId) ?? text(row.AccountDisplayName));
    event.userName = word(row.AccountDisplayName);
    event.object = brief(row.ObjectName ?? row.AzureResourceId ?? row.AwsResourceName ?? row.GcpFullResourceName);
    event.app = word(row.Application);
    event.os = word(row.OSPlatform);
  }
  event.risk = word(row.ThreatTypes);
  return event;
}

function mapIdentity(row: JsonObject, time: number, place: Place): Mapped {
  const event = BLANK.directory();
  const problem = head(event, place, "microsoft", "IdentityInfo", time, native(row, "IdentityInfo"));
  if (problem !== undefined) return problem;
  event.user = userOf(text(row.AccountUpn) ?? text(row.EmailAddress) ?? text(row.AccountName));
  event.displayName = text(row.AccountDisplayName);
  event.objectId = text(row.AccountObjectId)?.toLowerCase();
  event.department = word(row.Department);
  event.title = word(row.JobTitle);
  event.manager = userOf(text(row.Manager));
  event.country = text(row.Country);
  event.enabled = row.IsAccountEnabled === true || row.IsAccountEnabled === 1;
  event.userKind = text(row.UserType)?.toLowerCase() ?? "member";
  return event;
}

/** Everything about a device: inventory, vulnerabilities, processes, files, registry, connections. */
function mapHost(row: JsonObject, table: string, time: number, place: Place): Mapped {
  const event = BLANK.host();
  const problem = head(
    event,
    place,
    "microsoft",
    table,
    Number.isNaN(time) && place.context.clock !== undefined ? place.context.clock.now() : time,
    native(row, table),
  );
  if (problem !== undefined) return problem;
  event.action = word(row.ActionType) ?? table;
  event.host = lower(row.DeviceName);
  event.hostId = text(row.DeviceId);
  event.user = userOf(
    text(row.AccountUpn) ??
      text(row.InitiatingProcessAccountUpn) ??
      text(row.AccountName) ??
      text(row.InitiatingProcessAccountName) ??
      loggedOn(row.LoggedOnUsers),
  );
  const os = [text(row.OSPlatform), text(row.OSVersionInfo) ?? text(row.OSVersion), text(row.OSBuild)].filter((t) => t !== undefined);
  event.os = os.length === 0 ? undefined : TEXT.get(os.join(" "));
  event.mac = MAC.get(text(row.MacAddress) ?? "");
  const addresses = objects(nested(row.IPAddresses))
    .map((a) => CLIENT_ADDRESS.get(text(a.IPAddress) ?? ""))
    .filter((a) => a !== undefined) as string[];
  if (addresses.length > 0) event.addresses = addresses;
  event.image = text(row.FileName);
  event.folder = text(row.FolderPath);
  event.sha256 = text(row.SHA256);
  event.command = brief(row.ProcessCommandLine, 1_000);
  event.parent = word(row.InitiatingProcessFileName);
  event.object = brief(row.RegistryKey);
  event.url = text(row.RemoteUrl);
  event.cve = word(row.CveId);
  event.severity = severityOf(row.VulnerabilitySeverityLevel);
  const software = text(row.SoftwareName);
  if (software !== undefined) event.software = TEXT.get(`${software} ${text(row.SoftwareVersion) ?? ""}`.trim());
  event.fix = text(row.RecommendedSecurityUpdate);
  event.src = CLIENT_ADDRESS.get(text(row.LocalIP) ?? "");
  event.dst = CLIENT_ADDRESS.get(text(row.RemoteIP) ?? "");
  event.dstPort = integer(row.RemotePort);
  event.proto = text(row.Protocol)?.toLowerCase();
  return event;
}

function loggedOn(value: unknown): string | undefined {
  return text(objects(nested(value))[0]?.UserName);
}
