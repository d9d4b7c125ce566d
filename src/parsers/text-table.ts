/** Longer texts pass through without being remembered. */
const LONGEST = 256;

/**
 * Remembers the outcome of a pure function of short texts and hands out one string object for equal outcomes.
 * Sensors repeat addresses, names and agents all day: a look-up (about 40 ns) replaces the work, equal strings compare by pointer
 * further on, and no value keeps the line that it was cut from in memory.
 * Memory: at most `max` entries of `LONGEST` characters; when full it starts anew.
 */
export class TextTable {
  readonly #known = new Map<string, string>();
  readonly #make: (text: string) => string | undefined;
  readonly #max: number;

  constructor(make: (text: string) => string | undefined = (text) => text, max = 65_536) {
    this.#make = make;
    this.#max = max;
  }

  get(text: string): string | undefined {
    const known = this.#known.get(text);
    if (known !== undefined) return known === "" ? undefined : known;
    const own = detach(text);
    const made = this.#make(own);
    if (text.length > LONGEST) return made === "" ? undefined : made;
    if (this.#known.size >= this.#max) this.#known.clear();
    this.#known.set(own, made ?? "");
    return made === "" ? undefined : made;
  }
}

/** A copy that shares no memory with the string that `text` was cut from. */
export function detach(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
