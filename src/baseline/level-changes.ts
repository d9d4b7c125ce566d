import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { LevelShift, type SavedWatch } from "../stats/level-shift.ts";
import type { DeviceModels } from "./device-models.ts";

/** An hour's volume beyond this by itself counts as beyond the usual; the device must have been learned for this many active hours. */
const BEYOND = Math.log(1_000);
const HISTORY_LEAST = 24;
/** How long the state from before a change is kept for the way back, and how long a level that was called bad may not become usual. Hours. */
const KEEP_HOURS = 30 * 24;
/** Changes held; the oldest decided ones make room first. */
const MOST = 1_000;

/** A volume of a device that kept another level for a day of its active hours, and was taken over as its new usual. */
export interface LevelChange {
  id: string;
  device: number;
  volume: number;
  /** Hour number in which it was taken over, and group and hour of the week that its levels are told for. */
  hour: number;
  group: number;
  hourOfWeek: number;
  /** Median of such an hour before and after. */
  before: number;
  after: number;
  state: "open" | "accepted" | "reversed";
  /** The volume's state from before the change. */
  kept: number[];
}

/**
 * Lasting changes of volumes. A change is told once, as one item, and is the new usual from then on, so that a lawful change does not alert for
 * weeks; whoever looks at it accepts it or takes it back. Taken back, the device is judged by what it was before, and the same volume may not
 * become usual for 30 days. Memory: 60 B a volume that is beyond its usual now, 300 B a change.
 */
export class LevelChanges {
  readonly #watches = new Map<string, LevelShift>();
  readonly #changes = new Map<string, LevelChange>();
  /** Hour until which a volume may not change its level by itself, by volume key. */
  readonly #barred = new Map<string, number>();
  readonly #models: DeviceModels;
  /** Volumes that never change their level: for a replay that asks what would be without a change. */
  holds: (device: number, volume: number) => boolean = () => false;

  constructor(models: DeviceModels) {
    this.#models = models;
  }

  /** One active hour of a volume, after it was scored and learned: its size, its uncalibrated surprise. The change that it completed, if any. */
  observe(device: number, group: number, volume: number, x: number, surprise: number, hour: number, hourOfWeek: number): LevelChange | undefined {
    if (!(x > 0)) return undefined;
    const key = `${device} ${volume}`;
    let watch = this.#watches.get(key);
    const isBeyond = surprise >= BEYOND && this.#models.historyHours(device) >= HISTORY_LEAST;
    if (watch === undefined) {
      if (!isBeyond) return undefined;
      watch = new LevelShift();
      this.#watches.set(key, watch);
    }
    const barred = this.#barred.get(key);
    const shift = watch.observe(Math.log1p(x) - this.#models.season(group, volume, hourOfWeek), isBeyond);
    if (watch.isIdle) this.#watches.delete(key);
    if (shift === undefined || (barred !== undefined && hour < barred) || this.holds(device, volume)) return undefined;
    const models = this.#models;
    const before = models.usual(device, group, volume, 0.5, hourOfWeek);
    const kept = models.levelOf(device, volume);
    models.setLevel(device, volume, shift);
    const after = models.usual(device, group, volume, 0.5, hourOfWeek);
    const change: LevelChange = { id: `${device}-${volume}-${hour}`, device, volume, hour, group, hourOfWeek, before, after, state: "open", kept };
    this.#changes.set(change.id, change);
    this.#trim(hour);
    return change;
  }

  /** Newest first. */
  list(): LevelChange[] {
    return [...this.#changes.values()].sort((a, b) => b.hour - a.hour || (a.id < b.id ? -1 : 1));
  }

  /** Accepts or takes back a change; false when it is not held any more. A decision may be changed while the change is held. */
  decide(id: string, decision: "accepted" | "reversed", hour: number): boolean {
    const change = this.#changes.get(id);
    if (change === undefined) return false;
    if (change.state === decision) return true;
    const { device, volume } = change;
    const now = this.#models.levelOf(device, volume);
    const key = `${device} ${volume}`;
    if (decision === "reversed") {
      this.#models.restoreLevel(device, volume, change.kept);
      this.#barred.set(key, hour + KEEP_HOURS);
      change.kept = now;
    } else if (change.state === "reversed") {
      this.#models.restoreLevel(device, volume, change.kept);
      this.#barred.delete(key);
      change.kept = now;
    }
    change.state = decision;
    return true;
  }

  #trim(hour: number): void {
    for (const [id, change] of this.#changes) if (change.state !== "open" && hour - change.hour > KEEP_HOURS) this.#changes.delete(id);
    for (const [key, until] of this.#barred) if (until <= hour) this.#barred.delete(key);
    const oldest = [...this.#changes.values()].sort((a, b) => (a.state === "open" ? 1 : 0) - (b.state === "open" ? 1 : 0) || a.hour - b.hour);
    for (const change of oldest.slice(0, Math.max(0, this.#changes.size - MOST))) this.#changes.delete(change.id);
  }

  save(out: ByteWriter): void {
    const watches = [...this.#watches].map(([key, watch]) => [key, watch.save()] as const);
    out.text(JSON.stringify({ watches, changes: [...this.#changes.values()], barred: [...this.#barred] }));
  }

  /** Throws SyntaxError on a damaged text. */
  load(reader: ByteReader): void {
    const saved = JSON.parse(reader.text()) as { watches: [string, SavedWatch][]; changes: LevelChange[]; barred: [string, number][] };
    this.#watches.clear();
    this.#changes.clear();
    this.#barred.clear();
    for (const [key, state] of saved.watches) {
      const watch = new LevelShift();
      watch.load(state);
      this.#watches.set(key, watch);
    }
    for (const change of saved.changes) this.#changes.set(change.id, change);
    for (const [key, until] of saved.barred) this.#barred.set(key, until);
  }
}
