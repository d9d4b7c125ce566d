/**
 * Microsoft Graph names products by an enumeration (serviceSource of alerts_v2, learn.microsoft.com/graph/api/resources/security-alert);
 * hunting tables and people say the same with spaces, and what is learned of one must meet the other.
 */
const SOURCES = new Map(
  [
    "Microsoft Defender for Endpoint",
    "Microsoft Defender for Identity",
    "Microsoft Defender for Cloud Apps",
    "Microsoft Defender for Office 365",
    "Microsoft Defender for Cloud",
    "Microsoft 365 Defender",
    "Microsoft App Governance",
    "Microsoft Sentinel",
    "Microsoft Threat Intelligence",
    "Azure AD Identity Protection",
    "Data Loss Prevention",
  ].map((name) => [name.replaceAll(" ", "").toLowerCase(), name] as const),
);

/** A product as people call it; a name that is no member of the enumeration stays as it is. */
export function productName(name: string): string {
  return SOURCES.get(name.toLowerCase()) ?? name;
}
