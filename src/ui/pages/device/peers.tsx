import { Link } from "@tanstack/react-router";
import { ShareBar } from "../../charts/score-bar.tsx";
import type { DeviceDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { plain } from "../../words/plain.ts";

/** Devices that behave alike, nearest first, and how each differs. */
export function Peers({ device }: { device: DeviceDetail }) {
  const { peersByBehaviour: peers, group } = device;
  return (
    <Section
      title="Peers"
      sub={group === undefined ? "by behaviour, nearest first" : `${group.size} in ${plain(group.label, 40)}`}
      aside="likeness, and how they differ"
    >
      {group?.found === undefined ? null : (
        <p className="small">
          <Shown text={group.found} max={700} />
        </p>
      )}
      {peers.length === 0 ? (
        <p className="small">None yet: too little is known of it, or nothing behaves alike. The whole organisation stands in.</p>
      ) : (
        <table className="dev-row">
          <colgroup>
            <col style={{ width: 120 }} />
            <col style={{ width: 112 }} />
            <col />
          </colgroup>
          <tbody>
            {peers.slice(0, 8).map((p) => (
              <tr key={p.id}>
                <td className="clip">
                  <Link to="/devices/$id" params={{ id: p.id }} search={{}}>
                    <Shown text={p.hostname ?? p.id} max={40} />
                  </Link>
                </td>
                <td>
                  <span className="sev">
                    <ShareBar value={p.likeness} label="likeness" />
                    {p.likeness.toFixed(2)}
                  </span>
                </td>
                <td className="clip two" title={plain(p.differs)}>
                  <Shown text={p.differs} max={80} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
