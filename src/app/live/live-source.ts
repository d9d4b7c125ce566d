import type { NetEvent, Rejected } from "../../schema/event.ts";
import type { Position } from "../../store/types.ts";

export interface SourceBatch {
  events: NetEvent[];
  rejected: Rejected[];
  positions: Position[];
  caughtUp: boolean;
  bytes: number;
  /** Learned from and never alerted on: what a demonstration lived before anybody watched. */
  history?: boolean;
}

/** A source as the running platform drives it: a log folder that grows, or a recorded capture that is played once. */
export interface LiveSource {
  readonly id: string;
  readonly kind: "zeek" | "suricata" | "cloud" | "mail" | "imap";
  readonly path: string;
  /** What else it was configured with, for the list of sources that were added on the page. */
  readonly passwordFile?: string | undefined;
  /** Named by the configuration file, so not to be removed from the page. */
  readonly fixed: boolean;
  /** Played to its end and not going to grow. */
  readonly ends: boolean;
  /** Lives faster than the clock until it meets it: heard from its first record on. */
  readonly plays?: true;
  poll(): Promise<SourceBatch>;
  positions(): Position[];
  /** Why nothing of it can be read now; undefined while some of it can. */
  outage(): string | undefined;
  /** Resolves when there may be more, at the latest after a quarter of a second. */
  wait(signal: AbortSignal): Promise<void>;
  fileCount(): number;
  close(): Promise<void>;
}
