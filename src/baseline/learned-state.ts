import { CodedError, fail, ok, type Result } from "../base/result.ts";
import { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { LetterModel } from "../stats/letter-model.ts";
import { AddressTable } from "./address-table.ts";
import { BurstTable } from "./burst-table.ts";
import { DeviceModels } from "./device-models.ts";
import { DomainCache } from "./domain-cache.ts";
import { FEATURES, VOLUMES } from "./features.ts";
import { HourCounters } from "./hour-counters.ts";
import { HourPopulation } from "./hour-population.ts";
import { HourScorer } from "./hour-scorer.ts";
import { Infrastructure } from "./infrastructure.ts";
import { HourCitations, PairCitations } from "./kept-event.ts";
import { OutflowLedger } from "./outflow.ts";
import { PairTable } from "./pair-table.ts";
import { PeerGroups } from "./peer-groups.ts";
import { RarityModel } from "./rarity-model.ts";
import { RoleEvidence } from "./role-evidence.ts";
import { RollBack } from "./roll-back.ts";

const KIND = "wonted-pattern-of-life";
/**
 * 2 added days, lasting changes and their calibrators at the end, 3 the hours of peer groups, 4 what was known before alerts and what tells roles,
 * 5 what devices sent over days, 6 peer groups by behaviour, 7 who called an address, 8 the stretches in which they did; older states load without them.
 */
const VERSION = 8;
/** Silent stretches remembered. */
const MOST_FROZEN = 256;

/** What own devices do, and what is done to them. */
export const OWN_SIDE = 0;
export const TARGET_SIDE = 1;

export interface Capacities {
  values?: number;
  addresses?: number;
  pairs?: number;
  bursts?: number;
}

/** Everything that learning knows, and how it is saved: the whole of it or nothing. */
export class LearnedState {
  readonly sides: readonly [RarityModel, RarityModel];
  readonly addresses: AddressTable;
  readonly models = new DeviceModels();
  readonly groups = new PeerGroups();
  readonly counters = new HourCounters();
  readonly hours = new HourScorer(this.models);
  readonly population = new HourPopulation();
  readonly outflow = new OutflowLedger();
  readonly bursts: BurstTable;
  readonly pairs: PairTable;
  readonly letters = new LetterModel();
  readonly domains = new DomainCache();
  readonly infrastructure = new Infrastructure((host) => this.domains.of(host));
  readonly citations = new HourCitations();
  readonly pairCitations = new PairCitations();
  readonly rollBack = new RollBack();
  readonly roles = new RoleEvidence(() => this.sides[OWN_SIDE].entities);
  /** Hour number that is open, -1 before the first event; first and newest event time. */
  openHour = -1;
  firstTime = -1;
  now = -1;
  /** Stretches in which sources were silent: [from, to) in ms. */
  frozen: { from: number; to: number }[] = [];

  constructor(capacities: Capacities = {}) {
    this.sides = [new RarityModel(capacities.values), new RarityModel(capacities.values)];
    this.addresses = new AddressTable(capacities.addresses);
    this.bursts = new BurstTable(capacities.bursts);
    this.pairs = new PairTable(capacities.pairs);
  }

  freeze(from: number, to: number): void {
    this.frozen.push({ from, to });
    if (this.frozen.length > MOST_FROZEN) this.frozen.shift();
  }

  isFrozen(from: number, to: number): boolean {
    for (const stretch of this.frozen) if (stretch.from < to && stretch.to > from) return true;
    return false;
  }

  /** Hours not observed since an hour. */
  missedHours(since: number): number {
    let ms = 0;
    for (const stretch of this.frozen) ms += Math.max(0, stretch.to - Math.max(stretch.from, since * 3_600_000));
    return ms / 3_600_000;
  }

  save(): Uint8Array {
    const out = new ByteWriter();
    out.text(KIND);
    out.u32(VERSION);
    out.text(FEATURES.join(","));
    out.text(VOLUMES.join(","));
    out.f64(this.openHour);
    out.f64(this.firstTime);
    out.f64(this.now);
    out.u32(this.frozen.length);
    for (const stretch of this.frozen) {
      out.f64(stretch.from);
      out.f64(stretch.to);
    }
    for (const side of this.sides) side.save(out);
    this.addresses.save(out);
    this.models.save(out);
    this.groups.save(out);
    this.counters.save(out);
    this.hours.save(out);
    this.bursts.save(out);
    this.pairs.save(out);
    this.infrastructure.save(out);
    this.citations.save(out);
    this.pairCitations.save(out);
    out.array(this.letters.save());
    this.models.saveDays(out);
    this.hours.saveMore(out);
    this.population.save(out);
    this.rollBack.save(out);
    this.roles.save(out);
    this.outflow.save(out);
    this.groups.behaviour.save(out);
    this.addresses.saveCallers(out);
    this.addresses.saveStretches(out);
    return out.finish();
  }

  /** After a failure this state is rubbish, so only `loaded` calls it, on a new one. */
  #load(bytes: Uint8Array): Result<void> {
    try {
      const reader = new ByteReader(bytes);
      if (bytes.length < 8 || reader.peekCount() !== KIND.length || reader.text() !== KIND)
        return fail("state-kind", "these bytes are not a saved pattern of life");
      const version = reader.u32();
      if (version < 1 || version > VERSION)
        return fail("state-version", `the saved pattern of life has version ${version}, this program reads version ${VERSION}; it will learn anew`);
      if (reader.text() !== FEATURES.join(",") || reader.text() !== VOLUMES.join(","))
        return fail("state-version", "the saved pattern of life knows other features than this program; it will learn anew");
      this.openHour = reader.f64();
      this.firstTime = reader.f64();
      this.now = reader.f64();
      const frozen = reader.u32();
      this.frozen = [];
      for (let i = 0; i < frozen; i++) this.frozen.push({ from: reader.f64(), to: reader.f64() });
      for (const side of this.sides) side.load(reader);
      this.addresses.load(reader);
      this.models.load(reader);
      this.groups.load(reader);
      this.counters.load(reader);
      this.hours.load(reader);
      this.bursts.load(reader);
      this.pairs.load(reader);
      this.infrastructure.load(reader);
      this.citations.load(reader);
      this.pairCitations.load(reader);
      const letters = new Uint8Array(reader.peekCount());
      reader.arrayInto(letters);
      const read = this.letters.load(letters);
      if (!read.ok) return read;
      if (version >= 2) {
        this.models.loadDays(reader);
        this.hours.loadMore(reader);
      } else this.models.withoutDays();
      if (version >= 3) this.population.load(reader);
      if (version >= 4) {
        this.rollBack.load(reader);
        this.roles.load(reader);
      }
      if (version >= 5) this.outflow.load(reader);
      if (version >= 6) this.groups.behaviour.load(reader);
      if (version >= 7) this.addresses.loadCallers(reader);
      if (version >= 8) this.addresses.loadStretches(reader);
      return ok(undefined);
    } catch (error) {
      if (error instanceof CodedError) return fail(error.code, error.message);
      // A corrupt length can ask for more memory than there is.
      if (error instanceof RangeError || error instanceof SyntaxError) return fail("state-truncated", `the saved pattern of life is damaged: ${error.message}`);
      throw error;
    }
  }

  /** The state that was saved, or why it cannot be read: `state-kind`, `state-version`, `state-truncated`, `state-size`. */
  static loaded(bytes: Uint8Array, capacities: Capacities): Result<LearnedState> {
    const state = new LearnedState(capacities);
    const result = state.#load(bytes);
    return result.ok ? ok(state) : result;
  }
}
