import { hash32 } from "../base/hash.ts";
import { HOUR } from "../base/time.ts";
import type { Device, EntityRef } from "../schema/entity.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Facts } from "../schema/observation.ts";
import type { PairScore } from "../schema/score.ts";
import type { Regularity } from "../stats/beacon-regularity.ts";
import { ENDPOINT } from "./features.ts";
import { type LearnedState, OWN_SIDE, TARGET_SIDE } from "./learned-state.ts";
import { type PairContext, pairRarity, pairScore } from "./pair-score.ts";

/** Contacts from which a pair is scored. */
export const PAIR_CONTACTS = 6;
const PER_DEVICE = 2 ** 32;
const OUTSIDE = 2 ** 52;
const NAMED = 0x5bd1_e995;
/** How sure a regularity must be for events of the pair to be kept, to be cited. */
const CITED_EVIDENCE = 6;
const COMMON_DEVICES = 20;
const COMMON_SHARE = 0.05;

export interface ScoredPair {
  record: number;
  regularity: Regularity;
  rarity: number;
  score: number;
  users: number;
  of: number;
}

/** Feeds the pair table from events and scores its pairs with what is known around them. */
export class PairWatch {
  readonly #state: LearnedState;

  constructor(state: LearnedState) {
    this.#state = state;
  }

  /**
   * A flow between an own device and an outside address. Inbound ones must have been answered, since the Internet knocks all day; an own
   * device that keeps trying an address that does not answer is told: its command server may be down.
   */
  flow(event: NetEvent & { family: "conn" }, device: number, inbound: boolean, address: number, bytes: number, answered: boolean): void {
    if (address < 0) return;
    const { pairs, addresses } = this.#state;
    const hash = addresses.hash[address] ?? 1;
    const key = device * PER_DEVICE + hash + (inbound ? OUTSIDE : 0);
    const found = pairs.contact(key, event.time, bytes);
    if (found === -1) return;
    const record = found < -1 ? -2 - found : found;
    if (found < -1) this.#begin(record, device, inbound, addresses.text(address), undefined);
    if (answered) pairs.answered(record);
    if (event.dstPort !== undefined) pairs.port[record] = event.dstPort;
    pairs.udp[record] = event.proto === "udp" ? 1 : 0;
    this.#cite(record, event);
  }

  /** A request or handshake with a named host, whichever address answered: through a proxy or from changing addresses it is one end. */
  named(event: NetEvent, device: number, host: string, bytes: number): void {
    const { pairs, addresses } = this.#state;
    const address = event.dst === undefined || event.dstDevice !== undefined ? -1 : addresses.find(event.dst);
    const plain = address < 0 ? -1 : pairs.find(device * PER_DEVICE + (addresses.hash[address] ?? 1));
    if (plain >= 0) pairs.named(plain);
    const found = pairs.contact(device * PER_DEVICE + (hash32(host, NAMED) || 1), event.time, bytes);
    if (found === -1) return;
    const record = found < -1 ? -2 - found : found;
    const slot = this.#state.sides[OWN_SIDE].values.find(ENDPOINT, host);
    if (found < -1) this.#begin(record, device, false, event.dst ?? "", slot >= 0 ? this.#state.sides[OWN_SIDE].values.text(slot) : host);
    pairs.answered(record);
    if (event.dst !== undefined && pairs.place[record] !== event.dst) pairs.place[record] = event.dst;
    if (event.dstPort !== undefined) pairs.port[record] = event.dstPort;
    this.#cite(record, event);
  }

