import { closeSync, openSync, writeSync } from "node:fs";
import type { MadeLogOptions } from "../made-logs.ts";

const FILE_OPERATIONS = ["FileAccessed", "FileAccessed", "FilePreviewed", "FileModified", "FileDownloaded", "FileUploaded"];
const CHUNK = 2_000;

/**
 * Unified audit records of people who sign in, read mail, open files and talk, in order of time, about 1.1 kB each: for speed and memory only,
 * habits are drawn and nothing happens in them. `devices` counts people.
 */
export function writeAudit(path: string, options: MadeLogOptions): void {
  const { events, devices, random, start, hours } = options;
  const file = openSync(path, "w");
  try {
    let lines: string[] = [];
    for (let i = 0; i < events; i++) {
      const person = Math.floor(random() * devices);
      lines.push(auditLine(i, person, devices, new Date(start + (i / events) * hours * 3_600_000).toISOString().slice(0, 19), random));
      if (lines.length === CHUNK) {
        writeSync(file, `${lines.join("\n")}\n`);
        lines = [];
      }
    }
    if (lines.length > 0) writeSync(file, `${lines.join("\n")}\n`);
  } finally {
    closeSync(file);
  }
}

function auditLine(i: number, person: number, people: number, time: string, random: () => number): string {
  const user = `person${person}@company.example`;
  const address = `81.${(person >> 8) & 255}.${person & 255}.${10 + Math.floor(random() * 2)}`;
  const base = {
    CreationTime: time,
    Id: `${(i + 0x1000_0000).toString(16)}-0000-4000-8000-${person.toString(16).padStart(12, "0")}`,
    OrganizationId: "1c7bd8a6-2d4f-4f4e-9a8b-5f0f7f8f1234",
    UserKey: `10032000${person}`,
    UserType: 0,
    Version: 1,
    UserId: user,
  };
  const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";
  const kind = random();
  if (kind < 0.2)
    return JSON.stringify({
      ...base,
      Operation: "UserLoggedIn",
      RecordType: 15,
      ResultStatus: "Success",
      Workload: "AzureActiveDirectory",
      ClientIP: address,
      ObjectId: `app-${Math.floor(random() * 12)}`,
      AzureActiveDirectoryEventType: 1,
      ExtendedProperties: [
        { Name: "ResultStatusDetail", Value: "Success" },
        { Name: "UserAgent", Value: agent },
        { Name: "RequestType", Value: "OAuth2:Authorize" },
      ],
      ModifiedProperties: [],
      Actor: [{ ID: user, Type: 5 }],
      ActorIpAddress: address,
      ApplicationId: `app-${Math.floor(random() * 12)}`,
      DeviceProperties: [
        { Name: "OS", Value: "Windows" },
        { Name: "SessionId", Value: `s${person}` },
      ],
      ErrorNumber: "0",
    });
  if (kind < 0.45)
    return JSON.stringify({
      ...base,
      Operation: "MailItemsAccessed",
      RecordType: 50,
      ResultStatus: "Succeeded",
      Workload: "Exchange",
      ClientIPAddress: address,
      ClientInfoString: "Client=OWA;Action=ViaProxy",
      ExternalAccess: false,
      MailboxOwnerUPN: user,
      OperationCount: 1 + Math.floor(random() * 5),
      OperationProperties: [{ Name: "MailAccessType", Value: "Bind" }],
      Folders: [{ Path: "\\Inbox", FolderItems: [{ InternetMessageId: `<${i}@company.example>` }] }],
    });
  if (kind < 0.75)
    return JSON.stringify({
      ...base,
      Operation: FILE_OPERATIONS[Math.floor(random() * FILE_OPERATIONS.length)],
      RecordType: 6,
      Workload: "SharePoint",
      ClientIP: address,
      UserAgent: agent,
      ItemType: "File",
      SiteUrl: `https://company.sharepoint.com/sites/s${person % 40}/`,
      SourceFileName: `plan-${Math.floor(random() * 400)}.docx`,
      SourceRelativeUrl: "Shared Documents/work",
      ObjectId: `https://company.sharepoint.com/sites/s${person % 40}/Shared Documents/work/plan-${Math.floor(random() * 400)}.docx`,
      EventSource: "SharePoint",
      CorrelationId: `c${i}`,
    });
  const other = (person + 1 + Math.floor(random() * 12)) % people;
  return JSON.stringify({
    ...base,
    Operation: "MessageSent",
    RecordType: 25,
    Workload: "MicrosoftTeams",
    ClientIP: address,
    ChatThreadId: `19:${Math.min(person, other)}_${Math.max(person, other)}@unq.gbl.spaces`,
    CommunicationType: "OneOnOne",
    MessageId: `${1_700_000_000_000 + i}`,
    Members: [
      { UPN: user, OrganizationId: base.OrganizationId },
      { UPN: `person${other}@company.example`, OrganizationId: base.OrganizationId },
    ],
    ParticipantInfo: { HasForeignTenantUsers: false, HasGuestUsers: false },
    ExtraProperties: [
      { Key: "Country", Value: "gb" },
      { Key: "OsName", Value: "windows" },
    ],
  });
}
