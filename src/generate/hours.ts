import { HOUR } from "../base/time.ts";
import type { Emitted, ZeekRecord } from "./emitted.ts";
import type { LifeSource } from "./life.ts";
import type { Calendar } from "./world/calendar.ts";

/** All that happened in [from, to), in the order of time. */
export interface LivedHour {
  from: number;
  to: number;
  day: number;
  zeek: ZeekRecord[];
  emitted: Emitted[];
}

/**
 * Plays the sources hour by hour from the first midnight to the last and hands on what is due, in order of time; equal times keep the order of
 * sources. Memory: what one hour makes and what reaches beyond it. What would come after the end is left out, as a sensor that is switched off does.
 */
export function* livedHours(calendar: Calendar, sources: readonly LifeSource[]): Generator<LivedHour> {
  let zeek: ZeekRecord[] = [];
  let emitted: Emitted[] = [];
  const out = {
    zeek: (record: ZeekRecord): void => {
      zeek.push(record);
    },
    emit: (item: Emitted): void => {
      emitted.push(item);
    },
  };
  for (let from = calendar.start; from < calendar.end; from += HOUR) {
    const to = Math.min(from + HOUR, calendar.end);
    const day = calendar.dayOf(from);
    for (const source of sources) source.play(from, to, day, out);
    const [dueZeek, laterZeek] = split(zeek, from, to);
    const [dueEmitted, laterEmitted] = split(emitted, from, to);
    yield { from, to, day, zeek: dueZeek, emitted: dueEmitted };
    zeek = laterZeek;
    emitted = laterEmitted;
  }
}

/** What a source set some moments before its hour (a question before the connection) belongs to that hour's beginning. */
function split<T extends { time: number }>(items: readonly T[], from: number, to: number): [due: T[], later: T[]] {
  const due: T[] = [];
  const later: T[] = [];
  for (const item of items) {
    if (item.time < from) item.time = from;
    (item.time < to ? due : later).push(item);
  }
  due.sort((a, b) => a.time - b.time);
  return [due, later];
}
