import { join } from "node:path";
import { FAMILY_NAMES } from "../schema/families.ts";
import { AccountTable } from "./account-table.ts";
import { ActionTable } from "./action-table.ts";
import { AlertTable } from "./alert-table.ts";
import { AuditChain } from "./audit-chain.ts";
import { DeviceTable } from "./device-table.ts";
import { EventDatabase } from "./event-database.ts";
import { EventKeeper, fileSize, keepDaysOf, type Retention } from "./event-keeper.ts";
import { EventReader } from "./event-reader.ts";
import { EventWriter } from "./event-writer.ts";
import { IncidentTable } from "./incident-table.ts";
import { clampLimit, requireText } from "./input.ts";
import { alertLogRow, eventRow, familiesOf, kindOf, noticeRow } from "./log-row.ts";
import { MailLog } from "./mail-log.ts";
import { MailTable } from "./mail-table.ts";
import type { LogKind, LogRow, Requests } from "./requests.ts";
import { SnapshotFiles } from "./snapshot-files.ts";
import { SnoozeTable } from "./snooze-table.ts";
import { SourceTable } from "./source-table.ts";
import { StateDatabase } from "./state-database.ts";
import { userKindOf, userRow } from "./user-row.ts";

export interface StorageConfig {
  dir: string;
  memoryMb: number;
  threads: number;
  retention: Retention;
}

/** Everything behind the thread boundary: both databases and the rooms' tables, without the messages. */
export class Storage {
  readonly #config: StorageConfig;
  readonly #statePath: string;
  readonly events: EventDatabase;
  readonly writer: EventWriter;
  readonly reader: EventReader;
  readonly keeper: EventKeeper;
  readonly state: StateDatabase;
  readonly audit: AuditChain;
  readonly accounts: AccountTable;
  readonly alerts: AlertTable;
  readonly snoozes: SnoozeTable;
  readonly actions: ActionTable;
  readonly incidents: IncidentTable;
  readonly devices: DeviceTable;
  readonly sources: SourceTable;
  readonly snapshots: SnapshotFiles;
  readonly mails: MailTable;
  readonly mailLog: MailLog;

