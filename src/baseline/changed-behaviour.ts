import { HOUR } from "../base/time.ts";
import type { EntityRef } from "../schema/entity.ts";
import type { VolumeFeature } from "../schema/facts.ts";
import { VOLUME_WORDS, VOLUMES } from "./features.ts";
import type { LevelChange } from "./level-changes.ts";
import { bytesInWords, count } from "./words.ts";

/** A lasting change of one volume of a device, in words: one item to accept or to take back. */
export interface ChangedBehaviour {
  id: string;
  entity: EntityRef;
  feature: VolumeFeature;
  /** Event time at which the new level became the usual one, ms. */
  time: number;
  state: LevelChange["state"];
  text: string;
  /** Median hour before and after. */
  before: number;
  after: number;
}

export function changedBehaviour(change: LevelChange, entity: EntityRef): ChangedBehaviour {
  const feature = VOLUMES[change.volume] ?? "connections";
  const { id, state, before, after } = change;
  return { id, entity, feature, time: (change.hour + 1) * HOUR, state, text: changeText(change), before, after };
}

export function changeText(change: LevelChange): string {
  const feature = VOLUMES[change.volume] ?? "connections";
  const isBytes = feature.startsWith("bytes");
  const words = isBytes ? VOLUME_WORDS[feature].replace("bytes ", "") : VOLUME_WORDS[feature];
  const amount = isBytes ? bytesInWords : count;
  return `${amount(change.after)} ${words} in a usual hour, where ${amount(change.before)} were usual before`;
}
