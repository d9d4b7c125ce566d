import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CoverageStrip } from "../../charts/coverage-strip.tsx";
import { get } from "../../client/queries.ts";
import type { Overview } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { count } from "../../words/numbers.ts";

type Spot = Overview["blindSpots"][number];

/** What cannot be seen, shown also when it is nothing: acute ones are filled squares, known limits open ones. */
export function BlindSpots({ overview }: { overview: Overview }) {
  const spots = [...overview.blindSpots].sort((a, b) => (a.kind === b.kind ? 0 : a.kind === "acute" ? -1 : 1));
  return (
    <Section title="Blind spots" aside="last 24 h">
      {spots.map((spot) => (
        <SpotRow key={`${spot.what}${spot.source}`} spot={spot} />
      ))}
      {overview.learning > 0 ? (
        <div className="bs">
          <div>
            <b>
              {count(overview.learning)} of {count(overview.devices)} devices still learning
            </b>
            <span>too little history for their own usual; peers stand in</span>
          </div>
        </div>
      ) : null}
      {spots.length === 0 ? (
        <div className="bs none">
          <div>
            <b>No source is silent or thin</b>
            <span>
              {overview.sourcesLive} of {overview.sources} heard at <Time iso={overview.now} as="minute" zone />
            </span>
          </div>
        </div>
      ) : null}
    </Section>
  );
}

function SpotRow({ spot }: { spot: Spot }) {
  return (
    <div className={spot.kind === "acute" ? "bs acute" : "bs"}>
      <div>
        <b>
          {spot.source === undefined ? (
            <Shown text={spot.what} />
          ) : (
            <Link to="/sources/$id" params={{ id: spot.source }}>
              <Shown text={spot.what} />
            </Link>
          )}
        </b>
        <span>
          {spot.since === undefined ? null : (
            <>
              since <Time iso={spot.since} as="minute" zone />,{" "}
            </>
          )}
          <Shown text={spot.detail} />
        </span>
      </div>
      {spot.source === undefined ? null : <SpotStrip source={spot.source} />}
    </div>
  );
}

function SpotStrip({ source }: { source: string }) {
  const query = useQuery(get("source", { params: { id: source } }));
  return query.data === undefined ? null : <CoverageStrip history={query.data.history} name={source} />;
}
