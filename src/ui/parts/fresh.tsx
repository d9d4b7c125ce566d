import { counted } from "../words/numbers.ts";
import { Kbd } from "./kbd.tsx";

/** The bar of rows that wait. It keeps its height when there are none, so that nothing moves when there are. */
export function Fresh({ newer, onRelease, noun = "newer row" }: { newer: number; onRelease: () => void; noun?: string }) {
  if (newer === 0) return null;
  return (
    <button type="button" className="fresh" onClick={onRelease}>
      ↑ {counted(newer, noun)} <Kbd k="." />
    </button>
  );
}
