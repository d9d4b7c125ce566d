import type { ByteReader, ByteWriter } from "../../stats/bytes.ts";
import { trackNovelty } from "../../stats/tracked-novelty.ts";
import { EDGE_DESTINATION, EDGE_HOURS, EDGE_SOURCE, EDGE_STRIDE, type EdgeTable, ENTITY_STRIDE, MET, NOVELTY, USERS } from "./edge-table.ts";

/** Rates of new peers never fall below this: nobody is done with meeting others. */
const LEAST_NOVELTY = 0.002;

/**
 * How probable a peer is to an entity in its role: its own hours with it, backed off to how many others use that peer. In nats, larger =
 * rarer, at most 27.6. Cost 50 ns. Source: learning.md §4.4 (device and organisation levels).
 */
export class PeerLinks {
  readonly #table: EdgeTable;
  /** By role: pairs in all, and peers that have any. */
  readonly #links = new Float64Array(4);

  constructor(table: EdgeTable) {
    this.#table = table;
  }

  /** -ln P(this peer). `own` and `other` are places in the table of entities; `hours` in which the two met before. */
  surprise(own: number, other: number, role: number, hours: number): number {
    const e = this.#table.entity;
    const different = this.#links[2 + role] ?? 0;
    const org = (Math.max((e[other + USERS + role] ?? 0) - 0.5, 0) + (1 + 0.5 * different) / (different + 50)) / ((this.#links[role] ?? 0) + 1);
    const novelty = e[own + NOVELTY + role] ?? 0.2;
    const met = e[own + MET + role] ?? 0;
    const p = (1 - novelty) * (hours / Math.max(met, 1)) + novelty * org;
    return -Math.log(Math.min(1, Math.max(p, 1e-12)));
  }

  /** Learns an hour in which a pair met. */
  learn(row: number): void {
    const { entity: e, pair: p } = this.#table;
    const at = row * EDGE_STRIDE;
    const isNew = p[at + EDGE_HOURS] === 0;
    const ends = [(p[at + EDGE_SOURCE] ?? 0) * ENTITY_STRIDE, (p[at + EDGE_DESTINATION] ?? 0) * ENTITY_STRIDE];
    for (const role of [0, 1]) {
      const own = ends[role] ?? 0;
      const other = ends[1 - role] ?? 0;
      const met = e[own + MET + role] ?? 0;
      e[own + NOVELTY + role] = Math.max(LEAST_NOVELTY, trackNovelty(e[own + NOVELTY + role] ?? 0.2, met, isNew));
      e[own + MET + role] = met + 1;
      if (!isNew) continue;
      const users = (e[other + USERS + role] ?? 0) + 1;
      e[other + USERS + role] = users;
      this.#links[role] = (this.#links[role] ?? 0) + 1;
      if (users === 1) this.#links[2 + role] = (this.#links[2 + role] ?? 0) + 1;
    }
    p[at + EDGE_HOURS] = (p[at + EDGE_HOURS] ?? 0) + 1;
  }

  save(out: ByteWriter): void {
    out.array(this.#links);
  }

  load(reader: ByteReader): void {
    reader.arrayInto(this.#links);
  }
}
