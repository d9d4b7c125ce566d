import type { EntityKind } from "../schema/entity.ts";
import { CLOUD_KINDS } from "./cloud-kinds.ts";
import type { KindSpec } from "./kind-spec.ts";
import { ENDPOINT_KINDS, MAIL_KINDS } from "./mail-kinds.ts";
import { NETWORK_KINDS } from "./network-kinds.ts";

const ALL: readonly KindSpec[] = [...NETWORK_KINDS, ...CLOUD_KINDS, ...MAIL_KINDS, ...ENDPOINT_KINDS];

/** The kinds of action that exist, by id. An id stands once. */
export class KindRegistry {
  readonly #kinds = new Map<string, KindSpec>();

  constructor(kinds: readonly KindSpec[] = ALL) {
    for (const kind of kinds) this.add(kind);
  }

  /** Throws RangeError when the id stands already. */
  add(kind: KindSpec): void {
    if (this.#kinds.has(kind.id)) throw new RangeError(`there is a kind of action "${kind.id}" already`);
    this.#kinds.set(kind.id, kind);
  }

  get(id: string): KindSpec | undefined {
    return this.#kinds.get(id);
  }

  all(): readonly KindSpec[] {
    return [...this.#kinds.values()];
  }

  /** Those that can be done to such an entity, the softest first. */
  for(entity: EntityKind): readonly KindSpec[] {
    return this.all()
      .filter((k) => k.entities.includes(entity))
      .sort((a, b) => a.severity - b.severity);
  }
}
