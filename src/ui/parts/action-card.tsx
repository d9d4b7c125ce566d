import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useDecideAction } from "../actions/decide-action.ts";
import type { Action } from "../client/types.ts";
import { useKeys } from "../prefs/keys.ts";
import { useMay } from "../shell/session.ts";
import { costSentence, heldSentence, modeWords, stateWords, tallySentence } from "../words/actions.ts";
import { durationWords } from "../words/duration.ts";
import { Countdown } from "./countdown.tsx";
import { Field } from "./field.tsx";
import { Kbd } from "./kbd.tsx";
import { Shown } from "./shown.tsx";
import { Time } from "./time.tsx";

const TWO_HOURS = 7_200;

/** One action with what can be said to it: each button with its cost beside it, its undo in the line above the headline. `keys`: this one has the keys. */
export function ActionCard({ action, now, keys = false, link = true }: { action: Action; now: number; keys?: boolean; link?: boolean }): ReactNode {
  const decide = useDecideAction();
  const mayAct = useMay("analyst");
  const [clearing, setClearing] = useState(false);
  const offered = action.state === "proposed" || action.state === "shadow";
  const live = action.state === "active" || action.state === "confirmed" || action.state === "failed";
  const say = (decision: "activate" | "refuse" | "extend" | "clear", why: string, seconds?: number): void => {
    if (!decide.isPending) decide.mutate({ action, decision, why, ...(seconds === undefined ? {} : { seconds }) });
  };
  const activate = (): void => say("activate", "");
  const refuse = (): void => say("refuse", "");
  const left = Math.max(0, Math.round((Date.parse(action.until) - now) / 1_000));
  const extend = (): void => say("extend", "extended", Math.min(86_400, left + TWO_HOURS));
  const on = keys && mayAct;
  useKeys({
    y: on && offered ? activate : undefined,
    n: on && offered ? refuse : undefined,
    e: on && action.state === "active" ? extend : undefined,
    x: on && live ? () => setClearing(true) : undefined,
  });
  return (
    <article className={keys ? "act sel" : "act"} aria-label={stateWords(action)} data-state={action.state}>
      <p className="read">
        <Shown text={action.title} max={200} />
        {offered ? "?" : "."}
      </p>
      <p className="small">
        {stateWords(action)}, {modeWords(action)}
        {action.by === undefined ? null : (
          <>
            {" "}
            by <Shown text={action.by} max={60} />
          </>
        )}
        {offered ? (
          <>
            ; the offer lapses <Time iso={action.until} as="minute" />
          </>
        ) : null}
        {live || offered ? null : (
          <>
            {" "}
            <Time iso={action.until} as="minute" />
          </>
        )}
      </p>
      {action.held === undefined ? null : (
        <p className="small">
          <Shown text={heldSentence(action)} max={300} />
        </p>
      )}
      {action.state === "active" ? <Countdown action={action} now={now} /> : null}
      {action.byHand === undefined ? null : (
        <p className="small">
          <b>By hand.</b> <Shown text={action.byHand} max={300} />
        </p>
      )}
      {action.limits === undefined ? null : (
        <p className="small">
          <b>Not all of it.</b> <Shown text={action.limits} max={300} />
        </p>
      )}
      {offered && action.byHand === undefined ? <p className="small">{tallySentence(action)}</p> : null}
      {offered ? (
        <div className="btns">
          <button type="button" className="btn go" disabled={!mayAct || decide.isPending} onClick={activate}>
            {action.byHand === undefined ? `Activate ${durationWords(action.seconds)}` : "Done by hand"} {keys ? <Kbd k="y" /> : null}
          </button>
          <button type="button" className="btn" disabled={!mayAct || decide.isPending} onClick={refuse}>
            Refuse {keys ? <Kbd k="n" /> : null}
          </button>
          <span className="small">{action.byHand === undefined ? costSentence(action.cost) : `To be undone after ${durationWords(action.seconds)}.`}</span>
        </div>
      ) : null}
      {action.state === "active" ? (
        <div className="btns">
          <button type="button" className="btn" disabled={!mayAct || decide.isPending} onClick={extend}>
            Extend 2 h {keys ? <Kbd k="e" /> : null}
          </button>
          <span className="small">{action.byHand === undefined ? costSentence(action.cost) : ""}</span>
        </div>
      ) : null}
      {live ? (
        clearing ? (
          <ClearForm onClear={(why) => say("clear", why)} onCancel={() => setClearing(false)} />
        ) : (
          <div className="btns">
            <button type="button" className="btn" disabled={!mayAct || decide.isPending} onClick={() => setClearing(true)}>
              Clear… {keys ? <Kbd k="x" /> : null}
            </button>
            <span className="small">
              {action.tally.count > 0 ? `Would have let through ${action.tally.count} more packets.` : "Undo brings it back."} The same is left alone until its
              end.
            </span>
          </div>
        )
      ) : null}
      <p className="small dim">{action.undo}</p>
      {link && action.alert !== undefined ? (
        <Link to="/alerts/$id" params={{ id: action.alert }} search={{}} className="hi small">
          See why
        </Link>
      ) : null}
    </article>
  );
}

function ClearForm({ onClear, onCancel }: { onClear: (why: string) => void; onCancel: () => void }) {
  const [why, setWhy] = useState("");
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (why.trim() !== "") onClear(why.trim());
  }
  return (
    <form className="snz" onSubmit={submit}>
      <Field label="Why is it cleared? (kept in the audit log)">
        {/* biome-ignore lint/a11y/noAutofocus: the field opens because somebody asked for it */}
        <input autoFocus value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} placeholder="our own scanner, confirmed with IT" />
      </Field>
      <div className="btns">
        <button type="submit" className="btn go" disabled={why.trim() === ""}>
          Clear it now
        </button>
        <button type="button" className="btn" onClick={onCancel}>
          Let it stand
        </button>
      </div>
    </form>
  );
}
