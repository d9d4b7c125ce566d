import { type FormEvent, type RefObject, useState } from "react";
import { useComment } from "../../actions/comment.ts";
import type { AlertDetail } from "../../client/types.ts";
import { Field } from "../../parts/field.tsx";
import { Kbd } from "../../parts/kbd.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay } from "../../shell/session.ts";

export function Comments({ alert, field }: { alert: AlertDetail; field: RefObject<HTMLTextAreaElement | null> }) {
  const mayAct = useMay("analyst");
  const comment = useComment();
  const [text, setText] = useState("");
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (text.trim() !== "") comment.mutate({ id: alert.id, text: text.trim() }, { onSuccess: () => setText("") });
  }
  return (
    <Section title="Comments" sub={alert.commentList.length === 0 ? "none yet" : String(alert.commentList.length)} aside={<Kbd k="m" />}>
      <ul>
        {alert.commentList.map((c) => (
          <li className="comment" key={`${c.time}${c.author}`}>
            <span className="small">
              <b className="inkc">
                <Shown text={c.author} max={64} />
              </b>
              , <Time iso={c.time} zone />
            </span>
            <p>
              <Shown text={c.text} max={4_000} lines />
            </p>
          </li>
        ))}
      </ul>
      {mayAct ? (
        <form onSubmit={submit} className="snz twelve">
          <Field label="What did you find?">
            <textarea ref={field} rows={2} maxLength={4_000} value={text} onChange={(event) => setText(event.target.value)} />
          </Field>
          <div className="btns">
            <button type="submit" className="btn" disabled={text.trim() === "" || comment.isPending}>
              {comment.isPending ? "Keeping…" : "Keep comment"}
            </button>
          </div>
        </form>
      ) : (
        <p className="small">An analyst can comment.</p>
      )}
    </Section>
  );
}
