import { type JsonObject, object, objects, text } from "../json-access.ts";
import { TEXT } from "../words.ts";
import { oktaActivity } from "./activities.ts";
import { blankSaas, cloudTime, head, type Mapped, type Place, setClient, userOf } from "./cloud-record.ts";
import { brief } from "./fold.ts";

/** A record of Okta's System Log. */
export function isOkta(record: JsonObject): boolean {
  const type = record.eventType ?? record.eventtype;
  return (
    (record.published !== undefined || record.uuid !== undefined) &&
    record.actor !== undefined &&
    (typeof type === "string" || record.legacyEventType !== undefined || record.displayMessage !== undefined || record.displaymessage !== undefined) &&
    record.events === undefined
  );
}

/** developer.okta.com, System Log event structure. Fails without a time. */
export function mapOkta(record: JsonObject, place: Place): Mapped {
  const event = blankSaas();
  const problem = head(event, place, "okta", "system-log", cloudTime(record.published ?? record.p_event_time), text(record.uuid));
  if (problem !== undefined) return problem;
  const operation = text(record.eventType) ?? text(record.eventtype) ?? text(record.legacyEventType) ?? "unknown";
  event.service = "Okta";
  event.operation = TEXT.get(operation);
  event.activity = oktaActivity(operation);
  const actor = object(record.actor) ?? {};
  event.user = userOf(text(actor.alternateId) ?? text(actor.alternateid) ?? text(actor.id));
  event.userName = TEXT.get(text(actor.displayName) ?? "");
  const type = text(actor.type) ?? "";
  event.userKind = /^system/i.test(type) ? "system" : /app|client|token/i.test(type) ? "application" : "member";
  const outcome = object(record.outcome) ?? {};
  const result = text(outcome.result);
  event.success = !/^(FAILURE|DENY|ABANDONED)$/i.test(result ?? "");
  event.status = text(outcome.reason) ?? result;
  const client = object(record.client) ?? {};
  setClient(event, client.ipAddress ?? client.ipaddress);
  const agent = object(client.userAgent) ?? object(client.useragent);
  event.userAgent = TEXT.get(text(agent?.rawUserAgent) ?? text(agent?.rawuseragent) ?? "");
  event.os = TEXT.get(text(agent?.os) ?? "");
  event.session = text(object(record.authenticationContext)?.externalSessionId);
  const targets = objects(record.target);
  const users = targets
    .filter((t) => text(t.type) === "User")
    .map((t) => userOf(text(t.alternateId)))
    .filter((u) => u !== undefined && u !== event.user) as string[];
  if (users.length > 0) {
    event.targets = [...new Set(users)];
    event.target = users[0];
  }
  event.app = TEXT.get(text(targets.find((t) => /^App/.test(text(t.type) ?? ""))?.displayName) ?? "");
  event.object = text(targets.find((t) => text(t.type) !== "User")?.displayName);
  const data = object(object(record.debugContext)?.debugData);
  event.change = brief(text(record.displayMessage) ?? text(record.displaymessage));
  const privilege = text(data?.privilegeGranted);
  if (privilege !== undefined) event.role = TEXT.get(privilege);
  const risk = /level=(\w+)/.exec(text(data?.risk) ?? "")?.[1]?.toLowerCase();
  if (risk !== undefined && risk !== "low" && risk !== "none") event.risk = TEXT.get(risk);
  return event;
}
