import type { Emitted } from "../emitted.ts";
import type { Draw } from "../world/draw.ts";
import type { Device, Person, World } from "../world/types.ts";

export const ALERT_FILE = "defender/alerts_v2.ndjson";

/** A row of an Advanced Hunting table as it is streamed (Event Hub envelope). */
export function huntingRow(world: World, time: number, table: string, properties: Readonly<Record<string, unknown>>): Emitted {
  const at = new Date(time).toISOString();
  const record = {
    time: new Date(time + 90_000).toISOString(),
    tenantId: world.organisation.tenantId,
    operationName: "Publish",
    category: `AdvancedHunting-${table}`,
    properties: { Timestamp: at, ...properties },
    Tenant: "DefaultTenant",
  };
  return { time, file: `defender/AdvancedHunting-${table}.ndjson`, line: JSON.stringify(record) };
}

export function deviceColumns(world: World, device: Device): Record<string, unknown> {
  return {
    DeviceId: device.deviceId,
    DeviceName: `${device.hostname}.${world.organisation.adDomain}`.toLowerCase(),
    MachineGroup: device.role === "workstation" || device.role === "laptop" ? "Clients" : "Servers",
  };
}

export interface AlertDraft {
  time: number;
  title: string;
  severity: "informational" | "low" | "medium" | "high";
  category: string;
  techniques: readonly string[];
  detection: "antivirus" | "microsoftDefenderForEndpoint" | "smartScreen" | "automatedInvestigation";
  device: Device;
  ip: string;
  person: Person | undefined;
  /** Program and how it was called, where one is named. */
  process?: { image: string; command: string };
  file?: { name: string; folder: string };
  actor?: string;
  threatFamily?: string;
}

/** An alert three times, as three sources have it: Graph's alerts_v2, and the hunting tables AlertInfo and AlertEvidence. */
export function defenderAlert(world: World, draw: Draw, a: AlertDraft): Emitted[] {
  const id = `da${draw.hex(18)}_${draw.int(1, 2 ** 31)}`;
  const reported = a.time + Math.round(draw.lognormal(120_000, 0.8));
  const device = deviceColumns(world, a.device);
  const account =
    a.person === undefined
      ? undefined
      : {
          accountName: a.person.account,
          domainName: world.organisation.netbios,
          userSid: a.person.sid,
          userPrincipalName: a.person.upn,
          azureAdUserId: a.person.objectId,
        };
  const sha = draw.hex(64);
  const evidence: object[] = [
    {
      "@odata.type": "#microsoft.graph.security.deviceEvidence",
      createdDateTime: new Date(reported).toISOString(),
      verdict: "unknown",
      remediationStatus: "none",
      roles: [],
      detailedRoles: ["PrimaryDevice"],
      firstSeenDateTime: new Date(world.calendar.start - 86_400_000 * 90).toISOString(),
      mdeDeviceId: a.device.deviceId,
      deviceDnsName: device.DeviceName,
      hostName: a.device.hostname,
      osPlatform: a.device.os.name.replaceAll(" ", ""),
      osBuild: Number(a.device.os.version.split(".").at(-1) ?? 0),
      version: a.device.os.build,
      healthStatus: "active",
      riskScore: a.severity === "informational" ? "none" : a.severity,
      onboardingStatus: "onboarded",
      defenderAvStatus: "updated",
      ipInterfaces: [a.ip],
      lastIpAddress: a.ip,
      loggedOnUsers: account === undefined ? [] : [{ accountName: account.accountName, domainName: account.domainName }],
    },
    ...(account === undefined
      ? []
      : [
          {
            "@odata.type": "#microsoft.graph.security.userEvidence",
            createdDateTime: new Date(reported).toISOString(),
            verdict: "unknown",
            remediationStatus: "none",
            roles: [],
            userAccount: account,
          },
        ]),
    ...(a.process === undefined
      ? []
      : [
          {
            "@odata.type": "#microsoft.graph.security.processEvidence",
            createdDateTime: new Date(reported).toISOString(),
            verdict: "suspicious",
            remediationStatus: "none",
            roles: [],
            processId: draw.int(1_000, 30_000),
            processCommandLine: a.process.command,
            mdeDeviceId: a.device.deviceId,
            imageFile: { fileName: a.process.image.split("\\").at(-1), filePath: a.process.image.split("\\").slice(0, -1).join("\\"), sha256: sha },
          },
        ]),
    ...(a.file === undefined
      ? []
      : [
          {
            "@odata.type": "#microsoft.graph.security.fileEvidence",
            createdDateTime: new Date(reported).toISOString(),
            verdict: "malicious",
            remediationStatus: a.detection === "antivirus" ? "prevented" : "active",
            roles: [],
            mdeDeviceId: a.device.deviceId,
            detectionStatus: "detected",
            fileDetails: { fileName: a.file.name, filePath: a.file.folder, sha256: sha },
          },
        ]),
  ];
  const graph = {
    "@odata.type": "#microsoft.graph.security.alert",
    id,
    providerAlertId: id,
    incidentId: String(draw.int(100, 9_999)),
    tenantId: world.organisation.tenantId,
    status: "new",
    severity: a.severity,
    classification: null,
    determination: null,
    serviceSource: "microsoftDefenderForEndpoint",
    detectionSource: a.detection,
    detectorId: world.draw.fork(`detector/${a.title}`).uuid(),
    title: a.title,
    description: a.title,
    category: a.category,
    mitreTechniques: a.techniques,
    actorDisplayName: a.actor ?? null,
    threatFamilyName: a.threatFamily ?? null,
    createdDateTime: new Date(reported).toISOString(),
    lastUpdateDateTime: new Date(reported).toISOString(),
    firstActivityDateTime: new Date(a.time).toISOString(),
    lastActivityDateTime: new Date(a.time).toISOString(),
    evidence,
  };
  const info = {
    AlertId: id,
    Title: a.title,
    ServiceSource: "Microsoft Defender for Endpoint",
    Category: a.category,
    Severity: a.severity.charAt(0).toUpperCase() + a.severity.slice(1),
    DetectionSource: a.detection === "antivirus" ? "Antivirus" : "EDR",
    AttackTechniques: a.techniques.length === 0 ? "" : JSON.stringify(a.techniques),
  };
  const rows = [
    huntingRow(world, reported, "AlertInfo", info),
    huntingRow(world, reported, "AlertEvidence", { ...info, EntityType: "Machine", EvidenceRole: "Impacted", ...device }),
  ];
  if (a.process !== undefined)
    rows.push(
      huntingRow(world, reported, "AlertEvidence", {
        ...info,
        EntityType: "Process",
        EvidenceRole: "Related",
        ...device,
        FileName: a.process.image.split("\\").at(-1),
        ProcessCommandLine: a.process.command,
        SHA256: sha,
      }),
    );
  return [{ time: reported, file: ALERT_FILE, line: JSON.stringify(graph) }, ...rows];
}
