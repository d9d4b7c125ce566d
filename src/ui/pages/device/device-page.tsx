import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { HeatLegend, HeatMap } from "../../charts/heat-map.tsx";
import { IdentityBars } from "../../charts/identity-bars.tsx";
import { UnusualLine } from "../../charts/unusual-line.tsx";
import { isMissing } from "../../client/problem.ts";
import { get } from "../../client/queries.ts";
import type { DeviceDetail } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { AsTable } from "../../parts/as-table.tsx";
import { Legend } from "../../parts/legend.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { DeviceLogSection } from "./device-log.tsx";
import { DeviceResponse } from "./device-response.tsx";
import { Peers } from "./peers.tsx";
import { Rare } from "./rare.tsx";
import { Usual } from "./usual.tsx";

/** Who it is (left) and what it did (right). */
export function DevicePage(): ReactNode {
  const { id } = useParams({ from: "/devices/$id" });
  const query = useQuery(get("device", { params: { id } }));
  useRefetchOn(["device", "deviceScores"], (m) => m.type === "alert" && m.entity.id === id);
  if (query.data !== undefined) return <Device device={query.data} key={query.data.id} />;
  return (
    <main id="main" tabIndex={-1}>
      {isMissing(query.error) ? (
        <>
          <PageHead name="Device" kick={["Device"]} headline="There is no device with this id." />
          <Empty sentence="No record has named it, or it goes by another id." checked={<Shown text={`Asked for ${id}.`} />}>
            <Link to="/devices" search={{}} className="btn">
              To the devices
            </Link>
          </Empty>
        </>
      ) : (
        <Answered query={query} what="The device" rows={10} height={44}>
          {() => null}
        </Answered>
      )}
    </main>
  );
}

function Device({ device }: { device: DeviceDetail }) {
  const overview = useQuery(get("overview", {}));
  const name = device.hostname ?? device.ip ?? device.id;
  const end = Date.parse(overview.data?.eventTime ?? device.lastSeen);
  const zone = plain(overview.data?.timezone ?? "the organisation", 40);
  return (
    <main id="main" tabIndex={-1} className="dev">
      <PageHead
        name={plain(name, 80)}
        score={device.unusual}
        below={device.unusual < 45}
        kick={[
          <Shown key="ip" className="mono" text={device.ip ?? device.id} max={60} />,
          device.roles.length === 0 ? "no accepted role" : <Shown key="r" text={device.roles.join(", ")} max={80} />,
          <span key="f">
            first seen <Time iso={device.firstSeen} as="minute" />, last <Time iso={device.lastSeen} as="minute" zone />
          </span>,
          device.alerts === 0 ? (
            "no alert"
          ) : (
            <Link key="a" to="/alerts" search={{ entity: device.id, state: "all" }} className="hi">
              {counted(device.alerts, "alert")}
            </Link>
          ),
        ]}
        headline={
          <>
            <Shown text={name} max={120} /> {sentence(device)}
          </>
        }
        hints={[
          { label: "Log", keys: ["j", "k"] },
          { label: "Open", keys: ["↵"] },
          { label: "Back", keys: ["esc"] },
        ]}
      />
      <div className="stack">
        <Section title="Identity" sub="one device over time" aside={counted(new Set(device.identity.map((f) => f.value)).size, "name", "names")}>
          {device.identity.length === 0 ? (
            <p className="small">No record has named it; it is known by its address alone.</p>
          ) : (
            <>
              <IdentityBars facts={device.identity} end={end} />
              <AsTable
                caption="Identity over time"
                head={["What", "Value", "From", "To", "By"]}
                rows={device.identity.map((f) => [
                  plain(f.what, 20),
                  <Shown key="v" text={f.value} max={80} />,
                  <Time key="f" iso={f.from} as="minute" />,
                  <Time key="t" iso={f.to} as="minute" />,
                  <Shown key="b" text={f.by} max={40} />,
                ])}
              />
            </>
          )}
        </Section>
        <Section title="Pattern of life" sub={`${plain(device.patternOfLife.measure, 40)}, by hour`}>
          <HeatMap pattern={device.patternOfLife} zone={zone} />
          <p className="small dim">
            <HeatLegend pattern={device.patternOfLife} />
          </p>
          <p className="small dim">Grey: usual, on the clock of {zone}. Outlined: this week, apart from it. Hatched: never learned.</p>
        </Section>
        <Peers device={device} />
        <Rare device={device} />
        <Usual device={device} />
      </div>
      <div className="stack">
        <Scores device={device} end={end} />
        <DeviceResponse id={device.id} />
        <DeviceLogSection id={device.id} />
      </div>
    </main>
  );
}

function sentence(device: DeviceDetail): string {
  if (device.learned < 1 && device.unusual < 45) return `is still being learned: ${Math.round(device.historyHours)} hours so far.`;
  if (device.unusual >= 85) return "was far from its usual in the last 24 hours.";
  if (device.unusual >= 45) return "was not as usual in the last 24 hours.";
  return "was as usual in the last 24 hours.";
}

function Scores({ device, end }: { device: DeviceDetail; end: number }) {
  const scores = useQuery(get("deviceScores", { params: { id: device.id }, query: { days: 30 } }));
  return (
    <Section
      title="Unusualness"
      sub="30 days, worst of each 4 h"
      aside={
        <Legend
          items={[
            ["peer", "own usual range"],
            ["now", "far from it"],
            ["hatch", "not seen"],
          ]}
        />
      }
    >
      <Answered query={scores} what="Its unusualness" rows={4} height={28}>
        {(data) => (
          <>
            <UnusualLine hours={data.hours} line={data.line} end={end} />
            <AsTable
              caption="Unusual hours"
              head={["Hour", "Unusualness", "Why"]}
              rows={data.hours
                .filter((h) => h.unusual >= (data.line > 0 ? data.line : 45))
                .map((h) => [
                  <Time key="t" iso={h.start} as="minute" />,
                  String(Math.round(h.unusual)),
                  <Shown key="w" text={h.why[0]?.text ?? ""} max={200} />,
                ])}
            />
          </>
        )}
      </Answered>
    </Section>
  );
}
