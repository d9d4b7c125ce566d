import { mix32 } from "../base/hash.ts";
import { VOLUME_STRIDE } from "../stats/volume-hurdle.ts";
import { SKETCH } from "./behaviour-groups.ts";
import { VOLUMES } from "./features.ts";
import type { LearnedState } from "./learned-state.ts";
import type { RarityModel } from "./rarity-model.ts";

const V = VOLUMES.length;
const HOURS = 24;
const WEEK = 168;
const USES = SKETCH - HOURS - V;
/** How much each part of a sketch weighs. */
const OF_HOURS = 0.4;
const OF_VOLUMES = 0.5;
const OF_USES = 0.8;
/** Values that at least this many devices use tell groups apart; at most this many of them, the most used. */
const SHARED_BY = 3;
const MOST_SHARED = 4_096;

/** Values that several devices use, and by how many: what a sketch is made of besides hours and volumes. */
export function sharedValues(model: RarityModel): Map<number, number> {
  const shared: [number, number][] = [];
  model.values.forEach((slot) => {
    const users = model.values.entities[slot] ?? 0;
    if (users >= SHARED_BY) shared.push([model.values.hash[slot] ?? 0, users]);
  });
  if (shared.length > MOST_SHARED) shared.sort((a, b) => b[1] - a[1] || a[0] - b[0]).length = MOST_SHARED;
  return new Map(shared);
}

/**
 * A device as 64 numbers of length about 1: the hours of the day at which it is active, how much it does (against its kind's usual), and hashed what it uses
 * that others use too, rarer things weighing more. `now`: volumes of a device's first hour, which no model has learned yet.
 */
export function deviceSketch(
  state: LearnedState,
  device: number,
  kind: number,
  tick: number,
  shared: ReadonlyMap<number, number>,
  now?: { volumes: readonly number[]; hourOfDay: number },
): Float32Array | undefined {
  const sketch = new Float32Array(SKETCH);
  const { models } = state;
  const model = state.sides[0];
  if (now === undefined && models.historyHours(device) < 1) return undefined;
  const week = models.weekOf(device);
  for (let h = 0; h < WEEK; h++) sketch[h % HOURS] = (sketch[h % HOURS] ?? 0) + Math.min(1, week[h] ?? 0);
  if (now !== undefined) sketch[now.hourOfDay] = 1;
  const states = models.copyStates(device);
  for (let v = 0; v < V; v++) {
    const prior = models.prior(kind, v);
    const at = v * VOLUME_STRIDE;
    const windows = (states[at] ?? 0) + (states[at + 1] ?? 0);
    const usual = windows > 0 ? ((states[at] ?? 0) / windows) * (states[at + 3] ?? 0) : 0;
    const level = now === undefined ? usual : Math.log1p(now.volumes[v] ?? 0);
    sketch[HOURS + v] = (level - prior.positive * prior.mean) / (1 + prior.positive * prior.mean);
  }
  const entities = Math.max(1, model.entities);
  model.presence(device)?.forEach(tick, (hash, hours) => {
    const users = shared.get(hash);
    if (users === undefined) return;
    const mixed = mix32(hash);
    const at = HOURS + V + (mixed % USES);
    sketch[at] = (sketch[at] ?? 0) + ((mixed & 0x10_0000) !== 0 ? 1 : -1) * Math.log1p(hours) * Math.log1p(entities / users);
  });
  scale(sketch, 0, HOURS, OF_HOURS);
  scale(sketch, HOURS, HOURS + V, OF_VOLUMES);
  scale(sketch, HOURS + V, SKETCH, OF_USES);
  return sketch;
}

function scale(sketch: Float32Array, from: number, to: number, length: number): void {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (sketch[i] ?? 0) ** 2;
  if (sum === 0) return;
  for (let i = from; i < to; i++) sketch[i] = ((sketch[i] ?? 0) * length) / Math.sqrt(sum);
}
