import type { Why } from "../client/types.ts";

/** Names of features in the reader's words. What stands not here is shown by its own name, words apart. */
const NAMES: Readonly<Record<string, string>> = {
  endpoint: "Outside host",
  domain: "Outside domain",
  country: "Country",
  asn: "Network owner",
  port: "Destination port",
  peer: "Partner device",
  userAgent: "Program name (user agent)",
  ja3: "TLS client (JA3)",
  ja4: "TLS client (JA4)",
  issuer: "Certificate issuer",
  credential: "User name",
  adminProtocol: "Administration protocol",
  hassh: "SSH client",
  connections: "Connections in the hour",
  bytesOut: "Sent outside in the hour",
  bytesIn: "Received from outside",
  bytesOutInternal: "Sent to own devices",
  distinctPeers: "Different partners",
  newPeers: "Partners never met before",
  internalPeers: "Own devices contacted",
  failedConnections: "Connections that failed",
  distinctPorts: "Different ports",
  dnsQueries: "Names asked for",
  nxdomain: "Names that do not exist",
  adminFanOut: "Devices administered",
  hour: "Hour of the week",
  hourP: "Hour of the week",
  beacon: "Regularity",
  rarity: "Rarity of the destination",
  period: "Gap between contacts",
  unusual: "All features of the hour",
  burst: "Events in the minute",
  subdomainLength: "Length of the sub-domain",
  subdomainEntropy: "Randomness of the sub-domain",
  generatedName: "Name looks generated",
  certificateAgeDays: "Age of the certificate",
};

export function featureName(feature: string): string {
  const known = NAMES[feature];
  if (known !== undefined) return known;
  const words = feature
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[._-]+/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Points of the score by reason, in the order given: the reasons' own where all have them, else shared out by -log10 p. Zero where p says nothing. */
export function weights(score: number, reasons: readonly Why[]): { points: number[]; shared: boolean } {
  if (reasons.length > 0 && reasons.every((w) => w.weight !== undefined)) return { points: reasons.map((w) => w.weight ?? 0), shared: false };
  const logs = reasons.map((w) => (w.p === undefined ? 0 : -Math.log10(Math.min(1, Math.max(w.p, 1e-12)))));
  const sum = logs.reduce((a, b) => a + b, 0);
  return { points: logs.map((l) => (sum === 0 ? 0 : (score * l) / sum)), shared: true };
}
