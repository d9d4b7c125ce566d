import { type Element, elementsOf, nameOf } from "../../src/helper/elements.ts";
import type { Enforcer, Listed } from "../../src/helper/enforcer.ts";
import type { Rule } from "../../src/helper/request.ts";

/** Rules with timeouts as a kernel keeps them, for the helper's own desk: they outlive whoever asked for them, and end by themselves. */
export class PretendedKernel {
  readonly rules = new Map<string, { element: Element; ends: number }>();
  /** The latest end that each element was ever given. */
  readonly longest = new Map<string, number>();

  /** What the desk knows of an enforcer. */
  get enforcer(): Enforcer {
    const stub = {
      bothEnds: true,
      tap: undefined,
      check: () => undefined,
      add: async (rules: readonly { rule: Rule; allow: boolean; seconds: number }[]) => this.#add(rules),
      clear: async (rule: Rule, allow: boolean) => {
        for (const element of elementsOf(rule, allow)) this.rules.delete(nameOf(element));
      },
      list: async (): Promise<Listed[]> =>
        this.standing().map(({ element, ends }) => ({ ...element, packets: 0, bytes: 0, left: Math.max(0, (ends - Date.now()) / 1_000) })),
      close: () => undefined,
    };
    return stub as unknown as Enforcer;
  }

  #add(rules: readonly { rule: Rule; allow: boolean; seconds: number }[]): void {
    for (const { rule, allow, seconds } of rules)
      for (const element of elementsOf(rule, allow)) {
        const name = nameOf(element);
        const ends = Date.now() + seconds * 1_000;
        this.rules.set(name, { element, ends });
        this.longest.set(name, Math.max(this.longest.get(name) ?? 0, ends));
      }
  }

  standing(): { element: Element; ends: number }[] {
    return [...this.rules.values()].filter((r) => r.ends > Date.now());
  }

  /** The end of the one rule that begins at an address; undefined when none stands. */
  endOf(address: string): number | undefined {
    return this.standing().find((r) => r.element.key.startsWith(`${address} `))?.ends;
  }
}
