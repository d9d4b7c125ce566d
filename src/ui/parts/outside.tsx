import type { LinkGroup, Verdicts, Visit } from "../client/types.ts";
import { counted } from "../words/numbers.ts";
import { plain } from "../words/plain.ts";
import { Shown } from "./shown.tsx";
import { Time } from "./time.tsx";

/** Since when a domain exists, and who says so; young ones are marked. */
export function AgeWords({ age }: { age: LinkGroup["age"] }) {
  const young = age.days !== undefined && age.days <= 30;
  return (
    <span className={young ? "mk" : age.source === "unknown" ? "dim" : ""}>
      <Shown text={age.text} max={200} />
    </span>
  );
}

/** Verdict counts of lists and feeds. No alert depends on them, and the page says so. */
export function VerdictWords({ verdicts }: { verdicts: Verdicts }) {
  if (verdicts.feeds === 0) return <p className="small">Nothing was looked up: no list and no feed is set up. No alert depends on one.</p>;
  if (verdicts.hits === 0)
    return (
      <p className="small">
        None of {counted(verdicts.feeds, "list", "lists and feeds")} names it. That says nothing in its favour: what is new is on no list.
      </p>
    );
  return (
    <ul>
      {verdicts.list.map((hit) => (
        <li key={`${hit.feed}${hit.value}`} className="comment">
          <b className={hit.verdict === "benign" || hit.verdict === "unknown" ? "two" : "mk"}>{hit.verdict}</b>
          {hit.confidence === undefined ? null : <span className="two">, {Math.round(hit.confidence)} of 100 sure</span>}, says{" "}
          <Shown text={hit.feed} max={60} />
          <span className="small">
            {" "}
            of <Shown text={hit.value} max={100} />
            {hit.since === undefined ? null : (
              <>
                , since <Time iso={hit.since} as="minute" />
              </>
            )}
            {hit.description === undefined ? null : (
              <>
                : <Shown text={hit.description} max={200} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What a visit found, or that and why there was none. Addresses are texts here, never links. */
export function VisitWords({ visit }: { visit: Visit }) {
  const facts: string[] = [];
  if (visit.credentialFields !== undefined && visit.credentialFields > 0) facts.push(`asks for ${counted(visit.credentialFields, "secret")}`);
  for (const form of visit.forms ?? []) if (form.elsewhere) facts.push("its form sends to another domain");
  for (const brand of visit.brands ?? []) facts.push(`speaks of “${plain(brand.word, 40)}”, which belongs to ${plain(brand.of, 80)}`);
  if (visit.otherFace?.differs === true) facts.push(plain(visit.otherFace.text, 160));
  return (
    <div className="visit">
      <p className={visit.state === "visited" ? "small inkc" : "small dim"}>
        {visit.state === "visited" ? null : <i className="hatch-mark" aria-hidden="true" />}
        <Shown text={visit.text} max={300} />
        {visit.time === undefined ? null : (
          <>
            {" "}
            <Time iso={visit.time} zone />
          </>
        )}
      </p>
      {visit.hops === undefined || visit.hops.length < 2 ? null : (
        <ol className="small hops">
          {visit.hops.map((hop, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: hops of a visit do not move
            <li key={i} className="mono wrapline">
              <Shown text={defanged(hop.url)} max={200} />
              {hop.status === undefined ? "" : ` ${hop.status}`}
            </li>
          ))}
        </ol>
      )}
      {visit.title === undefined ? null : (
        <p className="small">
          Title “<Shown text={visit.title} max={120} />”
        </p>
      )}
      {facts.length === 0 ? null : (
        <p className="small">
          <b className="mk">{facts.join("; ")}.</b>
        </p>
      )}
    </div>
  );
}

/** An address that cannot be clicked by whoever copies the line: hxxps://name[.]example/path. */
export function defanged(url: string): string {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(url);
  if (match === null) return url.replaceAll(".", "[.]");
  return `${(match[1] ?? "").toLowerCase().replace("http", "hxxp")}://${(match[2] ?? "").replaceAll(".", "[.]")}${match[3] ?? ""}`;
}
