import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { get } from "../../client/queries.ts";
import type { Model } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Priority } from "../../parts/priority.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty, waitingFor } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useKeys } from "../../prefs/keys.ts";
import { count, counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

export function ModelsPage(): ReactNode {
  const models = useQuery(get("models", {}));
  useRefetchOn(["models"], (m) => m.type === "changed" && m.what === "models");
  const good = models.data?.filter((m) => m.error === undefined) ?? [];
  const faulty = models.data?.filter((m) => m.error !== undefined) ?? [];
  return (
    <main id="main" tabIndex={-1}>
      <PageHead
        name="Models"
        kick={["Models", "content/models and site/models"]}
        headline={
          models.data === undefined
            ? waitingFor("the models", models.error)
            : `${counted(good.filter((m) => m.enabled).length, "model")} watch${faulty.length === 0 ? "" : `; ${counted(faulty.length, "file")} ${faulty.length === 1 ? "was" : "were"} refused`}.`
        }
        standfirst="A model is a file that says what to watch for. A faulty file is refused with its reason, and the version before it stays in force."
        hints={[
          { label: "Next", keys: ["j"] },
          { label: "Open", keys: ["↵"] },
        ]}
      />
      <Answered query={models} what="The models" rows={14} height={26}>
        {(all) => (
          <div className="stack">
            {faulty.length === 0 ? null : <Faults models={faulty} />}
            {all.length === 0 ? (
              <Empty sentence="No model is loaded, so nothing can raise an alert." checked="The folder content/models was read." />
            ) : (
              <Section title="In force" sub="alerts of 7 days">
                <ModelTable models={good} />
              </Section>
            )}
          </div>
        )}
      </Answered>
    </main>
  );
}

function Faults({ models }: { models: readonly Model[] }) {
  return (
    <Section title="Refused files" sub={counted(models.length, "file")}>
      <table className="rows">
        <colgroup>
          <col style={{ width: 420 }} />
          <col style={{ width: 70 }} />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th>Model</th>
            <th className="n">Line</th>
            <th>Reason</th>
          </tr>
        </thead>
        <tbody>
          {models.map((m) => (
            <tr key={m.path}>
              <td className="mono clip">
                <Shown text={m.path} max={120} />
              </td>
              <td className="n mk">{m.error?.line}</td>
              <td>
                <Shown text={m.error?.reason ?? ""} max={300} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function ModelTable({ models }: { models: readonly Model[] }) {
  const cursor = useCursor(models.length);
  const navigate = useNavigate();
  const current = models[cursor.at];
  useKeys({ enter: current === undefined ? undefined : () => void navigate({ to: "/models/$path", params: { path: current.path } }) });
  return (
    <table className="rows">
      <colgroup>
        <col style={{ width: 350 }} />
        <col />
        <col style={{ width: 104 }} />
        <col style={{ width: 110 }} />
        <col style={{ width: 70 }} />
        <col style={{ width: 120 }} />
      </colgroup>
      <thead>
        <tr>
          <th>Model</th>
          <th>What it watches for</th>
          <th>Category</th>
          <th>Priority</th>
          <th className="n">Alerts</th>
          <th>Last</th>
        </tr>
      </thead>
      <tbody>
        {models.map((m, i) => (
          <tr key={m.path} className={i === cursor.at ? "sel" : ""} aria-selected={i === cursor.at} onClick={() => cursor.set(i)}>
            <td className="clip">
              <Link to="/models/$path" params={{ path: m.path }} title={plain(m.path)}>
                <Shown text={m.path} max={120} />
              </Link>
              {m.enabled ? null : <span className="dim"> off</span>}
            </td>
            <td className="clip two" title={plain(m.description, 300)}>
              <Shown text={m.description} max={200} />
            </td>
            <td>{m.category}</td>
            <td>
              <Priority value={m.priority} />
            </td>
            <td className="n">{m.alerts7d === 0 ? <span className="dim">0</span> : count(m.alerts7d)}</td>
            <td>{m.lastAlert === undefined ? <span className="dim">never</span> : <Time iso={m.lastAlert} as="minute" />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
