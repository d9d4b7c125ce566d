import { constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { type LimitLog, MAIL_LIMITS } from "../limits.ts";

/**
 * What unpacking may produce for one message in all, counted on bytes that came out and never on sizes that a file declares (an archive may lie about them
 * either way). 100 MB and 200 times the packed size, though a megabyte is always allowed.
 */
export class ProduceBudget {
  #left: number = MAIL_LIMITS.archiveBytes;
  readonly #limits: LimitLog;

  constructor(limits: LimitLog) {
    this.#limits = limits;
  }

  get left(): number {
    return this.#left;
  }

  /** Unpacked bytes; undefined when they are damaged or would exceed the budget, which then stands among the limits. */
  unpack(method: "deflate" | "zlib" | "gzip" | "store", packed: Buffer, path: readonly string[]): Buffer | undefined {
    const byRatio = Math.max(1_048_576, packed.length * MAIL_LIMITS.archiveRatio);
    const most = Math.min(this.#left, byRatio);
    if (most <= 0 || (method === "store" && packed.length > most)) {
      this.#limits.hit("archive-bytes", path);
      return undefined;
    }
    let bytes: Buffer;
    try {
      const options = { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH };
      bytes =
        method === "store"
          ? packed
          : method === "deflate"
            ? inflateRawSync(packed, options)
            : method === "gzip"
              ? gunzipSync(packed, options)
              : inflateSync(packed, options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
        this.#limits.hit(byRatio < this.#left ? "archive-ratio" : "archive-bytes", path);
        // A refused bomb has cost what it was allowed; ten of them must not cost ten times as much.
        this.#left -= most / 4;
      }
      return undefined;
    }
    this.#left -= bytes.length;
    return bytes;
  }
}
