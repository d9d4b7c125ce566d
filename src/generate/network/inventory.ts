import type { ZeekRecord } from "../emitted.ts";

/** What the sensor notes once a day of hosts, services and programs that it met: known_hosts, known_services, software. */
export class Inventory {
  readonly #seen = new Set<string>();
  #day = -1;

  /** Adds to the hour's records what they show for the first time on that day. */
  note(records: readonly ZeekRecord[], day: number): ZeekRecord[] {
    if (day !== this.#day) {
      this.#seen.clear();
      this.#day = day;
    }
    const out: ZeekRecord[] = [];
    for (const record of records) {
      if (record.log === "conn") this.#connection(record, out);
      else if (record.log === "http") this.#program(record, out);
    }
    return out;
  }

  #connection({ time, fields }: ZeekRecord, out: ZeekRecord[]): void {
    const state = fields.conn_state;
    if (fields.proto !== "tcp" || (state !== "SF" && state !== "S1")) return;
    if (fields.local_orig === true && this.#isNew(`h/${fields["id.orig_h"]}`)) out.push({ log: "known_hosts", time, fields: { host: fields["id.orig_h"] } });
    if (fields.local_resp !== true) return;
    const host = fields["id.resp_h"];
    if (this.#isNew(`h/${host}`)) out.push({ log: "known_hosts", time, fields: { host } });
    const service = fields.service;
    if (typeof service === "string" && this.#isNew(`s/${host}/${fields["id.resp_p"]}`))
      out.push({ log: "known_services", time, fields: { host, port_num: fields["id.resp_p"], port_proto: "tcp", service: service.toUpperCase().split(",") } });
  }

  #program({ time, fields }: ZeekRecord, out: ZeekRecord[]): void {
    const agent = fields.user_agent;
    const host = fields["id.orig_h"];
    if (typeof agent !== "string" || !this.#isNew(`a/${host}/${agent}`)) return;
    const browser = agent.startsWith("Mozilla/");
    out.push({
      log: "software",
      time,
      fields: { host, software_type: browser ? "HTTP::BROWSER" : "HTTP::APPSERVER", name: agent.split(/[/ ]/, 1)[0] ?? agent, unparsed_version: agent },
    });
  }

  #isNew(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}
