import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";

const SLOTS = 8;
const PAIR_HALF_LIFE = 168;
const ENTITY_HALF_LIFE = 24;

export interface Evidence {
  /** Dense number of the entity, and any whole number that names the other end. */
  entity: number;
  peer: number;
  /** Hours since any fixed start. */
  hour: number;
  /** Nats of evidence that this hour shows, >= 0; what scoreOne is asked about does not depend on it. */
  evidence: number;
}

/**
 * What was shown before: evidence by entity and peer, half-life 168 h, the eight strongest peers of an entity; and evidence of the entity
 * whoever the peer was, half-life 24 h. What the same pair has shown already is no news; an entity that was strange an hour ago is worth a look.
 *
 * In: entity, peer, hour, nats of evidence. Out of `scoreOne`: nats already shown by this pair, larger = more familiar (less worth telling
 * again); of `recent`: nats shown by the entity lately, larger = stranger. Fades with time, so hours must not go back; an earlier hour counts as
 * the last one. Two shards add; exact up to eight peers. Memory 72 B an entity. Cost 30 ns. Blind: a ninth peer; an attack that waits a week.
 * Source: learning.md §9.
 */
export class EvidenceMemory implements Estimator<Evidence> {
  #peer = new Int32Array(0);
  #sum = new Float32Array(0);
  #recent = new Float32Array(0);
  #hour = new Int32Array(0);

  get bytes(): number {
    return this.#recent.length * (SLOTS * 8 + 8);
  }

  scoreOne(value: Evidence): number {
    const at = slotOf(this.#peer, this.#sum, value.entity, value.peer | 0);
    return at < 0 ? 0 : (this.#sum[at] ?? 0) * this.#faded(value.entity, value.hour, PAIR_HALF_LIFE);
  }

  /** Nats that the entity has shown lately, whoever the peer was. */
  recent(entity: number, hour: number): number {
    return entity < this.#recent.length ? (this.#recent[entity] ?? 0) * this.#faded(entity, hour, ENTITY_HALF_LIFE) : 0;
  }

  learnOne(value: Evidence, weight = 1): void {
    const add = value.evidence * weight;
    const { entity } = value;
    if (!(add > 0) || !Number.isFinite(add) || !Number.isFinite(value.hour) || !(entity >= 0) || !Number.isSafeInteger(entity)) return;
    this.#ensure(entity);
    this.#fadeTo(entity, value.hour);
    this.#recent[entity] = (this.#recent[entity] ?? 0) + add;
    const peer = value.peer | 0;
    let at = slotOf(this.#peer, this.#sum, entity, peer);
    if (at < 0) {
      at = entity * SLOTS;
      for (let i = at + 1; i < (entity + 1) * SLOTS; i++) if ((this.#sum[i] ?? 0) < (this.#sum[at] ?? 0)) at = i;
      this.#peer[at] = peer;
      this.#sum[at] = 0;
    }
    this.#sum[at] = (this.#sum[at] ?? 0) + add;
  }

  /** The entity's number now names another. */
  forget(entity: number): void {
    if (entity >= this.#recent.length) return;
    this.#sum.fill(0, entity * SLOTS, (entity + 1) * SLOTS);
    this.#recent[entity] = 0;
  }

  merge(other: Estimator<Evidence>): void {
    if (!(other instanceof EvidenceMemory)) throw new TypeError("a memory of evidence merges with a memory of evidence");
    for (let entity = 0; entity < other.#recent.length; entity++) {
      if ((other.#recent[entity] ?? 0) === 0) continue;
      this.#ensure(entity);
      const hour = Math.max(this.#hour[entity] ?? 0, other.#hour[entity] ?? 0);
      this.#fadeTo(entity, hour);
      const recent = (this.#recent[entity] ?? 0) + other.recent(entity, hour);
      for (let i = entity * SLOTS; i < (entity + 1) * SLOTS; i++) {
        const evidence = (other.#sum[i] ?? 0) * other.#faded(entity, hour, PAIR_HALF_LIFE);
        if (evidence > 0) this.learnOne({ entity, peer: other.#peer[i] ?? 0, hour, evidence });
      }
      this.#recent[entity] = recent;
    }
  }

  save(): Uint8Array {
    const out = stateWriter("evidence-memory", 1);
    out.array(this.#hour);
    out.array(this.#recent);
    out.array(this.#peer);
    out.array(this.#sum);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "evidence-memory", 1, (reader) => {
      const hour = new Int32Array(reader.peekCount());
      reader.arrayInto(hour);
      const recent = new Float32Array(hour.length);
      reader.arrayInto(recent);
      const peer = new Int32Array(hour.length * SLOTS);
      reader.arrayInto(peer);
      const sum = new Float32Array(hour.length * SLOTS);
      reader.arrayInto(sum);
      this.#hour = hour;
      this.#recent = recent;
      this.#peer = peer;
      this.#sum = sum;
    });
  }

  #faded(entity: number, hour: number, halfLife: number): number {
    const age = hour - (this.#hour[entity] ?? 0);
    return age > 0 ? 2 ** (-age / halfLife) : 1;
  }

  #fadeTo(entity: number, hour: number): void {
    const now = Math.floor(hour);
    if (now <= (this.#hour[entity] ?? 0)) return;
    const pair = this.#faded(entity, now, PAIR_HALF_LIFE);
    for (let i = entity * SLOTS; i < (entity + 1) * SLOTS; i++) this.#sum[i] = (this.#sum[i] ?? 0) * pair;
    this.#recent[entity] = (this.#recent[entity] ?? 0) * this.#faded(entity, now, ENTITY_HALF_LIFE);
    this.#hour[entity] = now;
  }

  #ensure(entity: number): void {
    if (entity < this.#recent.length) return;
    const size = Math.max(64, entity + 1, this.#recent.length + (this.#recent.length >> 1));
    const wider = <T extends Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(old: T, next: T): T => {
      next.set(old);
      return next;
    };
    this.#peer = wider(this.#peer, new Int32Array(size * SLOTS));
    this.#sum = wider(this.#sum, new Float32Array(size * SLOTS));
    this.#recent = wider(this.#recent, new Float32Array(size));
    this.#hour = wider(this.#hour, new Int32Array(size));
  }
}

/** Place of the pair, or -1. */
function slotOf(peers: Int32Array, sums: Float32Array, entity: number, peer: number): number {
  if (!(entity >= 0)) return -1;
  for (let i = entity * SLOTS; i < (entity + 1) * SLOTS && i < peers.length; i++) if (peers[i] === peer && (sums[i] ?? 0) > 0) return i;
  return -1;
}
