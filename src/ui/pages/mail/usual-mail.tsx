import { px } from "../../charts/scale.ts";
import type { MailDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { country, language } from "../../words/mail.ts";
import { count, counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

type Usual = NonNullable<MailDetail["usual"]>;

/** The first reader's delivered mail as it is stored, and where this one would stand in it. */
export function UsualMail({ mail, usual }: { mail: MailDetail; usual: Usual }) {
  const kinds = [...new Set(mail.attachments.map((name) => /\.([a-z0-9]{1,7})$/i.exec(name)?.[1]?.toLowerCase() ?? "other"))];
  return (
    <Section title="The reader’s usual mail" sub={plain(usual.reader, 20)} aside={counted(usual.mails, "mail")}>
      {usual.mails === 0 ? (
        <p className="small">No delivered mail to this reader is stored before this one: there is no usual to compare with yet.</p>
      ) : (
        <div className="usual">
          <Column title="Language" list={usual.languages} of={usual.mails} here={mail.language === "" ? [] : [mail.language]} name={language} />
          <Column title="Author in" list={usual.places} of={usual.mails} here={mail.places.author === "" ? [] : [mail.places.author]} name={country} />
          <Column title="Files" list={usual.files} of={usual.mails} here={kinds} name={(k) => (k === "other" ? "other" : `.${plain(k, 8)}`)} />
        </div>
      )}
    </Section>
  );
}

function Column({
  title,
  list,
  of,
  here,
  name,
}: {
  title: string;
  list: Usual["languages"];
  of: number;
  here: readonly string[];
  name: (value: string) => string;
}) {
  const rows = list.slice(0, 3).map((r) => ({ ...r, now: here.includes(r.value) }));
  for (const value of here.slice(0, 1))
    if (!rows.some((r) => r.value === value)) rows.push({ value, mails: list.find((r) => r.value === value)?.mails ?? 0, now: true });
  return (
    <div>
      <h3 className="small">{title}</h3>
      {rows.length === 0 ? <p className="small dim">not known</p> : null}
      {rows.map((r) => (
        <div key={r.value} className={r.now && r.mails === 0 ? "mk" : r.now ? "inkc" : ""}>
          <span>{name(r.value)}</span>
          <span className="n">{count(r.mails)}</span>
          <svg width="100%" height="4" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect className="peer" width="100" height="1" y="1.5" />
            <rect className={r.now && r.mails === 0 ? "obs" : "own"} width={px(Math.max(r.now ? 2 : 0, (100 * r.mails) / of))} height="3" y="0.5" />
          </svg>
        </div>
      ))}
    </div>
  );
}
