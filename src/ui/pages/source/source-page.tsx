import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useRemoveSource } from "../../actions/remove-source.ts";
import { CoverageStrip } from "../../charts/coverage-strip.tsx";
import { isMissing } from "../../client/problem.ts";
import { get } from "../../client/queries.ts";
import type { SourceDetail } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { AsTable } from "../../parts/as-table.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Legend } from "../../parts/legend.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useWidth } from "../../parts/use-width.ts";
import { useMay } from "../../shell/session.ts";
import { bytes, count, counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { stateWords } from "../../words/sources.ts";
import { span } from "../../words/time.ts";
import { Rejected } from "./rejected.tsx";

export function SourcePage(): ReactNode {
  const { id } = useParams({ from: "/sources/$id" });
  const query = useQuery(get("source", { params: { id } }));
  useRefetchOn(["source"], (m) => m.type === "rate" || (m.type === "source" && m.id === id));
  if (query.data !== undefined) return <SourceView source={query.data} />;
  return (
    <main id="main" tabIndex={-1}>
      {isMissing(query.error) ? (
        <>
          <PageHead name="Source" kick={["Sources"]} headline="There is no source of this name." />
          <Empty sentence="It is not watched now; events that it brought are kept and found by search." checked={<Shown text={`Asked for ${id}.`} />}>
            <Link to="/sources" className="btn">
              To the sources
            </Link>
          </Empty>
        </>
      ) : (
        <Answered query={query} what="The source" rows={8} height={26}>
          {() => null}
        </Answered>
      )}
    </main>
  );
}

function SourceView({ source }: { source: SourceDetail }) {
  const { ref, width } = useWidth<HTMLDivElement>(860);
  return (
    <main id="main" tabIndex={-1} className="src-grid">
      <PageHead
        name={source.id}
        kick={[
          <Link key="s" to="/sources">
            Sources
          </Link>,
          source.synthetic ? `${source.kind}, synthetic` : source.kind,
          <Shown key="p" className="mono" text={source.path} max={100} />,
        ]}
        headline={
          <>
            <Shown text={source.id} max={40} /> is {stateWords(source.state)}.
          </>
        }
        standfirst={source.reason === undefined || source.reason === stateWords(source.state) ? undefined : <Shown text={source.reason} max={400} />}
      />
      <div className="stack">
        <Section
          title="Last 24 h"
          sub="events by quarter hour of event time"
          aside={
            <Legend
              items={[
                ["peer", "read"],
                ["hatch", "nothing read"],
              ]}
            />
          }
        >
          <div ref={ref}>
            <CoverageStrip history={source.history} name={source.id} width={width} height={64} />
          </div>
          <AsTable
            caption="Events by quarter hour"
            head={["From", "Events"]}
            rows={source.history.map((h) => [<Time key="t" iso={h.start} as="minute" />, h.events === null ? "nothing read" : count(h.events)])}
          />
        </Section>
        <Rejected source={source} />
        <Files source={source} />
      </div>
      <div className="stack">
        <Health source={source} />
        <FamiliesRead source={source} />
        <Remove id={source.id} />
      </div>
    </main>
  );
}

function Health({ source }: { source: SourceDetail }) {
  return (
    <Section title="Health">
      <dl className="kv">
        <dt>Last event</dt>
        <dd>{source.lastEvent === undefined ? "none yet" : <Time iso={source.lastEvent} zone />}</dd>
        <dt>Lag</dt>
        <dd>{source.lagSeconds === undefined ? "not measured" : span(source.lagSeconds)}</dd>
        <dt>Rate</dt>
        <dd>
          {count(source.rate)} a minute, {source.usualRate === undefined ? "usual not learned yet" : `usual ${count(source.usualRate)}`}
        </dd>
        <dt>Events</dt>
        <dd>{count(source.events)}</dd>
        <dt>Seen twice</dt>
        <dd>{count(source.duplicates)}, kept, counted once</dd>
        <dt>Rejected</dt>
        <dd>{count(source.rejected)}</dd>
        <dt>Read</dt>
        <dd>
          {bytes(source.bytes)} in {counted(source.files, "file")}
        </dd>
      </dl>
    </Section>
  );
}

function FamiliesRead({ source }: { source: SourceDetail }) {
  return (
    <Section title="Kinds it brings">
      <table className="dev-row">
        <tbody>
          {source.families.map((f) => (
            <tr key={f.family}>
              <td>
                <Shown text={f.family} max={20} />
              </td>
              <td className="n">{count(f.events)}</td>
              <td className="n">{f.last === undefined ? "" : <Time iso={f.last} as="minute" />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Files({ source }: { source: SourceDetail }) {
  return (
    <Section title="Files" sub={counted(source.files, "file")}>
      {source.fileList.length === 0 ? (
        <p className="small">No file was found under the path yet.</p>
      ) : (
        <table className="rec">
          <colgroup>
            <col />
            <col style={{ width: 110 }} />
            <col style={{ width: 110 }} />
            <col style={{ width: 100 }} />
          </colgroup>
          <thead>
            <tr>
              <th>File</th>
              <th className="n">Lines</th>
              <th className="n">Read to</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            {source.fileList.map((f) => (
              <tr key={f.file}>
                <td className="clip" title={plain(f.file)}>
                  <Shown text={f.file} max={160} />
                </td>
                <td className="n">{count(f.lines)}</td>
                <td className="n">{bytes(f.offset)}</td>
                <td className="two">
                  <Shown text={f.state} max={20} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Remove({ id }: { id: string }) {
  const admin = useMay("admin");
  const [asking, setAsking] = useState(false);
  const remove = useRemoveSource();
  const navigate = useNavigate();
  return (
    <Section title="Stop watching">
      <p className="small">Its events, alerts and what was learned from it stay.</p>
      <div className="btns twelve">
        <button type="button" className="btn" disabled={!admin} title={admin ? undefined : "An administrator removes sources."} onClick={() => setAsking(true)}>
          Remove this source…
        </button>
      </div>
      {asking ? (
        <Dialog title={`Stop watching ${plain(id, 40)}?`} onClose={() => setAsking(false)}>
          <p>From now on nothing of it is seen. Connecting the same path again goes on where it stopped.</p>
          <div className="btns">
            <button
              type="button"
              className="btn go"
              disabled={remove.isPending}
              onClick={() => {
                setAsking(false);
                remove.mutate({ id }, { onSuccess: () => void navigate({ to: "/sources" }) });
              }}
            >
              Stop watching
            </button>
            <button type="button" className="btn" onClick={() => setAsking(false)}>
              Keep it
            </button>
          </div>
        </Dialog>
      ) : null}
    </Section>
  );
}
