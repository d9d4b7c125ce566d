import type { Emitted, ZeekRecord } from "./emitted.ts";

/** Takes what happens. Times may lie after the hour that is played (they wait until they are due), never before it. */
export interface LifeOutput {
  /** A line of a Zeek log, or of EVE, as the format asked for says. */
  zeek(record: ZeekRecord): void;
  /** A line of any other file, or a file of its own. */
  emit(item: Emitted): void;
}

/**
 * One kind of life: what a group of people or machines does. It is asked for one hour after the other, each once and in order, and draws from forks
 * of its own; so hours need not be held in memory and one source's change leaves the others as they were.
 */
export interface LifeSource {
  readonly name: string;
  /** What begins in [from, to), ms; `day` is the calendar's index of that hour's day. */
  play(from: number, to: number, day: number, out: LifeOutput): void;
}
