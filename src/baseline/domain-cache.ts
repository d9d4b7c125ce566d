import { registrableDomain } from "../base/domain.ts";
import { ownText } from "./columns.ts";

const MOST = 8_192;

/** Registrable domains of the names seen lately: splitting a name costs a microsecond, and the same names come again. */
export class DomainCache {
  readonly #domains = new Map<string, string | undefined>();

  of(host: string): string | undefined {
    const known = this.#domains.get(host);
    if (known !== undefined || this.#domains.has(host)) return known;
    if (this.#domains.size >= MOST) this.#domains.clear();
    const domain = registrableDomain(host);
    this.#domains.set(ownText(host), domain === undefined ? undefined : ownText(domain));
    return domain;
  }
}
