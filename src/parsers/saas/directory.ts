import { BLANK } from "../event-template.ts";
import { flag, type JsonObject, object, text, texts } from "../json-access.ts";
import { cloudTime, head, type Mapped, type Place, userOf, word } from "./cloud-record.ts";
import { isGuestName } from "./fold.ts";

/** A person of the directory: Graph `users`, with `manager` expanded where asked for. */
export function isDirectoryUser(record: JsonObject): boolean {
  if (typeof record.userPrincipalName !== "string" || record.ipAddress !== undefined || record.appDisplayName !== undefined || record.riskLevel !== undefined)
    return false;
  return ["accountEnabled", "jobTitle", "department", "userType", "manager", "mailNickname"].some((name) => record[name] !== undefined);
}

/**
 * Time is that of the export where the record says it, else that of reading, else (a replay of a list without times) the start of all
 * time: who works where is known before anything happens.
 */
export function mapDirectoryUser(record: JsonObject, place: Place): Mapped {
  const event = BLANK.directory();
  const stated = cloudTime(record.exportedDateTime ?? record.time);
  const time = Number.isNaN(stated) ? (place.context.clock?.now() ?? 0) : stated;
  const upn = text(record.userPrincipalName) ?? "";
  const problem = head(event, place, "microsoft", "user", time, text(record.id));
  if (problem !== undefined) return problem;
  const mail = text(record.mail);
  const guest = text(record.userType)?.toLowerCase() === "guest" || isGuestName(upn);
  event.user = userOf(guest ? (mail ?? upn) : upn);
  event.displayName = text(record.displayName);
  event.objectId = text(record.id)?.toLowerCase();
  const others = [upn, mail, ...texts(record.proxyAddresses).map((a) => a.replace(/^smtp:/i, "")), ...texts(record.otherMails)]
    .map((a) => userOf(a))
    .filter((a) => a !== undefined && a !== event.user) as string[];
  if (others.length > 0) event.aliases = [...new Set(others)];
  event.department = word(record.department);
  event.title = word(record.jobTitle);
  const manager = object(record.manager);
  event.manager = userOf(manager === undefined ? record.manager : (text(manager.userPrincipalName) ?? text(manager.mail)));
  event.userKind = guest ? "guest" : "member";
  event.enabled = flag(record.accountEnabled);
  event.country = text(record.usageLocation) ?? text(record.country);
  return event;
}
