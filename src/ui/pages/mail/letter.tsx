import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { MailDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { useMay, useReader } from "../../shell/session.ts";
import { defanged } from "../../words/defanged.ts";
import { language } from "../../words/mail.ts";
import { bytes, counted } from "../../words/numbers.ts";
import type { Known } from "./people.ts";

/** Whether the reader chose to see mails as they looked, until the page is loaded anew. Text comes first: it is short, and our fonts know its script. */
let looked = false;

/** Headers, body and files as a reader would have seen them, without anything that could be loaded, run or followed. */
export function Letter({ mail, people, onReveal, onHide }: { mail: MailDetail; people: Known; onReveal: () => void; onHide: () => void }) {
  const { letter } = mail;
  const [asText, setAsText] = useState(!looked);
  const choose = (text: boolean): void => {
    looked = !text;
    setAsText(text);
  };
  const out = [
    letter === undefined || letter.remote === 0 ? "" : `${counted(letter.remote, "remote part")} not loaded`,
    letter === undefined || letter.removed === 0 ? "" : `${letter.removed} active taken out`,
  ].filter((t) => t !== "");
  const framed = letter?.html === true && !asText;
  return (
    <Section title="The mail" sub="made harmless" aside={out.join(", ") || undefined}>
      <div className="letter">
        <dl>
          <dt>From</dt>
          <dd>
            <b>
              <Shown text={mail.senderName || (people.get(mail.sender)?.name ?? "")} max={120} />
            </b>{" "}
            <span className="mono">
              {people.has(mail.sender) ? (
                <Shown text={people.get(mail.sender)?.address ?? ""} />
              ) : /^P-\d+$/.test(mail.sender) ? (
                mail.sender
              ) : (
                <Link to="/mail" search={{ verdict: "all", sender: mail.sender }}>
                  <Shown text={defanged(mail.sender)} />
                </Link>
              )}
            </span>
          </dd>
          {mail.replyTo === "" ? null : (
            <>
              <dt>Reply to</dt>
              <dd className="mono mk">
                <Shown text={defanged(mail.replyTo)} />
              </dd>
            </>
          )}
          <dt>To</dt>
          <dd>
            <Readers mail={mail} people={people} onReveal={onReveal} onHide={onHide} />
          </dd>
          <dt>Subject</dt>
          <dd>
            <b>
              <Shown text={mail.subject || "(none)"} max={300} />
            </b>
            {mail.language === "" ? null : <span className="small"> in {language(mail.language)}</span>}
          </dd>
        </dl>
        {letter === undefined ? (
          <NoText state={mail.letterState} />
        ) : (
          <>
            {letter.html ? (
              <div className="seg tiny">
                <button type="button" className={framed ? "btn on" : "btn"} aria-pressed={framed} onClick={() => choose(false)}>
                  As it looked
                </button>
                <button type="button" className={framed ? "btn" : "btn on"} aria-pressed={!framed} onClick={() => choose(true)}>
                  As text
                </button>
              </div>
            ) : null}
            {framed ? (
              <iframe
                className="body"
                title="Body of the mail, made harmless"
                sandbox=""
                referrerPolicy="no-referrer"
                src={`/api/v1/mails/${encodeURIComponent(mail.id)}/body`}
              />
            ) : (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keys
              <div className="text" tabIndex={0} role="document" aria-label="Text of the mail">
                {letter.text.trim() === "" ? <span className="dim">The mail shows no text.</span> : <Shown text={letter.text.trim()} max={20_000} lines />}
              </div>
            )}
          </>
        )}
        {(letter?.files ?? []).filter((f) => f.path.length === 0).length === 0 ? (
          mail.attachments.length === 0 ? null : (
            <p className="files">
              {mail.attachments.map((name) => (
                <span key={name} className="tag">
                  <Shown text={name || "(no name)"} max={80} />
                </span>
              ))}
            </p>
          )
        ) : (
          <p className="files">
            {letter?.files
              .filter((f) => f.path.length === 0)
              .map((f) => (
                <span key={`${f.name} ${f.sha256}`}>
                  <span className="tag">
                    <Shown text={f.name || "(no name)"} max={80} />
                  </span>{" "}
                  <span className="small">{bytes(f.size)}</span>
                </span>
              ))}
          </p>
        )}
      </div>
    </Section>
  );
}

function Readers({ mail, people, onReveal, onHide }: { mail: MailDetail; people: Known; onReveal: () => void; onHide: () => void }) {
  const mayAsk = useMay("analyst");
  const { demo } = useReader();
  const shown = mail.readers.slice(0, 6);
  return (
    <>
      {shown.length === 0 ? "nobody that its headers name" : null}
      {shown.map((id, i) => {
        const known = people.get(id);
        return (
          <span key={id}>
            {i === 0 ? "" : ", "}
            {known === undefined ? (
              <Link to="/mail" search={{ verdict: "all", reader: id }}>
                <Shown text={id} max={20} />
              </Link>
            ) : (
              <b>
                <Shown text={known.name === "" ? known.address : `${known.name} <${known.address}>`} />
              </b>
            )}
          </span>
        );
      })}
      {mail.readerCount > shown.length ? ` and ${mail.readerCount - shown.length} more` : ""}{" "}
      {people.size > 0 ? (
        <button type="button" className="quiet hi" onClick={onHide}>
          hide names
        </button>
      ) : mail.hidden === 0 ? null : mayAsk ? (
        <button type="button" className="quiet hi" onClick={onReveal}>
          reveal…
        </button>
      ) : (
        <span className="small dim">{demo ? "names stay hidden in the demonstration" : "names are for the role analyst, with a reason"}</span>
      )}
    </>
  );
}

const WHY: Readonly<Record<MailDetail["letterState"], string>> = {
  kept: "",
  honest: "Texts of honest mail are not kept.",
  expired: "Its text was kept for a time, and has gone with its retention.",
  forbidden: "Its text is for the role analyst; what was found in it stands beside.",
};

function NoText({ state }: { state: MailDetail["letterState"] }) {
  return <p className="small notext">{WHY[state]}</p>;
}
