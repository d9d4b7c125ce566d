import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useJoinIncidents, useSplitIncident } from "../../actions/shape-incident.ts";
import { get } from "../../client/queries.ts";
import type { AlertDetail, IncidentDetail } from "../../client/types.ts";
import { Field } from "../../parts/field.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { useMay } from "../../shell/session.ts";
import { counted, score } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

/** Takes alerts out of the incident into one of their own, or joins another with it: nothing is lost either way. */
export function Shape({ incident, alerts }: { incident: IncidentDetail; alerts: readonly AlertDetail[] }) {
  const [doing, setDoing] = useState<"split" | "join" | undefined>(undefined);
  const may = useMay("analyst");
  const stop = (): void => setDoing(undefined);
  return (
    <Section title="One story?" sub={incident.open === false ? "closed, it keeps its shape" : "nothing is lost either way"}>
      {incident.open === false ? (
        <p className="small">It takes no alerts any more, twelve hours after its last.</p>
      ) : doing === "split" ? (
        <Split incident={incident} alerts={alerts} onDone={stop} />
      ) : doing === "join" ? (
        <Join incident={incident} onDone={stop} />
      ) : (
        <div className="btns">
          <button type="button" className="btn" disabled={!may || alerts.length < 2} onClick={() => setDoing("split")}>
            Take apart…
          </button>
          <button type="button" className="btn" disabled={!may} onClick={() => setDoing("join")}>
            Join another…
          </button>
        </div>
      )}
    </Section>
  );
}

function Split({ incident, alerts, onDone }: { incident: IncidentDetail; alerts: readonly AlertDetail[]; onDone: () => void }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const split = useSplitIncident();
  const toggle = (id: string) => (): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const all = chosen.size === incident.alerts.length;
  return (
    <>
      <fieldset className="small">
        <legend>Which belong to another story?</legend>
        {alerts.map((a) => (
          <label key={a.id} className="pick">
            <input type="checkbox" checked={chosen.has(a.id)} onChange={toggle(a.id)} /> {score(a.score)} <Shown text={a.title} max={120} />
          </label>
        ))}
      </fieldset>
      <div className="btns">
        <button
          type="button"
          className="btn go"
          disabled={chosen.size === 0 || all || split.isPending}
          onClick={() => split.mutate({ id: incident.id, alerts: [...chosen] }, { onSuccess: onDone })}
        >
          Into their own
        </button>
        <button type="button" className="btn" onClick={onDone}>
          Leave it
        </button>
        <span className="small">{all ? "One must stay." : counted(chosen.size, "alert")}</span>
      </div>
    </>
  );
}

function Join({ incident, onDone }: { incident: IncidentDetail; onDone: () => void }) {
  const query = useQuery(get("incidents", { query: { state: "all", limit: 50 } }));
  const join = useJoinIncidents();
  const [other, setOther] = useState("");
  const others = (query.data?.incidents ?? []).filter((i) => i.id !== incident.id);
  const chosen = others.find((i) => i.id === other);
  return (
    <>
      <Field label="Which one belongs to it?">
        <select value={other} onChange={(event) => setOther(event.target.value)}>
          <option value="">choose</option>
          {others.map((i) => (
            <option key={i.id} value={i.id}>
              {score(i.score)} {plain(i.title, 80)}
            </option>
          ))}
        </select>
      </Field>
      <div className="btns">
        <button
          type="button"
          className="btn go"
          disabled={chosen === undefined || join.isPending}
          onClick={() => chosen !== undefined && join.mutate({ id: incident.id, other: chosen.id, alerts: chosen.alerts }, { onSuccess: onDone })}
        >
          Join it
        </button>
        <button type="button" className="btn" onClick={onDone}>
          Leave it
        </button>
      </div>
    </>
  );
}
