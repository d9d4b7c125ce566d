import { domainOfAddress } from "./mail-event.ts";

/** The organisation's mail domains: as named, else the domain that most recipients so far belong to. */
export class OwnDomains {
  readonly #named: ReadonlySet<string>;
  readonly #counts = new Map<string, number>();
  #most = "";

  readonly #free: ReadonlySet<string>;

  /** @param free domains that give mailboxes to anybody: never taken for the organisation's own */
  constructor(named: readonly string[], free: ReadonlySet<string>) {
    this.#free = free;
    this.#named = new Set(named.map((d) => domainOfAddress(`x@${d}`)));
  }

  see(recipients: readonly string[]): void {
    if (this.#named.size > 0) return;
    for (const domain of new Set(recipients.map(domainOfAddress))) {
      if (this.#free.has(domain)) continue;
      if (this.#counts.size > 10_000 && !this.#counts.has(domain)) continue;
      const n = (this.#counts.get(domain) ?? 0) + 1;
      this.#counts.set(domain, n);
      if (n > (this.#counts.get(this.#most) ?? 0)) this.#most = domain;
    }
  }

  has(domain: string): boolean {
    if (domain === "") return false;
    return this.#named.size > 0 ? this.#named.has(domain) : domain === this.#most;
  }

  save(): unknown {
    return [...this.#counts];
  }

  load(saved: unknown): void {
    this.#counts.clear();
    this.#most = "";
    for (const [domain, n] of saved as [string, number][]) {
      this.#counts.set(domain, n);
      if (n > (this.#counts.get(this.#most) ?? 0)) this.#most = domain;
    }
  }
}
