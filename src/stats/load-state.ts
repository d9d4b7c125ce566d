import { CodedError, fail, ok, type Result } from "../base/result.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/** Starts a saved state with its kind and version, so that another estimator's bytes are refused with a word. */
export function stateWriter(kind: string, version: number): ByteWriter {
  const out = new ByteWriter();
  out.text(kind);
  out.u32(version);
  return out;
}

/**
 * Runs `read` on saved bytes after checking kind and version. Failures: `state-kind`, `state-version`, `state-truncated`,
 * `state-size`. `read` must set nothing before its last read has succeeded.
 */
export function loadState(bytes: Uint8Array, kind: string, version: number, read: (reader: ByteReader) => void): Result<void> {
  try {
    const reader = new ByteReader(bytes);
    // A first length beyond any kind's name means that these bytes are something else altogether.
    if (reader.peekCount() > 64) return fail("state-kind", `these bytes are not a saved ${kind}`);
    const found = reader.text();
    if (found !== kind) return fail("state-kind", `these bytes are a saved ${found}, not a ${kind}`);
    const stands = reader.u32();
    if (stands !== version) return fail("state-version", `saved ${kind} has version ${stands}, this program reads version ${version}`);
    read(reader);
    return ok(undefined);
  } catch (error) {
    if (error instanceof CodedError) return fail(error.code, error.message);
    throw error;
  }
}
