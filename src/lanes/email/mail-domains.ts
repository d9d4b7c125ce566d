import { registeredDomain } from "../../base/domain.ts";
import { DAY } from "../../base/time.ts";
import { DomainNames } from "../../baseline/mail/domain-names.ts";
import { LayeredCounts } from "../../baseline/mail/layered-counts.ts";
import type { MailFacts } from "../../baseline/mail/mail-facts.ts";
import { labelOf } from "../../baseline/mail/mail-memory.ts";
import type { EventOf } from "../../schema/event.ts";
import type { MailLookups } from "./evidence/lookups.ts";
import type { OwnDomains } from "./own-domains.ts";

/** When a registry says that a domain was registered, ms; undefined = not known, or nobody is asked. */
export type RegisteredAt = (domain: string) => number | undefined;

export interface RarestLink {
  domain: string;
  mails: number;
  fresh: boolean;
  /** Link domains that hardly any mail led to. */
  rare: string[];
}

type OfDomains = Pick<MailFacts, "freshLink" | "drawnName" | "drawnLink" | "registeredDays" | "linkRegisteredDays">;

/** Mails of a domain from which on nobody is asked when it was registered. */
const HARDLY_KNOWN = 20;

/**
 * What is known of the domains that mail comes from and leads to: how many mails led there, how their names look among names here, and, where somebody may ask
 * registries, since when they exist. A registry answers after the mail that made us ask: its age counts from the next mail on, and an age that is not known
 * counts for nothing.
 */
export class MailDomains {
  readonly #links = new LayeredCounts(100_000);
  readonly #names: DomainNames;
  readonly #own: OwnDomains;
  readonly #free: ReadonlySet<string>;
  /** Handed in by whoever may ask; a replay asks nobody. */
  registeredAt: RegisteredAt | undefined;

  constructor(lookups: MailLookups, own: OwnDomains) {
    this.#own = own;
    this.#free = lookups.freeMail;
    this.#names = shippedNames(lookups);
  }

  /** The link domain that the fewest mails here led to. */
  rarest(event: EventOf<"mail">): RarestLink {
    let domain = "";
    let mails = Number.POSITIVE_INFINITY;
    const rare: string[] = [];
    for (const d of event.linkDomains ?? []) {
      const n = this.#links.get(d);
      if (n < 3 && !this.#own.has(d)) rare.push(d);
      if (n < mails) {
        mails = n;
        domain = d;
      }
    }
    return { domain, mails: Number.isFinite(mails) ? mails : 0, fresh: mails === 0, rare: rare.slice(0, 20) };
  }

  /** @param mails of the sender's domain so far @param ask whether registries may be asked about it: not while old mail is read in */
  about(event: EventOf<"mail">, mails: number, ask: boolean): OfDomains {
    const { fresh, rare } = this.rarest(event);
    const domain = event.senderDomain ?? "";
    const outside = domain !== "" && !this.#own.has(domain) && !this.#free.has(domain);
    const days = (domains: readonly string[]): number | undefined => {
      const ages = domains.map((d) => this.#daysOf(d, event.time)).filter((n) => n !== undefined);
      return ages.length === 0 ? undefined : Math.min(...ages);
    };
    return {
      freshLink: fresh,
      drawnName: outside ? this.#drawn(domain) : 0,
      drawnLink: Math.max(0, ...rare.filter((d) => this.#links.get(d) === 0).map((d) => this.#drawn(d))),
      registeredDays: ask && outside && mails < HARDLY_KNOWN ? days([domain]) : undefined,
      linkRegisteredDays: ask ? days(rare) : undefined,
    };
  }

  /** Learns a mail that was let through, before its sender is learned. */
  learn(event: EventOf<"mail">, facts: MailFacts, firstOfDomain: boolean): void {
    if (!facts.own && !facts.free && facts.domain !== "" && firstOfDomain) this.#names.learn(registeredLabel(facts.domain));
    for (const domain of event.linkDomains ?? []) {
      if (this.#links.get(domain) === 0 && domain !== facts.domain) this.#names.learn(registeredLabel(domain));
      this.#links.add(domain);
    }
  }

  #drawn(domain: string): number {
    const look = this.#names.look(registeredLabel(domain));
    return look.drawn ? look.nats : 0;
  }

  /** What was registered after the mail came has another owner by now. */
  #daysOf(domain: string, at: number): number | undefined {
    const since = this.registeredAt?.(domain);
    return since === undefined || since > at + DAY ? undefined : Math.max(0, Math.floor((at - since) / DAY));
  }

  save(): { links: [string, number][]; names: unknown } {
    return { links: this.#links.save(), names: this.#names.save() };
  }

  load(links: [string, number][], names: unknown): void {
    this.#links.load(links);
    this.#names.load(names);
  }
}

/** Names as they begin: those of services that honest mail everywhere comes from and leads to. */
export function shippedNames(lookups: MailLookups): DomainNames {
  const { freeMail, hosting, shorteners, brandLabels } = lookups;
  return new DomainNames([...[...freeMail, ...hosting, ...shorteners].map(registeredLabel), ...brandLabels]);
}

/** The label that was registered with a registry: hosting providers draw names for their customers. */
function registeredLabel(domain: string): string {
  return labelOf(registeredDomain(domain) ?? domain);
}
