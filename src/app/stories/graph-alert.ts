import { contentId } from "../../base/hash.ts";
import { iso } from "../../base/time.ts";

export interface GraphAlert {
  /** ms: when it happened, and when the product said so. */
  time: number;
  reported: number;
  title: string;
  severity: "informational" | "low" | "medium" | "high";
  host: string;
  ip?: string;
  actor?: string;
  category?: string;
  process?: string;
}

/** One line of Graph's alerts_v2 (resource type "alert" of microsoft.graph.security), as Defender for Endpoint fills it. */
export function graphAlertLine(a: GraphAlert): string {
  const id = `da${contentId("story-alert", a.host, a.title, a.time)}`;
  const evidence = [
    {
      "@odata.type": "#microsoft.graph.security.deviceEvidence",
      createdDateTime: iso(a.reported),
      deviceDnsName: a.host,
      hostName: a.host.split(".")[0],
      osPlatform: "Windows11",
      version: "23H2",
      ...(a.ip === undefined ? {} : { ipInterfaces: [a.ip], lastIpAddress: a.ip }),
    },
    ...(a.process === undefined
      ? []
      : [
          {
            "@odata.type": "#microsoft.graph.security.processEvidence",
            createdDateTime: iso(a.reported),
            processCommandLine: a.process,
            imageFile: { fileName: a.process.split(" ")[0] },
          },
        ]),
  ];
  return `${JSON.stringify({
    "@odata.type": "#microsoft.graph.security.alert",
    id,
    providerAlertId: id,
    status: "new",
    severity: a.severity,
    serviceSource: "microsoftDefenderForEndpoint",
    detectionSource: "microsoftDefenderForEndpoint",
    title: a.title,
    description: a.title,
    category: a.category ?? "SuspiciousActivity",
    mitreTechniques: [],
    actorDisplayName: a.actor ?? null,
    alertWebUrl: `https://security.microsoft.com/alerts/${id}`,
    createdDateTime: iso(a.reported),
    lastUpdateDateTime: iso(a.reported),
    firstActivityDateTime: iso(a.time),
    lastActivityDateTime: iso(a.time),
    evidence,
  })}\n`;
}