  private constructor(config: StorageConfig, events: EventDatabase, now: () => number) {
    this.#config = config;
    this.#statePath = join(config.dir, "state.sqlite");
    this.events = events;
    this.writer = new EventWriter(events);
    this.reader = new EventReader(events);
    this.keeper = new EventKeeper(events, eventsPath(config.dir));
    this.state = new StateDatabase(this.#statePath);
    this.audit = new AuditChain(this.state);
    this.accounts = new AccountTable(this.state, this.audit);
    this.alerts = new AlertTable(this.state, this.audit, now);
    this.snoozes = new SnoozeTable(this.state, this.audit, now);
    this.actions = new ActionTable(this.state, this.audit, now);
    this.incidents = new IncidentTable(this.state, this.audit, now);
    this.devices = new DeviceTable(this.state);
    this.sources = new SourceTable(this.state, this.audit);
    this.mails = new MailTable(this.state, this.audit);
    this.mailLog = new MailLog(this.state, this.mails);
    this.snapshots = new SnapshotFiles(this.state, join(config.dir, "snapshots"));
  }

  static async open(config: StorageConfig, now: () => number): Promise<Storage> {
    const events = new EventDatabase({ path: eventsPath(config.dir), memoryMb: config.memoryMb, threads: config.threads });
    await events.open();
    try {
      return new Storage(config, events, now);
    } catch (error) {
      events.close();
      throw error;
    }
  }

  /** The next codes that the packing thread may give out. */
  async nextCodes(): Promise<{ text: number; file: number }> {
    const [row] = await this.events.write("SELECT (SELECT coalesce(max(code), 0) + 1 FROM texts) AS t, (SELECT coalesce(max(code), 0) + 1 FROM files) AS f");
    return { text: Number(row?.t), file: Number(row?.f) };
  }

  /** Events that stand beyond their file's position: a reader that starts there will read them again. Keys are `fileKey-line`, at most 2 million. */
  async beyondPositions(): Promise<string[]> {
    const out: string[] = [];
    const rows = await this.events.write(
      "SELECT DISTINCT f.code, f.file_key, p.byte_at FROM files f JOIN positions p ON p.file_key = f.file_key AND p.source = f.source",
    );
    if (rows.length === 0) return out;
    for (const family of FAMILY_NAMES) {
      const found = await this.events.write(
        `SELECT f.file_key, e.line FROM "e_${family}" e JOIN files f ON f.code = e.file_code
         JOIN positions p ON p.file_key = f.file_key AND p.source = f.source AND e.byte_at >= p.byte_at LIMIT 2000000`,
      );
      for (const row of found) out.push(`${row.file_key}-${row.line}`);
    }
    return out;
  }

  async eventsById(input: Requests["eventsById"]["input"]): Promise<Requests["eventsById"]["output"]> {
    const ids = input.ids.slice(0, 500).map((id) => requireText(id, "id"));
    const cited = this.alerts.cited(ids);
    const found = new Map((await this.reader.byIds(ids)).map((event) => [event.id, event]));
    return ids.flatMap((id) => {
      const event = found.get(id) ?? cited.get(id);
      const raw = cited.get(id)?.raw;
      return event === undefined ? [] : [raw === undefined ? event : { ...event, raw }];
    });
  }

  async deviceLog(input: Requests["deviceLog"]["input"]): Promise<Requests["deviceLog"]["output"]> {
    const limit = clampLimit(input.limit);
    const device = requireText(input.device, "device");
    const kinds = new Set<LogKind>(input.kinds ?? ["connection", "refused", "event", "notice", "alert", "sensor-alert", "source", "response"]);
    const before = input.before ?? Number.MAX_SAFE_INTEGER;
    // One kind of connection may be rare among the others: read on until the page is full or the past is empty.
    const events: LogRow[] = [];
    let cursor = input.before;
    for (let round = 1; round <= 6 && events.length <= limit; round++) {
      const most = (limit + 1) * round;
      const page = await this.reader.ofDevice(device, cursor, familiesOf(kinds, FAMILY_NAMES), most);
      const whole = page.length < most ? page : cutTies(page, most - 1);
      for (const event of whole) if (kinds.has(kindOf(event))) events.push(eventRow(event, device));
      cursor = whole[whole.length - 1]?.time;
      if (page.length < most || cursor === undefined) break;
    }
    const rows = [
      ...events,
      ...this.devices
        .notices(device, before, limit + 1)
        .filter((n) => kinds.has(n.kind))
        .map(noticeRow),
      ...(kinds.has("alert") ? this.alerts.ofEntity(device, before, limit + 1).map(alertLogRow) : []),
    ].sort((a, b) => b.time - a.time);
    if (rows.length <= limit) return { rows };
    const page = cutTies(rows, limit);
    const last = page[page.length - 1];
    return last === undefined ? { rows: page } : { rows: page, next: last.time };
  }

  async userLog(input: Requests["userLog"]["input"]): Promise<Requests["userLog"]["output"]> {
    const limit = clampLimit(input.limit);
    const user = requireText(input.user, "user").toLowerCase();
    const kinds = new Set<LogKind>(input.kinds ?? ["event", "sensor-alert", "notice", "alert", "response"]);
    const before = input.before ?? Number.MAX_SAFE_INTEGER;
    // One kind may be rare among the others: read on until the page is full or the past is empty.
    const events: LogRow[] = [];
    let cursor = input.before;
    for (let round = 1; round <= 6 && events.length <= limit && (kinds.has("event") || kinds.has("sensor-alert")); round++) {
      const most = (limit + 1) * round;
      const page = await this.reader.users.before(user, cursor, most);
      const whole = page.length < most ? page : cutTies(page, most - 1);
      for (const event of whole) if (kinds.has(userKindOf(event))) events.push(userRow(event, user));
      cursor = whole[whole.length - 1]?.time;
      if (page.length < most || cursor === undefined) break;
    }
    const rows = [
      ...events,
      ...this.devices
        .notices(user, before, limit + 1)
        .filter((n) => kinds.has(n.kind))
        .map(noticeRow),
      ...(kinds.has("alert") ? this.alerts.ofEntity(user, before, limit + 1).map(alertLogRow) : []),
    ].sort((a, b) => b.time - a.time);
    if (rows.length <= limit) return { rows };
    const page = cutTies(rows, limit);
    const last = page[page.length - 1];
    return last === undefined ? { rows: page } : { rows: page, next: last.time };
  }

  async storage(freeDisk: number, full: boolean): Promise<Requests["storage"]["output"]> {
    const stateBytes = fileSize(this.#statePath) + fileSize(`${this.#statePath}-wal`);
    return { ...(await this.keeper.report(this.#config.retention, freeDisk, stateBytes)), full };
  }

  async retain(now: number, codesBelow: number): Promise<{ rows: number }> {
    const rows = await this.keeper.retain(this.#config.retention, now);
    if (rows > 0) {
      await this.keeper.collectTexts(codesBelow);
      this.reader.decoder.forget();
    }
    this.mails.retain(now - keepDaysOf(this.#config.retention, "mail") * 86_400_000);
    const stats = await this.keeper.familyStats(undefined);
    // Counted back from the newest event, but never from one whose clock runs ahead: it would take everything with it.
    if (stats.length > 0) this.devices.retain(Math.min(now, Math.max(...stats.map((s) => s.newest))) - 90 * 86_400_000);
    return { rows };
  }

  close(): void {
    this.state.close();
    this.events.close();
  }
}

/** About the first `most` rows of a list by time, cut between two different times: what has one time stays on one page. */
function cutTies<T extends { time: number }>(rows: readonly T[], most: number): T[] {
  let end = most;
  while (end > 0 && rows[end - 1]?.time === rows[most]?.time) end--;
  if (end > 0) return rows.slice(0, end);
  end = most;
  while (end < rows.length && rows[end]?.time === rows[0]?.time) end++;
  return rows.slice(0, end);
}

function eventsPath(dir: string): string {
  return join(dir, "events.duckdb");
}
