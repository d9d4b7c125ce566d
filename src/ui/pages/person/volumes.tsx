import { RangeStrip } from "../../charts/range-strip.tsx";
import type { PersonDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { count, measured } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

const MOST = 10;

/** How much of each activity today, beside what 95 % of its days stay under. */
export function Volumes({ person }: { person: PersonDetail }) {
  const known = person.days >= 5;
  const rows = person.volumes
    .filter((v) => v.today > 0 || known)
    .sort((a, b) => b.today - a.today || b.high - a.high || (a.activity < b.activity ? -1 : 1))
    .slice(0, MOST);
  return (
    <Section title="Amounts" sub={known ? "today beside what 95 % of its days stay under" : "today; too few days for a usual"}>
      {rows.length === 0 ? (
        <p className="small">Nothing that is counted by the day: mails, files, sign-ins, messages.</p>
      ) : (
        <table className="dev-row">
          <caption className="sr">Amounts: activity, today, usual at most</caption>
          <colgroup>
            <col />
            <col style={{ width: 160 }} />
          </colgroup>
          <tbody>
            {rows.map((v) => (
              <tr key={v.activity}>
                <td className="clip">{plain(v.activity, 40)}</td>
                <td>
                  {known ? (
                    <RangeStrip
                      why={{
                        feature: v.activity,
                        observed: v.today,
                        expected: `up to ${measured(v.high)}`,
                        text: "",
                        usual: { low: 0, high: Math.max(Number(v.high.toPrecision(3)), 0.5) },
                      }}
                    />
                  ) : (
                    <b>{count(v.today)}</b>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
