import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type RefObject, useEffect, useState } from "react";
import { useEndSnooze } from "../../actions/end-snooze.ts";
import { useSnooze } from "../../actions/snooze.ts";
import { get } from "../../client/queries.ts";
import type { AlertDetail } from "../../client/types.ts";
import { Field } from "../../parts/field.tsx";
import { Kbd } from "../../parts/kbd.tsx";
import { PreviewBox, usePreview } from "../../parts/preview.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { usePreferences } from "../../prefs/preferences.ts";
import { useMay } from "../../shell/session.ts";
import { entityName } from "../../words/entities.ts";
import { counted, score } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { dayAndTime, zoneName } from "../../words/time.ts";
import { type Choice, endOf } from "./snooze-times.ts";

const CHOICES: readonly (readonly [Choice, string])[] = [
  ["hour", "1 h"],
  ["tomorrow", "tomorrow 09:00"],
  ["week", "a week"],
  ["custom", "until…"],
];
const DAYS = 30;

/** Snoozes this model for this entity until a time. What it would have hidden stands here before anything is confirmed. */
export function SnoozePanel({ alert, box, focus }: { alert: AlertDetail; box: RefObject<HTMLDivElement | null>; focus: boolean }) {
  const name = entityName(alert.entity);
  const snoozes = useQuery(get("snoozes", {}));
  // Trying costs a minute of a core: only for whoever turns to it.
  const [turned, setTurned] = useState(false);
  const inForce = snoozes.data?.find((s) => s.model === alert.model && s.entity === alert.entity.id && Date.parse(s.until) > Date.now());
  useEffect(() => {
    const element = box.current;
    const turn = (): void => setTurned(true);
    element?.addEventListener("focusin", turn);
    return () => element?.removeEventListener("focusin", turn);
  }, [box]);
  useEffect(() => {
    if (focus) box.current?.querySelector("button")?.focus();
  }, [focus, box]);
  return (
    <Section title="Snooze" sub={<Shown text={`this model, ${name}`} max={60} />} aside={<Kbd k="s" />}>
      <div ref={box} className="snz">
        {inForce === undefined ? (
          <NewSnooze alert={alert} name={name} turned={turned} />
        ) : (
          <InForce id={inForce.id} until={inForce.until} why={inForce.why} hidden={inForce.hidden} />
        )}
      </div>
    </Section>
  );
}

function InForce({ id, until, why, hidden }: { id: string; until: string; why: string; hidden: number }) {
  const end = useEndSnooze();
  const mayAct = useMay("analyst");
  return (
    <>
      <p>
        In force until <Time iso={until} zone />; it has hidden {counted(hidden, "alert")} so far.
      </p>
      <p className="small">
        Reason given: <Shown text={why} max={500} />
      </p>
      <div className="btns">
        <button type="button" className="btn" disabled={!mayAct || end.isPending} onClick={() => end.mutate({ id })}>
          End it now
        </button>
      </div>
    </>
  );
}

function NewSnooze({ alert, name, turned }: { alert: AlertDetail; name: string; turned: boolean }) {
  const { clock } = usePreferences();
  const mayAct = useMay("analyst");
  const snooze = useSnooze();
  const [choice, setChoice] = useState<Choice>("tomorrow");
  const [custom, setCustom] = useState("");
  const [why, setWhy] = useState("");
  const preview = useQuery(get("snoozePreview", { query: { model: alert.model, entity: alert.entity.id, days: DAYS } }));
  const tried = usePreview(mayAct && turned ? { kind: "snooze", model: alert.model, entity: alert.entity.id } : undefined);
  const until = endOf(choice, custom, Date.now(), clock);
  return (
    <>
      <Answered query={preview} what="What it would have hidden" rows={1} height={22}>
        {(data) => (
          <>
            <p>
              In the last {data.days} days it would have hidden{" "}
              <b className={data.hidden > 0 ? "mk" : ""}>{data.hidden === 0 ? "nothing" : counted(data.hidden, "alert")}</b>.
            </p>
            <div className="dots">
              {data.alerts.slice(0, 60).map((a) => (
                <Link key={a.id} to="/alerts/$id" params={{ id: a.id }} search={{}} title={`${score(a.score)}: ${plain(a.title, 120)}`} className="tag">
                  {score(a.score)}
                </Link>
              ))}
            </div>
          </>
        )}
      </Answered>
      {mayAct && turned ? <PreviewBox preview={tried} /> : null}
      <fieldset className="seg">
        <legend className="sr">Until</legend>
        {CHOICES.map(([value, words]) => (
          <button
            key={value}
            type="button"
            className={choice === value ? "btn on" : "btn"}
            aria-pressed={choice === value}
            disabled={!mayAct}
            onClick={() => setChoice(value)}
          >
            {words}
          </button>
        ))}
      </fieldset>
      {choice === "custom" ? (
        <Field label={`Until (${zoneName(clock)})`} bad={custom !== "" && until === undefined ? "That time is past." : undefined}>
          <input type="datetime-local" value={custom} onChange={(event) => setCustom(event.target.value)} />
        </Field>
      ) : null}
      <Field label="Why (kept in the audit log)">
        <input
          value={why}
          maxLength={500}
          disabled={!mayAct}
          placeholder="new backup job, confirmed with IT"
          onChange={(event) => setWhy(event.target.value)}
        />
      </Field>
      <div className="btns">
        <button
          type="button"
          className="btn"
          disabled={!mayAct || until === undefined || why.trim() === "" || snooze.isPending || preview.data === undefined || !tried.ready}
          onClick={() => {
            if (until !== undefined) snooze.mutate({ model: alert.model, entity: alert.entity.id, entityName: name, until, why: why.trim() });
          }}
        >
          {until === undefined ? "Snooze" : `Snooze until ${dayAndTime(until, clock, new Date().toISOString(), false)}`}
        </button>
        <span className="small">{mayAct ? (why.trim() === "" ? "A reason is needed." : "Undo brings everything back.") : "An analyst can snooze it."}</span>
      </div>
    </>
  );
}
