import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { get } from "../../client/queries.ts";
import type { Model } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { counted, score } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { InForce } from "../alert/exception-panel.tsx";

export function ModelPage(): ReactNode {
  const { path } = useParams({ from: "/models/$path" });
  const models = useQuery(get("models", {}));
  return (
    <main id="main" tabIndex={-1} className="q">
      <Answered query={models} what="The model" rows={8} height={26}>
        {(all) => {
          const model = all.find((m) => m.path === path);
          return model === undefined ? (
            <>
              <PageHead name="Model" kick={["Models"]} headline="There is no model of this name." />
              <Empty sentence="It may have been renamed or removed." checked={<Shown text={`Asked for “${path}”.`} />}>
                <Link to="/models" className="btn">
                  To the models
                </Link>
              </Empty>
            </>
          ) : (
            <ModelText model={model} />
          );
        }}
      </Answered>
    </main>
  );
}

function ModelText({ model }: { model: Model }) {
  return (
    <>
      <PageHead
        name={plain(model.path, 80)}
        kick={[
          <Link key="m" to="/models">
            Models
          </Link>,
          `version ${model.version}`,
          `${model.category}, priority ${model.priority}`,
          model.enabled ? "in force" : "switched off",
        ]}
        headline={<Shown text={model.path} max={200} />}
      />
      <div className="stack">
        {model.error === undefined ? null : (
          <Section title="Refused" sub={`line ${model.error.line}`}>
            <p>
              <span className="mk">Line {model.error.line}:</span> <Shown text={model.error.reason} max={500} />
            </p>
            <p className="small">The version before it stays in force, if there was one.</p>
          </Section>
        )}
        <Section title="What it watches for">
          <p className="read">
            <Shown text={model.description} max={4_000} lines />
          </p>
        </Section>
        <Section title="What to do next">
          <p>
            <Shown text={model.nextSteps} max={4_000} lines />
          </p>
        </Section>
        <Section title="What it misses">
          <p>
            <Shown text={model.gaps} max={4_000} lines />
          </p>
        </Section>
        {model.response === undefined ? null : (
          <Section title="Suggested response">
            <p>
              <Shown text={model.response} max={500} />
            </p>
          </Section>
        )}
      </div>
      <aside className="stack" aria-label="Its alerts">
        <Latest model={model} />
        <Exceptions model={model} />
        <Section title="Marks">
          <dl className="kv">
            <dt>Techniques</dt>
            <dd className="mono">{model.mitre.length === 0 ? "none" : plain(model.mitre.join(", "))}</dd>
            <dt>Tags</dt>
            <dd>{model.tags.length === 0 ? "none" : <Shown text={model.tags.join(", ")} max={300} />}</dd>
            <dt>Compliance</dt>
            <dd>{model.compliance ? "yes" : "no"}</dd>
          </dl>
        </Section>
      </aside>
    </>
  );
}

/** What it is told not to look at, by whom and why. */
function Exceptions({ model }: { model: Model }) {
  const query = useQuery(get("exceptions", {}));
  useRefetchOn(["exceptions"], (m) => m.type === "changed" && m.what === "models");
  const own = query.data?.filter((e) => e.model === model.path) ?? [];
  return (
    <Section title="Exceptions" sub={own.length === 0 ? "none but those of the file" : `${own.length}, beside those of the file`}>
      <Answered query={query} what="Its exceptions" rows={1} height={22}>
        {() => (own.length === 0 ? <p className="small">Make one from one of its alerts.</p> : own.map((e) => <InForce key={e.id} exception={e} />))}
      </Answered>
    </Section>
  );
}

function Latest({ model }: { model: Model }) {
  const alerts = useQuery(get("alerts", { query: { model: model.path, state: "all", sort: "time", limit: 8 } }));
  return (
    <Section
      title="Its alerts"
      sub={`${counted(model.alerts7d, "alert")} in 7 days`}
      aside={
        <Link to="/alerts" search={{ model: model.path, state: "all" }} className="hi">
          All
        </Link>
      }
    >
      <Answered query={alerts} what="Its alerts" rows={4} height={26}>
        {(data) =>
          data.alerts.length === 0 ? (
            <p className="small">It has never fired on what is kept.</p>
          ) : (
            <ul>
              {data.alerts.map((a) => (
                <li key={a.id} className="comment">
                  <Link to="/alerts/$id" params={{ id: a.id }} search={{}}>
                    <b className={a.score >= 45 ? "mk" : "two"}>{score(a.score)}</b> <Shown text={a.title} max={140} />
                  </Link>{" "}
                  <span className="dim">
                    <Time iso={a.time} as="minute" />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  );
}
