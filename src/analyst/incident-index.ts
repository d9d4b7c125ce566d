/** Open incidents by the keys they are known under. A key of more than the given number of incidents that would take says nothing and finds none. */
export class IncidentIndex<T extends { incident: { start: number } }> {
  readonly #byKey = new Map<string, Set<T>>();
  readonly #keys = new Map<T, Set<string>>();

  put(key: string, incident: T): void {
    const at = this.#byKey.get(key) ?? new Set<T>();
    at.add(incident);
    this.#byKey.set(key, at);
    const keys = this.#keys.get(incident) ?? new Set<string>();
    keys.add(key);
    this.#keys.set(incident, keys);
  }

  forget(incident: T): void {
    for (const key of this.#keys.get(incident) ?? []) {
      const at = this.#byKey.get(key);
      at?.delete(incident);
      if (at?.size === 0) this.#byKey.delete(key);
    }
    this.#keys.delete(incident);
  }

  /** The oldest that one of the keys finds and that `takes`; of those that would not, none counts. */
  oldest(keys: readonly string[], mostFanIn: number, takes: (incident: T) => boolean): T | undefined {
    let best: T | undefined;
    for (const key of keys) {
      const fitting = [...(this.#byKey.get(key) ?? [])].filter(takes);
      if (fitting.length > mostFanIn) continue;
      for (const one of fitting) if (best === undefined || one.incident.start < best.incident.start) best = one;
    }
    return best;
  }

  clear(): void {
    this.#byKey.clear();
    this.#keys.clear();
  }
}
