import type { NetEvent } from "../../schema/event.ts";
import { type JsonObject, object, objects, text } from "../json-access.ts";
import { TEXT } from "../words.ts";
import { googleActivity } from "./activities.ts";
import { blankSaas, cloudTime, head, type Mapped, type Place, setClient, userOf } from "./cloud-record.ts";
import { brief } from "./fold.ts";

/** An activity of Google Workspace's Reports API, or one of its events by itself. */
export function isWorkspace(record: JsonObject): boolean {
  if (record.kind === "admin#reports#activity") return true;
  return object(record.id)?.applicationName !== undefined && (record.events !== undefined || typeof record.name === "string");
}

/**
 * developers.google.com, Admin SDK Reports API, activities. An activity with several events is taken by its first, the others stand in
 * `change`; parameters are a list in the API and an object in exports. Fails without a time.
 */
export function mapWorkspace(record: JsonObject, place: Place): Mapped {
  const event = blankSaas();
  const id = object(record.id) ?? {};
  const application = text(id.applicationName) ?? "workspace";
  const unique = text(id.uniqueQualifier);
  const problem = head(
    event,
    place,
    "google",
    application,
    cloudTime(id.time ?? record.p_event_time),
    unique === undefined ? undefined : `${application}/${unique}`,
  );
  if (problem !== undefined) return problem;
  const events = objects(record.events);
  const first = events[0] ?? record;
  const operation = text(first.name) ?? "unknown";
  event.service = TEXT.get(application);
  event.operation = TEXT.get(operation);
  event.activity = googleActivity(operation);
  const actor = object(record.actor) ?? {};
  event.user = userOf(text(actor.email) ?? text(actor.key) ?? text(actor.profileId));
  event.userKind = /KEY|APPLICATION/.test(text(actor.callerType) ?? "") ? "application" : "member";
  event.tenant = text(id.customerId);
  setClient(event, record.ipAddress);
  const given = parametersOf(first);
  event.success = !/fail|denied|block/i.test(operation);
  event.status = given.get("login_failure_type") ?? given.get("status");
  event.app = TEXT.get(given.get("app_name") ?? given.get("caa_application") ?? application);
  event.object = given.get("doc_title") ?? given.get("doc_id") ?? given.get("group_email") ?? given.get("setting_name");
  const whom = given.get("user_email") ?? given.get("target_user") ?? given.get("email_forwarding_destination_address");
  if (whom !== undefined) event.target = userOf(whom);
  event.owner = userOf(given.get("owner"));
  event.role = TEXT.get(given.get("role_name") ?? given.get("scope") ?? "");
  const visibility = given.get("visibility") ?? given.get("new_value");
  if (event.activity === "share" && /people_with_link|public|anyone/i.test(visibility ?? "")) event.activity = "anonymous-link";
  event.change = brief(
    [...given].map(([k, v]) => `${k}: ${v}`).join("; ") +
      (events.length > 1
        ? `; and ${events
            .slice(1)
            .map((e) => text(e.name))
            .join(", ")}`
        : ""),
  );
  return event satisfies NetEvent;
}

function parametersOf(event: JsonObject): Map<string, string> {
  const out = new Map<string, string>();
  const put = (name: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    out.set(name.toLowerCase(), typeof value === "string" ? value : JSON.stringify(value));
  };
  const list = event.parameters;
  if (Array.isArray(list)) for (const p of objects(list)) put(text(p.name) ?? "", p.value ?? p.intValue ?? p.boolValue ?? p.multiValue ?? p.multiIntValue);
  else for (const [name, value] of Object.entries(object(list) ?? {})) put(name, value);
  return out;
}
