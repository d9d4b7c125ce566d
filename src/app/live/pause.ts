import { setTimeout as wait } from "node:timers/promises";

/** Waits `ms`, or until `signal` is aborted; never rejects. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

export const realPause: Pause = (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined);
