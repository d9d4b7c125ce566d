import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useSetAutonomy } from "../../actions/set-autonomy.ts";
import type { ResponseState } from "../../client/types.ts";
import { Field } from "../../parts/field.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay } from "../../shell/session.ts";
import { counted } from "../../words/numbers.ts";

type Report = ResponseState["autonomy"][number];

/** What each kind of action would have done by itself and what honest work that would have cost; after fourteen days an administrator may let it. */
export function AutonomySection({ state }: { state: ResponseState }) {
  return (
    <Section title="May act by itself" sub="earned over 14 days of shadow">
      <div className="acts">
        {state.autonomy.map((report) => (
          <Kind key={report.kind} report={report} />
        ))}
      </div>
    </Section>
  );
}

function Kind({ report }: { report: Report }) {
  const set = useSetAutonomy();
  const admin = useMay("admin");
  const [why, setWhy] = useState("");
  const [open, setOpen] = useState(false);
  const { on, daysLeft } = report;
  return (
    <div className="opt">
      <p>
        <b>{report.label}</b>{" "}
        <span className={on === undefined ? "dim" : "act-word"}>
          {report.byHand
            ? "by hand, no driver yet"
            : on === undefined
              ? daysLeft > 0
                ? `in shadow, ${counted(daysLeft, "day")} left`
                : "in shadow, may be switched on"
              : "acts by itself"}
        </span>
      </p>
      {report.byHand ? null : (
        <p className="small">
          In {Math.floor(report.days)} days it would have begun {counted(report.actions, "action")} on {counted(report.devices, "device")} and refused{" "}
          {counted(report.refused, "connection")};{" "}
          <b className={report.honest > 0 ? "mk" : ""}>{report.honest === 0 ? "none" : report.honest} of them customary</b>.
        </p>
      )}
      {on === undefined ? null : (
        <p className="small">
          Let by <Shown text={on.by} max={60} /> <Time iso={on.at} as="minute" />: <Shown text={on.why} max={200} />
        </p>
      )}
      <div className="btns">
        {report.list.length === 0 ? null : (
          <Link to="/response" search={{ state: "shadow", kind: report.kind }} className="hi">
            See each of them
          </Link>
        )}
        <button
          type="button"
          className="btn"
          disabled={!admin || (on === undefined && (daysLeft > 0 || report.byHand))}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {on === undefined ? "Let it act by itself…" : "No more…"}
        </button>
      </div>
      {open ? (
        <div className="snz">
          <Field label="Why (kept in the audit log, with your name)">
            <input value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
          </Field>
          <div className="btns">
            <button
              type="button"
              className="btn go"
              disabled={why.trim() === "" || set.isPending}
              onClick={() => set.mutate({ kind: report.kind, label: report.label, on: on === undefined, why: why.trim() }, { onSuccess: () => setOpen(false) })}
            >
              {on === undefined ? "Let it" : "Back to shadow"}
            </button>
          </div>
        </div>
      ) : null}
    </div>
  );
}
