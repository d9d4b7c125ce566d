import { useCallback, useEffect, useState } from "react";
import { useKeys } from "../prefs/keys.ts";

/** One cursor over a list: j and k, arrows, Home and End. -1 when the list is empty. */
export function useCursor(length: number, first = 0): { at: number; set: (index: number) => void } {
  const [at, setAt] = useState(first);
  useEffect(() => {
    if (at >= length && length > 0) setAt(length - 1);
  }, [at, length]);
  const move = useCallback((by: number) => setAt((now) => Math.max(0, Math.min(length - 1, now + by))), [length]);
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    down: () => move(1),
    up: () => move(-1),
    home: () => setAt(0),
    end: () => setAt(Math.max(0, length - 1)),
  });
  return { at: length === 0 ? -1 : Math.min(at, length - 1), set: setAt };
}
