import type { ActionTarget } from "../schema/action.ts";
import type { KindRegistry } from "./kinds.ts";
import type { Able, Driver, DriverHealth } from "./ports.ts";

/** Why nothing of such a kind begins by itself. */
export const BY_HAND = "no driver can do this yet: a person does it by hand and says so";

/**
 * Stands in where no driver can do a kind of action: it does nothing and says so before the click. A person follows the steps and says that it is done;
 * the engine then keeps its time, its history and its end, and at the end it is to be undone by hand as well. Whether it was done, nobody checks.
 */
export class ByHandDriver implements Driver {
  readonly id = "by-hand";
  readonly label = "By hand";
  readonly byHand = true;
  readonly kinds: readonly string[];
  readonly #registry: KindRegistry;

  /** @param others the drivers that are set up: what one of them can do is not done by hand */
  constructor(registry: KindRegistry, others: readonly Driver[]) {
    this.#registry = registry;
    this.kinds = registry
      .all()
      .filter((k) => k.byHand !== undefined && !others.some((d) => d.kinds.includes(k.id)))
      .map((k) => k.id);
  }

  able(kind: string, _target: ActionTarget): Able {
    const hand = this.kinds.includes(kind) ? this.#registry.get(kind)?.byHand : undefined;
    return hand === undefined ? { able: false, why: "There are no steps for this." } : { able: true, hand };
  }

  async apply(): Promise<void> {}
  async clear(): Promise<void> {}

  health(): DriverHealth {
    return {
      state: "ready",
      detail: `${this.kinds.length} kinds of action have no driver yet: they are proposed with the steps, a person does them and says so. Nothing is done by itself, and nobody checks.`,
    };
  }
}
