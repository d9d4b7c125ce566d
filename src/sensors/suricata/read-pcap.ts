import type { ParseContext, RecordParser } from "../../parsers/record-parser.ts";
import { isRejected } from "../../parsers/record-parser.ts";
import type { NetEvent, Rejected } from "../../schema/event.ts";
import { type CanonicalRecord, canonicalRecord, flowEndOf, lateFlowOf } from "./canonical.ts";
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
 * Events of a capture, in the order of their own time, the same bytes in every run: see canonical.ts. `connection` is an ordinal by first appearance,
 * `line` the ordinal of the record from 1, `offset` the place of its text in the canonical EVE, `raw` the EVE line without what differs between runs.
 * A capture that is cut short yields the events of its whole packets and one rejection that names the packet.
 * Memory: 200 MB at most for sorting and about 100 bytes a flow. Throws what `runSuricata` throws.
 */
export async function* readPcap(path: string, options: PcapReadOptions): AsyncGenerator<PcapBatch> {
  const file = options.file ?? path;
  const context: ParseContext = { source: options.source, file, fileKey: options.fileKey };
  if (options.clock !== undefined) context.clock = options.clock;
  const parser = options.parser(context);
  const connections = new Map<string, string>();
  const run = await runSuricata(path, options);
  try {
    for (const warning of run.warnings) options.onWarning?.(warning);
    let line = 0;
    let offset = 0;
    for await (const records of canonicalEve(run.eveFiles, run.dir)) {
      const batch: PcapBatch = { events: [], rejected: [] };
      for (const record of records) {
        const result = parser.parse(record.raw, ++line, offset);
        offset += Buffer.byteLength(record.raw) + 1;
        if (result === undefined) continue;
        if (isRejected(result)) batch.rejected.push(result);
        else {
          result.connection = record.flow === "" ? undefined : ordinal(connections, record.flow);
          batch.events.push(result);
        }
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

/** Writes nothing: the canonical EVE lines of a capture, for a file that two runs can be compared by. */
export async function* pcapToEve(path: string, options: SuricataOptions = {}): AsyncGenerator<string> {
  const run = await runSuricata(path, options);
  try {
    for await (const records of canonicalEve(run.eveFiles, run.dir)) for (const record of records) yield record.raw;
  } finally {
    await run.dispose();
  }
}

/** Sorted canonical records of the EVE files of one run; `dir` takes what does not fit into memory. */
export async function* canonicalEve(eveFiles: readonly string[], dir: string, runCharacters?: number): AsyncGenerator<CanonicalRecord[]> {
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
  yield* sortRecords(records(), dir, writeRecord, readRecord, runCharacters);
}

function writeRecord(record: CanonicalRecord): string {
  return `${record.flow}\t${record.key.length}\t${record.key}\t${record.raw}`;
}

function readRecord(line: string): CanonicalRecord {
  const flowEnd = line.indexOf("\t");
  const lengthEnd = line.indexOf("\t", flowEnd + 1);
  const keyStart = lengthEnd + 1;
  const keyEnd = keyStart + Number(line.slice(flowEnd + 1, lengthEnd));
  return { flow: line.slice(0, flowEnd), key: line.slice(keyStart, keyEnd), raw: line.slice(keyEnd + 1) };
}

function ordinal(connections: Map<string, string>, flow: string): string {
  let value = connections.get(flow);
  if (value === undefined) {
    value = String(connections.size + 1);
    connections.set(flow, value);
  }
  return value;
}
