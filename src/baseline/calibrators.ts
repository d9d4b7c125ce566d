import { CodedError } from "../base/result.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import type { ConformalCalibrator } from "../stats/conformal-calibrator.ts";

/** Saves a row of calibrators; those that have seen nothing cost one byte. */
export function saveCalibrators(out: ByteWriter, calibrators: readonly ConformalCalibrator[]): void {
  out.u32(calibrators.length);
  for (const calibrator of calibrators) {
    out.u8(calibrator.count > 0 ? 1 : 0);
    if (calibrator.count > 0) out.array(calibrator.save());
  }
}

export function loadCalibrators(reader: ByteReader, calibrators: readonly ConformalCalibrator[]): void {
  const count = reader.u32();
  if (count !== calibrators.length) throw new CodedError("state-size", `saved state has ${count} calibrators, this program ${calibrators.length}`);
  for (const calibrator of calibrators) {
    if (reader.u8() === 0) continue;
    const bytes = new Uint8Array(reader.peekCount());
    reader.arrayInto(bytes);
    const loaded = calibrator.load(bytes);
    if (!loaded.ok) throw new CodedError(loaded.error.code, loaded.error.reason);
  }
}
