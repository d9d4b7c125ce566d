import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { StreamMessage } from "../../contract/index.ts";
import { type Held, hold } from "./held.ts";
import { onMessage } from "./stream.ts";

/** Longest time between a message and the quiet fetch that it causes. */
const GATHER_MS = 1_500;

/** Asks again, quietly and at most every 1.5 s, for the answers of these routes when a message of the stream concerns them. */
export function useRefetchOn(routes: readonly string[], concerns: (message: StreamMessage) => boolean): void {
  const client = useQueryClient();
  const latest = useRef({ routes, concerns });
  latest.current = { routes, concerns };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onMessage((message) => {
      if (timer !== undefined || !(message.type === "resync" || latest.current.concerns(message))) return;
      timer = setTimeout(() => {
        timer = undefined;
        for (const route of latest.current.routes) void client.invalidateQueries({ queryKey: [route] });
      }, GATHER_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client]);
}

/**
 * The rows of a list that do not move under the eye: the first answer stands until the reader lets the newer rows in, or asks for something else (`key`).
 * Values of rows that stand change in place.
 */
export function useHeld<T>(key: string, latest: readonly T[] | undefined, idOf: (row: T) => string): Held<T> & { release: () => void } {
  const [shown, setShown] = useState<{ key: string; rows: readonly T[] } | undefined>(undefined);
  const current = shown?.key === key ? shown.rows : latest;
  useEffect(() => {
    if (latest !== undefined && shown?.key !== key) setShown({ key, rows: latest });
  }, [key, latest, shown]);
  const release = useCallback(() => {
    if (latest !== undefined) setShown({ key, rows: latest });
  }, [key, latest]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: idOf is a plain function of the row
  const held = useMemo(() => hold(current ?? [], latest ?? current ?? [], idOf), [current, latest]);
  return { ...held, release };
}
