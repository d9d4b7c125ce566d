import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { CodedError } from "../base/result.ts";
import { storageError } from "./event-writer.ts";
import type { AllRequests, AnyName, FromWorker, ToWorker, WireError, WorkerData } from "./messages.ts";
import { Storage } from "./storage.ts";

type Handler<K extends AnyName> = (
  storage: Storage,
  input: AllRequests[K]["input"],
  context: Context,
) => AllRequests[K]["output"] | Promise<AllRequests[K]["output"]>;
interface Context {
  free: number;
  full: boolean;
}
/**
 * Where a request runs. state: at once, in SQLite, synchronously. read: one after the other on the reading connection, with time limit and
 * abort. write: one after the other on the writing connection.
 */
type Lane = "state" | "read" | "write";

const handlers: { [K in AnyName]: readonly [Lane, Handler<K>] } = {
  search: ["read", (s, i) => s.reader.events.search(i)],
  searchCounts: ["read", (s, i) => s.reader.events.counts(i)],
  eventsById: ["read", (s, i) => s.eventsById(i)],
  scan: ["read", (s, i) => s.reader.scan(i)],
  userLog: ["read", (s, i) => s.userLog(i)],
  userHours: ["read", (s, i) => s.reader.users.hours(i)],
  deviceLog: ["read", (s, i) => s.deviceLog(i)],
  quarterHours: ["read", (s, i) => s.keeper.quarterHours(i)],
  familyStats: ["read", (s, i) => s.keeper.familyStats(i.source)],
  storage: ["read", (s, _, c) => s.storage(c.free, c.full)],
  positions: ["write", (s) => s.writer.positions()],
  positionsOf: [
    "write",
    async (s, i) => (await s.writer.positions(i.source)).map((p) => ({ file: p.path, fileKey: p.fileKey, lines: p.line, offset: p.offset })),
  ],
  checkpoint: ["write", (s, i) => s.writer.commit(i.positions)],
  alerts: ["state", (s, i) => s.alerts.list(i)],
  alertGroups: ["state", (s, i) => s.alerts.groups(i)],
  alert: ["state", (s, i) => s.alerts.detail(i.id)],
  acknowledge: ["state", (s, i) => s.alerts.acknowledge(i)],
  comment: ["state", (s, i) => s.alerts.comment(i)],
  alertsPerDay: ["state", (s, i) => s.alerts.perDay(i.from, i.to)],
  modelStats: ["state", (s, i) => s.alerts.byModel(i.since)],
  snoozes: ["state", (s) => s.snoozes.list()],
  snoozePreview: ["state", (s, i) => s.snoozes.preview(i)],
  createSnooze: ["state", (s, i) => s.snoozes.create(i)],
  deleteSnooze: ["state", (s, i) => s.snoozes.end(i)],
  putActions: ["state", (s, i) => s.actions.put(i)],
  action: ["state", (s, i) => s.actions.one(i.id)],
  actionRaw: ["state", (s, i) => s.actions.raw(i.id)],
  openActions: ["state", (s) => s.actions.open()],
  actions: ["state", (s, i) => s.actions.list(i)],
  putActionLink: ["state", (s, i) => s.actions.putLink(i)],
  actionLink: ["state", (s, i) => s.actions.link(i.hash)],
  useActionLink: ["state", (s, i) => s.actions.useLink(i.hash)],
  usualFlows: ["read", (s, i) => s.keeper.usualFlows(i)],
  putIncidents: ["state", (s, i) => s.incidents.put(i.incidents, i.gone)],
  incidents: ["state", (s, i) => s.incidents.list(i)],
  incident: ["state", (s, i) => s.incidents.one(i.id)],
  judgeIncident: ["state", (s, i) => s.incidents.judge(i)],
  verdicts: ["state", (s) => s.incidents.verdicts()],
  putDevices: ["state", (s, i) => s.devices.put(i.devices)],
  devices: ["state", (s, i) => s.devices.list(i)],
  device: ["state", (s, i) => s.devices.one(i.id)],
  putHours: ["state", (s, i) => s.devices.putHours(i.hours)],
  hours: ["state", (s, i) => s.devices.hours(i)],
  putNotices: ["state", (s, i) => s.devices.putNotices(i.notices)],
  putSources: ["state", (s, i) => s.sources.put(i.sources)],
  sources: ["state", (s) => s.sources.list()],
  removeSource: ["state", (s, i) => s.sources.remove(i)],
  putRejected: ["state", (s, i) => s.sources.putRejected(i.rejected)],
  rejected: ["state", (s, i) => s.sources.rejected(i)],
  putMails: ["state", (s, i) => s.mails.put(i)],
  mails: ["state", (s, i) => s.mailLog.list(i)],
  mail: ["state", (s, i) => s.mails.detail(i.id)],
  mailLetter: ["state", (s, i) => s.mails.letter(i.id)],
  mailsLeadingTo: ["state", (s, i) => s.mails.leadingTo(i)],
  mailCampaigns: ["state", (s, i) => s.mailLog.campaigns(i)],
  mailCampaign: ["state", (s, i) => s.mailLog.campaign(i)],
  peopleOfMail: ["state", (s, i) => s.mails.people(i)],
  personOf: ["state", (s, i) => s.mails.person(i)],
  pseudonyms: ["state", (s, i) => s.mails.pseudonyms(i.addresses)],
  setting: ["state", (s, i) => s.sources.setting(i.key)],
  putSetting: ["state", (s, i) => s.sources.putSetting(i)],
  eraseName: ["state", (s, i) => s.accounts.erase(i.userId, i.audit, s.alerts, s.actions)],
  auditHeads: ["state", (s, i) => s.audit.heads(i.limit)],
  commitAlerts: ["state", (s, i) => s.alerts.put(i.alerts)],
  saveSnapshot: ["state", (s, i) => done(s.snapshots.save(i.bytes, i.positions, now))],
  latestSnapshot: ["state", (s) => s.snapshots.latest()],
  retain: ["write", (s, i) => s.retain(now, i.codesBelow)],
  users: ["state", (s) => s.accounts.users()],
  session: ["state", (s, i) => s.accounts.session(i.hash)],
  tokens: ["state", (s) => s.accounts.tokens()],
  tokenByHash: ["state", (s, i) => s.accounts.tokenByHash(i.hash)],
  setupCode: ["state", (s) => s.accounts.setupCode()],
  writeAccounts: ["state", (s, i) => done(s.accounts.write(i.writes, i.audit))],
  auditRows: ["state", (s, i) => s.audit.rows(i.before, i.limit)],
  verifyAudit: ["state", (s) => ({ brokenAt: s.audit.verify() })],
  auditHead: ["state", (s) => s.audit.head()],
  putAuditHead: ["state", (s, i) => done(s.audit.putHead(i))],
  close: [
    "write",
    (s) => {
      s.close();
      return { ok: true };
    },
  ],
};

