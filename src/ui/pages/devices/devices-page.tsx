import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ScoreBar, ShareBar } from "../../charts/score-bar.tsx";
import { get } from "../../client/queries.ts";
import type { DeviceSummary } from "../../client/types.ts";
import { useHeld, useRefetchOn } from "../../live/use-held.ts";
import { Field } from "../../parts/field.tsx";
import { Fresh } from "../../parts/fresh.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty, waitingFor } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useKeys } from "../../prefs/keys.ts";
import { count, counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { Late } from "../alerts/filter-bar.tsx";
import type { DeviceFilter } from "./filter.ts";

const PAGE = 100;
const SORTS = ["unusual", "alerts", "lastSeen", "id"] as const;

function idOf(device: DeviceSummary): string {
  return device.id;
}

export function DevicesPage(): ReactNode {
  const filter = useSearch({ from: "/devices" });
  const navigate = useNavigate();
  const page = filter.page ?? 1;
  const query = { text: filter.text, sort: filter.sort ?? ("unusual" as const), limit: PAGE, offset: (page - 1) * PAGE };
  const devices = useQuery({ ...get("devices", { query }), placeholderData: keepPreviousData });
  useRefetchOn(["devices"], (m) => m.type === "alert" || m.type === "rate");
  const held = useHeld(devices.isPlaceholderData ? "waiting" : JSON.stringify(query), devices.data?.devices, idOf);
  useKeys({ ".": held.newer > 0 ? held.release : undefined });
  const set = (next: DeviceFilter): void => void navigate({ to: "/devices", search: next, replace: true });
  const total = devices.data?.total ?? 0;
  return (
    <main id="main" tabIndex={-1}>
      <PageHead
        name="Devices"
        kick={["Devices", filter.text === undefined ? "all that were seen" : `“${plain(filter.text, 60)}”`]}
        headline={devices.data === undefined ? waitingFor("the devices", devices.error) : `${counted(total, "device")}, ${SENTENCE[filter.sort ?? "unusual"]}.`}
        hints={[
          { label: "Next", keys: ["j"] },
          { label: "Open", keys: ["↵"] },
        ]}
      />
      <form className="filters" onSubmit={(event) => event.preventDefault()} aria-label="Filter devices">
        <Field label="Name, address or id">
          <Late
            value={filter.text}
            onSet={(text) => set({ ...(filter.sort === undefined ? {} : { sort: filter.sort }), ...(text === undefined ? {} : { text }) })}
            width={260}
            placeholder="any"
          />
        </Field>
        <fieldset className="seg">
          <legend className="sr">Order</legend>
          {SORTS.map((s) => (
            <button
              key={s}
              type="button"
              className={(filter.sort ?? "unusual") === s ? "btn on" : "btn"}
              aria-pressed={(filter.sort ?? "unusual") === s}
              onClick={() => set({ ...(filter.text === undefined ? {} : { text: filter.text }), ...(s === "unusual" ? {} : { sort: s }) })}
            >
              {WORDS[s]}
            </button>
          ))}
        </fieldset>
        <Fresh newer={held.newer} onRelease={held.release} noun="newer device" />
      </form>
      <Answered query={devices} what="The devices" rows={14} height={26}>
        {(data) =>
          held.rows.length === 0 && data.devices.length === 0 ? (
            <Empty
              sentence="No device fits."
              checked={
                filter.text === undefined
                  ? "No record named a device of yours yet; own networks come from the organisation file."
                  : "Names, addresses and ids were looked through."
              }
            />
          ) : (
            <DeviceTable rows={held.rows.map((r) => r.row)} />
          )
        }
      </Answered>
      {total > PAGE ? (
        <div className="btns twelve">
          <button type="button" className="btn" disabled={page === 1} onClick={() => set({ ...filter, page: page - 1 })}>
            Previous {PAGE}
          </button>
          <span className="small">
            {count((page - 1) * PAGE + 1)} to {count(Math.min(total, page * PAGE))} of {count(total)}
          </span>
          <button type="button" className="btn" disabled={page * PAGE >= total} onClick={() => set({ ...filter, page: page + 1 })}>
            Next {PAGE}
          </button>
        </div>
      ) : null}
    </main>
  );
}

const WORDS = { unusual: "Strangest now", alerts: "Most alerts", lastSeen: "Last seen", id: "By id" } as const;
const SENTENCE = { unusual: "strangest of the last 24 hours first", alerts: "most alerts first", lastSeen: "last seen first", id: "by id" } as const;

function DeviceTable({ rows }: { rows: readonly DeviceSummary[] }) {
  const cursor = useCursor(rows.length);
  const navigate = useNavigate();
  const current = rows[cursor.at];
  useKeys({ enter: current === undefined ? undefined : () => void navigate({ to: "/devices/$id", params: { id: current.id }, search: {} }) });
  return (
    <table className="rows">
      <colgroup>
        <col style={{ width: 116 }} />
        <col />
        <col style={{ width: 210 }} />
        <col style={{ width: 180 }} />
        <col style={{ width: 64 }} />
        <col style={{ width: 150 }} />
        <col style={{ width: 130 }} />
        <col style={{ width: 130 }} />
      </colgroup>
      <thead>
        <tr>
          <th>Worst hour, 24 h</th>
          <th>Device</th>
          <th>Address</th>
          <th>Roles</th>
          <th className="n">Alerts</th>
          <th>Own history</th>
          <th>First seen</th>
          <th>Last seen</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((d, i) => (
          <tr key={d.id} className={i === cursor.at ? "sel" : ""} aria-selected={i === cursor.at} onClick={() => cursor.set(i)}>
            <td>
              <ScoreBar value={d.unusual} />
            </td>
            <td className="clip">
              <Link to="/devices/$id" params={{ id: d.id }} search={{}}>
                <Shown text={d.hostname ?? d.ip ?? d.id} max={80} />
              </Link>
            </td>
            <td className="mono clip">
              <Shown text={d.ip ?? ""} max={46} />
            </td>
            <td className="clip two">{d.roles.length === 0 ? <span className="dim">—</span> : <Shown text={d.roles.join(", ")} max={60} />}</td>
            <td className="n">{d.alerts === 0 ? <span className="dim">0</span> : count(d.alerts)}</td>
            <td>
              <span className="sev">
                <ShareBar value={d.learned} label="learned" width={56} />
                <span className="small">{d.learned >= 1 ? "enough" : `${Math.round(d.historyHours)} h`}</span>
              </span>
            </td>
            <td>
              <Time iso={d.firstSeen} as="minute" />
            </td>
            <td>
              <Time iso={d.lastSeen} as="minute" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
