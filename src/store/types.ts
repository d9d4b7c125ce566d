import type { AccountStore } from "../api/ports.ts";
import type { Clock } from "../base/clock.ts";
import type { Alert } from "../schema/alert.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Family } from "../schema/families.ts";
import type { RequestName, Requests } from "./requests.ts";

export type { StoredEvent } from "./stored-event.ts";

/** How far a file was taken in. `offset` is where the record after the last appended one begins; `line` is the number of the last appended record. */
export interface Position {
  source: string;
  fileKey: string;
  path: string;
  inode: number;
  /** Bytes of the (decompressed) file. Every event of the file below it must have been handed to append() before checkpoint(). */
  offset: number;
  line: number;
  /** What the reader needs to go on in the middle of the file, e.g. Zeek's field list. Plain JSON. */
  header?: unknown;
}

export interface StoreLimits {
  /** Days of event time that a family is kept; `default` for the rest. Default 30. */
  keepDays?: Readonly<Partial<Record<Family | "default", number>>>;
  /** Bytes of the event database; the oldest days go first. Default 50 GB. */
  maxBytes?: number;
  /** Below this much free disk nothing more is taken in. Default 512 MB. */
  lowWaterBytes?: number;
  /** Batches on their way to the worker before append() waits. Default 6. */
  batchesInFlight?: number;
  /** Events held in the worker until a checkpoint; beyond it append() waits for one. Default 491,520 (about 100 MB). */
  heldEvents?: number;
  /** DuckDB's memory_limit in MB. Default 160. */
  duckdbMemoryMb?: number;
  /** DuckDB's threads. Default 2. */
  duckdbThreads?: number;
  /** Events of one family in a batch, at most. Default 4,096. */
  batchEvents?: number;
  /** A query is interrupted after this many ms. Default 15,000. */
  queryMs?: number;
}

export interface StoreOptions {
  /** Made when missing, 0700. One process at a time. */
  dir: string;
  clock: Clock;
  limits?: StoreLimits;
  /** Bytes free on the disk of `dir`; default statfs. Called once a batch and once a checkpoint. */
  freeSpace?: (dir: string) => number;
  /** Stable id of the device with this index in the registry; asked once per index. Without it events carry no device. */
  deviceId?: (index: number) => string | undefined;
}

export interface CheckpointResult {
  /** Events committed by this checkpoint. */
  committed: number;
  /** Events dropped so far since the store was opened because they stood in it already. */
  alreadyStored: number;
}

export interface StoreStatus {
  state: "open" | "full" | "closed";
  /** Events handed to append() and not yet committed. */
  uncommitted: number;
  /** Time for a checkpoint: a row group is full (122,880 events). */
  checkpointDue: boolean;
  alreadyStored: number;
}

/**
 * Everything that is kept. One worker thread holds both databases; this object packs events, sends named requests and never SQL.
 *
 * Order that survives kill -9: `await commitAlerts(alerts)`, then `await checkpoint(positions)`; a position must not be ahead of what was
 * appended. What is read again after a crash is dropped here by its offset, alerts by their id.
 *
 * Errors are CodedErrors: store-locked, store-version-newer, store-version-unknown, store-full, store-closed, store-query-timeout,
 * store-query-aborted, store-input-invalid, store-failed, and `*-not-found` of single requests.
 */
export interface Store {
  /**
   * Take events in, in the order of their files. Resolves when there is room for more; the events are not durable before checkpoint().
   * `unusual[i]` is 0-100 or NaN. Rejects with store-full (nothing of this call was taken) and store-closed. Cost about 1.5 µs of the
   * calling thread and 2 µs of the worker for a conn event.
   */
  append(events: readonly NetEvent[], unusual?: ArrayLike<number>): Promise<void>;
  /** Alerts with the records they cite, in one transaction; ids that exist are left alone. Returns the ids that were new. */
  commitAlerts(alerts: readonly Alert[]): Promise<string[]>;
  /** Commit all appended events together with these positions (one transaction). Rejects with store-full and keeps everything for the next try. */
  checkpoint(positions: readonly Position[]): Promise<CheckpointResult>;
  positions(): Promise<Position[]>;
  /** Replace the learner's snapshot; the bytes are transferred (the caller's array is empty afterwards). The last two are kept. */
  saveSnapshot(bytes: Uint8Array<ArrayBuffer>, positions: readonly Position[]): Promise<void>;
  /** The newest snapshot whose bytes are whole. */
  latestSnapshot(): Promise<{ bytes: Uint8Array; positions: Position[]; saved: number } | undefined>;
  /** Named request; see Requests. Aborting interrupts a running event query within milliseconds. */
  ask<K extends RequestName>(name: K, input: Requests[K]["input"], options?: { signal?: AbortSignal }): Promise<Requests[K]["output"]>;
  accounts: AccountStore;
  /** Sign the head of the audit chain (Ed25519, PEM of the private key) and keep the signature; to be called hourly. */
  signAuditHead(privateKeyPem: string): Promise<{ seq: number; signature: string } | undefined>;
  /** checkpoint(positions), then delete what retention says and collect texts that nothing refers to any more. To be called about hourly. */
  retain(positions: readonly Position[]): Promise<{ rows: number }>;
  status(): StoreStatus;
  /** Commits nothing by itself: call checkpoint() first. */
  close(): Promise<void>;
}
