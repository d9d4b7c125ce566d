import type { Position, Store } from "../../store/types.ts";

/**
 * How far each file was taken, by source and file: what the learned state and the appended events have in common; and which of these positions the store
 * has yet to be told. None is ever moved back in the store, or events would be stored twice.
 */
export class ReadingProgress {
  readonly #taken = new Map<string, Position>();
  readonly #dirty = new Set<string>();
  readonly #storedOffset = new Map<string, number>();

  /** @param learned positions that the learned state goes on from @param stored positions of the store when it was opened */
  constructor(learned: readonly Position[], stored: readonly Position[]) {
    for (const position of learned) this.#taken.set(keyOf(position), position);
    for (const position of stored) this.#storedOffset.set(keyOf(position), position.offset);
  }

  all(): Position[] {
    return [...this.#taken.values()];
  }

  take(position: Position): void {
    this.#taken.set(keyOf(position), position);
    this.#dirty.add(keyOf(position));
  }

  /** Commits what was appended with the positions that belong to it; what is taken meanwhile waits for the next commit. */
  async commit(store: Pick<Store, "checkpoint">): Promise<void> {
    const dirty = [...this.#dirty];
    const positions: Position[] = [];
    for (const key of dirty) {
      const position = this.#taken.get(key);
      if (position !== undefined && position.offset >= (this.#storedOffset.get(key) ?? 0)) positions.push(position);
    }
    this.#dirty.clear();
    try {
      await store.checkpoint(positions);
    } catch (error) {
      for (const key of dirty) this.#dirty.add(key);
      throw error;
    }
    for (const position of positions) this.#storedOffset.set(keyOf(position), position.offset);
  }
}

/**
 * Where reading goes on after a start: from where the learned state stood, and where the stored events stand behind that, from there. Learning a few records
 * twice is the smaller harm than never storing them. A file of which nothing is stored is read from its beginning.
 */
export function positionsToReadFrom(learned: readonly Position[], stored: readonly Position[]): Position[] {
  const storedBy = new Map(stored.map((position) => [keyOf(position), position]));
  return learned.flatMap((position) => {
    const behind = storedBy.get(keyOf(position));
    if (behind === undefined) return [];
    return [behind.offset < position.offset ? behind : position];
  });
}

function keyOf(position: Position): string {
  return `${position.source}\u0000${position.fileKey}`;
}
