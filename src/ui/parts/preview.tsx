import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CallInput } from "../client/call.ts";
import { get } from "../client/queries.ts";
import { Shown } from "./shown.tsx";
import { Failed } from "./states.tsx";

/** What is about to be changed, as the preview is asked for it. */
export type PreviewOf = NonNullable<CallInput<"preview">["query"]>;

const POLL = 700;

/**
 * What a change would have hidden, worked out before it is made: the stored days, then the attack scripts, with how far it is. `ready` once the answer stands
 * there, or the reader has said that he decides without it.
 */
export function usePreview(of: PreviewOf | undefined) {
  const [unseen, setUnseen] = useState<string | undefined>(undefined);
  const key = JSON.stringify(of);
  const query = useQuery({
    ...get("preview", { query: of ?? { kind: "snooze", entity: "" } }),
    enabled: of !== undefined,
    refetchInterval: (q) => (q.state.data?.state === "waiting" || q.state.data?.state === "running" ? POLL : false),
    staleTime: 0,
  });
  const over = query.data?.state === "done" || query.data?.state === "failed" || query.error !== null;
  return { query, over, ready: over || unseen === key, unseen: unseen === key, decideWithout: () => setUnseen(key) };
}

export function PreviewBox({ preview }: { preview: ReturnType<typeof usePreview> }) {
  const { query, over, unseen, decideWithout } = preview;
  if (query.error !== null) return <Failed what="What it would hide" error={query.error} onRetry={() => void query.refetch()} />;
  const data = query.data;
  const share = Math.round(100 * (data?.progress ?? 0));
  return (
    <div className="pv" aria-live="polite">
      {over ? null : (
        <>
          <progress max={100} value={share} aria-label="How far the preview is" />
          <p className="small">
            Trying it first: {data === undefined ? "asking" : data.step}, {share} %.{" "}
            {unseen ? (
              "You decide without it."
            ) : (
              <button type="button" className="lk" onClick={decideWithout}>
                Decide without it
              </button>
            )}
          </p>
        </>
      )}
      {data?.state === "failed" ? (
        <p className="small">
          It could not be tried: <Shown text={data.reason ?? "no reason was given"} max={300} />
        </p>
      ) : null}
      {data === undefined || data.sentence === "" ? null : (
        <p>
          <b>
            <Shown text={data.sentence} max={400} />
          </b>
        </p>
      )}
      {(data?.unknown.length ?? 0) === 0 ? null : (
        <ul className="small dim">
          {data?.unknown.map((text) => (
            <li key={text}>
              <Shown text={text} max={300} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
