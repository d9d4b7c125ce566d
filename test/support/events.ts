import type { EventOf, NetEvent } from "../../src/schema/event.ts";
import { FAMILIES, type Family } from "../../src/schema/families.ts";

let line = 0;

/** An event with every key of its family, for tests; what is not given is undefined. */
export function makeEvent<F extends Family>(family: F, given: Partial<EventOf<F>> & { time: number }): EventOf<F> {
  const fields = Object.fromEntries(Object.keys(FAMILIES[family].columns).map((k) => [k, undefined]));
  line += 1;
  const event = {
    family,
    type: family,
    sensor: "zeek",
    source: "test",
    file: "test.log",
    fileKey: "testfile",
    line,
    offset: line * 100,
    seen: given.time,
    native: undefined,
    connection: undefined,
    src: undefined,
    srcPort: undefined,
    dst: undefined,
    dstPort: undefined,
    proto: undefined,
    raw: `record ${line}`,
    direction: "unknown",
    srcDevice: undefined,
    dstDevice: undefined,
    duplicateOf: undefined,
    ...(family === "other" ? { extra: {} } : {}),
    ...fields,
    ...given,
  };
  return event as unknown as EventOf<F>;
}

export function conn(time: number, src: string, dst: string, given: Partial<EventOf<"conn">> = {}): NetEvent {
  return makeEvent("conn", {
    time,
    src,
    srcPort: 50_000,
    dst,
    dstPort: 443,
    proto: "tcp",
    state: "established",
    packetsOut: 5,
    packetsIn: 5,
    bytesOut: 500,
    bytesIn: 5_000,
    ...given,
  });
}
