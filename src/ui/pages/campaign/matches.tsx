import { csvCell } from "../../../base/escape.ts";
import type { MailCampaignDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { defanged } from "../../words/defanged.ts";

interface Match {
  type: string;
  value: string;
  note: string;
}

/** What can be looked for elsewhere: domains of links, files by hash, senders, their shape. Shown defanged; the file bears them as they are. */
export function Matches({ campaign }: { campaign: MailCampaignDetail }) {
  const all = matchesOf(campaign);
  const save = (): void => {
    const lines = ["type,value,note", ...all.map((m) => [m.type, m.value, m.note].map(csvCell).join(","))];
    const url = URL.createObjectURL(new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/csv" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "campaign-indicators.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <Section
      title="To look for elsewhere"
      sub="indicators of compromise"
      aside={
        <button type="button" className="btn" onClick={save}>
          Save as CSV
        </button>
      }
    >
      <table className="rows found">
        <tbody>
          {all.slice(0, 12).map((m) => (
            <tr key={`${m.type} ${m.value}`}>
              <td className="two">{m.type}</td>
              <td className="mono">
                <Shown text={m.type === "sha256" ? m.value : defanged(m.value)} max={80} />
              </td>
              <td className="two">
                <Shown text={m.note} max={60} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > 12 ? <p className="small">{all.length - 12} more in the file.</p> : null}
    </Section>
  );
}

function matchesOf(c: MailCampaignDetail): Match[] {
  return [
    ...c.links.map((l) => ({ type: "domain", value: l.value, note: `links of ${l.mails} mails` })),
    ...c.hashes.map((h) => ({ type: "sha256", value: h.sha256, note: h.name })),
    ...(c.pattern === "" ? [] : [{ type: "sender shape", value: c.pattern, note: "? a digit, * another character" }]),
    ...c.bySender.map((s) => ({ type: "sender", value: s.sender, note: `${s.mails} mails` })),
  ];
}
