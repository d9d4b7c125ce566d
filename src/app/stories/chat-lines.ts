import { randomUUID } from "node:crypto";
import { iso } from "../../base/time.ts";

/** Lines of Microsoft's unified audit log for what the made organisation's own life does not do (Office 365 Management Activity API schema). */
function auditLine(tenant: string, time: number, user: string, more: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ CreationTime: iso(time).slice(0, 19), Id: randomUUID(), OrganizationId: tenant, UserType: 0, Version: 1, UserId: user, UserKey: user, ...more })}\n`;
}

export function signInLine(tenant: string, time: number, user: string, ip: string): string {
  return auditLine(tenant, time, user, { RecordType: 15, Workload: "AzureActiveDirectory", Operation: "UserLoggedIn", ResultStatus: "Success", ClientIP: ip });
}

export function downloadLine(tenant: string, time: number, user: string, ip: string, n: number): string {
  const file = `Plan-${n}.docx`;
  return auditLine(tenant, time, user, {
    RecordType: 6,
    Workload: "SharePoint",
    Operation: "FileDownloaded",
    ClientIP: ip,
    ObjectId: `https://works.sharepoint.com/sites/plans/${file}`,
    SourceFileName: file,
    ItemType: "File",
    SiteUrl: "https://works.sharepoint.com/sites/plans/",
  });
}

export interface GroupMessage {
  tenant: string;
  time: number;
  sender: string;
  home: string;
  ip: string;
  thread: string;
  people: readonly string[];
  n: number;
  link?: string;
}

export function groupMessageLine(m: GroupMessage): string {
  return auditLine(m.tenant, m.time, m.sender, {
    RecordType: 25,
    Workload: "MicrosoftTeams",
    Operation: m.link === undefined ? "MessageSent" : "MessageCreatedHasLink",
    ClientIP: m.ip,
    ChatThreadId: m.thread,
    CommunicationType: "GroupChat",
    MessageId: `${m.time}${m.n}`,
    ...(m.link === undefined ? {} : { MessageURLs: [m.link] }),
    Members: [{ UPN: m.sender, OrganizationId: m.home }, ...m.people.map((UPN) => ({ UPN, OrganizationId: m.tenant }))],
    ParticipantInfo: { HasForeignTenantUsers: true },
    UserTenantId: m.home,
  });
}

/** A row of Advanced Hunting's UrlClickEvents: Safe Links saw the click. */
export function clickLine(time: number, user: string, url: string): string {
  const row = {
    Timestamp: iso(time),
    Url: url,
    ActionType: "ClickAllowed",
    AccountUpn: user,
    Workload: "Teams",
    NetworkMessageId: "",
    IPAddress: "",
    ReportId: `click-${time}`,
    TableName: "UrlClickEvents",
  };
  return `${JSON.stringify(row)}\n`;
}
