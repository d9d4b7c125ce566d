import { useState } from "react";
import { useRawMail, useRevealMail } from "../../actions/mail.ts";
import type { MailDetail } from "../../client/types.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Kbd } from "../../parts/kbd.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay, useReader } from "../../shell/session.ts";
import { bytes, counted } from "../../words/numbers.ts";
import type { Known } from "./people.ts";

type Asking = "names" | "raw" | undefined;

/** What was advised and what became of it, and what can be asked for with a reason. */
export function MailBar({
  mail,
  asking,
  onAsk,
  onPeople,
}: {
  mail: MailDetail;
  asking: Asking;
  onAsk: (what: Asking) => void;
  onPeople: (people: Known) => void;
}) {
  const mayAsk = useMay("analyst");
  const { demo } = useReader();
  const raw = mail.letter?.raw ?? 0;
  return (
    <div className="actbar">
      <b>
        {mail.learned
          ? "Learned from as history, "
          : mail.verdict === "hold"
            ? "Should be held, "
            : mail.verdict === "banner"
              ? "Should bear a warning, "
              : "Delivered, "}
        <Time iso={mail.time} as="minute" />
      </b>
      {mayAsk ? (
        <>
          {mail.hidden === 0 ? null : (
            <button type="button" className="btn" onClick={() => onAsk("names")}>
              Who are they… <Kbd k="p" />
            </button>
          )}
          {raw === 0 ? null : (
            <button type="button" className="btn" onClick={() => onAsk("raw")}>
              Download as received… {bytes(raw)}
            </button>
          )}
        </>
      ) : (
        <span className="small">
          {demo
            ? "Names and the message itself are not given out in the demonstration."
            : "Names and the message itself are for the role analyst, with a reason."}
        </span>
      )}
      <span className="cost">
        Wonted reads a copy of the mail and changes none: nothing was held back from its {mail.readerCount === 1 ? "reader" : "readers"} here.
      </span>
      {asking === "names" && mayAsk ? <Names mail={mail} onClose={() => onAsk(undefined)} onPeople={onPeople} /> : null}
      {asking === "raw" && mayAsk ? <Raw mail={mail} onClose={() => onAsk(undefined)} /> : null}
    </div>
  );
}

function Names({ mail, onClose, onPeople }: { mail: MailDetail; onClose: () => void; onPeople: (people: Known) => void }) {
  const reveal = useRevealMail();
  return (
    <Ask
      title="Show who the people of this mail are"
      text={`${counted(mail.hidden, "person is", "people are")} shown to you on this page until you leave it. Your reason and this mail go into the audit log.`}
      button="Show names"
      busy={reveal.isPending}
      error={reveal.error}
      onClose={onClose}
      onGo={(why) =>
        reveal.mutate(
          { id: mail.id, why },
          {
            onSuccess: ({ people }) => {
              onPeople(new Map(people.map((p) => [p.id, { address: p.address, name: p.name }])));
              onClose();
            },
          },
        )
      }
    />
  );
}

function Raw({ mail, onClose }: { mail: MailDetail; onClose: () => void }) {
  const raw = useRawMail();
  return (
    <Ask
      title="Download the message as it was received"
      text="It holds real names, live links and files that may be harmful. Open it only where that can do nothing. Your reason goes into the audit log."
      button="Download"
      busy={raw.isPending}
      error={raw.error}
      onClose={onClose}
      onGo={(why) => raw.mutate({ id: mail.id, why }, { onSuccess: onClose })}
    />
  );
}

interface AskProps {
  title: string;
  text: string;
  button: string;
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onGo: (why: string) => void;
}

function Ask({ title, text, button, busy, error, onClose, onGo }: AskProps) {
  const [why, setWhy] = useState("");
  const ready = why.trim().length >= 5;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onGo(why.trim());
        }}
      >
        <p>{text}</p>
        <Field label="Reason" hint="Five letters or more.">
          <input value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
        </Field>
        <div className="btns">
          <button type="submit" className="btn go" disabled={!ready || busy}>
            {button}
          </button>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
        </div>
        {error === null ? null : <p className="mk">{error.message}</p>}
      </form>
    </Dialog>
  );
}
