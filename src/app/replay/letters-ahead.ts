import type { NetEvent, Rejected } from "../../schema/event.ts";
import type { Input } from "../../sensors/discover.ts";

interface Read {
  events: NetEvent[];
  rejected: Rejected[];
}

/** Messages of their own file that are opened before it is their turn, and the bytes that all of them may have together. */
const MOST = 16;
const MOST_BYTES = 16_777_216;

/**
 * A folder of messages is many small files, and each is opened in another process: those that come next are begun while what lies between them is judged, else
 * either side waits for the other. What comes out, and in what order, is the same. Memory: sixteen messages of 16 MiB together; a mailbox file is never read ahead.
 */
export class LettersAhead {
  readonly #read: (input: Input) => AsyncIterable<Read>;
  readonly #begun = new Map<string, { batches: Promise<Read[]>; bytes: number }>();
  #bytes = 0;

  constructor(read: (input: Input) => AsyncIterable<Read>) {
    this.#read = read;
  }

  prepare(input: Input): void {
    if (input.kind !== "eml" || input.gzip || this.#begun.has(input.path) || this.#begun.size >= MOST || this.#bytes + input.bytes > MOST_BYTES) return;
    const batches = collect(this.#read(input));
    // It is thrown to whoever asks for it; until then nobody listens.
    batches.catch(() => undefined);
    this.#begun.set(input.path, { batches, bytes: input.bytes });
    this.#bytes += input.bytes;
  }

  async *read(input: Input): AsyncGenerator<Read, void, void> {
    const begun = this.#begun.get(input.path);
    if (begun === undefined) {
      yield* this.#read(input);
      return;
    }
    this.#begun.delete(input.path);
    this.#bytes -= begun.bytes;
    yield* await begun.batches;
  }
}

async function collect(read: AsyncIterable<Read>): Promise<Read[]> {
  const out: Read[] = [];
  for await (const batch of read) out.push(batch);
  return out;
}
