import type { ReactNode } from "react";
import { queryValue } from "../../../../schema/query/query.ts";
import { countryName } from "../../../charts/world/places.ts";
import type { AlertDetail, EventRecord, External, PersonDetail } from "../../../client/types.ts";
import { Shown } from "../../../parts/shown.tsx";
import { Time } from "../../../parts/time.tsx";
import { count, counted } from "../../../words/numbers.ts";
import { plain } from "../../../words/plain.ts";
import { span } from "../../../words/time.ts";
import type { ChatRun } from "./run-of.ts";

export interface Told {
  key: string;
  text: ReactNode;
  /** Ids of the records behind it. */
  records: readonly EventRecord[];
  lit: "all" | "links" | "followed";
  /** The same as a search, for all of them. */
  query: string;
}

export interface Evidence {
  actor: string;
  run: ChatRun;
  records: readonly EventRecord[];
  followed: readonly EventRecord[];
  signIns: readonly EventRecord[];
  person: PersonDetail | undefined;
  source: External | undefined;
  alerts: readonly AlertDetail[];
}

const B = ({ children }: { children: string }): ReactNode => (
  <b>
    <Shown text={children} max={120} />
  </b>
);

/** What happened, sentence by sentence; each is made of records, and what no record tells is said to be unknown. */
export function sentencesOf(e: Evidence): Told[] {
  const { run, actor, person, source } = e;
  const messages = e.records.filter((r) => r.fields.activity === "message");
  const withLinks = messages.filter((r) => Array.isArray(r.fields.links) && r.fields.links.length > 0);
  const country = source?.country ?? undefined;
  const [address] = run.addresses;
  const groups = e.alerts.flatMap((a) => a.links ?? []);
  const mine = [...new Map(groups.map((g) => [g.domain, g])).values()];
  const act = `user:${queryValue(actor)}`;
  const told: Told[] = [];
  const others = person?.countries.filter((c) => c.value !== country).map((c) => countryName(c.value)) ?? [];
  told.push({
    key: "who",
    records: e.records.slice(0, 50),
    lit: "all",
    query: act,
    text: (
      <>
        {person?.kind === "member" ? "An account of ours, " : "An account of another tenant, "}
        <B>{actor}</B>
        {person === undefined ? (
          ", wrote to people here."
        ) : (
          <>
            , was first seen <Time iso={person.firstSeen} zone /> and on {counted(person.days, "day")} in all
            {others.length === 0 ? "" : `; so far from ${plain(others.slice(0, 3).join(", "), 120)}`}.
          </>
        )}
      </>
    ),
  });
  if (address !== undefined)
    told.push({
      key: "from",
      records: messages.filter((r) => r.src === address).slice(0, 50),
      lit: "all",
      query: `${act} src:${queryValue(address)}`,
      text: (
        <>
          It wrote from <B>{address}</B>
          {country === undefined ? "" : <> in {countryName(country)}</>}
          {source === undefined ? (
            "."
          ) : (
            <>
              , an address that{" "}
              {source.users.filter((u) => u.id !== actor).length === 0 ? (
                <em>no one else here has used</em>
              ) : (
                `${counted(source.users.filter((u) => u.id !== actor).length, "other user")} here used`
              )}
              .
            </>
          )}
        </>
      ),
    });
  told.push({
    key: "run",
    records: messages,
    lit: "all",
    query: `${act} activity:(message OR chat-created)`,
    text: (
      <>
        In {span((run.end - run.start) / 1_000)} it sent <B>{counted(run.messages, "message")}</B> in <B>{counted(run.rows.length, "chat")}</B> to{" "}
        <B>{counted(run.recipients.length, "person", "people")}</B>
        {run.oneToOne === run.rows.length ? ", one person in each" : ""}
        {run.names.length === 1 ? (
          <>
            ; all bear the name “<Shown text={run.names[0] ?? ""} max={80} />”
          </>
        ) : run.names.length > 1 ? (
          `; they bear ${count(run.names.length)} names`
        ) : (
          ""
        )}
        .
      </>
    ),
  });
  told.push({
    key: "links",
    records: withLinks,
    lit: "links",
    query: `${act} links:*`,
    text:
      run.links.length === 0 ? (
        "No link was told: the records of this service hold no text, or there was none."
      ) : (
        <>
          {counted(run.links.length, "different link")} under <B>{run.domains.join(", ").replaceAll(".", "[.]")}</B>
          {mine
            .filter((g) => run.domains.includes(g.domain))
            .map((g) => (
              <span key={g.domain}>
                {g.imitates === undefined ? (
                  ""
                ) : (
                  <>
                    ; it looks like <B>{g.imitates.of}</B>
                  </>
                )}
                ; <Shown text={g.age.text.replace(/\.$/, "")} max={120} />
              </span>
            ))}
          .
        </>
      ),
  });
  const who = [...new Set(e.followed.map((r) => String(r.fields.user ?? r.src ?? "")))].filter((w) => w !== "");
  told.push({
    key: "followed",
    records: e.followed,
    lit: "followed",
    query:
      run.domains.length === 0
        ? act
        : run.domains.map((d) => `(activity:link-clicked linkDomains:${queryValue(d)}) OR query:*${d} OR serverName:*${d} OR host:*${d}`).join(" OR "),
    text:
      who.length === 0 ? (
        "No record tells that anybody followed a link. Devices that no sensor sees may have."
      ) : (
        <em>
          {counted(who.length, "person or device", "people or devices")} followed: <Shown text={who.slice(0, 5).join(", ")} max={200} />
          {who.length > 5 ? ` and ${who.length - 5} more` : ""}.
        </em>
      ),
  });
  const signed = [...new Set(e.signIns.map((r) => String(r.fields.user ?? "")))];
  told.push({
    key: "sign-ins",
    records: e.signIns,
    lit: "all",
    query: `activity:sign-in src:(${run.addresses.map(queryValue).join(" OR ") || "0.0.0.0"})`,
    text:
      signed.length === 0 ? (
        "Nobody of ours signed in from where it wrote, as far as records reach."
      ) : (
        <em>
          From the same source {signed.length === 1 ? "one of ours" : `${count(signed.length)} of ours`} signed in since:{" "}
          <Shown text={signed.slice(0, 4).join(", ")} max={200} />.
        </em>
      ),
  });
  return told;
}
