import { mix32 } from "../base/hash.ts";
import type { Device } from "../schema/entity.ts";
import type { VolumeFeature } from "../schema/facts.ts";
import { FEATURE_WORDS, FEATURES, PEER, VOLUME_WORDS, VOLUMES } from "./features.ts";
import { type LearnedState, OWN_SIDE } from "./learned-state.ts";
import { GROUP_NAMES } from "./peer-groups.ts";
import { tickOf } from "./presence.ts";
import type { RarityModel } from "./rarity-model.ts";
import { bytesInWords, count } from "./words.ts";

/** Devices looked at for the nearest peers. */
const MOST_COMPARED = 5_000;
const SKETCH = 64;
const NEAREST = 5;
const RARE_THINGS = 20;
/** Active hours after which a device counts as fully learned. */
const LEARNED_HOURS = 120;

export interface DeviceProfile {
  group: string;
  groupSize: number;
  historyHours: number;
  /** 0-1: how far learning has come. */
  learned: number;
  isServer: boolean;
  /** Weeks with activity by hour of the week (0 = Monday 00:00 on the organisation's clock), 168 counts. */
  week: number[];
  /** Usual hour by volume: 5-95 % in words and numbers. */
  usual: { feature: VolumeFeature; text: string; low: number; median: number; high: number }[];
  rare: { feature: string; value: string; devices: number; of: number; firstSeen: number }[];
  /** Devices most alike in what they use, and one thing in which each differs. */
  nearest: { device: number; id: string; hostname?: string; likeness: number; difference: string }[];
}

/** What the device page shows. Peers are compared by a 64-number hashed sketch of what each device uses, rare things weighing more. */
export function profileOf(state: LearnedState, device: number, ownDevice: (index: number) => Device): DeviceProfile {
  const { models, groups } = state;
  const model = state.sides[OWN_SIDE];
  const group = groups.of(device);
  const historyHours = models.historyHours(device);
  const tick = tickOf(Math.max(0, state.now));
  const hourOfWeek = 12;
  return {
    group: GROUP_NAMES[group] ?? "devices",
    groupSize: model.groupSize(group),
    historyHours,
    learned: Math.min(1, historyHours / LEARNED_HOURS),
    isServer: groups.isServer(device),
    week: Array.from(models.weekOf(device)),
    usual: VOLUMES.map((feature, v) => {
      const low = models.usual(device, group, v, 0.95, hourOfWeek);
      const median = models.usual(device, group, v, 0.5, hourOfWeek);
      const high = models.usual(device, group, v, 0.05, hourOfWeek);
      const inWords = feature.startsWith("bytes") ? bytesInWords : count;
      return {
        feature,
        low,
        median,
        high,
        text: `${inWords(low)}-${inWords(high)} ${feature.startsWith("bytes") ? VOLUME_WORDS[feature].replace("bytes ", "") : VOLUME_WORDS[feature]} an hour`,
      };
    }),
    rare: rareThings(model, device, tick),
    nearest: nearestPeers(state, device, tick, ownDevice),
  };
}

interface Used {
  hash: number;
  hours: number;
}

function usedBy(model: RarityModel, device: number, tick: number): Used[] {
  const out: Used[] = [];
  model.presence(device)?.forEach(tick, (hash, hours) => out.push({ hash, hours }));
  return out;
}

function rareThings(model: RarityModel, device: number, tick: number): DeviceProfile["rare"] {
  const held = new Set(usedBy(model, device, tick).map((used) => used.hash));
  const out: DeviceProfile["rare"] = [];
  const { values } = model;
  values.forEach((slot, value) => {
    if (!held.has(values.hash[slot] ?? 0)) return;
    out.push({
      feature: FEATURES[values.feature[slot] ?? 0] ?? "",
      value,
      devices: values.entities[slot] ?? 0,
      of: model.entities,
      firstSeen: values.firstSeen[slot] ?? 0,
    });
  });
  return out.sort((a, b) => a.devices - b.devices || b.firstSeen - a.firstSeen || (a.value < b.value ? -1 : 1)).slice(0, RARE_THINGS);
}

/** Users by value hash: what weighs a value in a sketch. */
function popularity(model: RarityModel): Map<number, number> {
  const out = new Map<number, number>();
  model.values.forEach((slot) => {
    out.set(model.values.hash[slot] ?? 0, model.values.entities[slot] ?? 0);
  });
  return out;
}

function sketchOf(used: readonly Used[], users: ReadonlyMap<number, number>, of: number): Float64Array {
  const sketch = new Float64Array(SKETCH);
  for (const { hash, hours } of used) {
    const weight = Math.log1p(hours) * Math.log1p(of / Math.max(1, users.get(hash) ?? 1));
    const mixed = mix32(hash);
    sketch[mixed % SKETCH] = (sketch[mixed % SKETCH] ?? 0) + ((mixed & 0x1_0000) !== 0 ? weight : -weight);
  }
  return sketch;
}

function cosine(a: Float64Array, b: Float64Array): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < SKETCH; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? dot / Math.sqrt(aa * bb) : 0;
}

function nearestPeers(state: LearnedState, device: number, tick: number, ownDevice: (index: number) => Device): DeviceProfile["nearest"] {
  const model = state.sides[OWN_SIDE];
  const users = popularity(model);
  const mine = usedBy(model, device, tick);
  const sketch = sketchOf(mine, users, model.entities);
  const group = state.groups.of(device);
  const best: { device: number; likeness: number }[] = [];
  let compared = 0;
  for (let other = 0; other < state.models.devices && compared < MOST_COMPARED; other++) {
    if (other === device || !model.has(other) || state.groups.of(other) !== group) continue;
    compared++;
    const likeness = cosine(sketch, sketchOf(usedBy(model, other, tick), users, model.entities));
    if (likeness > 0) best.push({ device: other, likeness });
  }
  best.sort((a, b) => b.likeness - a.likeness || a.device - b.device);
  return best.slice(0, NEAREST).map(({ device: other, likeness }) => {
    const whose = ownDevice(other);
    const entry: DeviceProfile["nearest"][number] = { device: other, id: whose.id, likeness, difference: difference(model, mine, usedBy(model, other, tick)) };
    if (whose.hostname !== undefined) entry.hostname = whose.hostname;
    return entry;
  });
}

/** The thing that one of two devices uses most and the other not at all. */
function difference(model: RarityModel, mine: readonly Used[], theirs: readonly Used[]): string {
  const other = new Set(theirs.map((used) => used.hash));
  let best: Used | undefined;
  for (const used of mine) if (!other.has(used.hash) && (best === undefined || used.hours > best.hours)) best = used;
  if (best === undefined) return "it uses everything that this device uses";
  const { values } = model;
  let text = "";
  values.forEach((slot, value) => {
    if (values.hash[slot] === best.hash && values.feature[slot] !== PEER)
      text = `this device uses ${FEATURE_WORDS[FEATURES[values.feature[slot] ?? 0] ?? "endpoint"].one} ${value}, that one does not`;
  });
  return text === "" ? "they talk to other own devices" : text;
}
