export type SourceState = "starting" | "live" | "quiet" | "silent" | "thinning" | "field-lost" | "error" | "ended";

/** Health of a source as the sources page shows it. */
export interface SourceHealth {
  id: string;
  kind: "zeek" | "suricata" | "pcap" | "cloud" | "mail" | "imap";
  /** Path or glob as the operator wrote it. */
  path: string;
  state: SourceState;
  /** A sentence when the state is not live. */
  reason?: string;
  since: number;
  lastEvent: number | undefined;
  /** Event time of the newest record minus wall clock, ms: how late we read. */
  lag: number | undefined;
  /** Events a minute, now and usual (median of the learned hour of week, or of what was seen so far). */
  rate: number;
  usualRate: number | undefined;
  events: number;
  rejected: number;
  duplicates: number;
  files: number;
  bytes: number;
}
