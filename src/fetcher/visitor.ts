import { AddressGuard } from "./address-guard.ts";
import { look } from "./look.ts";
import { PinnedNames, type Resolve } from "./pinned-names.ts";
import type { Look, Request, Settings } from "./protocol.ts";

/** Visits at once; more wait. Memory: about 2 MB each at most. */
const AT_ONCE = 4;
const NO_WORDS: ReadonlySet<string> = new Set();

/** Does what it is asked, a few at a time, within the limits of the settings. The two looks of one visit share the answers of its names. */
export class Visitor {
  readonly #settings: Settings;
  readonly #resolve: Resolve;
  readonly #proxy: URL;
  readonly #guard: AddressGuard;
  readonly #unsafe: ReadonlySet<string>;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Throws TypeError or RangeError on settings that name no proxy or no network. */
  constructor(settings: Settings, resolve: Resolve) {
    this.#settings = settings;
    this.#resolve = resolve;
    this.#proxy = new URL(settings.proxy);
    if (this.#proxy.protocol !== "http:" && this.#proxy.protocol !== "https:") throw new TypeError("a proxy's address begins with http:// or https://");
    this.#guard = new AddressGuard(settings.own);
    this.#unsafe = new Set(settings.unsafe);
  }

  async do(request: Request): Promise<Look[]> {
    if (this.#running >= AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#running++;
    try {
      return await this.#looks(request);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async #looks(request: Request): Promise<Look[]> {
    const { faces, limits } = this.#settings;
    const names = new PinnedNames(this.#resolve, this.#guard);
    const shared = { proxy: this.#proxy, guard: this.#guard, names, limits };
    const looks: Look[] = [];
    for (const face of request.kind === "visit" ? faces : faces.slice(0, 1)) {
      const parts = request.kind === "visit" ? { ...shared, unsafe: this.#unsafe } : { ...shared, unsafe: NO_WORDS, strict: true, accept: request.accept };
      const found = await look(request.url, face, parts, AbortSignal.timeout(limits.ms));
      looks.push(found);
      // What may not be visited stays so whoever asks.
      if (found.state === "refused" && found.hops.length === 0) break;
    }
    return looks;
  }
}
