import type { NetEvent } from "../../schema/event.ts";
import { FAMILIES, FAMILY_NAMES } from "../../schema/families.ts";
import type { Store, StoredEvent } from "../../store/types.ts";

/** A stored event as a lane takes it; what the lane sets itself is left to it. */
export function toEvent(stored: StoredEvent): NetEvent {
  const { fields, id: _id, raw, srcDevice: _src, dstDevice: _dst, unusual: _unusual, ...rest } = stored;
  const columns = Object.fromEntries(Object.keys(FAMILIES[stored.family].columns).map((k) => [k, undefined]));
  const extra = stored.family === "other" ? { extra: fields } : fields;
  return { ...rest, ...columns, ...extra, raw: raw ?? "", srcDevice: undefined, dstDevice: undefined, duplicateOf: undefined } as unknown as NetEvent;
}

/** Everything that is stored, in event time, by pages of 5,000. */
export async function* storedEvents(store: Store, from: number, to: number): AsyncGenerator<NetEvent[]> {
  let after: string | undefined;
  do {
    const page = await store.ask("scan", { from, to, families: FAMILY_NAMES, limit: 5_000, ...(after === undefined ? {} : { after }) });
    yield page.events.map(toEvent);
    after = page.next;
  } while (after !== undefined);
}
