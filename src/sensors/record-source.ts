import { createRecordParser } from "../parsers/create-parser.ts";
import type { ParseContext, RecordKind, RecordParser } from "../parsers/record-parser.ts";
import type { NetEvent, Rejected } from "../schema/event.ts";
import { type FileBytes, openBytes } from "./file-bytes.ts";
import type { FilePool } from "./file-pool.ts";
import { LineSplitter } from "./lines.ts";

/** Events and refusals of one input, in the input's own order. */
export interface RecordSource {
  /** The next at hand; undefined when `fill` must bring more. */
  next(): NetEvent | Rejected | undefined;
  /** False at the end. Never throws on what the input holds: a damaged input ends with one refusal that says why. */
  fill(): Promise<boolean>;
  /** Bytes on disk read so far. */
  readonly taken: number;
  close(): Promise<void>;
}

/** Records of a log file. */
export class FileRecords implements RecordSource {
  readonly #bytes: FileBytes;
  readonly #splitter: LineSplitter;
  readonly #parser: RecordParser;
  readonly #context: ParseContext;
  #trouble: Rejected | undefined;
  #ended = false;

  constructor(input: { path: string; gzip: boolean; bytes: number; kind: RecordKind }, context: ParseContext, pool: FilePool, blockSize: number) {
    this.#bytes = openBytes(input.path, input.gzip, input.bytes, pool, blockSize);
    this.#splitter = new LineSplitter();
    this.#parser = createRecordParser(input.kind, context);
    this.#context = context;
  }

  get taken(): number {
    return this.#bytes.taken;
  }

  next(): NetEvent | Rejected | undefined {
    const splitter = this.#splitter;
    while (splitter.next()) {
      if (splitter.problem !== undefined) return this.#refuse(splitter.line, splitter.problem, splitter.text);
      const result = this.#parser.parse(splitter.text, splitter.line, splitter.offset);
      if (result !== undefined) return result;
    }
    const trouble = this.#trouble;
    this.#trouble = undefined;
    return trouble;
  }

  async fill(): Promise<boolean> {
    if (this.#ended) return false;
    try {
      const block = await this.#bytes.read();
      if (block !== undefined) {
        this.#splitter.push(block);
        return true;
      }
      this.#splitter.end();
    } catch (error) {
      // What stands after the last line end is a piece of a record: it goes into the one refusal.
      this.#trouble = this.#refuse(this.#splitter.resumeLine, troubleOf(error), "");
    }
    this.#ended = true;
    return true;
  }

  #refuse(line: number, reason: string, text: string): Rejected {
    return { source: this.#context.source, file: this.#context.file, line, reason, excerpt: text.slice(0, 200) };
  }

  close(): Promise<void> {
    return this.#bytes.close();
  }
}

/** Why a file could be read no further, for people. */
function troubleOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "Z_BUF_ERROR") return "gzip file is cut off: what came before was read";
  if (code.startsWith("Z_")) return `gzip file is damaged (${error instanceof Error ? error.message : code}): what came before was read`;
  return `cannot be read on (${code === "" ? String(error) : code})`;
}

/** Records of something that yields them in batches: a capture that went through Suricata. */
export class BatchRecords implements RecordSource {
  taken = 0;
  readonly #batches: AsyncIterator<{ events: NetEvent[]; rejected: Rejected[] }>;
  readonly #bytes: number;
  #ready: (NetEvent | Rejected)[] = [];
  #at = 0;

  /** @param bytes size of the capture, counted as read when its first batch is there */
  constructor(batches: AsyncIterable<{ events: NetEvent[]; rejected: Rejected[] }>, bytes: number) {
    this.#batches = batches[Symbol.asyncIterator]();
    this.#bytes = bytes;
  }

  next(): NetEvent | Rejected | undefined {
    return this.#ready[this.#at++];
  }

  async fill(): Promise<boolean> {
    const result = await this.#batches.next();
    this.taken = this.#bytes;
    if (result.done === true) return false;
    this.#ready = [...result.value.rejected, ...result.value.events];
    this.#at = 0;
    return true;
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}
