import type { AccountStore, AccountWrite, AuditEntry } from "../api/ports.ts";
import type { AlertToStore } from "./alert-table.ts";
import type { AuditHead } from "./audit-chain.ts";
import type { Batch } from "./event-batch.ts";
import type { RequestName, Requests } from "./requests.ts";
import type { StorageConfig } from "./storage.ts";
import type { Position } from "./types.ts";

/** What the store's own thread-side object asks beside the public requests. */
export interface InnerRequests {
  commitAlerts: { input: { alerts: AlertToStore[] }; output: string[] };
  checkpoint: { input: { positions: readonly Position[] }; output: number };
  positions: { input: Record<string, never>; output: Position[] };
  saveSnapshot: { input: { bytes: Uint8Array; positions: readonly Position[] }; output: { ok: true } };
  latestSnapshot: { input: Record<string, never>; output: { bytes: Uint8Array<ArrayBuffer>; positions: Position[]; saved: number } | undefined };
  retain: { input: { codesBelow: number }; output: { rows: number } };
  users: { input: Record<string, never>; output: Awaited<ReturnType<AccountStore["users"]>> };
  session: { input: { hash: string }; output: Awaited<ReturnType<AccountStore["session"]>> };
  tokens: { input: Record<string, never>; output: Awaited<ReturnType<AccountStore["tokens"]>> };
  tokenByHash: { input: { hash: string }; output: Awaited<ReturnType<AccountStore["tokenByHash"]>> };
  setupCode: { input: Record<string, never>; output: Awaited<ReturnType<AccountStore["setupCode"]>> };
  writeAccounts: { input: { writes: readonly AccountWrite[]; audit: readonly AuditEntry[] }; output: { ok: true } };
  auditRows: { input: { before: number | undefined; limit: number }; output: Awaited<ReturnType<AccountStore["auditRows"]>> };
  verifyAudit: { input: Record<string, never>; output: { brokenAt: number | undefined } };
  auditHead: { input: Record<string, never>; output: { seq: number; hash: string } | undefined };
  putAuditHead: { input: AuditHead; output: { ok: true } };
  close: { input: Record<string, never>; output: { ok: true } };
}

export type AllRequests = Requests & InnerRequests;
export type AnyName = RequestName | keyof InnerRequests;

/** `now` is the caller's clock; `free` and `full` are what it knows of the disk. */
export type ToWorker =
  | { kind: "batch"; batch: Batch }
  | { kind: "ask"; id: number; name: string; input: unknown; now: number; free: number; full: boolean }
  | { kind: "abort"; id: number };

export interface WireError {
  code: string;
  message: string;
  hint: string | undefined;
}
export type FromWorker =
  | { kind: "ready"; nextText: number; nextFile: number; positions: Position[]; beyond: string[] }
  | { kind: "refused"; error: WireError }
  | { kind: "taken" }
  | { kind: "answer"; id: number; value: unknown }
  | { kind: "error"; id: number; error: WireError };

export interface WorkerData {
  storage: StorageConfig;
  queryMs: number;
  now: number;
}
