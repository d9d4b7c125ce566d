import { Link } from "@tanstack/react-router";
import type { AlertDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";

/** What the model looks for, what to do next, and what it is known to miss. */
export function ModelPanel({ alert }: { alert: AlertDetail }) {
  const model = alert.modelInfo;
  return (
    <Section
      title="The model"
      sub={model === undefined ? undefined : `version ${model.version}`}
      aside={
        <Link to="/models/$path" params={{ path: alert.model }} className="hi">
          Read it
        </Link>
      }
    >
      {model === undefined ? (
        <p className="small">This model is not among the content any more; the alert stands as it was made.</p>
      ) : (
        <div className="snz">
          <p className="read">
            <Shown text={model.description} max={1_500} />
          </p>
          <p>
            <b>What to do next. </b>
            <Shown text={model.nextSteps} max={2_000} lines />
          </p>
          <p className="small">
            <b className="inkc">What it misses. </b>
            <Shown text={model.gaps} max={1_500} />
          </p>
          {model.response === undefined ? null : (
            <p className="small">
              <b className="inkc">Suggested response. </b>
              <Shown text={model.response} max={300} />
            </p>
          )}
        </div>
      )}
    </Section>
  );
}
