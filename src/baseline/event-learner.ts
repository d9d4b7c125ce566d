import type { NetEvent } from "../schema/event.ts";
import { ownText } from "./columns.ts";
import { registeredLabel } from "./event-facts.ts";
import { type EventScorer, isAnswered } from "./event-scorer.ts";
import { DOMAIN, ENDPOINT, FEATURES, PEER, VOLUMES } from "./features.ts";
import { ADMIN_TARGETS, INTERNAL_PEERS, PEERS, PORTS } from "./hour-counters.ts";
import { type LearnedState, OWN_SIDE } from "./learned-state.ts";
import type { PairWatch } from "./pair-watch.ts";

const F = FEATURES.length;
const CONNECTIONS = VOLUMES.indexOf("connections");
const BYTES_OUT = VOLUMES.indexOf("bytesOut");
const BYTES_IN = VOLUMES.indexOf("bytesIn");
const BYTES_INTERNAL = VOLUMES.indexOf("bytesOutInternal");
const NEW_PEERS = VOLUMES.indexOf("newPeers");
const FAILED = VOLUMES.indexOf("failedConnections");
const DNS_QUERIES = VOLUMES.indexOf("dnsQueries");
const NXDOMAIN = VOLUMES.indexOf("nxdomain");
/** Surprise of a new value, and bytes of a flow, from which an event may be cited by its hour. */
const CITED = 4.6;
const CITED_BYTES = 100_000;
const EDGE = 0;
const SOURCE = 1;
const DESTINATION = 2;
const OUTSIDE = 2 ** 52;
const PER_DEVICE = 2 ** 32;

/** Learns an event that was scored: values, the open hour's counters, the open minute's counts, pairs, letters of names. About 1 µs. */
export class EventLearner {
  readonly #state: LearnedState;
  readonly #scorer: EventScorer;
  readonly #pairs: PairWatch;

  constructor(state: LearnedState, scorer: EventScorer, pairs: PairWatch) {
    this.#state = state;
    this.#scorer = scorer;
    this.#pairs = pairs;
  }

  learn(event: NetEvent, weight: number): void {
    const src = event.srcDevice ?? -1;
    const dst = event.dstDevice ?? -1;
    if (src < 0 && dst < 0) return;
    const hour = this.#state.openHour;
    const row = src >= 0 ? this.#active(src, hour, weight) : -1;
    this.#values(event, row, src, weight);
    if (event.family === "conn") this.#flow(event, src, dst, row, hour, weight);
    else if (event.family === "dns" && row >= 0) this.#query(event, row);
    else if ((event.family === "http" || event.family === "tls") && src >= 0 && dst !== src) this.#named(event, src);
    if (src < 0 && this.#scorer.address >= 0 && this.#scorer.contact) this.#state.addresses.touchPresence(this.#scorer.address, dst, this.#scorer.scored.tick);
  }

  #active(device: number, hour: number, weight: number): number {
    const state = this.#state;
    state.models.ensure(device, Math.max(1, hour));
    state.groups.ensure(device, device === this.#scorer.scored.event?.srcDevice ? this.#scorer.scored.actorRoles : this.#scorer.scored.targetRoles);
    const row = state.counters.touch(device);
    if (weight < 1) state.counters.noteWeight(row, weight);
    return row;
  }

  #values(event: NetEvent, row: number, src: number, weight: number): void {
    const { scored } = this.#scorer;
    const state = this.#state;
    for (let f = 0; f < F; f++) {
      if (scored.has[f] === 0) continue;
      const side = scored.side[f] ?? 0;
      if (side !== OWN_SIDE && f === ENDPOINT) continue;
      const model = state.sides[side === 0 ? 0 : 1];
      const entity = scored.entity[f] ?? 0;
      const text = scored.text[f] ?? "";
      const slot = (scored.slot[f] ?? -1) >= 0 ? (scored.slot[f] ?? -1) : model.values.intern(f, text, event.time, scored.tick);
      model.ensure(entity, state.groups.of(entity));
      const touched = model.learn(entity, f, slot, scored.tick, weight);
      if (touched === 0) continue;
      const measure = scored.measures[f];
      if (measure === undefined) continue;
      if (row >= 0 && side === OWN_SIDE) {
        const surprise = model.calibrated(f, measure);
        state.counters.noteRarity(row, surprise);
        if (touched === 2 && (f === ENDPOINT || f === PEER)) state.counters.add(row, NEW_PEERS, 1);
        if (touched === 2 && surprise >= CITED) state.citations.isNew(src, event);
      }
      model.feed(f, measure);
      if (f === ENDPOINT && touched === 2 && (model.values.entities[slot] ?? 0) === 1) state.infrastructure.learnEndpoint(text);
      if (f === DOMAIN && touched === 2 && (model.values.entities[slot] ?? 0) === 1) this.#letters(event, text);
    }
    const { host } = this.#scorer.values;
    if (host !== undefined && this.#scorer.address >= 0 && this.#scorer.contact) this.#name(this.#scorer.address, host);
  }

  #name(address: number, host: string): void {
    const { addresses, infrastructure } = this.#state;
    const before = addresses.names[address];
    if (before === host) return;
    addresses.names[address] = keptHost(this.#state, host);
    if (before === undefined) infrastructure.learnName(addresses.text(address), host);
  }

  /** A name that works teaches how names look here; one that looks drawn by lot teaches little. */
  #letters(event: NetEvent, domain: string): void {
    if (event.family === "dns" && event.responseCode !== "NOERROR") return;
    const label = registeredLabel(domain);
    this.#state.letters.learnOne(label, this.#state.letters.generated(label) > 0.5 ? 0.1 : 1);
  }

