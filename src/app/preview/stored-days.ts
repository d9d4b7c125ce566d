import { DAY } from "../../base/time.ts";
import type { EngineOptions, Model } from "../../detect/index.ts";
import { makeCore } from "../../lanes/make-core.ts";
import type { NetworkCoreOptions } from "../../lanes/network/network-core.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import type { NetEvent } from "../../schema/event.ts";
import { type Change, exceptionsOf, type Subject, withRole } from "./change.ts";
import { type Fork, ForkedEngine, type Told } from "./forked-engine.ts";

/** What a change does to the alerts of some days. */
export interface Difference {
  hidden: Told[];
  added: Told[];
}

export type Ground = Pick<NetworkCoreOptions, "organisation" | "roles" | "places">;

/** The second engine of a change; `subjects` bear it. */
export function forkOf(change: Change, subjects: readonly Subject[], models: readonly Model[], edited: Model | undefined): Fork {
  switch (change.kind) {
    case "snooze":
      return { options: { siteExceptions: subjects.flatMap((s) => exceptionsOf(models, change.model, s, undefined)) } };
    case "exception":
      return { options: { siteExceptions: subjects.flatMap((s) => exceptionsOf(models, change.model, s, change.peer)) } };
    case "role":
      return { see: (o) => withRole(o, subjects, change.role) };
    case "model":
      return { models: [...models.filter((m) => m.path !== edited?.path), ...(edited === undefined ? [] : [edited])] };
    case "level":
      return {};
  }
}

export function subjectOf(change: Change): Subject[] {
  if (change.kind === "model") return [];
  return [{ id: change.entity, ...("ip" in change && change.ip !== undefined ? { ip: change.ip } : {}) }];
}

/**
 * Stored events once more through a fresh pattern of life, with the change and without it. Days before `from` are only learned. For a lasting change of a
 * level two patterns of life run beside each other: one that may take the level, one that may not; what only the latter tells is what accepting hides.
 * Memory: one pattern of life (two for a level), 300 B an alert. Cost: as much as reading the days anew, the models twice.
 */
export class StoredDays {
  readonly #core: PlatformCore;
  readonly #other: PlatformCore | undefined;
  readonly #engine: ForkedEngine | undefined;
  readonly #from: number;
  readonly #withChange = new Map<string, Told>();
  readonly #without = new Map<string, Told>();

  constructor(ground: Ground, models: readonly Model[], change: Change, edited: Model | undefined, from: number) {
    this.#from = from;
    if (change.kind === "level") {
      this.#core = makeCore({ ...ground, models });
      this.#other = makeCore({ ...ground, models, holdsLevel: (device, feature) => device === change.entity && feature === change.feature });
      return;
    }
    let made: ForkedEngine | undefined;
    const makeEngine = (list: readonly Model[], options: EngineOptions): ForkedEngine => {
      made = new ForkedEngine(list, options, forkOf(change, subjectOf(change), list, edited));
      return made;
    };
    this.#core = makeCore({ ...ground, models, makeEngine });
    this.#engine = made;
  }

  take(events: readonly NetEvent[]): void {
    const fresh = this.#other === undefined ? undefined : events.map((e) => ({ ...e }));
    for (const a of this.#core.lane.process(events).alerts) this.#withChange.set(a.id, a);
    if (fresh !== undefined) for (const a of this.#other?.lane.process(fresh).alerts ?? []) this.#without.set(a.id, a);
  }

  end(time: number): Difference {
    this.#core.lane.advance(time);
    this.#other?.lane.advance(time);
    const before = this.#engine?.told ?? this.#without;
    const after = this.#engine?.toldWithChange ?? this.#withChange;
    return difference(before, after, this.#from);
  }
}

export function difference(before: ReadonlyMap<string, Told>, after: ReadonlyMap<string, Told>, from = Number.NEGATIVE_INFINITY): Difference {
  const only = (a: ReadonlyMap<string, Told>, b: ReadonlyMap<string, Told>): Told[] => [...a.values()].filter((t) => t.time >= from && !b.has(t.id));
  return { hidden: only(before, after), added: only(after, before) };
}

/** Of the days that are stored, those that are judged: a third of them, a week at most, is only learned from. */
export function judgedFrom(oldest: number, newest: number): number {
  return oldest + Math.min(7 * DAY, (newest - oldest) / 3);
}
