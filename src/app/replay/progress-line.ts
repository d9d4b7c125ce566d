import type { Clock } from "../../base/clock.ts";

/** A line of progress on a terminal: share, rate and time left, redrawn at most five times a second. Piped, it writes nothing. */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream;
  readonly #clock: Clock;
  readonly #started: number;
  #last = 0;

  constructor(out: NodeJS.WriteStream, clock: Clock) {
    this.#out = out;
    this.#clock = clock;
    this.#started = clock.now();
  }

  update(done: number, total: number, events: number): void {
    if (!this.#out.isTTY) return;
    const now = this.#clock.now();
    if (now - this.#last < 200) return;
    this.#last = now;
    this.#out.write(`\r\x1b[2K${progressText(done, total, events, (now - this.#started) / 1_000)}`);
  }

  clear(): void {
    if (this.#out.isTTY) this.#out.write("\r\x1b[2K");
  }
}

/** e.g. " 42 %  1,240,000 events  81,000 a second  0:34 left". `seconds` is the time spent so far. */
export function progressText(done: number, total: number, events: number, seconds: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const rate = seconds > 0 ? events / seconds : 0;
  const left = share > 0.005 ? (seconds / share) * (1 - share) : undefined;
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${percent} %  ${grouped(events)} events  ${grouped(Math.round(rate))} a second  ${left === undefined ? "reckoning the time left" : `${clockText(left)} left`}`;
}

function grouped(value: number): string {
  return value.toLocaleString("en-GB");
}

function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  const h = Math.floor(whole / 3_600);
  const m = Math.floor((whole % 3_600) / 60);
  const s = String(whole % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}