  #begin(record: number, device: number, inbound: boolean, place: string, host: string | undefined): void {
    const { pairs, models, sides } = this.#state;
    pairs.device[record] = device;
    pairs.inbound[record] = inbound ? 1 : 0;
    pairs.place[record] = place;
    pairs.host[record] = host;
    pairs.port[record] = 0;
    pairs.udp[record] = 0;
    pairs.history[record] = models.historyHours(device);
    const model = sides[inbound ? TARGET_SIDE : OWN_SIDE];
    const slot = inbound ? -1 : model.values.find(ENDPOINT, host ?? place);
    const known = slot >= 0 && (model.values.entities[slot] ?? 0) > 1;
    pairs.novelty[record] = known ? 1 : 3;
    // What a twentieth of twenty devices or more uses is no secret: its gaps are not kept.
    if (!inbound && model.entities >= COMMON_DEVICES && slot >= 0 && (model.values.entities[slot] ?? 0) > COMMON_SHARE * model.entities) pairs.common(record);
  }

  /** Events are kept of pairs that already look regular: they are what a later alert will cite. */
  #cite(record: number, event: NetEvent): void {
    const { pairs, pairCitations } = this.#state;
    if (pairCitations.has(record)) {
      pairCitations.add(record, event);
      return;
    }
    const contacts = pairs.contacts(record);
    if (contacts < PAIR_CONTACTS || contacts % 8 !== 0 || pairCitations.isFull) return;
    if (pairs.quickEvidence(record) >= CITED_EVIDENCE) pairCitations.add(record, event);
  }

  score(record: number): ScoredPair {
    const state = this.#state;
    const { pairs } = state;
    const inbound = pairs.inbound[record] === 1;
    const host = pairs.host[record];
    const place = pairs.place[record] ?? "";
    let users: number;
    let of: number;
    if (inbound) {
      const address = state.addresses.find(place);
      users = address < 0 ? 1 : Math.max(1, state.addresses.devices[address] ?? 1);
      of = Math.max(users, state.sides[OWN_SIDE].entities, state.sides[TARGET_SIDE].entities);
    } else {
      const model = state.sides[OWN_SIDE];
      const name = host ?? this.#nameOf(place);
      const slot = model.values.find(ENDPOINT, name);
      users = slot < 0 ? 1 : Math.max(1, model.values.entities[slot] ?? 1);
      of = Math.max(users, model.entities);
    }
    const regularity = pairs.judge(record);
    const context: PairContext = {
      regularity,
      contacts: pairs.contacts(record),
      first: pairs.first(record),
      last: pairs.last(record),
      activeHours: pairs.activeHours(record),
      inbound,
      port: pairs.port[record] ?? 0,
      udp: pairs.udp[record] === 1,
      answeredShare: pairs.answeredShare(record),
      historyAtStart: pairs.history[record] ?? 0,
      users,
      of,
      siblings: inbound ? 0 : this.#state.infrastructure.siblings(host ?? this.#nameOf(place)),
      now: state.now,
      observedHours: (state.now - state.firstTime) / HOUR,
    };
    const rarity = pairRarity(context);
    return { record, regularity, rarity, score: pairScore(context, rarity), users, of };
  }

  facts(pair: ScoredPair): Facts {
    const { pairs } = this.#state;
    const { record, regularity } = pair;
    return {
      beacon: regularity.regularity,
      rarity: pair.rarity,
      score: pair.score,
      contacts: pairs.contacts(record),
      period: regularity.period,
      spread: regularity.spread,
      knownBeforeHours: pairs.history[record] ?? 0,
      spanHours: (pairs.last(record) - pairs.first(record)) / HOUR,
      bytesOut: pairs.bytesOut(record),
      port: pairs.port[record] ?? 0,
      answeredShare: pairs.answeredShare(record),
      pairNovelty: pairs.novelty[record] ?? 0,
    };
  }

  /** All pairs with six contacts or more, most beacon-like first. A named end stands once: its plain address is left out when most contacts bore the name. */
  list(device: (index: number) => Device): PairScore[] {
    const { pairs } = this.#state;
    const out: PairScore[] = [];
    pairs.forEach((record) => {
      const contacts = pairs.contacts(record);
      if (contacts < PAIR_CONTACTS) return;
      const inbound = pairs.inbound[record] === 1;
      const host = pairs.host[record];
      const place = pairs.place[record] ?? "";
      if (host === undefined && pairs.isToldByName(record)) return;
      const pair = this.score(record);
      const own = device(pairs.device[record] ?? 0);
      const ip = own.ip ?? own.id;
      const score: PairScore = {
        src: inbound ? place : ip,
        dst: inbound ? ip : place,
        contacts,
        beacon: pair.regularity.regularity,
        rarity: pair.rarity,
        score: pair.score,
      };
      const name = host ?? (inbound ? undefined : this.#state.addresses.names[this.#state.addresses.find(place)]);
      if (name !== undefined) score.hostname = name;
      out.push(score);
    });
    return out.sort((a, b) => b.score - a.score || b.contacts - a.contacts || (a.src + a.dst < b.src + b.dst ? -1 : 1));
  }

  entityOf(record: number, ref: (device: number) => EntityRef): EntityRef {
    const { pairs } = this.#state;
    const place = pairs.place[record] ?? "";
    return pairs.inbound[record] === 1 ? { kind: "external", id: place, ip: place } : ref(pairs.device[record] ?? 0);
  }

  /** Name of the other end in words. */
  otherEnd(record: number): string {
    const { pairs } = this.#state;
    const host = pairs.host[record];
    const place = pairs.place[record] ?? "";
    return host === undefined ? place : `${host} (${place})`;
  }

  #nameOf(place: string): string {
    const address = this.#state.addresses.find(place);
    return (address < 0 ? undefined : this.#state.addresses.names[address]) ?? place;
  }
}
