import type { Alert, Incident } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";
import type { SavedHistogram } from "./faded-histogram.ts";
import type { SavedNoise } from "./model-noise.ts";
import type { Judged } from "./verdicts.ts";

/** State of an IncidentBuilder as it goes into a snapshot, plain JSON. */
export interface SavedBuilder {
  open: { incident: Incident; alerts: Alert[]; last: number; entities: [string, EntityRef][] }[];
  waiting: [string, Alert[]][];
  closed: Incident[];
  noise: { clock?: SavedHistogram; kinds: SavedNoise[] };
  verdicts: Judged[];
  chance?: SavedHistogram;
  now: number | null;
  apart?: string[];
}

/** Snapshots of the first form held `open` and `waiting` alone. */
export function savedBuilder(state: unknown): SavedBuilder {
  const saved = state as Partial<SavedBuilder>;
  return {
    open: saved.open ?? [],
    waiting: saved.waiting ?? [],
    closed: saved.closed ?? [],
    noise: Array.isArray(saved.noise) ? { kinds: saved.noise as SavedNoise[] } : (saved.noise ?? { kinds: [] }),
    verdicts: saved.verdicts ?? [],
    now: saved.now ?? null,
    ...(saved.apart === undefined ? {} : { apart: saved.apart }),
    ...(saved.chance === undefined ? {} : { chance: saved.chance }),
  };
}
