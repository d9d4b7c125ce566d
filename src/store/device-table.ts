import { CodedError } from "../base/result.ts";
import { DAY } from "../base/time.ts";
import type { Device } from "../schema/entity.ts";
import type { HourScore } from "../schema/score.ts";
import { clampLimit, clampOffset, requireText } from "./input.ts";
import type { DeviceRow, Notice, Requests } from "./requests.ts";
import type { StateDatabase, StateRow } from "./state-database.ts";

const COLUMNS = `d.*, (SELECT count(*) FROM alerts a WHERE a.entity_id = d.id) AS alerts, (SELECT count(*) FROM hours h WHERE h.entity = d.id) AS hours,
  coalesce((SELECT max(h.unusual) FROM hours h WHERE h.entity = d.id AND h.start >= ?), 0) AS unusual`;
const ORDERS = { unusual: "unusual DESC, d.id", alerts: "alerts DESC, d.id", lastSeen: "d.last_seen DESC, d.id", id: "d.id" } as const;

/** Own devices, their scored hours, and what was noticed about them. */
export class DeviceTable {
  readonly #db: StateDatabase;

  constructor(db: StateDatabase) {
    this.#db = db;
  }

  put(devices: readonly Device[]): { ok: true } {
    return this.#db.transaction(() => {
      const sql = "INSERT OR REPLACE INTO devices (id, ip, hostname, mac, first_seen, last_seen, roles, identity) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
      for (const d of devices)
        this.#db.run(sql, d.id, d.ip ?? null, d.hostname ?? null, d.mac ?? null, d.firstSeen, d.lastSeen, JSON.stringify(d.roles), JSON.stringify(d.identity));
      return { ok: true };
    });
  }

  list(input: Requests["devices"]["input"]): Requests["devices"]["output"] {
    const text = input.text === undefined ? "" : requireText(input.text, "text").toLowerCase();
    const where = text === "" ? "true" : "instr(lower(d.id || ' ' || coalesce(d.ip, '') || ' ' || coalesce(d.hostname, '') || ' ' || d.identity), ?) > 0";
    const values = text === "" ? [] : [text];
    const order = ORDERS[input.sort ?? "unusual"] ?? ORDERS.unusual;
    const devices = this.#db
      .all(
        `SELECT ${COLUMNS} FROM devices d WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
        this.#since(),
        ...values,
        clampLimit(input.limit),
        clampOffset(input.offset),
      )
      .map(device);
    return { devices, total: Number(this.#db.get(`SELECT count(*) AS n FROM devices d WHERE ${where}`, ...values)?.n) };
  }

  /** By id, else by its present address or host name. */
  one(id: string): DeviceRow {
    const wanted = requireText(id, "id");
    const row = this.#db.get(
      `SELECT ${COLUMNS} FROM devices d WHERE d.id = ? OR d.ip = ? OR d.hostname = ? ORDER BY d.id = ? DESC, d.last_seen DESC LIMIT 1`,
      this.#since(),
      wanted,
      wanted,
      wanted,
      wanted,
    );
    if (row === undefined) throw new CodedError("device-not-found", "no device has this id");
    return device(row);
  }

  #since(): number {
    return Number(this.#db.get("SELECT max(start) AS t FROM hours")?.t ?? 0) - DAY;
  }

  putHours(hours: readonly HourScore[]): { ok: true } {
    return this.#db.transaction(() => {
      const sql = "INSERT OR REPLACE INTO hours (entity, start, end, unusual, p, why) VALUES (?, ?, ?, ?, ?, ?)";
      for (const h of hours) this.#db.run(sql, h.entity.id, h.start, h.end, h.unusual, h.p, JSON.stringify(h.why));
      return { ok: true };
    });
  }

  hours(input: Requests["hours"]["input"]): Requests["hours"]["output"] {
    return this.#db
      .all(
        "SELECT start, end, unusual, p, why FROM hours WHERE entity = ? AND start >= ? AND start < ? ORDER BY start LIMIT 10000",
        requireText(input.entity, "entity"),
        input.from ?? 0,
        input.to ?? Number.MAX_SAFE_INTEGER,
      )
      .map((row) => ({
        start: Number(row.start),
        end: Number(row.end),
        unusual: Number(row.unusual),
        p: Number(row.p),
        why: JSON.parse(String(row.why)),
      }));
  }

  putNotices(notices: readonly Notice[]): { ok: true } {
    return this.#db.transaction(() => {
      for (const n of notices)
        this.#db.run("INSERT OR IGNORE INTO notices (id, time, entity, body) VALUES (?, ?, ?, ?)", n.id, n.time, n.entity, JSON.stringify(n));
      return { ok: true };
    });
  }

  notices(entity: string, before: number, limit: number): Notice[] {
    return this.#db
      .all("SELECT body FROM notices WHERE entity = ? AND time < ? ORDER BY time DESC LIMIT ?", entity, before, limit)
      .map((row) => JSON.parse(String(row.body)));
  }

  /** Hours and notices of event time before the cutoff go. */
  retain(cutoff: number): number {
    return this.#db.run("DELETE FROM hours WHERE start < ?", cutoff) + this.#db.run("DELETE FROM notices WHERE time < ?", cutoff);
  }
}

function device(row: StateRow): DeviceRow {
  const text = (value: StateRow[string] | undefined): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    id: String(row.id),
    ip: text(row.ip),
    hostname: text(row.hostname),
    mac: text(row.mac),
    firstSeen: Number(row.first_seen),
    lastSeen: Number(row.last_seen),
    roles: JSON.parse(String(row.roles)),
    identity: JSON.parse(String(row.identity)),
    alerts: Number(row.alerts),
    unusual: Number(row.unusual),
    historyHours: Number(row.hours),
  };
}