  #flow(event: NetEvent & { family: "conn" }, src: number, dst: number, row: number, hour: number, weight: number): void {
    const state = this.#state;
    const { address } = this.#scorer;
    const answered = isAnswered(event);
    const sent = event.bytesOut ?? 0;
    const received = event.bytesIn ?? 0;
    const outsideHash = address >= 0 ? (state.addresses.hash[address] ?? 1) : 0;
    if (src >= 0 && address >= 0) state.addresses.called(address, src);
    if (row >= 0) {
      const { counters } = state;
      const peerHash = dst >= 0 ? dst + 1 : outsideHash;
      counters.add(row, CONNECTIONS, 1);
      if (!answered) counters.add(row, FAILED, 1);
      counters.addDistinct(row, PEERS, peerHash);
      if (event.dstPort !== undefined) counters.addDistinct(row, PORTS, event.dstPort);
      if (dst >= 0) {
        counters.addDistinct(row, INTERNAL_PEERS, dst + 1);
        counters.add(row, BYTES_INTERNAL, sent);
        if (this.#scorer.values.admin !== undefined) counters.addDistinct(row, ADMIN_TARGETS, dst + 1);
      } else {
        counters.add(row, BYTES_OUT, sent);
        counters.add(row, BYTES_IN, received);
        if (address >= 0 && sent > 0) counters.addPeerBytes(row, address, sent);
        if (sent > 0) state.outflow.add(src, state.groups.of(src), event.time, sent, weight);
      }
      if (sent >= CITED_BYTES) state.citations.bytes(src, event, sent);
      else if (isPowerOfEight(counters.volume(row, CONNECTIONS))) state.citations.sample(src, event);
    }
    if (dst >= 0 && answered && dst !== src) this.#answers(event, src, dst, hour, sent, received, weight);
    this.#rhythm(event, src, dst, outsideHash, weight);
    if (src >= 0 ? dst < 0 : answered) this.#pairs.flow(event, src >= 0 ? src : dst, src < 0, address, sent, answered);
  }

  /** What the answering device sent counts as its own bytes; that it answers makes it a server. */
  #answers(event: NetEvent & { family: "conn" }, src: number, dst: number, hour: number, sent: number, received: number, weight: number): void {
    const state = this.#state;
    const target = this.#active(dst, hour, weight);
    if (src >= 0) state.counters.add(target, BYTES_INTERNAL, received);
    else {
      state.counters.add(target, BYTES_OUT, received);
      state.counters.add(target, BYTES_IN, sent);
    }
    if (event.proto === "tcp" && received > 0) state.groups.served(dst, src >= 0 ? src + 1 : (state.addresses.hash[this.#scorer.address] ?? 1), hour);
  }

  #rhythm(event: NetEvent, src: number, dst: number, outsideHash: number, weight: number): void {
    const { bursts } = this.#state;
    if (src >= 0) {
      bursts.count(EDGE, src * PER_DEVICE + (dst >= 0 ? dst + 1 : outsideHash), event, weight);
      bursts.count(SOURCE, src + 1, event, weight);
    } else {
      bursts.count(EDGE, OUTSIDE + dst * PER_DEVICE + outsideHash, event, weight);
      bursts.count(SOURCE, OUTSIDE + outsideHash, event, weight);
    }
    if (dst >= 0) bursts.count(DESTINATION, dst + 1, event, weight);
  }

  #query(event: NetEvent & { family: "dns" }, row: number): void {
    const { counters, addresses } = this.#state;
    if (event.responseCode === "NXDOMAIN") counters.add(row, NXDOMAIN, 1);
    if (event.isAnswer !== true || event.sensor === "zeek") counters.add(row, DNS_QUERIES, 1);
    const { host } = this.#scorer.values;
    if (host === undefined || event.answers === undefined || (event.queryType !== "A" && event.queryType !== "AAAA")) return;
    // Only addresses already met or about to be: the first few of an answer.
    for (let i = 0; i < Math.min(4, event.answers.length); i++) {
      const answer = event.answers[i] ?? "";
      const code = answer.charCodeAt(0);
      if (!(code >= 48 && code <= 57) && answer.indexOf(":") < 0) continue;
      const at = addresses.intern(answer, this.#scorer.scored.tick);
      this.#name(at, host);
    }
  }

  #named(event: NetEvent & { family: "http" | "tls" }, src: number): void {
    const { host } = this.#scorer.values;
    if (host === undefined) return;
    this.#pairs.named(event, src, host, event.family === "http" ? (event.requestBytes ?? 0) : 0);
  }
}

/** The text of a host as the value table holds it, so that one copy is kept. */
function keptHost(state: LearnedState, host: string): string {
  const slot = state.sides[OWN_SIDE].values.find(ENDPOINT, host);
  return slot >= 0 ? state.sides[OWN_SIDE].values.text(slot) : ownText(host);
}

/** 8, 64, 512...: a few events of a busy hour stand for the rest. */
function isPowerOfEight(count: number): boolean {
  return count === 8 || count === 64 || count === 512 || count === 4_096;
}
