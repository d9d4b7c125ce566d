import { CodedError } from "../base/result.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import type { Estimator } from "../stats/estimator.ts";

type Saved = Pick<Estimator<never>, "save" | "load">;

/** Writes an estimator's bytes with their length. */
export function saveEstimator(out: ByteWriter, estimator: Saved): void {
  out.array(estimator.save());
}

/** Throws CodedError with the estimator's own code when it refuses its bytes. */
export function loadEstimator(reader: ByteReader, estimator: Saved): void {
  const bytes = new Uint8Array(reader.peekCount());
  reader.arrayInto(bytes);
  const loaded = estimator.load(bytes);
  if (!loaded.ok) throw new CodedError(loaded.error.code, loaded.error.reason);
}
