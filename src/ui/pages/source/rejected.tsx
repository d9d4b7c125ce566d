import type { SourceDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { count } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

/** Records that could not be understood: file, line, why, and how they begin. */
export function Rejected({ source }: { source: SourceDetail }) {
  return (
    <Section title="Rejected records" sub={`${count(source.rejectedSamples.length)} of ${count(source.rejected)}, the latest`}>
      {source.rejectedSamples.length === 0 ? (
        <p className="small">Every record was understood.</p>
      ) : (
        <table className="rec">
          <colgroup>
            <col style={{ width: 260 }} />
            <col style={{ width: 270 }} />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th>File, line</th>
              <th>Reason</th>
              <th>It begins</th>
            </tr>
          </thead>
          <tbody>
            {source.rejectedSamples.map((r) => (
              <tr key={`${r.file}${r.line}`}>
                <td className="clip" title={plain(`${r.file}:${r.line}`)}>
                  <Shown text={`${r.file}:${r.line}`} max={120} />
                </td>
                <td className="clip" title={plain(r.reason)}>
                  <Shown text={r.reason} max={120} />
                </td>
                <td className="clip two">
                  <Shown text={r.excerpt} max={120} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
