import { BLANK } from "../event-template.ts";
import { integer, type JsonObject, object, objects, text } from "../json-access.ts";
import { cloudTime, head, type Mapped, type Place } from "../saas/cloud-record.ts";
import { brief, CLIENT_ADDRESS } from "../saas/fold.ts";
import { LOWER, TEXT } from "../words.ts";

/** A Windows event as JSON: flat (NXLog, Mordor), Winlogbeat's, or evtx's own tree. */
export function isWindows(record: JsonObject): boolean {
  if (object(record.winlog)?.event_id !== undefined) return true;
  if (object(object(record.Event)?.System)?.EventID !== undefined) return true;
  return (
    record.EventID !== undefined &&
    (record.Channel !== undefined ||
      record.SourceName !== undefined ||
      record.ProviderName !== undefined ||
      record.Provider !== undefined ||
      record.LogName !== undefined ||
      record.Computer !== undefined)
  );
}

/** Security events that say who came in, or who changed an account (learn.microsoft.com, advanced security auditing). */
const ACTIONS: Readonly<Record<number, string>> = {
  4624: "log-on",
  4625: "log-on failed",
  4634: "log-off",
  4647: "log-off",
  4648: "explicit credentials",
  4662: "directory object accessed",
  4663: "object accessed",
  4672: "special privileges",
  4673: "privileged service called",
  4688: "process created",
  4697: "service installed",
  7045: "service installed",
  4698: "task created",
  4702: "task changed",
  4719: "audit policy changed",
  1102: "log cleared",
  104: "log cleared",
  4720: "account created",
  4722: "account enabled",
  4723: "password changed",
  4724: "password reset",
  4725: "account disabled",
  4726: "account deleted",
  4728: "group member added",
  4732: "group member added",
  4756: "group member added",
  4738: "account changed",
  4740: "account locked",
  4768: "ticket asked for",
  4769: "service ticket asked for",
  4771: "ticket refused",
  4776: "credentials checked",
  4778: "session reconnected",
  5140: "share accessed",
  5145: "share object checked",
  4104: "script block",
};

/** Fails without a time. Fields that an event id does not have stay empty; the record's own text keeps all. */
export function mapWindows(record: JsonObject, place: Place): Mapped {
  const event = BLANK.logon();
  const flat = flattened(record);
  const id = integer(flat.EventID) ?? integer(object(flat.EventID)?.["#text"]) ?? integer(object(flat.EventID)?.Value);
  const channel = text(flat.Channel) ?? text(flat.LogName) ?? "Windows";
  const when = flat["@timestamp"] ?? flat.UtcTime ?? flat.TimeCreated ?? flat.EventTime ?? flat.TimeGenerated ?? flat.Timestamp;
  const number = text(flat.RecordNumber) ?? text(flat.EventRecordID) ?? text(flat.record_id);
  const computer = text(flat.Hostname) ?? text(flat.Computer) ?? text(flat.computer_name);
  const problem = head(
    event,
    place,
    "windows",
    channel,
    cloudTime(when),
    number === undefined || computer === undefined ? undefined : `${computer}/${channel}/${number}`,
  );
  if (problem !== undefined) return problem;
  event.eventId = id;
  event.action = TEXT.get(ACTIONS[id ?? -1] ?? `event ${id ?? "without id"}`);
  event.computer = computer === undefined ? undefined : LOWER.get(computer);
  const target = named(flat.TargetUserName) ?? named(flat.MemberName);
  const subject = named(flat.SubjectUserName) ?? named(flat.AccountName) ?? named(flat.User);
  event.user = target ?? subject;
  event.by = target !== undefined && subject !== target ? subject : undefined;
  event.domain = named(flat.TargetDomainName) ?? named(flat.SubjectDomainName) ?? named(flat.Domain);
  event.logonType = integer(flat.LogonType);
  event.workstation = named(flat.WorkstationName) ?? named(flat.Workstation);
  event.package = named(flat.AuthenticationPackageName) === undefined ? undefined : TEXT.get(text(flat.AuthenticationPackageName) ?? "");
  const status = text(flat.Status);
  event.success = !(
    id === 4625 ||
    id === 4771 ||
    (id === 4776 && status !== undefined && !/^0x0$/.test(status)) ||
    /FAIL/i.test(text(flat.EventType) ?? "") ||
    (id === 4768 && status !== undefined && !/^0x0$/.test(status))
  );
  event.status = text(flat.FailureReason) ?? text(flat.SubStatus) ?? status;
  event.process = TEXT.get(text(flat.NewProcessName) ?? text(flat.ProcessName) ?? text(flat.Image) ?? "");
  event.command = brief(flat.CommandLine ?? flat.ImagePath ?? flat.ServiceFileName ?? flat.ScriptBlockText ?? flat.TaskContent, 1_000);
  event.object = brief(flat.ServiceName ?? flat.TaskName ?? flat.ObjectName ?? flat.ShareName ?? flat.TargetObject);
  event.group = /^47(28|32|56)$/.test(String(id)) ? event.user : undefined;
  event.src = CLIENT_ADDRESS.get(text(flat.IpAddress) ?? text(flat.SourceIp) ?? text(flat.SourceAddress) ?? "");
  event.srcPort = portOf(flat.IpPort ?? flat.SourcePort);
  event.dst = CLIENT_ADDRESS.get(text(flat.DestinationIp) ?? text(flat.DestAddress) ?? "");
  event.dstPort = portOf(flat.DestinationPort ?? flat.DestPort);
  return event;
}

function portOf(value: unknown): number | undefined {
  const port = integer(value);
  return port !== undefined && port > 0 && port <= 65_535 ? port : undefined;
}

/** A name in lower case; Windows writes "-" for none. */
function named(value: unknown): string | undefined {
  const given = text(value);
  return given === undefined || given === "-" ? undefined : LOWER.get(given);
}

/** One level: evtx's System and EventData, Winlogbeat's event_data, all under the names that the flat form has. */
function flattened(record: JsonObject): JsonObject {
  const winlog = object(record.winlog);
  if (winlog !== undefined)
    return {
      ...record,
      EventID: winlog.event_id,
      Channel: winlog.channel,
      Computer: winlog.computer_name,
      record_id: winlog.record_id,
      ...(object(winlog.event_data) ?? {}),
    };
  const event = object(record.Event);
  if (event === undefined) return record;
  const system = object(event.System) ?? {};
  const created = object(system.TimeCreated);
  const data = object(event.EventData) ?? {};
  const listed: JsonObject = {};
  for (const item of objects(data.Data)) {
    const name = text(item["@Name"]) ?? text(item.Name) ?? text(object(item["#attributes"])?.Name);
    if (name !== undefined) listed[name] = item["#text"] ?? item.text ?? item.Value;
  }
  return {
    ...system,
    TimeCreated: text(created?.["@SystemTime"]) ?? text(created?.SystemTime) ?? text(object(created?.["#attributes"])?.SystemTime) ?? system.TimeCreated,
    ...data,
    ...listed,
  };
}
