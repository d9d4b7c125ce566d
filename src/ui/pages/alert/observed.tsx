import { ObservedStrip } from "../../charts/observed-strip.tsx";
import { WeightBar } from "../../charts/weight-bar.tsx";
import type { AlertDetail, Why } from "../../client/types.ts";
import { Legend } from "../../parts/legend.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Empty } from "../../parts/states.tsx";
import { entityName } from "../../words/entities.ts";
import { featureName, weights } from "../../words/features.ts";
import { measured, probability } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { peerUsualOf, usualOf } from "../../words/usual.ts";
import { withoutReasons } from "../../words/without.ts";

/** Each reason on its own scale: own usual above the line, peers below, the observed through both; then own, peers, p and the points it brings. */
export function Observed({ alert }: { alert: AlertDetail }) {
  const { points, shared } = weights(alert.score, alert.why);
  const top = Math.max(1, ...points);
  const name = entityName(alert.entity);
  const without = withoutReasons(alert.score, alert.why);
  const hasPeers = alert.why.some((w) => peerUsualOf(w) !== undefined);
  return (
    <Section
      title="Observed against the usual"
      aside={
        <Legend
          items={[
            ["usual", <Shown key="n" text={`${name}, above the line`} max={60} />],
            ...(hasPeers ? ([["peer", "its peers, below it"]] as const) : []),
            ["now", "observed"],
          ]}
        />
      }
    >
      {alert.why.length === 0 ? (
        <Empty
          sentence="This model fires on a fact, not on a measure."
          checked="It gives no reason that could be drawn against the usual; the records below are the proof."
        />
      ) : (
        <table className="obsv">
          <colgroup>
            <col />
            <col style={{ width: 230 }} />
            <col style={{ width: 132 }} />
            <col style={{ width: 104 }} />
            <col style={{ width: 52 }} />
            <col style={{ width: 68 }} />
          </colgroup>
          <thead>
            <tr>
              <th>Feature</th>
              <th>
                <span className="sr">Chart</span>
              </th>
              <th className="n">Own usual</th>
              <th className="n">Peers</th>
              <th className="n">p</th>
              <th>{shared ? "Share" : "Score"}</th>
            </tr>
          </thead>
          <tbody>
            {alert.why.map((why, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: reasons of a written alert do not move
              <Reason key={i} why={why} points={points[i] ?? 0} top={top} />
            ))}
          </tbody>
        </table>
      )}
      {without.length === 0 ? null : <p className="small">{without.join(" ")}</p>}
      {shared && alert.why.some((w) => w.p !== undefined) ? (
        <p className="small dim">
          Share: the score divided among the reasons by how improbable each is (−log₁₀ p). A feature without a measure stands on the scale of its rarity, where
          one in 20 is usual.
        </p>
      ) : null}
    </Section>
  );
}

function Reason({ why, points, top }: { why: Why; points: number; top: number }) {
  const observed = typeof why.observed === "number" ? measured(why.observed, usualOf(why)?.unit) : why.observed;
  const name = plain(featureName(why.feature), 40);
  return (
    <tr>
      <td className="wrapline" title={plain(why.text, 500)}>
        <b>{name}</b>
        <span className="small">
          <Shown text={observed} max={90} />
        </span>
      </td>
      <td>
        <ObservedStrip why={why} label={plain(`${name}: ${why.text}`, 300)} />
      </td>
      <td className="wrap n">
        <Shown text={String(why.expected)} max={160} />
      </td>
      <td className="wrap n">{why.peers === undefined ? <span className="dim">—</span> : <Shown text={why.peers} max={160} />}</td>
      <td className={why.p === undefined || why.p > 0.05 ? "n dim" : "n"}>{why.p === undefined ? "—" : probability(why.p)}</td>
      <td>{why.p === undefined && why.weight === undefined ? <span className="dim">—</span> : <WeightBar points={points} of={top} />}</td>
    </tr>
  );
}
