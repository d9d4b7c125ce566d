import type { Emitted } from "../emitted.ts";
import type { Draw } from "../world/draw.ts";
import type { Person, World } from "../world/types.ts";

/** Who acts: a person of ours, or one of another tenant. */
export interface Actor {
  mail: string;
  name: string;
  objectId: string;
  tenantId: string;
}

export function ours(world: World, person: Person): Actor {
  return { mail: person.upn, name: person.name, objectId: person.objectId, tenantId: world.organisation.tenantId };
}

/** A user of another tenant; his directory id hangs on his address alone, so that it is the same in every record. */
export function foreign(world: World, mail: string, name: string, tenantId: string): Actor {
  return { mail, name, objectId: world.draw.fork(`object/${mail}`).uuid(), tenantId };
}

type Fields = Readonly<Record<string, unknown>>;
export type Workload = "AzureActiveDirectory" | "Exchange" | "SharePoint" | "OneDrive" | "MicrosoftTeams";

const CONTENT: Readonly<Record<Workload, string>> = {
  AzureActiveDirectory: "Audit.AzureActiveDirectory",
  Exchange: "Audit.Exchange",
  SharePoint: "Audit.SharePoint",
  OneDrive: "Audit.SharePoint",
  MicrosoftTeams: "Audit.General",
};

/** The file in which records of this kind of content are kept. */
export function auditFile(workload: Workload): string {
  return `m365/${CONTENT[workload]}.ndjson`;
}

/**
 * One record of the unified audit log as the Management Activity API hands it out: common schema, then the workload's own fields
 * (Microsoft, "Office 365 Management Activity API schema"). Times have no zone and no fraction, as there.
 */
export function auditRecord(
  world: World,
  draw: Draw,
  time: number,
  workload: Workload,
  recordType: number,
  operation: string,
  actor: Actor,
  fields: Fields,
): Emitted {
  const record = {
    CreationTime: new Date(time).toISOString().slice(0, 19),
    Id: draw.uuid(),
    Operation: operation,
    OrganizationId: world.organisation.tenantId,
    RecordType: recordType,
    ResultStatus: workload === "AzureActiveDirectory" ? "Success" : undefined,
    UserKey: actor.tenantId === world.organisation.tenantId ? actor.objectId : actor.mail,
    UserType: 0,
    Version: 1,
    Workload: workload,
    UserId: actor.mail,
    ...fields,
  };
  return { time, file: auditFile(workload), line: JSON.stringify(record) };
}

/** Addresses stand in three forms in this log: bare, mapped into IPv6, with a port. Which one depends on the workload. */
export function clientIp(draw: Draw, ip: string, workload: Workload): string {
  if (workload === "Exchange") return `${ip}:${draw.int(1_024, 65_000)}`;
  return workload === "MicrosoftTeams" && draw.chance(0.3) ? `::ffff:${ip}` : ip;
}

export const APPS = {
  office: { id: "d3590ed6-52b3-4102-aeff-aad2292ab01c", name: "Microsoft Office" },
  outlook: { id: "5d661950-3475-41cd-a2c3-d671a3162bc1", name: "Microsoft Outlook" },
  owa: { id: "00000002-0000-0ff1-ce00-000000000000", name: "Office 365 Exchange Online" },
  teams: { id: "1fec8e78-bce4-4aaf-ab1b-5451cc387264", name: "Microsoft Teams" },
  sharepoint: { id: "00000003-0000-0ff1-ce00-000000000000", name: "Office 365 SharePoint Online" },
  portal: { id: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", name: "Azure Portal" },
  officeHome: { id: "4765445b-32c6-49b0-83e6-1d93765276ca", name: "OfficeHome" },
  powershell: { id: "1950a258-227b-4e31-a9cf-717495945fc2", name: "Microsoft Azure PowerShell" },
} as const;
export type App = (typeof APPS)[keyof typeof APPS] | { id: string; name: string };
