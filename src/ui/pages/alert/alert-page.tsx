import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { useAcknowledge } from "../../actions/acknowledge.ts";
import { isMissing } from "../../client/problem.ts";
import { get } from "../../client/queries.ts";
import type { AlertDetail } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { LinkGroups } from "../../parts/link-groups.tsx";
import { MailLinks } from "../../parts/mail-links.tsx";
import { type KeyHint, PageHead } from "../../parts/page-head.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Empty, Failed, Loading } from "../../parts/states.tsx";
import { Age, Time } from "../../parts/time.tsx";
import { useKeys } from "../../prefs/keys.ts";
import { useMay } from "../../shell/session.ts";
import { plain } from "../../words/plain.ts";
import { Around } from "./around.tsx";
import { Comments } from "./comments.tsx";
import { Earlier } from "./earlier.tsx";
import { ExceptionPanel } from "./exception-panel.tsx";
import { Figures, isAboutMessages } from "./figures.tsx";
import { ModelPanel } from "./model-panel.tsx";
import { Observed } from "./observed.tsx";
import { Records } from "./records.tsx";
import { ResponsePanel } from "./response-panel.tsx";
import { SnoozePanel } from "./snooze-panel.tsx";
import { StatePanel } from "./state-panel.tsx";
import { Techniques } from "./techniques.tsx";

const HINTS: readonly KeyHint[] = [
  { label: "Raw bytes", keys: ["r"] },
  { label: "Acknowledge", keys: ["a"], changes: true },
  { label: "Snooze", keys: ["s"], changes: true },
  { label: "Decide", keys: ["y", "n"], changes: true },
  { label: "Back", keys: ["esc"] },
];

/** Why: what was seen, what was usual, and the records that prove it. */
export function AlertPage(): ReactNode {
  const { id } = useParams({ from: "/alerts/$id" });
  const query = useQuery(get("alert", { params: { id } }));
  useRefetchOn(["alert"], (m) => m.type === "changed" && (m.what === "alerts" || m.what === "snoozes"));
  if (query.data !== undefined) return <Why alert={query.data} key={query.data.id} />;
  return (
    <main id="main" tabIndex={-1}>
      {isMissing(query.error) ? (
        <>
          <PageHead name="Alert" kick={["Alert"]} headline="There is no alert with this id." />
          <Empty sentence="It may have been kept no longer than its retention allows." checked={<Shown text={`Asked for ${id}.`} />}>
            <Link to="/alerts" search={{}} className="btn">
              To the alerts
            </Link>
          </Empty>
        </>
      ) : query.error === null ? (
        <Loading rows={12} height={44} label="the alert" />
      ) : (
        <Failed what="The alert" error={query.error} onRetry={() => void query.refetch()} />
      )}
    </main>
  );
}

function Why({ alert }: { alert: AlertDetail }) {
  const search = useSearch({ from: "/alerts/$id" });
  const navigate = useNavigate();
  const mayAct = useMay("analyst");
  const acknowledge = useAcknowledge();
  const snooze = useRef<HTMLDivElement>(null);
  const comment = useRef<HTMLTextAreaElement>(null);
  const overview = useQuery(get("overview", {}));
  const incidents = useQuery(get("incidents", { query: { state: "open", limit: 200 } }));
  const toggle = (): void => acknowledge.mutate({ ids: [alert.id], acknowledged: alert.state !== "acknowledged" });
  useKeys({
    a: mayAct ? toggle : undefined,
    s: () => snooze.current?.querySelector("button")?.focus(),
    m: mayAct ? () => comment.current?.focus() : undefined,
    d:
      alert.entity.kind === "device"
        ? () => void navigate({ to: "/devices/$id", params: { id: alert.entity.id }, search: {} })
        : alert.entity.kind === "user"
          ? () => void navigate({ to: "/people/$id", params: { id: alert.entity.id }, search: {} })
          : () => void navigate({ to: "/external/$id", params: { id: alert.entity.id } }),
  });
  const line = incidents.data?.line;
  return (
    <main id="main" tabIndex={-1} className="w">
      <PageHead
        name={plain(alert.title, 80)}
        score={alert.score}
        below={line !== undefined && alert.score < line}
        kick={[
          <Link key="m" to="/models/$path" params={{ path: alert.model }}>
            <Shown text={alert.model} max={90} />
          </Link>,
          <span key="i">
            {alert.category}, priority {alert.priority}
            {alert.incident === undefined ? null : (
              <>
                {" "}
                in{" "}
                <Link to="/incidents/$id" params={{ id: alert.incident }} className="hi">
                  its incident
                </Link>
              </>
            )}
          </span>,
          <span key="t">
            <Time iso={alert.time} zone />, <Age from={alert.time} to={overview.data?.eventTime ?? overview.data?.now ?? new Date().toISOString()} /> ago
          </span>,
          alert.mitre.length === 0 ? "no technique named" : plain(alert.mitre.slice(0, 4).join(", "), 60),
        ]}
        headline={<Shown text={alert.title} max={300} />}
        hints={HINTS}
      />
      <div className="l">
        {isAboutMessages(alert) ? <Figures alert={alert} /> : null}
        <Observed alert={alert} />
        {alert.links === undefined ? null : <LinkGroups groups={alert.links} alert={alert.id} />}
        <Records alert={alert} />
        <Comments alert={alert} field={comment} />
      </div>
      <div className="r">
        <StatePanel alert={alert} onToggle={toggle} busy={acknowledge.isPending} />
        <MailLinks records={alert.records} />
        <ResponsePanel alert={alert} />
        <Around alert={alert} />
        <SnoozePanel alert={alert} box={snooze} focus={search.snooze === true} />
        <ExceptionPanel alert={alert} />
        <ModelPanel alert={alert} />
        <Techniques alert={alert} />
        <Earlier alert={alert} />
      </div>
    </main>
  );
}
