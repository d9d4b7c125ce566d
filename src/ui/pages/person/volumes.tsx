import { RangeStrip } from "../../charts/range-strip.tsx";
import type { PersonDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { measured } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

/** How much of each activity today, beside what 95 % of its days stay under. */
export function Volumes({ person }: { person: PersonDetail }) {
  return (
    <Section title="Amounts" sub="today beside what 95 % of its days stay under">
      {person.volumes.length === 0 ? (
        <p className="small">Nothing that is counted by the day: mails, files, sign-ins, messages.</p>
      ) : (
        <table className="dev-row">
          <caption className="sr">Amounts: activity, today, usual at most</caption>
          <colgroup>
            <col />
            <col style={{ width: 160 }} />
          </colgroup>
          <tbody>
            {person.volumes.map((v) => (
              <tr key={v.activity}>
                <td className="clip">
                  {plain(v.activity, 40)}
                  <span className="small dim"> up to {measured(v.high)}</span>
                </td>
                <td>
                  <RangeStrip
                    why={{ feature: v.activity, observed: v.today, expected: `up to ${v.high}`, text: "", usual: { low: 0, high: Math.max(v.high, 0.5) } }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