function done(_: unknown): { ok: true } {
  return { ok: true };
}

/** The caller's clock as of its last message. */
let now = 0;

interface ReadTask {
  id: number;
  run: () => Promise<unknown>;
  aborted: "no" | "abort" | "timeout";
}

class Desk {
  readonly #port: MessagePort;
  readonly #storage: Storage;
  readonly #queryMs: number;
  readonly #reads: ReadTask[] = [];
  #reading: ReadTask | undefined;
  /** Settles when the running read has ended. */
  #ended: Promise<void> = Promise.resolve();
  #writes: Promise<unknown> = Promise.resolve();

  constructor(port: MessagePort, storage: Storage, queryMs: number) {
    this.#port = port;
    this.#storage = storage;
    this.#queryMs = queryMs;
  }

  receive(message: ToWorker): void {
    if (message.kind === "batch") {
      this.#storage.writer.hold(message.batch);
      this.#send({ kind: "taken" });
      return;
    }
    if (message.kind === "abort") {
      this.#abort(message.id, "abort");
      return;
    }
    now = message.now;
    const { id, name, input } = message;
    const entry = Object.hasOwn(handlers, name) ? handlers[name as AnyName] : undefined;
    if (entry === undefined) {
      this.#fail(id, new CodedError("store-input-invalid", "no such request"));
      return;
    }
    const [lane, handler] = entry as readonly [Lane, (storage: Storage, input: unknown, context: Context) => unknown];
    const run = async (): Promise<unknown> => handler(this.#storage, input, { free: message.free, full: message.full });
    if (lane === "state") this.#answer(id, run());
    else if (lane === "write") {
      // A connection that is closed under its running query takes the whole process with it.
      const done = name === "close" ? this.#writes.then(() => this.#endReads()).then(run) : this.#writes.then(run);
      this.#writes = done.catch(() => undefined);
      this.#answer(id, done);
    } else {
      this.#reads.push({ id, run, aborted: "no" });
      void this.#nextRead();
    }
  }

  #answer(id: number, done: Promise<unknown>): void {
    done.then(
      (value) => this.#send({ kind: "answer", id, value }),
      (error: unknown) => this.#fail(id, error),
    );
  }

