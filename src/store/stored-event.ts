import type { Direction, SensorName } from "../schema/event.ts";
import type { Family } from "../schema/families.ts";

/** An event as it is read back. Addresses are canonical text, times ms since the epoch to the microsecond. */
export interface StoredEvent {
  id: string;
  time: number;
  seen: number;
  family: Family;
  type: string;
  sensor: SensorName;
  source: string;
  file: string;
  fileKey: string;
  line: number;
  offset: number;
  native: string | undefined;
  connection: string | undefined;
  src: string | undefined;
  srcPort: number | undefined;
  dst: string | undefined;
  dstPort: number | undefined;
  proto: string | undefined;
  direction: Direction;
  srcDevice: string | undefined;
  dstDevice: string | undefined;
  duplicateOf: string | undefined;
  unusual: number | undefined;
  /** The family's columns that carry a value. */
  fields: Record<string, unknown>;
  /** The record's bytes as text; only when an alert cites it. */
  raw?: string;
}
