import type { CustomaryFlow, Customs, Directory } from "./ports.ts";

/** Address pairs that one custom is spread over, at most: machines bear a handful of addresses. */
const MAX_PAIRS = 16;

/**
 * Customs by the addresses that devices have now. They are learned between devices and told by the addresses that were seen last, and a rule knows addresses
 * only: without this a device with a new address, or with a second one, would have no customs there, so that a rule would cut them unseen.
 */
export class CustomsNow implements Customs {
  readonly #learned: Customs;
  readonly #directory: Directory;

  constructor(learned: Customs, directory: Directory) {
    this.#learned = learned;
    this.#directory = directory;
  }

  usualOf(device: string, before: number): readonly CustomaryFlow[] {
    return this.#learned.usualOf(device, before).flatMap((f) => this.#now(f));
  }

  usualOfPeers(device: string, before: number): readonly CustomaryFlow[] {
    return this.#learned.usualOfPeers(device, before).flatMap((f) => this.#now(f));
  }

  learnedDays(before: number, device?: string): number {
    return this.#learned.learnedDays(before, device);
  }

  commonAt(ports: readonly number[], before: number): ReturnType<Customs["commonAt"]> {
    return this.#learned.commonAt(ports, before).flatMap((f) => this.#addresses(f.dstId, f.dst).map((dst) => ({ ...f, dst })));
  }

  #now(flow: CustomaryFlow): CustomaryFlow[] {
    const out: CustomaryFlow[] = [];
    const targets = this.#addresses(flow.dstId, flow.dst);
    for (const src of this.#addresses(flow.srcId, flow.src)) {
      for (const dst of targets) if (src.includes(":") === dst.includes(":") && out.length < MAX_PAIRS) out.push({ ...flow, src, dst });
    }
    return out;
  }

  /** A device that is not known any more, or has no address, stands under the one that was seen, unless that is another's now. */
  #addresses(id: string | undefined, seen: string): readonly string[] {
    if (id === undefined || id === seen) return [seen];
    const now = this.#directory.addresses({ kind: "device", id });
    if (now.length > 0) return now;
    return this.#directory.owner(seen) === undefined ? [seen] : [];
  }
}
