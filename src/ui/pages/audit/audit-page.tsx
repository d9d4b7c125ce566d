import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { call } from "../../client/call.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useReader } from "../../shell/session.ts";
import { counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

/** Every change: who, what, why, and whether the chain of hashes stands. */
export function AuditPage(): ReactNode {
  const { role } = useReader();
  const audit = useInfiniteQuery({
    queryKey: ["audit", "list"],
    queryFn: ({ pageParam, signal }) => call("audit", { query: { before: pageParam, limit: 100 }, signal }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.next,
  });
  const rows = audit.data?.pages.flatMap((p) => p.rows) ?? [];
  const first = audit.data?.pages[0];
  return (
    <main id="main" tabIndex={-1}>
      <PageHead
        name="Audit"
        kick={["Audit", "every change of state"]}
        headline={
          first === undefined
            ? "The audit log."
            : first.chain === "verified"
              ? `${counted(rows[0]?.seq ?? 0, "change")} on record, and the chain of hashes holds.`
              : `The chain of hashes breaks at row ${first.brokenAt}: rows from there on cannot be trusted.`
        }
      />
      <Section title="Changes" sub="newest first">
        <Answered query={{ ...audit, data: audit.data }} what="The audit log" rows={14} height={20} needs="admin" role={role}>
          {() =>
            rows.length === 0 ? (
              <Empty sentence="Nothing was changed yet." checked="The log begins with the first administrator." />
            ) : (
              <>
                <table className="rec">
                  <colgroup>
                    <col style={{ width: 52 }} />
                    <col style={{ width: 160 }} />
                    <col style={{ width: 150 }} />
                    <col style={{ width: 150 }} />
                    <col />
                    <col style={{ width: 280 }} />
                    <col style={{ width: 110 }} />
                  </colgroup>
                  <thead>
                    <tr>
                      <th className="n">Row</th>
                      <th>Time</th>
                      <th>Who</th>
                      <th>What</th>
                      <th>On</th>
                      <th>Why</th>
                      <th>Hash</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((r) => (
                      <tr key={r.seq} className={first?.brokenAt === r.seq ? "lit" : ""}>
                        <td className="n">{r.seq}</td>
                        <td>
                          <Time iso={r.time} />
                        </td>
                        <td className="clip">
                          <Shown text={r.actor} max={40} />
                        </td>
                        <td className="clip" title={plain(r.route)}>
                          <Shown text={r.action} max={40} />
                        </td>
                        <td className="clip" title={plain(r.target)}>
                          <Shown text={r.target} max={120} />
                        </td>
                        <td className="clip two" title={plain(r.why)}>
                          <Shown text={r.why} max={160} />
                        </td>
                        <td className="hash" title={r.hash}>
                          {r.hash.slice(0, 12)}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
                {audit.hasNextPage ? (
                  <div className="btns twelve">
                    <button type="button" className="btn" disabled={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
                      Older rows
                    </button>
                  </div>
                ) : null}
              </>
            )
          }
        </Answered>
      </Section>
    </main>
  );
}
