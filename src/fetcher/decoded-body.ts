import type { IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

export interface Body {
  bytes: Buffer;
  /** There was more than is kept, or the encoding broke off. */
  cut: boolean;
}

/** Small pieces: a bomb overshoots the limit by one of them at most. */
const PIECE = 16_384;

/**
 * The body, decoded while it arrives and counted in produced bytes: reading ends at `most`, whatever lengths the server claims. A page that never ends is
 * what came of it until `signal`, since a browser would show that too; rejects when nothing came.
 */
export function readBody(answer: IncomingMessage, most: number, signal: AbortSignal): Promise<Body> {
  const decoder = decoderOf(answer.headers["content-encoding"]);
  if (decoder === "unknown") {
    answer.destroy();
    return Promise.resolve({ bytes: Buffer.alloc(0), cut: true });
  }
  const source = decoder === undefined ? answer : answer.pipe(decoder);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    let done = false;
    const finish = (cut: boolean): void => {
      if (done) return;
      done = true;
      signal.removeEventListener("abort", aborted);
      answer.destroy();
      decoder?.destroy();
      resolve({ bytes: Buffer.concat(parts).subarray(0, most), cut });
    };
    const aborted = (): void => {
      if (size > 0) {
        finish(true);
        return;
      }
      done = true;
      answer.destroy();
      decoder?.destroy();
      reject(signal.reason);
    };
    if (signal.aborted) {
      aborted();
      return;
    }
    signal.addEventListener("abort", aborted, { once: true });
    source.on("data", (piece: Buffer) => {
      if (done) return;
      parts.push(piece);
      size += piece.length;
      if (size > most) finish(true);
    });
    source.once("end", () => finish(false));
    // What came before a broken stream is still what a browser would have shown.
    source.once("error", () => finish(true));
    answer.once("error", () => finish(true));
    answer.once("close", () => {
      if (!answer.complete) finish(true);
    });
  });
}

function decoderOf(encoding: string | undefined): Transform | undefined | "unknown" {
  switch (encoding?.trim().toLowerCase() ?? "") {
    case "":
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
      return createGunzip({ chunkSize: PIECE });
    case "deflate":
      return createInflate({ chunkSize: PIECE });
    case "br":
      return createBrotliDecompress({ chunkSize: PIECE });
    default:
      return "unknown";
  }
}
