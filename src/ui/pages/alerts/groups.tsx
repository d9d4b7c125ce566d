import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { z } from "zod";
import type { alertGroup } from "../../../contract/index.ts";
import { get } from "../../client/queries.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Priority } from "../../parts/priority.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty, waitingFor } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useKeys } from "../../prefs/keys.ts";
import { count, counted, score } from "../../words/numbers.ts";
import type { AlertFilter, queryOf } from "./filter.ts";
import { FilterBar } from "./filter-bar.tsx";

type Group = z.infer<typeof alertGroup>;

interface GroupsProps {
  filter: AlertFilter;
  query: ReturnType<typeof queryOf>;
  by: "model" | "entity";
  onChange: (filter: AlertFilter) => void;
}

export function Groups({ filter, query, by, onChange }: GroupsProps) {
  const groups = useQuery({ ...get("alertGroups", { query: { ...query, by, limit: 500 } }), placeholderData: keepPreviousData });
  useRefetchOn(["alertGroups"], (m) => m.type === "alert" || (m.type === "changed" && m.what === "alerts"));
  return (
    <>
      <PageHead
        name="Alerts"
        kick={["Alerts", `grouped by ${by}`]}
        headline={
          groups.data === undefined
            ? waitingFor("the alerts", groups.error)
            : `${counted(
                groups.data.groups.reduce((sum, g) => sum + g.count, 0),
                "alert",
              )} of ${counted(groups.data.total, by, by === "entity" ? "entities" : "models")}.`
        }
      />
      <FilterBar filter={filter} onChange={onChange} />
      <Answered query={groups} what="The groups" rows={10} height={32}>
        {(data) =>
          data.groups.length === 0 ? (
            <Empty sentence="No alert fits these filters." checked="Nothing to group.">
              <button type="button" className="btn" onClick={() => onChange({ state: "all", group: by })}>
                Take all filters off
              </button>
            </Empty>
          ) : (
            <GroupTable groups={data.groups} filter={filter} by={by} />
          )
        }
      </Answered>
    </>
  );
}

/** The address of a group's alerts. */
function inside(filter: AlertFilter, by: "model" | "entity", group: Group): AlertFilter {
  const { group: _group, ...rest } = filter;
  return { ...rest, [by]: group.key };
}

function GroupTable({ groups, filter, by }: { groups: readonly Group[]; filter: AlertFilter; by: "model" | "entity" }) {
  const cursor = useCursor(groups.length);
  const navigate = useNavigate();
  const current = groups[cursor.at];
  useKeys({ enter: current === undefined ? undefined : () => void navigate({ to: "/alerts", search: inside(filter, by, current) }) });
  return (
    <table className="rows">
      <colgroup>
        <col style={{ width: 60 }} />
        <col />
        <col style={{ width: 80 }} />
        <col style={{ width: 80 }} />
        <col style={{ width: 110 }} />
        <col style={{ width: 130 }} />
        <col style={{ width: 130 }} />
      </colgroup>
      <thead>
        <tr>
          <th>Highest</th>
          <th>{by === "model" ? "Model" : "Entity"}</th>
          <th className="n">Alerts</th>
          <th className="n">Open</th>
          <th>Priority</th>
          <th>Oldest</th>
          <th>Newest</th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group, i) => (
          <tr key={group.key} className={i === cursor.at ? "sel" : ""} aria-selected={i === cursor.at} onClick={() => cursor.set(i)}>
            <td className={group.maxScore >= 45 ? "s" : "s low"}>{score(group.maxScore)}</td>
            <td className="clip">
              <Link to="/alerts" search={inside(filter, by, group)}>
                <Shown text={group.label} />
              </Link>
            </td>
            <td className="n">{count(group.count)}</td>
            <td className="n">{count(group.open)}</td>
            <td>
              <Priority value={group.priority} />
            </td>
            <td>
              <Time iso={group.oldest} as="minute" />
            </td>
            <td>
              <Time iso={group.newest} as="minute" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
