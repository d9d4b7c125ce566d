import { type JsonObject, object, objects, text } from "../json-access.ts";
import { TEXT } from "../words.ts";
import { blankSaas, cloudTime, head, type Mapped, type Place, setLinks, userOf } from "./cloud-record.ts";

/** A chat message as Graph's change notifications and getAllMessages give it: the fast second sensor beside the audit log. */
export function isChatMessage(record: JsonObject): boolean {
  if (/chatMessage$/.test(text(record["@odata.type"]) ?? "")) return true;
  return (record.chatId !== undefined || record.channelIdentity !== undefined) && record.createdDateTime !== undefined && record.from !== undefined;
}

/** `tenantId` of the sender against `ownTenant` of the envelope, where the export says it; the lane decides where it does not. */
export function mapChatMessage(record: JsonObject, place: Place): Mapped {
  const event = blankSaas();
  const problem = head(event, place, "microsoft", "chat-message", cloudTime(record.createdDateTime), text(record.id));
  if (problem !== undefined) return problem;
  const from = object(record.from) ?? {};
  const user = object(from.user);
  const app = object(from.application);
  event.service = "MicrosoftTeams";
  event.operation = "ChatMessage";
  event.activity = text(record.deletedDateTime) !== undefined ? "message-deleted" : "message";
  // Graph names the sender by id alone; chats whose members were asked for bear the address beside it.
  const member = objects(record.members).find((m) => m.userId !== undefined && m.userId === user?.id);
  const address = text(user?.userPrincipalName) ?? text(user?.email) ?? text(member?.userPrincipalName) ?? text(member?.email);
  event.user = userOf(address ?? text(user?.id) ?? text(app?.displayName));
  event.userName = TEXT.get(text(user?.displayName) ?? text(app?.displayName) ?? "");
  event.userId = text(user?.id)?.toLowerCase();
  event.userTenant = text(user?.tenantId)?.toLowerCase();
  event.tenant = text(record.tenantId)?.toLowerCase();
  if (app !== undefined && user === undefined) event.userKind = "application";
  else if (event.userTenant !== undefined && event.tenant !== undefined) event.userKind = event.userTenant === event.tenant ? "member" : "foreign";
  if (event.userKind === "foreign") event.foreignTenant = true;
  event.success = true;
  const channel = object(record.channelIdentity);
  event.chat = text(record.chatId) ?? text(channel?.channelId);
  event.chatKind = channel !== undefined ? "Channel" : (event.chat ?? "").includes("@unq.gbl.spaces") ? "OneOnOne" : "GroupChat";
  event.message = text(record.id);
  const topic = text(record.subject) ?? text(record.chatTopic);
  if (topic !== undefined) event.chatName = TEXT.get(topic);
  const body = text(object(record.body)?.content) ?? "";
  event.size = body.length;
  const links = [...body.matchAll(/https?:\/\/[^\s"'<>)\]]{1,2000}/gi)].map((m) => m[0]);
  for (const attachment of objects(record.attachments)) {
    const url = text(attachment.contentUrl);
    if (url !== undefined) links.push(url);
  }
  setLinks(event, links.slice(0, 100));
  const members = objects(record.members)
    .map((m) => userOf(text(m.userPrincipalName) ?? text(m.email)))
    .filter((m) => m !== undefined && m !== event.user) as string[];
  // The id of a chat of two is made of both people's ids.
  const other = members.length > 0 ? undefined : pairOf(event.chat)?.find((id) => id !== event.userId);
  if (other !== undefined && event.userId !== undefined) members.push(other);
  if (members.length > 0) {
    event.targets = [...new Set(members)];
    if (event.targets.length === 1) event.target = event.targets[0];
  }
  return event;
}

const PAIR = /^19:([0-9a-f]{8}-[0-9a-f-]{27})_([0-9a-f]{8}-[0-9a-f-]{27})@unq\.gbl\.spaces$/;

function pairOf(chat: string | undefined): string[] | undefined {
  return PAIR.exec(chat?.toLowerCase() ?? "")?.slice(1);
}
