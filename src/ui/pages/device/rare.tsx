import type { DeviceDetail } from "../../client/types.ts";
import { ExternalLink } from "../../parts/entity-link.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { featureName } from "../../words/features.ts";
import { count } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

/** Features whose values stand outside and have a page of their own. */
const OUTSIDE = new Set(["endpoint", "domain", "asn"]);

/** What it touched that few others do. */
export function Rare({ device }: { device: DeviceDetail }) {
  const rare = device.rare.slice(0, 8);
  return (
    <Section title="Rare things it touched" aside={rare[0] === undefined ? undefined : `seen by, of ${count(rare[0].of)} devices`}>
      {rare.length === 0 ? (
        <p className="small">Nothing that others do not touch too.</p>
      ) : (
        <table className="dev-row">
          <colgroup>
            <col style={{ width: 160 }} />
            <col style={{ width: 32 }} />
            <col />
          </colgroup>
          <tbody>
            {rare.map((r) => (
              <tr key={`${r.what}${r.value}`}>
                <td className="mono clip" title={plain(r.value, 300)}>
                  {OUTSIDE.has(r.what) ? (
                    <ExternalLink id={r.what === "asn" && /^\d+$/.test(r.value) ? `AS${r.value}` : r.value} />
                  ) : (
                    <Shown text={r.value} max={80} />
                  )}
                </td>
                <td className={r.devices <= 2 ? "n mk" : "n"}>{r.devices}</td>
                <td className="clip two">
                  {plain(featureName(r.what), 40)}
                  {r.firstSeen === undefined ? null : (
                    <>
                      , first <Time iso={r.firstSeen} as="minute" />
                    </>
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
