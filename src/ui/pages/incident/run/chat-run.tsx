import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { queryValue } from "../../../../schema/query/query.ts";
import { countryName } from "../../../charts/world/places.ts";
import { get } from "../../../client/queries.ts";
import type { AlertDetail, IncidentDetail } from "../../../client/types.ts";
import { Kbd } from "../../../parts/kbd.tsx";
import { Legend } from "../../../parts/legend.tsx";
import { LinkGroups } from "../../../parts/link-groups.tsx";
import { RecordTable } from "../../../parts/record-table.tsx";
import { Section } from "../../../parts/section.tsx";
import { Answered } from "../../../parts/states.tsx";
import { useOpenSet } from "../../../parts/use-open-set.ts";
import { counted } from "../../../words/numbers.ts";
import { DeviceResponse } from "../../device/device-response.tsx";
import { Questions } from "./questions.tsx";
import { RunGraph } from "./run-graph.tsx";
import { runOf } from "./run-of.ts";
import { RunTimeline } from "./run-timeline.tsx";
import { sentencesOf } from "./sentences.tsx";

const HOUR = 3_600_000;
/** Looked at so long before the first alert, and for followers and sign-ins so long after the last. */
const BEFORE = HOUR;
const AFTER = 72 * HOUR;
const SHOWN = 12;

interface Props {
  incident: IncidentDetail;
  actor: string;
  alerts: readonly AlertDetail[];
}

/** A run of messages of one actor, told from its records: the sentences light their marks and records (T8-T10, T27-T30, T35). */
export function ChatRunStory({ incident, actor, alerts }: Props) {
  const from = new Date(Date.parse(incident.start) - BEFORE).toISOString();
  const to = new Date(Date.parse(incident.end) + AFTER).toISOString();
  const search = (q: string, limit = 500) => get("search", { query: { q, from, to, limit } });
  const records = useQuery(search(`user:${queryValue(actor)} activity:(message OR chat-created OR member-added)`));
  const run = runOf([...(records.data?.hits ?? [])].reverse(), actor);
  const [address] = run.addresses;
  const person = useQuery({ ...get("person", { params: { id: actor } }), retry: false });
  const source = useQuery({ ...get("external", { params: { id: address ?? "" } }), enabled: address !== undefined });
  const tenant = useQuery(get("external", { params: { id: actor.slice(actor.lastIndexOf("@") + 1) } }));
  const followQuery = run.domains
    .slice(0, 8)
    .map(
      (d) =>
        `(activity:link-clicked linkDomains:${queryValue(d)}) OR query:(${queryValue(d)} OR *.${d}) OR serverName:(${queryValue(d)} OR *.${d}) OR host:(${queryValue(d)} OR *.${d})`,
    )
    .join(" OR ");
  const followed = useQuery({ ...search(followQuery), enabled: run.domains.length > 0 });
  const signQuery = `activity:sign-in src:(${run.addresses.slice(0, 16).map(queryValue).join(" OR ")}) NOT user:${queryValue(actor)}`;
  const signIns = useQuery({ ...search(signQuery), enabled: run.addresses.length > 0 });
  const [chosen, setChosen] = useState("run");
  const fields = useOpenSet();
  const raw = useOpenSet();
  const followers = followed.data?.hits ?? [];
  const times = new Map<string, number>();
  for (const hit of [...followers].reverse())
    if (typeof hit.fields.user === "string" && !times.has(hit.fields.user)) times.set(hit.fields.user, Date.parse(hit.time));
  const told = sentencesOf({
    actor,
    run,
    records: [...(records.data?.hits ?? [])].reverse(),
    followed: [...followers].reverse(),
    signIns: [...(signIns.data?.hits ?? [])].reverse(),
    person: person.data,
    source: source.data,
    alerts,
  });
  const lit = told.find((t) => t.key === chosen) ?? told[0];
  const links = [...new Map(alerts.flatMap((a) => a.links ?? []).map((g) => [g.domain, g])).values()];
  return (
    <Answered query={records} what="Its records" rows={10} height={30}>
      {(data) =>
        run.messages === 0 ? (
          <p className="small">No record of the messages is kept any more; the alerts below stand as they were made.</p>
        ) : (
          <div className="story">
            <Section
              title="What happened"
              aside={
                <>
                  each sentence lights its records <Kbd k="↓" />
                </>
              }
            >
              <div className="told" role="radiogroup" aria-label="What happened, sentence by sentence">
                {told.map((t, i) => (
                  // biome-ignore lint/a11y/useSemanticElements: a sentence is the choice
                  <button
                    key={t.key}
                    type="button"
                    role="radio"
                    aria-checked={t.key === lit?.key}
                    tabIndex={t.key === lit?.key ? 0 : -1}
                    onClick={() => setChosen(t.key)}
                    onKeyDown={(event) => {
                      const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
                      const next = told[(i + by + told.length) % told.length];
                      if (by === 0 || next === undefined) return;
                      event.preventDefault();
                      event.stopPropagation();
                      setChosen(next.key);
                      const list = event.currentTarget.parentElement?.children;
                      (list?.[(i + by + told.length) % told.length] as HTMLElement | undefined)?.focus();
                    }}
                  >
                    <i>{i + 1}</i>
                    <span>{t.text}</span>
                  </button>
                ))}
              </div>
            </Section>
            <Section
              title={`${counted(run.rows.length, "chat")}, ${counted(run.messages, "message")}`}
              sub={data.more ? "the newest 500 records" : undefined}
              aside={
                <Legend
                  items={[
                    ["now", "text"],
                    ["ramp", "followed"],
                  ]}
                />
              }
            >
              <RunTimeline run={run} followed={times} lit={lit?.lit ?? "all"} />
            </Section>
            <Section
              title="Who and what"
              aside={
                <Legend
                  items={[
                    ["usual", "written to"],
                    ["ramp", "followed"],
                  ]}
                />
              }
            >
              <RunGraph actor={actor} run={run} place={source.data?.country === undefined ? undefined : countryName(source.data.country)} followed={times} />
            </Section>
            <div className="stack span2">
              <Section
                title="Records behind the lit sentence"
                sub={
                  lit === undefined || lit.records.length === 0
                    ? "none"
                    : lit.records.length > SHOWN
                      ? `the first ${SHOWN} of ${lit.records.length}`
                      : counted(lit.records.length, "record")
                }
                aside={
                  lit === undefined ? undefined : (
                    <Link to="/search" search={{ q: lit.query, from, to }} className="hi">
                      Open in the search
                    </Link>
                  )
                }
              >
                {lit === undefined || lit.records.length === 0 ? (
                  <p className="small">No record stands behind it: that is what it says.</p>
                ) : (
                  <RecordTable
                    caption="Records behind the lit sentence"
                    records={lit.records.slice(0, SHOWN)}
                    selected={-1}
                    open={fields.open}
                    raw={raw.open}
                    onPoint={() => undefined}
                    onToggle={fields.toggle}
                  />
                )}
              </Section>
              {links.length === 0 ? null : <LinkGroups groups={links} alert={undefined} />}
            </div>
            <div className="stack">
              <Questions
                actor={actor}
                run={run}
                tenant={tenant.data}
                source={source.data}
                followed={followers.length}
                signIns={signIns.data?.hits.length ?? 0}
              />
              <DeviceResponse id={actor} />
            </div>
          </div>
        )
      }
    </Answered>
  );
}
