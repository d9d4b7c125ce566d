import type { ParseContext, RecordParser } from "../../parsers/record-parser.ts";
import { isRejected } from "../../parsers/record-parser.ts";
import type { NetEvent, Rejected } from "../../schema/event.ts";
import { type CanonicalRecord, canonicalLine, canonicalRecord, flowEndOf, lateFlowOf } from "./canonical.ts";
import { runSuricata, type SuricataOptions } from "./run.ts";
import { fileLines, sortRecords } from "./sort-lines.ts";

export interface PcapBatch {
  events: NetEvent[];
  rejected: Rejected[];
}

export interface PcapReadOptions extends SuricataOptions {
  source: string;
  /** Path as shown to people; default the path. */
  file?: string;
  fileKey: string;
  /** Makes the EVE parser. */
  parser: (context: ParseContext) => RecordParser;
  onWarning?: (warning: string) => void;
  /** Where `seen` comes from; left out, it is the event's own time. */
  clock?: ParseContext["clock"];
}

/**
 * Events of a capture, in the order of their own time, the same bytes in every run: see canonical.ts. `raw` is the EVE line without what differs between runs,
 * its `flow_id` (and so `connection`) an ordinal by first appearance; `line` is the ordinal of the record from 1, `offset` the place of its text in the canonical EVE.
 * A capture that is cut short yields the events of its whole packets and one rejection that names the packet.
 * Memory: 200 MB at most for sorting and about 100 bytes a flow. Throws what `runSuricata` throws.
 */
export async function* readPcap(path: string, options: PcapReadOptions): AsyncGenerator<PcapBatch> {
  const file = options.file ?? path;
  const context: ParseContext = { source: options.source, file, fileKey: options.fileKey };
  if (options.clock !== undefined) context.clock = options.clock;
  const parser = options.parser(context);
  const run = await runSuricata(path, options);
  try {
    for (const warning of run.warnings) options.onWarning?.(warning);
    let line = 0;
    let offset = 0;
    for await (const lines of canonicalEve(run.eveFiles, run.dir)) {
      const batch: PcapBatch = { events: [], rejected: [] };
      for (const raw of lines) {
        const result = parser.parse(raw, ++line, offset);
        offset += Buffer.byteLength(raw) + 1;
        if (result === undefined) continue;
        if (isRejected(result)) batch.rejected.push(result);
        else batch.events.push(result);
      }
      yield batch;
    }
    if (run.fault !== undefined) {
      const { packet, offset: at, reason } = run.fault;
      const rejected: Rejected = {
        source: options.source,
        file,
        line: packet,
        reason: `packet ${packet}, byte ${at}: ${reason}; what came before was read`,
        excerpt: "",
      };
      yield { events: [], rejected: [rejected] };
    }
  } finally {
    await run.dispose();
  }
}

/** The canonical EVE lines of a capture, in batches: the same in every run. */
export async function* pcapToEve(path: string, options: SuricataOptions = {}): AsyncGenerator<string[]> {
  const run = await runSuricata(path, options);
  try {
    yield* canonicalEve(run.eveFiles, run.dir);
  } finally {
    await run.dispose();
  }
}

/** Sorted canonical lines of the EVE files of one run; `dir` takes what does not fit into memory. */
export async function* canonicalEve(eveFiles: readonly string[], dir: string, runCharacters?: number): AsyncGenerator<string[]> {
  const ends = new Map<string, string>();
  const late = new Set<string>();
  // The flow's own record comes after what it still had to tell, so the ends are looked up in a second pass.
  for (const [index, eve] of eveFiles.entries()) {
    for await (const line of fileLines(eve)) {
      const flow = lateFlowOf(line);
      if (flow !== undefined) late.add(`${index}.${flow}`);
      else if (late.size > 0) {
        const end = flowEndOf(line);
        if (end !== undefined && late.has(`${index}.${end.flow}`)) ends.set(`${index}.${end.flow}`, end.end);
      }
    }
  }
  async function* records(): AsyncGenerator<CanonicalRecord> {
    for (const [index, eve] of eveFiles.entries()) {
      for await (const line of fileLines(eve)) {
        if (line === "") continue;
        const record = canonicalRecord(line, (flow) => ends.get(`${index}.${flow}`));
        if (record.flow !== "") record.flow = `${index}.${record.flow}`;
        yield record;
      }
    }
  }
  const ordinals = new Map<string, number>();
  for await (const sorted of sortRecords(records(), dir, writeRecord, readRecord, runCharacters)) {
    yield sorted.map((record) => canonicalLine(record, record.flow === "" ? undefined : ordinalOf(ordinals, record.flow)));
  }
}

function writeRecord({ flow, key, head, rest }: CanonicalRecord): string {
  return JSON.stringify([flow, key, head, rest]);
}

function readRecord(line: string): CanonicalRecord {
  const [flow, key, head, rest] = JSON.parse(line) as [string, string, string, string];
  return { flow, key, head, rest };
}

function ordinalOf(ordinals: Map<string, number>, flow: string): number {
  let value = ordinals.get(flow);
  if (value === undefined) {
    value = ordinals.size + 1;
    ordinals.set(flow, value);
  }
  return value;
}
