import { type JsonObject, object, objects, text, texts } from "../json-access.ts";
import { cloudTime, head, type Mapped, type Place } from "../saas/cloud-record.ts";
import { brief } from "../saas/fold.ts";
import { TEXT } from "../words.ts";
import { blankEndpoint, Evidence, firstText, severityOf, techniquesOf } from "./alert-parts.ts";

const TIME = ["time", "timestamp", "@timestamp", "event_time", "created_timestamp", "detected", "date"];
const HOST = ["host", "hostname", "host_name", "device", "deviceName", "device_name", "computer", "computer_name", "endpoint", "agent"];
const TITLE = ["title", "name", "alert", "rule", "ruleName", "rule_name", "signature", "detection", "type", "DetectName", "short"];
const ADDRESS = ["ip", "address", "hostIp", "host_ip", "device_ip", "local_ip", "src_ip"];

/** An endpoint product's alert as one flat object a line: a time, a device and what was seen, under any of their usual names. */
export function isEndpointAlert(record: JsonObject): boolean {
  return (
    TIME.some((n) => record[n] !== undefined) &&
    (hostOf(record) !== undefined || ADDRESS.some((n) => typeof record[n] === "string")) &&
    TITLE.some((n) => typeof record[n] === "string") &&
    record.severity !== undefined
  );
}

function hostOf(record: JsonObject): string | undefined {
  for (const name of HOST) {
    const value = record[name];
    const found = typeof value === "string" ? value : (text(object(value)?.name) ?? text(object(value)?.hostname));
    if (found !== undefined && found !== "") return found;
  }
  return undefined;
}

/** Fails without a time. What is not listed here stays in the record's bytes. */
export function mapEndpointAlert(record: JsonObject, place: Place): Mapped {
  const event = blankEndpoint();
  const raw = TIME.map((n) => record[n]).find((v) => v !== undefined);
  const problem = head(event, place, "other", "endpoint-alert", cloudTime(raw), firstText(record, ["id", "alertId", "alert_id", "uid", "uuid"]));
  if (problem !== undefined) return problem;
  const reported = cloudTime(record.reported ?? record.reportedTime ?? record.createdDateTime ?? record.ingested);
  event.reported = Number.isNaN(reported) ? event.time : reported;
  event.title = TEXT.get(firstText(record, TITLE) ?? "alert without title");
  event.severity = severityOf(record.severity ?? record.level ?? record.priority);
  event.category = TEXT.get(firstText(record, ["category", "tactic", "class"]) ?? "");
  event.product = TEXT.get(firstText(record, ["product", "source", "vendor", "provider", "serviceSource"]) ?? "endpoint product");
  event.detector = TEXT.get(firstText(record, ["detector", "detectionSource", "sensor", "engine"]) ?? "");
  event.status = TEXT.get(firstText(record, ["status", "state"]) ?? "");
  event.actor = TEXT.get(firstText(record, ["actor", "actorDisplayName", "threatActor"]) ?? "");
  event.threat = TEXT.get(firstText(record, ["threat", "threatName", "threatDisplayName", "malware"]) ?? "");
  event.threatFamily = TEXT.get(firstText(record, ["family", "threatFamily", "threatFamilyName"]) ?? "");
  event.techniques = techniquesOf(record.techniques, record.mitre, record.mitreTechniques, record.technique);
  event.description = brief(record.description ?? record.message, 2_000);
  event.advice = brief(record.advice ?? record.recommendedActions, 2_000);
  event.link = firstText(record, ["link", "url", "alertWebUrl"]);
  event.incidentId = firstText(record, ["incident", "incidentId", "incident_id"]);
  const found = new Evidence();
  found.host(hostOf(record), firstText(record, ["deviceId", "device_id", "hostId", "machineId"]));
  for (const name of ADDRESS) found.address(text(record[name]));
  for (const ip of texts(record.ips ?? record.addresses)) found.address(ip);
  found.mac(firstText(record, ["mac", "macAddress", "mac_address"]));
  found.user(firstText(record, ["user", "username", "userName", "user_name", "account"]));
  found.file(firstText(record, ["file", "fileName", "filename", "file_name"]), firstText(record, ["sha256", "sha1", "md5"]));
  found.process(firstText(record, ["process", "commandLine", "command_line", "cmdline"]));
  found.url(firstText(record, ["remoteUrl", "domain", "remote_ip", "dst_ip", "remoteIp"]));
  for (const one of objects(record.evidence)) found.other(firstText(one, ["kind", "type"]) ?? "evidence", firstText(one, ["value", "name", "text"]));
  found.fill(event);
  return event;
}
