import { useState } from "react";
import { useStopResponse } from "../../actions/stop-response.ts";
import type { ResponseState } from "../../client/types.ts";
import { Field } from "../../parts/field.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay } from "../../shell/session.ts";

/** Ends everything at once. One press and a reason: in a hurry nobody looks for a second dialogue. */
export function StopSection({ state }: { state: ResponseState }) {
  const stop = useStopResponse();
  const mayAct = useMay("analyst");
  const [why, setWhy] = useState("");
  const { stopped } = state;
  return (
    <Section title="Stop switch" sub={stopped === undefined ? "off" : "on: nothing is done"}>
      <div className="snz">
        {stopped === undefined ? null : (
          <p>
            <Shown text={stopped.by} max={60} /> stopped everything <Time iso={stopped.at} as="minute" />: <Shown text={stopped.why} max={300} />
          </p>
        )}
        <Field label="Why (kept in the audit log)">
          <input value={why} maxLength={500} disabled={!mayAct} onChange={(event) => setWhy(event.target.value)} />
        </Field>
        <div className="btns">
          <button
            type="button"
            className={stopped === undefined ? "btn" : "btn go"}
            disabled={!mayAct || why.trim() === "" || stop.isPending}
            onClick={() => stop.mutate({ stopped: stopped === undefined, why: why.trim() }, { onSuccess: () => setWhy("") })}
          >
            {stopped === undefined ? "Clear everything and stop" : "Let actions begin again"}
          </button>
          <span className="small">
            {stopped === undefined ? "Ends every action now; none begins until it is taken back." : "What was cleared does not come back by itself."}
          </span>
        </div>
      </div>
    </Section>
  );
}
