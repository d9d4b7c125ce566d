import type { Emitted } from "../emitted.ts";
import type { Draw } from "../world/draw.ts";
import type { World } from "../world/types.ts";
import { type Actor, auditRecord, clientIp } from "./audit.ts";
import { type Chat, participants } from "./chats.ts";
import type { Standpoint } from "./standpoint.ts";

export const CHAT_FILE = "m365/chatMessages.ndjson";

export interface Said {
  time: number;
  by: Actor;
  from: Standpoint;
  chat: Chat;
  text: string;
  links: readonly string[];
}

/** What the client says of itself. The offset is the place's at that moment. */
export function clientProperties(world: World, time: number, from: Standpoint): object[] {
  const mobile = from.device?.role === "phone";
  return [
    { Key: "TimeZone", Value: world.organisation.timezone },
    { Key: "OsName", Value: mobile ? from.os.split(" ")[0]?.toLowerCase() : from.os.toLowerCase().startsWith("mac") ? "mac" : "windows" },
    { Key: "OsVersion", Value: mobile ? "17" : "10" },
    { Key: "Country", Value: from.country.toLowerCase() },
    { Key: "ClientName", Value: mobile ? "skypeteams-mobile" : "skypeteams" },
    { Key: "ClientVersion", Value: "27/1.0.0.2027021814" },
    { Key: "ClientUtcOffsetSeconds", Value: String(world.calendar.clock.offset(time) / 1_000) },
  ];
}

/** A chat made: the record of whoever made it. */
export function chatCreated(world: World, draw: Draw, time: number, by: Actor, from: Standpoint, chat: Chat): Emitted {
  return auditRecord(world, draw, time, "MicrosoftTeams", 25, "ChatCreated", by, {
    ClientIP: clientIp(draw, from.ip, "MicrosoftTeams"),
    ChatThreadId: chat.thread,
    ...(chat.topic === undefined ? {} : { ChatName: chat.topic }),
    CommunicationType: chat.kind,
    ExtraProperties: clientProperties(world, time, from),
    ...participants(world, chat.members),
    ItemName: chat.thread,
    ResourceTenantId: chat.tenant,
    UserTenantId: by.tenantId,
  });
}

export function memberAdded(world: World, draw: Draw, time: number, by: Actor, from: Standpoint, chat: Chat, added: readonly Actor[]): Emitted {
  return auditRecord(world, draw, time, "MicrosoftTeams", 25, "MemberAdded", by, {
    ClientIP: clientIp(draw, from.ip, "MicrosoftTeams"),
    ChatThreadId: chat.thread,
    CommunicationType: chat.kind,
    ...participants(world, added),
    ItemName: chat.thread,
    ResourceTenantId: chat.tenant,
    UserTenantId: by.tenantId,
  });
}

/** A message sent: MessageSent, a further record when it holds links, and the message itself as Graph hands it out. The audit log has no text. */
export function said(world: World, draw: Draw, s: Said): Emitted[] {
  const id = String(s.time);
  const common = {
    ClientIP: clientIp(draw, s.from.ip, "MicrosoftTeams"),
    ChatThreadId: s.chat.thread,
    CommunicationType: s.chat.kind,
    ExtraProperties: clientProperties(world, s.time, s.from),
    MessageId: id,
    MessageVersion: id,
    MessageSizeInBytes: Buffer.byteLength(s.text) + 64,
    ...participants(world, s.chat.members),
    ItemName: s.chat.thread,
    ResourceTenantId: s.chat.tenant,
    UserTenantId: s.by.tenantId,
  };
  const out = [auditRecord(world, draw, s.time, "MicrosoftTeams", 25, "MessageSent", s.by, common)];
  if (s.links.length > 0) out.push(auditRecord(world, draw, s.time, "MicrosoftTeams", 25, "MessageCreatedHasLink", s.by, { ...common, MessageURLs: s.links }));
  const at = new Date(s.time).toISOString();
  const message = {
    id,
    replyToId: null,
    etag: id,
    messageType: "message",
    createdDateTime: at,
    lastModifiedDateTime: at,
    deletedDateTime: null,
    subject: null,
    summary: null,
    chatId: s.chat.thread,
    importance: "normal",
    locale: "en-us",
    from: {
      application: null,
      device: null,
      user: {
        "@odata.type": "#microsoft.graph.teamworkUserIdentity",
        id: s.by.objectId,
        displayName: s.by.name,
        userIdentityType: "aadUser",
        tenantId: s.by.tenantId,
      },
    },
    body: { contentType: "html", content: `<p>${html(s.text)}${s.links.map((l) => ` <a href="${html(l)}">${html(l)}</a>`).join("")}</p>` },
    attachments: [],
    mentions: [],
    reactions: [],
    policyViolation: null,
  };
  return [...out, { time: s.time, file: CHAT_FILE, line: JSON.stringify(message) }];
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
