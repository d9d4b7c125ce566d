import { HOUR } from "../base/time.ts";
import { asNumber, type EventDatabase } from "./event-database.ts";
import type { EventDecoder } from "./event-decoder.ts";
import { Values } from "./event-query.ts";
import { familyTable } from "./event-search.ts";
import { micros, requireText } from "./input.ts";
import type { Requests } from "./requests.ts";
import type { StoredEvent } from "./types.ts";

const MOST_HOURS = 90 * 24;

/** Events of one user. Records of cloud services name it as who did it or whom it concerns; endpoint products as the user of the device. */
export class UserEvents {
  readonly #db: EventDatabase;
  readonly #decoder: EventDecoder;

  constructor(db: EventDatabase, decoder: EventDecoder) {
    this.#db = db;
    this.#decoder = decoder;
  }

  async #codes(user: string): Promise<number[]> {
    const rows = await this.#db.read("SELECT code FROM texts WHERE lower(text) = ? LIMIT 1000", [requireText(user, "user").toLowerCase()]);
    return rows.map((row) => asNumber(row.code));
  }

  /** Newest first, before a time. A user in a list of several targets (members of a group chat) is found too. */
  async before(user: string, before: number | undefined, limit: number): Promise<StoredEvent[]> {
    const codes = await this.#codes(user);
    const values = new Values();
    const time = before === undefined ? "true" : `time < ${values.add(micros(before))}`;
    const is = (column: string): string => (codes.length === 0 ? "false" : `(${codes.map((code) => `${column} = ${values.add(code)}`).join(" OR ")})`);
    const saas = familyTable("saas");
    const endpoint = familyTable("endpoint");
    const selects = [
      `SELECT ${saas.index} AS t, rowid AS r, time FROM e_saas WHERE ${time} AND (${is("f_user")} OR ${is("f_target")} OR ${await this.#inTargets(user, values)})`,
      `SELECT ${endpoint.index} AS t, rowid AS r, time FROM e_endpoint WHERE ${time} AND ${is("f_user")}`,
    ];
    const rows = await this.#db.read(
      ...values.bound(`SELECT * FROM (${selects.join(" UNION ALL ")}) ORDER BY time DESC, t, r DESC LIMIT ${Math.trunc(limit)}`),
    );
    return this.#decoder.events(rows.map((row) => ({ table: asNumber(row.t), row: row.r as bigint })));
  }

  /** Lists are texts too: those that hold the user, at most 2,000 different ones. */
  async #inTargets(user: string, values: Values): Promise<string> {
    const rows = await this.#db.read("SELECT code FROM texts WHERE contains(lower(text), ?) AND starts_with(text, '[') LIMIT 2000", [
      JSON.stringify(user.toLowerCase()),
    ]);
    if (rows.length === 0) return "false";
    return `list_contains([${rows.map((row) => values.add(asNumber(row.code))).join(", ")}], f_targets)`;
  }

  async hours(input: Requests["userHours"]["input"]): Promise<Requests["userHours"]["output"]> {
    const codes = await this.#codes(input.user);
    if (codes.length === 0) return [];
    const values = new Values();
    const hour = values.add(BigInt(HOUR) * 1_000n);
    const from = values.add(micros(input.from ?? 0));
    const to = values.add(micros(input.to ?? Number.MAX_SAFE_INTEGER));
    const is = codes.map((code) => `f_user = ${values.add(code)}`).join(" OR ");
    const rows = await this.#db.read(
      ...values.bound(
        `SELECT time // ${hour} AS h, count(*) AS n, max(CASE WHEN isnan(unusual) THEN 0 ELSE coalesce(unusual, 0) END) AS u FROM e_saas
         WHERE time >= ${from} AND time < ${to} AND duplicate_of IS NULL AND (${is}) GROUP BY h ORDER BY h LIMIT ${MOST_HOURS}`,
      ),
    );
    return rows.map((row) => ({ start: asNumber(row.h) * HOUR, events: asNumber(row.n), unusual: asNumber(row.u) }));
  }
}
