import type { MailDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { bytes, counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

/** Links and files as they were found, defanged, with what can be matched elsewhere: hashes and names. */
export function FoundInside({ mail }: { mail: MailDetail }) {
  const { letter } = mail;
  if (letter === undefined || letter.links.length + letter.files.length === 0) return null;
  return (
    <Section title="Links and files" sub={`${counted(letter.links.length, "link")}, ${counted(letter.files.length, "file")}`}>
      {letter.links.length === 0 ? null : (
        <table className="rows found">
          <thead>
            <tr>
              <th>Link</th>
              <th>Found in</th>
              <th>Shown as</th>
              <th className="n">Mails before</th>
            </tr>
          </thead>
          <tbody>
            {letter.links.slice(0, 20).map((l, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same link may stand there twice
              <tr key={i}>
                <td className="mono">
                  <Shown text={l.url} max={110} />
                </td>
                <td className="two">{l.path.length === 0 ? l.stage === "qr" ? "code" : plain(l.source, 30) : <Shown text={l.path.join(" › ")} max={60} />}</td>
                <td className="two">
                  <Shown text={l.text} max={40} />
                </td>
                <td className={l.mailsBefore === 0 ? "n mk" : "n"}>{l.mailsBefore}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {letter.links.length > 20 ? <p className="small">{letter.links.length - 20} more links.</p> : null}
      {letter.files.length === 0 ? null : (
        <table className="rows found">
          <thead>
            <tr>
              <th>File</th>
              <th>Type by content</th>
              <th className="n">Size</th>
              <th>SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {letter.files.map((f, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be attached twice
              <tr key={i}>
                <td>
                  <Shown text={[...f.path, f.name || "(no name)"].join(" › ")} max={70} />
                  {f.flags.length === 0 ? null : <span className="mk"> {plain(f.flags.join(", "), 80)}</span>}
                </td>
                <td className="two">
                  <Shown text={f.type} max={50} />
                </td>
                <td className="n">{bytes(f.size)}</td>
                <td className="hash">{f.sha256.slice(0, 16)}…</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
