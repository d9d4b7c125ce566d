import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Able, Driver, DriverHealth } from "../../respond/ports.ts";
import type { ActionTarget } from "../../schema/action.ts";

/** Kinds that a list of addresses can express: whole ends, never a port of one device. */
const KINDS = ["block-connections", "block-incoming", "quarantine", "block-outgoing"];

/**
 * A list of addresses for firewalls that pull one (external dynamic list): plain text, one address a line. It knows no pairs and no ports, so it takes only
 * what means one whole end: a stranger that is kept out, or a device that is quarantined. A firewall pulls when it pulls: minutes, not milliseconds.
 */
export class FirewallListDriver implements Driver {
  readonly id = "firewall-list";
  readonly label = "Block list for firewalls that pull";
  readonly kinds = KINDS;
  readonly #clock: Clock;
  readonly #entries = new Map<string, { addresses: string[]; ends: number }>();
  #pulled: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  able(kind: string, target: ActionTarget): Able {
    if (!KINDS.includes(kind)) return { able: false, why: "A list of addresses cannot express this." };
    if (addressesOf(kind, target).length === 0)
      return { able: false, why: "A list of addresses knows no ports and no pairs: it takes strangers that are kept out and devices that are quarantined." };
    return { able: true };
  }

  async apply(id: string, kind: string, target: ActionTarget, seconds: number): Promise<void> {
    this.#entries.set(id, { addresses: addressesOf(kind, target), ends: this.#clock.now() + seconds * 1_000 });
  }

  async clear(id: string): Promise<void> {
    this.#entries.delete(id);
  }

  /** The list as it stands now, with a tag that changes only with it. */
  text(): { text: string; etag: string } {
    const now = this.#clock.now();
    this.#pulled = now;
    for (const [id, entry] of this.#entries) if (entry.ends <= now) this.#entries.delete(id);
    const list = [...new Set([...this.#entries.values()].flatMap((e) => e.addresses))].sort();
    const text = list.map((ip) => `${ip}\n`).join("");
    return { text, etag: `"${createHash("sha256").update(text).digest("hex").slice(0, 32)}"` };
  }

  health(): DriverHealth {
    if (this.#pulled === undefined) return { state: "degraded", detail: "No firewall has asked for the list yet" };
    const minutes = Math.floor((this.#clock.now() - this.#pulled) / 60_000);
    return minutes > 30
      ? { state: "degraded", detail: `No firewall has asked for the list for ${minutes} minutes` }
      : { state: "ready", detail: `Asked for ${minutes === 0 ? "within the minute" : `${minutes} minutes ago`}` };
  }
}

function addressesOf(kind: string, target: ActionTarget): string[] {
  const { entity, flows = [] } = target;
  if (kind !== "block-connections") return [...new Set(flows.flatMap((f) => [f.src, f.dst]).filter((ip) => ip !== undefined))];
  // Whole pairs whose other end is a stranger: keeping the stranger out everywhere is what the list can do, and it costs others who use it; so only for strangers as entity.
  return entity.kind === "external" && entity.ip !== undefined ? [entity.ip] : [];
}
