import { CodedError } from "../base/result.ts";
import { HOUR } from "../base/time.ts";
import { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { readArray } from "./columns.ts";
import type { DeviceModels } from "./device-models.ts";
import type { HourPopulation } from "./hour-population.ts";
import { tickOf } from "./presence.ts";
import type { RarityModel } from "./rarity-model.ts";

/** A device's copy is not taken again within this: alerts of one story share the state from before it. As long as alerts join into an incident. */
const APART = 12 * HOUR;
const MOST_OF_DEVICE = 4;
const MOST = 500;
const KEEP = 30 * 24 * HOUR;

/** What of the learned state a roll-back copies and puts back. */
interface Learned {
  readonly models: DeviceModels;
  readonly sides: readonly [RarityModel, RarityModel];
  readonly population: HourPopulation;
}

interface Copy {
  device: number;
  /** Event time at which it was taken, ms: the first alert. */
  time: number;
  bytes: Uint8Array;
  /** Name of the incident that it was put back for; `bytes` is then what stood before that, for the way back. */
  undone: string | undefined;
}

/** What a roll-back put back, or would. */
export interface RolledBack {
  device: number;
  /** As it stood then, ms. */
  since: number;
}

/**
 * What devices had learned before they were alerted on. At the first alert of a device in 12 hours its own states are copied: volumes, days, hours of
 * activity, the values it used; without those that it met in the hour of that alert. When the incident is called an attack the copy comes back, and what
 * an attacker taught the device meanwhile is forgotten; the state that was put aside is kept for the way back.
 *
 * Limits: what was learned before the first alert stays; the device's lawful life since then is forgotten too; calibrators, peer groups and counts of the
 * organisation keep the few hours that one device gave them; rhythms of pairs and bursts stay; patterns of users and senders are not covered.
 * Memory: at most 500 copies of 1 to 10 kB, four a device, for 30 days. Cost 20-50 µs a first alert, 10 ms a roll-back in a large organisation.
 * Source: learning.md §4.10.
 */
export class RollBack {
  #copies: Copy[] = [];

  get bytes(): number {
    return this.#copies.reduce((sum, copy) => sum + copy.bytes.length + 80, 0);
  }

  /** An alert on the device was made at this event time, before what it is made of is learned. `before`: its volumes as they stood before a closed hour. */
  alerted(state: Learned, device: number, time: number, before?: Float32Array): void {
    const own = this.#copies.filter((copy) => copy.device === device);
    const newest = own.at(-1);
    if (newest !== undefined && time - newest.time < APART) return;
    if (!state.models.isKnown(device)) return;
    const dropped = own.length >= MOST_OF_DEVICE ? own[0] : this.#copies.length >= MOST ? this.#copies[0] : undefined;
    this.#copies = this.#copies.filter((copy) => copy !== dropped && time - copy.time < KEEP);
    this.#copies.push({ device, time, bytes: copyOf(state, device, time, before), undone: undefined });
  }

  /** Devices of an incident whose state can be put back, and to when: the copy nearest before its start, else the first one within it. */
  possible(incident: string, devices: readonly number[], start: number, end: number): RolledBack[] {
    return devices.flatMap((device) => {
      const copy = this.#find(incident, device, start, end);
      return copy === undefined ? [] : [{ device, since: copy.time }];
    });
  }

  /** Puts back what the devices knew before the incident. Doing it twice changes nothing. */
  undo(state: Learned, incident: string, devices: readonly number[], start: number, end: number): RolledBack[] {
    return devices.flatMap((device) => {
      const copy = this.#find(incident, device, start, end);
      if (copy === undefined) return [];
      if (copy.undone === undefined) this.#swap(state, copy, incident);
      return [{ device, since: copy.time }];
    });
  }

  /** The judgement was taken back: what was put aside stands again. */
  redo(state: Learned, incident: string): RolledBack[] {
    return this.#copies
      .filter((copy) => copy.undone === incident)
      .map((copy) => {
        this.#swap(state, copy, undefined);
        return { device: copy.device, since: copy.time };
      });
  }

  #find(incident: string, device: number, start: number, end: number): Copy | undefined {
    const own = this.#copies.filter((copy) => copy.device === device && (copy.undone === undefined || copy.undone === incident));
    return (
      own.find((copy) => copy.undone === incident) ??
      own.findLast((copy) => copy.time <= start && start - copy.time < APART) ??
      own.find((copy) => copy.time >= start && copy.time <= end)
    );
  }

  #swap(state: Learned, copy: Copy, incident: string | undefined): void {
    const now = copyOf(state, copy.device, Number.NEGATIVE_INFINITY, undefined);
    putBack(state, copy.device, copy.bytes);
    copy.bytes = now;
    copy.undone = incident;
  }

  save(out: ByteWriter): void {
    out.u32(this.#copies.length);
    for (const { device, time, bytes, undone } of this.#copies) {
      out.u32(device);
      out.f64(time);
      out.text(undone ?? "");
      out.array(bytes);
    }
  }

  load(reader: ByteReader): void {
    const count = reader.u32();
    this.#copies = [];
    for (let i = 0; i < count; i++) {
      const device = reader.u32();
      const time = reader.f64();
      const undone = reader.text();
      this.#copies.push({ device, time, bytes: readArray(reader, Uint8Array), undone: undone === "" ? undefined : undone });
    }
  }
}

/** A device's own states. Values first met in the hour before `time` are left out. */
function copyOf(state: Learned, device: number, time: number, before: Float32Array | undefined): Uint8Array {
  const out = new ByteWriter();
  state.models.saveDevice(out, device, before);
  for (const side of state.sides) {
    out.u8(side.has(device) ? 1 : 0);
    if (side.has(device)) side.saveEntity(out, device, Number.isFinite(time) ? tickOf(time) : undefined);
  }
  return out.finish();
}

function putBack(state: Learned, device: number, bytes: Uint8Array): void {
  const reader = new ByteReader(bytes);
  state.models.loadDevice(reader, device);
  for (const side of state.sides) {
    if (reader.u8() === 0) continue;
    if (!side.has(device)) throw new CodedError("state-size", `device ${device} is not known any more`);
    side.loadEntity(reader, device);
  }
  state.population.forget(device);
}
