import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { statfsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { AccountStore } from "../api/ports.ts";
import { canonicalJson } from "../base/canonical-json.ts";
import { CodedError } from "../base/result.ts";
import type { Alert } from "../schema/alert.ts";
import { eventId, type NetEvent } from "../schema/event.ts";
import { citedRecord } from "./cited-record.ts";
import { takeDataFolder } from "./data-folder.ts";
import type { Batch } from "./event-batch.ts";
import { EventPacker } from "./event-packer.ts";
import type { AllRequests, AnyName, FromWorker, ToWorker, WireError, WorkerData } from "./messages.ts";
import type { CheckpointResult, Position, Store, StoreOptions, StoreStatus } from "./types.ts";

/** One of DuckDB's row groups: measured cheaper here than two, and 90 MB smaller at its peak. */
const DUE = 122_880;
/** The disk must have this much more than the low-water mark before the store opens again, so that it does not flap. */
const REOPEN_FACTOR = 1.1;

/**
 * Open or make the store of a data folder. One worker thread starts and holds both databases. Cost: about 0.3 s, more where a killed
 * process left a log. Rejects with store-locked, store-version-newer, store-version-unknown.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const release = takeDataFolder(options.dir);
  try {
    const worker = startWorker(options);
    const ready = await firstMessage(worker);
    return new ThreadStore(options, worker, ready, release);
  } catch (error) {
    release();
    throw error;
  }
}

function startWorker(options: StoreOptions): Worker {
  const limits = options.limits ?? {};
  const data: WorkerData = {
    storage: {
      dir: options.dir,
      memoryMb: limits.duckdbMemoryMb ?? 160,
      threads: limits.duckdbThreads ?? 2,
      retention: { keepDays: limits.keepDays ?? {}, maxBytes: limits.maxBytes ?? 50e9 },
    },
    queryMs: limits.queryMs ?? 15_000,
    now: options.clock.now(),
  };
  // Type stripping in the source tree; the packed program has JavaScript beside this file.
  const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
  return new Worker(new URL(file, import.meta.url), { workerData: data, name: "wonted-store" });
}

type Ready = Extract<FromWorker, { kind: "ready" }>;

function firstMessage(worker: Worker): Promise<Ready> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (message: FromWorker) => {
      worker.off("error", reject);
      if (message.kind === "ready") resolve(message);
      else {
        void worker.terminate();
        reject(message.kind === "refused" ? unwire(message.error) : new CodedError("store-failed", "the storage thread did not start"));
      }
    });
  });
}

function unwire(error: WireError): CodedError {
  return new CodedError(error.code, error.message, error.hint === undefined ? {} : { hint: error.hint });
}

interface Pending {
  resolve(value: never): void;
  reject(error: unknown): void;
}

class ThreadStore implements Store {
  readonly accounts: AccountStore;
  readonly #options: StoreOptions;
  readonly #worker: Worker;
  readonly #release: () => void;
  readonly #packer: EventPacker;
  readonly #pending = new Map<number, Pending>();
  readonly #inFlightMost: number;
  readonly #heldMost: number;
  readonly #lowWater: number;
  /** Offsets below which the events of a file stood in the store when it was opened. */
  readonly #floors = new Map<string, number>();
  /** Ids of events that stood there beyond their file's offset. */
  readonly #beyond: Set<string>;
  #lastFloor: { fileKey: string; offset: number } = { fileKey: "", offset: -1 };
  #nextId = 1;
  #inFlight = 0;
  #roomWaiters: (() => void)[] = [];
  #state: StoreStatus["state"] = "open";
  #commitFailed = false;
  #free = Number.POSITIVE_INFINITY;
  #uncommitted = 0;
  #alreadyStored = 0;
  #checkpoints: Promise<unknown> = Promise.resolve();

  constructor(options: StoreOptions, worker: Worker, ready: Ready, release: () => void) {
    const limits = options.limits ?? {};
    this.#options = options;
    this.#worker = worker;
    this.#release = release;
    this.#inFlightMost = limits.batchesInFlight ?? 6;
    this.#heldMost = limits.heldEvents ?? 491_520;
    this.#lowWater = limits.lowWaterBytes ?? 512_000_000;
    this.#packer = new EventPacker({
      nextText: ready.nextText,
      nextFile: ready.nextFile,
      batchEvents: limits.batchEvents ?? 4_096,
      deviceId: options.deviceId,
    });
    for (const position of ready.positions) this.#floors.set(position.fileKey, position.offset);
    this.#beyond = new Set(ready.beyond);
    this.accounts = this.#accounts();
    worker.on("message", (message: FromWorker) => this.#receive(message));
    worker.on("error", (error) => this.#dead(error));
    worker.on("exit", () => this.#dead(new Error("the storage thread ended")));
  }

  async append(events: readonly NetEvent[], unusual?: ArrayLike<number>): Promise<void> {
    this.#refuseUnlessOpen();
    if (this.#uncommitted + events.length > this.#heldMost)
      throw new CodedError("store-checkpoint-due", `more than ${this.#heldMost} events wait for a checkpoint`, {
        hint: "Call checkpoint() when status().checkpointDue.",
      });
    for (let i = 0; i < events.length; i++) {
      const event = events[i];
      if (event === undefined || this.#isStored(event)) continue;
      this.#uncommitted++;
      const batch = this.#packer.add(event, unusual?.[i] ?? Number.NaN);
      if (batch !== undefined) {
        this.#post(batch);
        this.#probe();
      }
    }
    while (this.#inFlight >= this.#inFlightMost && this.#state !== "closed") await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
  }

  #isStored(event: NetEvent): boolean {
    if (this.#floors.size === 0) return false;
    if (this.#lastFloor.fileKey !== event.fileKey) this.#lastFloor = { fileKey: event.fileKey, offset: this.#floors.get(event.fileKey) ?? -1 };
    const floor = this.#lastFloor.offset;
    if (event.offset >= floor && !(floor >= 0 && this.#beyond.size > 0 && this.#beyond.has(eventId(event)))) return false;
    this.#alreadyStored++;
    return true;
  }

  #refuseUnlessOpen(): void {
    if (this.#state === "closed") throw new CodedError("store-closed", "the store is closed");
    if (this.#state === "full") this.#probe();
    if (this.#state === "full")
      throw new CodedError("store-full", "the disk is full: nothing more is taken in until there is room", {
        hint: "Free disk space or shorten the retention; checkpoint() tries again.",
      });
  }

  /** Look at the disk. A checkpoint that failed for want of room keeps the store shut until one succeeds. */
  #probe(): void {
    try {
      this.#free = this.#options.freeSpace === undefined ? freeSpace(this.#options.dir) : this.#options.freeSpace(this.#options.dir);
    } catch {
      return;
    }
    if (this.#state === "open" && this.#free < this.#lowWater) this.#state = "full";
    else if (this.#state === "full" && !this.#commitFailed && this.#free >= this.#lowWater * REOPEN_FACTOR) this.#state = "open";
  }

  #post(batch: Batch): void {
    this.#inFlight++;
    const message: ToWorker = { kind: "batch", batch };
    const transfer: ArrayBuffer[] = [batch.buffer, batch.present.buffer as ArrayBuffer];
    for (const text of batch.plain) transfer.push(text.ends.buffer as ArrayBuffer);
    this.#worker.postMessage(message, transfer);
  }

  commitAlerts(alerts: readonly Alert[]): Promise<string[]> {
    const records = alerts.map((alert) => ({ ...alert, events: alert.events.map((event) => citedRecord(event, this.#options.deviceId)) }));
    return records.length === 0 ? Promise.resolve([]) : this.#request("commitAlerts", { alerts: records });
  }

  checkpoint(positions: readonly Position[]): Promise<CheckpointResult> {
    for (const batch of this.#packer.drain()) this.#post(batch);
    const copy = positions.map((position) => ({ ...position }));
    const done = this.#checkpoints.then(() => this.#checkpoint(copy));
    this.#checkpoints = done.catch(() => undefined);
    return done;
  }

  async #checkpoint(positions: readonly Position[]): Promise<CheckpointResult> {
    try {
      const committed = await this.#request("checkpoint", { positions });
      this.#uncommitted -= committed;
      this.#commitFailed = false;
      this.#probe();
      return { committed, alreadyStored: this.#alreadyStored };
    } catch (error) {
      if (error instanceof CodedError && error.code === "store-full") {
        this.#commitFailed = true;
        this.#state = "full";
      }
      throw error;
    }
  }

  positions(): Promise<Position[]> {
    return this.#request("positions", {});
  }

  async saveSnapshot(bytes: Uint8Array<ArrayBuffer>, positions: readonly Position[]): Promise<void> {
    await this.#request("saveSnapshot", { bytes, positions }, { transfer: [bytes.buffer] });
  }

  latestSnapshot(): Promise<{ bytes: Uint8Array; positions: Position[]; saved: number } | undefined> {
    return this.#request("latestSnapshot", {});
  }

  ask<K extends keyof AllRequests>(name: K, input: AllRequests[K]["input"], options: { signal?: AbortSignal } = {}): Promise<AllRequests[K]["output"]> {
    return this.#request(name, input, options);
  }

  #request<K extends AnyName>(
    name: K,
    input: AllRequests[K]["input"],
    options: { signal?: AbortSignal; transfer?: ArrayBuffer[] } = {},
  ): Promise<AllRequests[K]["output"]> {
    if (this.#state === "closed") return Promise.reject(new CodedError("store-closed", "the store is closed"));
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(new CodedError("store-query-aborted", "the query was given up by its caller"));
    if (name === "storage") this.#probe();
    const id = this.#nextId++;
    const message: ToWorker = { kind: "ask", id, name, input, now: this.#options.clock.now(), free: this.#free, full: this.#state === "full" };
    return new Promise<AllRequests[K]["output"]>((resolve, reject) => {
      const abort = (): void => this.#worker.postMessage({ kind: "abort", id } satisfies ToWorker);
      signal?.addEventListener("abort", abort, { once: true });
      const finish = (): void => signal?.removeEventListener("abort", abort);
      this.#pending.set(id, {
        resolve: (value) => {
          finish();
          resolve(value);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
      });
      this.#worker.postMessage(message, options.transfer ?? []);
    });
  }

  #receive(message: FromWorker): void {
    if (message.kind === "taken") {
      this.#inFlight--;
      const waiters = this.#roomWaiters;
      this.#roomWaiters = [];
      for (const wake of waiters) wake();
      return;
    }
    if (message.kind !== "answer" && message.kind !== "error") return;
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === "answer") pending?.resolve(message.value as never);
    else pending?.reject(unwire(message.error));
  }

  #dead(error: Error): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    for (const pending of this.#pending.values()) pending.reject(new CodedError("store-failed", "the storage thread ended", { cause: error }));
    this.#pending.clear();
    for (const wake of this.#roomWaiters) wake();
    this.#release();
  }

  #accounts(): AccountStore {
    return {
      users: () => this.#request("users", {}),
      session: (hash) => this.#request("session", { hash }),
      tokens: () => this.#request("tokens", {}),
      tokenByHash: (hash) => this.#request("tokenByHash", { hash }),
      setupCode: () => this.#request("setupCode", {}),
      write: async (writes, audit) => {
        await this.#request("writeAccounts", { writes, audit });
      },
      auditRows: (before, limit) => this.#request("auditRows", { before, limit }),
      verifyAudit: () => this.#request("verifyAudit", {}),
    };
  }

  async signAuditHead(privateKeyPem: string): Promise<{ seq: number; signature: string } | undefined> {
    const head = await this.#request("auditHead", {});
    if (head === undefined) return undefined;
    const time = this.#options.clock.now();
    const key = createPrivateKey(privateKeyPem);
    const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
    const keyId = createHash("sha256").update(publicKey).digest("hex").slice(0, 16);
    const signature = sign(null, Buffer.from(canonicalJson({ seq: head.seq, hash: head.hash, time })), key).toString("base64");
    await this.#request("putAuditHead", { ...head, time, signature, keyId });
    return { seq: head.seq, signature };
  }

  async retain(positions: readonly Position[]): Promise<{ rows: number }> {
    await this.#checkpoints;
    // In one turn: all that carries older codes is committed before the collection, and what comes later has newer ones.
    for (const batch of this.#packer.drain()) this.#post(batch);
    const codesBelow = this.#packer.forgetCodes();
    const committed = this.#checkpoint(positions.map((position) => ({ ...position })));
    this.#checkpoints = committed.catch(() => undefined);
    const [, result] = await Promise.all([committed, this.#request("retain", { codesBelow })]);
    return result;
  }

  status(): StoreStatus {
    return { state: this.#state, uncommitted: this.#uncommitted, checkpointDue: this.#uncommitted >= DUE, alreadyStored: this.#alreadyStored };
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    await this.#checkpoints;
    await this.#request("close", {});
    this.#state = "closed";
    await this.#worker.terminate();
    this.#release();
  }
}

function freeSpace(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}
