import { CATEGORICAL_FEATURES, type CategoricalFeature, VOLUME_FEATURES, type VolumeFeature } from "../schema/facts.ts";

/** Categorical features in the order of their numbers. Saved states hold the numbers: add at the end. */
export const FEATURES = Object.keys(CATEGORICAL_FEATURES) as CategoricalFeature[];
export const VOLUMES = Object.keys(VOLUME_FEATURES) as VolumeFeature[];

export const ENDPOINT = FEATURES.indexOf("endpoint");
export const DOMAIN = FEATURES.indexOf("domain");
export const COUNTRY = FEATURES.indexOf("country");
export const ASN = FEATURES.indexOf("asn");
export const PORT = FEATURES.indexOf("port");
export const PEER = FEATURES.indexOf("peer");
export const USER_AGENT = FEATURES.indexOf("userAgent");
export const JA3 = FEATURES.indexOf("ja3");
export const JA4 = FEATURES.indexOf("ja4");
export const ISSUER = FEATURES.indexOf("issuer");
export const CREDENTIAL = FEATURES.indexOf("credential");
export const ADMIN_PROTOCOL = FEATURES.indexOf("adminProtocol");
export const HASSH = FEATURES.indexOf("hassh");

/** How a feature is said in a sentence: one, several, and the verb of its use. */
export const FEATURE_WORDS: Readonly<Record<CategoricalFeature, { one: string; many: string }>> = {
  endpoint: { one: "outside endpoint", many: "outside endpoints" },
  domain: { one: "domain", many: "domains" },
  country: { one: "country", many: "countries" },
  asn: { one: "network operator (ASN)", many: "network operators" },
  port: { one: "port", many: "ports" },
  peer: { one: "own device", many: "own devices" },
  userAgent: { one: "user agent", many: "user agents" },
  ja3: { one: "TLS client fingerprint (JA3)", many: "TLS client fingerprints" },
  ja4: { one: "TLS client fingerprint (JA4)", many: "TLS client fingerprints" },
  issuer: { one: "certificate issuer", many: "certificate issuers" },
  credential: { one: "user name", many: "user names" },
  adminProtocol: { one: "administration protocol to this device", many: "such protocols and devices" },
  hassh: { one: "SSH client", many: "SSH clients" },
};

export const VOLUME_WORDS: Readonly<Record<VolumeFeature, string>> = {
  connections: "connections started",
  bytesOut: "bytes sent outside",
  bytesIn: "bytes received from outside",
  bytesOutInternal: "bytes sent to own devices",
  distinctPeers: "different responders",
  newPeers: "responders never met before",
  internalPeers: "different own devices contacted",
  failedConnections: "failed connections",
  distinctPorts: "different ports",
  dnsQueries: "names asked for",
  nxdomain: "names asked for that do not exist",
  adminFanOut: "own devices contacted for administration",
};