  /** Gives up what is asked and waits until the running query has ended. */
  async #endReads(): Promise<void> {
    for (const task of this.#reads.splice(0)) this.#fail(task.id, abortError("abort"));
    if (this.#reading === undefined) return;
    this.#abort(this.#reading.id, "abort");
    await this.#ended;
  }

  async #nextRead(): Promise<void> {
    if (this.#reading !== undefined) return;
    const task = this.#reads.shift();
    if (task === undefined) return;
    this.#reading = task;
    let end = (): void => undefined;
    this.#ended = new Promise((resolve) => {
      end = resolve;
    });
    const timer = setTimeout(() => this.#abort(task.id, "timeout"), this.#queryMs);
    try {
      const value = await task.run();
      if (task.aborted === "no") this.#send({ kind: "answer", id: task.id, value });
      else this.#fail(task.id, abortError(task.aborted));
    } catch (error) {
      this.#fail(task.id, task.aborted === "no" ? error : abortError(task.aborted));
    } finally {
      clearTimeout(timer);
      this.#reading = undefined;
      end();
      void this.#nextRead();
    }
  }

  #abort(id: number, how: "abort" | "timeout"): void {
    if (this.#reading?.id === id) {
      this.#reading.aborted = how;
      this.#storage.events.reader.interrupt();
      return;
    }
    const at = this.#reads.findIndex((task) => task.id === id);
    if (at < 0) return;
    this.#reads.splice(at, 1);
    this.#fail(id, abortError(how));
  }

  #fail(id: number, error: unknown): void {
    this.#send({ kind: "error", id, error: wire(error) });
  }

  #send(message: FromWorker): void {
    this.#port.postMessage(message);
  }
}

function abortError(how: "abort" | "timeout"): CodedError {
  return how === "abort"
    ? new CodedError("store-query-aborted", "the query was given up by its caller")
    : new CodedError("store-query-timeout", "the query took too long", { hint: "Narrow the time range." });
}

function wire(raw: unknown): WireError {
  const error = storageError(raw);
  if (error instanceof CodedError) return { code: error.code, message: error.message, hint: error.hint };
  return { code: "store-failed", message: error instanceof Error ? error.message : String(error), hint: undefined };
}

async function start(port: MessagePort, data: WorkerData): Promise<void> {
  now = data.now;
  try {
    const storage = await Storage.open(data.storage, () => now);
    const desk = new Desk(port, storage, data.queryMs);
    const next = await storage.nextCodes();
    const ready: FromWorker = {
      kind: "ready",
      nextText: next.text,
      nextFile: next.file,
      positions: await storage.writer.positions(),
      beyond: await storage.beyondPositions(),
    };
    port.on("message", (message: ToWorker) => desk.receive(message));
    port.postMessage(ready);
  } catch (error) {
    const refused: FromWorker = { kind: "refused", error: wire(error) };
    port.postMessage(refused);
  }
}

if (parentPort !== null) void start(parentPort, workerData as WorkerData);
