import type { ReactNode } from "react";
import type { Role } from "../../contract/index.ts";
import { CallError, isForbidden, sentenceOf } from "../client/problem.ts";
import { Shown } from "./shown.tsx";
import { Time } from "./time.tsx";

/** Says what was checked, when, and the next best thing. */
export function Empty({ sentence, checked, children }: { sentence: string; checked: ReactNode; children?: ReactNode }) {
  return (
    <div className="state" data-kind="empty">
      <p className="read">{sentence}</p>
      <p className="small">{checked}</p>
      {children === undefined ? null : <div className="btns">{children}</div>}
    </div>
  );
}

const WIDTHS = ["62%", "78%", "54%", "86%", "70%", "48%"];
/** Rows of final height, so that nothing jumps when they fill. */
export function Loading({ rows, height, label }: { rows: number; height: number; label: string }) {
  return (
    <div role="status" aria-label={`Loading ${label}`}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of nothing
        <div className="skel-row" key={i} style={{ height }}>
          <span className="skel" style={{ width: 30 }} />
          <span className="skel" style={{ width: 60 }} />
          <span className="skel" style={{ width: WIDTHS[i % WIDTHS.length] }} />
          <span className="skel" style={{ width: 80 }} />
        </div>
      ))}
    </div>
  );
}

/** What failed, the last good view dated, and a way to try again. */
export function Failed({ what, error, lastGood, onRetry }: { what: string; error: unknown; lastGood?: string; onRetry?: () => void }) {
  return (
    <div className="state" data-kind="error" role="alert">
      <p>
        <span className="mk">{what} could not be read.</span> <Shown text={sentenceOf(error)} max={400} />
      </p>
      {lastGood === undefined ? null : (
        <p className="small">
          What stands here is from <Time iso={lastGood} zone />.
        </p>
      )}
      {onRetry === undefined ? null : (
        <div className="btns">
          <button type="button" className="btn" onClick={onRetry}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}

/** What is hidden, and who may see it. */
export function NoPermission({ what, role, needs }: { what: string; role: Role | undefined; needs: Role }) {
  return (
    <div className="state" data-kind="noperm">
      <p className="read">
        {what} is for the role {needs}.
      </p>
      <p className="small">You are signed in as {role ?? "nobody"}. An administrator can change a role on the Account page; the change is logged.</p>
    </div>
  );
}

/** The headline of a page whose answer is not there: still asked for, or failed. */
export function waitingFor(what: string, error: Error | null): string {
  return error === null ? `Reading ${what}…` : `${what.charAt(0).toUpperCase()}${what.slice(1)} could not be read.`;
}

interface QueryLike<T> {
  data: T | undefined;
  error: Error | null;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

/** One answer of the API in its states: loading, failed (with or without an older view), no permission, there. */
export function Answered<T>({
  query,
  what,
  rows = 4,
  height = 26,
  needs = "analyst",
  role,
  children,
}: {
  query: QueryLike<T>;
  what: string;
  rows?: number;
  height?: number;
  needs?: Role;
  role?: Role | undefined;
  children: (data: T) => ReactNode;
}) {
  const { data, error } = query;
  const retry = (): void => void query.refetch();
  if (data === undefined && error !== null) {
    if (isForbidden(error) && error instanceof CallError && error.code === "role-too-low") return <NoPermission what={what} role={role} needs={needs} />;
    return <Failed what={what} error={error} onRetry={retry} />;
  }
  if (data === undefined) return <Loading rows={rows} height={height} label={what} />;
  return (
    <>
      {error === null ? null : <Failed what={what} error={error} lastGood={new Date(query.dataUpdatedAt).toISOString()} onRetry={retry} />}
      {children(data)}
    </>
  );
}
