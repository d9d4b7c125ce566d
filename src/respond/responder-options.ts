import type { Clock } from "../base/clock.ts";
import type { Action, ActionChange } from "../schema/action.ts";
import type { FlowBook } from "./flow-book.ts";
import type { Judge } from "./judge.ts";
import type { KindRegistry } from "./kinds.ts";
import type { ModeSettings } from "./modes.ts";
import type { Planner } from "./planner.ts";
import type { ActionStore, Directory, Driver } from "./ports.ts";

/** Whose name stands beside what the platform does by itself. */
export const PLATFORM = "wonted";

/** What the engine of actions is handed. */
export interface ResponderOptions {
  planner: Planner;
  judge: Judge;
  kinds: KindRegistry;
  drivers: readonly Driver[];
  directory: Directory;
  book: FlowBook;
  store: ActionStore;
  clock: Clock;
  /** Milliseconds that only ever grow, whatever happens to the clock on the wall. */
  ticks(): number;
  settings(): ModeSettings;
  /** After every durable change. */
  changed(action: Action, change: ActionChange | undefined): void;
  /** Something to tell the operator that is no change of one action. */
  notice(text: string): void;
}
