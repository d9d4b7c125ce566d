import { Fragment, type ReactNode, useEffect } from "react";
import { lastDone, undoLast } from "../actions/done.ts";
import { useKeys } from "../prefs/keys.ts";
import { useStore } from "../prefs/store.ts";
import { useMay } from "../shell/session.ts";
import { score as scoreText } from "../words/numbers.ts";
import { Kbd } from "./kbd.tsx";
import { Shown } from "./shown.tsx";

export interface KeyHint {
  label: string;
  keys: readonly string[];
  /** Not shown to who may only look. */
  changes?: true;
}

interface PageHeadProps {
  /** Name of the page in the browser's title. */
  name: string;
  kick: readonly ReactNode[];
  headline: ReactNode;
  score?: number;
  below?: boolean;
  hints?: readonly KeyHint[];
  standfirst?: ReactNode;
}

/** The line of places and keys, and the sentence that opens the page. What was just done is told in that line, with its undo. */
export function PageHead({ name, kick, headline, score, below = false, hints = [], standfirst }: PageHeadProps) {
  useEffect(() => {
    document.title = `${name} · Wonted`;
  }, [name]);
  const text = (
    <div>
      <div className="kick">
        {kick.map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts are places, they do not move
          <Fragment key={i}>
            {i === 0 ? null : <i aria-hidden="true">/</i>}
            <span>{part}</span>
          </Fragment>
        ))}
        <DoneOrKeys hints={hints} />
      </div>
      <h1 className="headline">{headline}</h1>
      {standfirst === undefined ? null : <p className="standfirst">{standfirst}</p>}
    </div>
  );
  if (score === undefined) return <div className="page">{text}</div>;
  return (
    <div className="page head">
      <p className={below ? "score low" : "score"}>
        {scoreText(score)}
        <small>of 100</small>
      </p>
      {text}
    </div>
  );
}

function DoneOrKeys({ hints }: { hints: readonly KeyHint[] }) {
  const done = useStore(lastDone);
  const mayAct = useMay("analyst");
  useKeys({ u: done?.undo === undefined ? undefined : undoLast });
  return (
    <span className="right">
      <span role="status" className={done?.failed === true ? "mk" : "done"}>
        {done === undefined ? "" : <Shown text={done.text} />}
      </span>
      {done?.undo === undefined ? null : (
        <button type="button" className="btn" onClick={undoLast}>
          Undo <Kbd k="u" />
        </button>
      )}
      {done === undefined
        ? hints
            .filter((hint) => mayAct || hint.changes !== true)
            .map((hint) => (
              <Fragment key={hint.label}>
                {hint.label}
                {hint.keys.map((k) => (
                  <Kbd key={k} k={k} />
                ))}
              </Fragment>
            ))
        : null}
    </span>
  );
}
