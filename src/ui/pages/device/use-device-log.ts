import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { call } from "../../client/call.ts";
import type { LogRow } from "../../client/types.ts";
import { onMessage } from "../../live/stream.ts";
import type { LogFilter } from "./log-filter.ts";

const PAGE = 100;
/** Rows kept in the page; older ones are asked for again when they are wanted. */
const MOST = 5_000;
const QUIET_MS = 3_000;

export interface DeviceLog {
  rows: readonly LogRow[];
  newer: number;
  /** More may have come than one page tells. */
  newerAtLeast: boolean;
  release: () => void;
  older: () => void;
  state: "loading" | "failed" | "there";
  error: unknown;
  more: boolean;
  retry: () => void;
}

/**
 * The log of a device, newest first: older pages on demand; what is newer is fetched when the stream says that time has passed, and held until it is
 * let in. Rows that are read never move.
 */
export function useDeviceLog(id: string, filter: LogFilter): DeviceLog {
  const kinds = filter.kinds?.join(",");
  const key = `${id}|${kinds ?? ""}`;
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: ["deviceLog", id, kinds],
    queryFn: ({ pageParam, signal }) => call("deviceLog", { params: { id }, query: { before: pageParam, kinds, limit: PAGE }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    maxPages: MOST / PAGE,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const pages = query.data?.pages;
  const base = useMemo(() => pages?.flatMap((page) => page.rows) ?? [], [pages]);
  const [let_, setLet] = useState<{ key: string; rows: readonly LogRow[] }>({ key, rows: [] });
  const [waiting, setWaiting] = useState<{ key: string; rows: readonly LogRow[]; full: boolean }>({ key, rows: [], full: false });
  const admitted = let_.key === key ? let_.rows : [];
  const rows = useMemo(() => unique([...admitted, ...base]), [admitted, base]);
  const seen = useRef(rows);
  seen.current = rows;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const controller = new AbortController();
    const look = async (): Promise<void> => {
      timer = undefined;
      if (document.visibilityState === "hidden") return;
      try {
        const answer = await call("deviceLog", { params: { id }, query: { kinds, limit: PAGE }, signal: controller.signal }, { background: true });
        const have = new Set(seen.current.map((row) => row.id));
        const fresh = answer.rows.filter((row) => !have.has(row.id));
        setWaiting({ key, rows: fresh, full: fresh.length === answer.rows.length && answer.rows.length >= PAGE });
      } catch {
        // The line under the masthead tells when the stream is lost; a quiet look that fails is made again at the next message.
      }
    };
    const stop = onMessage((message) => {
      const concerns = message.type === "rate" || message.type === "resync" || (message.type === "alert" && message.entity.id === id);
      if (concerns && timer === undefined) timer = setTimeout(() => void look(), QUIET_MS);
    });
    return () => {
      stop();
      controller.abort();
      clearTimeout(timer);
    };
  }, [id, kinds, key]);

  const held = waiting.key === key ? waiting : { rows: [], full: false };
  const release = useCallback(() => {
    if (held.full) {
      // A gap lies between: begin anew from the newest.
      setLet({ key, rows: [] });
      void client.resetQueries({ queryKey: ["deviceLog", id, kinds] });
    } else setLet({ key, rows: [...held.rows, ...admitted] });
    setWaiting({ key, rows: [], full: false });
  }, [held, admitted, key, client, id, kinds]);

  return {
    rows,
    newer: held.rows.length,
    newerAtLeast: held.full,
    release,
    older: () => {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
    },
    state: query.data !== undefined ? "there" : query.error === null ? "loading" : "failed",
    error: query.error,
    more: query.hasNextPage,
    retry: () => void query.refetch(),
  };
}

function unique(rows: readonly LogRow[]): LogRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    if (seen.has(row.id)) return false;
    seen.add(row.id);
    return true;
  });
}
