import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { MailDetail, MailLetter } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { defanged } from "../../words/defanged.ts";
import { deepest } from "../../words/mail.ts";
import { counted, opening } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { CodePicture } from "./code-picture.tsx";
import { DocumentPicture, LetterPicture, LinkPicture } from "./stage-pictures.tsx";

type Code = MailLetter["codes"][number];

/** The way from the mail to where it leads, each layer opened by us and none by the reader. */
export function Stages({ mail }: { mail: MailDetail }) {
  const { letter } = mail;
  const codes = letter?.codes ?? [];
  const [chosen, setChosen] = useState(0);
  const code = codes[Math.min(chosen, codes.length - 1)];
  const chain = deepest(mail.stages).filter((s, _i, all) => !(s === "image" && all.includes("qr")));
  const link = code === undefined ? letter?.links[0] : letter?.links.find((l) => l.stage === "qr" && l.domain === code.domain);
  const steps = chain.length > 0 ? chain : ["mail"];
  const deep = steps.length > 2 || code !== undefined;
  return (
    <Section
      title={deep ? `${opening(steps.length, "stage")}, one after another` : "What it holds"}
      sub="each opened by us, none by the reader"
      aside={codes.length > 1 ? <Choice codes={codes} at={chosen} onChoose={setChosen} /> : undefined}
    >
      <ol className="stages">
        {steps.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: layers stand in their order
          <li key={`${step} ${i}`} className="stage">
            {i === 0 ? null : (
              <svg className="arrow" width="18" height="12" aria-hidden="true">
                <path d="M0 6H15M11 2l4 4-4 4" fill="none" stroke="var(--ink-2)" strokeWidth="1.4" />
              </svg>
            )}
            <Step step={step} mail={mail} code={code} link={link} />
          </li>
        ))}
      </ol>
      {deep || (letter?.links.length ?? 0) > 0 || mail.linkDomains.length > 0 ? null : (
        <p className="small">No link, no code and no file that opens further.</p>
      )}
      {mail.learned ? <p className="small">Read as history: pictures and pages were looked through for codes with a tenth of the usual tries.</p> : null}
      {mail.limits.length === 0 ? null : (
        <p className="small mk">
          Not everything could be opened: <Shown text={mail.limits.join("; ")} max={300} />
        </p>
      )}
    </Section>
  );
}

function Choice({ codes, at, onChoose }: { codes: readonly Code[]; at: number; onChoose: (n: number) => void }) {
  return (
    <label>
      Code{" "}
      <select value={at} onChange={(event) => onChoose(Number(event.target.value))}>
        {codes.map((c, i) => (
          <option key={c.n} value={i}>
            {i + 1} of {codes.length}
          </option>
        ))}
      </select>
    </label>
  );
}

function Step({ step, mail, code, link }: { step: string; mail: MailDetail; code: Code | undefined; link: MailLetter["links"][number] | undefined }) {
  switch (step) {
    case "mail":
      return (
        <>
          <LetterPicture file={mail.attachments[0]} />
          <b>Mail</b>
          <span className="small">
            {(mail.letter?.links.filter((l) => l.stage === "link" && l.path.length === 0).length ?? 0) === 0
              ? "No link in its text."
              : "Links in its text, too."}
          </span>
        </>
      );
    case "qr":
      return (
        <>
          <CodePicture mail={mail.id} code={code} />
          <b>{code === undefined || code.format === "QRCode" ? "QR code" : plain(code.format, 20)}</b>
          <span className="small mono">{code === undefined ? "decoded when it came" : <Shown text={code.text} max={90} />}</span>
        </>
      );
    case "link": {
      const domain = code?.domain || link?.domain || mail.linkDomains[0] || "";
      const before = code?.mailsBefore ?? link?.mailsBefore;
      return (
        <>
          <LinkPicture />
          <b className="mono">
            {domain === "" ? (
              "link"
            ) : (
              <Link to="/external/$id" params={{ id: domain }}>
                <Shown text={defanged(domain)} max={60} />
              </Link>
            )}
          </b>
          <span className="small">
            {before === undefined ? (
              "Not visited."
            ) : before === 0 ? (
              <span className="mk">No stored mail led there before.</span>
            ) : (
              `${counted(before, "stored mail")} led there before.`
            )}
            {before === undefined ? null : " Not visited."}
          </span>
        </>
      );
    }
    default: {
      const file = mail.letter?.files.find((f) => f.path.length === 0 && f.name === code?.path[0]) ?? mail.letter?.files.find((f) => f.path.length === 0);
      return (
        <>
          <DocumentPicture code={mail.stages.some((s) => s.includes("qr"))} />
          <b>{NAMES[step] ?? plain(step, 20)}</b>
          <span className="small">
            <Shown text={file?.name ?? mail.attachments[0] ?? "inside the mail"} max={60} />
            {file === undefined ? "" : file.flags.length === 0 ? ", no macro" : `, ${plain(file.flags.join(", "), 60)}`}
          </span>
        </>
      );
    }
  }
}

const NAMES: Readonly<Record<string, string>> = {
  "nested-mail": "Attached mail",
  document: "Document",
  archive: "Archive",
  image: "Picture",
  page: "Page",
  calendar: "Invitation",
};
