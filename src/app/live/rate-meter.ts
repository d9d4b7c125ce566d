/** Events a second, over spans of at least two seconds. */
export class RateMeter {
  rate = 0;
  #count = 0;
  #since = 0;

  begin(now: number): void {
    this.#since = now;
  }
  add(events: number): void {
    this.#count += events;
  }
  /** True when there is a new rate. */
  look(now: number): boolean {
    const seconds = (now - this.#since) / 1_000;
    if (seconds < 2) return false;
    this.rate = this.#count / seconds;
    this.#count = 0;
    this.#since = now;
    return true;
  }
}
